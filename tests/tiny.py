"""Words for small examples written by hand: one day, UTC, minutes where people say minutes.

``at("09:30")`` is a moment of the day; durations are given in minutes as ``30 * MINUTE``. A problem has as many places
as its matrix is wide; place 0 is where shifts start and end unless said.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from optimizer.domain import (
    Break,
    Costs,
    Geodesic,
    Location,
    Matrix,
    Plan,
    Problem,
    Role,
    Route,
    Shift,
    Stop,
    TakenBreak,
    Technician,
    TimeWindow,
    Visit,
)

MIDNIGHT = 1_767_571_200
"""5 January 2026, 00:00 UTC."""
MINUTE, HOUR = 60, 3_600


def at(clock: str, day: int = 0) -> int:
    """A moment: ``at("09:30")``."""
    hours, minutes = clock.split(":")
    return MIDNIGHT + day * 24 * HOUR + int(hours) * HOUR + int(minutes) * MINUTE


def window(earliest: str, latest: str) -> TimeWindow:
    return TimeWindow(at(earliest), at(latest))


def rest(earliest: str, latest: str, minutes: int, name: str = "lunch") -> Break:
    return Break(name, at(earliest), at(latest), minutes * MINUTE)


def shift(name: str = "S", start: str = "08:00", end: str = "17:00", **more: Any) -> Shift:
    return Shift(**{"id": name, "start": at(start), "end": at(end), "start_location": 0, "end_location": 0} | more)


def technician(name: str = "Ann", *shifts: Shift, costs: Costs = Costs(), **more: Any) -> Technician:  # noqa: B008
    """Somebody with one shift from 08:00 to 17:00, unless said."""
    return Technician(name, costs=costs, shifts=shifts or (shift(),), **more)


def visit(
    name: str = "V1", location: int = 0, minutes: float = 0, *, roles: int | tuple[Role, ...] = 1, **more: Any
) -> Visit:
    """A visit that may be dropped for nothing, unless said."""
    roles = (Role(),) * roles if isinstance(roles, int) else roles
    return Visit(
        **{"id": name, "location": location, "duration": int(minutes * MINUTE), "roles": roles, "drop_cost": 0} | more
    )


def problem(
    visits: list[Visit] | Visit,
    technicians: list[Technician] | Technician | None = None,
    minutes: list[list[int]] | None = None,
    *,
    km: list[list[int]] | None = None,
    **more: Any,
) -> Problem:
    """A problem on a matrix of travel in minutes (none: everything in one place) and, where given, kilometres."""
    minutes = minutes or [[0]]
    travel = Matrix(
        np.array(minutes, dtype=np.int32) * MINUTE, None if km is None else np.array(km, dtype=np.int32) * 1000
    )
    technicians = technicians or [technician()]
    return Problem(
        locations=tuple(Location(f"L{index}", 48.0, 2.0) for index in range(len(minutes))),
        travel=more.pop("travel", {"car": travel}),
        technicians=(technicians,) if isinstance(technicians, Technician) else tuple(technicians),
        visits=(visits,) if isinstance(visits, Visit) else tuple(visits),
        **more,
    )


def route(who: str, *stops: str | tuple[str, int], shift: str = "S", **gaps: int) -> Route:
    """``route("Ann", "V1", ("V2", 1), lunch=1)``: V1, then role 1 of V2; the break named lunch in gap 1."""
    members = tuple(Stop(stop) if isinstance(stop, str) else Stop(*stop) for stop in stops)
    return Route(who, shift, members, tuple(TakenBreak(name, gap) for name, gap in gaps.items()))


def plan(*routes: Route) -> Plan:
    return Plan(routes)


__all__ = [
    "HOUR",
    "MIDNIGHT",
    "MINUTE",
    "Costs",
    "Geodesic",
    "at",
    "plan",
    "problem",
    "rest",
    "route",
    "shift",
    "technician",
    "visit",
    "window",
]
