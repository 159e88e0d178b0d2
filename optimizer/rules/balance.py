"""Balance: nobody should work much more than the target."""

from __future__ import annotations

from collections.abc import Iterator

from optimizer.domain import Problem
from optimizer.kernel.data import KernelData
from optimizer.money import Scale, hourly
from optimizer.rules.base import Level, Match, Rule, span
from optimizer.timeline import Schedule


class Balance(Rule):
    """Each technician costs his work (service and driving, over all shifts) beyond the target by
    ``cost_per_hour_over``.
    """

    id = "balance"
    level = Level.SOFT

    def judge(self, problem: Problem, schedule: Schedule) -> Iterator[Match]:
        if problem.balance is None:
            return
        work: dict[str, int] = {}
        for timeline in schedule.timelines:
            work[timeline.technician.id] = work.get(timeline.technician.id, 0) + timeline.work
        for who, seconds in work.items():
            over = max(0, seconds - problem.balance.target)
            if amount := hourly(over, problem.balance.cost_per_hour_over):
                because = f"{who} works {span(seconds)}, {span(over)} more than the target"
                yield Match(self.id, amount, because, technician=who)

    def lower(self, problem: Problem, scale: Scale, out: KernelData) -> None:
        if problem.balance is not None:
            out.balance_target = problem.balance.target
            out.balance_rate = scale.per_second(problem.balance.cost_per_hour_over)
