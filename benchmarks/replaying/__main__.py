"""``python -m benchmarks.replaying``: a day of the sample city out of a live store, replayed stage by stage.

The day is made in a SQLite store of a temporary folder: the simulated field force goes through it in steps of five
minutes, every half hour a brief search of so many rounds looks for a better plan, and drafts are approved as they come.
No clock of this machine has a say in it, so that the same program measures the same figures again.
"""

from __future__ import annotations

import argparse
import datetime as dt
import tempfile
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from benchmarks.machine import conditions
from benchmarks.tables import say, table
from dispatch.domain.clock import FixedClock
from dispatch.planning.run import RunWorker, request_run
from dispatch.planning.solver_process import answered
from dispatch.sample.city import EXTRACT, SAMPLE_DATE
from dispatch.sample.force.field import FieldForce
from dispatch.sample.live import begins_at, fill
from dispatch.settings import Settings
from dispatch.store.clock import set_clock
from dispatch.store.engine import Store
from dispatch.store.migrate import upgrade
from dispatch.store.tables import Job
from dispatch.travel.provider import RoadTravel
from dispatch.travel.roads import RoadNetwork
from scenarios.measuring.intervals import Interval
from scenarios.measuring.minutes import MINUTES
from scenarios.replaying.running import Replayed, run_replay
from scenarios.scenario import Dispatching
from scenarios.situation.situation import Situation
from scenarios.situation.taking import take

TICK, SEARCH_EVERY = dt.timedelta(minutes=5), 6
"""Between two looks of the field force, and so many of them between two searches."""
_FIGURES = (*MINUTES, "jobs_per_day")


class _Rounds:
    """Searches in this process, for so many rounds instead of seconds."""

    def __init__(self, rounds: int) -> None:
        self._rounds = rounds

    def solve(self, task: Any, listen: Any) -> Any:
        """As the pool of solver processes does."""
        return answered(replace(task, seconds=None, iterations=self._rounds), listen)


def main(arguments: Sequence[str] | None = None) -> int:
    """Make the day, replay it, print both tables."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.replaying", description=__doc__)
    parser.add_argument("--replications", type=int, default=5, help="of each stage (default 5)")
    parser.add_argument("--rounds", type=int, default=300, help="of each search (default 300)")
    parser.add_argument("--hours", type=float, default=24.0, help="that the live day lasts (default 24: to midnight)")
    parser.add_argument("--processes", type=int, default=1, help="that replay (default 1)")
    given = parser.parse_args(arguments)
    say(conditions().sentence())
    with tempfile.TemporaryDirectory() as folder:
        situation = _lived(Path(folder), given.rounds, dt.timedelta(hours=given.hours))
    began = time.process_time()
    replayed = run_replay(
        situation,
        Dispatching(iterations=given.rounds),
        replications=given.replications,
        processes=given.processes,
        cluster=None,
        keep=None,
        on_progress=lambda _done, _most: None,
    )
    _tell(replayed)
    took = time.process_time() - began
    say(f"{given.replications} replications of {len(replayed.stages)} stages: {took:.0f} s of this process")
    return 0


def _lived(folder: Path, rounds: int, lasts: dt.timedelta) -> Situation:
    """The day as it was recorded, until midnight or for so long; then nothing happens any more."""
    store = Store(f"sqlite:///{folder / 'day.db'}")
    upgrade(store)
    travel = RoadTravel(RoadNetwork.from_extract(EXTRACT))
    fill(store, travel=travel)
    clock = FixedClock(begins_at().astimezone(dt.UTC))
    store.clock = clock
    force = FieldForce(store, travel, 1, autopilot=True)
    settings = Settings.model_validate({"database_url": str(store.url), "data_folder": folder})
    solver: Any = _Rounds(rounds)
    runs = RunWorker(store, settings, travel, solver=solver)
    before, begun, midnight = _jobs(store), clock.now(), _midnight() + dt.timedelta(days=1)
    while (gone := clock.now() - begun) < lasts and clock.now() < midnight:
        if gone % (SEARCH_EVERY * TICK) == dt.timedelta(0):
            with store.unit_of_work() as uow:
                request_run(uow, reason="asked")
            while runs.work_once():
                pass
        force.tick()
        clock.advance(seconds=TICK.total_seconds())
    clock.at = midnight + dt.timedelta(hours=6)
    set_clock(store, clock.now(), 1.0)
    say(f"{before} jobs in the morning, {_jobs(store)} by midnight")
    try:
        with store.reading() as uow:
            return take(uow, travel, SAMPLE_DATE, 1, history=28)
    finally:
        store.dispose()


def _midnight() -> dt.datetime:
    """As the day begins."""
    return begins_at().replace(hour=0, minute=0, second=0, microsecond=0)


def _jobs(store: Store) -> int:
    with store.reading() as uow:
        return uow.session.scalar(select(func.count()).select_from(Job)) or 0


def _tell(replayed: Replayed) -> None:
    say(
        table(
            ("stage", *_FIGURES),
            [(stage, *(_told(replayed.mean(stage, name)) for name in _FIGURES)) for stage in replayed.stages],
        )
    )
    lost = dict(replayed.losses("minutes"))
    say(table(("cause", "minutes"), [(stage, _told(found)) for stage, found in lost.items()]))


def _told(found: Interval) -> str:
    if found.mean is None:
        return "–"
    return f"{found.mean:.1f}" if found.count < 2 else f"{found.mean:.1f} ± {found.half:.1f}"


if __name__ == "__main__":
    raise SystemExit(main())
