"""Small problems whole: routes, times, breaks, crews and every term of the cost as one model for CP-SAT.

Times are free to be later than they need to be, which the planning model does not allow. Mostly that is of no use,
since no cost falls with time; only duty and longest gaps may gain by it. So what CP-SAT proves is a bound, and the plan
it finds is the best one where it costs, as the kernel counts it, no more than that.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations, pairwise
from math import gcd

from ortools.sat.python import cp_model

from optimizer.bound.closing import whole
from optimizer.bound.shapes import Kind, kinds, roles
from optimizer.kernel.data import NEVER, KernelData, KernelPlan

MOST_VISITS = 14
"""Up to so many visits a proof is to be expected within a minute."""

_START, _END = -1, -2
"""Where a route begins and ends, beside its tasks."""


@dataclass(frozen=True, slots=True)
class Exact:
    """The best plan found, None where none was; no plan costs less than ``bound`` (1/unit).

    ``impossible``: it is proved that no plan keeps every must.
    """

    plan: KernelPlan | None
    bound: int
    impossible: bool


def solve_exactly(data: KernelData, seconds: float, threads: int = 1, start: KernelPlan | None = None) -> Exact:
    """The best plan of a small problem, or how far the time allowed to come. ``start``: a plan to begin from."""
    model = _Model(data)
    if start is not None:
        model.hint(start)
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = max(0.01, seconds)
    solver.parameters.num_workers = threads
    solver.parameters.random_seed = 1
    status = solver.solve(model.model)
    if status == cp_model.INFEASIBLE:
        return Exact(None, 0, impossible=True)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE, cp_model.UNKNOWN):
        raise ArithmeticError(f"the whole model ended with status {solver.status_name(status)}")
    bound = max(0, whole(solver.best_objective_bound)) * model.step
    plan = None if status == cp_model.UNKNOWN else model.plan(solver)
    return Exact(plan, bound, impossible=False)


class _Model:
    def __init__(self, data: KernelData) -> None:
        self.data, self.model = data, cp_model.CpModel()
        self.roles = roles(data).tolist()
        self.kind: dict[int, Kind] = {route: kind for kind in kinds(data) for route in kind.routes}
        self.routes = range(len(data.route_owner))
        self.visits = range(len(self.roles))
        self.first = data.task_offset.tolist()
        self.visit_of = [visit for visit in self.visits for _ in range(self.roles[visit])]
        moments = [kind.shape.limit for kind in self.kind.values()]
        self.horizon = max(moments, default=0)
        new = self.model.new_int_var
        self.begin = [new(0, self.horizon, "") for _ in self.visits]
        self.done = [self.model.new_bool_var("") for _ in self.visits]
        self.left = [self.model.new_bool_var("") for _ in self.visits]
        self.costs: list[tuple[cp_model.IntVar, int]] = []
        self.does: dict[tuple[int, int], cp_model.IntVar] = {}
        self.goes: dict[tuple[int, int, int], cp_model.IntVar] = {}
        self.rests: dict[tuple[int, int, int], cp_model.IntVar] = {}
        self.used = [self.model.new_bool_var("") for _ in self.routes]
        self._order()
        self.service = [self._service(visit) for visit in self.visits]
        for route in self.routes:
            self._route(route)
        for visit in self.visits:
            self._visit(visit)
        self._balance()
        self.step = gcd(0, *(price for _, price in self.costs)) or 1
        variables = [variable for variable, _ in self.costs]
        self.model.minimize(
            cp_model.LinearExpr.weighted_sum(variables, [price // self.step for _, price in self.costs])
        )

    # -- who does what, and in which order --------------------------------------------------------------------------

    def _order(self) -> None:
        data, new = self.data, self.model.new_bool_var
        for route in self.routes:
            owner = data.route_owner[route]
            for task, visit in enumerate(self.visit_of):
                if visit in self.kind[route].node and all(table[task, owner] == 0 for table in data.forbidden.values()):
                    self.does[route, task] = new("")
        for visit in self.visits:
            self.model.add_exactly_one(self.done[visit], self.left[visit])
            for task in self._tasks(visit):
                self.model.add(sum(self.does.get((r, task), 0) for r in self.routes) == self.done[visit])
            for owner in range(data.owners):
                same = [
                    self.does[r, task]
                    for r in self.routes
                    if data.route_owner[r] == owner
                    for task in self._tasks(visit)
                    if (r, task) in self.does
                ]
                self.model.add(sum(same) <= 1)
            if data.must[visit]:
                self.model.add(self.done[visit] == 1)

    def _tasks(self, visit: int) -> range:
        return range(self.first[visit], self.first[visit + 1])

    def _service(self, visit: int) -> cp_model.IntVar:
        """That of the slowest member."""
        times = [
            (self.does[r, task], int(self.data.service[self.data.route_pace[r], visit]))
            for r in self.routes
            for task in self._tasks(visit)
            if (r, task) in self.does
        ]
        longest = self.model.new_int_var(0, max((seconds for _, seconds in times), default=0), "")
        self.model.add_max_equality(longest, [0, *(does * seconds for does, seconds in times)])
        return longest

    # -- one route --------------------------------------------------------------------------------------------------

    def _route(self, route: int) -> None:
        data, model, kind = self.data, self.model, self.kind[route]
        tasks = [task for r, task in self.does if r == route]
        committed = data.committed_visit[data.committed_offset[route] : data.committed_offset[route + 1]].tolist()
        arcs = [(0, 0, self.used[route].negated())]
        place = {task: number for number, task in enumerate(tasks, start=1)}
        for task in tasks:
            model.add_implication(self.does[route, task], self.used[route])  # else: round in circles, from nowhere
            arcs.append((place[task], place[task], self.does[route, task].negated()))
            for other in (_START, _END, *tasks):
                if other != task:
                    pair = (task, other) if other == _END else (other, task)
                    goes = self.goes[route, *pair] = model.new_bool_var("")
                    arcs.append((place.get(pair[0], 0), place.get(pair[1], 0), goes))
        model.add_circuit(arcs)
        # What is committed stands first: each of its tasks follows one of the visit committed before it.
        before = [_START]
        for visit in committed:
            here = [task for task in self._tasks(visit) if task in place]
            model.add(sum(self.goes.get((route, a, b), 0) for a in before for b in here) == 1)
            before = here
        for resource in range(data.demand.shape[1]):
            load = sum(int(data.demand[self.visit_of[task], resource]) * self.does[route, task] for task in tasks)
            model.add(load <= int(data.capacity[route, resource]))
        depart = model.new_int_var(kind.shape.start, max(kind.shape.start, kind.shape.limit), "")
        finish = model.new_int_var(kind.shape.start, max(kind.shape.start, kind.shape.limit), "")
        self._rests(route, tasks, finish)
        for (r, a, b), goes in self.goes.items():
            if r == route:
                self._leg(route, a, b, goes, depart, finish)
        self._prices(route, depart, finish)

    def _rests(self, route: int, tasks: list[int], finish: cp_model.IntVar) -> None:
        """Each break before one of the stops, on the way to the end, or after it."""
        shape, model = self.kind[route].shape, self.model
        for rest in range(len(shape.break_earliest)):
            taken = {stop: model.new_bool_var("") for stop in (*tasks, _END)}
            after = model.new_bool_var("")
            for stop, variable in taken.items():
                self.rests[route, rest, stop] = variable
                if stop != _END:
                    model.add_implication(variable, self.does[route, stop])
            model.add(sum(taken.values()) + after == self.used[route])
            model.add(finish <= int(shape.break_latest[rest])).only_enforce_if(after)

    def _leg(
        self,
        route: int,
        origin: int,
        target: int,
        goes: cp_model.IntVar,
        depart: cp_model.IntVar,
        finish: cp_model.IntVar,
    ) -> None:
        """From one stop to the next, with the breaks taken on the way, in the order of their earliest starts."""
        kind, model = self.kind[route], self.model
        shape, last = kind.shape, len(kind.visits)
        a = last if origin == _START else kind.node[self.visit_of[origin]]
        b = last if target == _END else kind.node[self.visit_of[target]]
        seconds = int(shape.travel[a, b])
        leaves = depart if origin == _START else self._end(self.visit_of[origin])
        arrives = finish if target == _END else self.begin[self.visit_of[target]]
        rests = [self.rests[route, rest, target] for rest in range(len(shape.break_earliest))]
        lengths = shape.break_duration.tolist()

        def resting(start: int, end: int) -> cp_model.LinearExpr:
            return 0 + cp_model.LinearExpr.weighted_sum(rests[start:end], lengths[start:end])

        model.add(arrives >= leaves + seconds + resting(0, len(rests))).only_enforce_if(goes)
        for rest, taken in enumerate(rests):
            earliest, latest = int(shape.break_earliest[rest]), int(shape.break_latest[rest])
            model.add(arrives >= earliest + resting(rest, len(rests))).only_enforce_if(goes, taken)
            model.add(leaves + resting(0, rest) <= latest).only_enforce_if(goes, taken)
        for (one, first), (two, second) in combinations(enumerate(rests), 2):
            begins = int(shape.break_earliest[one]) + resting(one, two)
            model.add(begins <= int(shape.break_latest[two])).only_enforce_if(goes, first, second)
        self._pay(goes, int(shape.arc[a, b]))

    def _prices(self, route: int, depart: cp_model.IntVar, finish: cp_model.IntVar) -> None:
        shape, model, used = self.kind[route].shape, self.model, self.used[route]
        self._pay(used, shape.fixed)
        if shape.overtime_rate:
            over = model.new_int_var(0, max(0, shape.limit - shape.end), "")
            model.add(over >= finish - shape.end)
            self._pay(over, shape.overtime_rate)
        if shape.duty:
            duty = model.new_int_var(0, min(shape.max_duty, max(0, shape.limit - shape.start)), "")
            model.add(duty >= finish - depart).only_enforce_if(used)
            self._pay(duty, shape.duty_rate)

    def _pay(self, variable: cp_model.IntVar, price: int) -> None:
        if price:
            self.costs.append((variable, price))

    # -- one visit --------------------------------------------------------------------------------------------------

    def _end(self, visit: int) -> cp_model.LinearExpr:
        return self.begin[visit] + self.service[visit]

    def _visit(self, visit: int) -> None:
        data, model, done = self.data, self.model, self.done[visit]
        windows = range(int(data.window_offset[visit]), int(data.window_offset[visit + 1]))
        if windows:
            inside = [model.new_bool_var("") for _ in windows]
            model.add(sum(inside) == done)
            for w, here in zip(windows, inside, strict=True):
                model.add(self.begin[visit] >= int(data.window_earliest[w])).only_enforce_if(here)
                model.add(self.begin[visit] <= int(data.window_latest[w])).only_enforce_if(here)
        self._pay(self.left[visit], int(data.drop_cost[visit]))
        for table in data.ramps.values():
            for i, one in enumerate(table.visit.tolist()):
                if one == visit:
                    self._late(
                        visit, bool(table.on_end[i]), int(table.knee[i]), int(table.jump[i]), int(table.slope[i])
                    )
        for unless in data.unless.values():
            for i, one in enumerate(unless.visit.tolist()):
                if one == visit:
                    named = unless.owner[unless.owner_offset[i] : unless.owner_offset[i + 1]].tolist()
                    self._unless(visit, named, int(unless.cost[i]), dropped=bool(unless.when_dropped[i]))
        for waiting, before, least, most in zip(
            data.after_visit.tolist(), data.after_before.tolist(), data.after_min.tolist(), data.after_max.tolist(),
            strict=True,
        ):  # fmt: skip
            if waiting == visit:
                model.add_implication(done, self.done[before])
                model.add(self.begin[visit] >= self._end(before) + least).only_enforce_if(done)
                if most != NEVER:
                    model.add(self.begin[visit] <= self._end(before) + most).only_enforce_if(done)

    def _late(self, visit: int, on_end: bool, knee: int, jump: int, slope: int) -> None:
        model, done = self.model, self.done[visit]
        moment = self._end(visit) if on_end else self.begin[visit]
        late = model.new_bool_var("")
        model.add(moment <= knee).only_enforce_if(done, late.negated())
        self._pay(late, jump)
        if slope:
            beyond = model.new_int_var(0, 2 * self.horizon + max(0, -knee), "")
            model.add(beyond >= moment - knee).only_enforce_if(done)
            self._pay(beyond, slope)

    def _unless(self, visit: int, owners: list[int], cost: int, *, dropped: bool) -> None:
        """For a visit of one role, the price of going there holds what it costs that somebody else does it."""
        if self.roles[visit] == 1:
            self._pay(self.left[visit], cost if dropped else 0)
            return
        paid = self.model.new_bool_var("")
        by_them = [
            does
            for (r, t), does in self.does.items()
            if self.visit_of[t] == visit and self.data.route_owner[r] in owners
        ]
        self.model.add_bool_or([paid, *by_them, *([] if dropped else [self.left[visit]])])
        self._pay(paid, cost)

    def _balance(self) -> None:
        data, model = self.data, self.model
        if data.balance_target == NEVER or not data.balance_rate:
            return
        for owner in range(data.owners):
            work: list[cp_model.LinearExpr] = []
            for (r, a, b), goes in self.goes.items():
                if data.route_owner[r] == owner:
                    work.append(goes * self._seconds(r, a, b))
            for (r, task), does in self.does.items():
                if data.route_owner[r] == owner:
                    spent = model.new_int_var(0, self.horizon, "")
                    model.add(spent >= self.service[self.visit_of[task]]).only_enforce_if(does)
                    work.append(spent)
            over = model.new_int_var(0, self.horizon * (len(self.routes) + 1), "")
            model.add(over >= sum(work) - int(data.balance_target))
            self._pay(over, int(data.balance_rate))

    def _seconds(self, route: int, origin: int, target: int) -> int:
        kind = self.kind[route]
        a = len(kind.visits) if origin == _START else kind.node[self.visit_of[origin]]
        b = len(kind.visits) if target == _END else kind.node[self.visit_of[target]]
        return int(kind.shape.travel[a, b])

    # -- plans ------------------------------------------------------------------------------------------------------

    def hint(self, plan: KernelPlan) -> None:
        """Begin from a plan."""
        planned = {task for tasks in plan.tasks for task in tasks}
        for visit, done in enumerate(self.done):
            self.model.add_hint(done, self.first[visit] in planned)
        for (route, task), does in self.does.items():
            self.model.add_hint(does, task in plan.tasks[route])
        for (route, a, b), goes in self.goes.items():
            order = [_START, *plan.tasks[route], _END] if plan.tasks[route] else []
            self.model.add_hint(goes, (a, b) in pairwise(order))

    def plan(self, solver: cp_model.CpSolver) -> KernelPlan:
        """What the solver decided."""
        tasks: list[tuple[int, ...]] = []
        gaps: list[tuple[int, ...]] = []
        for route in self.routes:
            follows = {a: b for (r, a, b), goes in self.goes.items() if r == route and solver.value(goes)}
            order, here = [], follows.get(_START, _END)
            while here != _END:
                order.append(here)
                here = follows[here]
            tasks.append(tuple(order))
            gaps.append(self._gaps(route, [*order, _END], solver))
        return KernelPlan(tuple(tasks), tuple(gaps))

    def _gaps(self, route: int, stops: list[int], solver: cp_model.CpSolver) -> tuple[int, ...]:
        gaps = [NEVER] * len(self.kind[route].rests)
        if len(stops) > 1:
            for number, rest in enumerate(self.kind[route].rests):
                taken = [gap for gap, stop in enumerate(stops) if solver.value(self.rests[route, number, stop])]
                gaps[rest] = taken[0] if taken else len(stops)
        return tuple(gaps)
