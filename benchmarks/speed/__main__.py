"""``python -m benchmarks.speed``: how fast lowering, evaluating, searching and limits are, by size of problem."""

from __future__ import annotations

import argparse
import csv
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from pathlib import Path

from benchmarks.generate import KINDS, generate
from benchmarks.machine import Conditions, conditions
from benchmarks.speed.measures import (
    Limited,
    Searched,
    evaluating,
    first_plan,
    limit_table,
    limits,
    lowering,
    search_table,
    searching,
)
from benchmarks.speed.timing import Timed, timing_table
from benchmarks.tables import complain, say

BENCHES = ("lower", "evaluate", "first", "search", "limit")

Found = Timed | Searched | Limited


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print a table a bench, and write every single round as CSV where asked to."""
    parser = _parser()
    given = parser.parse_args(arguments)
    now = conditions()
    say(now.sentence())
    found: list[Found] = []
    problems = [generate(kind, size, given.seed) for kind in given.kinds for size in given.sizes]
    for bench in given.only:
        say()
        if bench == "search":
            searches = [searching(problem, given.seconds, given.rounds) for problem in problems]
            say(search_table(searches))
            found += searches
        elif bench == "limit":
            largest = [problem for problem in problems if len(problem.visits) == max(given.sizes)]
            taken = [one for problem in largest for one in limits(problem, given.limits, min(3, given.rounds))]
            say(limit_table(taken))
            found += taken
        else:
            measure = {"lower": lowering, "evaluate": evaluating, "first": first_plan}[bench]
            times = [one for problem in problems for one in measure(problem, given.rounds)]
            say(timing_table(times))
            found += times
    if given.out is not None:
        try:
            _write(given.out, found, now)
        except OSError as error:
            complain(f"error: --out: {error}")
            return 2
    return 0


def _write(path: Path, found: Sequence[Found], now: Conditions) -> None:
    """One line a round: seconds for one piece of work, and iterations where there are any."""
    columns = ["name", "round", "limit_seconds", "seconds", "cpu_seconds", "iterations", *asdict(now)]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, lineterminator="\n")
        writer.writeheader()
        for one in found:
            for number, values in enumerate(_rounds(one), start=1):
                writer.writerow({"name": one.name, "round": number} | values | asdict(now))


def _rounds(one: Found) -> Iterator[dict[str, object]]:
    for index, seconds in enumerate(one.seconds):
        values: dict[str, object] = {"seconds": f"{seconds:.9f}"}
        if isinstance(one, Limited):
            values["limit_seconds"] = one.limit
        else:
            values["cpu_seconds"] = f"{one.cpu_seconds[index]:.9f}"
        if isinstance(one, Searched):
            values["iterations"] = one.iterations[index]
        yield values


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.speed", description=__doc__.splitlines()[0])
    parser.add_argument(
        "--sizes", type=_sizes, default=[50, 200, 1000], metavar="50,200", help="visits of the problems"
    )
    parser.add_argument("--kinds", type=_among(KINDS), default=list(KINDS), metavar="plain,rich")
    parser.add_argument("--only", type=_among(BENCHES), default=list(BENCHES), metavar=",".join(BENCHES))
    parser.add_argument("--rounds", type=_rounds_of, default=5, help="of each measurement (default 5)")
    parser.add_argument("--seconds", type=float, default=1.0, help="of each search (default 1)")
    parser.add_argument("--limits", type=_limits, default=[1.0, 2.0, 5.0], metavar="1,2,5", help="of the limit bench")
    parser.add_argument("--seed", type=int, default=1, help="of the problems (default 1)")
    parser.add_argument("--out", type=Path, metavar="CSV", help="write one line for each round")
    return parser


def _among(known: Sequence[str]) -> Callable[[str], list[str]]:
    """A type of argument: a list of words out of those known."""

    def words_of(text: str) -> list[str]:
        words = [word.strip() for word in text.split(",") if word.strip()]
        if not words or set(words) - set(known):
            raise argparse.ArgumentTypeError(f"{text!r}: choose from {', '.join(known)}")
        return words

    return words_of


def _rounds_of(text: str) -> int:
    rounds = int(text)
    if rounds < 1:
        raise argparse.ArgumentTypeError(f"{text} rounds say nothing; give 1 or more")
    return rounds


def _sizes(text: str) -> list[int]:
    sizes = [int(part) for part in text.split(",")]
    if min(sizes) < 1:
        raise argparse.ArgumentTypeError(f"{text!r}: a problem has 1 visit or more")
    return sizes


def _limits(text: str) -> list[float]:
    return [float(part) for part in text.split(",")]


if __name__ == "__main__":
    sys.exit(main())
