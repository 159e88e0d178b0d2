"""Duty limit: from departure to finish a route may take only so long."""

from __future__ import annotations

from collections.abc import Iterator

from optimizer.domain import Problem
from optimizer.kernel.data import KernelData
from optimizer.money import Scale
from optimizer.rules.base import Level, Match, Rule, span
from optimizer.timeline import Schedule


class DutyLimit(Rule):
    """Each route counts 1 where it is longer than its shift's ``max_duty``."""

    id = "duty_limit"
    level = Level.HARD

    def judge(self, problem: Problem, schedule: Schedule) -> Iterator[Match]:
        for timeline in schedule.timelines:
            who, shift = timeline.technician.id, timeline.shift
            if shift.max_duty is not None and timeline.duty > shift.max_duty:
                because = (
                    f"{who} is on duty for {span(timeline.duty)} on {shift.id}, {span(shift.max_duty)} are allowed"
                )
                yield Match(self.id, 1, because, None, who, shift.id)

    def lower(self, problem: Problem, scale: Scale, out: KernelData) -> None:
        for route, (_, shift) in enumerate(problem.shifts):
            if shift.max_duty is not None:
                out.max_duty[route] = shift.max_duty
