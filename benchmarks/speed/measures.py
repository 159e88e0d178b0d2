"""What is measured: each function takes a problem and answers with numbers; none of them judges quality."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from benchmarks.speed.timing import Timed, timed
from benchmarks.tables import number, table
from optimizer.domain import Problem
from optimizer.native import Kernel
from optimizer.scoring import lower
from optimizer.solve import solve

_SHORT_SEARCH = 200
"""Rounds of search that make the plan which is evaluated."""

_NO_LIMIT = 1e9


def lowering(problem: Problem, rounds: int) -> list[Timed]:
    """From a problem to kernel arrays, and from these to a kernel that is ready."""
    data = lower(problem)
    return [
        timed("lower", f"lower {problem.name}", lambda: lower(problem), rounds),
        timed("lower", f"kernel {problem.name}", lambda: Kernel(data), rounds),
    ]


def evaluating(problem: Problem, rounds: int) -> list[Timed]:
    """What a whole plan costs, by the native kernel: the plan of a short search."""
    kernel = Kernel(lower(problem))
    found = kernel.search(seconds=_NO_LIMIT, rounds=_SHORT_SEARCH, seed=1, threads=1, start=None, report=None)
    tasks, gaps = found["tasks"], found["gaps"]
    return [timed("evaluate", f"evaluate {problem.name}", lambda: kernel.evaluate(tasks, gaps), rounds)]


def first_plan(problem: Problem, rounds: int) -> list[Timed]:
    """From a problem to the first complete plan, with its times, cost and reasons: ``solve`` without a search."""
    return [timed("first", f"first plan {problem.name}", lambda: solve(problem, iterations=0), rounds, least=0.0)]


@dataclass(frozen=True, slots=True)
class Searched:
    """Runs of the search alone, each of one seed: how many iterations in how many seconds, and how many it got."""

    name: str
    iterations: tuple[int, ...]
    seconds: tuple[float, ...]
    cpu_seconds: tuple[float, ...]


def searching(problem: Problem, seconds: float, rounds: int) -> Searched:
    """Iterations in a given time, with the seeds 1, 2, …"""
    kernel = Kernel(lower(problem))
    iterations, walls, cpus = [], [], []
    for seed in range(1, rounds + 1):
        cpu, wall = time.process_time(), time.perf_counter()
        found = kernel.search(seconds=seconds, rounds=None, seed=seed, threads=1, start=None, report=None)
        walls.append(time.perf_counter() - wall)
        cpus.append(time.process_time() - cpu)
        iterations.append(found["rounds"])
    return Searched(f"search {problem.name}", tuple(iterations), tuple(walls), tuple(cpus))


def search_table(found: Sequence[Searched]) -> str:
    """Iterations by the second of the clock and by the second of the processor, which depends less on neighbours."""
    rows = []
    for one in found:
        by_clock = [count / wall for count, wall in zip(one.iterations, one.seconds, strict=True)]
        by_cpu = [count / max(cpu, 1e-9) for count, cpu in zip(one.iterations, one.cpu_seconds, strict=True)]
        share = 100 * sum(one.cpu_seconds) / sum(one.seconds)
        cells = [f"{value:,.0f}" for value in (min(by_clock), median(by_clock), max(by_clock))]
        cells += [f"{value:,.0f}" for value in (min(by_cpu), median(by_cpu), max(by_cpu))]
        rows.append([one.name, *cells, f"{share:.0f}", str(len(one.iterations))])
    headings = ["name (iterations)", "min / s", "median / s", "max / s", "min / CPU s", "median / CPU s", "max / CPU s"]
    return table([*headings, "CPU %", "rounds"], rows)


@dataclass(frozen=True, slots=True)
class Limited:
    """A time limit and what ``solve`` took."""

    name: str
    limit: float
    seconds: tuple[float, ...]


def limits(problem: Problem, limits: Sequence[float], rounds: int) -> list[Limited]:
    """How long ``solve`` takes under time limits, with the seeds 1, 2, …"""
    found = []
    for limit in limits:
        taken = []
        for seed in range(1, rounds + 1):
            began = time.perf_counter()
            solve(problem, seconds=limit, seed=seed)
            taken.append(time.perf_counter() - began)
        found.append(Limited(f"limit {problem.name}", limit, tuple(taken)))
    return found


def limit_table(found: Sequence[Limited]) -> str:
    """Limits against what was taken; ``over`` is what the slowest run took beyond the limit."""
    rows = []
    for one in found:
        shown = [number(value, 3) for value in (min(one.seconds), median(one.seconds), max(one.seconds))]
        over = max(one.seconds) - one.limit
        rows.append([one.name, f"{one.limit:g}", *shown, number(1000 * over, 1), number(100 * over / one.limit)])
    headings = ["name (s)", "limit", "min", "median", "max", "over, ms", "over, %"]
    return table([*headings, "rounds"], [[*row, str(len(one.seconds))] for row, one in zip(rows, found, strict=True)])
