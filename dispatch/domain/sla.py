"""The arithmetic of promises: clocks that start, pause, run again, are met or stopped, warn, and climb a ladder.

A clock counts business time (see :mod:`dispatch.domain.calendars`). It is **due** at the first instant by which the
allowed time has gone by while it ran, and **breached** from the second after that: a promise that is kept to the second
is kept. When that was noticed does not matter. A breached clock runs on until it is met late or stopped, and stays
breached; only new terms under which it is not due yet take the breach back.

Everything that is to happen to a running clock happens when its spent time reaches a number of seconds:

=============  ===========================================================================================
a warning      a share of the allowed time; of several that passed unseen, only the last is told
the breach     the allowed time (and the clock on the wall one second further)
a ladder step  the allowed time and the step's seconds after it; each is taken, in order, one by one
=============  ===========================================================================================

So a clock that stands still is silent, and whoever watches clocks may do so as rarely or as often as they like, stop,
and begin again: :func:`watched` tells what has become due since it was last asked, and never the same twice.
"""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from dispatch.domain.calendars import Calendar
from dispatch.domain.job_lifecycle import JobStatus

_SECOND = dt.timedelta(seconds=1)


class Target(enum.StrEnum):
    """What a clock runs for."""

    RESPOND = "respond"
    DISPATCH = "dispatch"
    ON_SITE = "on_site"
    RESOLVE = "resolve"


class ClockState(enum.StrEnum):
    """Where a clock stands. A breached clock goes on until it is met late or stopped."""

    RUNNING = "running"
    PAUSED = "paused"
    MET = "met"
    STOPPED = "stopped"


LIVE = frozenset({ClockState.RUNNING, ClockState.PAUSED})
"""Something can still happen to the clock."""


# What starts, pauses, meets and stops a clock ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Course:
    """How a clock follows its job: in which statuses it is met, in which it is over without having been met, and
    whether it runs again, with what it had spent, when the job leaves the statuses in which it was met."""

    met: frozenset[JobStatus]
    over: frozenset[JobStatus]
    runs_again: bool = False


_S = JobStatus
_THERE = frozenset({_S.ON_SITE, _S.PAUSED, _S.NO_SHOW, _S.WAITING_FOR_PARTS, _S.NEEDS_VISIT, _S.COMPLETED, _S.CLOSED})
_ON_ITS_WAY = frozenset({_S.DISPATCHED, _S.ACCEPTED, _S.EN_ROUTE}) | _THERE
_NO_MORE = frozenset({_S.CANCELLED, _S.DECLINED})

COURSES: Mapping[Target, Course] = {
    Target.RESPOND: Course(met=frozenset(_S) - {_S.RECEIVED, _S.CANCELLED}, over=frozenset({_S.CANCELLED})),
    Target.DISPATCH: Course(met=_ON_ITS_WAY, over=_NO_MORE),
    Target.ON_SITE: Course(met=_THERE, over=_NO_MORE),
    Target.RESOLVE: Course(met=frozenset({_S.COMPLETED, _S.CLOSED}), over=_NO_MORE, runs_again=True),
}
"""The one table of what a job's status means to its clocks. Every clock starts when the job is received.

- *respond* is met by the first reaction: triage, a question to the customer, even a refusal.
- *dispatch* is met when a visit is on somebody's phone, *on site* when somebody is there. What was kept once stays
  kept: a visit that is declined later, or a second visit, is a matter of *resolve*. A technician who stood before a
  closed door (no-show) was there.
- *resolve* is met by the completed job. One that is reopened was not resolved: the clock goes on from what it had
  spent.
- A job that is cancelled or declined takes its promises with it; if one was broken by then, that stays.

In which statuses clocks stand still is for each SLA policy to say (``pauses_on``). A status that meets a clock meets it
even if the policy names it there.
"""


# Terms and readings --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Terms:
    """What was promised: so many seconds (at least one) of the calendar's time, with shares at which to warn (between
    0 and 1, rising) and seconds after the breach at which the steps of the ladder are due (rising)."""

    calendar: Calendar
    allowed: int
    warn_at: tuple[float, ...] = ()
    ladder: tuple[int, ...] = ()

    def warning(self, index: int) -> int:
        """The spent seconds at which a warning is due."""
        return round(self.warn_at[index] * self.allowed)

    def passed(self, gone: int) -> int:
        """How many warnings were due by the time so much was spent."""
        return sum(gone >= self.warning(index) for index in range(len(self.warn_at)))

    def climbed(self, gone: int) -> int:
        """How many steps of the ladder were due by the time so much was spent."""
        return sum(gone >= self.allowed + after for after in self.ladder)


@dataclass(frozen=True, slots=True)
class Reading:
    """What a clock shows. Immutable; the functions of this module answer the next one.

    ``spent`` (business seconds) had gone by when it last stood still, ``running_since`` is when it began to run again.
    ``warned`` counts the warnings that passed, ``escalated`` the steps of the ladder that were taken.
    ``due_at`` of a paused clock is when it would have been due had it run on.
    """

    started_at: dt.datetime
    due_at: dt.datetime
    running_since: dt.datetime | None
    state: ClockState = ClockState.RUNNING
    spent: int = 0
    ended_at: dt.datetime | None = None
    breached_at: dt.datetime | None = None
    warned: int = 0
    escalated: int = 0


class What(enum.StrEnum):
    """What became due on a clock."""

    WARNING = "warning"
    BREACH = "breach"
    STEP = "step"


@dataclass(frozen=True, slots=True)
class Happening:
    """Something that became due: a warning or a step by its ``index``, or the breach."""

    what: What
    index: int = 0


@dataclass(frozen=True, slots=True)
class Followed:
    """A clock after something was done to it, and what became due on the way."""

    reading: Reading
    happenings: tuple[Happening, ...] = field(default=())


# Turning the clock ---------------------------------------------------------------------------------------------------


def started(terms: Terms, at: dt.datetime) -> Reading:
    """A clock that starts to run at an instant."""
    at = whole(at)
    return Reading(started_at=at, running_since=at, due_at=terms.calendar.after(at, terms.allowed))


def spent(reading: Reading, terms: Terms, at: dt.datetime) -> int:
    """The business seconds that have gone by while the clock ran, until an instant."""
    if reading.running_since is None:
        return reading.spent
    return reading.spent + terms.calendar.between(reading.running_since, at)


def watched(reading: Reading, terms: Terms, at: dt.datetime) -> Followed:
    """The clock at an instant, and what has become due since it was last watched."""
    if reading.state is not ClockState.RUNNING:
        return Followed(reading)
    at = whole(at)
    happenings: list[Happening] = []
    gone = spent(reading, terms, at)
    passed = terms.passed(gone)
    if reading.breached_at is None and at > reading.due_at:
        happenings.append(Happening(What.BREACH))
        reading = replace(reading, breached_at=reading.due_at, warned=max(passed, reading.warned))
    elif passed > reading.warned:
        if reading.breached_at is None:
            happenings.append(Happening(What.WARNING, passed - 1))
        reading = replace(reading, warned=passed)
    if reading.breached_at is not None:
        climbed = terms.climbed(gone)
        happenings += [Happening(What.STEP, index) for index in range(reading.escalated, climbed)]
        reading = replace(reading, escalated=max(climbed, reading.escalated))
    return Followed(reading, tuple(happenings))


def next_watch(reading: Reading, terms: Terms) -> dt.datetime | None:
    """When something will become due next if nothing is done to the clock; None: nothing will."""
    if reading.state is not ClockState.RUNNING:
        return None
    if reading.breached_at is None:
        breach = reading.due_at + _SECOND
        if reading.warned < len(terms.warn_at):
            return min(breach, _reached(reading, terms, terms.warning(reading.warned)))
        return breach
    if reading.escalated < len(terms.ladder):
        return _reached(reading, terms, terms.allowed + terms.ladder[reading.escalated])
    return None


def paused(reading: Reading, terms: Terms, at: dt.datetime) -> Followed:
    """The clock stands still from an instant on."""
    before = watched(reading, terms, at)
    return replace(before, reading=_stood_still(before.reading, terms, at, ClockState.PAUSED))


def resumed(reading: Reading, terms: Terms, at: dt.datetime) -> Reading:
    """The clock runs again from an instant on, with what it had spent."""
    running = replace(reading, state=ClockState.RUNNING, running_since=whole(at), ended_at=None)
    if running.breached_at is not None:
        return running
    return replace(running, due_at=_reached(running, terms, terms.allowed))


def ended(reading: Reading, terms: Terms, at: dt.datetime, state: ClockState) -> Followed:
    """The clock is met, or stopped without having been met, at an instant; there is nothing left to warn of.

    An instant before the breach takes a breach back that was told meanwhile: a phone without a signal reports later
    that its technician was there in time.
    """
    at = whole(at)
    if reading.breached_at is not None and at <= reading.due_at:
        reading = replace(reading, breached_at=None)
    before = watched(reading, terms, at)
    over = replace(_stood_still(before.reading, terms, at, state), ended_at=at)
    return Followed(over, tuple(one for one in before.happenings if one.what is not What.WARNING))


def retimed(reading: Reading, terms: Terms, at: dt.datetime) -> Reading:
    """A live clock under new terms, from when it last began to run and with what it had spent by then.

    Is it not due yet by them, a breach is taken back, and the ladder lies before it again; warnings that lie ahead
    again will be told again. Is it due earlier, what that asks for shows when it is watched next. What is over stays as
    it was. The same terms change nothing.
    """
    if reading.state not in LIVE:
        return reading
    if reading.breached_at is not None and reading.spent >= terms.allowed:
        return reading  # it was due while it ran before
    since = reading.running_since
    due_at = reading.due_at if since is None else terms.calendar.after(since, max(0, terms.allowed - reading.spent))
    gone = spent(reading, terms, at)
    reading = replace(reading, due_at=due_at, warned=min(reading.warned, terms.passed(gone)))
    if reading.breached_at is None:
        return reading
    if since is None or whole(at) <= due_at:
        return replace(reading, breached_at=None, escalated=0)
    return replace(reading, breached_at=due_at)


def followed(
    target: Target,
    reading: Reading,
    terms: Terms,
    status: JobStatus,
    pauses_on: frozenset[JobStatus],
    at: dt.datetime,
) -> Followed:
    """The clock of a job that is in a status since an instant, by :data:`COURSES`. Asking twice changes nothing."""
    course = COURSES[target]
    over = status in course.met or status in course.over
    if reading.state in LIVE and over:
        return ended(reading, terms, at, ClockState.MET if status in course.met else ClockState.STOPPED)
    if over or (reading.state not in LIVE and not course.runs_again):
        return Followed(reading)
    if status not in pauses_on:
        return Followed(reading) if reading.state is ClockState.RUNNING else Followed(resumed(reading, terms, at))
    if reading.state is ClockState.RUNNING:
        return paused(reading, terms, at)
    return Followed(replace(reading, state=ClockState.PAUSED, ended_at=None))


def _stood_still(reading: Reading, terms: Terms, at: dt.datetime, state: ClockState) -> Reading:
    return replace(reading, state=state, spent=spent(reading, terms, at), running_since=None)


def _reached(reading: Reading, terms: Terms, seconds: int) -> dt.datetime:
    """When the spent time of a running clock reaches so many seconds; when it began to run, if it had by then."""
    assert reading.running_since is not None
    return terms.calendar.after(reading.running_since, max(0, seconds - reading.spent))


def whole(at: dt.datetime) -> dt.datetime:
    """The instant without what is smaller than a second, which clocks do not count."""
    return at.replace(microsecond=0)
