"""A travel engine dies, dawdles or talks nonsense while a plan is made, and comes back: planning goes on throughout."""

from __future__ import annotations

import datetime as dt
import os
import signal
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from dispatch.access.tokens import new_token
from dispatch.console.app import create_app
from dispatch.domain.clock import FixedClock, SystemClock
from dispatch.domain.roles import SYSTEM, Role
from dispatch.jobs import JobContext, react_to_events, relay_events, replan_what_was_asked, watch_engines
from dispatch.messaging.adapters import adapters_for
from dispatch.messaging.wake import Wake
from dispatch.messaging.webhooks import Sender
from dispatch.planning.measured_again import measured_again
from dispatch.planning.policies import standard_policy
from dispatch.planning.publish import approve_in
from dispatch.planning.run import RunWorker, request_run
from dispatch.planning.snapshot import take_snapshot
from dispatch.reactions import REACTIONS
from dispatch.settings import Settings
from dispatch.store.engine import Store
from dispatch.store.tables import Assignment, Notification, OutboxEntry, PlanHead, PlanningRun, RunStatus
from dispatch.travel.breaker import Breaker
from dispatch.travel.cache import MatrixCache
from dispatch.travel.estimate import EstimateEngine
from dispatch.travel.falling_back import FallingBack
from dispatch.travel.osrm import OsrmEngine
from dispatch.travel.osrm_server import OsrmServer
from dispatch.travel.provider import EngineProvider
from tests.dispatch.planning.test_runs import Scripted
from tests.dispatch.travel.faulty import Faulty
from tests.dispatch.travel.osrm_protocol import OsrmWorld, program
from tests.dispatch.travel.waiting import until
from tests.dispatch.world import HERE, World

SETTINGS = Settings(database_url="sqlite://")
ON_ROADS = {"road", "cached"}


class Operation:
    """A store with people and work, planned on the travel times of one OSRM engine."""

    def __init__(self, store: Store, engine: OsrmEngine, folder: Path) -> None:
        self.store, self.world = store, World(store)
        estimate = EstimateEngine()
        breaker = Breaker(engine, most_failures=1, rest=0.02, longest_rest=0.02)
        self.travel = EngineProvider(FallingBack([breaker], estimate), estimate, MatrixCache(folder))
        self.runs = RunWorker(store, SETTINGS, self.travel, solver=Scripted())
        self.wake, self.sender = Wake(store), Sender()
        self.jobs = JobContext(store, SETTINGS, self.travel, self.wake, adapters_for(SETTINGS), self.sender, REACTIONS)
        self.world.planning_policy()
        for name in ("Ana", "Ben"):
            self.world.shift(self.world.technician(name, at=(HERE[0], HERE[1] + 0.01)))

    def close(self) -> None:
        self.sender.close()
        self.wake.close()
        assert self.travel.cache is not None
        self.travel.cache.close()

    def work(self, *norths: int) -> None:
        """Jobs so many hundredths of a degree north of here."""
        for north in norths:
            self.world.job(at=(HERE[0] + north / 100, HERE[1]))

    def plan(self) -> PlanningRun:
        """Ask for a plan, make it, and publish it."""
        with self.store.unit_of_work() as uow:
            run_id = request_run(uow, reason="asked").id
        return self.worked(run_id)

    def worked(self, run_id: str) -> PlanningRun:
        assert self.runs.work_once()
        with self.store.reading() as uow:
            run = uow.get(PlanningRun, run_id)
        assert run.status is RunStatus.DONE, run.failure
        assert run.draft_id is not None
        approve_in(self.store, SYSTEM, run.draft_id, self.travel)
        return run

    def sources(self) -> dict[str, str | None]:
        """Visit → who says how long the way there takes."""
        with self.store.reading() as uow:
            return {row.visit_id: row.travel_source for row in uow.session.scalars(select(Assignment))}

    def legs(self) -> dict[str, dict[str, Any]]:
        """Visit → its leg, when it was published to arrive, and when it arrives by the hour."""
        with self.store.reading() as uow:
            return {
                row.visit_id: {
                    "source": row.travel_source,
                    "seconds": row.travel_seconds,
                    "planned": row.arrival,
                    "arrives": row.by_hour_arrival,
                }
                for row in uow.session.scalars(select(Assignment))
            }

    def told(self, kind: str) -> list[dict[str, Any]]:
        """The events of a kind."""
        with self.store.reading() as uow:
            found = select(OutboxEntry.payload).where(OutboxEntry.kind == kind).order_by(OutboxEntry.id)
            return list(uow.session.scalars(found))

    def status(self) -> dict[str, Any]:
        """As an administrator sees it."""
        user = self.world.user(Role.ADMINISTRATOR)
        with self.store.unit_of_work() as uow:
            token = new_token(uow, user, "tests", SystemClock().now(), dt.timedelta(hours=1))[1]
        app = create_app(self.store, SETTINGS, travel=self.travel)
        with TestClient(app, base_url="http://localhost") as client:
            found = client.get("/api/v1/status", headers={"Authorization": f"Bearer {token}"})
        assert found.status_code == 200, found.text
        return dict(found.json())

    def engine(self) -> dict[str, Any]:
        """What the status says of the engine."""
        return dict(next(one for one in self.status()["engines"] if one["name"] == "osrm"))


Made = Callable[[Store, OsrmEngine], Operation]


@pytest.fixture
def made(tmp_path: Path) -> Iterator[Made]:
    operations: list[Operation] = []

    def make(store: Store, engine: OsrmEngine) -> Operation:
        operations.append(Operation(store, engine, tmp_path / "travel"))
        return operations[-1]

    yield make
    for operation in operations:
        operation.close()


def test_an_engine_that_is_killed_while_a_plan_is_made_degrades_the_plan_and_comes_back_by_itself(
    made: Made, store: Store, tmp_path: Path
) -> None:
    folder = tmp_path / "osrm"
    folder.mkdir()
    (folder / "version").write_text("of-the-extract")
    with OsrmServer(folder, program(tmp_path / "osrm-routed"), first_pause=0.05) as server:
        engine = server.engine()
        operation = made(store, engine)
        dispatcher = operation.world.user(Role.DISPATCHER)
        operation.work(3, 4)
        operation.plan()
        assert set(operation.sources().values()) <= ON_ROADS
        assert watch_engines(operation.jobs) == 0
        assert operation.engine()["state"] == "up"

        # Killed in the middle of a table: the run goes on, and says what it goes by.
        operation.work(-3, -4)
        (folder / "hold").touch()
        with ThreadPoolExecutor(1) as threads:
            planning = threads.submit(operation.plan)
            until((folder / "holding").exists)
            assert server.pid is not None
            (folder / "broken").touch()  # nor can it be started again for now
            os.kill(server.pid, signal.SIGKILL)
            run = planning.result()
        assert run.attempts == 1
        sources = operation.sources()
        assert len(sources) == 4
        assert "estimate" in sources.values()

        # The operation hears of it, once, and the status shows it.
        assert watch_engines(operation.jobs) == 1
        assert watch_engines(operation.jobs) == 0
        said = operation.engine()
        assert said["state"] == "down"
        assert "OSRM at 127.0.0.1" in said["last_error"]
        assert operation.status()["estimated_share"] > 0
        relay_events(operation.jobs)
        react_to_events(operation.jobs)
        assert [one["engine"] for one in operation.told("TravelDegraded")] == ["osrm"]
        with store.reading() as uow:
            notes = uow.session.scalars(
                select(Notification.subject).where(Notification.recipient == f"user:{dispatcher}")
            )
            assert "Travel times are estimated" in list(notes)

        # It comes back without anybody's doing, and a new plan is asked for, on roads.
        (folder / "hold").unlink()
        (folder / "broken").unlink()
        until(lambda: watch_engines(operation.jobs) == 1)
        assert operation.engine()["state"] == "up"
        relay_events(operation.jobs)
        react_to_events(operation.jobs)
        assert [one["engine"] for one in operation.told("TravelRecovered")] == ["osrm"]
        operation.work(2)
        assert isinstance(store.clock, FixedClock)
        store.clock.advance(minutes=2)
        assert replan_what_was_asked(operation.jobs) > 0
        with store.reading() as uow:
            asked = uow.session.scalars(select(PlanningRun).where(PlanningRun.status == RunStatus.QUEUED)).one()
        assert "TravelRecovered" in asked.because
        operation.worked(asked.id)
        assert len(operation.sources()) == 5
        assert set(operation.sources().values()) <= ON_ROADS
        engine.close()


def test_published_legs_are_measured_again_though_nothing_better_is_found(made: Made, store: Store) -> None:
    with Faulty(OsrmWorld().answer) as server:
        engine = OsrmEngine(server.url, timeout=0.25)
        operation = made(store, engine)
        operation.work(3, 4)
        server.fault, server.only = "error", "table"
        operation.plan()
        estimated = operation.legs()
        assert {leg["source"] for leg in estimated.values()} == {"estimate"}
        with store.reading() as uow:
            before = uow.session.get_one(PlanHead, 1).edition
        assert watch_engines(operation.jobs) == 1

        server.fault = None
        until(lambda: watch_engines(operation.jobs) == 1)
        relay_events(operation.jobs)
        react_to_events(operation.jobs)
        assert isinstance(store.clock, FixedClock)
        store.clock.advance(minutes=2)
        assert replan_what_was_asked(operation.jobs) == 1
        assert operation.runs.work_once()
        with store.reading() as uow:
            assert uow.session.get_one(PlanHead, 1).edition == before
        legs = operation.legs()
        assert {leg["source"] for leg in legs.values()} == {"road"}
        for visit, leg in legs.items():
            assert leg["seconds"] != estimated[visit]["seconds"]
            assert leg["arrives"] != estimated[visit]["arrives"]
            assert leg["planned"] == estimated[visit]["planned"]
        assert [one["legs"] for one in operation.told("LegsMeasured")] == [2]
        engine.close()


def test_another_plan_that_was_published_meanwhile_keeps_its_own_times(made: Made, sqlite_store: Store) -> None:
    with Faulty(OsrmWorld().answer) as server:
        engine = OsrmEngine(server.url, timeout=0.25)
        operation = made(sqlite_store, engine)
        operation.work(3)
        server.fault, server.only = "error", "table"
        operation.plan()
        server.fault = None
        until(lambda: watch_engines(operation.jobs) == 0 and operation.travel.probe()[0].state == "up")
        with sqlite_store.reading() as uow:
            snapshot = take_snapshot(uow, standard_policy(uow.session), operation.travel)
        assert measured_again(sqlite_store, replace(snapshot, edition=snapshot.edition - 1)) == 0
        assert set(operation.sources().values()) == {"estimate"}
        assert measured_again(sqlite_store, snapshot) == 1
        assert measured_again(sqlite_store, snapshot) == 0
        engine.close()


@pytest.mark.parametrize("fault", ["broken", "error", "html", "ragged", "slow", "zeros"])
def test_whatever_an_engine_does_the_plan_is_made_and_the_next_one_is_on_roads_again(
    made: Made, sqlite_store: Store, fault: str
) -> None:
    with Faulty(OsrmWorld().answer) as server:
        engine = OsrmEngine(server.url, timeout=0.25)
        operation = made(sqlite_store, engine)
        operation.work(3, 4)
        server.fault, server.only = fault, "table"
        operation.plan()
        assert set(operation.sources().values()) == {"estimate"}
        assert watch_engines(operation.jobs) == 1
        assert operation.engine()["state"] == "down"

        server.fault = None
        server.released.set()
        until(lambda: watch_engines(operation.jobs) == 1)
        operation.work(-3, -4)
        operation.plan()
        assert len(operation.sources()) == 4
        assert set(operation.sources().values()) <= ON_ROADS
        assert operation.engine()["state"] == "up"
        engine.close()


def test_an_estimate_is_not_remembered_as_a_road(made: Made, sqlite_store: Store) -> None:
    with Faulty(OsrmWorld().answer) as server:
        engine = OsrmEngine(server.url)
        operation = made(sqlite_store, engine)
        points = [(HERE[0] + at / 100, HERE[1]) for at in range(4)]
        server.fault = "error"
        estimated = operation.travel.measured(points)
        server.fault = None
        until(lambda: all(one.state == "up" for one in operation.travel.probe()))
        measured, remembered = operation.travel.measured(points), operation.travel.measured(points)
        apart = [(a, b) for a in range(4) for b in range(4) if a != b]
        assert {int(estimated.sources[pair]) for pair in apart} == {2}
        assert {int(measured.sources[pair]) for pair in apart} == {0}
        assert {int(remembered.sources[pair]) for pair in apart} == {1}
        assert measured.durations.tolist() == remembered.durations.tolist() != estimated.durations.tolist()
        told = {one.name: one.cells for one in operation.travel.health()}
        assert told["cache"] == 16
        assert told["osrm"] > 0
        assert told["estimate"] > 0
        engine.close()
