"""Why a visit is left undone, in words."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from optimizer.domain import Problem
from optimizer.kernel.data import KernelData

Placements = Mapping[int, tuple[int, float]]
"""Visit index -> (index of the shift of its cheapest placement or -1, what that placement adds to the total)."""


def reasons(problem: Problem, data: KernelData, visit: int, placements: Placements) -> tuple[str, ...]:
    """One or more sentences on why nobody does the visit, the most telling first."""
    one = problem.visits[visit]
    undone = [link.visit for link in one.after if problem.visit_index[link.visit] in placements]
    if undone:
        return (f"It comes after {', '.join(undone)}, which is not done either.",)
    first, last = int(data.task_offset[visit]), int(data.task_offset[visit + 1])
    able = [_able(data, task) for task in range(first, last)]
    for role, members in enumerate(able):
        if not members.any():
            return (_nobody(problem, visit, role),)
    shift, change = placements.get(visit, (-1, 0.0))
    if len(one.roles) > 1:
        return (f"No {len(one.roles)} technicians who may do it together are free at one moment inside its windows.",)
    if shift < 0:
        count = int(able[0].sum())
        together = any(len(other.roles) > 1 or other.after for other in problem.visits)
        return (
            f"{count} {'technician' if count == 1 else 'technicians'} may do it, but in none of their shifts is there"
            " a place that keeps windows, breaks, capacity and overtime"
            + (" without moving a visit that others wait for." if together else "."),
        )
    technician, period = problem.shifts[shift]
    saved = one.drop_cost or 0.0
    return (
        f"The cheapest place is with {technician.id} (shift {period.id}) and would cost {change:.2f};"
        f" leaving it out costs {saved:.2f}.",
    )


def _able(data: KernelData, task: int) -> NDArray[np.bool_]:
    """For each technician whether no rule forbids them the task."""
    able = np.ones(data.owners, dtype=np.bool_)
    for table in data.forbidden.values():
        able &= table[task] == 0
    return able


def _nobody(problem: Problem, visit: int, role: int) -> str:
    one = problem.visits[visit]
    needed = one.roles[role].skills
    lacking = []
    for skill, level in sorted(needed.items()):
        held = max((t.skills.get(skill, 0) for t in problem.technicians), default=0)
        if held < level:
            lacking.append(f"{skill} at level {level} (highest held: {held or 'none'})")
    if lacking:
        return f"No technician holds {' and '.join(lacking)}."
    if one.only or one.never:
        return "None of the technicians it may be given to has the skills it needs."
    return f"No single technician holds all of {', '.join(f'{s} {level}' for s, level in sorted(needed.items()))}."
