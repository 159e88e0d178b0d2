"""Kill the real programs at random moments under load, and look at what is there afterwards.

Run as ``python -m tests.endurance.kill --moments 50 --target all --database postgresql --seed 1``. The targets are
``server`` (``fieldwright serve --no-worker``), ``worker`` (``fieldwright worker``, and a program whose handlers count),
``solver`` (a solver process of the worker), ``postgres`` (the postmaster), or ``all`` of them in turn by chance. A
moment is a SIGKILL to the target's process id after up to ``--gap`` seconds of work, and a new start after up to half
a second; work begins when the target is ready, but for one time in four, so that programs die while they come up too.
Afterwards everything comes to rest and is checked, see :mod:`tests.endurance.verify`.
"""

from __future__ import annotations

import argparse
import base64
import datetime as dt
import random
import secrets
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from sqlalchemy import func, select

from dispatch.access.tokens import new_token
from dispatch.domain.roles import Role
from dispatch.store.engine import Store
from dispatch.store.migrate import upgrade
from dispatch.store.tables import (
    AuditEntry,
    Job,
    NotificationStatus,
    OutboxEntry,
    PlanningRun,
    PlanRow,
    Webhook,
    WebhookDelivery,
)
from tests.dispatch.world import HERE, World
from tests.endurance.databases import Database, database
from tests.endurance.load import Acknowledged, Client, Places
from tests.endurance.programs import Program, free_port, wait_for
from tests.endurance.verify import settle, violations

_READY = 0.75
"""Share of the moments after which all is ready before the next one is chosen."""
TARGETS = ("server", "worker", "solver", "postgres", "all")


@dataclass
class Outcome:
    """What came of it."""

    moments: dict[str, int] = field(default_factory=dict)
    violations: list[str] = field(default_factory=list)
    log: Acknowledged = field(default_factory=Acknowledged)
    facts: dict[str, int] = field(default_factory=dict)


class Listener:
    """An integrator's program that remembers which messages it was sent."""

    def __init__(self) -> None:
        heard: set[str] = set()

        class Hear(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                heard.add(self.headers["webhook-id"])
                self.rfile.read(int(self.headers.get("content-length", 0)))
                self.send_response(204)
                self.end_headers()

            def log_message(self, format: str, *_: object) -> None:  # noqa: A002
                """Say nothing."""

        self.heard = heard
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Hear)
        self.url = f"http://127.0.0.1:{self._server.server_port}/"

    @contextmanager
    def listening(self) -> Iterator[None]:
        thread = threading.Thread(target=self._server.serve_forever)
        thread.start()
        try:
            yield
        finally:
            self._server.shutdown()
            self._server.server_close()
            thread.join()


def seeded(store: Store, seed: int, webhook: str) -> tuple[str, list[tuple[str, str]], str]:
    """A small operation: a token of an administrator, sites with their customers, and a job type."""
    luck, world = random.Random(seed), World(store)
    # What only finds a place for a new job goes out by itself, from the worker; clients approve what they asked for.
    alone = [{"reason": "JobReceived", "touches_at_most": 0, "priority": None}]
    world.planning_policy("Standard", seconds=0.5, publish_without_asking=alone, freeze=60)
    territory = world.territory()
    job_type = world.job_type(skills={"cooling": 1}, duration=1200)

    def near() -> tuple[float, float]:
        return HERE[0] + luck.uniform(-0.05, 0.05), HERE[1] + luck.uniform(0, 0.05)

    for _ in range(6):
        technician = world.technician(territory=territory, skills={"cooling": 2}, at=near())
        for start in (-1, 23):
            world.shift(technician, start=start, hours=10)
    sites = []
    for _ in range(12):
        customer = world.customer()
        sites.append((customer, world.site(customer, territory=territory, at=near())))
    user = world.user(Role.ADMINISTRATOR)
    secret = "whsec_" + base64.b64encode(secrets.token_bytes(24)).decode()
    with store.unit_of_work() as uow:
        uow.session.add(Webhook(id="webhook_all", name="All", url=webhook, secret=secret, created_by=user))
        _, token = new_token(uow, user, "endurance", uow.now, dt.timedelta(days=1))
    return token, sites, job_type


class Operation:
    """The programs of an operation, and how each of them is killed and comes back."""

    def __init__(self, where: Database, folder: Path) -> None:
        port = free_port()
        environment = {"DATABASE_URL": where.url, "FIELDWRIGHT_LOG_LEVEL": "warning"}
        self.base = f"http://127.0.0.1:{port}"
        self._where = where
        serve = ["-m", "dispatch.cli", "serve", "--no-worker", "--port", str(port)]
        self.server = Program("server", serve, environment, folder / "server.log")
        self.worker = Program("worker", ["-m", "dispatch.cli", "worker"], environment, folder / "worker.log")
        counting = ["-m", "tests.endurance.counting", where.url]
        self.counting = Program("counting", counting, environment, folder / "counting.log")

    @property
    def programs(self) -> tuple[Program, ...]:
        return self.server, self.worker, self.counting

    def start(self) -> None:
        """All of them, in an order in which the first event already finds who counts it."""
        for program in (self.counting, self.worker, self.server):
            program.start()
        self.wait()

    def wait(self) -> None:
        """Until the server answers, and the worker works."""
        wait_for(f"{self.base}/healthz", self.server)
        self.worker.wait_until_it_says("Working on")

    def kill(self, target: str, pause: float) -> bool:
        """Kill it, leave it so for ``pause`` seconds, and start it again. False where there was nothing to kill."""
        match target:
            case "solver":
                return self.worker.kill_child()
            case "postgres":
                self._where.kill()
                time.sleep(pause)
                self._where.start()
                return True
        killed = [self.server] if target == "server" else [self.worker, self.counting]
        for program in killed:
            program.kill()
        time.sleep(pause)
        for program in killed:
            program.start()
        return True

    def look_after(self) -> list[str]:
        """What has ended by itself. A database that is away is no reason to: they wait for it."""
        return [
            f"The {program.name} ended by itself:\n{program.last_words()}"
            for program in self.programs
            if program.has_ended()
        ]


def rehearse(
    moments: int,
    target: str,
    kind: str,
    seed: int,
    *,
    clients: int = 4,
    gap: float = 5,
    patience: float = 120,
    told: bool = False,
) -> Outcome:
    """Kill ``target`` at so many moments and check what is there. ``gap`` is the longest time between two of them."""
    luck, outcome, listener = random.Random(seed), Outcome(), Listener()
    choices = ["server", "worker", "solver", *(["postgres"] if kind == "postgresql" else [])]
    with ExitStack() as stack:
        where = database(kind)
        stack.callback(where.remove)
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="fieldwright-endurance-")))
        stack.enter_context(listener.listening())
        store = Store(where.url)
        stack.callback(store.dispose)
        upgrade(store)
        token, sites, job_type = seeded(store, seed, listener.url)
        operation = Operation(where, folder)
        for program in operation.programs:
            stack.callback(program.stop)
        operation.start()
        crowd = [
            Client(number, seed, Places(operation.base, token, sites, job_type), outcome.log)
            for number in range(clients)
        ]
        for one in crowd:
            one.start()
        try:
            while sum(outcome.moments.values()) < moments and not outcome.violations:
                time.sleep(luck.uniform(0.1, gap))
                chosen = luck.choice(choices) if target == "all" else target
                if operation.kill(chosen, luck.uniform(0, 0.5)):
                    outcome.moments[chosen] = outcome.moments.get(chosen, 0) + 1
                    if told:
                        _say(f"{sum(outcome.moments.values()):3} killed the {chosen}; {_so_far(outcome.log)}")
                outcome.violations += operation.look_after()
                if luck.random() < _READY:
                    operation.wait()
        except RuntimeError as error:
            outcome.violations.append(str(error))
        finally:
            for one in crowd:
                one.end()
            for one in crowd:
                one.join()
        outcome.violations += settle(store, patience, operation.look_after)
        outcome.violations += violations(store, outcome.log)
        outcome.violations += outcome.log.unexpected
        outcome.violations += _unheard(store, listener)
        outcome.facts = _facts(store)
        if outcome.violations:
            for program in operation.programs:
                outcome.violations.append(f"Last words of the {program.name}:\n{program.last_words(40)}")
    return outcome


def _unheard(store: Store, listener: Listener) -> Iterator[str]:
    with store.reading() as uow:
        sent = uow.session.scalars(select(WebhookDelivery.id).where(WebhookDelivery.status == NotificationStatus.SENT))
        for delivery in set(sent) - listener.heard:
            yield f"{delivery} counts as sent and was never heard."


def _facts(store: Store) -> dict[str, int]:
    with store.reading() as uow:
        counted = {
            table.__tablename__: uow.session.scalar(select(func.count()).select_from(table)) or 0
            for table in (Job, PlanningRun, PlanRow, OutboxEntry, AuditEntry, WebhookDelivery)
        }
        editions = uow.session.scalar(select(func.count()).where(PlanRow.edition.is_not(None))) or 0
    return {**counted, "published": editions}


def _so_far(log: Acknowledged) -> str:
    return (
        f"{len(log.created)} jobs, {len(log.cancelled)} cancelled, {len(log.runs)} runs, {len(log.approved)} approved"
    )


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def main() -> int:
    """Rehearse as the command line says, and say what came of it; 1 where something is not as it must be."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--moments", type=int, default=50)
    parser.add_argument("--target", choices=TARGETS, default="all")
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--clients", type=int, default=4)
    parser.add_argument("--gap", type=float, default=5, help="the longest work between two moments, in seconds")
    parser.add_argument("--patience", type=float, default=120, help="seconds in which something must get on at the end")
    options = parser.parse_args()
    if options.target == "postgres" and options.database != "postgresql":
        parser.error("--target postgres needs --database postgresql")
    begun = time.monotonic()
    outcome = rehearse(
        options.moments,
        options.target,
        options.database,
        options.seed,
        clients=options.clients,
        gap=options.gap,
        patience=options.patience,
        told=True,
    )
    _say(f"{time.monotonic() - begun:.0f} s, killed {outcome.moments}, {_so_far(outcome.log)}")
    _say(f"in the store: {outcome.facts}")
    _say(f"answers: {dict(sorted(outcome.log.answers.items()))}")
    _say("\n".join(outcome.violations) or "Everything that was acknowledged is there, and everything happened once.")
    return 1 if outcome.violations else 0


if __name__ == "__main__":
    raise SystemExit(main())
