"""Only named: a visit may be kept to certain technicians."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from optimizer.domain import Problem
from optimizer.kernel.data import KernelData
from optimizer.money import Scale
from optimizer.rules.base import Level, Match, Rule
from optimizer.timeline import Schedule


class OnlyNamed(Rule):
    """Each stop of a visit with ``only`` counts 1 where its technician is not among them."""

    id = "only_named"
    level = Level.HARD

    def judge(self, problem: Problem, schedule: Schedule) -> Iterator[Match]:
        for timeline in schedule.timelines:
            who = timeline.technician.id
            for stop in timeline.stops:
                only = problem.visits[problem.visit_index[stop.visit]].only
                if only and who not in only:
                    because = f"{stop.visit} is kept to {', '.join(only)}, and {who} does it"
                    yield Match(self.id, 1, because, stop.visit, who, timeline.shift.id)

    def lower(self, problem: Problem, scale: Scale, out: KernelData) -> None:
        if not any(visit.only for visit in problem.visits):
            return
        forbidden = np.zeros((int(out.task_offset[-1]), out.owners), dtype=np.int16)
        for index, visit in enumerate(problem.visits):
            if visit.only:
                tasks = slice(out.task_offset[index], out.task_offset[index + 1])
                named = [problem.technician_index[name] for name in visit.only if name in problem.technician_index]
                forbidden[tasks] = 1
                forbidden[tasks, named] = 0
        out.forbidden[self.id] = forbidden
