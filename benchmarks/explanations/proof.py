"""Whether an explanation is true, told by others than those who made it: the checker, and the native kernel."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import product

from optimizer.check import check, checked_cost
from optimizer.domain import Plan, Problem
from optimizer.explain.changes import changed
from optimizer.explain.freeing import Freeing
from optimizer.kernel.data import KernelData
from optimizer.native import Kernel
from optimizer.scoring import TERMS, lower, to_kernel

CENT = 0.005


class Before:
    """A problem with its plan as it is, as the checker sees it."""

    def __init__(self, problem: Problem, plan: Plan) -> None:
        self.problem, self.plan = problem, plan
        self.complaints = Counter(check(problem, plan))
        self.cost = checked_cost(problem, plan)
        self.done = _done(plan)

    def lies(self, freeing: Freeing) -> Iterator[str]:
        """What of a freeing is not so: in sentences, none where all of it is."""
        problem = changed(self.problem, freeing.changes)
        if problem != freeing.problem:
            yield "the problem that was tried differs from this one in more than is said"
        new = Counter(check(problem, freeing.plan)) - self.complaints
        yield from (f"the checker: {complaint}" for complaint in new)
        if freeing.visit not in _done(freeing.plan):
            yield "the visit is not done"
        gone = self.done - _done(freeing.plan) - {one.visit for one in freeing.gives_way if not one.technicians}
        if gone:
            yield f"others are left out in silence: {', '.join(sorted(gone))}"
        yield from self._prices(freeing, checked_cost(problem, freeing.plan))

    def _prices(self, freeing: Freeing, cost: Mapping[str, float]) -> Iterator[str]:
        told = {rule: float(change) for rule, change in freeing.by_rule.items() if rule in TERMS}
        for term in TERMS:
            if abs(cost[term] - self.cost[term] - told.get(term, 0.0)) > CENT:
                yield f"{term} changes by {cost[term] - self.cost[term]:.2f}, not by {told.get(term, 0.0):.2f}"
        if abs(cost["total"] - self.cost["total"] - float(freeing.change)) > CENT:
            yield f"the total changes by {cost['total'] - self.cost['total']:.2f}, not by {float(freeing.change):.2f}"


class Everywhere:
    """A plan in the native kernel, to put a visit everywhere: into every gap of every shift, with breaks anywhere."""

    def __init__(self, problem: Problem, plan: Plan) -> None:
        self.problem = problem
        self.data: KernelData = lower(problem)
        self.kernel = Kernel(self.data)
        decided = to_kernel(problem, plan)
        self.tasks, self.gaps = [list(one) for one in decided.tasks], [list(one) for one in decided.gaps]
        self.broken = _broken(self.kernel.evaluate(self.tasks, self.gaps))

    def fits(self, visit: str) -> bool:
        """Whether a visit for one technician could stand anywhere without breaking a must that holds."""
        task = int(self.data.task_offset[self.problem.visit_index[visit]])
        for route, (_, shift) in enumerate(self.problem.shifts):
            if any(table[task, self.data.route_owner[route]] for table in self.data.forbidden.values()):
                continue
            stops = self.tasks[route]
            for position in range(len(shift.committed), len(stops) + 1):
                with_it = [*stops[:position], task, *stops[position:]]
                for gaps in product(range(len(with_it) + 2), repeat=len(shift.breaks)):
                    if self._holds(route, with_it, gaps):
                        return True
        return False

    def _holds(self, route: int, stops: list[int], gaps: Sequence[int]) -> bool:
        tasks, all_gaps = list(self.tasks), list(self.gaps)
        tasks[route], all_gaps[route] = stops, list(gaps)
        return _broken(self.kernel.evaluate(tasks, all_gaps)) <= self.broken


def _broken(channels: Mapping[str, int]) -> int:
    return sum(amount for name, amount in channels.items() if name not in (*TERMS, "must_be_done"))


def _done(plan: Plan) -> set[str]:
    return {stop.visit for route in plan.routes for stop in route.stops}
