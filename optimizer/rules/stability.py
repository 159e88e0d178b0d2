"""Stability: people already know a plan, and leaving it costs."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from optimizer.domain import Problem
from optimizer.kernel.data import KernelData, Ramps, Unless
from optimizer.money import Scale, exact, hourly
from optimizer.rules.base import Level, Match, Rule, clock, span
from optimizer.timeline import Schedule


class Stability(Rule):
    """Each visit with ``previous`` costs its ``reassign_cost`` where that technician does not do it (dropped or not),
    and the time its start moves later by ``cost_per_hour_later``.
    """

    id = "stability"
    level = Level.SOFT

    def judge(self, problem: Problem, schedule: Schedule) -> Iterator[Match]:
        for visit in problem.visits:
            if (was := visit.previous) is None:
                continue
            members = schedule.stops_of.get(visit.id, ())
            if not members:
                if amount := exact(visit.reassign_cost):
                    yield Match(self.id, amount, f"{visit.id} was {was.technician}'s and is not planned now", visit.id)
                continue
            who, shift = members[0][0].technician.id, members[0][0].shift
            amount = exact(visit.reassign_cost)
            if amount and all(timeline.technician.id != was.technician for timeline, _ in members):
                because = f"{visit.id} was {was.technician}'s and is {who}'s now"
                yield Match(self.id, amount, because, visit.id, who, shift.id)
            later = 0 if was.start is None else max(0, schedule.starts[visit.id] - was.start)
            if amount := hourly(later, visit.cost_per_hour_later):
                before = clock(schedule.starts[visit.id] - later, shift)
                because = f"{visit.id} starts {span(later)} later than {before}, when people expect it"
                yield Match(self.id, amount, because, visit.id, who, shift.id)

    def lower(self, problem: Problem, scale: Scale, out: KernelData) -> None:
        known = [(index, visit, visit.previous) for index, visit in enumerate(problem.visits) if visit.previous]
        moved = [(index, visit, was) for index, visit, was in known if visit.reassign_cost]
        later = [
            (i, visit, was.start) for i, visit, was in known if was.start is not None and visit.cost_per_hour_later
        ]
        technicians = problem.technician_index
        owners = [[technicians[was.technician]] if was.technician in technicians else [] for _, _, was in moved]
        out.unless[self.id] = Unless(
            visit=np.array([index for index, _, _ in moved], dtype=np.int32),
            owner_offset=np.cumsum([0, *map(len, owners)]).astype(np.int32),
            owner=np.array([owner for named in owners for owner in named], dtype=np.int32),
            cost=np.array([scale.amount(visit.reassign_cost) for _, visit, _ in moved], dtype=np.int64),
            when_dropped=np.ones(len(moved), dtype=np.uint8),
        )
        out.ramps[self.id] = Ramps(
            visit=np.array([index for index, _, _ in later], dtype=np.int32),
            on_end=np.zeros(len(later), dtype=np.uint8),
            knee=np.array([start - out.epoch for _, _, start in later], dtype=np.int64),
            jump=np.zeros(len(later), dtype=np.int64),
            slope=np.array([scale.per_second(visit.cost_per_hour_later) for _, visit, _ in later], dtype=np.int64),
        )
