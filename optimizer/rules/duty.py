"""Duty: time from departure to finish costs, waiting included."""

from __future__ import annotations

from collections.abc import Iterator

from optimizer.domain import Problem
from optimizer.kernel.data import KernelData
from optimizer.money import Scale, hourly
from optimizer.rules.base import Level, Match, Rule, clock, span
from optimizer.timeline import Schedule


class Duty(Rule):
    """Each route costs its time from departure to finish by ``per_duty_hour``."""

    id = "duty"
    level = Level.SOFT

    def judge(self, problem: Problem, schedule: Schedule) -> Iterator[Match]:
        for timeline in schedule.timelines:
            who, shift = timeline.technician, timeline.shift
            if amount := hourly(timeline.duty, who.costs.per_duty_hour):
                leaves, ends = clock(timeline.depart, shift), clock(timeline.finish, shift)
                because = f"{who.id} is on duty for {span(timeline.duty)}, from {leaves} to {ends}"
                yield Match(self.id, amount, because, None, who.id, shift.id)

    def lower(self, problem: Problem, scale: Scale, out: KernelData) -> None:
        for route, (technician, _) in enumerate(problem.shifts):
            out.duty_rate[route] = scale.per_second(technician.costs.per_duty_hour)
