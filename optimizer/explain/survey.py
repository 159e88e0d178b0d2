"""What speaks for and against each shift: the best place for a visit there, or the one that comes nearest."""

from __future__ import annotations

from collections.abc import Collection

from optimizer.domain import Problem, Technician
from optimizer.explain.misses import Miss
from optimizer.explain.places import Placement, Places, rank
from optimizer.explain.together import ShiftKey

NEAR = 2
"""So many places of a shift are judged where none fits, those first that come nearest in time; of a crew one."""


class Survey:
    """All shifts of a problem as places for one visit.

    ``best`` has for each shift (of a crew: for each crew that was tried) its best placement: of those that fit the
    cheapest, else the one that misses least. Those that fit come first, then the cheapest. ``near`` are the placements
    that were judged where nothing fits. ``technicians``: look only at these; None: at all.
    """

    def __init__(self, problem: Problem, places: Places, technicians: Collection[str] | None = None) -> None:
        self.problem, self.places = problem, places
        self.keys: frozenset[ShiftKey] = frozenset(
            (technician.id, shift.id)
            for technician, shift in problem.shifts
            if technicians is None or technician.id in technicians
        )
        self.near: list[Placement] = []
        best = self._of_crews(technicians) if len(places.visit.roles) > 1 else self._of_shifts()
        self.best: tuple[Placement, ...] = tuple(sorted(best, key=rank))
        self._fitting = {key for one in self.best if one.fits for key, _ in one.places}

    def fits_at(self, key: ShiftKey) -> bool:
        """Whether something fits on the shift."""
        return key in self._fitting

    def fits_on(self, placement: Placement) -> bool:
        """Whether something fits with the same people on the same shifts."""
        keys = [key for key, _ in placement.places]
        return any(one.fits and [key for key, _ in one.places] == keys for one in self.best)

    def may(self, technician: Technician) -> bool:
        """Whether a technician may be given the visit, for one technician."""
        return self.places.may(technician.id, technician.skills, self.places.visit.roles[0].skills)

    def _of_shifts(self) -> list[Placement]:
        best = []
        for technician, shift in self.problem.shifts:
            if (key := (technician.id, shift.id)) not in self.keys:
                continue
            found = list(self.places.on(key))
            if not found:
                # One is enough to see that it is not about time.
                found = self.places.nearest(key, NEAR if self.may(technician) else 1)
                self.near += found
            if found:
                best.append(min(found, key=nearness))
        return best

    def _of_crews(self, technicians: Collection[str] | None) -> list[Placement]:
        best: dict[tuple[ShiftKey, ...], Placement] = {}
        allowed = None if technicians is None else frozenset(technicians)
        for one in self.places.nearest_of_crews(allowed, 1):
            keys = tuple(key for key, _ in one.places)
            if keys not in best or nearness(one) < nearness(best[keys]):
                best[keys] = one
        self.near = [one for one in best.values() if not one.fits]
        return list(best.values())


def nearness(one: Placement) -> tuple[int, float, float]:
    """How far a placement is from fitting, and then what it costs: rules missed, by how much, money."""
    missed = one.misses
    return len(missed), sum(_much(miss) for miss in missed), float(one.cost)


def _much(miss: Miss) -> float:
    return miss.short / 3600 if miss.measure == "seconds" else max(1.0, miss.short)
