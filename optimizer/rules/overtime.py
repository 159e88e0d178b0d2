"""Overtime: time beyond the end of the shift costs."""

from __future__ import annotations

from collections.abc import Iterator

from optimizer.domain import Problem
from optimizer.kernel.data import KernelData
from optimizer.money import Scale, hourly
from optimizer.rules.base import Level, Match, Rule, clock, span
from optimizer.timeline import Schedule


class Overtime(Rule):
    """Each route costs its time beyond the end of the shift by ``per_overtime_hour``."""

    id = "overtime"
    level = Level.SOFT

    def judge(self, problem: Problem, schedule: Schedule) -> Iterator[Match]:
        for timeline in schedule.timelines:
            who, shift = timeline.technician, timeline.shift
            if amount := hourly(timeline.overtime, who.costs.per_overtime_hour):
                end = clock(shift.end, shift)
                because = f"{who.id} finishes {span(timeline.overtime)} after the end of {shift.id} at {end}"
                yield Match(self.id, amount, because, None, who.id, shift.id)

    def lower(self, problem: Problem, scale: Scale, out: KernelData) -> None:
        for route, (technician, _) in enumerate(problem.shifts):
            out.overtime_rate[route] = scale.per_second(technician.costs.per_overtime_hour)
