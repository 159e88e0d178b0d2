"""``python -m benchmarks.scale --visits 10000 --technicians 1000 --seconds 600``: a day of thousands, planned once.

Told are the instant of the first whole plan, from the call on, with everything that it takes to lower the problem; the
instants from which on the cost was within so many percent of what it was at the end; and the process's memory at its
peak. The plan is checked. A problem of ``benchmarks.generate`` has seven visits to a technician, or what is asked for.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field

from benchmarks.generate import KINDS, generate
from benchmarks.machine import conditions, peak_mb
from benchmarks.tables import complain, number, say, table
from optimizer.check import check
from optimizer.solve import Progress, solve

WITHIN = (20, 10, 5, 2, 1)
"""Percent above the last cost."""


@dataclass(slots=True)
class Course:
    """What a search told of itself: (seconds from the call on, cost), each better than the one before."""

    told: list[tuple[float, float]] = field(default_factory=list)

    def hear(self, progress: Progress) -> bool:
        """Note what is better. It never asks the search to stop."""
        if not self.told or progress.best < self.told[-1][1]:
            self.told.append((progress.elapsed, progress.best))
        return True

    def within(self, percent: float) -> float:
        """When the cost came within so many percent of the last one."""
        last = self.told[-1][1]
        return next(at for at, cost in self.told if cost <= last + abs(last) * percent / 100)


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit status 1 where the plan breaks something."""
    options = _parser().parse_args(arguments)
    say(conditions().sentence())
    problem = generate(options.kind, options.visits, options.seed, options.technicians)
    made = peak_mb()
    say(
        f"{len(problem.visits)} visits, {len(problem.technicians)} technicians; {options.threads} threads, seed {options.seed}"
    )
    course = Course()
    found = solve(problem, seconds=options.seconds, seed=options.seed, threads=options.threads, on_progress=course.hear)
    rows = [["first plan", number(course.told[0][0], 1), number(course.told[0][1], 0)]]
    rows += [[f"within {percent} %", number(course.within(percent), 1), ""] for percent in WITHIN]
    rows.append(["last better one", number(course.told[-1][0], 1), number(course.told[-1][1], 0)])
    rows.append(["the plan, judged", number(found.seconds, 1), number(float(found.scorecard.total), 0)])
    say(table(["what", "after s", "cost"], rows))
    say(
        f"{len(found.plan.unassigned)} visits left out; peak {number(peak_mb(), 0)} MB, {number(made, 0)} with the problem made"
    )
    broken = check(problem, found.plan)
    for one in broken:
        complain(str(one))
    say(f"{len(broken)} violations")
    return 1 if broken else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.scale", description="A day of thousands, planned once.")
    parser.add_argument("--kind", choices=KINDS, default="plain", help="of problem (default plain)")
    parser.add_argument("--visits", type=int, default=10_000, help="default 10,000")
    parser.add_argument("--technicians", type=int, default=1000, help="default 1,000")
    parser.add_argument("--seconds", type=float, default=600.0, help="of wall time (default 600)")
    parser.add_argument("--threads", type=int, default=1, help="default 1")
    parser.add_argument("--seed", type=int, default=1, help="of the problem and the search (default 1)")
    return parser


if __name__ == "__main__":
    sys.exit(main())
