"""``python -m benchmarks.load``: median and p99 of every route while 2,000 jobs are in flight and plans are made."""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Sequence

from sqlalchemy import func, select

from benchmarks.load.filling import fill, publish_first_plan
from benchmarks.load.servers import database, serving
from benchmarks.load.traffic import Answered, Traffic
from benchmarks.machine import conditions
from benchmarks.tables import say, table
from dispatch.settings import Settings
from dispatch.store.engine import Store
from dispatch.store.migrate import upgrade
from dispatch.store.tables import OutboxEntry, PlanHead, PlanningRun, RunStatus

_FIRST_PLAN_SECONDS = 20.0
_REFUSAL = 400


def main(arguments: Sequence[str] | None = None) -> int:
    """Fill, serve, send, and print one table; status 1 where a request went without a good answer."""
    given = _parser().parse_args(arguments)
    say(conditions().sentence())
    with database(given.database) as url:
        store = Store(url)
        upgrade(store)
        say(f"{'PostgreSQL' if store.on_postgresql else 'SQLite'}: {given.jobs} jobs, {given.technicians} technicians")
        began = time.monotonic()
        filled = fill(store, given.jobs, given.technicians, given.seed)
        say(f"  filled in {time.monotonic() - began:.1f} s")
        began = time.monotonic()
        publish_first_plan(
            store, Settings.model_validate({"database_url": url}), min(_FIRST_PLAN_SECONDS, given.seconds)
        )
        say(f"  planned and published in {time.monotonic() - began:.1f} s")
        with serving(url) as address:
            answers = Traffic(address, filled, given.seed).run(given.reads, given.writes, given.seconds)
        say(f"{given.reads:g} reads and {given.writes:g} writes a second for {given.seconds:g} s; {_planned(store)}")
        store.dispose()
    say()
    say(_report(answers))
    return 1 if any(_failed(one) for one in answers) else 0


def _planned(store: Store) -> str:
    with store.reading() as uow:
        done = uow.session.scalar(select(func.count()).where(PlanningRun.status == RunStatus.DONE))
        head = uow.session.get(PlanHead, 1)
        events = uow.session.scalar(select(func.count(OutboxEntry.id)))
    return f"{done} planning runs done, {head.edition if head else 0} plans published, {events} events in all"


def _failed(one: Answered) -> bool:
    return one.status == 0 or one.status >= _REFUSAL


def _report(answers: Sequence[Answered]) -> str:
    by_route: dict[str, list[Answered]] = {}
    for one in answers:
        by_route.setdefault(one.route, []).append(one)
    rows = [_row(route, by_route[route]) for route in sorted(by_route)]
    reads = [one for one in answers if one.route.startswith("GET")]
    writes = [one for one in answers if not one.route.startswith("GET")]
    rows += [_row("all reads", reads), _row("all writes", writes)]
    return table(["route", "requests", "errors", "median ms", "p99 ms", "max ms"], rows)


def _row(route: str, answers: Sequence[Answered]) -> list[str]:
    times = sorted(one.milliseconds for one in answers)
    if not times:
        return [route, "0", "0", "-", "-", "-"]
    p99 = times[min(len(times) - 1, -(-len(times) * 99 // 100) - 1)]
    numbers = [f"{value:.0f}" for value in (statistics.median(times), p99, times[-1])]
    return [route, str(len(times)), str(sum(map(_failed, answers))), *numbers]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.load", description=(__doc__ or "").splitlines()[0])
    parser.add_argument(
        "--database", default="sqlite", metavar="sqlite|postgresql|URL", help="an empty one is made, or named"
    )
    parser.add_argument("--jobs", type=int, default=2000, help="in flight (default 2000)")
    parser.add_argument("--technicians", type=int, default=300, help="at work (default 300)")
    parser.add_argument("--reads", type=float, default=50, help="a second (default 50)")
    parser.add_argument("--writes", type=float, default=4, help="a second (default 4)")
    parser.add_argument("--seconds", type=float, default=60, help="of traffic (default 60)")
    parser.add_argument("--seed", type=int, default=1, help="of the day and of the traffic (default 1)")
    return parser


if __name__ == "__main__":
    raise SystemExit(main())
