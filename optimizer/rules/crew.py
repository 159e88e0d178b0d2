"""Crew: a visit is done once, each of its roles filled by a technician of its own."""

from __future__ import annotations

from collections.abc import Iterator

from optimizer.domain import Problem
from optimizer.kernel.data import KernelData
from optimizer.money import Scale
from optimizer.rules.base import Level, Match, Rule
from optimizer.timeline import Schedule


class Crew(Rule):
    """Each planned visit counts, for each role, how often it is filled too often or too seldom, and each stop at which
    a technician meets himself.
    """

    id = "crew"
    level = Level.HARD

    def judge(self, problem: Problem, schedule: Schedule) -> Iterator[Match]:
        for visit_id, members in schedule.stops_of.items():
            roles = len(problem.visits[problem.visit_index[visit_id]].roles)
            filled = [0] * max(roles, 1 + max(stop.role for _, stop in members))
            for _, stop in members:
                filled[stop.role] += 1
            for role, times in enumerate(filled):
                wanted = 1 if role < roles else 0
                if times != wanted:
                    because = f"{visit_id} has role {role} filled {times} times, not {wanted}"
                    if roles == 1 and role == 0:
                        because = f"{visit_id} is planned {times} times"
                    yield Match(self.id, abs(times - wanted), because, visit=visit_id)
            if (doubled := len(members) - len({timeline.technician.id for timeline, _ in members})) > 0:
                because = f"{visit_id} has the same technician in its crew more than once"
                yield Match(self.id, doubled, because, visit=visit_id)

    def lower(self, problem: Problem, scale: Scale, out: KernelData) -> None:
        """A crew is what tasks are: every kernel counts them."""
