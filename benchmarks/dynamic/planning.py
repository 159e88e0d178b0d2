"""The problem of a moment, as it is known then: what was done or promised holds, the rest is to be planned."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace

from benchmarks.dynamic.executed import Executed, ShiftKey, Trip
from benchmarks.dynamic.instances import Dynamic
from optimizer.distance import leg
from optimizer.domain import Problem, Shift, Technician, TimeWindow, Visit

PLENTY = 1e6
"""More parts than anybody uses."""


@dataclass(frozen=True, slots=True)
class Fetching:
    """A way by the depot, for tools and parts. It comes after the planned visits ``first``, which are done without."""

    first: tuple[str, ...] = ()


Kits = Mapping[ShiftKey, Fetching]
"""Who goes by the depot, or has been there."""


@dataclass(frozen=True)
class Moment:
    """What is known at an instant: the requests that were accepted, and the ``new`` ones that nobody has answered.

    ``drawn``: what might come, see :mod:`benchmarks.dynamic.futures`.
    """

    dynamic: Dynamic
    executed: Executed
    accepted: Collection[str]
    new: Collection[str] = ()
    drawn: tuple[Visit, ...] = ()

    def problem(self, kits: Kits) -> Problem:
        """As a planning problem: what was done stands first on its route, at its time; what was accepted has to be
        done; what is new may be left out, at its price.
        """
        whole = self.dynamic.problem
        last = {done[-1].visit: key for key, done in self.executed.trips.items() if done}
        trips = {trip.visit: trip for done in self.executed.trips.values() for trip in done}
        visits = [visit for visit in whole.visits if visit.id in self.accepted or visit.id in self.new]
        return replace(
            whole,
            technicians=tuple(self._technician(one, kits) for one in whole.technicians),
            visits=(
                *(self._visit(one, trips.get(one.id), last) for one in (*visits, *depot_visits(self.dynamic, kits))),
                *self.drawn,
            ),
        )

    def _technician(self, technician: Technician, kits: Kits) -> Technician:
        if any((technician.id, shift.id) in kits for shift in technician.shifts):
            technician = equipped(self.dynamic.problem, technician)
        return replace(technician, shifts=tuple(self._shift(technician, shift, kits) for shift in technician.shifts))

    def _shift(self, technician: Technician, shift: Shift, kits: Kits) -> Shift:
        key = technician.id, shift.id
        done = self.executed.trips[key]
        names = tuple(trip.visit for trip in done)
        if key in self.executed.home:
            return replace(shift, committed=names, end=self._back(technician, shift, done))
        start = shift.start if done else min(self.executed.leaves_from(key), shift.end)
        depot = at_depot(technician.id)
        if key in kits and depot not in names:
            names = (*names, *(one for one in kits[key].first if one not in names), depot)
        return replace(shift, start=start, committed=names)

    def _back(self, technician: Technician, shift: Shift, done: list[Trip]) -> int:
        """When who has gone home was there."""
        if not done or shift.end_location is None:
            return self.executed.free_from((technician.id, shift.id))
        visits = self.dynamic.problem.visit_index
        at = visits.get(done[-1].visit)
        place = self.dynamic.depot if at is None else self.dynamic.problem.visits[at].location
        assert place is not None
        return done[-1].end + leg(self.dynamic.problem, technician.profile, place, shift.end_location)[0]

    def _visit(self, visit: Visit, trip: Trip | None, last: Mapping[str, ShiftKey]) -> Visit:
        if trip is None:
            return visit if visit.id in self.new else replace(visit, drop_cost=None)
        until = trip.end
        if visit.id in last and last[visit.id] not in self.executed.home:
            until = self.executed.leaves_from(last[visit.id])
        pinned = (TimeWindow(trip.start, trip.start),)
        return replace(visit, windows=pinned, duration=until - trip.start, drop_cost=None)


def at_depot(technician: str) -> str:
    """What somebody's visit of the depot is called."""
    return f"depot-{technician}"


def depot_visits(dynamic: Dynamic, kits: Kits) -> Iterator[Visit]:
    """One for each who goes there: it takes no time, and has to be done."""
    for technician, _ in kits:
        assert dynamic.depot is not None
        yield Visit(at_depot(technician), dynamic.depot, 0, only=(technician,))


def equipped(problem: Problem, technician: Technician) -> Technician:
    """The technician with every tool that anybody asks for, and plenty of all parts."""
    tools = {name: 1 for visit in problem.visits for name in visit.roles[0].skills if name.startswith("tool-")}
    parts = {name: PLENTY for visit in problem.visits for name in visit.demand}
    return replace(technician, skills={**technician.skills, **tools}, capacity={**technician.capacity, **parts})


def carries(technician: Technician, visits: Collection[Visit]) -> bool:
    """Whether somebody can do all of these with what they have from the start."""
    used: dict[str, float] = {}
    for visit in visits:
        if any(technician.skills.get(name, 0) < level for name, level in visit.roles[0].skills.items()):
            return False
        for part, quantity in visit.demand.items():
            used[part] = used.get(part, 0) + quantity
    return all(quantity <= technician.capacity.get(part, 0) for part, quantity in used.items())
