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
from benchmarks.peers.asking import CannotSay, Unsuited, ask
from benchmarks.peers.peer import Limits
from benchmarks.quality.task import Outcome, Task
from optimizer.check import check, checked_cost
from optimizer.convert import read_benchmark
from optimizer.domain import Plan, Problem
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
    read_seconds = time.perf_counter() - began
    return replace(_by_peer(problem, task) if task.peer else _by_us(problem, task), read_seconds=read_seconds)


def _by_us(problem: Problem, task: Task) -> Outcome:
    began, cpu = time.perf_counter(), time.process_time()
    result = solve(problem, seconds=task.seconds, seed=task.seed, threads=task.threads)
    seconds, cpu, memory = time.perf_counter() - began, time.process_time() - cpu, peak_mb()
    judged = _judged(problem, result.plan, seconds, cpu, memory)
    return replace(judged, iterations=result.iterations)


def _by_peer(problem: Problem, task: Task) -> Outcome:
    answer = ask(problem, task.peer, task.setup, Limits(task.seconds, task.seed, task.threads))
    completed = answer.completed
    return replace(
        _judged(problem, completed.plan, answer.seconds, answer.cpu_seconds, answer.peak_mb),
        own_visits=completed.own,
        taken_out=completed.taken_out,
        put_in=completed.put_in,
        complete_seconds=answer.complete_seconds,
    )


def _judged(problem: Problem, plan: Plan, seconds: float, cpu: float, memory: float) -> Outcome:
    began = time.perf_counter()
    violations = check(problem, plan)
    return Outcome(
        visits=len(problem.visits),
        cost=checked_cost(problem, plan),
        routes=sum(1 for route in plan.routes if route.stops),
        unassigned=len(plan.unassigned),
        violations=len(violations),
        first_violation=violations[0] if violations else "",
        iterations=None,
        read_seconds=0.0,
        solve_seconds=seconds,
        cpu_seconds=cpu,
        check_seconds=time.perf_counter() - began,
        peak_mb=memory,
    )


def main() -> int:
    """Answer the task on standard input."""
    task = Task(**json.load(sys.stdin))
    try:
        outcome = run(task)
    except Unsuited as error:
        sys.stdout.write(json.dumps({"unsuited": str(error)}) + "\n")
        return 0
    except CannotSay as error:
        sys.stdout.write(json.dumps({"cannot_say": str(error)}) + "\n")
        return 0
    except Exception as error:  # whatever it is, it is a row of the table
        sys.stdout.write(json.dumps({"error": f"{type(error).__name__}: {error}"}) + "\n")
        return 1
    sys.stdout.write(json.dumps(asdict(outcome)) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
