"""Over capacity: a route's visits use no more of anything than the technician sets out with."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from optimizer.domain import Problem
from optimizer.kernel.data import I64, KernelData
from optimizer.money import Scale
from optimizer.rules.base import Level, Match, Rule
from optimizer.timeline import Schedule


class OverCapacity(Rule):
    """Each resource of each route counts 1 where the demand of its visits is beyond the technician's capacity.

    A resource that the technician does not name is not on board. Quantities are compared in whole thousandths, so
    that three times 0.1 fits into 0.3.
    """

    id = "over_capacity"
    level = Level.HARD

    def judge(self, problem: Problem, schedule: Schedule) -> Iterator[Match]:
        for timeline in schedule.timelines:
            who = timeline.technician
            load: dict[str, int] = {}
            for stop in timeline.stops:
                for resource, quantity in problem.visits[problem.visit_index[stop.visit]].demand.items():
                    load[resource] = load.get(resource, 0) + _thousandths(quantity)
            for resource, needed in load.items():
                if needed > (held := _thousandths(who.capacity.get(resource, 0))):
                    because = (
                        f"{who.id} needs {needed / 1000:g} of {resource} on {timeline.shift.id}, has {held / 1000:g}"
                    )
                    yield Match(self.id, 1, because, None, who.id, timeline.shift.id)

    def lower(self, problem: Problem, scale: Scale, out: KernelData) -> None:
        names = dict.fromkeys(name for visit in problem.visits for name in visit.demand)
        resources = {name: index for index, name in enumerate(names)}
        out.demand = _table([visit.demand for visit in problem.visits], resources)
        out.capacity = _table([technician.capacity for technician, _ in problem.shifts], resources)


def _thousandths(quantity: float) -> int:
    return round(quantity * 1000)


def _table(rows: Sequence[Mapping[str, float]], resources: Mapping[str, int]) -> I64:
    table = np.zeros((len(rows), len(resources)), dtype=np.int64)
    for index, row in enumerate(rows):
        for name, quantity in row.items():
            if name in resources:
                table[index, resources[name]] = _thousandths(quantity)
    return table
