"""How much a phone may say: a day out of reach goes through at once, and nobody fills the disk."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.domain.clock import FixedClock
from dispatch.domain.errors import TooMany
from dispatch.settings import Settings
from dispatch.store.engine import Store
from mobile_api.sync.allowance import Allowance, Spending
from tests.mobile_api.carrying import Depot, Phone
from tests.mobile_api.sync.sending import NOW, Sent, codes, send, tap

SMALL = Settings(database_url="sqlite://", phone_actions=100, phone_day_mb=4)


@pytest.fixture
def small(sqlite_store: Store, wall: FixedClock) -> Iterator[Depot]:
    """A depot whose phones may say little."""
    made = Depot(sqlite_store, wall, SMALL)
    yield made
    made.close()


def answered(phone: Phone, *actions: Sent) -> tuple[int, int | None]:
    """The status of an answer, and after how many seconds to try again."""
    body = json.dumps({"sent_at": NOW.isoformat(), "actions": list(actions)})
    answer = phone.post("/actions", content=body, headers={"Content-Type": "application/json"})
    after = answer.headers.get("Retry-After")
    return answer.status_code, None if after is None else int(after)


def seen(count: int) -> list[Sent]:
    return [tap("seen", notices=["notice_x"]) for _ in range(count)]


def test_a_day_out_of_reach_goes_through_at_once(phone: Phone) -> None:
    for _ in range(6):
        assert codes(send(phone, *seen(50))) == ["applied"] * 50


def test_whoever_says_too_much_is_told_when_to_go_on_and_nothing_is_lost(small: Depot) -> None:
    phone = small.phone(visits=0)
    first = seen(60)
    assert answered(phone, *first) == (200, None)
    more = seen(60)
    status, after = answered(phone, *more)
    assert status == 429
    assert after == 20 * 36  # twenty too many, and a hundred come in an hour
    assert codes(send(phone, *first)) == ["applied"] * 60, "what was said before is answered as it was"
    small.wall.advance(seconds=after)
    assert codes(send(phone, *more)) == ["applied"] * 60


def test_it_is_counted_for_the_person_whatever_phone_they_take(small: Depot) -> None:
    phone, other = small.phone(visits=0), small.phone(visits=0)
    whose = {"user": phone.user, "technician": phone.technician, "shift": "", "visits": []}
    assert answered(phone, *seen(100)) == (200, None)
    assert answered(small.phone(whose), *seen(1))[0] == 429
    assert answered(other, *seen(1)) == (200, None)


def test_large_ones_are_counted_by_their_size(small: Depot) -> None:
    phone = small.phone(visits=0)
    large = [tap("dance", visit="visit_x", of="x" * 64_000) for _ in range(25)]
    assert [answered(phone, *large)[0] for _ in range(3)] == [200] * 3, "the same again is nothing new"
    newer = [[{**one, "id": f"{at:08x}{one['id'][8:]}"} for one in large] for at in range(3)]
    assert [answered(phone, *one)[0] for one in newer] == [200, 429, 429]


def test_what_is_to_wait_is_not_counted(small: Depot) -> None:
    phone = small.phone()
    lost = tap("accept", phone.visits[0])
    waits = [tap("depart", phone.visits[0], after=lost) for _ in range(50)]
    for _ in range(10):
        assert codes(send(phone, *waits)) == ["after-missing"] * 50


@given(st.lists(st.tuples(st.integers(1, 50), st.integers(-600, 3600)), max_size=60))
def test_never_more_than_a_bucket_and_what_came_since(said: list[tuple[int, int]]) -> None:
    allowance, now, latest, taken = Allowance(100, 1e9), NOW, NOW, 0
    for count, later in said:
        now += dt.timedelta(seconds=later)
        latest = max(latest, now)
        wanted = Spending("user", "device", count, count)
        try:
            allowance.spend(wanted, now)
        except TooMany as refusal:
            again = now + dt.timedelta(seconds=refusal.facts["retry_after"])
            Allowance.spend(allowance, wanted, again)
            now, latest = again, max(latest, again)
        taken += count
        went_back = sum(max(0, -one) for _, one in said)
        assert taken <= 100 + ((latest - NOW).total_seconds() + went_back) / 36 + 1
