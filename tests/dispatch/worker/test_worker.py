"""The worker: one leads, another takes over, jobs run at their time, and everything ends when it is stopped."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select, text

from dispatch.domain.clock import FixedClock
from dispatch.jobs import Daily, Every, JobContext, TimedJob, Woken, react_to_events, relay_events
from dispatch.messaging.adapters import adapters_for
from dispatch.messaging.relay import latest_position
from dispatch.messaging.wake import Wake
from dispatch.messaging.webhooks import Sender
from dispatch.reactions import REACTIONS
from dispatch.settings import Settings
from dispatch.store.engine import Store
from dispatch.store.tables import HandlerCursor, JobRecord, Leader
from dispatch.travel.provider import EstimatedTravel
from dispatch.worker import Worker
from dispatch.worker.besides import besides
from dispatch.worker.leadership import leadership
from dispatch.worker.records import JobRunner, next_time
from tests.dispatch.messaging.outbox import eventually, received, recorded


class NoRuns:
    """Works on no planning runs."""

    def work_once(self) -> bool:
        return False

    def stop(self) -> None:
        pass


SETTINGS = Settings(database_url="sqlite://")


def a_worker(store: Store, *jobs: TimedJob) -> Worker:
    return Worker(store, SETTINGS, EstimatedTravel(), jobs=jobs, runs=NoRuns())  # type: ignore[arg-type]


@contextmanager
def running(*workers: Worker) -> Iterator[None]:
    for worker in workers:
        worker.start()
    try:
        yield
    finally:
        for worker in workers:
            worker.stop()


def ticking() -> tuple[TimedJob, Callable[[], int]]:
    """A job that counts its runs, and the count."""
    runs: list[int] = []

    def tick(_: JobContext) -> int:
        runs.append(1)
        return len(runs)

    return TimedJob("tick", Every(0.05), tick), lambda: len(runs)


@pytest.fixture
def context(store: Store) -> Iterator[JobContext]:
    wake, sender = Wake(store), Sender()
    yield JobContext(store, SETTINGS, EstimatedTravel(), wake, adapters_for(SETTINGS), sender, REACTIONS)
    sender.close()
    wake.close()


def record_of(store: Store, name: str) -> JobRecord | None:
    with store.reading() as uow:
        return uow.session.get(JobRecord, name)


def test_planning_goes_on_after_whatever_went_wrong(sqlite_store: Store) -> None:
    class Unlucky(NoRuns):
        def __init__(self) -> None:
            self.asked = 0

        def work_once(self) -> bool:
            self.asked += 1
            if self.asked == 1:
                raise ArithmeticError
            return False

    runs = Unlucky()
    with running(Worker(sqlite_store, SETTINGS, EstimatedTravel(), jobs=(), runs=runs)):  # type: ignore[arg-type]
        eventually(lambda: runs.asked > 1)


def test_a_folder_that_is_gone_is_no_reason_to_stop_trying_to_lead(tmp_path: Path) -> None:
    folder = tmp_path / "database"
    claim = leadership(Store(f"sqlite:///{folder / 'store.db'}"))
    folder.rmdir()
    assert not claim.acquire()
    folder.mkdir()
    assert claim.acquire()
    claim.release()


def test_only_one_of_two_claims_is_held(store: Store) -> None:
    first, second = leadership(store), leadership(store)
    assert first.acquire()
    assert first.is_held()
    assert not second.acquire()
    assert not second.is_held()
    first.release()
    assert not first.is_held()
    assert second.acquire()
    second.release()


def test_of_two_workers_one_leads_and_the_other_takes_over_when_it_stops(store: Store) -> None:
    job, runs = ticking()
    first, second = a_worker(store, job), a_worker(store, job)
    with running(second):
        with running(first):
            eventually(lambda: first.leads or second.leads)
            assert not (first.leads and second.leads)
        eventually(lambda: second.leads)
        before = runs()
        eventually(lambda: runs() > before + 2)
    assert not second.leads


def test_a_leader_whose_connection_dies_no_longer_leads(store: Store) -> None:
    if not store.on_postgresql:
        # On SQLite the lock is the process's own: it cannot be taken away while the process lives.
        held = leadership(store)
        assert held.acquire()
        assert held.is_held()
        held.release()
        return
    claim, other = leadership(store), leadership(store)
    assert claim.acquire()
    with store.engine.connect() as connection:
        connection.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_locks JOIN pg_database ON pg_database.oid = database "
                "WHERE datname = current_database() AND locktype = 'advisory' AND pid <> pg_backend_pid()"
            )
        )
    eventually(other.acquire)
    assert not claim.is_held()
    assert not claim.acquire()
    other.release()


def test_workers_go_on_leading_although_the_leaders_connection_is_killed(store: Store) -> None:
    job, runs = ticking()
    with running(a_worker(store, job), a_worker(store, job)):
        for _ in range(3):
            before = runs()
            eventually(lambda: runs() > before + 2)  # noqa: B023
            if store.on_postgresql:
                with store.engine.connect() as connection:
                    connection.execute(
                        text(
                            "SELECT pg_terminate_backend(pid) FROM pg_locks "
                            "JOIN pg_database ON pg_database.oid = database "
                            "WHERE datname = current_database() AND locktype = 'advisory' AND pid <> pg_backend_pid()"
                        )
                    )
        before = runs()
        eventually(lambda: runs() > before + 2)


def test_the_leader_says_who_it_is(store: Store) -> None:
    worker = a_worker(store)
    with running(worker):

        def leader() -> Leader | None:
            with store.reading() as uow:
                return uow.session.get(Leader, 1)

        shown = eventually(leader)
        assert shown is not None
        assert shown.worker == worker.name


def test_what_is_recorded_reaches_the_handlers_through_the_worker(store: Store) -> None:
    relaying, reacting = (
        TimedJob("relay", Woken(0.5), relay_events),
        TimedJob("handlers", Woken(0.5), react_to_events),
    )
    with running(a_worker(store, relaying, reacting)):
        last = recorded(store, received(1))

        def heard() -> bool:
            with store.reading() as uow:
                cursors = uow.session.scalars(select(HandlerCursor.position)).all()
                return bool(cursors) and max(cursors) >= last

        eventually(heard)


def test_a_handler_that_takes_long_keeps_nobody_from_hearing_of_what_happens(store: Store) -> None:
    entered, done = threading.Event(), threading.Event()

    def takes_long(_: JobContext) -> int:
        entered.set()
        return int(done.wait(60))

    relaying, reacting = TimedJob("relay", Woken(0.5), relay_events), TimedJob("handlers", Woken(0.5), takes_long)
    with running(a_worker(store, relaying, reacting)):
        try:
            assert entered.wait(60)
            written = recorded(store, received(1))

            def relayed() -> bool:
                with store.reading() as uow:
                    return latest_position(uow.session) >= written

            eventually(relayed)
        finally:
            done.set()


def test_stopping_ends_every_thread(store: Store) -> None:
    job, runs = ticking()
    before = set(threading.enumerate())
    with running(a_worker(store, job, TimedJob("woken", Woken(600), lambda _: 0))):
        eventually(lambda: runs() > 0)
    eventually(lambda: set(threading.enumerate()) <= before)


def test_a_worker_that_never_began_can_be_stopped(store: Store) -> None:
    a_worker(store).stop()


def test_a_job_that_fails_is_recorded_and_runs_again(store: Store, context: JobContext) -> None:
    broken = [True]

    def run(_: JobContext) -> int:
        if broken:
            raise RuntimeError("it is broken")
        return 7

    runner, job = JobRunner(context), TimedJob("job", Every(1), run)
    assert not runner.run(job)
    assert not runner.run(job)
    failed = record_of(store, "job")
    assert failed is not None
    assert (failed.failures, failed.failure) == (2, "RuntimeError: it is broken")
    broken.clear()
    assert runner.run(job)
    well = record_of(store, "job")
    assert well is not None
    assert (well.failures, well.result) == (0, 7)


def test_a_daily_job_runs_once_a_day_on_the_clock_of_the_operation(context: JobContext, clock: FixedClock) -> None:
    runs: list[dt.datetime] = []

    def run(_: JobContext) -> int:
        runs.append(clock.now())
        return 1

    runner, job = JobRunner(context), TimedJob("nightly", Daily(lambda _: "03:00"), run)
    for _ in range(72):  # three days, hour by hour, from Monday noon
        assert runner.run(job)
        clock.advance(hours=1)
    assert [at.isoformat() for at in runs] == [f"2026-11-{day}T03:00:00+00:00" for day in (24, 25, 26)]


def test_a_daily_job_that_was_missed_runs_late_and_once(context: JobContext, clock: FixedClock) -> None:
    job, runs = ticking()
    daily = TimedJob("nightly", Daily(lambda _: "03:00"), job.run)
    JobRunner(context).run(daily)
    clock.advance(days=5)
    another = JobRunner(context)  # as after a restart
    another.run(daily)
    another.run(daily)
    assert runs() == 1


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("2026-11-23T12:00:00+00:00", "2026-11-24T06:00:00+00:00"),  # 03:00 in Chile is 06:00 UTC in summer
        ("2026-11-24T06:00:00+00:00", "2026-11-25T06:00:00+00:00"),
        ("2026-07-01T06:59:59+00:00", "2026-07-01T07:00:00+00:00"),  # and 07:00 UTC in winter
    ],
)
def test_the_next_time_of_a_daily_job_is_a_local_one(now: str, expected: str) -> None:
    at = next_time("03:00", ZoneInfo("America/Santiago"), dt.datetime.fromisoformat(now))
    assert at == dt.datetime.fromisoformat(expected)


def test_a_time_that_clocks_skip_or_show_twice_comes_once() -> None:
    zone = ZoneInfo("Europe/Berlin")
    for day in (dt.date(2026, 3, 29), dt.date(2026, 10, 25)):  # clocks go from 2 to 3, and from 3 to 2
        at, times = dt.datetime.combine(day, dt.time(), zone).astimezone(dt.UTC), []
        end = at + dt.timedelta(days=1)
        while (at := next_time("02:30", zone, at)) < end:
            times.append(at)
        assert len(times) == 1


def test_what_other_packages_announce_works_beside_it(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[str] = []

    class Other:
        def start(self) -> None:
            heard.append("started")

        def stop(self) -> None:
            heard.append("stopped")

    monkeypatch.setattr("dispatch.worker.running.besides", lambda *_: [Other()])
    with running(a_worker(store)):
        assert heard == ["started"]
    assert heard == ["started", "stopped"]


def test_scenarios_are_announced(store: Store) -> None:
    assert [type(one).__name__ for one in besides(store, SETTINGS)] == ["Simulating"]
