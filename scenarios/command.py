"""`fieldwright scenario`: simulate what would happen if, and say how sure that is."""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures.process import BrokenProcessPool
from functools import partial
from pathlib import Path
from typing import Any

from rich.console import Console, RenderableType

from dispatch.commands import limits
from dispatch.commands.base import CannotStart, naming, refuse_unwritable, save
from dispatch.commands.opening import settings_for
from scenarios.advising import staffing_document, staffing_said, staffing_table, worth_document, worth_table
from scenarios.cluster import ClusterError
from scenarios.looking_back import configure as configure_looking_back
from scenarios.looking_back import replay_command, take_command
from scenarios.reading import read_scenario
from scenarios.report.answers import answered
from scenarios.report.page import page
from scenarios.report.staffing import staffing_page
from scenarios.report.worth import worth_page
from scenarios.running import AS_IT_IS, WITH_CHANGES, Means, OnProgress, Outcome, compare, run_scenario
from scenarios.scenario import Scenario, Sweep, json_schema
from scenarios.staffing import run_staffing
from scenarios.sweeping import run_sweep
from scenarios.telling import as_text, document, sweep_table, tables
from scenarios.tidying import configure as configure_tidying
from scenarios.tidying import tidy_command
from scenarios.words import ENGLISH, LANGUAGES, said
from scenarios.worth import run_worth

_PLAIN_WIDTH = 160
_QUIET_SECONDS = 10.0


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument(
        "what",
        choices=("run", "compare", "sweep", "staff", "worth", "report", "schema", "take", "replay", "tidy"),
        help="simulate one scenario and judge its conditions, hold several against the first, vary one thing, find "
        "the cheapest staffing, say what one more is worth, write the page of whatever a file asks, print the JSON "
        "Schema, take a situation from a live store, replay days that were recorded, or clear away what is kept and "
        "nobody uses any more",
    )
    parser.add_argument(
        "files",
        metavar="FILE",
        nargs="*",
        help="scenario files, .toml; of `replay` also a situation, .json; of `tidy` the folder",
    )
    where = parser.add_mutually_exclusive_group()
    where.add_argument(
        "--processes", type=limits.whole(1, 256), metavar="N", help="processes of this machine (default 1)"
    )
    where.add_argument(
        "--on",
        metavar="SCHEDULER",
        help="a Dask cluster instead, such as tcp://127.0.0.1:8786 (default: FIELDWRIGHT_SCENARIO_CLUSTER, if any)",
    )
    parser.add_argument("--replications", type=limits.whole(1, 10_000), metavar="N", help="so many, whatever files say")
    parser.add_argument(
        "--keep", metavar="FOLDER", help="keep every replication here: what was simulated once is not simulated again"
    )
    parser.add_argument("--out", metavar="RESULT", help="result to write, .json")
    parser.add_argument(
        "--report", metavar="PAGE", help="page to write that shows it all, .html (of `report`: beside FILE)"
    )
    parser.add_argument("--language", choices=LANGUAGES, default=ENGLISH, help="of tables and pages (default en)")
    configure_looking_back(parser)
    configure_tidying(parser)


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
    try:
        return _DO[options.what](options)
    except KeyboardInterrupt:
        if options.keep is not None:
            sys.stderr.write(f"what is done is kept in {options.keep}: the same command goes on from there\n")
        raise
    except ClusterError as error:
        raise CannotStart(f"scenario {options.what}: {error}") from None
    except BrokenProcessPool:
        raise CannotStart(
            f"scenario {options.what}: the processes that simulate were killed again and again; mostly there is too "
            "little memory for them: give fewer --processes"
        ) from None


def _run(options: argparse.Namespace) -> int:
    path = _alone(options)
    scenario = _read(path, options.replications)
    with naming(path):
        outcome = run_scenario(scenario, **_means(options))
    _tell(scenario.title, outcome, {WITH_CHANGES if scenario.changes else AS_IT_IS: scenario}, options)
    return 0 if outcome.accepted else 1


def _compare(options: argparse.Namespace) -> int:
    if len(options.files) < 2:
        raise CannotStart("scenario compare: name two FILEs or more; the first is what the others are held against")
    scenarios = {Path(path).stem: _read(path, options.replications) for path in options.files}
    if len(scenarios) < len(options.files):
        raise CannotStart("scenario compare: two FILEs have the same name; rename one of them")
    outcome = compare(scenarios, **_means(options))
    _tell(" / ".join(scenarios), outcome, scenarios, options)
    return 0


def _sweep(options: argparse.Namespace) -> int:
    path = _alone(options)
    scenario = _read(path, options.replications)
    with naming(path):
        outcome = run_sweep(scenario, **_means(options))
    shown = {WITH_CHANGES: scenario}
    _tell(scenario.title, outcome, shown, options, scenario.sweep)
    return 0


def _staff(options: argparse.Namespace) -> int:
    """Exit status 1 where even the largest staffing misses a target."""
    path = _alone(options)
    scenario = _read(path, options.replications)
    with naming(path):
        staffed = run_staffing(scenario, **_means(options))
    assert scenario.staffing is not None
    lines = (
        scenario.title,
        "",
        staffing_table(staffed, scenario.staffing, options.language),
        "",
        staffing_said(staffed, scenario.staffing, options.language),
    )
    html = partial(staffing_page, scenario, staffed, options.language)
    _show(lines, options, staffing_document(staffed, scenario.staffing), html)
    return 0 if staffed.best is not None else 1


def _worth(options: argparse.Namespace) -> int:
    path = _alone(options)
    scenario = _read(path, options.replications)
    with naming(path):
        valuation = run_worth(scenario, **_means(options))
    count = valuation.outcome.replications
    told = said("what worth", options.language, title=scenario.title, count=count)
    html = partial(worth_page, scenario, valuation, options.language)
    _show((told, "", worth_table(valuation, options.language)), options, worth_document(valuation), html)
    return 0


def _report(options: argparse.Namespace) -> int:
    """The page of what a file asks, or of several held against the first; it judges nothing by its exit status."""
    if not options.files:
        raise CannotStart("scenario report: name one FILE, or several to hold against the first")
    if options.report is None:
        options.report = str(Path(options.files[0]).with_suffix(".html"))
        refuse_unwritable(options.report)
    what = "compare" if len(options.files) > 1 else _asked(_read(options.files[0], None))
    _DO[what](options)
    sys.stdout.write(f"\n{options.report}\n")
    return 0


def _asked(scenario: Scenario) -> str:
    """The command that answers a file; one that asks for several things is answered by the first of them."""
    asked = {"sweep": scenario.sweep, "staff": scenario.staffing, "worth": scenario.worth}
    return next((what for what, one in asked.items() if one is not None), "run")


def _alone(options: argparse.Namespace) -> str:
    """The one file that is named."""
    if len(options.files) != 1:
        raise CannotStart(f"scenario {options.what}: name one FILE")
    return str(options.files[0])


def _show(
    lines: Sequence[RenderableType],
    options: argparse.Namespace,
    told: Mapping[str, Any],
    html: Callable[[], str],
) -> None:
    console = _console()
    for line in lines:
        console.print(line, highlight=False)
    if options.out is not None:
        text = as_text(told)
        save(lambda path: _write(path, text), options.out)
    if options.report is not None:
        save(lambda path: _write(path, html()), options.report)


def _console() -> Console:
    console = Console()
    return console if console.is_terminal else Console(width=_PLAIN_WIDTH)


def _replay(options: argparse.Namespace) -> int:
    return replay_command(options, _means(options))


_DO: Mapping[str, Callable[[argparse.Namespace], int]] = {
    "run": _run,
    "compare": _compare,
    "sweep": _sweep,
    "staff": _staff,
    "worth": _worth,
    "report": _report,
    "take": take_command,
    "replay": _replay,
    "tidy": tidy_command,
}


def _means(options: argparse.Namespace) -> Means:
    cluster: str | None = options.on
    if cluster is None and options.processes is None:
        cluster = settings_for(options).scenario_cluster
    return Means(
        processes=options.processes or 1, cluster=cluster or None, keep=_keep(options), on_progress=_progress()
    )


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
    console = _console()
    first = next(iter(scenarios.values()))
    days = first.horizon.days - first.horizon.warm_up
    times = {"title": title, "count": outcome.replications, "days": days}
    one = ("one" if outcome.replications == 1 else "so many", "one day" if days == 1 else "so many days")
    head = said(one[0], options.language, **times) + said(one[1], options.language, **times)
    console.print(head, highlight=False)
    language = options.language
    shown = tables(outcome, first.kpis, language) if sweep is None else [sweep_table(outcome, sweep, language)]
    for table in shown:
        console.print()
        console.print(table)
    if sweep is not None:
        console.print()
        console.print(*answered(outcome, first.kpis, sweep, language), highlight=False)
    if options.out is not None:
        text = as_text(document(outcome, first.kpis))
        save(lambda path: _write(path, text), options.out)
    if options.report is not None:
        html = page(title, scenarios, outcome, sweep, language)
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
