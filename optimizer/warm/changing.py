"""What is different between two problems, as far as a kernel that stays warm can follow."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from optimizer.domain import Geodesic, IntMatrix, Location, Matrix, Problem, Technician, Travel, Visit
from optimizer.kernel.data import I32


@dataclass(frozen=True, slots=True, eq=False)
class Legs:
    """Travel to and from a new place: seconds and, where the profile's matrix has them, metres.

    Arrays over all locations known, in their order: ``there`` to the new place, ``back`` from it.
    """

    there: I32
    back: I32
    metres_there: I32 | None = None
    metres_back: I32 | None = None


@dataclass(frozen=True)
class Difference:
    """What is new: visits that came, are different or went, technicians with other shifts, prices, pace or capacity,
    and locations at the end.
    """

    written: tuple[Visit, ...] = ()
    gone: tuple[str, ...] = ()
    people: tuple[Technician, ...] = ()
    places: tuple[Location, ...] = field(default=())

    @property
    def about(self) -> tuple[str, ...]:
        """The visits that came or are different."""
        return tuple(visit.id for visit in self.written)


def difference(old: Problem, new: Problem) -> Difference | None:
    """What is different in ``new``; None where that is more than a warm kernel can follow.

    It follows neither other skills, other technicians or another order of them, nor another balance, nor other travel
    between places that were known.
    """
    if old.balance != new.balance or not _same_places(old, new) or len(old.technicians) != len(new.technicians):
        return None
    people = []
    for was, now in zip(old.technicians, new.technicians, strict=True):
        if was is now:
            continue
        if (was.id, was.skills) != (now.id, now.skills):
            return None
        if was != now:
            people.append(now)
    visits = old.visit_index
    written = []
    for visit in new.visits:
        index = visits.get(visit.id)
        if index is None or (old.visits[index] is not visit and old.visits[index] != visit):
            written.append(visit)
    gone = tuple(visit for visit in visits if visit not in new.visit_index)
    return Difference(tuple(written), gone, tuple(people), new.locations[len(old.locations) :])


def _same_places(old: Problem, new: Problem) -> bool:
    """Whether all that was known of places and of the ways between them is as it was."""
    known = len(old.locations)
    if new.locations[:known] != old.locations or list(old.travel) != list(new.travel):
        return False
    return all(_same_travel(travel, new.travel[profile], known) for profile, travel in old.travel.items())


def _same_travel(old: Travel, new: Travel, known: int) -> bool:
    if old is new or isinstance(old, Geodesic) or isinstance(new, Geodesic):
        return old is new or old == new
    return _same_table(old.durations, new.durations, known) and _same_table(old.distances, new.distances, known)


def _same_table(old: IntMatrix | None, new: IntMatrix | None, known: int) -> bool:
    if old is None or new is None or old is new:
        return old is new
    return bool(np.array_equal(old, new[:known, :known]))


def with_place(problem: Problem, location: Location, legs: Mapping[str, Legs]) -> Problem:
    """The problem with one more location, the last. ``legs`` for each profile whose travel is a matrix.

    Raises :class:`KeyError` where a profile's legs are missing and :class:`ValueError` where they are not one for each
    location known, or lack metres that the profile's matrix has.
    """
    travel = {
        profile: known if isinstance(known, Geodesic) else _wider(profile, known, legs[profile], len(problem.locations))
        for profile, known in problem.travel.items()
    }
    return replace(problem, locations=(*problem.locations, location), travel=travel)


def _wider(profile: str, known: Matrix, legs: Legs, count: int) -> Matrix:
    for name in ("there", "back", "metres_there", "metres_back"):
        one = getattr(legs, name)
        if one is None and name.startswith("metres") and known.distances is None:
            continue
        if one is None or one.shape != (count,):
            size = "nothing" if one is None else f"shape {one.shape}"
            raise ValueError(f"legs[{profile!r}].{name} is {size}; give one number for each of the {count} locations")
    distances = known.distances
    if distances is not None and legs.metres_there is not None and legs.metres_back is not None:
        distances = _framed(distances, legs.metres_there, legs.metres_back)
    return Matrix(_framed(known.durations, legs.there, legs.back), distances)


def _framed(table: IntMatrix, there: I32, back: I32) -> IntMatrix:
    """A square with one more row and column."""
    count = len(table)
    wider: IntMatrix = np.zeros((count + 1, count + 1), dtype=np.int32)
    wider[:count, :count] = table
    wider[:count, count], wider[count, :count] = there, back
    wider.setflags(write=False)
    return wider


Ways = tuple[float, float] | tuple[I32, I32, I32 | None, I32 | None]


def ways(problem: Problem, place: int) -> list[Ways]:
    """How each profile gets to a place and back, as the kernel asks for it: among the locations up to it."""
    found: list[Ways] = []
    for travel in problem.travel.values():
        if isinstance(travel, Geodesic):
            found.append((travel.speed_kmh, travel.detour_factor))
        else:
            found.append((*_lines(travel.durations, place), *_lines(travel.distances, place)))
    return found


def _lines(table: IntMatrix | None, place: int) -> tuple[I32, I32] | tuple[None, None]:
    if table is None:
        return None, None
    there = np.ascontiguousarray(table[: place + 1, place], dtype=np.int32)
    return there, np.ascontiguousarray(table[place, : place + 1], dtype=np.int32)
