"""The best plan that can be put together from given routes: an integer programme, by CP-SAT."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import floor, gcd

from ortools.sat.python import cp_model

from optimizer.bound.columns import Column
from optimizer.bound.cuts import Cut
from optimizer.bound.master import Rows


@dataclass(frozen=True, slots=True)
class Combined:
    """``columns`` of the best combination found, None where nothing below the limit was; no other combination costs
    less than ``bound``.
    """

    columns: tuple[Column, ...] | None
    bound: int


def combine(
    columns: Sequence[Column],
    rows: Rows,
    must: Sequence[bool],
    below: int,
    seconds: float,
    threads: int = 1,
    cuts: Sequence[Cut] = (),
) -> Combined:
    """The cheapest way to do every visit once, or leave it out, with these routes and for less than ``below``.

    ``cuts`` say nothing that does not follow, but save the solver from finding them again.
    """
    columns = [column for column in columns if column.elementary]
    model = cp_model.CpModel()
    driven = [model.new_bool_var("") for _ in columns]
    left = {visit: model.new_bool_var("") for visit in range(len(must)) if not must[visit]}
    through: list[list[cp_model.IntVar]] = [[] for _ in must]
    of_kind: list[list[cp_model.IntVar]] = [[] for _ in rows.shifts]
    for column, variable in zip(columns, driven, strict=True):
        of_kind[column.kind].append(variable)
        for visit in column.visits:
            through[visit].append(variable)
    for visit, roles in enumerate(rows.roles):
        out = [left[visit]] if visit in left else []
        if roles == 1:
            model.add_exactly_one([*through[visit], *out])
        else:
            model.add(sum(through[visit]) + roles * sum(out) == roles)
    for routes, count, needed in zip(of_kind, rows.shifts, rows.needed, strict=True):
        if needed:
            model.add(sum(routes) == count)
        elif len(routes) > count:
            model.add(sum(routes) <= count)
    for cut in cuts:
        twice = (len(cut.members.intersection(column.visits)) > 1 for column in columns)
        model.add_at_most_one(variable for variable, counts in zip(driven, twice, strict=True) if counts)
    prices = [column.cost for column in columns] + [rows.absent[visit] for visit in left]
    step = gcd(0, *prices) or 1
    variables = [*driven, *left.values()]
    total = cp_model.LinearExpr.weighted_sum(variables, [price // step for price in prices])
    model.add(total <= (below - 1) // step)
    model.minimize(total)
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = max(0.01, seconds)
    solver.parameters.num_workers = threads
    solver.parameters.random_seed = 1
    status = solver.solve(model)
    if status == cp_model.INFEASIBLE:
        return Combined(None, below)
    if status in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        chosen = tuple(column for column, variable in zip(columns, driven, strict=True) if solver.value(variable))
        return Combined(chosen, max(0, whole(solver.best_objective_bound)) * step)
    if status == cp_model.UNKNOWN:
        return Combined(None, min(below, max(0, whole(solver.best_objective_bound) * step)))
    raise ArithmeticError(f"the integer programme ended with status {solver.status_name(status)}")


def whole(bound: float) -> int:
    """A bound on a whole number that is known as a float, as a whole number that is surely no larger."""
    return floor(bound + 1e-6) if abs(bound) < 2**52 else 0
