"""`fieldwright scenario`: simulate what would happen if, and say how sure that is."""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Mapping
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

from rich.console import Console

from dispatch.commands import limits
from dispatch.commands.base import CannotStart, naming, refuse_unwritable, save
from scenarios.reading import read_scenario
from scenarios.report.page import page
from scenarios.running import AS_IT_IS, WITH_CHANGES, OnProgress, Outcome, compare, run_scenario
from scenarios.scenario import Scenario, Sweep, json_schema
from scenarios.sweeping import run_sweep
from scenarios.telling import as_text, document, sweep_table, tables

_PLAIN_WIDTH = 160
_QUIET_SECONDS = 10.0


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument(
        "what",
        choices=("run", "compare", "sweep", "schema"),
        help="simulate one scenario and judge its conditions, hold several against the first, vary one thing, or print "
        "the JSON Schema",
    )
    parser.add_argument("files", metavar="FILE", nargs="*", help="scenario files, .toml")
    parser.add_argument("--processes", type=limits.whole(1, 256), default=1, metavar="N", help="processes (default 1)")
    parser.add_argument("--replications", type=limits.whole(1, 10_000), metavar="N", help="so many, whatever files say")
    parser.add_argument(
        "--keep", metavar="FOLDER", help="keep every replication here: what was simulated once is not simulated again"
    )
    parser.add_argument("--out", metavar="RESULT", help="result to write, .json")
    parser.add_argument("--report", metavar="PAGE", help="page to write that shows it all, .html")


def run(options: argparse.Namespace) -> int:
    """Do it; exit status 1 where a condition of the scenario is not kept."""
    if options.what == "schema":
        if options.files:
            raise CannotStart("scenario schema: takes no FILE; it is the same for all of them")
        sys.stdout.write(json.dumps(json_schema(), indent=2, ensure_ascii=False) + "\n")
        return 0
    for path in (options.out, options.report):
        if path is not None:
            refuse_unwritable(path)
    do = {"run": _run, "sweep": _sweep, "compare": _compare}[options.what]
    try:
        return do(options)
    except BrokenProcessPool:
        raise CannotStart(
            f"scenario {options.what}: the processes that simulate were killed again and again; mostly there is too "
            "little memory for them: give fewer --processes"
        ) from None


def _run(options: argparse.Namespace) -> int:
    if len(options.files) != 1:
        raise CannotStart("scenario run: name one FILE")
    (path,) = options.files
    scenario = _read(path, options.replications)
    with naming(path):
        outcome = run_scenario(scenario, processes=options.processes, keep=_keep(options), on_progress=_progress())
    _tell(scenario.title, outcome, {WITH_CHANGES if scenario.changes else AS_IT_IS: scenario}, options)
    return 0 if outcome.accepted else 1


def _compare(options: argparse.Namespace) -> int:
    if len(options.files) < 2:
        raise CannotStart("scenario compare: name two FILEs or more; the first is what the others are held against")
    scenarios = {Path(path).stem: _read(path, options.replications) for path in options.files}
    if len(scenarios) < len(options.files):
        raise CannotStart("scenario compare: two FILEs have the same name; rename one of them")
    outcome = compare(scenarios, processes=options.processes, keep=_keep(options), on_progress=_progress())
    _tell(" / ".join(scenarios), outcome, scenarios, options)
    return 0


def _sweep(options: argparse.Namespace) -> int:
    if len(options.files) != 1:
        raise CannotStart("scenario sweep: name one FILE")
    (path,) = options.files
    scenario = _read(path, options.replications)
    with naming(path):
        outcome = run_sweep(scenario, processes=options.processes, keep=_keep(options), on_progress=_progress())
    shown = {WITH_CHANGES: scenario}
    _tell(scenario.title, outcome, shown, options, scenario.sweep)
    return 0


def _keep(options: argparse.Namespace) -> Path | None:
    if options.keep is None:
        return None
    folder = Path(options.keep)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise CannotStart(f"--keep {folder}: the folder cannot be made: {reason}; name another one") from None
    return folder


def _read(path: str, replications: int | None) -> Scenario:
    with naming(path):
        scenario = read_scenario(path)
    if replications is None:
        return scenario
    asked = scenario.replications.model_copy(update={"least": replications, "most": replications})
    return scenario.model_copy(update={"replications": asked})


def _tell(
    title: str,
    outcome: Outcome,
    scenarios: Mapping[str, Scenario],
    options: argparse.Namespace,
    sweep: Sweep | None = None,
) -> None:
    console = Console()
    if not console.is_terminal:
        console = Console(width=_PLAIN_WIDTH)
    first = next(iter(scenarios.values()))
    days = first.horizon.days - first.horizon.warm_up
    console.print(f"{title}: {outcome.replications} replications of {days} days", highlight=False)
    shown = tables(outcome, first.kpis) if sweep is None else [sweep_table(outcome, sweep)]
    for table in shown:
        console.print()
        console.print(table)
    if options.out is not None:
        text = as_text(document(outcome, first.kpis))
        save(lambda path: _write(path, text), options.out)
    if options.report is not None:
        html = page(title, scenarios, outcome, sweep)
        save(lambda path: _write(path, html), options.report)


def _write(path: str, text: str) -> None:
    target = Path(path)
    part = target.with_name(f".{target.name}.part")
    part.write_text(text, encoding="utf-8")
    part.replace(target)


def _progress() -> OnProgress:
    """A line on stderr now and then."""
    began = said = time.monotonic()

    def show(done: int, most: int) -> None:
        nonlocal said
        now = time.monotonic()
        if now - said >= _QUIET_SECONDS:
            said = now
            left = (now - began) / done * (most - done)
            sys.stderr.write(f"{done} of at most {most} replications, at most {left:.0f} s more\n")

    return show
