"""Whether everything that a small problem insists on can hold together: found by search, or ruled out by trying all.

The search finds plans, and a plan is a proof. That there is none is proved by going through all ways of giving the
visits to shifts. A way is given up as soon as one shift cannot take what it has been given: even with breaks where
they fit best, in the best order, on the shortest ways, with nobody to wait for (a lower bound of all times). Where
several visits exclude each other on every shift, each needs a shift of its own, and Hall's theorem tells at once
whether there are enough; and where visits need more time than their shifts have (:mod:`optimizer.explain.overload`),
nothing has to be tried. What remains is walked and judged by the rules. So both answers are exact; the third one is
that it would take too long.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import product

from optimizer.domain import Plan, Problem, Route, Stop, TakenBreak
from optimizer.explain.orders import MustHurryError, Orders, Steps
from optimizer.explain.overload import overload
from optimizer.rules import Level, Match
from optimizer.scoring import score, timed
from optimizer.solve import solve

ROUNDS = 400
"""Iterations of the search for a plan."""
STEPS = 60_000
"""Steps after which trying all is given up: about half a second."""
MOST_TASKS = 30
"""With more tasks than this there is no hope of going through all, and only what shows at once is looked for."""
_JUDGING = 20
"""Steps that judging a plan counts for."""

Task = tuple[int, int]
"""(visit, role) by index."""


class Answer(Enum):
    """Whether there is a plan in which every must holds."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Verdict:
    """The answer, with the plan where it is yes; ``broken``: where the best plan that was found breaks a must."""

    answer: Answer
    plan: Plan | None = None
    broken: tuple[Match, ...] = ()


def possible(problem: Problem, *, rounds: int = ROUNDS, steps: int = STEPS, seed: int = 1) -> Verdict:
    """Whether there is a plan for a problem in which every must holds.

    ``rounds`` is what the search may spend, ``steps`` what trying all may. No answer depends on time.
    """
    if not problem.visits:
        return Verdict(Answer.YES, Plan())
    found = solve(problem, iterations=rounds, seed=seed)
    if found.feasible:
        return Verdict(Answer.YES, found.plan)
    broken = tuple(match for line in found.scorecard.lines if line.rule.level is Level.HARD for match in line.matches)
    if overload(problem):
        return Verdict(Answer.NO, broken=broken)
    tasks = sum(len(visit.roles) for visit in problem.visits)
    try:
        plan = _Everything(problem, Steps(steps if tasks <= MOST_TASKS else steps // 20)).first()
    except MustHurryError:
        return Verdict(Answer.UNKNOWN, broken=broken)
    return Verdict(Answer.NO, broken=broken) if plan is None else Verdict(Answer.YES, timed(problem, plan))


class _Everything:
    """All ways of giving every role of every visit to a shift."""

    def __init__(self, problem: Problem, steps: Steps) -> None:
        self.problem, self.steps = problem, steps
        self.orders = Orders(problem, steps)
        self.given: list[list[int]] = [[] for _ in problem.shifts]
        self.alike = [self._likeness(shift) for shift in range(len(problem.shifts))]
        self.tasks: list[Task] = [(v, r) for v, visit in enumerate(problem.visits) for r in range(len(visit.roles))]
        self.able = {task: self._able(*task) for task in self.tasks}
        self.tasks.sort(key=lambda task: (len(self.able[task]), task))
        self.linked = any(visit.after or len(visit.roles) > 1 for visit in problem.visits)

    def first(self) -> Plan | None:
        """A plan in which every must holds; None: there is none. Raises :class:`MustHurryError`."""
        if any(not self.able[task] for task in self.tasks) or self._too_few_shifts():
            return None
        return next(self._from(0), None)

    # -- giving ----------------------------------------------------------------------------------------------------

    def _from(self, number: int) -> Iterator[Plan]:
        if number == len(self.tasks):
            yield from self._ordered()
            return
        visit, _ = self.tasks[number]
        tried = set()
        for shift in self.able[self.tasks[number]]:
            self.steps.take()
            given = self.given[shift]
            if visit in given or self._himself(visit, shift) or (not given and self.alike[shift] in tried):
                continue
            if not given:
                tried.add(self.alike[shift])
            given.append(visit)
            if self.orders.could(shift, frozenset(given)):
                yield from self._from(number + 1)
            given.remove(visit)

    def _able(self, visit: int, role: int) -> list[int]:
        """Shifts on which a role of a visit could stand alone, with what is committed there."""
        one = self.problem.visits[visit]
        return [
            shift
            for shift, (who, _) in enumerate(self.problem.shifts)
            if who.id not in one.never
            and (not one.only or who.id in one.only)
            and all(who.skills.get(skill, 0) >= level for skill, level in one.roles[role].skills.items())
            and self.orders.could(shift, frozenset({visit}))
            and self._where_committed(visit, role, shift)
        ]

    def _where_committed(self, visit: int, role: int, shift: int) -> bool:
        """What is committed goes nowhere else, unless its crew has other members."""
        name, roles = self.problem.visits[visit].id, len(self.problem.visits[visit].roles)
        there = [index for index, (_, one) in enumerate(self.problem.shifts) if name in one.committed]
        return not there or shift in there or len(there) < roles

    def _himself(self, visit: int, shift: int) -> bool:
        """Whether the technician is in the visit's crew already, on another shift."""
        who = self.problem.shifts[shift][0].id
        return any(visit in given and self.problem.shifts[at][0].id == who for at, given in enumerate(self.given))

    def _likeness(self, shift: int) -> object:
        """Empty shifts that are alike need only be tried once. Whoever is named, or has two shifts, is like nobody."""
        who, one = self.problem.shifts[shift]
        named = any(who.id in visit.only or who.id in visit.never for visit in self.problem.visits)
        if named or one.committed or len(who.shifts) > 1:
            return shift
        skills, capacity = tuple(sorted(who.skills.items())), tuple(sorted(who.capacity.items()))
        times = one.start, one.end, one.max_overtime, one.max_duty, who.costs.per_duty_hour > 0
        return skills, capacity, who.pace, who.profile, times, one.start_location, one.end_location, one.breaks

    def _too_few_shifts(self) -> bool:
        """Whether some tasks that exclude each other on every shift have fewer shifts than they are (Hall 1935)."""
        for seed in self.tasks:
            clique = [seed]
            for task in self.tasks:
                if task not in clique and all(self._exclude(task, other) for other in clique):
                    clique.append(task)
            if len(clique) > 1 and not self._matched(clique):
                return True
        return False

    def _exclude(self, one: Task, other: Task) -> bool:
        if one[0] == other[0]:  # two members of a crew are two people
            return True
        both = set(self.able[one]) & set(self.able[other])
        return not any(self.orders.could(shift, frozenset({one[0], other[0]})) for shift in both)

    def _matched(self, tasks: Sequence[Task]) -> bool:
        """Whether each task can have a shift of its own: augmenting paths."""
        holder: dict[int, Task] = {}

        def found(task: Task, seen: set[int]) -> bool:
            for shift in self.able[task]:
                self.steps.take()
                if shift not in seen:
                    seen.add(shift)
                    if shift not in holder or found(holder[shift], seen):
                        holder[shift] = task
                        return True
            return False

        return all(found(task, set()) for task in tasks)

    # -- ordering and judging --------------------------------------------------------------------------------------

    def _ordered(self) -> Iterator[Plan]:
        """Plans with what has been given, in any order and with breaks anywhere, in which every must holds."""
        used = [shift for shift, given in enumerate(self.given) if given]
        roles = self._roles()
        if self.linked:
            for routes in product(*(list(self._routes(shift, roles)) for shift in used)):
                self.steps.take(_JUDGING)
                if score(self.problem, plan := Plan(routes)).hard == 0:
                    yield plan
            return
        chosen = []
        for shift in used:
            alone = (route for route in self._routes(shift, roles) if self._keeps(route))
            if (route := next(alone, None)) is None:
                return
            chosen.append(route)
        if score(self.problem, plan := Plan(tuple(chosen))).hard == 0:
            yield plan

    def _roles(self) -> dict[tuple[int, int], int]:
        """(shift, visit) → role, as the tasks were given: in their order, each to the shift that has room for it."""
        found: dict[tuple[int, int], int] = {}
        for visit in {visit for visit, _ in self.tasks}:
            there = [shift for shift, given in enumerate(self.given) if visit in given]
            for role, shift in enumerate(self._cast(visit, there)):
                found[shift, visit] = role
        return found

    def _cast(self, visit: int, there: Sequence[int]) -> list[int]:
        """Who of those who are there fills which role: the first way in which all can."""
        roles = range(len(self.problem.visits[visit].roles))
        ways = product(*([shift for shift in self.able[visit, role] if shift in there] for role in roles))
        return list(next(way for way in ways if len(set(way)) == len(way)))

    def _routes(self, shift: int, roles: dict[tuple[int, int], int]) -> Iterator[Route]:
        who, one = self.problem.shifts[shift]
        for visits, gaps in self.orders.all(shift, frozenset(self.given[shift])):
            stops = tuple(Stop(self.problem.visits[visit].id, roles[shift, visit]) for visit in visits)
            rests = tuple(TakenBreak(rest.id, gap) for rest, gap in zip(one.breaks, gaps, strict=True))
            yield Route(who.id, one.id, stops, rests)

    def _keeps(self, route: Route) -> bool:
        """Whether a route alone breaks nothing but that others are not there."""
        self.steps.take(_JUDGING)
        lines = score(self.problem, Plan((route,))).lines
        elsewhere = ("must_be_done", "committed_first")
        matches = (m for line in lines if line.rule.level is Level.HARD for m in line.matches)
        return all(m.rule in elsewhere and m.shift != route.shift for m in matches)
