"""Planning runs: from a request to a draft, whatever dies on the way."""

from __future__ import annotations

import datetime as dt
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import select

from dispatch.domain.clock import FixedClock
from dispatch.domain.errors import DispatchError, Invalid
from dispatch.domain.roles import SYSTEM
from dispatch.domain.visit_lifecycle import VisitStatus
from dispatch.planning import run as run_module
from dispatch.planning.draft import read_draft
from dispatch.planning.lease import LEASE
from dispatch.planning.leases import ATTEMPTS
from dispatch.planning.publish import approve_in
from dispatch.planning.run import RunWorker, cancel_run, request_run
from dispatch.planning.solver_process import Answer, Listener, SolverDied, SolverPool, SolverRefused, Task, answered
from dispatch.settings import Settings
from dispatch.store.engine import Store
from dispatch.store.tables import Assignment, OutboxEntry, PlanningRun, PlanRow, PlanStatus, RunStatus, Visit
from dispatch.travel.provider import EstimatedTravel
from optimizer.check import check
from tests.dispatch.world import HERE, World

TRAVEL = EstimatedTravel(30, 1.3)
WALL = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)


@pytest.fixture(scope="module")
def pool() -> Iterator[SolverPool]:
    pool = SolverPool(1)
    yield pool
    pool.stop()


class Scripted:
    """A solver in this process that does what the test says before it answers."""

    def __init__(self, *acts: Callable[[Task, Listener], None]) -> None:
        self.acts = list(acts)
        self.asked = 0

    def solve(self, task: Task, listen: Listener) -> Answer:
        self.asked += 1
        if self.acts:
            self.acts.pop(0)(task, listen)
        quick = Task(task.problem, task.start, task.weights, seconds=None, iterations=50)
        return answered(quick, listen)


def four_visits(store: Store, **policy: Any) -> list[str]:
    """Two technicians and four visits, two in the north and two in the south."""
    world = World(store)
    world.planning_policy(**policy)
    for name in ("Ana", "Ben"):
        world.shift(world.technician(name))
    return [world.job(at=(HERE[0] + north / 100, HERE[1]))[1] for north in (3, 4, -3, -4)]


def requested(store: Store, **fields: Any) -> str:
    with store.unit_of_work() as uow:
        return request_run(uow, reason="asked", **fields).id


def run_of(store: Store, run_id: str) -> PlanningRun:
    with store.reading() as uow:
        return uow.get(PlanningRun, run_id)


def events(store: Store, kind: str) -> list[dict[str, Any]]:
    with store.reading() as uow:
        found = select(OutboxEntry.payload).where(OutboxEntry.kind == kind).order_by(OutboxEntry.id)
        return list(uow.session.scalars(found))


def until(condition: Callable[[], bool]) -> None:
    """Wait for something that another process does; a test that waits in vain fails."""
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline, "it never happened"
        time.sleep(0.01)


def test_a_requested_run_ends_with_a_draft_that_can_be_published(store: Store, pool: SolverPool) -> None:
    visits = four_visits(store)
    run_id = requested(store)
    worker = RunWorker(store, Settings(), TRAVEL, solver=pool)

    assert worker.work_once()
    assert not worker.work_once()

    run = run_of(store, run_id)
    assert run.status is RunStatus.DONE, run.failure
    assert run.draft_id is not None
    with store.reading() as uow:
        draft = read_draft(uow, run.draft_id)
    assert check(draft.problem, draft.after) == []
    assert draft.row.difference["new"] == 4
    assert draft.row.touched == 0
    published = approve_in(store, SYSTEM, draft.row.id, TRAVEL)
    assert (published.status, published.edition) == (PlanStatus.PUBLISHED, 1)
    with store.reading() as uow:
        assert set(uow.session.scalars(select(Assignment.visit_id))) == set(visits)
        assert set(uow.session.scalars(select(Visit.status))) == {VisitStatus.DISPATCHED}
        assert uow.get(PlanRow, draft.row.id).status is PlanStatus.SUPERSEDED
    assert [one["edition"] for one in events(store, "PlanPublished")] == [1]


def test_a_run_that_finds_nothing_better_leaves_no_draft(sqlite_store: Store) -> None:
    four_visits(sqlite_store)
    worker = RunWorker(sqlite_store, Settings(), TRAVEL, solver=Scripted())
    first = requested(sqlite_store)
    worker.work_once()
    approve_in(sqlite_store, SYSTEM, str(run_of(sqlite_store, first).draft_id), TRAVEL)

    second = requested(sqlite_store)
    worker.work_once()

    run = run_of(sqlite_store, second)
    assert (run.status, run.draft_id) == (RunStatus.DONE, None)
    assert "Nothing better" in events(sqlite_store, "RunEnded")[-1]["because"]


def test_a_solver_that_is_killed_in_the_middle_does_not_stop_the_run(store: Store, pool: SolverPool) -> None:
    four_visits(store, seconds=1.5)
    run_id = requested(store)
    worker = RunWorker(store, Settings(), TRAVEL, solver=pool)

    with ThreadPoolExecutor(1) as threads:
        working = threads.submit(worker.work_once)
        until(lambda: bool(run_of(store, run_id).progress))
        os.kill(pool.pids[0], signal.SIGKILL)
        assert working.result()

    run = run_of(store, run_id)
    assert (run.status, run.attempts) == (RunStatus.QUEUED, 1)
    assert "ended before it answered" in run.failure
    assert worker.work_once()
    run = run_of(store, run_id)
    assert (run.status, run.attempts) == (RunStatus.DONE, 2)
    assert run.draft_id is not None


def test_a_run_whose_solver_dies_again_and_again_fails_with_a_reason(store: Store) -> None:
    def die(*_: object) -> None:
        raise SolverDied("The solver process ended before it answered.")

    four_visits(store)
    run_id = requested(store)
    worker = RunWorker(store, Settings(), TRAVEL, solver=Scripted(die, die, die))

    for _ in range(ATTEMPTS):
        assert worker.work_once()

    run = run_of(store, run_id)
    assert run.status is RunStatus.FAILED
    assert run.failure == "Given up after 3 attempts. The solver process ended before it answered."
    assert events(store, "RunEnded")[-1]["status"] == "failed"
    assert not worker.work_once()


def test_a_task_that_the_solver_refuses_is_not_tried_again(sqlite_store: Store) -> None:
    def refuse(*_: object) -> None:
        raise SolverRefused("seconds is -1; give a time limit of 0 or more")

    four_visits(sqlite_store)
    run_id = requested(sqlite_store)
    RunWorker(sqlite_store, Settings(), TRAVEL, solver=Scripted(refuse)).work_once()

    run = run_of(sqlite_store, run_id)
    assert (run.status, run.attempts) == (RunStatus.FAILED, 1)
    assert "time limit" in run.failure


def test_cancelling_a_run_keeps_the_best_plan_so_far_as_its_draft(store: Store, pool: SolverPool) -> None:
    four_visits(store, seconds=60)
    run_id = requested(store)
    worker = RunWorker(store, Settings(), TRAVEL, solver=pool)

    with ThreadPoolExecutor(1) as threads:
        working = threads.submit(worker.work_once)
        until(lambda: "best" in run_of(store, run_id).progress)
        with store.unit_of_work() as uow:
            cancel_run(uow, run_id)
        assert working.result()

    run = run_of(store, run_id)
    assert run.status is RunStatus.CANCELLED
    with store.reading() as uow:
        draft = read_draft(uow, str(run.draft_id))
    assert check(draft.problem, draft.after) == []
    assert draft.row.difference["new"] == 4


def test_a_queued_run_is_cancelled_at_once_and_an_ended_one_not_at_all(store: Store) -> None:
    four_visits(store)
    run_id = requested(store)
    with store.unit_of_work() as uow:
        cancel_run(uow, run_id)

    assert run_of(store, run_id).status is RunStatus.CANCELLED
    assert not RunWorker(store, Settings(), TRAVEL, solver=Scripted()).work_once()
    with pytest.raises(DispatchError, match="nothing to cancel"), store.unit_of_work() as uow:
        cancel_run(uow, run_id)


def test_a_run_whose_worker_died_is_taken_over_after_its_lease(store: Store) -> None:
    wall = FixedClock(WALL)

    def die(*_: object) -> None:
        raise SystemExit  # as good as SIGKILL: nothing of the worker goes on

    four_visits(store)
    run_id = requested(store)
    with pytest.raises(SystemExit):
        RunWorker(store, Settings(), TRAVEL, solver=Scripted(die), wall=wall).work_once()
    heir = RunWorker(store, Settings(), TRAVEL, solver=Scripted(), wall=wall)

    assert run_of(store, run_id).status is RunStatus.RUNNING
    assert not heir.work_once()
    wall.at += LEASE + dt.timedelta(seconds=1)
    assert heir.work_once()
    assert (run_of(store, run_id).status, run_of(store, run_id).attempts) == (RunStatus.DONE, 2)


def test_a_run_whose_worker_died_behind_its_draft_is_published_by_the_next_one(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(*_: object) -> None:
        raise SystemExit

    four_visits(store, publish_without_asking=[{"reason": "asked", "touches_at_most": 0, "priority": None}])
    run_id = requested(store)
    with monkeypatch.context() as patch:
        patch.setattr(run_module, "published_without_asking", die)
        with pytest.raises(SystemExit):
            RunWorker(store, Settings(), TRAVEL, solver=Scripted(), wall=FixedClock(WALL)).work_once()
    run = run_of(store, run_id)
    assert run.status is RunStatus.RUNNING
    assert run.draft_id is not None
    solver = Scripted()

    RunWorker(store, Settings(), TRAVEL, solver=solver, wall=FixedClock(WALL + LEASE * 2)).work_once()

    ended = run_of(store, run_id)
    assert (ended.status, ended.draft_id, ended.attempts) == (RunStatus.DONE, run.draft_id, 2)
    assert solver.asked == 0
    assert [(one["edition"], one["automatic"]) for one in events(store, "PlanPublished")] == [(1, True)]
    assert [one["status"] for one in events(store, "RunEnded")] == ["done"]


def test_a_draft_whose_publication_kills_every_worker_waits_for_a_person(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def break_down(*_: object) -> None:
        raise ArithmeticError

    monkeypatch.setattr(run_module, "published_without_asking", break_down)
    four_visits(store)
    run_id = requested(store)
    worker = RunWorker(store, Settings(), TRAVEL, solver=Scripted())

    assert [worker.work_once() for _ in range(ATTEMPTS + 1)] == [True, True, True, False]

    run = run_of(store, run_id)
    assert run.status is RunStatus.DONE
    assert events(store, "RunEnded")[-1]["draft"] == run.draft_id
    with store.reading() as uow:
        assert uow.get(PlanRow, str(run.draft_id)).status is PlanStatus.DRAFT


def test_a_solver_that_says_nothing_for_long_does_not_cost_the_lease(store: Store) -> None:
    wall = FixedClock(WALL)
    heir = RunWorker(store, Settings(), TRAVEL, solver=Scripted(), wall=wall)

    def be_silent(*_: object) -> None:
        for _ in range(3):
            wall.at += LEASE * 0.9
            until(lambda: (run_of(store, run_id).lease_until or wall.at) > wall.at + LEASE * 0.5)
            assert not heir.work_once()

    four_visits(store)
    run_id = requested(store)
    RunWorker(store, Settings(), TRAVEL, solver=Scripted(be_silent), wall=wall).work_once()

    assert (run_of(store, run_id).status, run_of(store, run_id).attempts) == (RunStatus.DONE, 1)


def test_a_worker_that_lost_its_lease_writes_no_second_draft(store: Store) -> None:
    heir = RunWorker(
        store, Settings(), TRAVEL, solver=Scripted(), wall=FixedClock(WALL + LEASE + dt.timedelta(seconds=1))
    )

    def be_slow(*_: object) -> None:
        assert heir.work_once()

    four_visits(store)
    run_id = requested(store)
    RunWorker(store, Settings(), TRAVEL, solver=Scripted(be_slow), wall=FixedClock(WALL)).work_once()

    with store.reading() as uow:
        drafts = list(uow.session.scalars(select(PlanRow.id)))
    assert drafts == [run_of(store, run_id).draft_id]


def test_two_workers_never_work_on_the_same_run(store: Store) -> None:
    four_visits(store)
    runs = [requested(store) for _ in range(4)]
    together = threading.Barrier(2)

    def meet(*_: object) -> None:
        together.wait(30)  # both are in the middle of a run now

    workers = [RunWorker(store, Settings(), TRAVEL, solver=Scripted(meet, meet)) for _ in range(2)]

    def work(worker: RunWorker) -> int:
        return sum(worker.work_once() for _ in range(2))

    with ThreadPoolExecutor(2) as threads:
        assert list(threads.map(work, workers)) == [2, 2]
    assert [run_of(store, run).attempts for run in runs] == [1, 1, 1, 1]
    assert {run_of(store, run).status for run in runs} == {RunStatus.DONE}


def test_overrides_hold_for_one_run_and_are_checked(store: Store) -> None:
    four_visits(store)
    with pytest.raises(Invalid) as refusal:
        requested(store, overrides={"seconds": -1, "speed": 3})
    assert [one["place"] for one in refusal.value.facts["errors"]] == ["overrides.speed"]
    asked: list[Task] = []
    run_id = requested(store, overrides={"seconds": 7, "weights": {"travel": 3}})

    RunWorker(store, Settings(), TRAVEL, solver=Scripted(lambda task, _: asked.append(task))).work_once()

    assert run_of(store, run_id).status is RunStatus.DONE
    assert (asked[0].seconds, asked[0].weights) == (7, {"travel": 3})


def test_a_solver_that_is_stopped_gives_its_run_back_without_counting_the_attempt(sqlite_store: Store) -> None:
    four_visits(sqlite_store, seconds=60)
    run_id = requested(sqlite_store)
    worker = RunWorker(sqlite_store, Settings(), TRAVEL)
    with ThreadPoolExecutor(1) as threads:
        working = threads.submit(worker.work_once)
        until(lambda: bool(run_of(sqlite_store, run_id).progress))
        worker.stop()
        assert working.result(60)
    worker.stop()  # again does no harm
    run = run_of(sqlite_store, run_id)
    assert (run.status, run.attempts, run.worker, run.failure) == (RunStatus.QUEUED, 0, None, "")
    assert worker.pool is not None
    assert worker.pool.pids == ()


def test_a_draft_that_waits_is_not_replaced_by_one_that_proposes_the_same(sqlite_store: Store) -> None:
    four_visits(sqlite_store)
    worker = RunWorker(sqlite_store, Settings(), TRAVEL, solver=Scripted())
    first = requested(sqlite_store)
    worker.work_once()
    second = requested(sqlite_store)
    worker.work_once()
    assert run_of(sqlite_store, second).draft_id == run_of(sqlite_store, first).draft_id
    assert "proposes the same" in events(sqlite_store, "RunEnded")[-1]["because"]
    assert len(events(sqlite_store, "DraftProposed")) == 1
    assert events(sqlite_store, "DraftRejected") == []
