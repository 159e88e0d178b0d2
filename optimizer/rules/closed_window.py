"""Closed window: service starts inside one of the visit's windows, or not at all."""

from __future__ import annotations

from collections.abc import Iterator

from optimizer.domain import Problem
from optimizer.kernel.data import KernelData
from optimizer.money import Scale
from optimizer.rules.base import Level, Match, Rule, clock
from optimizer.timeline import Schedule


class ClosedWindow(Rule):
    """Each stop counts 1 where no window is open at or after the moment its service could start."""

    id = "closed_window"
    level = Level.HARD

    def judge(self, problem: Problem, schedule: Schedule) -> Iterator[Match]:
        for timeline in schedule.timelines:
            who, shift = timeline.technician.id, timeline.shift
            for stop in timeline.stops:
                if stop.closed:
                    windows = problem.visits[problem.visit_index[stop.visit]].windows
                    last = clock(windows[-1].latest, shift)
                    because = f"{stop.visit} cannot start by {last}, when its last window closes"
                    yield Match(self.id, 1, because, stop.visit, who, shift.id)

    def lower(self, problem: Problem, scale: Scale, out: KernelData) -> None:
        """Windows are part of time, which every kernel tells itself."""
