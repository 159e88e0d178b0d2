"""How everything stands in the simulated day: visits, shifts, and the published routes between them.

Visits go through the same table of steps as those of the live system (:mod:`dispatch.domain.visit_lifecycle`), so that
nothing can happen here that could not happen there. Instants are epoch seconds.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from dispatch.domain.visit_lifecycle import COMMITTED, FINAL, PLANNABLE, VisitAction, VisitStatus
from optimizer.domain import Plan
from scenarios.simulation.chance import Chance
from scenarios.simulation.crews import Crews
from scenarios.simulation.demand import Job
from scenarios.simulation.visit import SAID, Placed, VisitNow
from scenarios.situation.record import named
from scenarios.situation.situation import Person, Situation

__all__ = ["SAID", "Operation", "Placed", "RestNow", "ShiftNow", "VisitNow"]


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
        self.crews = Crews(self.open)
        self._routes: dict[str, list[str]] = {}

    # -- looking ---------------------------------------------------------------------------------------------------

    def route(self, shift: str) -> Sequence[str]:
        """The visits that are still ahead on a shift, in their order."""
        return self._routes.get(shift, ())

    def ahead(self, shift: str) -> VisitNow | None:
        """The next visit of a shift."""
        route = self._routes.get(shift)
        return self.visits[route[0]] if route else None

    def waiting(self) -> Iterator[Sequence[VisitNow]]:
        """The visits that nobody has on a route, in the order in which they came up, each with its parts: one for each
        member of a crew.
        """
        return (parts for parts in self.crews.open_visits() if parts[0].status is VisitStatus.OPEN)

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

    def takes(self, visit: VisitNow) -> int:
        """Planned seconds of a visit that somebody is on: those of the slowest of its crew."""
        crew = self.crews.on_it(visit)
        people = (self.shifts[one.placed.shift].person for one in crew if one.placed is not None)
        return max(self.service(person, visit.job) for person in people)

    def there_at(self, shift: ShiftNow, place: int) -> int:
        """When somebody who has nothing more ahead could be at a place, as things stand."""
        visit = None if shift.free_since is not None else self._under_way_on(shift)
        if visit is None:
            return max(self.now, shift.resting_until or 0) + self.drive(shift.at, place)
        site, arrives = visit.job.site, visit.arrived_at
        if arrives is None:
            arrives = max(self.now, (visit.departed_at or self.now) + self.drive(shift.at, site))
        begins = arrives if visit.started_at is None else visit.started_at
        return max(self.now, begins + self.takes(visit) + visit.extended) + self.drive(site, place)

    def _under_way_on(self, shift: ShiftNow) -> VisitNow | None:
        """The visit that somebody is on."""
        under_way = (one for one in self.open.values() if one.status in COMMITTED)
        return next((one for one in under_way if one.placed is not None and one.placed.shift == shift.id), None)

    def worked_before(self, visit: VisitNow) -> bool:
        """Whether somebody worked at its job on an earlier visit."""
        earlier = (named(visit.job.id, number) for number in range(1, visit.sequence))
        return any(one.started_at is not None for name in earlier for one in self.crews.parts(name))

    def dispatched(self, ahead: int, accept_ahead: int) -> None:
        """Hand what starts within ``ahead`` seconds to the phones, and let technicians accept what they were asked for
        a while ago, which happens ``accept_ahead`` seconds before the start, or at the dispatch where that is later.
        It happens whenever somebody looks, as of then.
        """
        for visit in self.open.values():
            if visit.placed is None:
                continue
            if visit.status is VisitStatus.SCHEDULED and visit.placed.start <= self.now + ahead:
                visit.step(VisitAction.DISPATCH, self.now)
                visit.dispatched_at = self.now
            if visit.status is VisitStatus.DISPATCHED and visit.dispatched_at is not None:
                begins = self.shifts[visit.placed.shift].start
                asked = max(visit.dispatched_at, visit.placed.start - accept_ahead)
                at = max(asked + self.chance.visit(visit.id).reaction, begins)
                if at <= self.now:
                    visit.step(VisitAction.ACCEPT, at)
                    visit.accepted_at = at

    # -- happening -------------------------------------------------------------------------------------------------

    def received(self, job: Job, sequence: int = 1, part: int = 0) -> VisitNow:
        """A job has come in, or another visit of it was agreed on."""
        visit = VisitNow(job, sequence, self.now, part=part)
        self.opens(visit)
        return visit

    def opens(self, visit: VisitNow) -> None:
        """A visit can be planned from now on."""
        self.visits[visit.id] = self.open[visit.id] = visit
        self.crews.add(visit)

    def publish(self, plan: Plan) -> None:
        """Make a plan the published one. What somebody is on stays; what has no place in the plan loses its own, and so
        does a crew that has none for each of its members.
        """
        wanted = self._wanted(plan)
        self.edition += 1
        for visit in self.open.values():
            if visit.status in COMMITTED:
                continue
            was, visit.placed = visit.placed, wanted.get(visit.id)
            self._step(visit, was, visit.placed)
        routes: dict[str, list[str]] = {}
        for name, placed in wanted.items():
            if name in self.open and self.open[name].status in PLANNABLE:
                routes.setdefault(placed.shift, []).append(name)
        self._routes = routes
        for parts in list(self.crews.open_visits()):
            self._go_whole(parts)

    def _wanted(self, plan: Plan) -> dict[str, Placed]:
        """Part of a visit → its place in a plan."""
        wanted = {
            self.crews.part(stop.visit, stop.role): Placed(
                route.technician, route.shift, position, stop.arrival or 0, stop.start or 0, stop.end or 0
            )
            for route in plan.routes
            for position, stop in enumerate(route.stops)
        }
        for parts in self.crews.open_visits():
            for name in self.crews.without_a_crew(parts, {name: at.technician for name, at in wanted.items()}):
                wanted.pop(name, None)
        return wanted

    def give(self, visit: VisitNow, shift: ShiftNow, arrival: int, start: int | None = None) -> None:
        """Put one visit at the end of a shift's route, on the phone at once: how dispatch works without a plan.
        ``start``: when the last of a crew is there.
        """
        start = max(arrival, self.now) if start is None else start
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
        self._go_whole(self.crews.parts(visit.whole))

    def ended(self, visit: VisitNow, shift: ShiftNow, action: VisitAction) -> None:
        """A visit is over."""
        visit.step(action, self.now)
        visit.finished_at = self.now
        del self.open[visit.id]
        shift.done.append(visit.id)

    def called_off(self, job: str) -> list[VisitNow]:
        """A customer does not want a job any more: its visits that nobody is on are over."""
        gone = [one for one in self.open.values() if one.job.id == job and not self.crews.under_way(one)]
        for visit in gone:
            self._cancel(visit)
        return gone

    def go_without(self, visit: VisitNow) -> None:
        """Who waits for others of a crew, none of whom is on the way, waits no longer: it is done without them."""
        for one in self.crews.parts(visit.whole):
            if one.status in PLANNABLE:
                self._cancel(one)

    def give_back(self, shift: ShiftNow) -> list[VisitNow]:
        """Whoever has gone home leaves their route to others; what was on it."""
        left = [self.visits[one] for one in self._routes.pop(shift.id, ())]
        for visit in left:
            visit.step(VisitAction.UNSCHEDULE, self.now)
            visit.placed = None
            visit.dispatched_at = visit.accepted_at = None
        for visit in left:
            self._go_whole(self.crews.parts(visit.whole))
        return left

    def _go_whole(self, parts: Sequence[VisitNow]) -> None:
        """A crew is sent whole or not at all. Once somebody is under way, who has lost their place is not replaced."""
        lost = [one for one in parts if one.status is VisitStatus.OPEN]
        if len(parts) == 1 or not lost:
            return
        if self.crews.under_way(parts[0]):
            for visit in lost:
                self._cancel(visit)
            return
        for visit in parts:
            if visit.status in SAID and visit.placed is not None:
                self._off_the_route(visit.id, visit.placed.shift)
                visit.step(VisitAction.UNSCHEDULE, self.now)
                visit.placed = None
                visit.dispatched_at = visit.accepted_at = None

    def _cancel(self, visit: VisitNow) -> None:
        if visit.placed is not None:
            self._off_the_route(visit.id, visit.placed.shift)
        visit.step(VisitAction.CANCEL, self.now)
        visit.placed = None
        visit.finished_at = self.now
        del self.open[visit.id]

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
        return [*self._broken_routes(), *self._broken_visits(), *self.crews.broken()]

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
