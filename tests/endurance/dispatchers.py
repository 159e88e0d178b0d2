"""Many dispatchers edit and approve at once while planning runs are in flight, and everybody is told the truth.

Run as ``python -m tests.endurance.dispatchers --minutes 10 --dispatchers 20 --database postgresql --seed 1``. A real
``fieldwright serve`` with its worker answers on loopback; each dispatcher signs in and works in a thread of their own,
half of the time on the same few jobs. Refusals are judged as they come (:mod:`tests.endurance.desk`), the editions of
the plan while it goes on, and all that was acknowledged at the end (:mod:`tests.endurance.agreement`).
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from collections import Counter as Tally
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import func, select

from dispatch.access.passwords import hashed
from dispatch.domain.roles import Role
from dispatch.reactions import REACTIONS
from dispatch.store.engine import Store
from dispatch.store.migrate import upgrade
from dispatch.store.tables import AuditEntry, Job, OutboxEntry, PlanningRun, PlanRow, PlanStatus, User
from tests.dispatch.world import HERE, World
from tests.endurance.agreement import based_on_the_one_before, disagreements
from tests.endurance.databases import database
from tests.endurance.desk import PASSWORD, Desk, Log, Room
from tests.endurance.programs import Program, free_port, wait_for
from tests.endurance.verify import settle

TECHNICIANS, SITES, JOBS, HOT = 12, 40, 80, 4
_LOOKS = 15.0
"""Seconds between two looks at the history of plans while the work goes on."""
_BAD_WORDS = ("Traceback", "unexpected error", "ERROR", "CRITICAL")


@dataclass
class Outcome:
    """What came of it."""

    log: Log = field(default_factory=Log)
    violations: list[str] = field(default_factory=list)
    facts: dict[str, int] = field(default_factory=dict)


def seeded(store: Store, seed: int, dispatchers: int) -> tuple[Room, list[tuple[str, str]]]:
    """An operation of a dozen technicians, and its dispatchers: (id, e-mail). The room has no address yet."""
    luck, world = random.Random(seed), World(store)
    alone = [{"reason": "JobReceived", "touches_at_most": 0, "priority": None}]
    world.planning_policy("Standard", seconds=1.0, publish_without_asking=alone, freeze=60)
    world.sla_policy()
    territory, kinds = world.territory(), world.job_type(skills={"cooling": 1}, duration=1500)

    def near() -> tuple[float, float]:
        return HERE[0] + luck.uniform(-0.05, 0.05), HERE[1] + luck.uniform(0, 0.05)

    technicians = [world.technician(territory=territory, skills={"cooling": 2}, at=near()) for _ in range(TECHNICIANS)]
    for technician in technicians:
        for start in (-1, 23):
            world.shift(technician, start=start, hours=10)
    sites = []
    for _ in range(SITES):
        customer = world.customer()
        sites.append((customer, world.site(customer, territory=territory, at=near())))
    jobs = []
    for number in range(JOBS):
        customer, site = sites[number % SITES]
        asked = {"duration": luck.randrange(900, 2400)}
        jobs.append(world.job(customer=customer, site=site, job_type=kinds, territory=territory, visit=asked)[0])
    kept = hashed(PASSWORD)
    users = [world.user(Role.DISPATCHER, password_hash=kept) for _ in range(dispatchers)]
    with store.reading() as uow:
        emails = {row.id: row.email for row in uow.session.execute(select(User.id, User.email))}
    room = Room("", sites, kinds, technicians, jobs, jobs[:HOT])
    return room, [(user, emails[user]) for user in users]


def rehearse(seconds: float, dispatchers: int, kind: str, seed: int, *, told: bool = False) -> Outcome:
    """Let so many dispatchers work for so long, and look at what is there. ``told``: say how it goes."""
    outcome = Outcome()
    with ExitStack() as stack:
        where = database(kind)
        stack.callback(where.remove)
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="fieldwright-endurance-")))
        store = Store(where.url)
        stack.callback(store.dispose)
        upgrade(store)
        room, people = seeded(store, seed, dispatchers)
        port = free_port()
        environment = {"DATABASE_URL": where.url, "FIELDWRIGHT_LOG_LEVEL": "warning"}
        words = ["-m", "dispatch.cli", "serve", "--port", str(port)]
        said = folder / "server.log"
        server = Program("server", words, environment, said)
        stack.callback(server.stop)
        server.start()
        room = Room(**{**vars(room), "base": f"http://127.0.0.1:{port}"})
        wait_for(f"{room.base}/api/v1/openapi.json", server)
        desks = [Desk(number, *who, seed, room, outcome.log) for number, who in enumerate(people)]
        for desk in desks:
            desk.start()
        try:
            _watch(store, outcome, server, seconds, told=told)
        finally:
            for desk in desks:
                desk.end()
            for desk in desks:
                desk.join()
        outcome.violations += settle(store, 120, lambda: _gone(server), REACTIONS)
        outcome.violations += outcome.log.violations
        outcome.violations += disagreements(store, outcome.log)
        server.stop()
        log = said.read_text(errors="replace").splitlines()
        outcome.violations += [f"The server's log: {line}" for line in log if any(bad in line for bad in _BAD_WORDS)]
        outcome.facts = _facts(store)
        if outcome.violations:
            outcome.violations.append(f"The server's last words:\n{server.last_words(30)}")
    return outcome


def _watch(store: Store, outcome: Outcome, server: Program, seconds: float, *, told: bool) -> None:
    """Look at the history of plans every now and then until the time is over, or the server is."""
    end, known = time.monotonic() + seconds, 0
    while (left := end - time.monotonic()) > 0 and not outcome.violations:
        time.sleep(min(left, _LOOKS))
        with store.reading() as uow:
            outcome.violations += based_on_the_one_before(uow)
        outcome.violations += _gone(server)
        if told:
            log = outcome.log
            for one in log.violations[known:]:
                _say(f"VIOLATION: {one}")
            known = len(log.violations)
            _say(
                f"{seconds - max(0.0, end - time.monotonic()):4.0f} s: {sum(log.requests.values())} requests, "
                f"{len(log.writes)} writes acknowledged, {_conflicts(log)} conflicts, {len(log.violations)} violations"
            )


def _gone(server: Program) -> list[str]:
    return [f"The server ended by itself:\n{server.last_words()}"] if server.has_ended() else []


def _facts(store: Store) -> dict[str, int]:
    with store.reading() as uow:
        counted = {
            table.__tablename__: uow.session.scalar(select(func.count()).select_from(table)) or 0
            for table in (Job, PlanningRun, PlanRow, OutboxEntry, AuditEntry)
        }
        published = select(func.count()).where(PlanRow.edition.is_not(None))
        return {
            **counted,
            "drafts left": uow.session.scalar(select(func.count()).where(PlanRow.status == PlanStatus.DRAFT)) or 0,
            "plans published": uow.session.scalar(published) or 0,
            "of them by dispatchers": uow.session.scalar(published.where(PlanRow.published_by != "system")) or 0,
        }


def _conflicts(log: Log) -> int:
    return sum(count for what, count in log.refused.items() if what.startswith(("409", "412")))


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def _table(title: str, counted: Mapping[str, int]) -> str:
    lines = [f"  {count:7} {what}" for what, count in sorted(counted.items())]
    return "\n".join([f"{title} ({sum(counted.values())}):", *lines])


def main() -> int:
    """Rehearse as the arguments say; 1 where something was not as it must be."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--dispatchers", type=int, default=20)
    parser.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    outcome = rehearse(options.minutes * 60, options.dispatchers, options.database, options.seed, told=True)
    log = outcome.log
    _say("")
    _say(f"{options.dispatchers} dispatchers, {options.minutes:g} minutes, {options.database}, seed {options.seed}")
    _say(_table("Requests", log.requests))
    _say(_table("Acknowledged", log.acknowledged))
    _say(_table("Refused", log.refused))
    decided = Tally(one.what for one in log.decisions)
    _say(f"Acknowledged changes of jobs and visits: {len(log.writes)}; decisions about drafts: {dict(decided)}")
    _say(", ".join(f"{count} {what}" for what, count in outcome.facts.items()))
    for one in outcome.violations[:60]:
        _say(f"VIOLATION: {one}")
    _say(f"verdict: {len(outcome.violations)} violations" if outcome.violations else "verdict: no violation")
    return 1 if outcome.violations else 0


if __name__ == "__main__":
    sys.exit(main())
