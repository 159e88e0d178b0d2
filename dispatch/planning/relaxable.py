"""A problem in the making, whose parts can still be replaced, and routes on it before anybody has timed them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from optimizer.domain import (
    Break,
    Location,
    Plan,
    Problem,
    Promise,
    Route,
    Shift,
    Stop,
    TakenBreak,
    Technician,
    Travel,
    Visit,
)
from optimizer.explain.gaps import break_gaps
from optimizer.timeline import Schedule, walk

Routes = Mapping[str, Sequence[tuple[str, int]]]
"""Shift id → (visit, role) in order."""


@dataclass
class Relaxable:
    """The parts by their ids. ``owner``: whose shift it is. ``notes``: what was relaxed, and why, for people."""

    locations: tuple[Location, ...]
    travel: Mapping[str, Travel]
    technicians: dict[str, Technician]
    shifts: dict[str, Shift]
    owner: dict[str, str]
    visits: dict[str, Visit]
    notes: list[str] = field(default_factory=list)
    name: str = ""

    def problem(self) -> Problem:
        """The problem as it stands."""
        shifts_of: dict[str, list[Shift]] = {who: [] for who in self.technicians}
        for shift_id, shift in self.shifts.items():
            shifts_of[self.owner[shift_id]].append(shift)
        people = (
            replace(who, shifts=tuple(sorted(shifts_of[who.id], key=lambda one: (one.start, one.id))))
            for who in self.technicians.values()
        )
        return Problem(self.locations, self.travel, tuple(people), tuple(self.visits.values()), None, self.name)

    def plan(self, problem: Problem, routes: Routes) -> tuple[Plan, Schedule]:
        """The routes as a plan, with their breaks where they disturb least, and in time."""
        plan = self._plan(problem, routes, {})
        schedule = walk(problem, plan)
        linked = {visit for visit, stops in schedule.stops_of.items() if len(stops) > 1 or self.visits[visit].after}
        if linked and schedule.settled:
            # Crews and followers wait; where, is known only now, and a break may fit into a wait.
            again = self._plan(problem, routes, {visit: schedule.starts[visit] for visit in linked})
            if again != plan:
                second = walk(problem, again)
                if second.settled and _late_breaks(second) <= _late_breaks(schedule):
                    return again, second
        return plan, schedule

    def _plan(self, problem: Problem, routes: Routes, floors: Mapping[str, int]) -> Plan:
        return Plan(tuple(self._routes(problem, routes, floors)))

    def _routes(self, problem: Problem, routes: Routes, floors: Mapping[str, int]) -> Iterator[Route]:
        for shift_id, stops in routes.items():
            if not stops:
                continue
            who, shift = self.technicians[self.owner[shift_id]], self.shifts[shift_id]
            gaps = break_gaps(problem, who, shift, [self.visits[visit] for visit, _ in stops], floors)
            yield Route(
                who.id,
                shift_id,
                tuple(Stop(visit, role) for visit, role in stops),
                tuple(TakenBreak(rest, gap) for rest, gap in gaps.items()),
            )

    # -- relaxing --------------------------------------------------------------------------------------------------

    def change_visit(self, visit_id: str, note: str = "", **fields: object) -> None:
        """Replace fields of a visit, and say why."""
        self.visits[visit_id] = replace(self.visits[visit_id], **fields)  # type: ignore[arg-type]
        self.note(note)

    def change_shift(self, shift_id: str, note: str = "", **fields: object) -> None:
        """Replace fields of a shift, and say why."""
        self.shifts[shift_id] = replace(self.shifts[shift_id], **fields)  # type: ignore[arg-type]
        self.note(note)

    def change_break(self, shift_id: str, break_id: str, note: str, **fields: object) -> None:
        """Replace fields of a break, and say why."""
        rests: tuple[Break, ...] = tuple(
            replace(rest, **fields) if rest.id == break_id else rest  # type: ignore[arg-type]
            for rest in self.shifts[shift_id].breaks
        )
        self.change_shift(shift_id, note, breaks=rests)

    def note(self, note: str) -> None:
        """Say something once."""
        if note and note not in self.notes:
            self.notes.append(note)


def without(routes: Routes, visits: Iterable[str]) -> dict[str, list[tuple[str, int]]]:
    """The routes without these visits."""
    gone = set(visits)
    return {shift: [stop for stop in stops if stop[0] not in gone] for shift, stops in routes.items()}


def promise_instead(visit: Visit, at: int, costs: tuple[float, float]) -> Promise:
    """What a window that cannot be kept leaves behind: a promise to start by ``at``, with the visit's own."""
    own = visit.arrive_by
    if own is None:
        return Promise(at, *costs)
    return Promise(min(own.at, at), max(own.breach_cost, costs[0]), max(own.cost_per_hour_late, costs[1]))


def _late_breaks(schedule: Schedule) -> int:
    return sum(taken.start > taken.rest.latest for timeline in schedule.timelines for taken in timeline.breaks)
