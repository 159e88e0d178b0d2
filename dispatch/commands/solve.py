"""`fieldwright solve`: plan, and write the best plan found when the time is over or Ctrl-C is pressed."""

from __future__ import annotations

import argparse
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from dispatch.commands import limits
from dispatch.commands.base import load_plan, load_problem, process_began, refuse_unwritable, save
from dispatch.commands.progress import Face, face_for
from optimizer.check import check, checked_cost
from optimizer.domain import Plan, Problem
from optimizer.io import write_plan
from optimizer.solve import Progress, solve

_DEFAULT_SECONDS = 10.0
_WRITING_SHARE = 0.05
"""At most this share of the time is set aside for checking and writing, which take about as long as reading."""


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument("problem", metavar="PROBLEM", help="problem, .json or .json.gz")
    parser.add_argument(
        "--seconds", type=limits.seconds, help="wall time for the whole command (default 10, without --iterations)"
    )
    parser.add_argument("--iterations", type=limits.whole(0), metavar="N", help="stop after so many iterations")
    parser.add_argument("--seed", type=limits.seed, default=1, metavar="N", help="of the random numbers")
    parser.add_argument("--threads", type=limits.threads, default=1, metavar="N", help="threads that share the search")
    parser.add_argument("--start", metavar="PLAN", help="plan to begin from")
    parser.add_argument("--out", required=True, metavar="PLAN", help="plan to write, .json or .json.gz")


def run(options: argparse.Namespace) -> int:
    """Solve, check, write, and say in one line how good the plan is; exit status 1 where the checker complains."""
    began = process_began()
    refuse_unwritable(options.out)
    problem = load_problem(options.problem)
    start = None if options.start is None else load_plan(options.start, problem)
    seconds = options.seconds
    if seconds is None and options.iterations is None:
        seconds = _DEFAULT_SECONDS
    with cancelling() as cancelled, face_for(sys.stderr, seconds, options.iterations, began) as face:
        result = solve(
            problem,
            seconds=None if seconds is None else _left(seconds, began),
            iterations=options.iterations,
            seed=options.seed,
            threads=options.threads,
            start=start,
            on_progress=_listener(face, cancelled),
        )
        found = check(problem, result.plan)
        save(lambda path: write_plan(problem, result.plan, path), options.out)
    for sentence in found:
        sys.stderr.write(f"{sentence}\n")
    spent = time.monotonic() - began
    sys.stdout.write(f"{_summary(problem, result.plan, found)}, {result.iterations} iterations, {spent:.1f} s\n")
    return 1 if found else 0


def _left(seconds: float, began: float) -> float:
    """What of the time is left for the search: checking and writing come after it."""
    reading = time.monotonic() - began
    return max(0.0, seconds - reading - min(reading, _WRITING_SHARE * seconds))


def _listener(face: Face, cancelled: Callable[[], bool]) -> Callable[[Progress], bool]:
    def listen(progress: Progress) -> bool:
        face.show(progress)
        return not cancelled()

    return listen


@contextmanager
def cancelling() -> Iterator[Callable[[], bool]]:
    """The first Ctrl-C (or a polite request to end) asks the search to stop; the second one ends the command."""
    asked = False

    def ask(*_: object) -> None:
        nonlocal asked
        if asked:
            raise KeyboardInterrupt
        asked = True

    try:
        before = {number: signal.signal(number, ask) for number in (signal.SIGINT, signal.SIGTERM)}
    except ValueError:  # not the main thread: nobody presses Ctrl-C here
        before = {}
    try:
        yield lambda: asked
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _summary(problem: Problem, plan: Plan, found: list[str]) -> str:
    cost = checked_cost(problem, plan)
    left, all_ = len(plan.unassigned), len(problem.visits)
    verdict = "no violations" if not found else f"{len(found)} violations"
    return f"total {cost['total']:.2f}, {all_ - left} of {all_} visits done, {left} unassigned, {verdict}"
