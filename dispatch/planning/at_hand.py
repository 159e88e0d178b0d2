"""Who could be with an emergency, and when: asked while the customer is still on the telephone, before there is a job.

The job is thought into the problem as it is now, with what the SLA policy would promise for it and whom it would ask
for. Each technician who could do it is told with the place that costs the plan least, priced exactly: when they arrive,
what they finish first, who would be delayed. Nothing is written.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

from sqlalchemy import select

from dispatch.domain.roles import Right
from dispatch.planning.facts import read_facts, seconds
from dispatch.planning.ground import Ground
from dispatch.planning.imagined import Asked, Imagined
from dispatch.planning.placements import Placement, best_by_window, placements
from dispatch.planning.policies import standard_policy, weights_of
from dispatch.planning.slots import SHORTEST_WINDOW, Raster, Slot
from dispatch.planning.snapshot import snapshot_of
from dispatch.planning.thought_in import thought_into
from dispatch.planning.trial_store import TODAY, Grounds
from dispatch.services.rights import require
from dispatch.store.tables import PlanningPolicy, Position, Priority, Technician
from dispatch.store.unit_of_work import UnitOfWork
from dispatch.travel.provider import TravelProvider
from optimizer.distance import leg
from optimizer.domain import Plan, Problem, Promise, TimeWindow
from optimizer.domain import Visit as AskedVisit
from optimizer.policy import Policy

MOST = 40
"""So many technicians are told, those who arrive first."""


@dataclass(frozen=True, slots=True)
class Delayed:
    """A visit that would start later by so many seconds; ``breaks_promise``: and miss what was promised by it."""

    visit: str
    number: str
    technician: str | None
    seconds: int
    breaks_promise: bool


@dataclass(frozen=True, slots=True)
class Member:
    """One of a crew: who comes, when they are there, and after which visit they set out (None: from where they are)."""

    technician: str
    name: str
    phone: str | None
    shift: str
    place: int
    role: int
    arrival: dt.datetime
    travel_seconds: int
    travel_metres: int
    lat: float
    lon: float
    seen_at: dt.datetime | None
    leaves: str | None
    leaves_number: str | None
    before: int


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who could come, at the place on their route that costs the plan least.

    ``cost``: what that adds to the plan's cost. ``leaves``: the visit after which the way there begins, None: where
    they are; ``before``: how many visits that are ahead of them they do first. ``lat`` and ``lon``: where they were
    last seen, with the instant; their base where nobody knows. ``asked_for``: the SLA policy asks for them.
    ``crew``: where one alone is not enough, all who would come, role by role; this is the first of them, and
    ``arrival`` is the last one's.
    """

    technician: str
    name: str
    phone: str | None
    territory: str | None
    senior: bool
    asked_for: bool
    shift: str
    place: int
    arrival: dt.datetime
    start: dt.datetime
    end: dt.datetime
    travel_seconds: int
    travel_metres: int
    lat: float
    lon: float
    seen_at: dt.datetime | None
    leaves: str | None
    leaves_number: str | None
    before: int
    on_site_kept: bool | None
    resolve_kept: bool | None
    late_by: int
    cost: float
    delayed: tuple[Delayed, ...]
    best: bool
    crew: tuple[Member, ...] = ()


@dataclass(frozen=True, slots=True)
class AtHand:
    """Who could come, those who arrive first at the beginning, and the slots that could be promised instead.

    ``promises``: what the SLA policy (a name) would promise → when that would be due. ``unable``: how many technicians
    hold the skills and have no place for it. ``without_skill``: how many at work do not hold them.
    """

    now: dt.datetime
    edition: int
    zone: str
    territory: str | None
    priority: Priority
    policy: str | None
    promises: Mapping[str, dt.datetime]
    candidates: tuple[Candidate, ...]
    unable: int
    without_skill: int
    slots: tuple[Slot, ...]


def at_hand(
    uow: UnitOfWork,
    travel: TravelProvider,
    asked: Asked,
    *,
    days: int = 0,
    raster: Raster | None = None,
    grounds: Grounds | None = None,
) -> AtHand:
    """Who could be there and when; with ``days``, the slots of so many days besides. Reads only.

    ``grounds``: the plans that are kept ready; the published one serves where it reaches far enough, and where nothing
    has happened since to anybody who could come.
    Raises :class:`NotFound`, :class:`Forbidden`, or :class:`Invalid` for a place that nobody knows.
    """
    require(uow, Right.CREATE_JOBS)
    require(uow, Right.READ_PLANS)
    thought = Imagined(uow, asked)
    row = standard_policy(uow.session)
    people = {one.id: one for one in uow.session.scalars(select(Technician).order_by(Technician.id))}
    mine = frozenset(key for key, one in people.items() if uow.actor.covers(one.territory_id))
    weights = weights_of(row)
    day = _kept_day(uow, travel, thought, row, people, grounds) if grounds and days <= row.horizon_days else None
    best = {} if day is None else best_of(day, weights, mine)
    if day is not None and grounds is not None and grounds.ground(uow, travel, TODAY, people=best) is not day.ground:
        day = _kept_day(uow, travel, thought, row, people, grounds)  # something has happened to who could come
        best = {} if day is None else best_of(day, weights, mine)
    if day is None:
        day = day_anew(uow, travel, thought, row, days)
        best = best_of(day, weights, mine)
    problem = day.problem
    positions = {one.technician_id: one for one in uow.session.scalars(select(Position))}
    telling = Telling(day, thought, people, positions)
    told = sorted((telling.candidate(one) for one in best.values()), key=lambda one: (one.arrival, one.cost))
    cheapest = min(told, key=lambda one: (one.late_by > 0, one.cost, one.arrival), default=None)
    known = {who for one in best.values() for who in one.technicians}
    slots = telling.slots(uow, weights, days, raster or Raster(), mine) if days else ()
    able, at_work = telling.able() & mine, {one.id for one in problem.technicians if one.shifts} & mine
    return AtHand(
        now=uow.now,
        edition=day.edition,
        zone=thought.zone.key,
        territory=thought.site.territory_id,
        priority=thought.job.priority,
        policy=thought.policy.name if thought.policy is not None else None,
        promises=thought.due,
        candidates=tuple(replace(one, best=one is cheapest) for one in told[:MOST]),
        unable=len(able - known),
        without_skill=len(at_work - able),
        slots=slots,
    )


@dataclass(frozen=True)
class Day:
    """The published plan on the problem with the imagined visit. ``ground``: what it was kept ready as. ``held``: the
    visits that must not move; ``accepted``: those that would not, were it not for what is urgent.
    """

    problem: Problem
    published: Plan
    names: Mapping[str, str]
    edition: int
    visit: str
    ground: Ground | None = None
    held: frozenset[str] = frozenset()
    accepted: frozenset[str] = frozenset()


def day_anew(
    uow: UnitOfWork,
    travel: TravelProvider,
    thought: Imagined,
    row: PlanningPolicy,
    days: int,
    *,
    making_way: bool = False,
) -> Day:
    """The day as it is now with the imagined visit in it; ``making_way``: accepted visits may give way to it."""
    facts = read_facts(uow, row, days=max(days, row.horizon_days))
    promised = {**facts.promised, thought.job.id: thought.promised}
    work = {**facts.work, thought.visit.id: thought.work}
    made = snapshot_of(replace(facts, work=work, promised=promised, making_way=making_way), travel)
    return Day(
        problem=made.problem,
        published=made.published,
        names=made.names,
        edition=made.edition,
        visit=thought.visit.id,
        held=made.held,
        accepted=made.giving_way,
    )


def _kept_day(
    uow: UnitOfWork,
    travel: TravelProvider,
    thought: Imagined,
    row: PlanningPolicy,
    people: Mapping[str, Technician],
    grounds: Grounds,
) -> Day | None:
    ground = grounds.ground(uow, travel, TODAY)
    problem = thought_into(uow, ground, thought, row, people, travel)
    if problem is None:
        return None
    return Day(problem, ground.standing.plan, ground.names, ground.edition or 0, thought.visit.id, ground)


def best_of(day: Day, weights: Policy, mine: frozenset[str]) -> dict[str, Placement]:
    """Technician → their best placement, of those who could come. Of crews, the best that each is the first of."""
    best: dict[str, Placement] = {}
    for one in placements(day.problem, day.published, day.visit, policy=weights, fitting_only=True):
        if mine.issuperset(one.technicians):
            best.setdefault(one.technicians[0], one)
    return best


class Telling:
    """Says of placements what a person wants to know."""

    def __init__(
        self,
        snapshot: Day,
        thought: Imagined,
        people: Mapping[str, Technician],
        positions: Mapping[str, Position],
    ) -> None:
        self.snapshot, self.thought, self.people, self.positions = snapshot, thought, people, positions
        self.problem: Problem = snapshot.problem
        self.asked: AskedVisit = self.problem.visits[self.problem.visit_index[thought.visit.id]]
        self.on = {
            stop.visit: route.technician for route in snapshot.published.routes for stop in route.stops if not stop.role
        }

    def candidate(self, one: Placement) -> Candidate:
        """What is said of a placement."""
        arrivals = {line.technician.id: stop.arrival for line, stop in one.cards[1].schedule.stops_of[one.visit]}
        crew = [self._member(one, role, arrivals.get(key[0], one.arrival)) for role, (key, _) in enumerate(one.places)]
        first = crew[0]
        row = self.people[first.technician]
        return Candidate(
            technician=first.technician,
            name=first.name,
            phone=first.phone,
            territory=row.territory_id,
            senior=row.senior,
            asked_for=any(each.technician in self.thought.asked_for for each in crew),
            shift=first.shift,
            place=first.place,
            arrival=_at(one.arrival),
            start=_at(one.start),
            end=_at(one.end),
            travel_seconds=first.travel_seconds,
            travel_metres=first.travel_metres,
            lat=first.lat,
            lon=first.lon,
            seen_at=first.seen_at,
            leaves=first.leaves,
            leaves_number=first.leaves_number,
            before=first.before,
            on_site_kept=_kept(self.asked.arrive_by, one.start),
            resolve_kept=_kept(self.asked.complete_by, one.end),
            late_by=self.late(one),
            cost=self.price(one.cost),
            delayed=tuple(self._delayed(one)),
            best=False,
            crew=tuple(crew) if len(crew) > 1 else (),
        )

    def _member(self, one: Placement, role: int, arrival: int) -> Member:
        (key, place) = one.places[role]
        who, shift = self.problem.shifts[self.problem.shift_index[key]]
        before = [stop.visit for stop in one.routes[key].stops[:place]]
        start = shift.start_location
        if before:
            start = self.problem.visits[self.problem.visit_index[before[-1]]].location
        travel_seconds, travel_metres = leg(self.problem, who.profile, start, self.asked.location)
        row, seen = self.people[who.id], self.positions.get(who.id)
        return Member(
            technician=who.id,
            name=row.name,
            phone=row.phone,
            shift=shift.id,
            place=place,
            role=role,
            arrival=_at(arrival),
            travel_seconds=travel_seconds,
            travel_metres=travel_metres,
            lat=row.base_lat if seen is None else seen.lat,
            lon=row.base_lon if seen is None else seen.lon,
            seen_at=None if seen is None else seen.at,
            leaves=before[-1] if before else None,
            leaves_number=self.snapshot.names.get(before[-1]) if before else None,
            before=len(before),
        )

    def able(self) -> set[str]:
        """Who is at work within the horizon and holds the skills of a role."""
        return {
            who.id
            for who in self.problem.technicians
            if who.shifts
            and any(all(who.skills.get(name, 0) >= at for name, at in role.skills.items()) for role in self.asked.roles)
        }

    def slots(
        self, uow: UnitOfWork, weights: Policy, days: int, raster: Raster, mine: frozenset[str]
    ) -> tuple[Slot, ...]:
        """The windows that could be promised: those that keep the promises first, then the cheapest."""
        cut = [
            TimeWindow(seconds(opens), seconds(closes))
            for opens, closes in raster.windows(uow.now, days, self.thought.zone)
            if (closes - opens).total_seconds() >= SHORTEST_WINDOW
        ]
        best = best_by_window(self.problem, self.snapshot.published, self.asked.id, cut, weights)
        made = [
            Slot(
                earliest=_at(window.earliest),
                latest=_at(window.latest),
                technicians=one.technicians,
                names=tuple(self.people[key].name for key in one.technicians),
                start=_at(one.start),
                cost=self.price(one.cost),
                promises_kept=not self.late(one),
                delayed=sum(delay > 0 for delay in one.delays.values()),
            )
            for window, one in zip(cut, best, strict=True)
            if one is not None and mine.issuperset(one.technicians)
        ]
        return tuple(sorted(made, key=lambda slot: (not slot.promises_kept, slot.cost, slot.earliest)))

    def price(self, cost: Fraction) -> float:
        """What it adds to the plan, without what is saved by no longer leaving it out."""
        return round(float(cost) + (self.asked.drop_cost or 0), 2)

    def late(self, one: Placement) -> int:
        """Seconds by which the promise that is missed most is missed; 0: all are kept."""
        promises = ((self.asked.arrive_by, one.start), (self.asked.complete_by, one.end))
        return max(0, *(moment - promise.at for promise, moment in promises if promise is not None), 0)

    def _delayed(self, one: Placement) -> Iterator[Delayed]:
        stood = {
            stop.visit: (stop.start or 0, stop.end or 0)
            for route in self.snapshot.published.routes
            for stop in route.stops
        }
        for visit, delay in sorted(one.delays.items(), key=lambda pair: -pair[1]):
            if delay <= 0:
                continue
            row = self.problem.visits[self.problem.visit_index[visit]]
            start, end = stood.get(visit, (0, 0))
            missed = any(
                promise is not None and at <= promise.at < at + delay
                for promise, at in ((row.arrive_by, start), (row.complete_by, end))
            )
            yield Delayed(visit, self.snapshot.names.get(visit, visit), self.on.get(visit), delay, missed)


def _kept(promise: Promise | None, moment: int) -> bool | None:
    return None if promise is None else moment <= promise.at


def _at(moment: int) -> dt.datetime:
    return dt.datetime.fromtimestamp(moment, dt.UTC)
