"""The native kernel that stays warm, spoken to in the words of the problem."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from optimizer.domain import Plan, Problem, Route, Stop, TakenBreak, Technician, Visit
from optimizer.kernel.data import NEVER
from optimizer.native import WarmKernel
from optimizer.policy import Policy
from optimizer.scoring import TERMS, lower, to_kernel
from optimizer.timeline import service_time
from optimizer.warm.changing import Difference, ways
from optimizer.warm.numbers import Numbers, ShiftKey
from optimizer.warm.parts import Parts

_MOST_GROWN = 1.25
"""So many times the visits at first: then everything is made anew, and what went leaves no trace."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A place for a visit, as the kernel sees it: on a shift, at a position, with the gap of each of its breaks."""

    key: ShiftKey
    position: int
    gaps: tuple[int, ...]
    change: float


class Kept:
    """A problem and a plan of it in a warm kernel, with the numbers that things have there."""

    def __init__(self, problem: Problem, plan: Plan, policy: Policy) -> None:
        self.problem, self.policy = problem, policy
        data = lower(problem, policy)
        self.unit, self.epoch = data.unit, data.epoch
        self.numbers = Numbers(problem)
        self._parts = Parts(problem, policy, data)
        self._at_first = len(problem.visits)
        self._kernel = WarmKernel(data)
        self.take_over(plan)

    # -- the problem -----------------------------------------------------------------------------------------------

    def follow(self, problem: Problem, what: Difference) -> bool:
        """Make the problem this one; False, and nothing done, where the kernel has to be made anew for that."""
        if not self._can_follow(problem, what):
            return False
        numbers = self.numbers
        written = self._to_write(problem, what.written)
        visits = _with_those_before(problem, written)
        visit_part = self._parts.of_visits(visits) if written else None
        for pace in dict.fromkeys(one.pace for one in what.people if one.shifts):
            if pace not in self._parts.paces:
                self._parts.paces.append(pace)
                durations = {one.id: service_time(one.duration, pace) for one in self.problem.visits}
                self._kernel.add_pace(list(numbers.in_order(durations)))
                visit_part = self._parts.of_visits(visits) if written else None
        for place in range(len(self.problem.locations), len(problem.locations)):
            location = problem.locations[place]
            self._kernel.add_place(location.lat, location.lon, ways(problem, place))
        for name in what.gone:
            self._kernel.drop_visit(numbers.release(name))
        for visit in written:
            if visit.id in numbers.visits and not numbers.keeps(visit):
                self._kernel.drop_visit(numbers.release(visit.id))
        if visit_part is not None:
            called = [NEVER, *(numbers.visit(visit) for visit in visits)]
            self._kernel.write_visits(visit_part, called, list(range(1, len(written) + 1)))
        if what.people:
            self._follow_people(problem, what.people)
        self._kernel.settle()
        self.problem = problem
        return True

    def _to_write(self, problem: Problem, visits: Sequence[Visit]) -> list[Visit]:
        """These visits, and all that come after one that gets another number because its count of roles is another."""
        renumbered = {one.id for one in visits if one.id in self.numbers.visits and not self.numbers.keeps(one)}
        if not renumbered:
            return list(visits)
        known = {one.id for one in visits}
        others = (one for one in problem.visits if any(link.visit in renumbered for link in one.after))
        return [*visits, *(one for one in others if one.id not in known)]

    def _can_follow(self, problem: Problem, what: Difference) -> bool:
        things: list[Visit | Technician] = [*what.written, *what.people]
        new = sum(visit.id not in self.numbers.visits for visit in what.written)
        return (
            bool(self.problem.visits and self.problem.shifts and problem.shifts)
            and self.numbers.count + max(0, new - self.numbers.gone) <= _MOST_GROWN * self._at_first + 1
            and all(self._parts.fits(one) for one in things)
        )

    def _follow_people(self, problem: Problem, people: Sequence[Technician]) -> None:
        names = dict.fromkeys(name for one in people for shift in one.shifts for name in shift.committed)
        committed = [problem.visits[problem.visit_index[name]] for name in names]
        part = self._parts.of_technicians(people, committed)
        called = [NEVER, *(self.numbers.visits[one.id] for one in committed)]
        row = len(self._parts.paces)
        for one in people:
            kept = {(one.id, shift.id) for shift in one.shifts}
            for key in [key for key in self.numbers.routes if key[0] == one.id and key not in kept]:
                self._kernel.drop_route(self.numbers.close(key))
            for shift in one.shifts:
                owner, number = self._parts.owners[one.id], self.numbers.route((one.id, shift.id))
                self._kernel.write_route(part, called, row, number, owner)
                row += 1

    # -- the plan --------------------------------------------------------------------------------------------------

    def take_over(self, plan: Plan) -> None:
        """Go on from this plan. Raises :class:`KeyError` and :class:`ValueError` as to_kernel() does."""
        self._kernel.take_over(*self._decision(plan))

    def move(self, visit: str, plan: Plan) -> bool:
        """Go over to a plan in which one visit has a place or another one; False, and nothing done, where others would
        lose theirs.
        """
        others = len([task for task in self._kernel.open() if self.numbers.stop(task)[0] != visit])
        return self._kernel.go_over_to(*self._decision(plan), others)

    def evaluate(self, plan: Plan) -> dict[str, Fraction]:
        """What any plan costs: broken places by the id of a must, money under the policy by that of a term."""
        counts = self._kernel.evaluate(*self._decision(plan))
        return {name: Fraction(count, self.unit if name in TERMS else 1) for name, count in counts.items()}

    def _decision(self, plan: Plan) -> tuple[list[list[int]], list[list[int]]]:
        """A plan's decisions in this kernel's numbers."""
        known = to_kernel(self.problem, plan)
        tasks, gaps = self._kernel.decision()
        tasks, gaps = [[] for _ in tasks], [[NEVER] * len(one) for one in gaps]
        whose = [self.numbers.task(visit.id, role) for visit in self.problem.visits for role in range(len(visit.roles))]
        for key, stops, taken in zip(self.problem.shift_index, known.tasks, known.gaps, strict=True):
            number = self.numbers.routes[key]
            tasks[number], gaps[number] = [whose[task] for task in stops], list(taken)
        return tasks, gaps

    def put(self, visit: str, key: ShiftKey, position: int) -> bool:
        """Give a place to a visit without one that stands for itself; False, and nothing done, where none fits."""
        return self._kernel.put(self.numbers.visits[visit], self.numbers.routes[key], position)

    def route(self, key: ShiftKey) -> Route | None:
        """A shift's route, without times; None where it has no stops."""
        tasks, gaps = self._kernel.route(self.numbers.routes[key])
        if not tasks:
            return None
        shift = self.problem.shifts[self.problem.shift_index[key]][1]
        return Route(
            *key,
            tuple(Stop(*self.numbers.stop(task)) for task in tasks),
            tuple(TakenBreak(rest.id, gap) for rest, gap in zip(shift.breaks, gaps, strict=True) if gap != NEVER),
        )

    def routes(self) -> tuple[Route, ...]:
        """All routes with stops, in the order of the problem's shifts."""
        found = (self.route(key) for key in self.problem.shift_index)
        return tuple(route for route in found if route is not None)

    def keys(self, visit: str) -> list[ShiftKey]:
        """The shifts on which a visit stands."""
        where = self._kernel.where(self.numbers.visits[visit])
        return [self.numbers.shift(route) for route in where if route != NEVER]

    def appointment(self, visit: str) -> tuple[int, int] | None:
        """When a visit starts that hangs together with others, and for how long its crew stays; None for all others."""
        found = self._kernel.appointment(self.numbers.visits[visit])
        return None if found is None else (self.epoch + found[0], found[1])

    def left(self) -> set[str]:
        """The visits that nobody does, or not in every role."""
        return {self.numbers.stop(task)[0] for task in self._kernel.open()}

    # -- what could be ---------------------------------------------------------------------------------------------

    def offers(self, visit: str, most: int) -> list[Offer]:
        """The best places for a visit of one role, the cheapest first."""
        return [self._offer(*one) for one in self._kernel.offers(self.numbers.visits[visit], most)]

    def offers_of(self, visits: Sequence[Visit], most: int) -> list[list[Offer]]:
        """The same for visits that are not in the problem, each by itself."""
        for visit in visits:
            if not self._parts.fits(visit):
                raise ValueError(f"The kernel cannot count what {visit.id!r} asks for; insert it into the problem.")
        all_of_them = _with_those_before(self.problem, visits)
        part = self._parts.of_visits(all_of_them)
        called = [self.numbers.visits[one.id] for one in all_of_them[len(visits) :]]
        # As far as the kernel knows, the gauge is asked for too.
        _, *found = self._kernel.offers_of(part, [NEVER] * (1 + len(visits)) + called, most)
        return [[self._offer(*one) for one in offers] for offers in found]

    def _offer(self, change: int, route: int, position: int, gaps: Sequence[int]) -> Offer:
        return Offer(self.numbers.shift(route), position, tuple(gaps), change / self.unit)

    def improve(
        self,
        seconds: float,
        iterations: int | None,
        seed: int,
        around: Iterable[str],
        on_progress: Callable[[float, float, int, int], bool] | None,
    ) -> tuple[float, int, bool]:
        """Search from the plan as it stands: its cost then, the iterations, whether it was told to stop."""

        def report(elapsed: float, best: int, left: int, rounds: int) -> bool:
            return on_progress is None or bool(on_progress(elapsed, best / self.unit, left, rounds))

        near = [self.numbers.visits[name] for name in around]
        told = None if on_progress is None else report
        rounds, stopped = self._kernel.improve(seconds, iterations, seed, near, told)
        counts = self._kernel.evaluate(*self._kernel.decision())
        return sum(counts[term] for term in TERMS) / self.unit, rounds, stopped

    def halt(self) -> None:
        """Let a search that runs, and every one to come, end at once."""
        self._kernel.halt()

    def go_on(self) -> None:
        """Let searches run again."""
        self._kernel.go_on()


def _with_those_before(problem: Problem, visits: Sequence[Visit]) -> list[Visit]:
    """These visits, and then those that they come after."""
    names = {visit.id for visit in visits}
    before = dict.fromkeys(link.visit for visit in visits for link in visit.after if link.visit not in names)
    # What those come after in their turn is nobody's business here.
    others = (problem.visits[problem.visit_index[name]] for name in before)
    return [*visits, *(replace(one, after=()) for one in others)]
