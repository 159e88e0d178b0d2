"""Whether some visits need more time than all who may do them have: a proof that needs no going through all ways.

Every visit needs its service and at least the shortest way to it, in one shift that may take it; a shift has so many
seconds from its start to the end of its longest overtime, and no more than its longest duty. If these needs do not flow
into the shifts even when every visit may be split among several, they cannot be met; and the side of the minimum cut on
which the visits lie (Ford and Fulkerson 1956) is a set of visits that need too much.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import breadth_first_order, maximum_flow

from optimizer.distance import EARTH_RADIUS_M
from optimizer.domain import Matrix, Problem, Shift, Technician, Travel, Visit
from optimizer.timeline import service_time


def overload(problem: Problem, ways: Mapping[str, int] | None = None) -> frozenset[str]:
    """Visits, all of which must be done, for which all shifts that may take them have too little time together.

    Empty where no such set shows. Every visit of the problem is taken to be one that must be done. ``ways``:
    :func:`shortest_ways` of the problem, or of one with more visits, where they are known already.
    """
    if ways is None:
        ways = shortest_ways(problem)
    paces = [who.pace for who, _ in problem.shifts]
    tasks = [(visit, role) for visit in problem.visits for role in range(len(visit.roles))]
    shifts = problem.shifts
    able = [[k for k, (who, _) in enumerate(shifts) if _may(who, visit, role)] for visit, role in tasks]
    needs = [
        service_time(visit.duration, min((paces[k] for k in there), default=1)) + ways[visit.id]
        for (visit, _), there in zip(tasks, able, strict=True)
    ]
    times = [_time(shift) for _, shift in shifts]
    source, sink = len(tasks) + len(shifts), len(tasks) + len(shifts) + 1
    rows = [source] * len(tasks) + [len(tasks) + k for k in range(len(shifts))]
    columns = [*range(len(tasks)), *([sink] * len(shifts))]
    amounts = [*needs, *times]
    for task, there in enumerate(able):
        rows += [task] * len(there)
        columns += [len(tasks) + k for k in there]
        amounts += [needs[task]] * len(there)
    network = csr_matrix((np.array(amounts, dtype=np.int32), (rows, columns)), shape=(sink + 1, sink + 1))
    flow = maximum_flow(network, source, sink)
    if flow.flow_value >= sum(needs):
        return frozenset()
    left = network - flow.flow
    left.eliminate_zeros()
    reached = breadth_first_order(left, source, return_predecessors=False)
    return frozenset(tasks[node][0].id for node in reached if node < len(tasks))


def _may(who: Technician, visit: Visit, role: int) -> bool:
    return (
        who.id not in visit.never
        and (not visit.only or who.id in visit.only)
        and all(who.skills.get(skill, 0) >= level for skill, level in visit.roles[role].skills.items())
    )


def shortest_ways(problem: Problem) -> Mapping[str, int]:
    """Visit → seconds that the way to it takes at least, from wherever else a visit or a shift's start may be."""
    starts = {shift.start_location for _, shift in problem.shifts}
    from_ = np.array(sorted({visit.location for visit in problem.visits} | starts), dtype=np.int64)
    shared = Counter(visit.location for visit in problem.visits)
    found = {}
    for visit in problem.visits:
        # From another visit at the same place there is no way at all.
        alone = shared[visit.location] == 1 and visit.location not in starts
        places = from_[from_ != visit.location] if alone else from_
        ways = [_seconds(problem, travel, places, visit.location) for travel in problem.travel.values()]
        found[visit.id] = min(ways) if len(places) else 0
    return found


def _seconds(problem: Problem, travel: Travel, places: NDArray[np.int64], to: int) -> int:
    """Seconds of the shortest way from any of these places, never too many."""
    if not len(places):
        return 0
    if isinstance(travel, Matrix):
        return int(travel.durations[places, to].min())
    lat = np.radians([problem.locations[place].lat for place in places])
    lon = np.radians([problem.locations[place].lon for place in places])
    at = problem.locations[to]
    h = np.sin((lat - np.radians(at.lat)) / 2) ** 2
    h += np.cos(lat) * np.cos(np.radians(at.lat)) * np.sin((lon - np.radians(at.lon)) / 2) ** 2
    metres = 2 * EARTH_RADIUS_M * np.arcsin(np.sqrt(np.minimum(h.min(), 1))) * travel.detour_factor
    return max(0, int(metres / (travel.speed_kmh / 3.6)) - 1)  # what is rounded elsewhere may be a second less


def _time(shift: Shift) -> int:
    """Seconds in which a shift can drive and serve, breaks not counted."""
    time = shift.end + shift.max_overtime - shift.start
    return time if shift.max_duty is None else min(time, shift.max_duty)
