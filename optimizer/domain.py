"""The planning vocabulary: what is to be done, by whom, when, and what was decided.

Times are whole seconds since the Unix epoch, durations whole seconds, distances whole metres, costs decimal
numbers without a currency, exactly as `docs/reference/planning-model.md` states them. Everything is frozen;
:class:`optimizer.model.Model` builds problems and :mod:`optimizer.io` reads and writes them as JSON.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

IntMatrix = NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Location:
    """A place, in degrees (WGS 84). Others refer to it by its index in :attr:`Problem.locations`."""

    id: str
    lat: float
    lon: float


@dataclass(frozen=True, slots=True)
class Geodesic:
    """Travel along the great circle (radius 6371.009 km), stretched by a factor, at one speed."""

    speed_kmh: float
    detour_factor: float


@dataclass(frozen=True, slots=True, eq=False)
class Matrix:
    """Travel as measured: ``durations[from, to]`` in seconds and, where known, ``distances`` in metres.

    Both are square over the locations, read-only, and need not be symmetric.
    """

    durations: IntMatrix
    distances: IntMatrix | None = None

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Matrix):
            return NotImplemented
        if (self.distances is None) != (other.distances is None):
            return False
        same = np.array_equal(self.durations, other.durations)
        if self.distances is not None and other.distances is not None:
            same = same and np.array_equal(self.distances, other.distances)
        return bool(same)

    __hash__ = None  # type: ignore[assignment]


Travel = Geodesic | Matrix


@dataclass(frozen=True, slots=True)
class TimeWindow:
    """An interval in which service may start, both ends included."""

    earliest: int
    latest: int


@dataclass(frozen=True, slots=True)
class Break:
    """A rest that a used shift must contain: it starts between ``earliest`` and ``latest``."""

    id: str
    earliest: int
    latest: int
    duration: int


@dataclass(frozen=True, slots=True)
class Costs:
    """What a technician's work costs."""

    per_shift: float = 0
    per_travel_hour: float = 0
    per_km: float = 0
    per_duty_hour: float = 0
    per_overtime_hour: float = 0


@dataclass(frozen=True, slots=True)
class Shift:
    """One working period of one technician, carrying at most one route.

    ``end_location`` None: the route ends where its last visit ends. ``max_duty`` None: no limit. ``committed``
    names the visits that stand first on the route, in this order. ``utc_offset`` (seconds) is only for writing
    times the way they were read.
    """

    id: str
    start: int
    end: int
    start_location: int
    end_location: int | None
    max_overtime: int = 0
    max_duty: int | None = None
    breaks: tuple[Break, ...] = ()
    committed: tuple[str, ...] = ()
    utc_offset: int = 0


@dataclass(frozen=True, slots=True)
class Technician:
    """Somebody who does visits. ``capacity`` is what each shift starts with; ``pace`` multiplies service times."""

    id: str
    skills: Mapping[str, int] = field(default_factory=dict)
    capacity: Mapping[str, float] = field(default_factory=dict)
    pace: float = 1
    profile: str = "car"
    costs: Costs = Costs()
    shifts: tuple[Shift, ...] = ()


@dataclass(frozen=True, slots=True)
class Role:
    """What one member of a visit's crew must bring: skills and their least levels."""

    skills: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Promise:
    """A soft due instant: missing it costs ``breach_cost`` and ``cost_per_hour_late`` for the time late."""

    at: int
    breach_cost: float = 0
    cost_per_hour_late: float = 0


@dataclass(frozen=True, slots=True)
class After:
    """An order between visits: start at least ``min_gap`` after the end of ``visit``, and at most ``max_gap``."""

    visit: str
    min_gap: int = 0
    max_gap: int | None = None


@dataclass(frozen=True, slots=True)
class Previous:
    """Where a visit stood in the plan that people already know."""

    technician: str
    start: int | None = None


@dataclass(frozen=True, slots=True)
class Visit:
    """One trip to one place. ``roles`` always has at least one entry; more than one means a crew.

    ``drop_cost`` None: the visit must be done. ``windows`` empty: service may start at any time; they are sorted.
    """

    id: str
    location: int
    duration: int
    windows: tuple[TimeWindow, ...] = ()
    demand: Mapping[str, float] = field(default_factory=dict)
    roles: tuple[Role, ...] = (Role(),)
    arrive_by: Promise | None = None
    complete_by: Promise | None = None
    drop_cost: float | None = None
    only: tuple[str, ...] = ()
    never: tuple[str, ...] = ()
    preferred: tuple[str, ...] = ()
    preference_cost: float = 0
    after: tuple[After, ...] = ()
    previous: Previous | None = None
    reassign_cost: float = 0
    cost_per_hour_later: float = 0


@dataclass(frozen=True, slots=True)
class Balance:
    """Each technician's work (service and travel over all shifts) beyond ``target`` seconds costs."""

    target: int
    cost_per_hour_over: float


@dataclass(frozen=True)
class Problem:
    """Everything the optimizer may look at. Immutable."""

    locations: tuple[Location, ...]
    travel: Mapping[str, Travel]
    technicians: tuple[Technician, ...]
    visits: tuple[Visit, ...]
    balance: Balance | None = None
    name: str = ""

    @cached_property
    def visit_index(self) -> Mapping[str, int]:
        """Index of each visit by its id."""
        return {visit.id: index for index, visit in enumerate(self.visits)}

    @cached_property
    def technician_index(self) -> Mapping[str, int]:
        """Index of each technician by its id."""
        return {technician.id: index for index, technician in enumerate(self.technicians)}

    @cached_property
    def shifts(self) -> tuple[tuple[Technician, Shift], ...]:
        """Every shift with its technician, in the order of the technicians: the order of kernel routes."""
        return tuple((technician, shift) for technician in self.technicians for shift in technician.shifts)

    @cached_property
    def shift_index(self) -> Mapping[tuple[str, str], int]:
        """Index into :attr:`shifts` by (technician id, shift id)."""
        return {(technician.id, shift.id): index for index, (technician, shift) in enumerate(self.shifts)}


@dataclass(frozen=True, slots=True)
class Stop:
    """One visit on a route. The times are what the plan claims; None where it claims nothing."""

    visit: str
    role: int = 0
    arrival: int | None = None
    start: int | None = None
    end: int | None = None


@dataclass(frozen=True, slots=True)
class TakenBreak:
    """Where a break is taken: in ``gap`` k before stop k, n after the last of n stops, n + 1 after the route."""

    break_id: str
    gap: int
    start: int | None = None


@dataclass(frozen=True, slots=True)
class Route:
    """One shift's visits in order, with its breaks. ``depart`` and ``finish`` are claims, like a stop's times."""

    technician: str
    shift: str
    stops: tuple[Stop, ...]
    breaks: tuple[TakenBreak, ...] = ()
    depart: int | None = None
    finish: int | None = None


@dataclass(frozen=True, slots=True)
class Unassigned:
    """A visit that nobody does, and why, in words."""

    visit: str
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """The decision: routes and what is left undone; with times and costs as claims once it has been published."""

    routes: tuple[Route, ...] = ()
    unassigned: tuple[Unassigned, ...] = ()
    cost: Mapping[str, float] = field(default_factory=dict)
