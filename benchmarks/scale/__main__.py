"""``python -m benchmarks.scale --visits 10000 --technicians 1000 --seconds 120,600``: a day of thousands.

The same problem is planned for each of these times, in a process of its own, so that each has its own peak of memory.
Told are the instant of the first whole plan, from the call on, with everything that it takes to lower the problem; the
cost of the plan, also against that of the longest search; how much of a core it had; and what memory it took. Every
plan is checked. A search cools down over all the time that it is given: its course says nothing of a shorter one.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

from benchmarks.generate import KINDS
from benchmarks.machine import conditions
from benchmarks.scale.search import Asked, searched
from benchmarks.tables import complain, number, say, table


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit status 1 where a plan breaks something, 2 where there is no such problem."""
    given = _parser().parse_args(arguments)
    say(conditions().sentence())
    say(f"{given.kind}: {given.visits} visits, {given.technicians} technicians, seed {given.seed}")
    found = []
    for seconds in sorted(given.seconds):
        asked = Asked(given.kind, given.visits, given.technicians, seconds, given.threads, given.seed)
        with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as process:
            try:
                found.append(process.submit(searched, asked).result())
            except ValueError as error:
                complain(f"error: {error}")
                return 2
    longest = found[-1].cost
    head = ["seconds", "threads", "% of a core", "first plan, s", "cost", "to the longest", "left out", "peak MB"]
    rows = [
        [
            number(one.seconds, 1),
            str(one.asked.threads),
            number(100 * one.share, 0),
            number(one.first, 1),
            number(one.cost, 0),
            number(one.cost / longest, 3),
            str(one.left_out),
            number(one.peak, 0),
        ]
        for one in found
    ]
    say(table(head, rows, left=0))
    for one in found:
        for complaint in one.broken:
            complain(f"{one.asked.seconds:g} s: {complaint}")
    broken = sum(len(one.broken) for one in found)
    say(f"{broken} violations")
    return 1 if broken else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.scale", description="A day of thousands.")
    parser.add_argument("--kind", choices=KINDS, default="plain", help="of problem (default plain)")
    parser.add_argument("--visits", type=int, default=10_000, help="default 10,000")
    parser.add_argument("--technicians", type=int, default=1000, help="default 1,000")
    parser.add_argument("--seconds", type=_times, default=[120.0, 600.0], metavar="120,600", help="of wall time, each")
    parser.add_argument("--threads", type=int, default=1, help="default 1")
    parser.add_argument("--seed", type=int, default=1, help="of the problem and the search (default 1)")
    return parser


def _times(text: str) -> list[float]:
    times = [float(one) for one in text.split(",")]
    if min(times) <= 0:
        raise argparse.ArgumentTypeError(f"{text}: every time is more than nothing")
    return times


if __name__ == "__main__":
    sys.exit(main())
