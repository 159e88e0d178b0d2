"""Travel: time and distance on the road cost."""

from __future__ import annotations

from collections.abc import Iterator

from optimizer.domain import Problem
from optimizer.kernel.data import KernelData
from optimizer.money import Scale, by_distance, hourly
from optimizer.rules.base import Level, Match, Rule, span
from optimizer.timeline import Schedule


class Travel(Rule):
    """Each route costs its driving time by ``per_travel_hour`` and its distance by ``per_km``."""

    id = "travel"
    level = Level.SOFT

    def judge(self, problem: Problem, schedule: Schedule) -> Iterator[Match]:
        for timeline in schedule.timelines:
            who, shift = timeline.technician, timeline.shift.id
            amount = hourly(timeline.drive, who.costs.per_travel_hour)
            amount += by_distance(timeline.metres, who.costs.per_km)
            if amount:
                because = f"{who.id} drives {span(timeline.drive)} and {timeline.metres / 1000:.1f} km on {shift}"
                yield Match(self.id, amount, because, None, who.id, shift)

    def lower(self, problem: Problem, scale: Scale, out: KernelData) -> None:
        for route, (technician, _) in enumerate(problem.shifts):
            out.travel_rate[route] = scale.per_second(technician.costs.per_travel_hour)
            out.metre_rate[route] = scale.per_metre(technician.costs.per_km)
