"""The shifts of a problem as pricing sees them: what may stand on their routes, what it takes and what it costs.

What hangs together with other routes is let go of here, always so that no plan becomes dearer:

- a visit that needs a crew becomes a visit that several routes do, each with its own service time; each route carries
  its share of the promises, and who is preferred is not asked;
- ``after`` is left out, and so is balance;
- duty counts as much as it must at least: see ``pricing_time.h``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from optimizer.distance import geodesic
from optimizer.kernel.data import I64, NEVER, KernelData, TravelTable
from optimizer.native import Pricer

MOST_VISITS = 1024
"""So many visits a shift may be able to do; the labels of pricing hold no more."""


@dataclass(frozen=True, eq=False)
class Shape:
    """One shift and ``k`` visits, the nodes, that may stand on its route, as the kernel's ``Pricer`` reads it.

    Seconds since the data's epoch, costs in 1/unit. ``travel`` and ``arc`` are square over the nodes and, last, where
    the shift starts (as a row) and ends (as a column); ``arc`` holds what driving and going to that node costs.
    """

    travel: I64
    arc: I64
    service: I64
    window_node: I64
    window_earliest: I64
    window_latest: I64
    ramp_node: I64
    ramp_knee: I64
    ramp_jump: I64
    ramp_slope: I64
    demand: I64
    capacity: I64
    break_earliest: I64
    break_latest: I64
    break_duration: I64
    committed: I64
    start: int
    end: int
    limit: int
    max_duty: int
    duty: bool
    fixed: int
    overtime_rate: int
    duty_rate: int

    @cached_property
    def key(self) -> bytes:
        """The same for shapes that are the same."""
        arrays = (value for value in vars(self).values() if isinstance(value, np.ndarray))
        numbers = [value for value in vars(self).values() if isinstance(value, int)]
        return b"|".join([*(array.tobytes() for array in arrays), np.array(numbers, dtype=np.int64).tobytes()])


@dataclass(frozen=True, eq=False)
class Kind:
    """Shifts that are alike: ``routes`` of the data, with the ``visits`` that are the nodes of their shape.

    ``rests`` says which break of the shift each break of the shape is; ``needed``: a committed shift, whose route
    must be driven.
    """

    routes: tuple[int, ...]
    visits: tuple[int, ...]
    rests: tuple[int, ...]
    shape: Shape
    pricer: Pricer
    needed: bool

    @cached_property
    def node(self) -> Mapping[int, int]:
        """Node by visit."""
        return {visit: node for node, visit in enumerate(self.visits)}

    def walk(self, order: Sequence[int]) -> tuple[int, list[int]] | None:
        """The least that these visits in this order cost on this shift, and the gaps of its breaks; None: impossible.

        What is committed must stand first.
        """
        nodes = [self.node.get(visit, -1) for visit in order]
        committed = self.shape.committed.tolist()
        if -1 in nodes or nodes[: len(committed)] != committed:
            return None
        walked = self.pricer.walk(nodes)
        if walked is None:
            return None
        cost, gaps = walked
        original = [NEVER] * len(self.rests)
        for rest, gap in zip(self.rests, gaps, strict=True):
            original[rest] = gap
        return cost, original


def kinds(data: KernelData) -> list[Kind]:
    """All shifts of the data, those that are alike together.

    Raises :class:`ValueError` where a shift may do more than :data:`MOST_VISITS` visits.
    """
    maker = _Maker(data)
    found: dict[tuple[tuple[int, ...], bytes], list[int]] = {}
    made: dict[tuple[tuple[int, ...], bytes], tuple[tuple[int, ...], tuple[int, ...], Shape]] = {}
    for route in range(len(data.route_owner)):
        visits, rests, shape = maker.shape(route)
        found.setdefault((visits, shape.key), []).append(route)
        made[visits, shape.key] = visits, rests, shape
    return [
        Kind(tuple(routes), *made[key], Pricer(made[key][2]), needed=made[key][2].committed.size > 0)
        for key, routes in found.items()
    ]


def roles(data: KernelData) -> I64:
    """How many technicians each visit needs."""
    return np.diff(data.task_offset).astype(np.int64)


class _Maker:
    def __init__(self, data: KernelData) -> None:
        self.data = data
        self.roles = roles(data)
        self.legs = [_legs(table, data) for table in data.travel]
        tasks, owners = int(data.task_offset[-1]), data.owners
        refused = np.zeros((tasks, owners), dtype=bool)
        for table in data.forbidden.values():
            refused |= table != 0
        first = data.task_offset[:-1].astype(np.int64)
        able = ~refused
        self.may = np.array(
            [able[begin : begin + count].any(axis=0) for begin, count in zip(first, self.roles, strict=True)],
            dtype=bool,
        ).reshape(len(self.roles), owners)
        self.committed = [
            data.committed_visit[a:b].tolist()
            for a, b in zip(data.committed_offset[:-1], data.committed_offset[1:], strict=True)
        ]
        self.committed_on: dict[int, set[int]] = {}
        for route, visits in enumerate(self.committed):
            for visit in visits:
                self.committed_on.setdefault(visit, set()).add(route)
        self.ramps = [
            (int(visit), bool(on_end), int(knee), int(jump), int(slope))
            for table in data.ramps.values()
            for visit, on_end, knee, jump, slope in zip(
                table.visit, table.on_end, table.knee, table.jump, table.slope, strict=True
            )
        ]

    def shape(self, route: int) -> tuple[tuple[int, ...], tuple[int, ...], Shape]:
        """Visits, order of breaks and shape of one route."""
        data = self.data
        visits = tuple(
            visit
            for visit in range(len(self.roles))
            if self.may[visit, data.route_owner[route]] and self.committed_on.get(visit, {route}) >= {route}
        )
        if len(visits) > MOST_VISITS:
            raise ValueError(
                f"shift {route} may do {len(visits)} visits; a bound can be worked out up to {MOST_VISITS}"
            )
        # A committed visit that its technician may not do: no route can be driven, which an impossible window says.
        lost = [visit for visit in self.committed[route] if visit not in visits]
        visits = tuple(sorted((*visits, *lost)))
        node = {visit: number for number, visit in enumerate(visits)}
        chosen = np.array(visits, dtype=np.int64)
        service = data.service[data.route_pace[route]][chosen].astype(np.int64)
        windows = [
            (node[visit], int(data.window_earliest[w]), int(data.window_latest[w]))
            for visit in visits
            for w in range(data.window_offset[visit], data.window_offset[visit + 1])
            if visit not in lost
        ] + [(node[visit], int(data.route_start[route]) - 2, int(data.route_start[route]) - 1) for visit in lost]
        ramps = [
            (node[v], knee - (int(service[node[v]]) if on_end else 0), jump // roles, slope // roles)
            for v, on_end, knee, jump, slope in self.ramps
            if v in node and ((roles := int(self.roles[v])) > 0)
        ]
        seconds, arc = self._legs_of(route, chosen)
        demand, capacity = self._loads(route, chosen)
        first, last = int(data.break_offset[route]), int(data.break_offset[route + 1])
        rests = sorted(range(last - first), key=lambda b: int(data.break_earliest[first + b]))
        at = np.array([first + b for b in rests], dtype=np.int64)
        duty_limit, duty_rate = int(data.max_duty[route]), int(data.duty_rate[route])
        limited = duty_limit != NEVER
        shape = Shape(
            travel=seconds,
            arc=arc,
            service=service,
            **_columns(windows, "window_node", "window_earliest", "window_latest"),
            **_columns(ramps, "ramp_node", "ramp_knee", "ramp_jump", "ramp_slope"),
            demand=demand,
            capacity=capacity,
            break_earliest=data.break_earliest[at],
            break_latest=data.break_latest[at],
            break_duration=data.break_duration[at],
            committed=np.array([node[visit] for visit in self.committed[route]], dtype=np.int64),
            start=int(data.route_start[route]),
            end=int(data.route_end[route]),
            limit=int(data.route_end[route]) + min(int(data.max_overtime[route]), _horizon(data)),
            max_duty=duty_limit if limited else _horizon(data),
            duty=bool(data.leave_late[route]) and (limited or duty_rate > 0),
            fixed=int(data.route_cost[route]),
            overtime_rate=int(data.overtime_rate[route]),
            duty_rate=duty_rate if data.leave_late[route] else 0,
        )
        return visits, tuple(rests), shape

    def _legs_of(self, route: int, chosen: I64) -> tuple[I64, I64]:
        """Seconds, and what driving and membership cost, over the nodes and the shift's own places."""
        data = self.data
        seconds_all, metres_all = self.legs[data.route_travel[route]]
        here = data.visit_location[chosen].astype(np.int64)
        starts, ends = int(data.route_from[route]), int(data.route_to[route])
        rows = np.append(here, starts)
        columns = np.append(here, ends if ends != NEVER else starts)
        grid = np.ix_(rows, columns)
        seconds, metres = seconds_all[grid].copy(), metres_all[grid].copy()
        if ends == NEVER:
            seconds[:, -1] = 0
            metres[:, -1] = 0
        arc = seconds * int(data.travel_rate[route]) + metres * int(data.metre_rate[route])
        arc[:, :-1] += self._membership(route, chosen)[None, :]
        return np.ascontiguousarray(seconds), np.ascontiguousarray(arc)

    def _membership(self, route: int, chosen: I64) -> I64:
        """What it costs that this technician, and nobody else, does each visit."""
        data, owner = self.data, int(self.data.route_owner[route])
        cost = np.zeros(len(self.roles), dtype=np.int64)
        for unless in data.unless.values():
            for i, visit in enumerate(unless.visit.tolist()):
                named = unless.owner[unless.owner_offset[i] : unless.owner_offset[i + 1]]
                if self.roles[visit] == 1 and owner not in named:
                    cost[visit] += unless.cost[i]
        return cost[chosen]

    def _loads(self, route: int, chosen: I64) -> tuple[I64, I64]:
        """Demand and capacity of what can run out on this route."""
        demand, capacity = self.data.demand[chosen], self.data.capacity[route]
        scarce = demand.sum(axis=0) > capacity if len(chosen) else np.zeros(len(capacity), dtype=bool)
        return np.ascontiguousarray(demand[:, scarce]), np.ascontiguousarray(capacity[scarce])


def _columns(rows: Sequence[tuple[int, ...]], *names: str) -> dict[str, I64]:
    table = np.array(rows, dtype=np.int64).reshape(len(rows), len(names))
    return {name: np.ascontiguousarray(table[:, column]) for column, name in enumerate(names)}


def _horizon(data: KernelData) -> int:
    """Longer than any route: for limits that nobody set."""
    if not len(data.route_end):
        return 0
    longest = int(data.service.sum(axis=1).max(initial=0)) + int(data.break_duration.sum())
    moments = [int(data.route_end.max()), *(int(one.max(initial=0)) for one in (data.window_latest, data.break_latest))]
    return max(moments) + longest + 30 * 86_400


def _legs(table: TravelTable, data: KernelData) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Seconds and metres between all locations."""
    count = len(data.lat)
    if table.durations is not None:
        metres = np.zeros((count, count)) if table.distances is None else table.distances
        return table.durations.astype(np.int64), metres.astype(np.int64)
    seconds, far = np.zeros((count, count), dtype=np.int64), np.zeros((count, count), dtype=np.int64)
    places = list(zip(data.lat.tolist(), data.lon.tolist(), strict=True))
    for a in range(count):
        for b in range(a):
            seconds[a, b], far[a, b] = geodesic(places[a], places[b], table.speed_kmh, table.detour_factor)
            seconds[b, a], far[b, a] = geodesic(places[b], places[a], table.speed_kmh, table.detour_factor)
    return seconds, far
