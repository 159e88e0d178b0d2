"""Never named: certain technicians may not do a visit."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from optimizer.domain import Problem
from optimizer.kernel.data import KernelData
from optimizer.money import Scale
from optimizer.rules.base import Level, Match, Rule
from optimizer.timeline import Schedule


class NeverNamed(Rule):
    """Each stop counts 1 where its technician is among the visit's ``never``."""

    id = "never_named"
    level = Level.HARD

    def judge(self, problem: Problem, schedule: Schedule) -> Iterator[Match]:
        for timeline in schedule.timelines:
            who = timeline.technician.id
            for stop in timeline.stops:
                if who in problem.visits[problem.visit_index[stop.visit]].never:
                    because = f"{who} does {stop.visit} and must never"
                    yield Match(self.id, 1, because, stop.visit, who, timeline.shift.id)

    def lower(self, problem: Problem, scale: Scale, out: KernelData) -> None:
        if not any(visit.never for visit in problem.visits):
            return
        forbidden = np.zeros((int(out.task_offset[-1]), out.owners), dtype=np.int16)
        for index, visit in enumerate(problem.visits):
            if visit.never:
                tasks = slice(out.task_offset[index], out.task_offset[index + 1])
                named = [problem.technician_index[name] for name in visit.never if name in problem.technician_index]
                forbidden[tasks, named] = 1
        out.forbidden[self.id] = forbidden
