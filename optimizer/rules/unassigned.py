"""Unassigned: work left undone costs what the problem says it is worth."""

from __future__ import annotations

from collections.abc import Iterator

from optimizer.domain import Problem
from optimizer.kernel.data import KernelData
from optimizer.money import Scale, exact
from optimizer.rules.base import Level, Match, Rule
from optimizer.timeline import Schedule


class Unassigned(Rule):
    """Each visit on no route costs its ``drop_cost``."""

    id = "unassigned"
    level = Level.SOFT

    def judge(self, problem: Problem, schedule: Schedule) -> Iterator[Match]:
        for visit in problem.visits:
            if visit.drop_cost and visit.id not in schedule.starts:
                yield Match(self.id, exact(visit.drop_cost), f"{visit.id} is not planned", visit=visit.id)

    def lower(self, problem: Problem, scale: Scale, out: KernelData) -> None:
        for index, visit in enumerate(problem.visits):
            out.drop_cost[index] = scale.amount(visit.drop_cost or 0)
