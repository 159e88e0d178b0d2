"""The phone's table of a visit's life."""

from tests.web.life_of_a_visit import FILE, written


def test_the_phone_knows_the_same_steps_as_the_server() -> None:
    assert FILE.read_text(encoding="utf-8") == written(), "Write it anew: python -m tests.web.life_of_a_visit"
