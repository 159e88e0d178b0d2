"""Visits for several: each member of a crew has a part of its own, and the parts belong together.

A crew is planned whole or not at all. Its members set out by themselves, and work begins and ends for all of them at
the same instants. The first of those who are on it speaks for all, as in the live system.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from dispatch.domain.visit_lifecycle import COMMITTED, PLANNABLE, VisitStatus
from scenarios.simulation.visit import SAID, VisitNow


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a visit stands as a whole."""

    status: VisitStatus
    departed_at: int | None
    arrived_at: int | None


def standing_of(parts: Sequence[VisitNow]) -> Standing:
    """Of a visit by its parts: somebody is on the way to it until everybody is there."""
    first = parts[0]
    under_way = [one for one in parts if one.status in COMMITTED]
    if len(parts) == 1 or not under_way:
        return Standing(first.status, first.departed_at, first.arrived_at)
    if all(one.arrived_at is not None for one in parts):
        told = VisitStatus.WORKING if any(one.status is VisitStatus.WORKING for one in parts) else VisitStatus.ON_SITE
        return Standing(told, first.departed_at, max(one.arrived_at or 0 for one in parts))
    driving = [one.departed_at or 0 for one in parts if one.status is VisitStatus.EN_ROUTE]
    left = max(driving) if driving else min(one.departed_at or 0 for one in under_way)
    return Standing(VisitStatus.EN_ROUTE, left, None)


def called_off_at(visits: Sequence[VisitNow]) -> int | None:
    """When the customer called off the visits of a job: that a crew did without somebody calls nothing off."""
    done = {one.whole for one in visits if one.status is not VisitStatus.CANCELLED}
    gone = (one.finished_at for one in visits if one.status is VisitStatus.CANCELLED and one.whole not in done)
    return next(gone, None)


class Crews:
    """The parts of every visit there ever was. ``open_parts``: those that are not over, by their ids."""

    def __init__(self, open_parts: Mapping[str, VisitNow]) -> None:
        self._open = open_parts
        self._parts: dict[str, list[VisitNow]] = {}
        self._of: dict[str, list[VisitNow]] = {}

    def add(self, visit: VisitNow) -> None:
        """One part more; the parts of a visit are added one after the other."""
        parts = self._of[visit.id] = self._parts.setdefault(visit.whole, [])
        parts.append(visit)

    def parts(self, whole: str) -> Sequence[VisitNow]:
        """All parts of a visit, by its id; none where there is no such visit."""
        return self._parts.get(whole, ())

    def open_visits(self) -> Iterator[Sequence[VisitNow]]:
        """The visits that are not over, in the order in which they came up, each with those parts that are not."""
        for name, visit in self._open.items():
            parts = self._of[name]
            if len(parts) > 1:
                parts = [one for one in parts if one.id in self._open]
            if parts[0] is visit:
                yield parts

    def part(self, visit: str, role: int) -> str:
        """The id of the part that a role of a visit is, counted among those that are not over. A part can also be named
        by its own id.
        """
        if role == 0 and visit in self._open:
            return visit
        parts = [one for one in self.parts(visit) if one.id in self._open]
        return parts[role].id if role < len(parts) else visit

    def on_it(self, visit: VisitNow) -> Sequence[VisitNow]:
        """The parts that are done, were or will be: without those that a crew does without."""
        parts = self._parts[visit.whole]
        return parts if len(parts) == 1 else [one for one in parts if one.status is not VisitStatus.CANCELLED]

    def speaker(self, visit: VisitNow) -> VisitNow:
        """The part that speaks for all."""
        return self.on_it(visit)[0]

    def under_way(self, visit: VisitNow) -> bool:
        """Whether somebody is on the way to it or there."""
        return any(one.status not in PLANNABLE for one in self.on_it(visit))

    def complete(self, visit: VisitNow) -> bool:
        """Whether everybody is there who is on it."""
        return all(one.arrived_at is not None for one in self.on_it(visit))

    def somebody_comes(self, visit: VisitNow) -> bool:
        """Whether somebody is on the way to it."""
        return any(one.status is VisitStatus.EN_ROUTE for one in self.on_it(visit))

    def without_a_crew(self, parts: Sequence[VisitNow], people: Mapping[str, str]) -> Iterator[str]:
        """The parts that cannot have the place that a plan gives them (part → technician): all where the crew would not
        be whole, and those of whoever is on the same visit already.
        """
        if len(parts) == 1:
            return
        here = [one for one in parts if one.status in COMMITTED]
        wanted = [people.get(one.id) for one in parts if one not in here]
        if not here:
            if None in wanted or len(set(wanted)) < len(wanted):
                yield from (one.id for one in parts)
            return
        taken = {one.placed.technician for one in here if one.placed is not None}
        for one in parts:
            if one not in here and one.id in people:
                if people[one.id] in taken:
                    yield one.id
                taken.add(people[one.id])

    def broken(self) -> Iterator[str]:
        """What contradicts itself, in sentences: nothing, ever."""
        for whole, parts in self._parts.items():
            crew = [one for one in parts if one.status is not VisitStatus.CANCELLED]
            if len(parts) == 1 or not crew:
                continue
            if any(one.status is VisitStatus.OPEN for one in crew) and any(one.placed is not None for one in crew):
                yield f"{whole} has a place for some of its crew."
            people = [one.placed.technician for one in crew if one.placed is not None]
            if len(set(people)) < len(people):
                yield f"{whole} has somebody twice in its crew."
            for told, at in (("begins", "started_at"), ("ends", "finished_at")):
                if len({getattr(one, at) for one in crew}) > 1:
                    yield f"{whole} {told} at another time for each of its crew."
            if any(one.started_at is not None and one.status in (*SAID, VisitStatus.EN_ROUTE) for one in crew):
                yield f"{whole} has begun without somebody of its crew."
