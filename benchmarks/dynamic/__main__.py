"""``python -m benchmarks.dynamic FAMILY --instances FOLDER``: dynamic instances of the literature, by our optimizer.

``lackner``: Solomon's vehicles with disclosure dates; ``pillac``: technicians with skills, tools and parts. Requests
become known in the day and are answered at once. Every day is checked: that it could be driven, that nobody left for
what was not known, and that what it is said to cost is true.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

from benchmarks.dynamic.day import Way, simulated
from benchmarks.dynamic.instances import FAMILIES, Dynamic, instances
from benchmarks.dynamic.judging import Judged
from benchmarks.dynamic.planner import Effort
from benchmarks.dynamic.report import Row, by_degree, line, write
from benchmarks.machine import conditions
from benchmarks.tables import complain, say
from optimizer.invalid import InvalidInput
from optimizer.io import write_plan, write_problem

_VALUES = {"lackner": "distance", "pillac": "working time"}


def main(arguments: Sequence[str] | None = None) -> int:
    """Status 0: every day was possible and honest; 1: some was not; 2: nothing could be run."""
    parser = _parser()
    given = parser.parse_args(arguments)
    if given.late and given.rule != "published":
        parser.error("--late goes with --rule published: otherwise who waits is there later, see --at-home")
    try:
        found = list(instances(given.family, given.instances, given.static, given.only))
    except (OSError, InvalidInput) as error:
        complain(f"error: {error}")
        return 2
    if not found:
        complain(f"error: --instances {given.instances}: no release dates (*_rd_NN.txt) that --only asks for")
        return 2
    effort = Effort(given.before, given.again, look=given.look, looks_before=given.looks)
    way = Way(effort, given.at_home, given.futures, given.rule == "published", given.late, given.seed)
    say(conditions().sentence())
    say(f"{given.family}: {len(found)} days, rule {given.rule}, seed {given.seed}, {given.jobs} at a time")
    shares = f"at home {given.at_home:g}, late {given.late:g}, futures {given.futures:g}"
    say(f"{given.before} rounds before the day, {given.again} at each release; {shares}")
    rows: list[Row] = []
    for row in _days(found, way, given.oracle, given.jobs):
        rows.append(row)
        say(line(row, len(rows), len(found)))
    say()
    say(by_degree(rows, _VALUES[given.family]))
    if given.out is not None:
        write(rows, given.out)
    return 1 if any(row.wrong for row in rows) else 0


def _days(found: Sequence[Dynamic], way: Way, oracle: Path | None, jobs: int) -> Iterator[Row]:
    """The days in their order, so many at a time."""
    do = partial(_day, way=way, oracle=oracle)
    if jobs == 1:
        yield from map(do, found)
        return
    with ProcessPoolExecutor(jobs) as pool:
        yield from pool.map(do, found)


def _day(dynamic: Dynamic, way: Way, oracle: Path | None) -> Row:
    outcome = simulated(dynamic, way)
    judged = outcome.judged
    wrong = judged.wrong if oracle is None else (*judged.wrong, *_asked(oracle, judged))
    requests = len(dynamic.problem.visits)
    took = outcome.plans, outcome.seconds, outcome.slowest
    return Row(
        dynamic.name, dynamic.degree, requests, judged.rejected, judged.value, dynamic.published, *took, tuple(wrong)
    )


def _asked(oracle: Path, judged: Judged) -> Iterator[str]:
    """What another judge of plans says against the day, a program that takes a problem and a plan."""
    with tempfile.TemporaryDirectory() as folder:
        problem, plan = Path(folder) / "problem.json", Path(folder) / "plan.json"
        write_problem(judged.problem, problem)
        write_plan(judged.problem, judged.plan, plan)
        words = [sys.executable, str(oracle), str(problem), str(plan)]
        done = subprocess.run(words, capture_output=True, text=True, check=False)
    if done.returncode:
        said = (done.stdout + done.stderr).splitlines() or ["nothing"]
        yield f"{oracle.name} answers {done.returncode}: {said[-1]}"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.dynamic", description=__doc__)
    parser.add_argument("family", choices=FAMILIES)
    parser.add_argument("--instances", type=Path, required=True, metavar="FOLDER", help="with files *_rd_NN.txt")
    parser.add_argument("--static", type=Path, metavar="FOLDER", help="the instances themselves, if not below it")
    parser.add_argument("--only", metavar="GLOB", help="of names: R101, R1*, *_50, R101_50")
    parser.add_argument("--jobs", type=int, default=2, metavar="N", help="days at a time (default 2)")
    parser.add_argument("--before", type=int, default=Effort().before, metavar="N", help="rounds before the day")
    parser.add_argument("--again", type=int, default=Effort().again, metavar="N", help="rounds at each release")
    parser.add_argument("--looks", type=int, default=Effort().looks_before, metavar="N", help="at ways by the depot")
    parser.add_argument("--look", type=int, default=Effort().look, metavar="N", help="rounds of each look")
    parser.add_argument("--at-home", type=_share, default=0.0, metavar="SHARE", help="of the slack, waited at home")
    parser.add_argument("--futures", type=_share, default=0.0, metavar="SHARE", help="of what may come, planned with")
    parser.add_argument("--rule", choices=("strict", "published"), default="strict", help="whether idle time is lost")
    parser.add_argument(
        "--late", type=_share, default=0.0, metavar="SHARE", help="of the slack, waited before anybody is sent"
    )
    parser.add_argument("--seed", type=int, default=1, metavar="N")
    parser.add_argument("--oracle", type=Path, metavar="PROGRAM", help="another judge of plans, asked about every day")
    parser.add_argument("--out", type=Path, metavar="CSV", help="one line for each day")
    return parser


def _share(text: str) -> float:
    value = float(text)
    if not 0 <= value <= 1:
        raise argparse.ArgumentTypeError(f"{text} is no share from 0 to 1")
    return value


if __name__ == "__main__":
    sys.exit(main())
