"""One instance, one seed, one process: read, solve, check, and say what came of it as a line of JSON.

Takes a :class:`~benchmarks.quality.task.Task` as JSON on standard input. Started by :mod:`benchmarks.quality.run`.
"""

from __future__ import annotations

import json
import sys
import time
from dataclasses import asdict, replace
from pathlib import Path

from benchmarks.machine import peak_mb
from benchmarks.quality.task import Outcome, Task
from optimizer.check import check, checked_cost
from optimizer.convert import read_benchmark
from optimizer.domain import Problem
from optimizer.io import read_problem
from optimizer.solve import solve

VEHICLE_PRICE = 100_000.0
"""Under the SINTEF convention: more than any distance, so that fewest vehicles come first."""


def read(task: Task) -> Problem:
    """The problem of a task, in the units of its best known values."""
    if task.reader == "json":
        return read_problem(Path(task.path))
    sintef = task.reader == "solomon" and task.convention == "sintef"
    problem = read_benchmark(task.reader, Path(task.path), "thousandths" if sintef else None)
    if not sintef:
        return problem
    return replace(
        problem,
        technicians=tuple(
            replace(one, costs=replace(one.costs, per_shift=VEHICLE_PRICE)) for one in problem.technicians
        ),
    )


def run(task: Task) -> Outcome:
    """Read, solve and check."""
    began = time.perf_counter()
    problem = read(task)
    was_read, cpu = time.perf_counter(), time.process_time()
    result = solve(problem, seconds=task.seconds, seed=task.seed, threads=task.threads)
    solved, cpu, memory = time.perf_counter(), time.process_time() - cpu, peak_mb()
    violations = check(problem, result.plan)
    cost = checked_cost(problem, result.plan)
    return Outcome(
        visits=len(problem.visits),
        cost=cost,
        routes=sum(1 for route in result.plan.routes if route.stops),
        unassigned=len(result.plan.unassigned),
        violations=len(violations),
        first_violation=violations[0] if violations else "",
        iterations=result.iterations,
        read_seconds=was_read - began,
        solve_seconds=solved - was_read,
        cpu_seconds=cpu,
        check_seconds=time.perf_counter() - solved,
        peak_mb=memory,
    )


def main() -> int:
    """Answer the task on standard input."""
    task = Task(**json.load(sys.stdin))
    try:
        outcome = run(task)
    except Exception as error:  # whatever it is, it is a row of the table
        sys.stdout.write(json.dumps({"error": f"{type(error).__name__}: {error}"}) + "\n")
        return 1
    sys.stdout.write(json.dumps(asdict(outcome)) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
