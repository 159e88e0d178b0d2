"""``python -m benchmarks.phones``: 500 phones that sync every 20 seconds with one server, which also plans."""

from __future__ import annotations

import argparse
import asyncio
import resource
import statistics
import time
from collections.abc import Sequence

from benchmarks.load.filling import fill, publish_first_plan
from benchmarks.load.servers import database, serving
from benchmarks.machine import conditions
from benchmarks.phones.carrying import Rhythm, Said, carry
from benchmarks.phones.filling import hand_over_the_whole_day, phones_for
from benchmarks.phones.lag import begin_here, lag
from benchmarks.tables import say, table
from dispatch.settings import Settings
from dispatch.store.engine import Store
from dispatch.store.migrate import upgrade

_FIRST_PLAN_SECONDS = 20.0
_REFUSAL = 400
_SHOWN = 10


def main(arguments: Sequence[str] | None = None) -> int:
    """Fill, serve, carry the phones about, and print one table; status 1 where anything went wrong."""
    given = _parser().parse_args(arguments)
    say(conditions().sentence())
    with database(given.database) as url:
        store = Store(url)
        upgrade(store)
        kind, jobs = "PostgreSQL" if store.on_postgresql else "SQLite", given.phones * given.visits
        say(f"{kind}: {given.phones} phones, {jobs} visits")
        began = time.monotonic()
        filled = fill(store, jobs, given.phones, given.seed)
        phones = phones_for(store, filled.technicians, proofs=given.proofs)
        hand_over_the_whole_day(store)
        settings = Settings.model_validate({"database_url": url})
        publish_first_plan(store, settings, min(_FIRST_PLAN_SECONDS, given.seconds))
        begin_here(store)
        say(f"  filled, planned and published in {time.monotonic() - began:.1f} s")
        rhythm = Rhythm(given.every, given.acts_every, given.positions_every, given.seconds)
        children, own = _cpu(resource.RUSAGE_CHILDREN), _cpu(resource.RUSAGE_SELF)
        with serving(url) as address:
            said = asyncio.run(carry(address, phones, rhythm, given.seed))
            own = _cpu(resource.RUSAGE_SELF) - own
            behind = lag(store)
        children = _cpu(resource.RUSAGE_CHILDREN) - children
        store.dispose()
    say(f"{_offered(given)} for {given.seconds:g} s, {'with' if given.proofs else 'without'} proofs of a key (DPoP)")
    say()
    say(_report(said, given.seconds))
    say()
    receipts = f"{said.applied} applied, {said.refused} refused, {said.waiting} waiting"
    say(f"receipts: {receipts}; {said.nonces} requests were asked for a new nonce")
    say(f"behind: an answer by {_furthest(said):.1f} s at most, the worker by {behind}")
    say(f"the phones asked {said.late:.2f} s late at most")
    for refusal, times in said.refusals.most_common(_SHOWN):
        say(f"{times} × {refusal}")
    share = 100 / said.lasted if said.lasted else 0.0
    say(f"of one core: server and worker {children * share:.0f} %, the phones {own * share:.0f} %")
    return 1 if said.waiting or any(_failed(one.status) for one in said.answers) else 0


def _offered(given: argparse.Namespace) -> str:
    pulls, acts = given.phones / given.every, given.phones / given.acts_every
    positions = given.phones / given.positions_every if given.positions_every else 0.0
    return f"{pulls:.1f} pulls, {acts:.1f} actions and {positions:.1f} positions a second"


def _failed(status: int) -> bool:
    return status == 0 or status >= _REFUSAL


def _furthest(said: Said) -> float:
    return max((one.milliseconds for one in said.answers), default=0.0) / 1000


def _report(said: Said, seconds: float) -> str:
    routes: dict[str, list[float]] = {}
    errors: dict[str, int] = {}
    for one in said.answers:
        for name in (one.route, "all"):
            routes.setdefault(name, []).append(one.milliseconds)
            errors[name] = errors.get(name, 0) + _failed(one.status)
    rows = []
    for name in [*sorted(routes.keys() - {"all"}), "all"] if routes else []:
        times = sorted(routes[name])
        p99 = times[min(len(times) - 1, -(-len(times) * 99 // 100) - 1)]
        numbers = [f"{value:.0f}" for value in (statistics.median(times), p99, times[-1])]
        rows.append([name, f"{len(times) / seconds:.1f}", str(len(times)), str(errors[name]), *numbers])
    return table(["route", "a second", "requests", "errors", "median ms", "p99 ms", "max ms"], rows)


def _cpu(whose: int) -> float:
    used = resource.getrusage(whose)
    return used.ru_utime + used.ru_stime


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.phones", description=(__doc__ or "").splitlines()[0])
    parser.add_argument(
        "--database", default="sqlite", metavar="sqlite|postgresql|URL", help="an empty one is made, or named"
    )
    parser.add_argument("--phones", type=int, default=500, help="one for each technician (default 500)")
    parser.add_argument("--visits", type=int, default=5, help="of each technician (default 5)")
    parser.add_argument("--every", type=float, default=20, help="seconds between a phone's pulls (default 20)")
    parser.add_argument("--acts-every", type=float, default=120, help="seconds between its actions (default 120)")
    parser.add_argument(
        "--positions-every", type=float, default=30, help="seconds between its positions; 0: none (default 30)"
    )
    parser.add_argument("--seconds", type=float, default=120, help="of syncing (default 120)")
    parser.add_argument("--no-proofs", dest="proofs", action="store_false", help="tokens alone, no proofs of a key")
    parser.add_argument("--seed", type=int, default=1, help="of the day and of the phones (default 1)")
    return parser


if __name__ == "__main__":
    raise SystemExit(main())
