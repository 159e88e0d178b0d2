"""lower_bound(): a cost that no plan of a problem is below, and how far a plan is from it at most."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from fractions import Fraction

from optimizer.bound.closing import combine
from optimizer.bound.columns import columns_of, plan_of
from optimizer.bound.exact import MOST_VISITS, solve_exactly
from optimizer.bound.floor import Floored, floored
from optimizer.bound.generation import Clock, Generation
from optimizer.bound.master import Rows
from optimizer.bound.shapes import Kind, kinds, roles
from optimizer.domain import Plan, Problem
from optimizer.kernel.data import NEVER, KernelData
from optimizer.policy import DEFAULT, Policy
from optimizer.scoring import score, to_kernel, to_plan
from optimizer.solve import solve

_SEARCH_SHARE, _MOST_SEARCH = 0.1, 10.0
"""Without a plan, so much of the time goes into finding one: its routes are where column generation begins."""
_CLOSE = 0.01
"""Gaps from here on are tried to be closed by listing every route that could be in a better plan."""
_WORTH_ANOTHER = 0.8
"""Listing is tried again when the gap has shrunk by this factor."""
_MOST_LISTED, _LAST_LISTED = 10_000, 3
"""So many routes at most, and so many times more in the last try."""
_WHOLE = 1 - 1e-6
_LATE = 0.6
"""After this share of the time a gap of any size is tried to be closed, once."""
_MOST_IDLE, _IDLE_SHARE = 5, 0.01
"""Rounds of cuts in a row that close less than this share of the gap: then it is time to list."""
_LISTING_SHARE, _PROOF_SHARE = 0.15, 0.4
"""Of the time that is left, for listing, and for putting together the best plan of all that was listed."""
_MOST_COMBINING = 60.0
"""Seconds for putting together a plan where not all was listed: that proves nothing, and cuts have to go on."""


class Status(StrEnum):
    """How a search for a bound ended."""

    OPTIMAL = "optimal"
    """The plan costs what the bound says: no plan is better."""
    CONVERGED = "converged"
    """This way of bounding has no better bound; a gap is left."""
    STOPPED = "stopped"
    """The time was over; more of it may give a better bound."""
    INFEASIBLE = "infeasible"
    """No plan does every visit that must be done and keeps every other must."""


@dataclass(frozen=True, slots=True)
class Bound:
    """No plan in which every must holds costs less than ``value``, in money under the policy.

    ``plan`` is the best plan known (the one given, or a better one met on the way) and ``total`` what it costs; both
    None where no plan is known in which every must holds. ``relaxed`` names what of the problem was let go of, which
    makes the bound lower than it could be, never wrong.
    """

    value: Fraction
    status: Status
    plan: Plan | None
    total: Fraction | None
    relaxed: tuple[str, ...]
    rounds: int
    seconds: float

    @property
    def gap(self) -> float | None:
        """The share of the plan's cost that could be saved at most; None without a plan."""
        if self.total is None or self.status is Status.INFEASIBLE:
            return None
        return float((self.total - self.value) / self.total) if self.total > 0 else 0.0


@dataclass(frozen=True, slots=True)
class BoundProgress:
    """Where a search for a bound stands: seconds, the bound and the best plan's total so far, rounds."""

    elapsed: float
    bound: Fraction
    best: Fraction | None
    rounds: int


OnBound = Callable[[BoundProgress], bool]
"""Called each round; returning False ends the search, and the bound so far is the result."""


def lower_bound(
    problem: Problem,
    plan: Plan | None = None,
    *,
    policy: Policy = DEFAULT,
    seconds: float = 60.0,
    threads: int = 1,
    on_progress: OnBound | None = None,
) -> Bound:
    """The best bound found in so many seconds; it holds whenever the search ends.

    Column generation on the set-partitioning relaxation, with subset-row cuts; see
    ``docs/explanation/how-good-a-plan-can-be.md`` for what is solved and why its value is a bound. Without a ``plan``
    one is searched for. Crews, ``after`` and balance are relaxed.

    Raises :class:`ValueError` for a time or a number of threads that makes no sense, or where a shift may do more than
    1024 visits, and :class:`KeyError` for a plan that names what the problem does not have.
    """
    if not seconds >= 0:
        raise ValueError(f"seconds is {seconds}; give a time limit of 0 or more")
    if not 1 <= threads <= 256:
        raise ValueError(f"threads is {threads}; give a number from 1 to 256")
    search = _Search(problem, policy, Clock(seconds), threads, on_progress)
    search.begin(plan)
    try:
        search.run()
    finally:
        search.generation.close()
    return search.result()


class _Search:
    def __init__(
        self, problem: Problem, policy: Policy, clock: Clock, threads: int, on_progress: OnBound | None
    ) -> None:
        self.problem, self.policy, self.clock, self.threads = problem, policy, clock, threads
        self.on_progress = on_progress
        self.floored: Floored = floored(problem, policy)
        self.data = self.floored.data
        self.must = [bool(one) for one in self.data.must]
        self.kinds = kinds(self.data)
        self.plan: Plan | None = None
        self.total: Fraction | None = None
        self.closed = 0
        self.tried: float | None = None
        self.last_tried = False

    def begin(self, plan: Plan | None) -> None:
        """A plan and its routes, to begin with."""
        if plan is None:
            share = min(_MOST_SEARCH, _SEARCH_SHARE * self.clock.seconds)
            plan = solve(self.problem, policy=self.policy, seconds=share, threads=self.threads).plan
        self.offer(plan)
        self.most = _most(self.data)
        undone = self.most if self.total is None else self.counted(self.total)
        self.rows = Rows(
            roles=tuple(roles(self.data).tolist()),
            absent=tuple(
                undone + 1 if must else cost for must, cost in zip(self.must, _absent(self.data), strict=True)
            ),
            shifts=tuple(len(kind.routes) for kind in self.kinds),
            needed=tuple(kind.needed for kind in self.kinds),
        )
        self.generation = Generation(self.rows, self.must, self.kinds, self.clock, self.threads)
        self.generation.add(columns_of(to_kernel(self.problem, plan), self.kinds, self.data))

    def run(self) -> None:
        """Bound, cut, list; until the gap is closed, nothing more is known, or the time is over."""
        idle = 0
        while self.clock.left > 0 and not self.done():
            before = self.generation.proof.bound
            self.generation.best = best = None if self.total is None else self.counted(self.total)
            self.generation.converge(self.report)
            self.take()
            if not self.generation.converged or self.done():
                break
            late = not self.last_tried and (idle >= _MOST_IDLE or self.clock.elapsed > _LATE * self.clock.seconds)
            self.close(last=late)
            least = 1 if best is None else max(1, int(_IDLE_SHARE * (best - before)))
            idle = 0 if self.generation.proof.bound - before >= least else idle + 1
            if self.done() or not self.generation.tighten():
                break
        if not self.done() and not self.last_tried and self.clock.left > 0 and self.report():
            self.close(last=True)
        if not self.done() and self.clock.left > 0 and len(self.must) <= MOST_VISITS and self.report():
            self.whole()

    def whole(self) -> None:
        """Ask CP-SAT about the whole problem at once: it relaxes nothing of what hangs together."""
        start = None if self.plan is None else to_kernel(self.problem, self.plan)
        found = solve_exactly(self.data, self.clock.left, self.threads, start)
        if found.impossible:
            self.closed = self.most + 1
        else:
            self.closed = max(self.closed, found.bound)
        if found.plan is not None:
            self.offer(to_plan(self.problem, found.plan))

    def close(self, *, last: bool = False) -> None:
        """List every route that could be in a better plan, if the gap is small enough, and combine them."""
        if self.total is None or not self.single_roles():
            return
        best, bound = self.counted(self.total), self.bound()
        gap = best - bound
        if not last and (gap > _CLOSE * best or (self.tried is not None and gap > _WORTH_ANOTHER * self.tried)):
            return
        self.tried, self.last_tried = gap, self.last_tried or last
        seconds = (_PROOF_SHARE if last else _LISTING_SHARE) * self.clock.left
        most = _MOST_LISTED * (_LAST_LISTED if last else 1)
        listed = self.generation.every(best - self.generation.proof.bound, most, seconds)
        columns = listed if listed is not None else list(self.generation.master.columns)
        # What comes of all that could be in a better plan is a proof, and worth waiting for.
        seconds = _PROOF_SHARE * self.clock.left if listed is not None else min(seconds, _MOST_COMBINING)
        combined = combine(
            columns,
            self.rows,
            self.must,
            best,
            min(seconds, self.clock.left),
            self.threads,
            self.generation.master.cuts,
        )
        if combined.columns is not None:
            self.offer(to_plan(self.problem, plan_of(combined.columns, self.kinds, self.data)))
        if listed is not None:
            self.closed = max(self.closed, combined.bound)

    def take(self) -> None:
        """Where the master uses whole routes only, and all it needs, they are a plan: take it."""
        used = self.generation.solved.used
        if used and self.single_roles() and all(share > _WHOLE for _, share in used):
            columns = [column for column, _ in used]
            visits = [visit for column in columns for visit in column.visits]
            if len(set(visits)) == len(visits):
                self.offer(to_plan(self.problem, plan_of(columns, self.kinds, self.data)))

    def single_roles(self) -> bool:
        """Whether no visit needs a crew: then routes of a relaxation make a plan."""
        return all(one == 1 for one in self.rows.roles)

    def offer(self, plan: Plan) -> bool:
        """Take a plan for the best known, where every must holds and none was cheaper; whether every must holds."""
        card = score(self.problem, plan, self.policy)
        if card.hard == 0 and (self.total is None or card.total < self.total):
            self.plan, self.total = replace(plan, cost=card.cost), card.total
        return card.hard == 0

    def counted(self, total: Fraction) -> int:
        """A plan's total in the whole numbers of the data, rounded up."""
        return -int(-total * self.data.unit // 1)

    def bound(self) -> int:
        """The bound so far: a plan's cost is a multiple of the step, so up to the next one."""
        step = self.floored.step
        best = max(0, self.generation.proof.bound, self.closed)
        return -(-best // step) * step

    def done(self) -> bool:
        """Whether the gap is closed, or no plan is possible."""
        if self.total is not None:
            return self.bound() >= self.counted(self.total)
        return self.bound() > self.most

    def report(self) -> bool:
        if self.done():
            return False
        if self.on_progress is None:
            return True
        value = Fraction(self.bound(), self.data.unit)
        return bool(self.on_progress(BoundProgress(self.clock.elapsed, value, self.total, self.generation.rounds)))

    def result(self) -> Bound:
        value = Fraction(self.bound(), self.data.unit)
        if self.total is not None:
            value = min(value, self.total)
        return Bound(
            value=value,
            status=self.status(value),
            plan=self.plan,
            total=self.total,
            relaxed=_relaxed(self.problem, self.kinds, self.data),
            rounds=self.generation.rounds,
            seconds=self.clock.elapsed,
        )

    def status(self, value: Fraction) -> Status:
        if self.total is None and self.bound() > self.most:
            return Status.INFEASIBLE
        if self.total is not None and value >= self.total:
            return Status.OPTIMAL
        return Status.CONVERGED if self.generation.converged else Status.STOPPED


def _absent(data: KernelData) -> list[int]:
    """What each visit costs that nobody does."""
    cost = data.drop_cost.copy()
    for unless in data.unless.values():
        dropped = unless.when_dropped != 0
        for visit, amount in zip(unless.visit[dropped].tolist(), unless.cost[dropped].tolist(), strict=True):
            cost[visit] += amount
    return [int(one) for one in cost]


def _most(data: KernelData) -> int:
    """More than any plan costs in which every must holds."""
    last = int((data.route_end + data.max_overtime).max(initial=0))
    most = sum(_absent(data)) + sum(int(unless.cost.sum()) for unless in data.unless.values())
    for ramps in data.ramps.values():
        late = [max(0, last - knee) for knee in ramps.knee.tolist()]
        most += sum(j + s * t for j, s, t in zip(ramps.jump.tolist(), ramps.slope.tolist(), late, strict=True))
    for route in range(len(data.route_owner)):
        hours = int(data.route_end[route] + data.max_overtime[route] - data.route_start[route])
        rates = data.travel_rate[route] + data.duty_rate[route] + data.overtime_rate[route]
        most += int(data.route_cost[route]) + hours * (int(rates) + (data.balance_rate if _balanced(data) else 0))
        table = data.travel[data.route_travel[route]]
        if table.durations is None:
            far = 25_000_000 * (1 + int(table.detour_factor))
        else:
            far = 0 if table.distances is None else int(table.distances.max(initial=0))
        most += int(data.metre_rate[route]) * far * (len(data.visit_location) + 1)
    return most


def _balanced(data: KernelData) -> bool:
    return data.balance_target != NEVER


def _relaxed(problem: Problem, kinds: list[Kind], data: KernelData) -> tuple[str, ...]:
    """What of the problem the bound lets go of, in the words of the planning model."""
    held = set(data.hold_visit.tolist())
    found = {
        "crews": any(len(visit.roles) > 1 for visit in problem.visits),
        "after": any(visit.after for visit in problem.visits),
        "balance": problem.balance is not None and problem.balance.cost_per_hour_over > 0,
        "duty": any(kind.shape.duty and _uneven(kind, held) for kind in kinds),
    }
    return tuple(name for name, there in found.items() if there)


def _uneven(kind: Kind, held: set[int]) -> bool:
    """Whether a route that leaves as late as the last windows allow may leave later than the planning model says."""
    windows = kind.shape.window_node
    return not held.isdisjoint(kind.visits) or len(windows) != len(set(windows.tolist()))
