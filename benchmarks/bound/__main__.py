"""The gap between plans and bounds: ``python -m benchmarks.bound --instances DIR --seconds 120``.

For each problem of a folder (or made up by ``--plain``), a plan is searched for, then a bound, which may better it
on the way. The gap is (plan - bound) / plan. Every plan is checked, and a bound above a best known value is called an
error: then one of the two is wrong.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks.generate import generate
from benchmarks.machine import conditions
from benchmarks.quality.families import FAMILIES, find
from benchmarks.quality.records import record_of
from benchmarks.tables import complain, number, say
from optimizer.bound import Bound, Status, lower_bound
from optimizer.check import check
from optimizer.convert import read_benchmark
from optimizer.domain import Problem
from optimizer.io import read_problem
from optimizer.solve import solve

_ROUNDING = 1e-6


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit status 1 where a plan breaks something or a bound is above a best known value."""
    options = _parser().parse_args(arguments)
    say(conditions().sentence())
    say(f"plan: {options.search:g} s, seed {options.seed}; bound: {options.seconds:g} s, {options.threads} threads")
    say(f"{'instance':<24}{'plan':>14}{'bound':>14}{'gap %':>8}  {'status':<11}{'rounds':>7}{'s':>7}  best known")
    gaps: list[float] = []
    closed = wrong = 0
    for name, problem, known in _problems(options):
        found = solve(problem, seconds=options.search, seed=options.seed, threads=options.threads)
        began = time.monotonic()
        bound = lower_bound(problem, found.plan, seconds=options.seconds, threads=options.threads)
        spent = time.monotonic() - began
        say(_line(name, bound, spent, known))
        if bound.gap is not None:
            gaps.append(bound.gap)
        closed += bound.status is Status.OPTIMAL
        wrong += _complaints(name, problem, bound, known)
    if gaps:
        say(f"mean gap {100 * sum(gaps) / len(gaps):.2f} % over {len(gaps)}, largest {100 * max(gaps):.2f} %")
        say(f"{closed} proved optimal")
    return 1 if wrong else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.bound", description="The gap of plans to bounds.")
    parser.add_argument("--instances", type=Path, help="folder with problems; best known values in its bks.csv")
    parser.add_argument("--only", help="pattern of names, such as 'R1*'")
    parser.add_argument("--plain", type=int, metavar="VISITS", help="made-up plain problems of this size instead")
    parser.add_argument("--count", type=int, default=5, help="so many of them (default 5)")
    parser.add_argument("--search", type=float, default=10.0, help="seconds for each plan (default 10)")
    parser.add_argument("--seconds", type=float, default=120.0, help="seconds for each bound (default 120)")
    parser.add_argument("--seed", type=int, default=1, help="of the search (default 1)")
    parser.add_argument("--threads", type=int, default=1, help="default 1")
    return parser


def _problems(options: argparse.Namespace) -> Iterator[tuple[str, Problem, float | None]]:
    """Each with its name and what is known to be the best, if anything is."""
    if options.plain:
        for seed in range(1, options.count + 1):
            problem = generate("plain", options.plain, seed)
            yield problem.name, problem, None
        return
    if options.instances is None:
        complain("give --instances DIR, or --plain VISITS")
        sys.exit(2)
    instances, _ = find(options.instances, None, options.only)
    for instance in instances:
        reader = FAMILIES[instance.family].reader
        problem = read_problem(instance.path) if reader == "json" else read_benchmark(reader, instance.path)
        yield instance.name, problem, record_of(instance, "dimacs").value


def _line(name: str, bound: Bound, spent: float, known: float | None) -> str:
    total = None if bound.total is None else float(bound.total)
    gap = None if bound.gap is None else 100 * bound.gap
    return (
        f"{name:<24}{number(total):>14}{number(float(bound.value)):>14}{number(gap):>8}  {bound.status:<11}"
        f"{bound.rounds:>7}{spent:>7.1f}  {number(known)}"
    )


def _complaints(name: str, problem: Problem, bound: Bound, known: float | None) -> int:
    said = [] if bound.plan is None else check(problem, bound.plan)
    if known is not None and float(bound.value) > known * (1 + _ROUNDING):
        said.append(f"the bound {float(bound.value):.2f} is above the best known {known:.2f}")
    for sentence in said:
        complain(f"{name}: {sentence}")
    return len(said)


if __name__ == "__main__":
    sys.exit(main())
