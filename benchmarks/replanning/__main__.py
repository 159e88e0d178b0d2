"""``python -m benchmarks.replanning --instances DIR``: a running plan and what happens to it, on one thread.

For each problem a plan is searched for. Then urgent visits come, and it is measured how long it takes from the news to
a placement that has been judged, what other changes take, and how good the plan is half a second later, against the
same problem solved again for longer from the same start. Every plan is checked.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from benchmarks.generate import generate
from benchmarks.machine import conditions
from benchmarks.quality.families import FAMILIES, find
from benchmarks.replanning.days import published
from benchmarks.replanning.measures import Latencies, Repaired, latencies, other_changes, percentile, repaired
from benchmarks.tables import complain, geometric_mean, number, say, table
from optimizer.convert import read_benchmark
from optimizer.domain import Problem
from optimizer.io import read_problem
from optimizer.solve import solve


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit status 1 where a plan breaks something."""
    options = _parser().parse_args(arguments)
    say(conditions().sentence())
    say(f"plan: {options.search:g} s; improvement: {options.soon:g} s; solved again: {options.again:g} s; one thread;")
    say(f"seed {options.seed}; leaving the published plan costs {options.stability:g} a visit and an hour")
    wrong = 0
    for problem in _problems(options):
        found = solve(problem, seconds=options.search, seed=options.seed)
        if options.stability:
            problem = published(problem, found.plan, options.stability)
        say(f"\n{problem.name or 'a problem'}: {len(problem.visits)} visits, cost {float(found.scorecard.total):.2f}")
        say(_latency_table(latencies(problem, found.plan, options.visits, options.seed)))
        say(_latency_table(other_changes(problem, found.plan, options.changes, options.seed)))
        cases = [
            repaired(problem, found.plan, case, options.seed, options.soon, options.again)
            for case in range(options.cases)
        ]
        if cases:
            say(_repair_table(cases))
            say(_summary(cases))
        for case in cases:
            for sentence in case.complaints:
                complain(f"{problem.name}: {sentence}")
                wrong += 1
    return 1 if wrong else 0


def _latency_table(found: Latencies) -> str:
    rows = [
        [what, *(number(percentile(times, share), 2) for share in (0.5, 0.9, 0.99, 1)), str(len(times))]
        for what, times in found.of.items()
    ]
    return table(["asked (ms)", "p50", "p90", "p99", "max", "times"], rows)


def _repair_table(cases: Sequence[Repaired]) -> str:
    rows = [
        [
            str(index),
            *(number(cost, 0) for cost in (case.first, case.soon, case.again)),
            number(case.ratio, 4),
            str(case.iterations),
        ]
        for index, case in enumerate(cases)
    ]
    return table(["urgent visit", "first", "soon", "again", "soon / again", "iterations"], rows)


def _summary(cases: Sequence[Repaired]) -> str:
    ratios = [case.ratio for case in cases]
    mean = number(geometric_mean(ratios), 4)
    return f"soon / again: geometric mean {mean}, worst {number(max(ratios), 4)}, of {len(ratios)}"


def _problems(options: argparse.Namespace) -> list[Problem]:
    if options.instances is None:
        return [generate(kind, options.size, options.seed) for kind in options.kinds.split(",")]
    found = []
    instances, _ = find(options.instances, None, options.only)
    for instance in instances:
        reader = FAMILIES[instance.family].reader
        found.append(read_problem(instance.path) if reader == "json" else read_benchmark(reader, instance.path))
    if not found:
        complain(f"--instances {options.instances}: nothing there that --only {options.only} asks for")
        sys.exit(2)
    return found


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.replanning", description=__doc__.splitlines()[0])
    parser.add_argument("--instances", type=Path, help="folder with problems; without it they are made up")
    parser.add_argument("--only", help="pattern of names, such as '*-1000-*'")
    parser.add_argument("--kinds", default="plain,rich", help="of made-up problems (default plain,rich)")
    parser.add_argument("--size", type=int, default=1000, help="visits of made-up problems (default 1000)")
    parser.add_argument("--visits", type=int, default=200, help="urgent visits for the latencies (default 200)")
    parser.add_argument("--changes", type=int, default=20, help="other changes of each kind (default 20)")
    parser.add_argument("--cases", type=int, default=5, help="urgent visits that are solved again (default 5)")
    parser.add_argument("--search", type=float, default=60.0, help="seconds for the running plan (default 60)")
    parser.add_argument("--soon", type=float, default=0.5, help="seconds of improvement (default 0.5)")
    parser.add_argument(
        "--again", type=float, default=10.0, help="seconds of the search it is held against (default 10)"
    )
    parser.add_argument("--stability", type=float, default=0.0, help="cost of leaving the published plan (default 0)")
    parser.add_argument("--seed", type=int, default=1, help="of searches and of what happens (default 1)")
    return parser


if __name__ == "__main__":
    sys.exit(main())
