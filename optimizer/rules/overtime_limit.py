"""Overtime limit: a shift may run over its end, but not by any length."""

from __future__ import annotations

from collections.abc import Iterator

from optimizer.domain import Problem
from optimizer.kernel.data import KernelData
from optimizer.money import Scale
from optimizer.rules.base import Level, Match, Rule, clock, span
from optimizer.timeline import Schedule


class OvertimeLimit(Rule):
    """Each route counts 1 where it finishes more than ``max_overtime`` after the end of the shift."""

    id = "overtime_limit"
    level = Level.HARD

    def judge(self, problem: Problem, schedule: Schedule) -> Iterator[Match]:
        for timeline in schedule.timelines:
            who, shift = timeline.technician.id, timeline.shift
            if (beyond := timeline.overtime - shift.max_overtime) > 0:
                last = clock(shift.end + shift.max_overtime, shift)
                because = f"{who} finishes {span(beyond)} after {last}, the latest that shift {shift.id} allows"
                yield Match(self.id, 1, because, None, who, shift.id)

    def lower(self, problem: Problem, scale: Scale, out: KernelData) -> None:
        for route, (_, shift) in enumerate(problem.shifts):
            out.max_overtime[route] = shift.max_overtime
