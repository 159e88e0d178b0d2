"""A shift is cut into pieces that never overlap, whatever was tapped."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from dispatch.domain.time_sheet import Doing, Span, Tap, cut, spans_of, whole
from dispatch.domain.visit_lifecycle import VisitAction

START = dt.datetime(2026, 11, 23, 11, tzinfo=dt.UTC)


def at(minutes: float) -> dt.datetime:
    return START + dt.timedelta(minutes=minutes)


instants = st.integers(-120 * 60_000, 720 * 60_000).map(
    lambda milliseconds: START + dt.timedelta(milliseconds=milliseconds)
)
taps = st.lists(st.builds(Tap, instants, st.sampled_from(["a", "b", "c"]), st.sampled_from(list(VisitAction))))
breaks = st.lists(
    st.tuples(instants, st.integers(1, 7200)).map(
        lambda one: Span(Doing.BREAK, one[0], one[0] + dt.timedelta(seconds=one[1]))
    ),
    max_size=3,
)


@given(taps, breaks, st.integers(0, 600 * 60_000))
def test_the_pieces_cover_the_shift_once_and_nothing_besides(tapped: list[Tap], rests: list[Span], length: int) -> None:
    ends = START + dt.timedelta(milliseconds=length)
    pieces = cut(START, ends, [*spans_of(tapped, ends), *rests])
    assert [one.ends for one in pieces[:-1]] == [one.starts for one in pieces[1:]]
    assert all(one.starts < one.ends for one in pieces)
    if pieces:
        assert (pieces[0].starts, pieces[-1].ends) == (START, ends)
    assert sum(one.seconds for one in pieces) == whole(ends) - whole(START)
    assert all((one.visit is None) == (one.what in (Doing.BREAK, Doing.IDLE)) for one in pieces)
    assert all((a.what, a.visit) != (b.what, b.visit) for a, b in pairwise(pieces))


def test_a_visit_is_driven_to_worked_on_paused_and_ended() -> None:
    steps = [
        (0, VisitAction.DEPART),
        (20, VisitAction.ARRIVE),
        (25, VisitAction.START),
        (40, VisitAction.PAUSE),
        (50, VisitAction.RESUME),
        (60, VisitAction.EXTEND),
        (90, VisitAction.COMPLETE),
    ]
    spans = spans_of([Tap(at(minutes), "a", action) for minutes, action in steps], at(120))
    pieces = cut(at(-10), at(120), spans)
    assert [(one.what, one.seconds // 60) for one in pieces] == [
        (Doing.IDLE, 10),
        (Doing.TRAVEL, 20),
        (Doing.WORK, 20),
        (Doing.PAUSE, 10),
        (Doing.WORK, 40),
        (Doing.IDLE, 30),
    ]


def test_who_turns_back_is_not_on_the_way_any_more() -> None:
    taps = [Tap(at(0), "a", VisitAction.DEPART), Tap(at(10), "a", VisitAction.TURN_BACK)]
    assert spans_of(taps, at(60)) == [Span(Doing.TRAVEL, at(0), at(10), "a")]


def test_a_visit_begun_while_another_is_paused_counts_until_it_ends() -> None:
    taps = [
        Tap(at(0), "a", VisitAction.START),
        Tap(at(10), "a", VisitAction.PAUSE),
        Tap(at(20), "b", VisitAction.DEPART),
        Tap(at(30), "b", VisitAction.ARRIVE),
        Tap(at(40), "b", VisitAction.COMPLETE),
        Tap(at(50), "a", VisitAction.RESUME),
        Tap(at(60), "a", VisitAction.COMPLETE),
    ]
    pieces = cut(at(0), at(60), spans_of(taps, at(60)))
    assert [(one.what, one.visit) for one in pieces] == [
        (Doing.WORK, "a"),
        (Doing.PAUSE, "a"),
        (Doing.TRAVEL, "b"),
        (Doing.WORK, "b"),
        (Doing.PAUSE, "a"),
        (Doing.WORK, "a"),
    ]


def test_a_break_is_a_break_even_while_work_goes_on() -> None:
    work = Span(Doing.WORK, at(0), at(60), "a")
    pieces = cut(at(0), at(60), [work, Span(Doing.BREAK, at(20), at(30))])
    assert [(one.what, one.seconds // 60) for one in pieces] == [(Doing.WORK, 20), (Doing.BREAK, 10), (Doing.WORK, 30)]
