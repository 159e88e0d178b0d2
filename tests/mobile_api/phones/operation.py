"""The operation that the phones belong to: a server that can die, a dispatcher, and a re-planner.

Made once: an application and a database file with a small planned day. Each example works on a copy of the file.
"""

from __future__ import annotations

import datetime as dt
import json
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from sqlalchemy import event, select

from dispatch.access.passwords import hashed
from dispatch.console.app import create_app
from dispatch.console.context import Context
from dispatch.domain.clock import FixedClock
from dispatch.domain.errors import DispatchError
from dispatch.domain.roles import SYSTEM, Actor, Role
from dispatch.messaging.relay import relay
from dispatch.planning.documents import plan_of, problem_of
from dispatch.planning.draft import whole_row
from dispatch.planning.edit import Edit, edited
from dispatch.planning.policies import standard_policy
from dispatch.planning.publication import ask_due, dispatch_due, locked_head
from dispatch.planning.publish import publish
from dispatch.planning.snapshot import Snapshot, take_snapshot
from dispatch.services import devices, disputes, visits
from dispatch.settings import Settings
from dispatch.store.engine import Store
from dispatch.store.tables import Assignment, Decision, OutboxEntry, PlanRow, User, Visit
from dispatch.store.unit_of_work import UnitOfWork
from dispatch.travel.provider import EstimatedTravel
from mobile_api.sync.afterwards import make_true
from optimizer.check import check
from optimizer.domain import Plan, Unassigned
from optimizer.solve import solve
from tests.dispatch.world import HERE, World
from tests.mobile_api.phones.calling import Caller
from tests.mobile_api.phones.disk import Disk
from tests.mobile_api.phones.phone import Answer, Request

TRAVEL = EstimatedTravel(30, 1.3)
PASSWORD = "a day in the field"
DISPATCHER = Actor("user_dispatcher", "Dora", Role.DISPATCHER)
PEOPLE = 3
PHONE = "/api/v1/phone"


class ServerDied(Exception):  # noqa: N818  it happens to a server, nobody makes a mistake
    """The process ended where it stood."""


@dataclass
class House:
    """What all examples share."""

    app: FastAPI
    caller: Caller
    settings: Settings
    file: Path
    folder: Path
    started: FixedClock
    emails: Mapping[str, str]
    """User → e-mail."""
    technicians: Mapping[str, str]
    """User → technician."""
    disks: dict[tuple[int, bool], Disk] = field(default_factory=dict)
    """Phones that have signed in and pulled their day: number, and whether with a key → what they hold."""


def built(migrated: Path, folder: Path, clock: FixedClock, visits_of_the_day: int = 6) -> House:
    """The application, and a planned day in a file."""
    file = folder / "seeded.db"
    shutil.copyfile(migrated, file)
    settings = Settings(database_url=f"sqlite:///{file}", data_folder=folder / "data")
    store = Store(f"sqlite:///{file}", clock)
    world = World(store)
    territory = world.territory()
    world.planning_policy(freeze=0, reassign_cost=1.0, dispatch_ahead=12 * 3600)
    emails, technicians = {}, {}
    kept = hashed(PASSWORD)
    for number in range(PEOPLE):
        lat, lon = HERE[0] + number / 100, HERE[1]
        technician = world.technician(territory=territory, at=(lat, lon), costs={"per_travel_hour": 60})
        world.shift(technician, start=-0.5, hours=10, max_overtime=4 * 3600, breaks=[_lunch(world)])
        user = world.user(Role.TECHNICIAN, technician_id=technician, password_hash=kept)
        technicians[user] = technician
        with store.reading() as uow:
            emails[user] = uow.get(User, user).email
    for number in range(visits_of_the_day):
        at = (HERE[0] + number % 3 / 100, HERE[1] + number / 200)
        world.job(territory=territory, at=at, visit={"duration": 1200, "drop_cost": 300.0})
    with _publishing(store) as (uow, snapshot):
        publish(uow, snapshot, solve(snapshot.problem, iterations=50, seed=1).plan, standard_policy(uow.session))
    relay(store)
    app = create_app(store, settings, travel=TRAVEL, wall=clock)
    store.dispose()
    return House(app, Caller(app), settings, file, folder, clock, emails, technicians)


@dataclass
class Operation:
    """One example's copy: what the server does with requests, and what people do in the office."""

    house: House
    clock: FixedClock = field(init=False)
    store: Store = field(init=False)
    dead: bool = field(init=False, default=False)
    _commits: int = field(init=False, default=0)
    _dies: tuple[str, int] | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        self.clock = FixedClock(self.house.started.at)
        shutil.copyfile(self.house.file, self._file)
        self._start()

    def becomes_the_beginning(self) -> None:
        """Let all examples to come begin with what has happened here."""
        self.store.dispose()
        shutil.copyfile(self._file, self.house.file)

    def close(self) -> None:
        """Let go of the file."""
        self.store.dispose()
        for end in ("", "-wal", "-shm"):
            Path(f"{self._file}{end}").unlink(missing_ok=True)

    @property
    def _file(self) -> Path:
        return self.house.folder / "store.db"

    # -- the server ----------------------------------------------------------------------------------------------------

    def _start(self) -> None:
        self.store = Store(f"sqlite:///{self._file}", self.clock)
        event.listen(self.store.engine, "connect", _without_waiting_for_the_disk)
        self.store.listen("before_commit", lambda _: self._count("before"))
        self.store.listen("after_commit", lambda _: self._count("after"))
        self.house.app.state.context = Context(self.store, self.house.settings, TRAVEL, None, self.clock)
        self.dead, self._dies = False, None

    def dies(self, when: str, commits: int) -> None:
        """Let the server die ``before`` or ``after`` one of the next commits."""
        self._dies, self._commits = (when, commits), 0

    @property
    def about_to_die(self) -> bool:
        """Whether the server will die at one of its next commits."""
        return self._dies is not None

    def restart(self) -> None:
        """End the process and start another."""
        self.store.dispose()
        self._start()

    def answers(self, request: Request) -> Answer | None:
        """What the server answers to a phone; None where it died meanwhile, and has been started again."""
        status, headers, content = self.house.caller.ask(
            request.method, PHONE + request.path, request.body, request.headers
        )
        if self.dead:
            self.restart()
            return None
        body = json.loads(content) if content else None
        assert status < 500, body
        return Answer(status, body, headers)

    def _count(self, when: str) -> None:
        if self.dead:
            raise ServerDied
        if self._dies is not None and self._dies[0] == when:
            self._commits += 1
            if self._commits > self._dies[1]:
                self.dead = True
                raise ServerDied

    # -- the office ----------------------------------------------------------------------------------------------------

    def acts(self, visit: str, action: str) -> bool:
        """The dispatcher does something to a visit; whether that was possible."""
        return self._possible(lambda uow: visits.act(uow, visit, visits.VisitAction(action)))

    def pins(self, visit: str, user: str) -> bool:
        """The dispatcher fixes who does a visit."""
        return self._possible(lambda uow: visits.pin(uow, visit, {"technician": self.house.technicians[user]}))

    def gives(self, visit: str, user: str) -> bool:
        """The dispatcher gives a visit to somebody else, by a plan that is published; whether it keeps the rules."""

        def moved(snapshot: Snapshot, uow: UnitOfWork) -> Plan:
            one = Edit(visit, technician=self.house.technicians[user])
            return edited(snapshot.problem, snapshot.published, one, standard_policy(uow.session))

        return self._publishes(moved)

    def takes_back(self, visit: str) -> bool:
        """A plan is published in which nobody does the visit."""

        def left_out(snapshot: Snapshot, uow: UnitOfWork) -> Plan:
            one = Edit(visit, unassign=True)
            return edited(snapshot.problem, snapshot.published, one, standard_policy(uow.session))

        return self._publishes(left_out)

    def replans(self, seed: int) -> bool:
        """The optimizer looks again, and what it finds is published."""
        return self._publishes(
            lambda snapshot, _: solve(snapshot.problem, start=snapshot.published, iterations=20, seed=seed).plan
        )

    def dispatches_what_is_due(self) -> None:
        """What starts soon goes to the phones, and events get their positions: what the worker does."""
        dispatch_due(self.store)
        ask_due(self.store)
        relay(self.store)

    def revokes(self, device: str, *, wipe: bool) -> bool:
        """The dispatcher revokes a phone."""
        return self._possible(lambda uow: devices.revoke_device(uow, device, "Left on a train.", wipe, uow.now))

    def settles(self, user: str, action: str, decision: str) -> bool:
        """The dispatcher decides about a refused action; whether that was possible."""
        return self._possible(
            lambda uow: disputes.settle(uow, user, action, Decision(decision), "We talked.", make_true)
        )

    def _publishes(self, planned: Callable[[Snapshot, UnitOfWork], Plan]) -> bool:
        with suppress(DispatchError), _publishing(self.store) as (uow, snapshot):
            plan = _saying_who_is_left_out(snapshot, planned(snapshot, uow))
            if check(snapshot.problem, plan):
                return False
            row = publish(uow, snapshot, plan, standard_policy(uow.session))
            self._holds(uow, row)
            return True
        return False

    def _holds(self, uow: UnitOfWork, row: PlanRow) -> None:
        """The published plan, as it is kept, passes the checker, and the assignments say the same."""
        uow.session.flush()
        whole = whole_row(uow.session, row.id)
        assert whole is not None
        problem = problem_of(whole.problem)
        plan = plan_of(whole.plan, problem)
        assert check(problem, plan) == []
        stands = {(one.visit_id, one.technician_id) for one in uow.session.scalars(select(Assignment))}
        assert {(stop.visit, route.technician) for route in plan.routes for stop in route.stops} <= stands

    def _possible(self, deed: Callable[[UnitOfWork], object]) -> bool:
        try:
            with self.store.unit_of_work(DISPATCHER) as uow:
                deed(uow)
        except DispatchError:
            return False
        return True

    # -- what is true --------------------------------------------------------------------------------------------------

    def visits(self) -> list[str]:
        """The visits of the day."""
        with self.store.reading() as uow:
            return list(uow.session.scalars(select(Visit.id).order_by(Visit.id)))

    def events(self, *kinds: str) -> list[OutboxEntry]:
        """What has happened, of these kinds, in order."""
        with self.store.reading() as uow:
            found = select(OutboxEntry).where(OutboxEntry.kind.in_(kinds)).order_by(OutboxEntry.id)
            return list(uow.session.scalars(found))

    def rows(self, table: type[Any]) -> list[Any]:
        """All rows of a table."""
        with self.store.reading() as uow:
            return list(uow.session.scalars(select(table)))


@contextmanager
def _publishing(store: Store) -> Iterator[tuple[UnitOfWork, Snapshot]]:
    with store.unit_of_work(SYSTEM) as uow:
        locked_head(uow.session)
        yield uow, take_snapshot(uow, standard_policy(uow.session), TRAVEL)


def _saying_who_is_left_out(snapshot: Snapshot, plan: Plan) -> Plan:
    done = {stop.visit for route in plan.routes for stop in route.stops}
    left = (visit.id for visit in snapshot.problem.visits if visit.id not in done)
    return replace(plan, unassigned=tuple(Unassigned(visit, ("A dispatcher says so.",)) for visit in left))


def _lunch(world: World) -> dict[str, Any]:
    noon = world.now() + dt.timedelta(hours=3)
    times = {"earliest": noon.isoformat(), "latest": (noon + dt.timedelta(hours=3)).isoformat()}
    return {"id": "lunch", **times, "duration": 1800, "taken_at": None}


def _without_waiting_for_the_disk(connection: Any, _: Any) -> None:
    """Processes die here, and no power is cut: what was committed is there whether the disk has it or not."""
    connection.execute("PRAGMA synchronous = OFF").close()
