"""Columns: routes that a plan could use, one shift's visits in order with what they cost there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from optimizer.bound.cuts import Cut
from optimizer.bound.shapes import Kind
from optimizer.kernel.data import NEVER, KernelData, KernelPlan


@dataclass(frozen=True, slots=True)
class Column:
    """A route of one of the shifts of a kind. ``visits`` in order; a relaxed one may do a visit more than once."""

    kind: int
    visits: tuple[int, ...]
    cost: int

    @property
    def elementary(self) -> bool:
        """Whether it does no visit twice."""
        return len(set(self.visits)) == len(self.visits)


@dataclass(frozen=True, slots=True)
class Prices:
    """What a master's solution says things are worth, in whole numbers of 1/unit: any numbers give a valid bound.

    ``visits``: of doing each; ``shifts``: of having one of each kind, zero or below but where it must be used;
    ``cuts``: of each count, zero or above.
    """

    visits: tuple[int, ...]
    shifts: tuple[int, ...]
    cuts: tuple[tuple[Cut, int], ...] = ()

    def reduced(self, column: Column) -> int:
        """What the column costs beyond what it is worth."""
        worth = sum(self.visits[visit] for visit in column.visits) + self.shifts[column.kind]
        counted = sum(price * cut.count(column.visits) for cut, price in self.cuts if price)
        return column.cost - worth + counted

    def towards(self, other: Prices, share: float) -> Prices:
        """Between these prices and others: ``share`` 0 is here, 1 is there."""
        here = dict(self.cuts)
        return Prices(
            tuple(_between(a, b, share) for a, b in zip(self.visits, other.visits, strict=True)),
            tuple(_between(a, b, share) for a, b in zip(self.shifts, other.shifts, strict=True)),
            tuple((cut, _between(here.get(cut, 0), price, share)) for cut, price in other.cuts),
        )


def _between(a: int, b: int, share: float) -> int:
    return b if share >= 1 else a + round((b - a) * share)


def columns_of(plan: KernelPlan, kinds: Sequence[Kind], data: KernelData) -> Iterator[Column]:
    """The routes of a plan; what pricing cannot drive is left out."""
    kind_of = {route: number for number, kind in enumerate(kinds) for route in kind.routes}
    for route, tasks in enumerate(plan.tasks):
        if tasks:
            visits = tuple(int(data.task_offset.searchsorted(task, side="right")) - 1 for task in tasks)
            if (walked := kinds[kind_of[route]].walk(visits)) is not None:
                yield Column(kind_of[route], visits, walked[0])


def plan_of(chosen: Sequence[Column], kinds: Sequence[Kind], data: KernelData) -> KernelPlan:
    """The plan that drives these routes, with breaks where they cost least. For visits of one role each."""
    routes = len(data.route_owner)
    tasks: list[tuple[int, ...]] = [()] * routes
    gaps: list[tuple[int, ...]] = [
        (NEVER,) * int(data.break_offset[route + 1] - data.break_offset[route]) for route in range(routes)
    ]
    free = [list(kind.routes) for kind in kinds]
    for column in chosen:
        walked = kinds[column.kind].walk(column.visits)
        if walked is None:
            raise ValueError(f"Nobody of kind {column.kind} can drive {column.visits}.")
        route = free[column.kind].pop(0)
        tasks[route] = tuple(int(data.task_offset[visit]) for visit in column.visits)
        gaps[route] = tuple(walked[1])
    return KernelPlan(tuple(tasks), tuple(gaps))
