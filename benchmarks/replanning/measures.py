"""What is measured: how long the first answers take, and how good half a second makes them."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from math import ceil
from random import Random

from benchmarks.replanning.days import insert, urgent
from optimizer.check import check
from optimizer.domain import Plan, Problem, TimeWindow, Visit
from optimizer.solve import solve
from optimizer.warm import RunningPlan

HOUR = 3600
LATE = 1800
"""Seconds by which a route is delayed."""


@dataclass
class Latencies:
    """Milliseconds of each thing that was asked, by what was asked."""

    of: dict[str, list[float]] = field(default_factory=dict)

    @contextmanager
    def timing(self, what: str) -> Iterator[None]:
        """Note how long the block takes."""
        began = time.perf_counter()
        yield
        self.of.setdefault(what, []).append(1000 * (time.perf_counter() - began))


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that so large a share of all does not exceed."""
    ordered = sorted(values)
    return ordered[max(0, ceil(share * len(ordered)) - 1)]


def latencies(problem: Problem, plan: Plan, count: int, seed: int) -> Latencies:
    """So many urgent visits, one after another, each into the plan as the one before left it, and then what else
    happens. Each first placement is taken, and the visit removed again.
    """
    found, random = Latencies(), Random(seed)
    running = RunningPlan(problem, plan)
    for number in range(count):
        place, visit = urgent(problem, random, number)
        with found.timing("urgent visit to first placement"):
            visit = insert(running, place, visit)
            offered = running.placements(visit.id, most=1)
        with found.timing("its ten best placements"):
            running.placements(visit.id, most=10)
        if offered:
            with found.timing("taking the first"):
                running.take(offered[0])
        with found.timing("removing a visit"):
            running.remove(visit.id)
    return found


def other_changes(problem: Problem, plan: Plan, count: int, seed: int) -> Latencies:
    """So many of each other change, each into the plan as it was."""
    found, random = Latencies(), Random(seed)
    running = RunningPlan(problem, plan)
    windows = _windows(problem)
    used = [(route.technician, route.shift) for route in plan.routes]
    for number in range(count):
        changed = _sooner(random.choice([one for one in problem.visits if one.arrive_by or one.complete_by]))
        technician, shift = random.choice(used)
        _, visit = urgent(problem, random, number)
        with found.timing("changing a promise"):
            running.change(changed)
        running.become(problem)
        with found.timing("delaying a route"):
            running.delay(technician, shift, LATE)
        running.become(problem)
        with found.timing("losing a technician"):
            running.lose(technician)
        running.become(problem)
        running.take_over(plan)
        with found.timing(f"placements in {len(windows)} windows"):
            running.booking(visit, windows)
    return found


def _sooner(visit: Visit) -> Visit:
    """The visit with its promises an hour earlier."""
    arrive, complete = (
        None if promise is None else replace(promise, at=promise.at - HOUR)
        for promise in (visit.arrive_by, visit.complete_by)
    )
    return replace(visit, arrive_by=arrive, complete_by=complete)


def _windows(problem: Problem) -> list[TimeWindow]:
    """Windows of two hours from the first shift's start on."""
    first = min(shift.start for _, shift in problem.shifts)
    return [TimeWindow(first + k * 2 * HOUR, first + (k + 1) * 2 * HOUR) for k in range(4)]


@dataclass(frozen=True, slots=True)
class Repaired:
    """One urgent visit: what the plan costs with its first placement, after a short improvement, and solved again."""

    first: float
    soon: float
    again: float
    iterations: int
    complaints: tuple[str, ...]

    @property
    def ratio(self) -> float:
        """What the short improvement costs over the long search from the same start."""
        return self.soon / self.again


def repaired(problem: Problem, plan: Plan, number: int, seed: int, soon: float, again: float) -> Repaired:
    """One urgent visit into the plan: its first placement, so many seconds of improvement around it, and the same
    problem solved for so many seconds from the plan with that placement.
    """
    running = RunningPlan(problem, plan)
    visit = insert(running, *urgent(problem, Random(f"{seed} {number}"), number))
    offered = running.placements(visit.id, most=1)
    if offered:
        running.take(offered[0])
    start = running.plan()
    done = running.improve(seconds=soon, seed=seed, around=[visit.id])
    better = running.plan()
    solved = solve(running.problem, seconds=again, seed=seed, start=start)
    complaints = (*check(running.problem, better), *check(running.problem, solved.plan))
    return Repaired(
        start.cost["total"], better.cost["total"], float(solved.scorecard.total), done.iterations, complaints
    )
