"""What is left of each visit, as the optimizer is told of it.

- What somebody is on takes what is left of its planned time; an overrun one some minutes more.
- Windows that have passed no longer hold. Where all have, the appointment is missed: it becomes a promise that costs.
- A link to a visit that is over becomes the earliest start; one to a visit that is cancelled is gone.
- Nothing need be done at any cost: without a ``drop_cost`` of its own, leaving a visit out costs by its priority. So
  there always is a plan. What is late already costs what that costs as well, done or not.
- Who is preferred: whom the visit names; else for a critical job the seniors of its territory; else its territory's
  technicians. A territory is a preference, not a must: the next technician may live across the border.
- The seniors that a critical job is asked of are asked as long as one of them is at work in time; where none is, or
  the last of them has gone home ill, anybody is better than nobody.
- A skill whose certificate expires within the horizon counts for as long as it holds: visits that could come later
  are not given to its holder, and one that is already planned in time may not be moved beyond it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from math import ceil

from dispatch.domain.visit_lifecycle import FINAL, VisitStatus
from dispatch.planning.facts import Facts, Work, seconds
from dispatch.planning.pins import Pin
from dispatch.planning.places import Places
from dispatch.store.tables import Priority
from optimizer.domain import After, Previous, Promise, Role, TimeWindow, Visit

DROP_COSTS: Mapping[Priority, float] = {
    Priority.CRITICAL: 5000.0,
    Priority.HIGH: 1200.0,
    Priority.NORMAL: 400.0,
    Priority.LOW: 150.0,
}
"""What leaving a visit out costs, where the visit does not say."""
HELD_DROP_COST = 10_000.0
"""A slot that is kept for a customer is given up only where nothing else is possible."""
MISSED_APPOINTMENT = (60.0, 40.0)
"""What a missed appointment costs, once and for each further hour."""
NAMED_COST, SENIOR_COST, TERRITORY_COST = 25.0, 150.0, 15.0
"""What it costs when none of the preferred does it: named for the visit, seniors for a critical job, the territory."""
SHORTEST = 60
"""Seconds that a visit takes at least, once somebody is there."""
OVERRUN = 300
"""Seconds more for a visit that has taken all its planned time."""
AT_LEAST = 3600
"""Whoever is at work so many seconds from now is in time for what is late already."""
FAR = 400 * 86_400
"""Seconds from now that no plan reaches."""


@dataclass(frozen=True)
class People:
    """The technicians of the problem: skills by level, those skills that expire: (technician, skill) → when, and from
    when on each has some of a shift left.
    """

    levels: Mapping[str, Mapping[str, int]]
    expiring: Mapping[tuple[str, str], int]
    works_from: Mapping[str, int] = field(default_factory=dict)


class VisitsNow:
    """Makes the optimizer's visits, one by one. ``notes`` collects what was relaxed."""

    def __init__(self, facts: Facts, places: Places, people: People, notes: list[str]) -> None:
        self.facts, self.places, self.people, self.notes = facts, places, people, notes

    def visit(self, work: Work) -> Visit:
        """The visit as it stands."""
        return self._under_way(work) if work.active else self._ahead(work)

    # -- somebody is on it -----------------------------------------------------------------------------------------

    def _under_way(self, work: Work) -> Visit:
        row = work.visit
        crew = [stop.technician_id for stop in self.facts.published.get(row.id, ())]
        promised = self.facts.promised.get(work.job.id)
        made = self._plain(work)
        arrive_by = promised.arrive_by if promised else None
        on_the_way = row.status is VisitStatus.EN_ROUTE
        return replace(
            made,
            duration=self._left(work, crew),
            windows=self._open(_windows(work)) if on_the_way else (),
            arrive_by=arrive_by if on_the_way else None,
            complete_by=promised.complete_by if promised else None,
            only=tuple(dict.fromkeys(crew)),
        )

    def _left(self, work: Work, crew: Sequence[str]) -> int:
        """Seconds of service at a pace of 1 that are left."""
        row = work.visit
        pace = max((self.facts.technicians[who].pace for who in crew), default=1.0)
        planned = ceil(row.duration * pace) + row.extended
        worked = 0.0
        if row.started_at is not None:
            until = row.paused_at if row.status is VisitStatus.PAUSED and row.paused_at else self.facts.now
            worked = max(0.0, (until - row.started_at).total_seconds() - row.paused_for)
        left = max(planned - worked, SHORTEST) if planned > worked else OVERRUN
        return max(1, round(left / pace))

    # -- to be planned ---------------------------------------------------------------------------------------------

    def _ahead(self, work: Work) -> Visit:
        row = work.visit
        pin = self._pin(work)
        made = self._plain(work)
        promised = self.facts.promised.get(work.job.id)
        arrive_by, complete_by = (promised.arrive_by, promised.complete_by) if promised else (None, None)
        if row.sequence < self._last_of_job[work.job.id]:
            complete_by = None  # the last visit of a job resolves it
        windows, missed = self._windows(work, pin)
        if missed is not None:
            arrive_by = _sooner(arrive_by, Promise(missed, *MISSED_APPOINTMENT))
        stops = self.facts.published.get(row.id, ())
        only, never = self._who(work, pin)
        made = replace(
            made,
            duration=row.duration + row.extended,
            windows=windows,
            arrive_by=arrive_by,
            complete_by=complete_by,
            drop_cost=self._drop_cost(work) + self._late_already(arrive_by, complete_by, row.duration + row.extended),
            only=only,
            never=never,
            after=self._links(work),
        )
        if stops and stops[0].technician_id in self.people.levels:
            policy = self.facts.policy
            made = replace(
                made,
                previous=Previous(stops[0].technician_id, seconds(stops[0].start)),
                reassign_cost=policy.reassign_cost,
                cost_per_hour_later=policy.cost_per_hour_later,
            )
        return self._while_certified(self._preferring(made, work), [stop.technician_id for stop in stops], work)

    def _plain(self, work: Work) -> Visit:
        row = work.visit
        return Visit(
            id=row.id,
            location=self.places.index(*work.site.at),
            duration=row.duration,
            demand={resource: round(quantity, 3) for resource, quantity in row.demand.items()},
            roles=tuple(Role(dict(role.get("skills", {}))) for role in row.roles) or (Role(),),
        )

    @cached_property
    def _last_of_job(self) -> Mapping[str, int]:
        last: dict[str, int] = {}
        for one in self.facts.work.values():
            last[one.job.id] = max(one.visit.sequence, last.get(one.job.id, one.visit.sequence))
        return last

    def _pin(self, work: Work) -> Pin:
        pin = work.pin
        if pin.technician is not None and pin.technician not in self.people.levels:
            self.notes.append(f"{work.name}: pinned to somebody who does not work here any more; the pin is ignored.")
            pin = replace(pin, technician=None)
        return pin

    def _drop_cost(self, work: Work) -> float:
        own = work.visit.drop_cost
        cost = DROP_COSTS[work.job.priority] if own is None else own
        return max(cost, HELD_DROP_COST) if work.visit.id in self.facts.holds else cost

    def _late_already(self, arrive_by: Promise | None, complete_by: Promise | None, duration: int) -> float:
        """What its promises cost however soon it is done. Leaving it out makes none of that good, so it costs that too:
        else nobody would come any more once being late costs more than not coming.
        """
        now = seconds(self.facts.now)
        return sum(
            promise.breach_cost + promise.cost_per_hour_late * (at - promise.at) / 3600
            for promise, at in ((arrive_by, now), (complete_by, now + duration))
            if promise is not None and at > promise.at
        )

    def _who(self, work: Work, pin: Pin) -> tuple[tuple[str, ...], tuple[str, ...]]:
        known = self.people.levels
        only = tuple(who for who in work.visit.only if who in known)
        never = tuple(who for who in work.visit.never if who in known)
        if work.visit.only and not only:
            return (), tuple(known)
        if pin.technician is not None and len(work.visit.roles) <= 1:
            return (pin.technician,), tuple(who for who in never if who != pin.technician)
        if only and self._no_senior_in_time(work, only):
            self.notes.append(f"{work.name}: none of the seniors it is asked of is at work in time; anybody may go.")
            return (), never
        return only, never

    def _no_senior_in_time(self, work: Work, only: Sequence[str]) -> bool:
        """Whether a critical visit is asked of seniors of its territory of whom nobody is at work before it is due."""
        promised = self.facts.promised.get(work.job.id)
        if work.job.priority is not Priority.CRITICAL or promised is None or promised.arrive_by is None:
            return False
        rows = [self.facts.technicians[who] for who in only]
        if not all(row.senior and row.territory_id == work.visit.territory_id for row in rows):
            return False  # somebody asked for just these people
        in_time = max(promised.arrive_by.at, self.facts.start + AT_LEAST)
        return all(self.people.works_from.get(who, in_time + 1) > in_time for who in only)

    @cached_property
    def _living_in(self) -> Mapping[str | None, tuple[str, ...]]:
        """Territory → who works there."""
        found: dict[str | None, tuple[str, ...]] = {}
        for who in self.people.levels:
            home = self.facts.technicians[who].territory_id
            if home is not None:
                found[home] = (*found.get(home, ()), who)
        return found

    def _preferring(self, visit: Visit, work: Work) -> Visit:
        people, own = self.people.levels, work.visit.territory_id
        if named := tuple(who for who in work.visit.preferred if who in people):
            return replace(visit, preferred=named, preference_cost=NAMED_COST)
        near = self._living_in.get(own, ())
        senior = tuple(who for who in near if self.facts.technicians[who].senior)
        if senior and work.job.priority is Priority.CRITICAL:
            return replace(visit, preferred=senior, preference_cost=SENIOR_COST)
        return replace(visit, preferred=near, preference_cost=TERRITORY_COST if near else 0)

    # -- when ------------------------------------------------------------------------------------------------------

    def _open(self, windows: Sequence[TimeWindow]) -> tuple[TimeWindow, ...]:
        return tuple(window for window in windows if window.latest >= self.facts.start)

    def _windows(self, work: Work, pin: Pin) -> tuple[tuple[TimeWindow, ...], int | None]:
        """The windows that can still be kept, and the end of the last one where all are missed."""
        row, now = work.visit, self.facts.start
        asked, missed = _windows(work), None
        hold = self.facts.holds.get(row.id)
        if hold is not None and row.id not in self.facts.published:
            asked = (TimeWindow(seconds(hold.earliest), seconds(hold.latest)),)
        if pin.start is not None:
            slack, at = self.facts.policy.tolerance, seconds(pin.start)
            if at + slack >= now:
                asked = (TimeWindow(at - slack, at + slack),)
            else:
                self.notes.append(f"{work.name}: the start that it was pinned to has passed; the pin is ignored.")
        windows = self._open(asked)
        if asked and not windows:
            missed = max(window.latest for window in asked)
            what = "appointment" if row.appointment else "time window"
            self.notes.append(f"{work.name}: its {what} has passed; each hour later costs now.")
        earliest, latest = self._after_history(work)
        if (earliest, latest) != (0, FAR + now):
            kept = within(windows or (TimeWindow(0, FAR + now),), earliest, latest)
            if not kept and latest >= max(now, earliest):
                self.notes.append(f"{work.name}: its window and the visit before it contradict each other.")
                missed = missed or max(window.latest for window in windows)
                kept = (TimeWindow(earliest, latest),)
            elif not kept:
                self.notes.append(f"{work.name}: the latest time after the visit before it has passed.")
                kept = within(windows, earliest, FAR + now)
            windows = kept
        return windows, missed

    def _after_history(self, work: Work) -> tuple[int, int]:
        """Earliest and latest start after a visit that is over."""
        row, now = work.visit, self.facts.start
        before = self.facts.before.get(row.after_id or "")
        if before is None or before.status not in FINAL or before.finished_at is None:
            return 0, FAR + now
        if before.status is VisitStatus.CANCELLED:
            return 0, FAR + now
        end = seconds(before.finished_at)
        latest = FAR + now if row.after_max_gap is None else end + row.after_max_gap
        return end + row.after_min_gap, latest

    def _links(self, work: Work) -> tuple[After, ...]:
        row = work.visit
        if row.after_id is None or row.after_id not in self.facts.work:
            return ()
        most = None if row.after_max_gap is None else max(row.after_max_gap, row.after_min_gap)
        return (After(row.after_id, row.after_min_gap, most),)

    # -- certificates ----------------------------------------------------------------------------------------------

    def _while_certified(self, visit: Visit, crew: Collection[str], work: Work) -> Visit:
        asked = {skill for role in visit.roles for skill, level in role.skills.items() if level}
        chosen = bool(visit.only)
        for (who, skill), until in self.people.expiring.items():
            if skill not in asked or who in visit.never or (visit.only and who not in visit.only):
                continue
            if visit.windows and all(window.latest < until for window in visit.windows):
                continue
            in_time = any(
                stop.technician_id == who and seconds(stop.start) < until
                for stop in self.facts.published.get(visit.id, ())
            )
            if in_time and who in crew:
                windows = within(visit.windows or (TimeWindow(0, until - 1),), 0, until - 1)
                visit = replace(visit, windows=windows)
            else:
                name = self.facts.technicians[who].name
                self.notes.append(f"{work.name}: {name}'s certificate for {skill} may have expired by then.")
                visit = replace(visit, never=(*visit.never, who), only=tuple(w for w in visit.only if w != who))
                if chosen and not visit.only:
                    visit = replace(visit, never=tuple(self.people.levels))
        return visit


def within(windows: Sequence[TimeWindow], earliest: int, latest: int) -> tuple[TimeWindow, ...]:
    """The parts of windows between two instants."""
    return tuple(
        TimeWindow(max(window.earliest, earliest), min(window.latest, latest))
        for window in windows
        if window.earliest <= latest and window.latest >= earliest and earliest <= latest
    )


def united(one: Sequence[TimeWindow], other: Sequence[TimeWindow]) -> tuple[TimeWindow, ...]:
    """The windows of both, those that touch as one, in their order."""
    made: list[TimeWindow] = []
    for window in sorted((*one, *other), key=lambda each: each.earliest):
        if made and window.earliest <= made[-1].latest:
            made[-1] = TimeWindow(made[-1].earliest, max(made[-1].latest, window.latest))
        else:
            made.append(window)
    return tuple(made)


def _windows(work: Work) -> tuple[TimeWindow, ...]:
    pairs = ((dt.datetime.fromisoformat(a), dt.datetime.fromisoformat(b)) for a, b in work.visit.windows)
    return tuple(sorted((TimeWindow(seconds(a), seconds(b)) for a, b in pairs), key=lambda w: (w.earliest, w.latest)))


def _sooner(one: Promise | None, other: Promise) -> Promise:
    """One promise for two: the sooner instant, the higher costs."""
    if one is None:
        return other
    return Promise(
        min(one.at, other.at),
        max(one.breach_cost, other.breach_cost),
        max(one.cost_per_hour_late, other.cost_per_hour_late),
    )
