"""The part of a problem that every rule stands on, as kernel arrays: places, travel, visits, routes and time.

What rules add lies at rest here: no cost, no limit. :func:`optimizer.scoring.lower` puts both together.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from math import pi

import numpy as np

from optimizer.distance import EARTH_RADIUS_M
from optimizer.domain import Geodesic, Matrix, Problem
from optimizer.kernel.data import F64, I32, I64, NEVER, KernelData, TravelTable
from optimizer.money import choose_unit
from optimizer.timeline import holds, leaves_late, service_time

NO_LIMIT = 2**40
"""A number of seconds that nothing takes."""


def base(problem: Problem, weights: Mapping[str, float]) -> KernelData:
    """Kernel arrays without any rule. ``weights`` (of rules) only help to choose the unit of cost."""
    visits, routes = problem.visits, problem.shifts
    n, m = len(visits), len(routes)
    epoch = min((shift.start for _, shift in routes), default=0)
    profiles = {profile: index for index, profile in enumerate(problem.travel)}
    paces = {pace: row for row, pace in enumerate(dict.fromkeys(technician.pace for technician, _ in routes))}
    windows = [(window.earliest, window.latest) for visit in visits for window in visit.windows]
    breaks = [(rest.earliest, rest.latest, rest.duration) for _, shift in routes for rest in shift.breaks]
    moments = [(index, on_end, at) for index, visit in enumerate(visits) for on_end, at in holds(visit)]
    links = [
        (index, problem.visit_index[link.visit], link.min_gap, NEVER if link.max_gap is None else link.max_gap)
        for index, visit in enumerate(visits)
        for link in visit.after
    ]
    return KernelData(
        unit=choose_unit(_prices(problem), weights.values(), _bound(problem, weights)),
        epoch=epoch,
        lat=np.array([place.lat for place in problem.locations], dtype=np.float64),
        lon=np.array([place.lon for place in problem.locations], dtype=np.float64),
        travel=[_table(travel) for travel in problem.travel.values()],
        visit_location=_i32(visit.location for visit in visits),
        task_offset=_offsets(len(visit.roles) for visit in visits),
        service=_service(problem, list(paces)),
        window_offset=_offsets(len(visit.windows) for visit in visits),
        window_earliest=_i64(earliest - epoch for earliest, _ in windows),
        window_latest=_i64(latest - epoch for _, latest in windows),
        demand=np.zeros((n, 0), dtype=np.int64),
        must=np.array([visit.drop_cost is None for visit in visits], dtype=np.uint8),
        route_owner=_i32(problem.technician_index[technician.id] for technician, _ in routes),
        route_travel=_i32(profiles[technician.profile] for technician, _ in routes),
        route_pace=_i32(paces[technician.pace] for technician, _ in routes),
        route_start=_i64(shift.start - epoch for _, shift in routes),
        route_end=_i64(shift.end - epoch for _, shift in routes),
        route_from=_i32(shift.start_location for _, shift in routes),
        route_to=_i32(NEVER if shift.end_location is None else shift.end_location for _, shift in routes),
        capacity=np.zeros((m, 0), dtype=np.int64),
        break_offset=_offsets(len(shift.breaks) for _, shift in routes),
        break_earliest=_i64(earliest - epoch for earliest, _, _ in breaks),
        break_latest=_i64(latest - epoch for _, latest, _ in breaks),
        break_duration=_i64(duration for _, _, duration in breaks),
        owners=len(problem.technicians),
        leave_late=np.array([leaves_late(technician, shift) for technician, shift in routes], dtype=np.uint8),
        hold_visit=_i32(visit for visit, _, _ in moments),
        hold_on_end=np.array([on_end for _, on_end, _ in moments], dtype=np.uint8),
        hold_at=_i64(at - epoch for _, _, at in moments),
        max_overtime=np.full(m, NO_LIMIT, dtype=np.int64),
        max_duty=np.full(m, NEVER, dtype=np.int64),
        committed_offset=np.zeros(m + 1, dtype=np.int32),
        committed_visit=_i32(()),
        after_visit=_i32(waiting for waiting, _, _, _ in links),
        after_before=_i32(before for _, before, _, _ in links),
        after_min=_i64(min_gap for _, _, min_gap, _ in links),
        after_max=_i64(max_gap for _, _, _, max_gap in links),
        route_cost=np.zeros(m, dtype=np.int64),
        travel_rate=np.zeros(m, dtype=np.int64),
        metre_rate=np.zeros(m, dtype=np.int64),
        duty_rate=np.zeros(m, dtype=np.int64),
        overtime_rate=np.zeros(m, dtype=np.int64),
        drop_cost=np.zeros(n, dtype=np.int64),
    )


def _i32(values: Iterable[int]) -> I32:
    return np.fromiter(values, dtype=np.int32)


def _i64(values: Iterable[int]) -> I64:
    return np.fromiter(values, dtype=np.int64)


def _offsets(counts: Iterable[int]) -> I32:
    return np.concatenate(([0], np.cumsum(_i64(counts)))).astype(np.int32)


def _table(travel: Geodesic | Matrix) -> TravelTable:
    if isinstance(travel, Geodesic):
        return TravelTable(speed_kmh=travel.speed_kmh, detour_factor=travel.detour_factor)
    distances = travel.distances
    return TravelTable(
        durations=np.ascontiguousarray(travel.durations, dtype=np.int32),
        distances=None if distances is None else np.ascontiguousarray(distances, dtype=np.int32),
    )


def _service(problem: Problem, paces: list[float]) -> I32:
    """Service times by pace and visit."""
    durations: F64 = np.array([visit.duration for visit in problem.visits], dtype=np.float64)
    table = np.zeros((len(paces), len(problem.visits)), dtype=np.int32)
    for row, pace in enumerate(paces):
        times = durations * pace
        table[row] = np.ceil(times)
        # Next to a whole number it is the rounding that decides; it is said once, in the timeline.
        for visit in np.flatnonzero((times != np.rint(times)) & (np.abs(times - np.rint(times)) < 1e-5)):
            table[row, visit] = service_time(problem.visits[visit].duration, pace)
    return table


def _prices(problem: Problem) -> set[float]:
    """Every price of the problem."""
    prices: set[float] = set()
    for technician in problem.technicians:
        costs = technician.costs
        prices |= {costs.per_shift, costs.per_travel_hour, costs.per_km, costs.per_duty_hour, costs.per_overtime_hour}
    for visit in problem.visits:
        prices |= {visit.drop_cost or 0, visit.preference_cost, visit.reassign_cost, visit.cost_per_hour_later}
        for promise in (visit.arrive_by, visit.complete_by):
            if promise is not None:
                prices |= {promise.breach_cost, promise.cost_per_hour_late}
    if problem.balance is not None:
        prices.add(problem.balance.cost_per_hour_over)
    return prices


def _bound(problem: Problem, weights: Mapping[str, float]) -> float:
    """More than any plan can cost: every visit dropped, late and reassigned, every leg the longest, all at once."""
    visits, routes = problem.visits, problem.shifts
    moments = [shift.start for _, shift in routes] + [at for visit in visits for _, at in holds(visit)]
    moments += [shift.end for _, shift in routes] + [rest.latest for _, shift in routes for rest in shift.breaks]
    moments += [window.latest for visit in visits for window in visit.windows]
    longest, farthest = _longest_leg(problem)
    tasks = sum(len(visit.roles) for visit in visits)
    pace = max((technician.pace for technician, _ in routes), default=1)
    work = sum((visit.duration * pace + 1) * len(visit.roles) for visit in visits) + (tasks + len(routes)) * longest
    waiting = sum(link.min_gap for visit in visits for link in visit.after)
    resting = sum(rest.duration for _, shift in routes for rest in shift.breaks)
    hours = (max(moments, default=0) - min(moments, default=0) + work + waiting + resting) / 3600
    total = 0.0
    for visit in visits:
        promises = [promise for promise in (visit.arrive_by, visit.complete_by) if promise is not None]
        total += (visit.drop_cost or 0) + visit.preference_cost + visit.reassign_cost
        total += sum(promise.breach_cost + hours * promise.cost_per_hour_late for promise in promises)
        total += hours * visit.cost_per_hour_later
    total += sum(
        technician.costs.per_shift + hours * (technician.costs.per_duty_hour + technician.costs.per_overtime_hour)
        for technician, _ in routes
    )
    total += (tasks + len(routes)) * max(
        (longest / 3600 * t.costs.per_travel_hour + farthest / 1000 * t.costs.per_km for t, _ in routes), default=0
    )
    if problem.balance is not None:
        total += work / 3600 * problem.balance.cost_per_hour_over
    return total * max([1, *weights.values()])


def _longest_leg(problem: Problem) -> tuple[float, float]:
    """No leg takes more (seconds, metres)."""
    seconds, metres = 0.0, 0.0
    for travel in problem.travel.values():
        if isinstance(travel, Matrix):
            seconds = max(seconds, float(travel.durations.max(initial=0)))
            if travel.distances is not None:
                metres = max(metres, float(travel.distances.max(initial=0)))
        else:
            lat, lon = [place.lat for place in problem.locations], [place.lon for place in problem.locations]
            # First along the meridian, then along the parallel, which is no longer than the equator's part of it.
            degrees = (max(lat) - min(lat) + max(lon) - min(lon)) if lat else 0.0
            far = degrees / 180 * pi * EARTH_RADIUS_M * travel.detour_factor + 1
            seconds, metres = max(seconds, far / (travel.speed_kmh / 3.6) + 1), max(metres, far)
    return seconds, metres
