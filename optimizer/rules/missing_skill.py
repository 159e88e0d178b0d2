"""Missing skill: whoever fills a role must hold its skills, each at the level it asks for or above."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from optimizer.domain import Problem, Role, Technician
from optimizer.kernel.data import KernelData
from optimizer.money import Scale
from optimizer.rules.base import Level, Match, Rule
from optimizer.timeline import Schedule


class MissingSkill(Rule):
    """Each stop counts the skills of its role that the technician lacks or holds at too low a level."""

    id = "missing_skill"
    level = Level.HARD

    def judge(self, problem: Problem, schedule: Schedule) -> Iterator[Match]:
        for timeline in schedule.timelines:
            who = timeline.technician
            for stop in timeline.stops:
                roles = problem.visits[problem.visit_index[stop.visit]].roles
                if stop.role < len(roles) and (lacking := _lacking(roles[stop.role], who)):
                    because = f"{who.id} lacks {', '.join(lacking)} for {stop.visit}"
                    yield Match(self.id, len(lacking), because, stop.visit, who.id, timeline.shift.id)

    def lower(self, problem: Problem, scale: Scale, out: KernelData) -> None:
        forbidden = np.zeros((int(out.task_offset[-1]), out.owners), dtype=np.int16)
        rows: dict[tuple[tuple[str, int], ...], np.ndarray] = {}
        task = 0
        for visit in problem.visits:
            for role in visit.roles:
                if role.skills:
                    key = tuple(role.skills.items())
                    if (row := rows.get(key)) is None:
                        counts = [len(_lacking(role, technician)) for technician in problem.technicians]
                        row = rows[key] = np.array(counts, dtype=np.int16)
                    forbidden[task] = row
                task += 1
        if forbidden.any():
            out.forbidden[self.id] = forbidden


def _lacking(role: Role, technician: Technician) -> list[str]:
    held = technician.skills
    return [f"{skill} at level {least}" for skill, least in role.skills.items() if held.get(skill, 0) < least]
