"""Clocks against a model that lives through every minute, and the laws that watching and changing terms obey."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.domain.calendars import DAYS, Calendar, calendar_of
from dispatch.domain.job_lifecycle import ENDED, TRANSITIONS, JobStatus
from dispatch.domain.sla import (
    COURSES,
    ClockState,
    Happening,
    Reading,
    Target,
    Terms,
    What,
    ended,
    followed,
    next_watch,
    paused,
    resumed,
    retimed,
    spent,
    started,
    watched,
)
from tests.dispatch.domain.minutes import MINUTE, SECOND, Minutes
from tests.dispatch.domain.strategies import situations

PAUSES = frozenset({JobStatus.WAITING_FOR_CUSTOMER, JobStatus.WAITING_FOR_PARTS})
LIVES = (
    JobStatus.TRIAGED,
    JobStatus.ON_SITE,
    JobStatus.WAITING_FOR_CUSTOMER,
    JobStatus.WAITING_FOR_PARTS,
    JobStatus.NEEDS_VISIT,
    JobStatus.COMPLETED,
    JobStatus.CLOSED,
    JobStatus.CANCELLED,
)
HOUR = 3600
BREACH = Happening(What.BREACH)


def warning(index: int) -> Happening:
    return Happening(What.WARNING, index)


def step(index: int) -> Happening:
    return Happening(What.STEP, index)


# The naive model -----------------------------------------------------------------------------------------------------


@dataclass
class Naive:
    """The *resolve* clock of a job, lived through minute by minute; everything happens at whole minutes."""

    calendar: Minutes
    allowed: int
    ladder: tuple[int, ...]
    at: dt.datetime
    state: ClockState = ClockState.RUNNING
    spent: int = 0
    due: dt.datetime | None = None
    breached: bool = False
    steps: list[int] = field(default_factory=list)

    def live(self, until: dt.datetime) -> None:
        while self.at < until:
            if self.state is ClockState.RUNNING:
                if self.due is None and self.spent >= self.allowed:
                    self.due = self.at  # it was used up to the second when it stood still
                if self.due is not None:
                    self.breached = True  # it runs beyond the minute in which it was due
                if self.calendar.shows_business(self.at):
                    self.spent += 60
                if self.due is None and self.spent >= self.allowed:
                    self.due = self.at + MINUTE
            self.at += MINUTE
        self.climb()

    def climb(self) -> None:
        if self.breached and self.state is ClockState.RUNNING:
            reached = [index for index, after in enumerate(self.ladder) if self.spent >= self.allowed + after]
            self.steps += [index for index in reached if index not in self.steps]

    def turn(self, status: JobStatus) -> None:
        before = self.state
        if status in (JobStatus.COMPLETED, JobStatus.CLOSED):
            if self.state in (ClockState.RUNNING, ClockState.PAUSED):
                self.state = ClockState.MET
        elif status is JobStatus.CANCELLED:
            if self.state in (ClockState.RUNNING, ClockState.PAUSED):
                self.state = ClockState.STOPPED
        elif status in PAUSES:
            self.state = ClockState.PAUSED
        else:
            self.state = ClockState.RUNNING
        if before is not ClockState.RUNNING and not self.breached:
            self.due = None  # how long it stood still moves what it is due


Turn = tuple[int, JobStatus, bool]
"""So many minutes later the job has this status; whether somebody watches before."""

turns = st.lists(st.tuples(st.integers(0, 1500), st.sampled_from(LIVES), st.booleans()), max_size=7)
shares = st.lists(st.integers(1, 19), unique=True, max_size=3).map(lambda found: tuple(n / 20 for n in sorted(found)))
ladders = st.lists(st.integers(0, 300).map(lambda minutes: minutes * 60), max_size=3).map(
    lambda all_: tuple(sorted(all_))
)
minutes_allowed = st.integers(1, 1200).map(lambda minutes: minutes * 60)


@st.composite
def promised(draw: st.DrawFn) -> tuple[Terms, Minutes, dt.datetime]:
    calendar, told, start = draw(situations())
    return Terms(calendar, draw(minutes_allowed), draw(shares), draw(ladders)), told, start


def lived(terms: Terms, start: dt.datetime, life: list[Turn]) -> tuple[Reading, list[Happening], dt.datetime]:
    """The *resolve* clock after a life, all that became due on the way, and when that was."""
    reading, happened, at = started(terms, start), list[Happening](), start
    for minutes, status, watching in life:
        if watching:
            halfway = watched(reading, terms, at + minutes // 2 * MINUTE)
            reading, happened = halfway.reading, [*happened, *halfway.happenings]
        at += minutes * MINUTE
        turned = followed(Target.RESOLVE, reading, terms, status, PAUSES, at)
        reading, happened = turned.reading, [*happened, *turned.happenings]
    return reading, happened, at


@given(promised(), turns, st.integers(0, 2000))
def test_a_clock_does_what_a_minute_by_minute_life_does(
    promise: tuple[Terms, Minutes, dt.datetime], life: list[Turn], rest: int
) -> None:
    terms, told, start = promise
    naive = Naive(told, terms.allowed, terms.ladder, start)
    reading, happened, at = lived(terms, start, life)
    for minutes, status, _ in life:
        naive.live(naive.at + minutes * MINUTE)
        naive.turn(status)
    end = at + rest * MINUTE
    naive.live(end)
    last = watched(reading, terms, end)
    reading, happened = last.reading, [*happened, *last.happenings]

    assert reading.state is naive.state
    assert spent(reading, terms, end) == naive.spent
    assert (reading.breached_at is not None) == naive.breached
    if naive.breached:
        assert reading.breached_at == reading.due_at == naive.due
    elif naive.state is ClockState.RUNNING and naive.due is not None:
        assert reading.due_at == naive.due
    elif naive.state is ClockState.RUNNING:
        assert reading.due_at > end
    assert happened.count(BREACH) == naive.breached
    assert [one.index for one in happened if one.what is What.STEP] == naive.steps == list(range(len(naive.steps)))


# Laws ----------------------------------------------------------------------------------------------------------------


@given(promised(), turns, st.lists(st.integers(0, 2000), max_size=6))
def test_how_often_somebody_watches_changes_nothing_but_when_warnings_are_told(
    promise: tuple[Terms, Minutes, dt.datetime], life: list[Turn], rests: list[int]
) -> None:
    terms, _, start = promise
    seldom, heard_seldom, at = lived(terms, start, [(minutes, status, False) for minutes, status, _ in life])
    often, heard_often, _ = lived(terms, start, life)
    end = at + sum(rests) * MINUTE
    for rest in [*rests, 0]:
        at += rest * MINUTE
        glance = watched(often, terms, at)
        often, heard_often = glance.reading, [*heard_often, *glance.happenings]
    last = watched(seldom, terms, end)
    seldom, heard_seldom = last.reading, [*heard_seldom, *last.happenings]
    assert seldom == often
    without_warnings = [[one for one in heard if one.what is not What.WARNING] for heard in (heard_seldom, heard_often)]
    assert without_warnings[0] == without_warnings[1]
    told = [one.index for one in heard_often if one.what is What.WARNING]
    assert told == sorted(set(told)), "each warning is told once, in order"


@given(promised(), turns)
def test_nothing_is_due_before_the_next_watch_and_something_is_due_at_it(
    promise: tuple[Terms, Minutes, dt.datetime], life: list[Turn]
) -> None:
    terms, _, start = promise
    reading, _, at = lived(terms, start, life)
    reading = watched(reading, terms, at).reading
    for _ in range(2 + len(terms.warn_at) + len(terms.ladder)):
        following = next_watch(reading, terms)
        if following is None:
            break
        assert following > at
        assert watched(reading, terms, following - SECOND).happenings == ()
        turned = watched(reading, terms, following)
        assert turned.happenings != ()
        assert watched(turned.reading, terms, following).happenings == (), "nothing is told twice"
        reading, at = turned.reading, following
    assert next_watch(reading, terms) is None, "a clock that runs on becomes silent at last"
    assert watched(reading, terms, at + dt.timedelta(days=300)).happenings == ()


@given(promised(), turns, st.integers(0, 2000))
def test_the_same_terms_change_nothing(
    promise: tuple[Terms, Minutes, dt.datetime], life: list[Turn], rest: int
) -> None:
    terms, _, start = promise
    reading, _, at = lived(terms, start, life)
    assert retimed(reading, terms, at + rest * MINUTE) == reading


@given(promised(), minutes_allowed, st.integers(0, 3000), st.booleans())
def test_a_clock_that_never_stood_still_is_under_new_terms_as_if_it_had_always_been(
    promise: tuple[Terms, Minutes, dt.datetime], allowed: int, minutes: int, watching: bool
) -> None:
    terms, _, start = promise
    at = start + minutes * MINUTE
    reading = watched(started(terms, start), terms, at).reading if watching else started(terms, start)
    new = replace(terms, allowed=allowed)
    changed = watched(retimed(reading, new, at), new, at).reading
    fresh = watched(started(new, start), new, at).reading
    assert (changed.due_at, changed.breached_at, changed.warned) == (fresh.due_at, fresh.breached_at, fresh.warned)
    assert changed.escalated >= fresh.escalated, "steps that were taken are not taken again"


@given(
    promised(), st.lists(st.tuples(st.integers(0, 90_000), st.integers(0, 90_000)), max_size=5), st.integers(0, 90_000)
)
def test_pauses_to_the_second_move_the_due_instant_by_the_business_time_they_took(
    promise: tuple[Terms, Minutes, dt.datetime], pauses: list[tuple[int, int]], rest: int
) -> None:
    terms, _, start = promise
    reading, at, ran = started(terms, start), start, 0
    for running, standing in pauses:
        ran += terms.calendar.between(at, at + running * SECOND)
        at += running * SECOND
        reading = paused(reading, terms, at).reading
        assert reading.spent == ran
        at += standing * SECOND
        reading = resumed(reading, terms, at)
    if reading.breached_at is None:
        assert reading.due_at == terms.calendar.after(at, terms.allowed - ran)
    assert spent(reading, terms, at + rest * SECOND) == ran + terms.calendar.between(at, at + rest * SECOND)


# The table -----------------------------------------------------------------------------------------------------------


def test_every_target_has_a_course_and_no_status_both_meets_and_ends_a_clock() -> None:
    assert set(COURSES) == set(Target)
    assert not any(course.met & course.over for course in COURSES.values())


@pytest.mark.parametrize("target", Target)
def test_no_clock_outlives_its_job(target: Target) -> None:
    assert COURSES[target].met | COURSES[target].over >= ENDED


@pytest.mark.parametrize(
    ("target", "status", "expected"),
    [
        (Target.RESPOND, JobStatus.RECEIVED, ClockState.RUNNING),
        (Target.RESPOND, JobStatus.TRIAGED, ClockState.MET),
        (Target.RESPOND, JobStatus.WAITING_FOR_CUSTOMER, ClockState.MET),
        (Target.RESPOND, JobStatus.DECLINED, ClockState.MET),
        (Target.RESPOND, JobStatus.CANCELLED, ClockState.STOPPED),
        (Target.DISPATCH, JobStatus.SCHEDULED, ClockState.RUNNING),
        (Target.DISPATCH, JobStatus.DISPATCHED, ClockState.MET),
        (Target.DISPATCH, JobStatus.DECLINED, ClockState.STOPPED),
        (Target.ON_SITE, JobStatus.EN_ROUTE, ClockState.RUNNING),
        (Target.ON_SITE, JobStatus.ON_SITE, ClockState.MET),
        (Target.ON_SITE, JobStatus.NO_SHOW, ClockState.MET),
        (Target.ON_SITE, JobStatus.WAITING_FOR_CUSTOMER, ClockState.PAUSED),
        (Target.RESOLVE, JobStatus.ON_SITE, ClockState.RUNNING),
        (Target.RESOLVE, JobStatus.PAUSED, ClockState.RUNNING),
        (Target.RESOLVE, JobStatus.NO_SHOW, ClockState.RUNNING),
        (Target.RESOLVE, JobStatus.WAITING_FOR_PARTS, ClockState.PAUSED),
        (Target.RESOLVE, JobStatus.COMPLETED, ClockState.MET),
        (Target.RESOLVE, JobStatus.CANCELLED, ClockState.STOPPED),
    ],
)
def test_a_status_does_to_a_clock_what_people_expect(target: Target, status: JobStatus, expected: ClockState) -> None:
    reading = followed(target, started(TERMS, MONDAY), TERMS, status, PAUSES, MONDAY + MINUTE).reading
    assert reading.state is expected


@pytest.mark.parametrize("target", [Target.RESPOND, Target.DISPATCH, Target.ON_SITE])
def test_what_was_kept_once_stays_kept_wherever_the_job_goes(target: Target) -> None:
    kept = ended(started(TERMS, MONDAY), TERMS, MONDAY + MINUTE, ClockState.MET).reading
    for status in JobStatus:
        assert followed(target, kept, TERMS, status, PAUSES, MONDAY + 2 * MINUTE).reading == kept


def test_every_way_back_from_a_finished_job_sets_its_resolve_clock_going() -> None:
    met = COURSES[Target.RESOLVE].met
    back = {after for (before, _), after in TRANSITIONS.items() if before in met and after not in met}
    assert back == {JobStatus.NEEDS_VISIT}
    done = ended(started(TERMS, MONDAY), TERMS, MONDAY + 2 * 60 * MINUTE, ClockState.MET).reading
    again = followed(Target.RESOLVE, done, TERMS, JobStatus.NEEDS_VISIT, PAUSES, MONDAY + 5 * 60 * MINUTE).reading
    assert (again.state, again.spent) == (ClockState.RUNNING, 2 * HOUR)
    assert again.due_at == MONDAY + 7 * 60 * MINUTE, "two of four hours are left"


# What people can follow by hand --------------------------------------------------------------------------------------

ALWAYS: Calendar = calendar_of("UTC", {day: [["00:00", "24:00"]] for day in DAYS})
MONDAY = dt.datetime(2026, 11, 23, 8, tzinfo=dt.UTC)
TERMS = Terms(ALWAYS, 4 * HOUR, (0.5, 0.75, 0.9), (0, HOUR, 2 * HOUR))


def later(hours: float) -> dt.datetime:
    return MONDAY + dt.timedelta(hours=hours)


def test_warnings_then_the_breach_then_the_ladder() -> None:
    reading, told = started(TERMS, MONDAY), []
    while (at := next_watch(reading, TERMS)) is not None:
        turned = watched(reading, TERMS, at)
        reading = turned.reading
        told += [((at - MONDAY) / dt.timedelta(hours=1), one) for one in turned.happenings]
    beyond = 1 / HOUR
    assert told == [
        (2, warning(0)),
        (3, warning(1)),
        (3.6, warning(2)),
        (4 + beyond, BREACH),
        (4 + beyond, step(0)),
        (5, step(1)),
        (6, step(2)),
    ]
    assert reading.breached_at == later(4)


def test_of_warnings_that_nobody_was_there_for_only_the_last_is_told() -> None:
    assert watched(started(TERMS, MONDAY), TERMS, later(3.7)).happenings == (warning(2),)


def test_after_a_long_sleep_the_breach_is_told_without_warnings_and_every_step_is_taken() -> None:
    assert watched(started(TERMS, MONDAY), TERMS, later(20)).happenings == (BREACH, step(0), step(1), step(2))


def test_a_promise_that_is_kept_to_the_second_is_kept() -> None:
    kept = ended(started(TERMS, MONDAY), TERMS, later(4), ClockState.MET)
    late = ended(started(TERMS, MONDAY), TERMS, later(4) + SECOND, ClockState.MET)
    assert kept.reading.breached_at is None
    assert late.reading.breached_at == later(4)
    assert BREACH in late.happenings


def test_a_clock_that_is_met_late_stays_breached_and_becomes_silent() -> None:
    late = ended(watched(started(TERMS, MONDAY), TERMS, later(4.5)).reading, TERMS, later(4.6), ClockState.MET).reading
    assert (late.state, late.breached_at, late.ended_at) == (ClockState.MET, later(4), later(4.6))
    assert next_watch(late, TERMS) is None
    assert watched(late, TERMS, later(50)).happenings == ()


def test_what_a_phone_reports_later_counts_from_when_it_happened() -> None:
    breached = watched(started(TERMS, MONDAY), TERMS, later(5)).reading
    assert breached.breached_at == later(4)
    reported = ended(breached, TERMS, later(3), ClockState.MET).reading
    assert (reported.breached_at, reported.ended_at, reported.spent) == (None, later(3), 3 * HOUR)


def test_a_breached_clock_that_stands_still_climbs_no_further_until_it_runs_again() -> None:
    breached = watched(started(TERMS, MONDAY), TERMS, later(4.5)).reading
    waiting = paused(breached, TERMS, later(4.5)).reading
    assert next_watch(waiting, TERMS) is None
    assert watched(waiting, TERMS, later(30)).happenings == ()
    again = resumed(waiting, TERMS, later(30))
    assert again.due_at == again.breached_at == later(4), "a breach does not move"
    assert next_watch(again, TERMS) == later(30.5)


def test_a_longer_promise_takes_a_breach_back_and_the_ladder_lies_ahead_again() -> None:
    breached = watched(started(TERMS, MONDAY), TERMS, later(4.5)).reading
    assert breached.escalated == 1
    longer = replace(TERMS, allowed=8 * HOUR)
    changed = retimed(breached, longer, later(4.5))
    assert (changed.due_at, changed.breached_at, changed.escalated) == (later(8), None, 0)
    assert changed.warned == 1, "half of eight hours has gone by and was told"
    assert next_watch(changed, longer) == later(6)


def test_a_shorter_promise_is_breached_at_once_where_its_time_is_over() -> None:
    shorter = replace(TERMS, allowed=HOUR)
    changed = retimed(started(TERMS, MONDAY), shorter, later(3))
    assert watched(changed, shorter, later(3)).happenings == (BREACH, step(0), step(1), step(2))
    assert watched(changed, shorter, later(3)).reading.breached_at == later(1)


def test_due_at_closing_time_is_late_on_the_next_morning_though_no_business_time_went_by() -> None:
    office = calendar_of("UTC", {day: [["09:00", "18:00"]] for day in DAYS[:5]})
    terms = Terms(office, HOUR)
    reading = started(terms, dt.datetime(2026, 11, 20, 17, tzinfo=dt.UTC))
    assert reading.due_at == dt.datetime(2026, 11, 20, 18, tzinfo=dt.UTC)
    assert watched(reading, terms, dt.datetime(2026, 11, 21, 10, tzinfo=dt.UTC)).happenings == (BREACH,)
