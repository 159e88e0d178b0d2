"""Lateness: a broken promise costs, once and by the hour."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from optimizer.domain import Problem, Promise, Visit
from optimizer.kernel.data import KernelData, Ramps
from optimizer.money import Scale, exact, hourly
from optimizer.rules.base import Level, Match, Rule, clock, span
from optimizer.timeline import Schedule


class Lateness(Rule):
    """Each promise that is broken costs its ``breach_cost`` and the time late by its ``cost_per_hour_late``.

    ``arrive_by`` is held by the start of service, ``complete_by`` by its end.
    """

    id = "lateness"
    level = Level.SOFT

    def judge(self, problem: Problem, schedule: Schedule) -> Iterator[Match]:
        for visit_id, members in schedule.stops_of.items():
            timeline = members[0][0]
            for on_end, promise in _promises(problem.visits[problem.visit_index[visit_id]]):
                late = (schedule.ends if on_end else schedule.starts)[visit_id] - promise.at
                if late <= 0:
                    continue
                if amount := exact(promise.breach_cost) + hourly(late, promise.cost_per_hour_late):
                    verb, promised = ("ends" if on_end else "starts"), clock(promise.at, timeline.shift)
                    because = f"{visit_id} {verb} {span(late)} after its promise of {promised}"
                    yield Match(self.id, amount, because, visit_id, timeline.technician.id, timeline.shift.id)

    def lower(self, problem: Problem, scale: Scale, out: KernelData) -> None:
        promises = [
            (index, on_end, promise)
            for index, visit in enumerate(problem.visits)
            for on_end, promise in _promises(visit)
            if promise.breach_cost or promise.cost_per_hour_late
        ]
        out.ramps[self.id] = Ramps(
            visit=np.array([index for index, _, _ in promises], dtype=np.int32),
            on_end=np.array([on_end for _, on_end, _ in promises], dtype=np.uint8),
            knee=np.array([promise.at - out.epoch for _, _, promise in promises], dtype=np.int64),
            jump=np.array([scale.amount(promise.breach_cost) for _, _, promise in promises], dtype=np.int64),
            slope=np.array(
                [scale.per_second(promise.cost_per_hour_late) for _, _, promise in promises], dtype=np.int64
            ),
        )


def _promises(visit: Visit) -> Iterator[tuple[bool, Promise]]:
    if visit.arrive_by is not None:
        yield False, visit.arrive_by
    if visit.complete_by is not None:
        yield True, visit.complete_by
