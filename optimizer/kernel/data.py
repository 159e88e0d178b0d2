"""The kernel's closed set of primitives. Rules are lowered into these and nothing else.

The kernel is ignorant: it knows tasks, routes, owners and numbers. A *visit* here is a place, a service time and a
set of *tasks* (one a role) that different owners do at the same moment; a *route* belongs to an *owner* (all routes of
one owner share what balance counts). Every cost carries its *channel*, the id of the rule that asked for it, so that
a total can be taken apart again.

Times are seconds since :attr:`KernelData.epoch`, distances metres; costs are whole numbers of 1/``unit``.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

I32 = NDArray[np.int32]
I64 = NDArray[np.int64]
U8 = NDArray[np.uint8]
F64 = NDArray[np.float64]

NEVER = -1
"""Stands for "no limit" or "nothing" where a number must stand."""


@dataclass
class TravelTable:
    """Travel of one profile: dense arrays, or a geodesic rule the kernel evaluates itself."""

    durations: I32 | None = None
    distances: I32 | None = None
    speed_kmh: float = 0.0
    detour_factor: float = 0.0


@dataclass
class Ramps:
    """Costs of time: entry i adds, where ``visit[i]``'s start (or end, if ``on_end``) is after ``knee``, ``jump`` and
    ``slope`` for each second after it. Every time cost the model knows is a sum of these, and each is nondecreasing.
    """

    visit: I32
    on_end: U8
    knee: I64
    jump: I64
    slope: I64


@dataclass
class Unless:
    """Costs of membership: entry i adds ``cost[i]`` when none of its owners does ``visit[i]``.

    Owners of entry i are ``owner[owner_offset[i]:owner_offset[i + 1]]``. A visit that nobody does pays only where
    ``when_dropped``.
    """

    visit: I32
    owner_offset: I32
    owner: I32
    cost: I64
    when_dropped: U8


@dataclass
class KernelData:
    """What a kernel sees. ``n`` visits, ``t`` tasks, ``m`` routes, ``o`` owners, ``r`` resources."""

    unit: int
    epoch: int

    lat: F64
    lon: F64
    travel: list[TravelTable]

    visit_location: I32  # [n]
    task_offset: I32  # [n + 1]; tasks of visit v are task_offset[v] .. task_offset[v + 1] - 1
    service: I32  # [paces, n] seconds
    window_offset: I32  # [n + 1]; no window: any time
    window_earliest: I64
    window_latest: I64
    demand: I64  # [n, r]
    must: U8  # [n]

    route_owner: I32  # [m]
    route_travel: I32  # [m] index into travel
    route_pace: I32  # [m] row of service
    route_start: I64  # [m]
    route_end: I64  # [m]
    route_from: I32  # [m] location
    route_to: I32  # [m] location or NEVER
    capacity: I64  # [m, r]
    break_offset: I32  # [m + 1]
    break_earliest: I64
    break_latest: I64
    break_duration: I64
    owners: int

    leave_late: U8  # [m] depart at the latest moment that changes nothing else
    hold_visit: I32  # [h] moments that leaving late may not make later than they are:
    hold_on_end: U8  # [h] lateness of this visit's start (end) against
    hold_at: I64  # [h] this instant

    # What rules add: no cost and no limit where no rule asks for it.
    max_overtime: I64  # [m]
    max_duty: I64  # [m] or NEVER
    committed_offset: I32  # [m + 1]
    committed_visit: I32
    after_visit: I32  # [a] visit that waits
    after_before: I32  # [a] visit it waits for
    after_min: I64  # [a]
    after_max: I64  # [a] or NEVER
    route_cost: I64  # [m] for a used route
    travel_rate: I64  # [m] per second driven
    metre_rate: I64  # [m] per metre driven
    duty_rate: I64  # [m] per second on duty
    overtime_rate: I64  # [m] per second of overtime
    drop_cost: I64  # [n]
    balance_target: int = NEVER
    balance_rate: int = 0
    forbidden: dict[str, NDArray[np.int16]] = field(default_factory=dict)  # channel -> [t, o] number of breaches
    ramps: dict[str, Ramps] = field(default_factory=dict)
    unless: dict[str, Unless] = field(default_factory=dict)
    channels: dict[str, None] = field(default_factory=dict)
    """Ids of the lowered rules, in order: only these are evaluated (an ordered set)."""


@dataclass(frozen=True)
class KernelPlan:
    """A decision in kernel words: for each route its tasks in order and the gap of each of its breaks.

    Gap k lies before the k-th task, n after the last of n, n + 1 after the route; NEVER: the break is not taken.
    """

    tasks: tuple[tuple[int, ...], ...]
    gaps: tuple[tuple[int, ...], ...]
