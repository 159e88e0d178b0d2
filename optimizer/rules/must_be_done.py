"""Must be done: a visit without a price for dropping it may not be dropped."""

from __future__ import annotations

from collections.abc import Iterator

from optimizer.domain import Problem
from optimizer.kernel.data import KernelData
from optimizer.money import Scale
from optimizer.rules.base import Level, Match, Rule
from optimizer.timeline import Schedule


class MustBeDone(Rule):
    """Each visit without ``drop_cost`` that is on no route counts 1."""

    id = "must_be_done"
    level = Level.HARD

    def judge(self, problem: Problem, schedule: Schedule) -> Iterator[Match]:
        for visit in problem.visits:
            if visit.drop_cost is None and visit.id not in schedule.starts:
                yield Match(self.id, 1, f"{visit.id} must be done and is not planned", visit=visit.id)

    def lower(self, problem: Problem, scale: Scale, out: KernelData) -> None:
        """Which visits must be done is what a problem is: every kernel knows."""
