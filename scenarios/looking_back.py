"""`fieldwright scenario take` and `fieldwright scenario replay`: days of the live system, taken and simulated again."""

from __future__ import annotations

import argparse
import datetime as dt
import sys
from pathlib import Path

from rich.console import Console

from dispatch.commands import limits
from dispatch.commands.base import CannotStart, naming, refuse_unwritable, save
from dispatch.commands.opening import opened
from dispatch.regions.opening import close, provider_for
from dispatch.store.clock import stored_clock
from optimizer.invalid import InvalidInput, shown
from scenarios.reading import read_scenario
from scenarios.replaying.running import Replayed, run_replay
from scenarios.replaying.telling import document, tables
from scenarios.report.replay import replay_page
from scenarios.running import Means, ground
from scenarios.scenario import DispatchChange, Dispatching
from scenarios.situation.files import read_situation, write_situation
from scenarios.situation.situation import Situation
from scenarios.situation.taking import LOOKED_BACK, MOST_DAYS, take
from scenarios.telling import as_text
from scenarios.words.replays import told
from scenarios.words.sentences import titled

_PLAIN_WIDTH = 200


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of these two."""
    parser.add_argument(
        "--database",
        metavar="URL",
        help="of `take`: the live store (default: DATABASE_URL, else sqlite:///fieldwright.db)",
    )
    parser.add_argument(
        "--date", metavar="DATE", help="of `take`: the day, or the first of several, such as 2026-11-23"
    )
    parser.add_argument(
        "--days",
        type=limits.whole(0, MOST_DAYS),
        default=0,
        metavar="N",
        help="of `take`: record so many days that are over (default 0: how things stood as the day began)",
    )
    parser.add_argument(
        "--history",
        type=limits.whole(1, 3660),
        default=LOOKED_BACK,
        metavar="N",
        help=f"of `take`: days up to then that say what demand and chance are like (default {LOOKED_BACK})",
    )


# Taking --------------------------------------------------------------------------------------------------------------


def take_command(options: argparse.Namespace) -> int:
    """Write a situation file from a live store."""
    if options.files:
        raise CannotStart("scenario take: takes no FILE; name what to write with --out")
    if options.date is None or options.out is None:
        raise CannotStart("scenario take: name a day with --date, and the situation's file with --out")
    first = _date(options.date)
    with opened(options) as (store, settings):
        store.clock = stored_clock(store)
        travel = provider_for(settings)
        try:
            with store.reading() as uow:
                situation = take(uow, travel, first, options.days, history=options.history)
        finally:
            close(travel)
    digest: list[str] = []
    save(lambda path: digest.append(write_situation(situation, path)), options.out)
    record = situation.record
    jobs = "" if record is None else f", {len(record.jobs)} jobs"
    sys.stdout.write(
        f"{options.out}: {situation.name}: {len(situation.people)} technicians, {len(situation.sites)} sites{jobs}\n"
        f'digest = "{digest[0]}"\n'
    )
    return 0


def _date(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise InvalidInput("--date", shown(text), "is no date", "write it as 2026-11-23") from None


# Replaying -----------------------------------------------------------------------------------------------------------


def replay_command(options: argparse.Namespace, means: Means) -> int:
    """Replay the recorded days of a situation file, or of the one that a scenario names."""
    if len(options.files) != 1:
        raise CannotStart("scenario replay: name one FILE, a situation (.json) or a scenario that names one (.toml)")
    (path,) = options.files
    for target in (options.out, options.report):
        if target is not None:
            refuse_unwritable(target)
    situation, dispatch, seed = _read(path)
    with naming(path):
        replayed = run_replay(
            situation,
            dispatch,
            replications=options.replications or 1,
            seed=seed,
            **means,
        )
    _tell(situation, replayed, options)
    return 0


def _read(path: str) -> tuple[Situation, Dispatching, int]:
    """What is replayed, who dispatches today, and the seed. A situation alone is dispatched by its own policy."""
    if Path(path).suffix == ".json":
        with naming(path):
            return read_situation(path), Dispatching(), 1
    with naming(path):
        scenario = read_scenario(path)
        for index, change in enumerate(scenario.changes):
            if not isinstance(change, DispatchChange):
                remedy = "remove it, or ask what if with `scenario run`"
                raise InvalidInput(f"changes[{index}]", shown(change.kind), "is nothing that a replay changes", remedy)
    return ground(scenario.situation), scenario.agent_after, scenario.replications.seed


def _tell(situation: Situation, replayed: Replayed, options: argparse.Namespace) -> None:
    console = Console()
    if not console.is_terminal:
        console = Console(width=_PLAIN_WIDTH)
    console.print(told("title", options.language, name=titled(situation.name, options.language)), highlight=False)
    if replayed.replications > 1:
        console.print(told("of means", options.language, count=replayed.replications), highlight=False)
    for table in tables(replayed, situation.zone, options.language):
        console.print()
        console.print(table)
    if options.out is not None:
        text = as_text(document(replayed))
        save(lambda path: _write(path, text), options.out)
    if options.report is not None:
        html = replay_page(situation, replayed, options.language)
        save(lambda path: _write(path, html), options.report)


def _write(path: str, text: str) -> None:
    target = Path(path)
    part = target.with_name(f".{target.name}.part")
    part.write_text(text, encoding="utf-8")
    part.replace(target)
