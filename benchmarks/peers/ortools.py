"""OR-Tools' routing library (Apache-2.0): https://developers.google.com/optimization/routing

It says the whole of what is stated: who may do what, one window, lateness and overtime by soft bounds, leaving out at a
price, breaks as intervals. Set-ups:

- ``parallel``: breaks as intervals, first plan by PARALLEL_CHEAPEST_INSERTION;
- ``local``: the same, first plan by LOCAL_CHEAPEST_COST_INSERTION;
- ``lunch``: no breaks, but a clock without them (:mod:`~benchmarks.peers.lunch`), first plan as in ``local``: the
  intervals slow the search down so much that being approximate often ends better.

All go on with guided local search until the time is over.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from benchmarks.peers.lunch import Clock, without_breaks
from benchmarks.peers.peer import Limits, Peer, Routes, Search, lacks, library, version_of
from benchmarks.peers.stating import Stated, Table

PARALLEL, LOCAL, LUNCH = "parallel", "local", "lunch"
FIRST_PLANS = {
    PARALLEL: "PARALLEL_CHEAPEST_INSERTION",
    LOCAL: "LOCAL_CHEAPEST_COST_INSERTION",
    LUNCH: "LOCAL_CHEAPEST_COST_INSERTION",
}
CLOCK = "clock"
NOBODY = -1
"""The vehicle of a visit that is left out."""


def prepare(stated: Stated, setup: str, limits: Limits) -> Search:
    """A model of OR-Tools, and its search."""
    routing = library("ortools.constraint_solver.pywrapcp")
    enums = library("ortools.constraint_solver.routing_enums_pb2")
    model = _Model(routing, stated, setup)
    parameters = routing.DefaultRoutingSearchParameters()
    parameters.first_solution_strategy = getattr(enums.FirstSolutionStrategy, FIRST_PLANS[setup])
    parameters.local_search_metaheuristic = enums.LocalSearchMetaheuristic.GUIDED_LOCAL_SEARCH
    parameters.time_limit.FromMilliseconds(round(limits.seconds * 1000))
    model.routing.solver().ReSeed(limits.seed)

    def search() -> Routes:
        return model.routes(model.routing.SolveWithParameters(parameters))

    return search


class _Model:
    """Nodes are first the visits, then each shift's start and, where it is another place, its end."""

    def __init__(self, library: Any, stated: Stated, setup: str) -> None:
        self._stated = stated
        self._clock = without_breaks(stated.shifts) if setup == LUNCH else Clock()
        visits, shifts = stated.visits, stated.shifts
        places = [visit.place for visit in visits] + [shift.start_place for shift in shifts]
        starts = list(range(len(visits), len(places)))
        ends = list(starts)
        for index, shift in enumerate(shifts):
            if shift.end_place != shift.start_place:
                ends[index] = len(places)
                places.append(shift.end_place)
        self._service = [visit.service for visit in visits] + [0] * (len(places) - len(visits))
        self.nodes = library.RoutingIndexManager(len(places), len(shifts), starts, ends)
        self.routing = library.RoutingModel(self.nodes)
        self._drive(places)
        self._load(len(places))
        self._visits()
        self._shifts()
        if setup != LUNCH:
            self._breaks()

    def _drive(self, places: Sequence[int]) -> None:
        """Costs of legs, and the dimension of time."""
        routing, some = self.routing, np.ix_(places, places)
        service: Table = np.array(self._service, dtype=np.int64)[:, None]
        prices, times = [], []
        for way in self._stated.ways:
            durations = way.durations[some]
            costs = durations if way.costs is way.durations else way.costs[some]
            prices.append(routing.RegisterTransitMatrix(costs.tolist()))
            times.append(routing.RegisterTransitMatrix((durations + service).tolist()))
        for vehicle, shift in enumerate(self._stated.shifts):
            routing.SetArcCostEvaluatorOfVehicle(prices[shift.way], vehicle)
            routing.SetFixedCostOfVehicle(shift.fixed, vehicle)
        horizon = self._stated.horizon
        each = [times[shift.way] for shift in self._stated.shifts]
        routing.AddDimensionWithVehicleTransits(each, horizon, horizon, False, CLOCK)
        self._time = routing.GetDimensionOrDie(CLOCK)

    def _load(self, nodes: int) -> None:
        for resource in range(self._stated.resources):
            amounts = [visit.demand[resource] for visit in self._stated.visits]
            demand = self.routing.RegisterUnaryTransitVector(amounts + [0] * (nodes - len(amounts)))
            room = [shift.capacity[resource] for shift in self._stated.shifts]
            self.routing.AddDimensionWithVehicleCapacity(demand, 0, room, True, f"resource {resource}")

    def _visits(self) -> None:
        stated, clock = self._stated, self._clock
        for number, visit in enumerate(stated.visits):
            index = self.nodes.NodeToIndex(number)
            self._time.CumulVar(index).SetRange(clock(visit.earliest), clock(visit.latest))
            if visit.due is not None and visit.late_rate:
                self._time.SetCumulVarSoftUpperBound(index, clock(visit.due), visit.late_rate)
            able = [int(vehicle) for vehicle in np.flatnonzero(stated.allowed[number])]
            self.routing.VehicleVar(index).SetValues([NOBODY, *able])
            price = stated.priceless if visit.drop_cost is None else visit.drop_cost
            self.routing.AddDisjunction([index], price)

    def _shifts(self) -> None:
        clock = self._clock
        for vehicle, shift in enumerate(self._stated.shifts):
            start, end = self.routing.Start(vehicle), self.routing.End(vehicle)
            latest = clock(shift.end + shift.max_overtime)
            self._time.CumulVar(start).SetRange(clock(shift.start), clock(shift.end))
            self._time.CumulVar(end).SetRange(clock(shift.start), latest)
            if shift.max_overtime and shift.overtime_rate:
                self._time.SetCumulVarSoftUpperBound(end, clock(shift.end), shift.overtime_rate)

    def _breaks(self) -> None:
        solver = self.routing.solver()
        service = [self._service[self.nodes.IndexToNode(index)] for index in range(self.routing.Size())]
        for vehicle, shift in enumerate(self._stated.shifts):
            if shift.rest is None:
                continue
            rest, name = shift.rest, f"break {vehicle}"
            interval = solver.FixedDurationIntervalVar(rest.earliest, rest.latest, rest.duration, False, name)
            self._time.SetBreakIntervalsOfVehicle([interval], vehicle, service)

    def routes(self, found: Any) -> Routes:
        """What the assignment says; nothing where there is none."""
        routes: list[list[int]] = [[] for _ in self._stated.shifts]
        if not found:
            return routes
        for vehicle, route in enumerate(routes):
            index = found.Value(self.routing.NextVar(self.routing.Start(vehicle)))
            while not self.routing.IsEnd(index):
                route.append(self.nodes.IndexToNode(index))
                index = found.Value(self.routing.NextVar(index))
        return routes


def suits(stated: Stated, setup: str) -> bool:
    """Without breaks, a clock without them is the same as ``local``."""
    return setup != LUNCH or any(shift.rest is not None for shift in stated.shifts)


PEER = Peer(
    id="ortools",
    title="OR-Tools routing",
    setups=(PARALLEL, LOCAL, LUNCH),
    prepare=prepare,
    lacking=lacks("ortools"),
    version=version_of("ortools"),
    suits=suits,
)
