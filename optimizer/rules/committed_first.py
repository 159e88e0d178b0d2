"""Committed first: what a technician has been sent to stands first on the route, in the order given."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from optimizer.domain import Problem
from optimizer.kernel.data import KernelData
from optimizer.money import Scale
from optimizer.rules.base import Level, Match, Rule
from optimizer.timeline import Schedule


class CommittedFirst(Rule):
    """Each shift counts 1 where its first stops are not its committed visits, in their order; unused or not."""

    id = "committed_first"
    level = Level.HARD

    def judge(self, problem: Problem, schedule: Schedule) -> Iterator[Match]:
        stops = {(t.technician.id, t.shift.id): [stop.visit for stop in t.stops] for t in schedule.timelines}
        for technician, shift in problem.shifts:
            first = stops.get((technician.id, shift.id), [])[: len(shift.committed)]
            if first != list(shift.committed):
                because = f"{technician.id} is committed to {', '.join(shift.committed)} first on {shift.id}"
                yield Match(self.id, 1, because, None, technician.id, shift.id)

    def lower(self, problem: Problem, scale: Scale, out: KernelData) -> None:
        lengths = [len(shift.committed) for _, shift in problem.shifts]
        visits = [problem.visit_index[visit] for _, shift in problem.shifts for visit in shift.committed]
        out.committed_offset = np.concatenate(([0], np.cumsum(lengths, dtype=np.int32))).astype(np.int32)
        out.committed_visit = np.array(visits, dtype=np.int32)
