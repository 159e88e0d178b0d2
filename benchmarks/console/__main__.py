"""``python -m benchmarks.console``: the board of a busy day, whole and as it changes, in the server and over HTTP."""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence

from benchmarks.console.happenings import begin_shifts, happenings
from benchmarks.console.live import follow
from benchmarks.console.server import Measured, measure, memory
from benchmarks.load.filling import fill, publish_first_plan
from benchmarks.load.servers import database, serving
from benchmarks.machine import conditions
from benchmarks.tables import say, table
from dispatch.messaging.relay import relay
from dispatch.settings import Settings
from dispatch.store.engine import Store
from dispatch.store.migrate import upgrade

_COLUMNS = ["what", "times", "median ms", "max ms", "processor ms", "kB"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Fill a store, plan its day, and measure."""
    given = _parser().parse_args(arguments)
    say(conditions().sentence())
    with database(given.database) as url:
        store = Store(url)
        upgrade(store)
        kind = "PostgreSQL" if store.on_postgresql else "SQLite"
        say(f"{kind}: {given.visits} visits, {given.technicians} technicians")
        filled = fill(store, given.visits, given.technicians, given.seed)
        began = time.monotonic()
        publish_first_plan(store, Settings.model_validate({"database_url": url}), given.plan_seconds)
        begin_shifts(store)
        relay(store)
        say(f"  planned and published in {time.monotonic() - began:.1f} s")
        happening = happenings(store, given.seed)
        say()
        say(table(_COLUMNS, [one.row() for one in measure(store, happening)]))
        say(f"most memory of this process: {memory()}")
        if given.seconds:
            with serving(url) as address:
                screens, done, took = follow(
                    address, filled.token, given.dispatchers, store, given.seed, given.events, given.seconds
                )
            times = [one for screen in screens for one in screen.times]
            say()
            say(f"{done * 60 / took:.0f} events a minute for {took:.0f} s, {given.dispatchers} dispatchers, over HTTP")
            size = sum(screen.size for screen in screens) // max(1, len(times))
            say(table(_COLUMNS, [Measured("changes", times, size).row()]))
            say(f"boards that had to be read anew: {sum(screen.resets for screen in screens)}")
        store.dispose()
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.console", description=(__doc__ or "").splitlines()[0])
    parser.add_argument(
        "--database", default="sqlite", metavar="sqlite|postgresql|URL", help="an empty one is made, or named"
    )
    parser.add_argument("--visits", type=int, default=2400, help="of the day (default 2400)")
    parser.add_argument("--technicians", type=int, default=300, help="at work (default 300)")
    parser.add_argument("--plan-seconds", type=float, default=20, help="of search for the first plan (default 20)")
    parser.add_argument("--dispatchers", type=int, default=5, help="who look on (default 5)")
    parser.add_argument("--events", type=int, default=2000, help="a minute (default 2000)")
    parser.add_argument("--seconds", type=float, default=20, help="of events over HTTP; 0: none (default 20)")
    parser.add_argument("--seed", type=int, default=1, help="of the day and of what happens (default 1)")
    return parser


if __name__ == "__main__":
    raise SystemExit(main())
