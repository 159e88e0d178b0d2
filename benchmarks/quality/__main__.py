"""``python -m benchmarks.quality --instances DIR``: solve, check, and hold against best known values."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from benchmarks.machine import conditions
from benchmarks.quality.against import compare, comparison_table, unequal
from benchmarks.quality.families import CONVENTIONS, FAMILIES, families_in, find
from benchmarks.quality.records import record_of
from benchmarks.quality.report import family_table, line
from benchmarks.quality.results import Others, Writer, read_others
from benchmarks.quality.run import OK, Budget, Row, run_all
from benchmarks.tables import complain, say

GRACE_SECONDS = 120.0
"""What a run may take beyond three times its budget, for reading and checking, before it is stopped."""

SOUND, UNSOUND, MISUSED = 0, 1, 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Status 0: every run ended with a plan without violation. 1: not every one. 2: nothing could be run."""
    parser = _parser()
    given = parser.parse_args(arguments)
    folder: Path = given.instances
    if not folder.is_dir():
        parser.error(f"--instances: {folder} is no folder")
    instances, left_out = find(folder, given.family, given.only)
    if left_out:
        complain(f"left out, no instances: {len(left_out)} files of release times ({left_out[0]}, …)")
    if not instances:
        complain("no instance found: files end in .json, .json.gz, .txt or .vrp")
        return MISUSED
    now = conditions()
    limit = given.wall_limit if given.wall_limit is not None else 3 * given.seconds + GRACE_SECONDS
    budget = Budget(given.seconds, given.threads, given.jobs, given.convention, limit)
    try:
        others = None if given.against is None else read_others(given.against)
        work = [
            (instance, seed, record_of(instance, given.convention)) for instance in instances for seed in given.seeds
        ]
    except (OSError, ValueError) as error:
        complain(f"error: {error}")
        return MISUSED
    say(now.sentence())
    say(
        f"{len(instances)} instances, seeds {', '.join(map(str, given.seeds))}, {budget.seconds:g} s each,"
        f" threads {budget.threads}, jobs {budget.jobs}, convention {budget.convention}"
    )
    if budget.jobs * budget.threads > now.cores:
        complain(f"note: {budget.jobs * budget.threads} threads at a time share {now.cores} cores: see CPU %")
    with ExitStack() as stack:
        writer = None
        if given.out is not None:
            try:
                writer = stack.enter_context(Writer(given.out, budget, now))
            except OSError as error:
                complain(f"error: --out: {error}")
                return MISUSED
        seen = 0

        def done(row: Row) -> None:
            nonlocal seen
            seen += 1
            say(line(row, seen, len(work), budget.threads))
            if writer is not None:
                writer.write(row)

        rows, whole = run_all(work, budget, done)
    for family in families_in(instances):
        say()
        say(family_table(family, [row for row in rows if row.family == family], budget.threads))
    if others is not None:
        _compare(rows, others)
        for difference in unequal(rows, others, budget, now):
            complain(f"note: not equal conditions: {difference}")
    return SOUND if whole and all(row.status == OK for row in rows) else UNSOUND


def _compare(rows: Sequence[Row], others: Others) -> None:
    for family in dict.fromkeys(row.family for row in rows):
        say()
        say(f"{family} against {others.name}")
        say(comparison_table(compare([row for row in rows if row.family == family], others), others))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.quality",
        description="Solve every instance in a folder in equal time, check the plans, hold them against best known"
        " values. Status 1 if any plan has a violation or any run failed.",
    )
    parser.add_argument("--instances", type=Path, required=True, metavar="DIR", help="searched with its sub-folders")
    parser.add_argument("--family", choices=list(FAMILIES), help="this family alone (default: by what is in a file)")
    parser.add_argument("--seconds", type=_positive, default=10.0, help="for each run (default 10)")
    parser.add_argument(
        "--seeds", type=_seeds, default=[1], metavar="1,2", help="each instance once for each (default 1)"
    )
    parser.add_argument("--threads", type=_whole, default=1, help="of each run (default 1)")
    parser.add_argument("--jobs", type=_whole, default=1, help="runs at a time (default 1; more disturb each other)")
    parser.add_argument("--only", metavar="GLOB", help="instances whose name, or path below DIR, fits: 'R1*'")
    parser.add_argument("--convention", choices=CONVENTIONS, default="dimacs", help="for VRPTW text (default dimacs)")
    parser.add_argument("--wall-limit", type=_positive, metavar="S", help="stop a run (default: 3 × seconds + 120)")
    parser.add_argument("--out", type=Path, metavar="CSV", help="write one line for each run")
    parser.add_argument("--against", type=Path, metavar="CSV", help="compare with results written by --out")
    return parser


def _positive(text: str) -> float:
    value = float(text)
    if not 0 < value < 1e6:
        raise argparse.ArgumentTypeError(f"{text} is not a positive number of seconds")
    return value


def _whole(text: str) -> int:
    value = int(text)
    if not 1 <= value <= 256:
        raise argparse.ArgumentTypeError(f"{text} is not a number from 1 to 256")
    return value


def _seeds(text: str) -> list[int]:
    seeds = list(dict.fromkeys(int(part) for part in text.split(",") if part.strip()))
    if not seeds or min(seeds) < 0:
        raise argparse.ArgumentTypeError(f"{text!r} is no list of seeds; write it as 1,2,3")
    return seeds


if __name__ == "__main__":
    sys.exit(main())
