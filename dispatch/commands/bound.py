"""`fieldwright bound`: a cost that no plan of a problem is below, and how far a plan is from it at most."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TextIO

from rich.console import Console
from rich.live import Live
from rich.text import Text

from dispatch.commands import limits
from dispatch.commands.base import load_plan, load_problem, refuse_unwritable, save
from dispatch.commands.solve import cancelling
from optimizer.bound import Bound, BoundProgress, Status, lower_bound
from optimizer.invalid import InvalidInput
from optimizer.io import write_plan

_QUIET_SECONDS = 10.0
_SAYS = {
    Status.OPTIMAL: "optimal: no plan is better",
    Status.CONVERGED: "converged: no better bound is to be had this way",
    Status.STOPPED: "stopped: more time may give a better bound",
    Status.INFEASIBLE: "infeasible: no plan keeps every must",
}


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument("problem", metavar="PROBLEM", help="problem, .json or .json.gz")
    parser.add_argument("plan", metavar="PLAN", nargs="?", help="plan to be judged; without it, one is searched for")
    parser.add_argument("--seconds", type=limits.seconds, default=60.0, help="wall time for the search (default 60)")
    parser.add_argument("--threads", type=limits.threads, default=1, metavar="N", help="shifts looked at side by side")
    parser.add_argument("--out", metavar="PLAN", help="write the best plan known, .json or .json.gz")


def run(options: argparse.Namespace) -> int:
    """Bound, and say in one line how good the plan is; exit status 1 where no plan keeps every must."""
    if options.out is not None:
        refuse_unwritable(options.out)
    problem = load_problem(options.problem)
    plan = None if options.plan is None else load_plan(options.plan, problem)
    with cancelling() as cancelled, _face(sys.stderr) as show:

        def listen(progress: BoundProgress) -> bool:
            show(progress)
            return not cancelled()

        try:
            bound = lower_bound(problem, plan, seconds=options.seconds, threads=options.threads, on_progress=listen)
        except ValueError as error:
            raise InvalidInput(options.problem, "", str(error), "give a smaller problem") from None
    best = bound.plan
    if options.out is not None and best is not None:
        save(lambda path: write_plan(problem, best, path), options.out)
    sys.stdout.write(f"{_summary(bound)}\n")
    return 1 if bound.status is Status.INFEASIBLE else 0


def _summary(bound: Bound) -> str:
    parts = [] if bound.status is Status.INFEASIBLE else [f"bound {float(bound.value):.2f}"]
    if bound.total is not None and bound.gap is not None:
        parts += [f"plan {float(bound.total):.2f}", f"gap {100 * bound.gap:.2f} %"]
    parts.append(_SAYS[bound.status])
    if bound.relaxed:
        parts.append(f"relaxed: {' and '.join(bound.relaxed)}")
    parts.append(f"{bound.seconds:.1f} s")
    return ", ".join(parts)


@contextmanager
def _face(stream: TextIO) -> Iterator[Callable[[BoundProgress], None]]:
    """One moving line on a terminal, a line now and then elsewhere."""
    console = Console(file=stream)
    if console.is_terminal:
        with Live(console=console, auto_refresh=False, transient=True) as live:
            yield lambda progress: live.update(Text(_line(progress)), refresh=True)
        return
    again = time.monotonic()

    def quiet(progress: BoundProgress) -> None:
        nonlocal again
        if time.monotonic() >= again:
            again = time.monotonic() + _QUIET_SECONDS
            stream.write(f"{_line(progress)}\n")
            stream.flush()

    yield quiet


def _line(progress: BoundProgress) -> str:
    line = f"{progress.elapsed:6.1f} s  bound {float(progress.bound):.2f}"
    if progress.best is not None:
        gap = 100 * float((progress.best - progress.bound) / progress.best) if progress.best else 0.0
        line += f"  plan {float(progress.best):.2f}  gap {gap:.2f} %"
    return f"{line}  {progress.rounds} rounds"
