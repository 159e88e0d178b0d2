"""Shift: using a shift costs."""

from __future__ import annotations

from collections.abc import Iterator

from optimizer.domain import Problem
from optimizer.kernel.data import KernelData
from optimizer.money import Scale, exact
from optimizer.rules.base import Level, Match, Rule
from optimizer.timeline import Schedule


class ShiftCost(Rule):
    """Each route costs its technician's ``per_shift``."""

    id = "shift"
    level = Level.SOFT

    def judge(self, problem: Problem, schedule: Schedule) -> Iterator[Match]:
        for timeline in schedule.timelines:
            who, shift = timeline.technician, timeline.shift.id
            if amount := exact(who.costs.per_shift):
                yield Match(self.id, amount, f"{who.id} works on {shift}", None, who.id, shift)

    def lower(self, problem: Problem, scale: Scale, out: KernelData) -> None:
        for route, (technician, _) in enumerate(problem.shifts):
            out.route_cost[route] = scale.amount(technician.costs.per_shift)
