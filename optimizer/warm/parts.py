"""Lowers a part of a problem to fit a kernel that holds the rest: same unit, epoch, paces, resources and owners."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import fields, replace

from optimizer.domain import Costs, Geodesic, Problem, Shift, Technician, Visit
from optimizer.kernel.data import KernelData
from optimizer.money import LARGEST_TOTAL, choose_unit
from optimizer.policy import Policy
from optimizer.scoring import lower

_NOWHERE = Geodesic(speed_kmh=50, detour_factor=1)
"""Travel is in the kernel already: a part is asked for none."""
_WEEK = 7 * 86_400
"""So far beyond the last moment of the problem may what comes later reach."""


class Parts:
    """What every part has in common: *gauges*, a visit and technicians that nobody means, which make a part's lowering
    count resources, paces and time as the whole problem's did.
    """

    def __init__(self, problem: Problem, policy: Policy, data: KernelData) -> None:
        self.policy, self.unit, self.epoch = policy, data.unit, data.epoch
        self.resources = tuple(dict.fromkeys(name for visit in problem.visits for name in visit.demand))
        self.paces = list(dict.fromkeys(technician.pace for technician, _ in problem.shifts))
        self.owners = dict(problem.technician_index)
        self._travel = dict.fromkeys(problem.travel, _NOWHERE)
        self._bare = tuple(replace(technician, shifts=()) for technician in problem.technicians)
        self._gauge = Visit("", 0, 0, demand=dict.fromkeys(self.resources, 0.0), drop_cost=0)
        things: list[Visit | Technician] = [*problem.visits, *problem.technicians]
        moments = [moment for one in things for moment in _moments(one)]
        self._last = max([self.epoch, *moments]) + _WEEK
        # All that is added may cost as much again as the unit has room for: sums have room for four times that.
        self._most = LARGEST_TOTAL / self.unit / max(1, len(problem.visits) + len(problem.shifts))
        self._pays_metres = {one.profile for one in problem.technicians if one.costs.per_km}

    def fits(self, thing: Visit | Technician) -> bool:
        """Whether the unit, the room in it and what the kernel keeps are enough for this visit or technician."""
        prices = _prices(thing)
        hours = (self._last - self.epoch) / 3600
        if self.unit % choose_unit(prices, self.policy.weights.values(), 0):
            return False
        if max([1, *self.policy.weights.values()]) * hours * sum(prices) > self._most:
            return False
        if any(moment > self._last for moment in _moments(thing)):
            return False
        if isinstance(thing, Visit):
            return set(thing.demand) <= set(self.resources)
        metres = not thing.costs.per_km or thing.profile in self._pays_metres
        return metres and all(shift.start >= self.epoch for shift in thing.shifts)

    def of_visits(self, visits: Sequence[Visit]) -> KernelData:
        """A part of these visits; the first of its visits is a gauge. What they come after has to be among them."""
        return self._lowered((*self._bare, *self._gauges()), visits)

    def of_technicians(self, people: Iterable[Technician], committed: Iterable[Visit]) -> KernelData:
        """A part of these technicians' shifts, after a route for each pace, and of what they are committed to, after a
        gauge.
        """
        return self._lowered((*self._gauges(), *people), [replace(visit, after=()) for visit in committed])

    def _gauges(self) -> Iterable[Technician]:
        shift = Shift("", self.epoch, self.epoch, 0, None)
        profile = next(iter(self._travel))
        return (
            Technician(f"\0{row}", pace=pace, profile=profile, shifts=(shift,)) for row, pace in enumerate(self.paces)
        )

    def _lowered(self, people: tuple[Technician, ...], visits: Sequence[Visit]) -> KernelData:
        part = Problem(locations=(), travel=self._travel, technicians=people, visits=(self._gauge, *visits))
        return lower(part, self.policy, unit=self.unit)


def _prices(thing: Visit | Technician) -> list[float]:
    if isinstance(thing, Technician):
        return [getattr(thing.costs, field.name) for field in fields(Costs)]
    prices = [thing.drop_cost or 0, thing.preference_cost, thing.reassign_cost, thing.cost_per_hour_later]
    for promise in (thing.arrive_by, thing.complete_by):
        if promise is not None:
            prices += [promise.breach_cost, promise.cost_per_hour_late]
    return prices


def _moments(thing: Visit | Technician) -> list[int]:
    """The moments until which something reaches."""
    if isinstance(thing, Technician):
        return [shift.end + shift.max_overtime for shift in thing.shifts]
    moments = [window.latest for window in thing.windows]
    moments += [promise.at for promise in (thing.arrive_by, thing.complete_by) if promise is not None]
    if thing.previous is not None and thing.previous.start is not None:
        moments.append(thing.previous.start)
    return moments
