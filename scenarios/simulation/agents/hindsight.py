"""Dispatch by one plan over the whole time, made as it begins, by who knows all that will come."""

from __future__ import annotations

from dataclasses import replace

from dispatch.domain.events import Event
from dispatch.planning.policies import weights_of
from optimizer.domain import Problem, Promise
from optimizer.solve import solve
from scenarios.simulation.agents.base import Desk
from scenarios.simulation.agents.planned import Planning
from scenarios.simulation.operation import ShiftNow
from scenarios.simulation.snapshots import Snapshots, policy_row

_DAY, _HOUR = 86_400, 3_600


class Hindsight:
    """One plan. It is as good as what is foreseen (:mod:`scenarios.simulation.foreseen`), and as the search."""

    def __init__(self, planning: Planning, days: int) -> None:
        fields = {**planning.policy, "horizon_days": days, "freeze": 0, "dispatch_ahead": days * _DAY}
        self.policy, self.iterations = policy_row("hindsight", fields), planning.iterations

    def begin(self, desk: Desk) -> None:
        # What is known from the beginning has to have come in first.
        desk.wake(desk.now, lambda: desk.wake(desk.now, lambda: self._plan(desk)))

    def hear(self, desk: Desk, event: Event) -> None:
        """Nothing that happens is news."""

    def free(self, desk: Desk, shift: ShiftNow) -> None:
        """Whoever has nothing to do has nothing to do."""

    def _plan(self, desk: Desk) -> None:
        snapshot = Snapshots(desk.operation, self.policy).take()
        problem, weights = until_the_end(snapshot.problem, desk.until), weights_of(self.policy)
        found = solve(problem, policy=weights, iterations=self.iterations, seed=1, start=snapshot.published)
        desk.publish(found.plan)


def until_the_end(problem: Problem, end: int) -> Problem:
    """The problem where what is left out is late until the end, as it is measured: no other plan comes after this."""

    def late(promise: Promise | None) -> float:
        if promise is None or promise.at >= end:
            return 0.0
        return promise.breach_cost + promise.cost_per_hour_late * (end - promise.at) / _HOUR

    visits = (
        one
        if one.drop_cost is None
        else replace(one, drop_cost=round(one.drop_cost + late(one.arrive_by) + late(one.complete_by), 2))
        for one in problem.visits
    )
    return replace(problem, visits=tuple(visits))
