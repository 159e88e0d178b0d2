"""solve(): lower the problem, search, and come back with a plan that says its times, its cost and its reasons."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from optimizer.domain import Plan, Problem, Unassigned
from optimizer.kernel.data import KernelPlan
from optimizer.native import Kernel
from optimizer.policy import DEFAULT, Policy
from optimizer.scoring import Scorecard, lower, score, to_kernel, to_plan
from optimizer.unplanned import reasons

DEFAULT_SECONDS = 10.0
_FOREVER = 1e9


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a search stands: seconds since :func:`solve` began, the best total so far, what it leaves undone."""

    elapsed: float
    best: float
    unassigned: int
    iterations: int


OnProgress = Callable[[Progress], bool]
"""Called several times a second; returning False cancels, and the best plan so far is the result."""


@dataclass(frozen=True, slots=True)
class Result:
    """The best plan found, complete with times, cost and reasons, and how it came about."""

    plan: Plan
    scorecard: Scorecard
    iterations: int
    seconds: float
    cancelled: bool

    @property
    def feasible(self) -> bool:
        """Whether every must holds. A plan that cannot do a must is still the best that was found."""
        return self.scorecard.hard == 0


def solve(
    problem: Problem,
    *,
    policy: Policy = DEFAULT,
    seconds: float | None = None,
    iterations: int | None = None,
    seed: int = 1,
    threads: int = 1,
    start: Plan | None = None,
    on_progress: OnProgress | None = None,
) -> Result:
    """The best plan found for a problem within a limit.

    The limit is ``seconds`` of wall time (10 where no limit is given), or a number of ``iterations``, or both. Under
    an iteration limit alone the same seed and number of threads give the same plan on every machine. ``start`` is a
    plan to begin from; what of it cannot be driven any more is left out, and the result is never worse than the rest.
    Several ``threads`` work on one plan side by side, each on a part of it that is cut anew again and again. With too
    few technicians for that they search independently, and the best plan wins. ``iterations`` are of each thread.

    Raises :class:`ValueError` for a limit, seed or number of threads that makes no sense, and :class:`KeyError` for a
    ``start`` that names visits or shifts the problem does not have.
    """
    began = time.monotonic()
    _refuse_nonsense(seconds, iterations, seed, threads)
    data = lower(problem, policy)
    lowered = time.monotonic() - began
    if seconds is None:
        seconds = _FOREVER if iterations is not None else DEFAULT_SECONDS
    kernel = Kernel(data)
    given = to_kernel(problem, start) if start is not None else None
    spent = time.monotonic() - began
    # Walking, scoring and explaining the plan afterwards takes about as long as lowering it did.
    found = kernel.search(
        seconds=max(0.0, seconds - spent - lowered),
        rounds=iterations,
        seed=seed,
        threads=threads,
        start=None if given is None else ([list(t) for t in given.tasks], [list(g) for g in given.gaps]),
        report=None if on_progress is None else _reporter(on_progress, data.unit, spent),
    )
    plan = to_plan(problem, KernelPlan(tuple(map(tuple, found["tasks"])), tuple(map(tuple, found["gaps"]))))
    placements = {visit: (route, change / data.unit) for visit, route, change in found["placements"]}
    plan = replace(
        plan,
        unassigned=tuple(
            Unassigned(one.visit, reasons(problem, data, problem.visit_index[one.visit], placements))
            for one in plan.unassigned
        ),
    )
    scorecard = score(problem, plan, policy)
    plan = replace(plan, cost=scorecard.cost)
    return Result(plan, scorecard, found["rounds"], time.monotonic() - began, found["stopped"])


def _refuse_nonsense(seconds: float | None, iterations: int | None, seed: int, threads: int) -> None:
    if seconds is not None and not 0 <= seconds < _FOREVER:
        raise ValueError(f"seconds is {seconds}; give a time limit of 0 or more")
    if iterations is not None and iterations < 0:
        raise ValueError(f"iterations is {iterations}; give a number of 0 or more")
    if not 0 <= seed < 2**63:
        raise ValueError(f"seed is {seed}; give a whole number from 0 to 2^63 - 1")
    if not 1 <= threads <= 256:
        raise ValueError(f"threads is {threads}; give a number from 1 to 256")


def _reporter(on_progress: OnProgress, unit: int, spent: float) -> Callable[[float, int, int, int], bool]:
    def report(elapsed: float, best: int, unassigned: int, rounds: int) -> bool:
        return bool(on_progress(Progress(elapsed + spent, best / unit, unassigned, rounds)))

    return report
