"""The independent checker: reads a plan as it is published and works out afresh whether all it says is so.

It follows ``docs/reference/planning-model.md`` and shares no code with the rules, the timeline or the kernels that
make plans: what they have in common with it is the text. It takes from a plan only what the plan decides (routes, the
order of stops, roles, the gap of each break); times and costs are claims.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from fractions import Fraction

from optimizer.check.times import CheckedRoute, CheckedTimes, clock, label, work_out
from optimizer.domain import Plan, Problem, Technician, Visit

TIME_TOLERANCE = 1
"""Claimed times may be so many seconds off."""


def check(problem: Problem, plan: Plan, tolerance: float = 0.01) -> list[str]:
    """Every way in which ``plan`` breaks what must hold, and every claim of it that is not so, in sentences.

    Claimed times may be one second off, claimed costs ``tolerance`` plus a millionth of the cost. Takes any plan,
    whatever its identifiers say; empty for a plan that can be published.
    """
    checker = _Checker(problem, plan)
    checker.must_hold()
    checker.claims(tolerance)
    return checker.found


def checked_cost(problem: Problem, plan: Plan) -> dict[str, float]:
    """What ``plan`` costs: the nine terms and ``total``, worked out afresh, whatever the plan says of itself."""
    return {term: float(cost) for term, cost in _Checker(problem, plan).cost().items()}


class _Checker:
    """One plan held against one problem."""

    def __init__(self, problem: Problem, plan: Plan) -> None:
        self.problem, self.plan = problem, plan
        self.found: list[str] = []
        self.visits = {visit.id: visit for visit in problem.visits}
        shifts = {(person.id, shift.id): (person, shift) for person in problem.technicians for shift in person.shifts}
        self.routes: list[CheckedRoute] = []
        seen: set[tuple[str, str]] = set()
        for route in plan.routes:
            key = (route.technician, route.shift)
            if key not in shifts:
                self.found.append(f"There is no shift {route.shift!r} of a technician {route.technician!r}.")
                continue
            if key in seen:
                self.found.append(f"{label(*shifts[key])}: the shift has two routes; it can have one.")
                continue
            seen.add(key)
            stops = []
            for stop in route.stops:
                if stop.visit in self.visits:
                    stops.append(stop)
                else:
                    self.found.append(f"{label(*shifts[key])}: there is no visit {stop.visit!r}.")
            if stops:
                gaps = {rest.break_id: rest.gap for rest in route.breaks}
                self.routes.append(CheckedRoute(*shifts[key], tuple(stops), gaps, route))
        self.crews: dict[str, list[tuple[Technician, int]]] = defaultdict(list)
        for route_of in self.routes:
            for stop in route_of.stops:
                self.crews[stop.visit].append((route_of.technician, stop.role))
        self.times: CheckedTimes = work_out(problem, self.routes)

    # -- what must hold -----------------------------------------------------------------------------------------

    def must_hold(self) -> None:
        self.found += self.times.broken
        for route in self.routes:
            self.breaks_named(route)
            self.load(route)
        self.committed()
        for visit_id, crew in self.crews.items():
            self.crew(self.visits[visit_id], crew)
        self.order()
        self.left_undone()

    def breaks_named(self, route: CheckedRoute) -> None:
        name = label(route.technician, route.shift)
        known = {rest.id for rest in route.shift.breaks}
        for break_id, times in Counter(rest.break_id for rest in route.claims.breaks).items():
            if break_id not in known:
                self.found.append(f"{name}: there is no break {break_id!r}.")
            elif times > 1:
                self.found.append(f"{name}: the break {break_id!r} is taken {times} times.")
        last = len(route.stops) + 1
        for rest in route.shift.breaks:
            gap = route.gaps.get(rest.id)
            if gap is None:
                self.found.append(f"{name}: the break {rest.id!r} is not taken.")
            elif not 0 <= gap <= last:
                self.found.append(f"{name}: the break {rest.id!r} is in gap {gap}; gaps are 0 to {last}.")

    def load(self, route: CheckedRoute) -> None:
        needed: dict[str, int] = defaultdict(int)
        for stop in route.stops:
            for resource, quantity in self.visits[stop.visit].demand.items():
                needed[resource] += _thousandths(quantity)
        for resource, quantity in needed.items():
            capacity = _thousandths(route.technician.capacity.get(resource, 0))
            if quantity > capacity:
                name = label(route.technician, route.shift)
                amounts = f"{quantity / 1000:g} of {resource!r}, and {capacity / 1000:g} are on board"
                self.found.append(f"{name}: the visits need {amounts}.")

    def committed(self) -> None:
        first = {(route.technician.id, route.shift.id): route.stops for route in self.routes}
        for technician in self.problem.technicians:
            for shift in technician.shifts:
                stops = first.get((technician.id, shift.id), ())[: len(shift.committed)]
                if tuple(stop.visit for stop in stops) != shift.committed:
                    wanted = ", ".join(repr(visit) for visit in shift.committed)
                    self.found.append(f"{label(technician, shift)}: committed to {wanted}, which do not stand first.")

    def crew(self, visit: Visit, crew: list[tuple[Technician, int]]) -> None:
        name = f"Visit {visit.id!r}"
        filled = Counter(role for _, role in crew)
        for role in sorted(filled.keys() | set(range(len(visit.roles)))):
            if role not in range(len(visit.roles)):
                self.found.append(f"{name}: it has no role {role}.")
            elif filled[role] > 1:
                self.found.append(f"{name}: {_times(filled[role])} for role {role}, which one technician fills.")
            elif not filled[role]:
                self.found.append(f"{name}: nobody fills role {role}; the crew is not whole.")
        for person, times in Counter(technician.id for technician, _ in crew).items():
            if times > 1:
                self.found.append(f"{name}: technician {person!r} is there {_times(times)}.")
        for technician, role in crew:
            needs = visit.roles[role].skills if role in range(len(visit.roles)) else {}
            for skill, level in needs.items():
                has = technician.skills.get(skill, 0)
                if has < level:
                    what = f"needs {skill!r} at level {level}, and technician {technician.id!r} has level {has}"
                    self.found.append(f"{name}: {what}.")
            if visit.only and technician.id not in visit.only:
                self.found.append(f"{name}: technician {technician.id!r} is not among those who alone may do it.")
            if technician.id in visit.never:
                self.found.append(f"{name}: technician {technician.id!r} is among those who may never do it.")

    def order(self) -> None:
        times = self.times
        for visit_id in self.crews:
            for link in self.visits[visit_id].after:
                name = f"Visit {visit_id!r}"
                if link.visit not in self.crews:
                    self.found.append(f"{name}: done without {link.visit!r}, which must come before it.")
                    continue
                wait = times.starts[visit_id] - times.ends[link.visit]
                if wait < link.min_gap:
                    self.found.append(f"{name}: starts {link.min_gap - wait} s too soon after {link.visit!r}.")
                if link.max_gap is not None and wait > link.max_gap:
                    self.found.append(f"{name}: starts {wait - link.max_gap} s too long after {link.visit!r}.")

    def left_undone(self) -> None:
        listed = {left.visit for left in self.plan.unassigned}
        for visit in self.problem.visits:
            done = visit.id in self.crews
            if not done and visit.drop_cost is None:
                self.found.append(f"Visit {visit.id!r}: must be done, and nobody does it.")
            if not done and visit.id not in listed:
                self.found.append(f"Visit {visit.id!r}: nobody does it, and it is not listed as unassigned.")
            if done and visit.id in listed:
                self.found.append(f"Visit {visit.id!r}: listed as unassigned, and done.")
        for visit_id in sorted(listed - self.visits.keys()):
            self.found.append(f"There is no visit {visit_id!r}, which is listed as unassigned.")

    # -- what it costs ------------------------------------------------------------------------------------------

    def cost(self) -> dict[str, Fraction]:
        none = Fraction(0)
        cost = dict.fromkeys(
            ("shift", "travel", "duty", "overtime", "lateness", "unassigned", "preference", "stability", "balance"),
            none,
        )
        work: dict[str, int] = defaultdict(int)
        for route, timed in zip(self.routes, self.times.routes, strict=True):
            rates = route.technician.costs
            cost["shift"] += _money(rates.per_shift)
            cost["travel"] += _hours(timed.drive) * _money(rates.per_travel_hour)
            cost["travel"] += Fraction(timed.metres, 1000) * _money(rates.per_km)
            cost["duty"] += _hours(timed.finish - timed.depart) * _money(rates.per_duty_hour)
            cost["overtime"] += _hours(max(0, timed.finish - route.shift.end)) * _money(rates.per_overtime_hour)
            work[route.technician.id] += timed.drive + sum(end - start for _, start, end in timed.stops)
        for visit in self.problem.visits:
            if visit.id in self.crews:
                self.cost_of_done(visit, cost)
            else:
                cost["unassigned"] += _money(visit.drop_cost or 0)
                cost["stability"] += _money(visit.reassign_cost) if visit.previous else 0
        balance = self.problem.balance
        if balance is not None:
            over = sum(max(0, seconds - balance.target) for seconds in work.values())
            cost["balance"] = _hours(over) * _money(balance.cost_per_hour_over)
        cost["total"] = sum(cost.values(), none)
        return cost

    def cost_of_done(self, visit: Visit, cost: dict[str, Fraction]) -> None:
        start, end = self.times.starts[visit.id], self.times.ends[visit.id]
        for promise, moment in ((visit.arrive_by, start), (visit.complete_by, end)):
            if promise is not None and moment > promise.at:
                late = _hours(moment - promise.at)
                cost["lateness"] += _money(promise.breach_cost) + late * _money(promise.cost_per_hour_late)
        people = {technician.id for technician, _ in self.crews[visit.id]}
        if visit.preferred and people.isdisjoint(visit.preferred):
            cost["preference"] += _money(visit.preference_cost)
        if visit.previous is not None:
            if visit.previous.technician not in people:
                cost["stability"] += _money(visit.reassign_cost)
            if visit.previous.start is not None:
                later = max(0, start - visit.previous.start)
                cost["stability"] += _hours(later) * _money(visit.cost_per_hour_later)

    # -- what the plan says of itself ---------------------------------------------------------------------------

    def claims(self, tolerance: float) -> None:
        for route, timed in zip(self.routes, self.times.routes, strict=True):
            name = label(route.technician, route.shift)
            self.claim(route, f"{name}: departs", route.claims.depart, timed.depart)
            for stop, (arrival, start, end) in zip(route.stops, timed.stops, strict=True):
                self.claim(route, f"{name}: arrives at {stop.visit!r}", stop.arrival, arrival)
                self.claim(route, f"{name}: starts {stop.visit!r}", stop.start, start)
                self.claim(route, f"{name}: ends {stop.visit!r}", stop.end, end)
            for taken in route.claims.breaks:
                if taken.break_id in timed.breaks:
                    begins = timed.breaks[taken.break_id]
                    self.claim(route, f"{name}: begins the break {taken.break_id!r}", taken.start, begins)
            self.free_breaks(route, timed.finish)
            self.claim(route, f"{name}: finishes", route.claims.finish, timed.finish)
        cost = self.cost()
        for term, claimed in self.plan.cost.items():
            if term not in cost:
                self.found.append(f"Cost: there is no term {term!r}.")
                continue
            actual = float(cost[term])
            if not abs(claimed - actual) <= tolerance + 1e-6 * abs(actual):  # so written, NaN is no way out
                self.found.append(f"Cost: the plan says {term} is {claimed:.4f}; it is {actual:.4f}.")

    def free_breaks(self, route: CheckedRoute, finish: int) -> None:
        """A break after the route begins whenever its technician likes, between the finish and its latest start."""
        rests = {rest.id: rest for rest in route.shift.breaks}
        for taken in route.claims.breaks:
            rest = rests.get(taken.break_id)
            if rest is None or taken.start is None or taken.gap <= len(route.stops):
                continue
            earliest = max(finish, rest.earliest)
            if earliest <= rest.latest and not earliest - 1 <= taken.start <= rest.latest + 1:
                when = f"between {clock(earliest, route.shift)} and {clock(rest.latest, route.shift)}"
                says = f"not at {clock(taken.start, route.shift)} as the plan says"
                name = label(route.technician, route.shift)
                self.found.append(f"{name}: begins the break {rest.id!r} after the route, {when}, {says}.")

    def claim(self, route: CheckedRoute, what: str, claimed: int | None, actual: int) -> None:
        if claimed is not None and abs(claimed - actual) > TIME_TOLERANCE:
            says, holds = clock(claimed, route.shift), clock(actual, route.shift)
            self.found.append(f"{what} at {holds}, not at {says} as the plan says.")


def _times(number: int) -> str:
    return "twice" if number == 2 else f"{number} times"


def _thousandths(quantity: float) -> int:
    return round(quantity * 1000)


def _hours(seconds: int) -> Fraction:
    return Fraction(seconds, 3600)


def _money(amount: float) -> Fraction:
    """The decimal that was written, not the binary fraction next to it."""
    return Fraction(str(amount))
