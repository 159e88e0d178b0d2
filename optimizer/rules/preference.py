"""Preference: some technicians are preferred for a visit, and somebody else costs."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from optimizer.domain import Problem
from optimizer.kernel.data import KernelData, Unless
from optimizer.money import Scale, exact
from optimizer.rules.base import Level, Match, Rule
from optimizer.timeline import Schedule


class Preference(Rule):
    """Each planned visit with ``preferred`` costs its ``preference_cost`` where none of them is in its crew."""

    id = "preference"
    level = Level.SOFT

    def judge(self, problem: Problem, schedule: Schedule) -> Iterator[Match]:
        for visit_id, members in schedule.stops_of.items():
            visit = problem.visits[problem.visit_index[visit_id]]
            names = list(dict.fromkeys(timeline.technician.id for timeline, _ in members))
            if visit.preferred and visit.preference_cost and not set(names) & set(visit.preferred):
                verb = "does" if len(names) == 1 else "do"
                because = f"{' and '.join(names)} {verb} {visit_id}, preferred is {' or '.join(visit.preferred)}"
                timeline = members[0][0]
                yield Match(self.id, exact(visit.preference_cost), because, visit_id, names[0], timeline.shift.id)

    def lower(self, problem: Problem, scale: Scale, out: KernelData) -> None:
        chosen = [index for index, visit in enumerate(problem.visits) if visit.preferred and visit.preference_cost]
        owners = [
            [
                problem.technician_index[name]
                for name in problem.visits[index].preferred
                if name in problem.technician_index
            ]
            for index in chosen
        ]
        out.unless[self.id] = Unless(
            visit=np.array(chosen, dtype=np.int32),
            owner_offset=np.cumsum([0, *map(len, owners)]).astype(np.int32),
            owner=np.array([owner for named in owners for owner in named], dtype=np.int32),
            cost=np.array([scale.amount(problem.visits[index].preference_cost) for index in chosen], dtype=np.int64),
            when_dropped=np.zeros(len(chosen), dtype=np.uint8),
        )
