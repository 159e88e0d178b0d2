"""``python -m benchmarks.quality --instances DIR``: solve, check, and hold against best known values and peers."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from benchmarks.machine import conditions
from benchmarks.peers import PEERS
from benchmarks.quality.against import compare, comparison_table, unequal
from benchmarks.quality.beside import beside_table
from benchmarks.quality.families import CONVENTIONS, FAMILIES, Instance, families_in, find
from benchmarks.quality.records import record_of
from benchmarks.quality.report import family_table, line
from benchmarks.quality.results import Others, Writer, read_others
from benchmarks.quality.run import OK, OURS, UNSUITED, Budget, Row, Work, run_all
from benchmarks.tables import complain, say

SOUND, UNSOUND, MISUSED = 0, 1, 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Status 0: every run of ours ended with a plan without violation. 1: not every one. 2: nothing could be run."""
    parser = _parser()
    given = parser.parse_args(arguments)
    folder: Path = given.instances
    if not folder.is_dir():
        parser.error(f"--instances: {folder} is no folder")
    if lacking := [f"{peer}: {why}" for peer in given.peers if (why := PEERS[peer].lacking())]:
        complain("\n".join(f"error: --peers: {one}" for one in lacking))
        return MISUSED
    instances, left_out = find(folder, given.family, given.only)
    if left_out:
        complain(f"left out, no instances: {len(left_out)} files of release times ({left_out[0]}, …)")
    if not instances:
        complain("no instance found: files end in .json, .json.gz, .txt or .vrp")
        return MISUSED
    now = conditions()
    budget = Budget(given.threads, given.jobs, given.convention, given.wall_limit)
    try:
        others = None if given.against is None else read_others(given.against)
        work = _work(instances, given)
    except (OSError, ValueError) as error:
        complain(f"error: {error}")
        return MISUSED
    say(now.sentence())
    say(
        f"{len(instances)} instances, seeds {', '.join(map(str, given.seeds))},"
        f" {', '.join(f'{seconds:g}' for seconds in given.seconds)} s each,"
        f" threads {budget.threads}, jobs {budget.jobs}, convention {budget.convention}"
    )
    if given.peers:
        say("peers: " + ", ".join(f"{PEERS[peer].title} {PEERS[peer].version()}".rstrip() for peer in given.peers))
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
            if row.status == UNSUITED:
                return
            say(line(row, seen, len(work), budget.threads))
            if writer is not None:
                writer.write(row)

        rows, whole = run_all(work, budget, done)
    ours = [row for row in rows if row.solver == OURS]
    for seconds in given.seconds:
        for family in families_in(instances):
            _report([row for row in rows if (row.family, row.budget_seconds) == (family, seconds)], budget, others)
    if others is not None:
        for difference in unequal(ours, others, budget, now):
            complain(f"note: not equal conditions: {difference}")
    return SOUND if whole and all(row.status == OK for row in ours) else UNSOUND


def _work(instances: Sequence[Instance], given: argparse.Namespace) -> list[Work]:
    """All runs in their order: budget, instance, seed, and for each of these ours and then the peers'."""
    records = [record_of(instance, given.convention) for instance in instances]
    solvers = [("", "", "")]
    for peer in (PEERS[name] for name in given.peers):
        solvers += [(peer.id, setup, peer.version()) for setup in peer.setups]
    return [
        Work(instance, seed, record, seconds, *solver)
        for seconds in given.seconds
        for instance, record in zip(instances, records, strict=True)
        for seed in given.seeds
        for solver in solvers
    ]


def _report(rows: Sequence[Row], budget: Budget, others: Others | None) -> None:
    """The tables of one family and one budget."""
    ours = [row for row in rows if row.solver == OURS]
    say()
    say(family_table(ours[0].family, ours, budget.threads))
    if len(ours) < len(rows):
        say()
        say(f"{ours[0].family}, {ours[0].budget_seconds:g} s, beside the peers")
        say(beside_table(rows))
    if others is not None:
        say()
        say(f"{ours[0].family} against {others.name}")
        say(comparison_table(compare(ours, others), others))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.quality",
        description="Solve every instance in a folder in equal time, check the plans, hold them against best known"
        " values, and against other planners. Status 1 if any plan of ours has a violation or any run of it failed.",
    )
    parser.add_argument("--instances", type=Path, required=True, metavar="DIR", help="searched with its sub-folders")
    parser.add_argument("--family", choices=list(FAMILIES), help="this family alone (default: by what is in a file)")
    parser.add_argument(
        "--seconds", type=_budgets, default=[10.0], metavar="10,30", help="for each run; all runs once for each"
    )
    parser.add_argument("--peers", type=_peers, default=[], metavar=",".join(PEERS), help="solve with these as well")
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


def _budgets(text: str) -> list[float]:
    return list(dict.fromkeys(_positive(part) for part in text.split(",")))


def _peers(text: str) -> list[str]:
    names = list(dict.fromkeys(part.strip() for part in text.split(",") if part.strip()))
    if unknown := [name for name in names if name not in PEERS]:
        raise argparse.ArgumentTypeError(f"{unknown[0]} is no peer; known are {', '.join(PEERS)}")
    return names


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
