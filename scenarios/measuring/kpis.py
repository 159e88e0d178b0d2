"""What an operation is measured by: each figure with its unit, its meaning, and the direction that is better.

Figures are of the measured period alone: jobs that came in, and shifts that began, from the end of the warm-up on. A
promise counts as soon as it is decided: kept, or due and not kept. What is neither by the end is left out, because
nobody knows yet; so an overload shows in promises that are due, and in the backlog.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from dispatch.domain.visit_lifecycle import FINAL, VisitStatus
from dispatch.store.tables import Priority
from optimizer.domain import Promise
from scenarios.measuring.intervals import Interval
from scenarios.simulation.crews import called_off_at
from scenarios.simulation.demand import Job
from scenarios.simulation.operation import Operation, ShiftNow, VisitNow

_DAY, _HOUR = 86_400, 3_600


@dataclass(frozen=True, slots=True)
class Story:
    """A job as it went: when somebody was there first, when it was resolved or called off (None: not yet), and in how
    many visits.
    """

    job: Job
    reached: int | None
    resolved: int | None
    visits: int
    fixed_at_once: bool | None
    called_off: int | None = None

    def due_by(self, end: int) -> Iterator[tuple[Promise, int | None, int]]:
        """Its promises, when each was kept or missed, and up to when that could be told: what a customer calls off is
        not owed any more.
        """
        told = end if self.called_off is None else min(end, self.called_off)
        for promise, when in ((self.job.on_site, self.reached), (self.job.resolve, self.resolved)):
            if promise is not None:
                yield promise, when, told


class Measured:
    """A simulated time that is over, between ``start`` and ``end`` (epoch seconds)."""

    def __init__(self, operation: Operation, start: int, end: int) -> None:
        self.operation, self.start, self.end = operation, start, end

    @property
    def days(self) -> float:
        """Length of the measured period."""
        return (self.end - self.start) / _DAY

    @cached_property
    def every_story(self) -> tuple[Story, ...]:
        """Every job, in the order in which they came in."""
        visits: dict[str, list[VisitNow]] = {}
        for visit in self.operation.visits.values():
            visits.setdefault(visit.job.id, []).append(visit)
        return tuple(_story(several) for several in visits.values())

    @cached_property
    def stories(self) -> tuple[Story, ...]:
        """The jobs that came in within the period."""
        return tuple(one for one in self.every_story if self.start <= one.job.received < self.end)

    @cached_property
    def shifts(self) -> tuple[ShiftNow, ...]:
        """The shifts that began within the period and are over."""
        shifts = self.operation.shifts.values()
        return tuple(one for one in shifts if self.start <= one.start < self.end and one.ended_at is not None)

    def kept(self, priority: Priority | None = None) -> Iterator[bool]:
        """Of each promise that is decided, whether it was kept."""
        for one in self.stories:
            if priority is not None and one.job.priority is not priority:
                continue
            for promise, when, told in one.due_by(self.end):
                if when is not None or promise.at < told:
                    yield when is not None and when <= promise.at

    def lateness_cost(self) -> float:
        """What missed promises cost, those that are still missed as far as they are late by the end."""
        cost = 0.0
        for one in self.stories:
            for promise, when, told in one.due_by(self.end):
                late = (told if when is None else when) - promise.at
                if late > 0:
                    cost += promise.breach_cost + promise.cost_per_hour_late * late / _HOUR
        return cost


def _story(visits: Sequence[VisitNow]) -> Story:
    ordered = sorted(visits, key=lambda one: one.sequence)
    reached = min((one.arrived_at for one in ordered if one.arrived_at is not None), default=None)
    counted = [one for one in ordered if one.status is not VisitStatus.CANCELLED]
    over = bool(counted) and all(one.status in FINAL for one in counted)
    last = [one.status for one in counted if one.sequence == counted[-1].sequence]
    resolved = over and all(one is VisitStatus.COMPLETED for one in last)
    ended = max((one.finished_at for one in counted if one.finished_at is not None), default=None)
    gone = None if resolved else called_off_at(ordered)
    worked = [one.status for one in ordered if one.status in (VisitStatus.COMPLETED, VisitStatus.INCOMPLETE)]
    fixed = worked[0] is VisitStatus.COMPLETED if worked else None
    return Story(ordered[0].job, reached, ended if resolved else None, len(ordered), fixed, gone)


@dataclass(frozen=True, slots=True)
class Kpi:
    """One figure; none is ever below zero. ``more_is_better`` False: less is. ``of`` answers None where there is
    nothing to count. ``share``: it is a share, shown in percent, and its changes in points. ``most``: it is never above
    that.
    """

    name: str
    unit: str
    more_is_better: bool
    meaning: str
    of: Callable[[Measured], float | None]
    share: bool = False
    most: float = math.inf

    def reach(self, mean: Interval) -> tuple[float, float]:
        """From where to where the interval of a mean is drawn: Student's knows no bounds, and the figure does. The mean
        twice where its spread is not known.
        """
        low, high = (mean.low, mean.high) if math.isfinite(mean.half) else (mean.mean or 0.0, mean.mean or 0.0)
        return max(0.0, low), min(self.most, high)


def _share(values: Sequence[bool]) -> float | None:
    return sum(values) / len(values) if values else None


def _kept(priority: Priority | None) -> Callable[[Measured], float | None]:
    return lambda measured: _share(list(measured.kept(priority)))


def _hours(measured: Measured, until: str) -> list[float]:
    found = []
    for one in measured.stories:
        when = one.reached if until == "reached" else one.resolved
        if when is not None:
            found.append((when - one.job.received) / _HOUR)
    return found


def _mean(values: Sequence[float]) -> float | None:
    return statistics.fmean(values) if values else None


def _tenth_longest(values: Sequence[float]) -> float | None:
    """The 90th percentile: the smallest value that nine of ten do not exceed."""
    return sorted(values)[max(0, -(-len(values) * 9 // 10) - 1)] if values else None


def _critical(measured: Measured) -> list[float]:
    of = Priority.CRITICAL
    return [(s.reached - s.job.received) / 60 for s in measured.stories if s.job.priority is of and s.reached]


def _fixed(measured: Measured) -> float | None:
    return _share([one.fixed_at_once for one in measured.stories if one.fixed_at_once is not None])


def _travel_share(measured: Measured) -> float | None:
    driven, worked = sum(one.driven for one in measured.shifts), sum(one.worked for one in measured.shifts)
    return driven / (driven + worked) if driven + worked else None


def _utilisation(measured: Measured) -> float | None:
    paid = sum(one.end - one.start for one in measured.shifts)
    return sum(one.driven + one.worked for one in measured.shifts) / paid if paid else None


def _overtime(measured: Measured) -> float:
    return sum(max(0, (one.ended_at or 0) - one.end) for one in measured.shifts) / _HOUR / measured.days


def _resolved(measured: Measured) -> float:
    done = sum(one.resolved is not None and measured.start <= one.resolved < measured.end for one in _all(measured))
    return done / measured.days


def _all(measured: Measured) -> tuple[Story, ...]:
    return measured.every_story


def _backlog(measured: Measured) -> float:
    """At each midnight of the period."""
    midnights = range(measured.start + _DAY, measured.end + 1, _DAY) or [measured.end]
    waiting = [
        sum(one.job.received < at and min(_over(one), default=at) >= at for one in _all(measured)) for at in midnights
    ]
    return statistics.fmean(waiting)


def _over(story: Story) -> Iterator[int]:
    """When a job was resolved or called off."""
    return (at for at in (story.resolved, story.called_off) if at is not None)


def _paid(measured: Measured) -> float:
    """What working costs, a day."""
    cost = 0.0
    for one in measured.shifts:
        rates, overtime = one.person.costs, max(0, (one.ended_at or 0) - one.end)
        cost += rates.per_shift + rates.per_travel_hour * one.driven / _HOUR + rates.per_km * one.metres / 1000
        cost += rates.per_overtime_hour * overtime / _HOUR
        if one.began_at is not None and one.ended_at is not None:
            cost += rates.per_duty_hour * (one.ended_at - one.began_at) / _HOUR
    return cost / measured.days


def _late(measured: Measured) -> float:
    return measured.lateness_cost() / measured.days


def _co2(measured: Measured) -> float:
    kilometres = sum(one.metres for one in measured.shifts) / 1000
    return kilometres * measured.operation.situation.kg_co2_per_km / measured.days


def _fairness(measured: Measured) -> float | None:
    """Jain's index of the hours that each technician drives and works on a shift (Jain, Chiu and Hawe, 1984)."""
    work: dict[str, list[float]] = {}
    for one in measured.shifts:
        work.setdefault(one.person.id, []).append((one.driven + one.worked) / _HOUR)
    means = [statistics.fmean(hours) for hours in work.values()]
    squares = sum(hours * hours for hours in means)
    return sum(means) ** 2 / (len(means) * squares) if squares else None


_KPIS = (
    Kpi("sla", "%", True, "promises kept, of all that are decided", _kept(None), share=True, most=1),
    *(
        Kpi(f"sla_{one.value}", "%", True, f"promises kept to {one.value} jobs", _kept(one), share=True, most=1)
        for one in Priority
    ),
    Kpi("response_hours", "h", False, "from intake until somebody is there", lambda m: _mean(_hours(m, "reached"))),
    Kpi(
        "response_hours_p90",
        "h",
        False,
        "the time within which somebody is there at nine of ten jobs",
        lambda m: _tenth_longest(_hours(m, "reached")),
    ),
    Kpi(
        "critical_minutes",
        "min",
        False,
        "from intake until somebody is there, critical jobs",
        lambda m: _mean(_critical(m)),
    ),
    Kpi("resolution_hours", "h", False, "from intake until it is resolved", lambda m: _mean(_hours(m, "resolved"))),
    Kpi(
        "first_time_fix",
        "%",
        True,
        "jobs whose first visit at which work was done resolves them",
        _fixed,
        share=True,
        most=1,
    ),
    Kpi("travel_share", "%", False, "driving, of driving and service", _travel_share, share=True, most=1),
    Kpi("utilisation", "%", True, "driving and service, of the time of all shifts", _utilisation, share=True),
    Kpi("overtime_hours", "h/day", False, "hours beyond the ends of shifts", _overtime),
    Kpi("jobs_per_day", "/day", True, "jobs resolved", _resolved),
    Kpi("backlog", "jobs", False, "jobs that are not resolved, at midnight", _backlog),
    Kpi("cost_per_day", "/day", False, "what shifts, driving and overtime cost", _paid),
    Kpi("lateness_cost_per_day", "/day", False, "what missed promises cost", _late),
    Kpi("co2_kg_per_day", "kg/day", False, "carbon dioxide of driving", _co2),
    Kpi("fairness", "", True, "Jain's index of technicians' working hours: 1 is all alike", _fairness, most=1),
)

KPIS: Mapping[str, Kpi] = {one.name: one for one in _KPIS}
"""Every figure there is, by its name, in the order in which tables list them."""


def measure(measured: Measured) -> dict[str, float | None]:
    """Every figure of a simulated time; None where there is nothing to count."""
    return {name: kpi.of(measured) for name, kpi in KPIS.items()}
