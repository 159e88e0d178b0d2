"""How everything stands in the simulated day: visits, shifts, and the published routes between them.

Visits go through the same table of steps as those of the live system (:mod:`dispatch.domain.visit_lifecycle`), so that
nothing can happen here that could not happen there. Instants are epoch seconds.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from dispatch.domain.visit_lifecycle import COMMITTED, FINAL, PLANNABLE, VisitAction, VisitStatus, advance
from optimizer.domain import Plan
from scenarios.simulation.chance import Chance
from scenarios.simulation.demand import Job
from scenarios.situation.record import Step, named
from scenarios.situation.situation import Person, Situation

SAID = (VisitStatus.SCHEDULED, VisitStatus.DISPATCHED, VisitStatus.ACCEPTED)
"""Somebody has the visit on their route, and is not on the way to it yet."""


@dataclass(slots=True)
class Placed:
    """Where a visit stands on the published plan."""

    technician: str
    shift: str
    position: int
    arrival: int
    start: int
    end: int


@dataclass(slots=True)
class VisitNow:
    """One visit of a job. ``opened``: from when on it can be planned. ``extended``: seconds that were asked for.

    ``steps``: all that it took. ``part``: its place in a crew. ``pin``: what a person fixed about it, as
    :mod:`dispatch.planning.pins` has it.
    """

    job: Job
    sequence: int
    opened: int
    status: VisitStatus = VisitStatus.OPEN
    placed: Placed | None = None
    dispatched_at: int | None = None
    accepted_at: int | None = None
    departed_at: int | None = None
    arrived_at: int | None = None
    started_at: int | None = None
    finished_at: int | None = None
    extended: int = 0
    part: int = 0
    pin: Mapping[str, str] = field(default_factory=dict)
    steps: list[Step] = field(default_factory=list)

    @property
    def id(self) -> str:
        """Job and number: the same in every scenario that has the job."""
        return named(self.job.id, self.sequence, self.part)

    def step(self, action: VisitAction, at: int, technician: str | None = None) -> None:
        """One step of its life; of whom, where that is not who has it now.

        Raises :class:`dispatch.domain.errors.DispatchError` for one that does not exist.
        """
        self.status = advance(self.status, action)
        who = "" if self.placed is None else self.placed.technician
        self.steps.append(Step(at, action, who if technician is None else technician))


@dataclass(slots=True)
class RestNow:
    """A break of a shift, and when it was taken."""

    id: str
    earliest: int
    latest: int
    duration: int
    taken_at: int | None = None


@dataclass(slots=True)
class ShiftNow:
    """One working period. ``at``: index of the place where its technician is, or was last. ``ill_from``: when they go
    home ill. ``driven`` and ``worked`` in seconds, ``metres`` driven; ``done``: visits in the order in which they
    ended.
    """

    id: str
    person: Person
    date: dt.date
    start: int
    end: int
    max_overtime: int
    rests: tuple[RestNow, ...]
    at: int
    ill_from: int | None = None
    known_ill: bool = False
    began_at: int | None = None
    ended_at: int | None = None
    free_since: int | None = None
    resting_until: int | None = None
    driven: int = 0
    worked: int = 0
    metres: int = 0
    done: list[str] = field(default_factory=list)

    @property
    def last(self) -> int:
        """The instant at which it is over at the latest."""
        return self.end + self.max_overtime

    def on_duty(self, now: int) -> bool:
        """Whether somebody works on it."""
        ill = self.known_ill and self.ill_from is not None and self.ill_from <= now
        return self.began_at is not None and self.ended_at is None and not ill


class Operation:
    """Everything, at :attr:`now`."""

    def __init__(self, situation: Situation, chance: Chance, start: int) -> None:
        self.situation, self.chance, self.now = situation, chance, start
        self.visits: dict[str, VisitNow] = {}
        self.shifts: dict[str, ShiftNow] = {}
        self.running: dict[str, ShiftNow] = {}
        self.open: dict[str, VisitNow] = {}
        self.edition = 0
        self.locked: dict[str, int] = {}
        self.fence: int | None = None
        self._routes: dict[str, list[str]] = {}

    # -- looking ---------------------------------------------------------------------------------------------------

    def route(self, shift: str) -> Sequence[str]:
        """The visits that are still ahead on a shift, in their order."""
        return self._routes.get(shift, ())

    def ahead(self, shift: str) -> VisitNow | None:
        """The next visit of a shift."""
        route = self._routes.get(shift)
        return self.visits[route[0]] if route else None

    def waiting(self) -> Iterator[VisitNow]:
        """The visits that nobody has on a route, in the order in which they came up."""
        return (visit for visit in self.open.values() if visit.status is VisitStatus.OPEN)

    def able(self, person: Person, job: Job) -> bool:
        """Whether somebody holds the skills that a job asks for, and is not kept from it."""
        if person.id in job.never or (job.only and person.id not in job.only):
            return False
        return all(person.skills.get(skill, 0) >= level for skill, level in job.skills)

    def drive(self, start: int, end: int) -> int:
        """Planned seconds from one place to another."""
        return int(self.situation.seconds[start, end])

    def service(self, person: Person, job: Job) -> int:
        """Planned seconds of a job at somebody's pace."""
        return round(job.duration * person.pace)

    def dispatched(self, ahead: int) -> None:
        """Hand what starts within ``ahead`` seconds to the phones, and let technicians accept what they have had for
        a while. It happens whenever somebody looks, as of then.
        """
        for visit in self.open.values():
            if visit.placed is None:
                continue
            if visit.status is VisitStatus.SCHEDULED and visit.placed.start <= self.now + ahead:
                visit.step(VisitAction.DISPATCH, self.now)
                visit.dispatched_at = self.now
            if visit.status is VisitStatus.DISPATCHED and visit.dispatched_at is not None:
                begins = self.shifts[visit.placed.shift].start
                at = max(visit.dispatched_at + self.chance.visit(visit.id).reaction, begins)
                if at <= self.now:
                    visit.step(VisitAction.ACCEPT, at)
                    visit.accepted_at = at

    # -- happening -------------------------------------------------------------------------------------------------

    def received(self, job: Job, sequence: int = 1, part: int = 0) -> VisitNow:
        """A job has come in, or another visit of it was agreed on."""
        visit = VisitNow(job, sequence, self.now, part=part)
        self.visits[visit.id] = self.open[visit.id] = visit
        return visit

    def publish(self, plan: Plan) -> None:
        """Make a plan the published one. What somebody is on stays; what has no place in the plan loses its own."""
        wanted = {
            stop.visit: Placed(
                route.technician, route.shift, position, stop.arrival or 0, stop.start or 0, stop.end or 0
            )
            for route in plan.routes
            for position, stop in enumerate(route.stops)
        }
        self.edition += 1
        routes: dict[str, list[str]] = {}
        for visit in self.open.values():
            place = wanted.get(visit.id)
            if visit.status in COMMITTED:
                continue
            was, visit.placed = visit.placed, place
            self._step(visit, was, place)
        for route in plan.routes:
            stops = [stop.visit for stop in route.stops if stop.visit in self.open]
            routes[route.shift] = [one for one in stops if self.open[one].status in PLANNABLE]
        self._routes = {shift: stops for shift, stops in routes.items() if stops}

    def give(self, visit: VisitNow, shift: ShiftNow, arrival: int) -> None:
        """Put one visit at the end of a shift's route, on the phone at once: how dispatch works without a plan."""
        start = max(arrival, self.now)
        end = start + self.service(shift.person, visit.job)
        route = self._routes.setdefault(shift.id, [])
        visit.placed = Placed(shift.person.id, shift.id, len(route), arrival, start, end)
        visit.step(VisitAction.SCHEDULE, self.now)
        visit.step(VisitAction.DISPATCH, self.now)
        visit.dispatched_at = self.now
        route.append(visit.id)

    def take(self, visit: VisitNow, shift: ShiftNow) -> None:
        """Its technician sets out to the visit that is next on the route."""
        if visit.status is VisitStatus.SCHEDULED:
            visit.step(VisitAction.DISPATCH, self.now)
            visit.dispatched_at = self.now
        self._off_the_route(visit.id, shift.id)
        visit.step(VisitAction.DEPART, self.now)
        visit.departed_at = self.now

    def declined(self, visit: VisitNow, shift: ShiftNow) -> None:
        """A technician gives a visit back."""
        if visit.status is VisitStatus.SCHEDULED:
            visit.step(VisitAction.DISPATCH, self.now)
        visit.step(VisitAction.DECLINE, self.now)
        self._off_the_route(visit.id, shift.id)
        visit.placed = None
        visit.dispatched_at = visit.accepted_at = None

    def ended(self, visit: VisitNow, shift: ShiftNow, action: VisitAction) -> None:
        """A visit is over."""
        visit.step(action, self.now)
        visit.finished_at = self.now
        del self.open[visit.id]
        shift.done.append(visit.id)

    def called_off(self, job: str) -> list[VisitNow]:
        """A customer does not want a job any more: its visits that nobody is on are over."""
        gone = [one for one in self.open.values() if one.job.id == job and one.status in PLANNABLE]
        for visit in gone:
            if visit.placed is not None:
                self._off_the_route(visit.id, visit.placed.shift)
            visit.step(VisitAction.CANCEL, self.now)
            visit.placed = None
            visit.finished_at = self.now
            del self.open[visit.id]
        return gone

    def give_back(self, shift: ShiftNow) -> list[VisitNow]:
        """Whoever has gone home leaves their route to others; what was on it."""
        left = [self.visits[one] for one in self._routes.pop(shift.id, ())]
        for visit in left:
            visit.step(VisitAction.UNSCHEDULE, self.now)
            visit.placed = None
            visit.dispatched_at = visit.accepted_at = None
        return left

    def _off_the_route(self, visit: str, shift: str) -> None:
        self._routes[shift].remove(visit)
        if not self._routes[shift]:
            del self._routes[shift]

    def _step(self, visit: VisitNow, had: Placed | None, place: Placed | None) -> None:
        if place is None:
            if visit.status in SAID:
                visit.step(VisitAction.UNSCHEDULE, self.now)
                visit.dispatched_at = visit.accepted_at = None
        elif visit.status is VisitStatus.OPEN:
            visit.step(VisitAction.SCHEDULE, self.now)
        elif had is not None and had.technician != place.technician:
            visit.step(VisitAction.REASSIGN, self.now)
            visit.dispatched_at = visit.accepted_at = None

    def broken(self) -> list[str]:
        """What contradicts itself, in sentences: nothing, ever. For tests."""
        return [*self._broken_routes(), *self._broken_visits()]

    def _broken_routes(self) -> Iterator[str]:
        counted: dict[str, int] = {}
        for shift, route in self._routes.items():
            for visit in route:
                counted[visit] = counted.get(visit, 0) + 1
                placed = self.visits[visit].placed
                if placed is None or placed.shift != shift:
                    yield f"{visit} is on the route of {shift} and placed elsewhere."
                if self.visits[visit].status not in SAID:
                    yield f"{visit} is on a route and {self.visits[visit].status}."
        for visit, count in counted.items():
            if count > 1:
                yield f"{visit} is on {count} routes."

    def _broken_visits(self) -> Iterator[str]:
        on_routes = {visit for route in self._routes.values() for visit in route}
        for visit in self.visits.values():
            if (visit.status in FINAL) == (visit.id in self.open):
                yield f"{visit.id} is {visit.status} and counted wrongly."
            if visit.departed_at is not None and visit.placed is None:
                yield f"{visit.id} is {visit.status}, and nobody knows whose it is."
            if visit.status in SAID and visit.id not in on_routes:
                yield f"{visit.id} is {visit.status} and on no route."
            known = [visit.opened, visit.departed_at, visit.arrived_at, visit.started_at, visit.finished_at]
            told = [at for at in known if at is not None]
            if told != sorted(told):
                yield f"{visit.id} happened in the wrong order: {told}."
