"""Dispatch by a plan for the whole day, made by the optimizer: every morning once, or again and again.

Nobody is asked: what is found is published. What was accepted, what is committed and what starts within the freeze
stays as the live system would have it stay, because the problem is the live system's snapshot.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from dispatch.domain.events import Event
from dispatch.planning.making_way import justified_in
from dispatch.planning.policies import weights_of
from dispatch.planning.waiting import hurried
from optimizer.solve import solve
from scenarios.simulation.agents.base import Desk
from scenarios.simulation.operation import ShiftNow
from scenarios.simulation.snapshots import Snapshots, policy_row

BEFORE = 900
"""Seconds before the first shift of a day at which its plan is made."""


@dataclass(frozen=True, slots=True)
class Planning:
    """How to plan: fields of a planning policy (see :mod:`dispatch.planning.policies`), and the rounds of each search,
    which unlike seconds are the same on every machine.
    """

    iterations: int = 300
    policy: Mapping[str, Any] = field(default_factory=dict)


class Planned:
    """A plan at the beginning of each day and then every ``every`` seconds; None: only in the morning."""

    def __init__(self, planning: Planning, *, every: int | None = None) -> None:
        self.planning, self.every = planning, every
        self.policy = policy_row("scenario", planning.policy)
        self.runs = 0
        self._snapshots: Snapshots | None = None

    def begin(self, desk: Desk) -> None:
        """Ask to be woken for every plan that is to be made."""
        self._snapshots = Snapshots(desk.operation, self.policy)
        for opens, closes in working_days(desk):
            at = max(opens - BEFORE, desk.now)
            while at < closes:
                desk.wake(at, lambda: self._plan(desk))
                at += self.every or closes

    def hear(self, desk: Desk, event: Event) -> None:
        """Whatever happens waits for the next plan."""

    def free(self, desk: Desk, shift: ShiftNow) -> None:
        """So does whoever has nothing to do."""

    def _plan(self, desk: Desk) -> None:
        assert self._snapshots is not None
        snapshot = self._snapshots.take()
        weights, rounds = weights_of(self.policy), self.planning.iterations
        asked = hurried(snapshot.problem, snapshot.now, self.policy.cost_per_hour_waiting)
        found = solve(asked, policy=weights, iterations=rounds, seed=1 + self.runs, start=snapshot.published)
        self.runs += 1
        desk.publish(justified_in(snapshot, found.plan, self.policy))


def working_days(desk: Desk) -> list[tuple[int, int]]:
    """When the first shift of each day begins and the last one is over, of the days on which anybody works."""
    found: dict[dt.date, tuple[int, int]] = {}
    for shift in desk.operation.shifts.values():
        opens, closes = found.get(shift.date, (shift.start, shift.last))
        found[shift.date] = min(opens, shift.start), max(closes, shift.last)
    return [found[date] for date in sorted(found)]
