"""Slices of the week: which one holds when, and what they amount to."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.travel.ports import FREE
from dispatch.travel.slices import DAY, STANDARD, TimeSlice, TimeSlices, minute_of

UTC = ZoneInfo("UTC")
MONDAY = dt.datetime(2026, 11, 23, tzinfo=UTC)
RUSH = TimeSlice("rush", "Rush", frozenset(range(5)), 7 * 60, 9 * 60 + 30, 1.2)
NIGHT = TimeSlice("night", "Night", frozenset({0}), 22 * 60, 5 * 60, 0.9)


@pytest.mark.parametrize(
    ("day", "hour", "minute", "factor"),
    [(0, 7, 0, 1.2), (0, 9, 29, 1.2), (0, 9, 30, 1), (5, 8, 0, 1), (0, 23, 0, 0.9), (1, 4, 59, 0.9), (1, 23, 0, 1)],
)
def test_a_slice_holds_from_its_start_until_before_its_end(day: int, hour: int, minute: int, factor: float) -> None:
    at = MONDAY + dt.timedelta(days=day, hours=hour, minutes=minute)
    assert TimeSlices([RUSH, NIGHT]).at(at).factor == factor


def test_without_slices_traffic_is_free() -> None:
    assert TimeSlices().at(MONDAY) is FREE
    assert TimeSlices().shares([(0, 3600, UTC, None)]) == [(FREE, 1.0)]


def test_a_territorys_own_slice_goes_before_the_shorter_before_the_longer() -> None:
    short = TimeSlice("short", "Short", frozenset({0}), 8 * 60, 9 * 60, 1.5)
    own = TimeSlice("own", "Own", frozenset({0}), 0, DAY, 1.1, territory="north")
    slices, at = TimeSlices([RUSH, short, own]), MONDAY + dt.timedelta(hours=8)
    assert (slices.at(at).factor, slices.at(at, "north").factor, slices.at(at, "south").factor) == (1.5, 1.1, 1.5)


def test_what_was_learnt_takes_the_place_of_what_was_configured() -> None:
    one = TimeSlice("one", "One", frozenset({0}), 0, DAY, 1.2, learnt={None: 1.3, "north": 1.6})
    assert (TimeSlices([one]).at(MONDAY).factor, TimeSlices([one]).at(MONDAY, "north").factor) == (1.3, 1.6)


@given(st.integers(0, 10 * DAY), st.integers(5, 2 * DAY))
def test_the_shares_of_working_time_are_those_of_its_minutes(start: int, length: int) -> None:
    begin = int(MONDAY.timestamp()) + start // 5 * 300
    end = begin + length // 5 * 300
    slices = TimeSlices([RUSH, NIGHT])
    shares = slices.shares([(begin, end, UTC, None)])
    assert sum(share for _, share in shares) == pytest.approx(1)
    steps = [slices.at(dt.datetime.fromtimestamp(at, UTC)).factor for at in range(begin, end, 300)]
    assert sum(speeds.factor * share for speeds, share in shares) == pytest.approx(sum(steps) / len(steps))


def test_slices_read_back_what_they_wrote() -> None:
    slices = TimeSlices([TimeSlice("a", "A", frozenset({1}), 5, 9, 1.3, {"primary": 1.1}, "north", {None: 1.2})])
    assert TimeSlices.from_documents(slices.as_documents()).slices == slices.slices


def test_the_standard_slices_are_whole_and_do_not_overlap() -> None:
    made = [
        TimeSlice(str(at), one["name"], frozenset(one["days"]), minute_of(one["starts"]), minute_of(one["ends"]))
        for at, one in enumerate(STANDARD)
    ]
    for minute in range(7 * DAY):
        assert sum(one.holds(minute // DAY, minute % DAY) for one in made) <= 1
