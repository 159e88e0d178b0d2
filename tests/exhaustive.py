"""Every plan of a very small problem, and the best of them: nothing clever, so that there is nothing to get wrong."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import permutations, product

from optimizer.kernel.data import KernelData, KernelPlan
from optimizer.native import Kernel
from optimizer.scoring import TERMS

EVALUATIONS = 60_000


@dataclass(frozen=True)
class Best:
    """The best plan in which everything holds but, where that cannot be, that every must is done."""

    undone: int
    cost: int
    plan: KernelPlan


def total(channels: dict[str, int]) -> int:
    """What the plan costs, in kernel counts."""
    return sum(channels[term] for term in TERMS)


def broken(channels: dict[str, int]) -> int:
    """In how many places a must is broken, undone musts apart."""
    return sum(amount for channel, amount in channels.items() if channel not in TERMS and channel != "must_be_done")


def best(data: KernelData, most: int = EVALUATIONS) -> Best | None:
    """The best of all plans: sequence, assignment, roles and gaps of breaks.

    None where nothing holds (a commitment cannot be kept). Raises :class:`OverflowError` where there are too many.
    """
    kernel, found = Kernel(data), None
    for count, plan in enumerate(every_plan(data)):
        if count >= most:
            raise OverflowError(f"more than {most} plans")
        channels = kernel.evaluate([list(tasks) for tasks in plan.tasks], [list(gaps) for gaps in plan.gaps])
        if broken(channels) == 0:
            key = (channels["must_be_done"], total(channels))
            if found is None or key < (found.undone, found.cost):
                found = Best(*key, plan)
    return found


def every_plan(data: KernelData) -> Iterator[KernelPlan]:
    """Each with roles filled once by different routes, or not at all; who may not do a task does not."""
    routes = range(len(data.route_owner))
    choices = []
    for visit in range(len(data.visit_location)):
        tasks = range(int(data.task_offset[visit]), int(data.task_offset[visit + 1]))
        able = [[r for r in routes if _may(data, task, r)] for task in tasks]
        crews = [crew for crew in product(*able) if len(set(crew)) == len(crew)]
        choices.append([(), *(tuple(zip(tasks, crew, strict=True)) for crew in crews)])
    for chosen in product(*choices):
        stops: list[list[int]] = [[] for _ in routes]
        for crew in chosen:
            for task, route in crew:
                stops[route].append(task)
        committed_there = (_prefix(data, route, stops[route]) for route in routes)
        if all(committed_there):
            for orders in product(*(permutations(tasks) for tasks in stops)):
                if all(_begins(data, route, order) for route, order in enumerate(orders)):
                    for gaps in product(*(_gaps(data, route, order) for route, order in enumerate(orders))):
                        yield KernelPlan(orders, gaps)


def _may(data: KernelData, task: int, route: int) -> bool:
    owner = int(data.route_owner[route])
    return all(table[task, owner] == 0 for table in data.forbidden.values())


def _committed(data: KernelData, route: int) -> list[int]:
    return [int(v) for v in data.committed_visit[data.committed_offset[route] : data.committed_offset[route + 1]]]


def _visits(data: KernelData, tasks: tuple[int, ...] | list[int]) -> list[int]:
    return [int(data.task_offset.searchsorted(task, side="right")) - 1 for task in tasks]


def _prefix(data: KernelData, route: int, tasks: list[int]) -> bool:
    return set(_committed(data, route)) <= set(_visits(data, tasks))


def _begins(data: KernelData, route: int, order: tuple[int, ...]) -> bool:
    committed = _committed(data, route)
    return not committed or _visits(data, order[: len(committed)]) == committed


def _gaps(data: KernelData, route: int, order: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
    rests = int(data.break_offset[route + 1] - data.break_offset[route])
    return product(range(len(order) + 2), repeat=rests) if order else iter([(0,) * rests])


def commitments_hold(data: KernelData) -> bool:
    """Whether the plan that does what is committed, and nothing else, breaks nothing but musts left undone."""
    kernel = Kernel(data)
    members: dict[int, list[int]] = {}
    for route in range(len(data.route_owner)):
        for visit in _committed(data, route):
            members.setdefault(visit, []).append(route)
    castings = []
    for visit, there in members.items():
        tasks = range(int(data.task_offset[visit]), int(data.task_offset[visit + 1]))
        if len(there) != len(tasks):
            return False
        castings.append([dict(zip(there, order, strict=True)) for order in permutations(tasks)])
    for casting in product(*castings):
        task = dict(zip(members, casting, strict=True))
        orders = [tuple(task[v][r] for v in _committed(data, r)) for r in range(len(data.route_owner))]
        for gaps in product(*(_gaps(data, route, order) for route, order in enumerate(orders))):
            if broken(kernel.evaluate([list(order) for order in orders], [list(one) for one in gaps])) == 0:
                return True
    return False
