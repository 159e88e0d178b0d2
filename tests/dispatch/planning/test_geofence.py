"""Who has come to a place, by their positions."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.planning.geofence import Nearness, followed
from dispatch.travel.ports import Fix

PLACE = (-29.9, -71.25)


def fixes(*metres: float, speed: float | None = 8.0, accuracy: float | None = None) -> list[Fix]:
    """One fix every ten seconds, each so many metres north of the place."""
    return [
        Fix(10.0 * number, PLACE[0] + north / 111_195, PLACE[1], speed=speed, accuracy=accuracy)
        for number, north in enumerate(metres)
    ]


@pytest.mark.parametrize(
    ("trace", "came"),
    [
        (fixes(400, 200, 100), None),
        (fixes(400, 70, 300), None),
        (fixes(400, 70, 60), 20.0),
        (fixes(400, 70, speed=1.0), 10.0),
        (fixes(400, 70, speed=None), None),
        (fixes(100, 90, accuracy=90), 10.0),
        (fixes(10, 10, accuracy=200), None),
        (fixes(70, 300, 70, 300, 70), None),
    ],
    ids=[
        "far",
        "drives past",
        "two inside",
        "stands inside",
        "may drive past",
        "inaccurate",
        "too vague",
        "to and fro",
    ],
)
def test_somebody_has_come_who_stands_there_or_is_seen_there_twice(trace: list[Fix], came: float | None) -> None:
    assert followed(Nearness(), PLACE, trace)[1] == came


def test_it_is_told_once_until_the_place_was_left_by_far() -> None:
    there, came = followed(Nearness(), PLACE, fixes(0, 0, 0, 0))
    assert came == 10.0
    around, again = followed(there, PLACE, fixes(100, 250, 0, 0))
    assert (around.come_at, again) == (10.0, None)
    away, _ = followed(around, PLACE, fixes(100, 290, 280))
    assert away.come_at is None
    assert followed(away, PLACE, fixes(10, 10))[1] == 10.0


def test_the_operation_says_how_near_is_near() -> None:
    assert followed(Nearness(), PLACE, fixes(110, 100), near=100)[1] == 10.0


@given(st.lists(st.floats(0, 500), max_size=12), st.integers(0, 12))
def test_it_does_not_matter_in_how_many_parts_positions_come(metres: list[float], cut: int) -> None:
    trace = fixes(*metres)
    whole, came = followed(Nearness(), PLACE, trace)
    first, early = followed(Nearness(), PLACE, trace[:cut])
    then, late = followed(first, PLACE, trace[cut:])
    assert then == whole
    assert came == (late if late is not None else early)
