"""What becomes of a scenario that was asked for, whatever happens to who works on it."""

from __future__ import annotations

import datetime as dt
import multiprocessing
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import psutil
import pytest

from dispatch.domain.roles import SYSTEM
from dispatch.planning.lease import LEASE, LeaseLost
from dispatch.planning.leases import ATTEMPTS
from dispatch.settings import Settings
from dispatch.store.engine import Store
from dispatch.store.tables import ScenarioAsks, ScenarioReport, ScenarioRow, ScenarioStatus
from scenarios import team
from scenarios.planner import queue, shelf
from scenarios.planner.apart import Asked, Died, Listener, Pace, Stopped, simulate
from scenarios.planner.queue import Queue
from scenarios.planner.working import Simulating
from scenarios.reading import scenario_of_document
from tests.dispatch.messaging.outbox import eventually
from tests.scenarios.planner.here import at_once, document, run_all

NOW = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)


def asked(store: Store, asks: ScenarioAsks = ScenarioAsks.EFFECT, **more: Any) -> str:
    """The id of a scenario that waits to be simulated."""
    with store.unit_of_work(SYSTEM) as uow:
        row = shelf.create(uow, scenario_of_document(document(**more)), asks)
        return queue.request(uow, row.id).id


def row_of(store: Store, scenario_id: str) -> ScenarioRow:
    with store.reading() as uow:
        return uow.get(ScenarioRow, scenario_id)


def working(store: Store, tmp_path: Path, simulated: Any = at_once) -> Simulating:
    settings = Settings(database_url=str(store.url), data_folder=tmp_path)
    return Simulating(store, settings, simulated=simulated)


@pytest.fixture
def simulated_days(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The numbers of the replications that were simulated, and not found kept."""
    numbers: list[int] = []
    replicate = team.replicate

    def counted(alternative: Any, horizon: Any, seed: int, number: int) -> Any:
        numbers.append(number)
        return replicate(alternative, horizon, seed, number)

    monkeypatch.setattr(team, "replicate", counted)
    return numbers


def after(count: int, error: Exception) -> Any:
    """Somebody who simulates so many replications and no more, the first time."""
    times = iter([True])

    def simulated(told: Asked, keep: Path, listen: Listener) -> Any:
        def heard(progress: Any) -> bool:
            if progress["done"] == count and next(times, False):
                raise error
            return listen(progress)

        return at_once(told, keep, heard)

    return simulated


def test_each_scenario_is_worked_on_by_one(store: Store) -> None:
    first, second = asked(store, title="one"), asked(store, title="two")
    one, other = Queue(store, "one"), Queue(store, "other")
    claims = [one.claim(NOW), other.claim(NOW), one.claim(NOW)]
    assert [claim and claim.scenario_id for claim in claims] == [first, second, None]
    assert row_of(store, first).status is ScenarioStatus.RUNNING


def test_who_does_not_beat_loses_it_to_somebody_else(store: Store) -> None:
    scenario = asked(store)
    one, other = Queue(store, "one"), Queue(store, "other")
    claim = one.claim(NOW)
    assert claim is not None
    assert one.beat(claim, NOW + LEASE / 2, {"done": 1, "most": 3})
    assert other.claim(NOW + LEASE) is None
    taken = other.claim(NOW + 2 * LEASE)
    assert taken is not None
    assert taken.scenario_id == scenario
    with pytest.raises(LeaseLost):
        one.beat(claim, NOW + 2 * LEASE, None)
    with pytest.raises(LeaseLost):
        one.failed(claim, "too late")
    assert row_of(store, scenario).progress == {"done": 1, "most": 3}


def test_what_died_goes_on_behind_what_is_kept(sqlite_store: Store, tmp_path: Path, simulated_days: list[int]) -> None:
    scenario = asked(sqlite_store)
    simulating = working(sqlite_store, tmp_path, after(2, Died("it was killed")))
    assert simulating.work_once(simulating.queues[0])
    died = row_of(sqlite_store, scenario)
    assert (died.status, died.attempts, died.failure) == (ScenarioStatus.QUEUED, 1, "it was killed")
    assert run_all(simulating) == 1
    assert row_of(sqlite_store, scenario).status is ScenarioStatus.DONE
    # 3 replications of 2 alternatives, each of them once: two before the death, one after it
    assert sorted(simulated_days) == [0, 0, 1, 1, 2, 2]
    with sqlite_store.reading() as uow:
        assert uow.session.get(ScenarioReport, (scenario, "zh")) is not None


def test_a_search_for_a_staffing_that_died_goes_on_behind_what_is_kept(
    sqlite_store: Store, tmp_path: Path, simulated_days: list[int]
) -> None:
    groups = [{"technicians": ["T01", "T02", "T03", "T04"], "least": 1, "most": 6, "cost_per_day": 100}]
    wanted = {"targets": [{"kpi": "backlog", "at_most": 9, "sure": False}], "groups": groups}
    scenario = asked(sqlite_store, ScenarioAsks.STAFFING, changes=[], accept=[], staffing=wanted)
    simulating = working(sqlite_store, tmp_path, after(2, Died("it was killed")))
    assert simulating.work_once(simulating.queues[0])
    before = len(simulated_days)
    assert run_all(simulating) == 1
    done = row_of(sqlite_store, scenario)
    assert done.status is ScenarioStatus.DONE, done.failure
    elsewhere = working(sqlite_store, tmp_path / "elsewhere")
    asked(sqlite_store, ScenarioAsks.STAFFING, changes=[], accept=[], staffing=wanted)
    both = len(simulated_days)
    assert run_all(elsewhere) == 1
    # What was simulated before the death was not simulated again: together it was as much as without it.
    assert 0 < before < both == len(simulated_days) - both


def test_a_server_that_stops_gives_it_back_and_the_attempt_does_not_count(sqlite_store: Store, tmp_path: Path) -> None:
    scenario = asked(sqlite_store)
    simulating = working(sqlite_store, tmp_path, after(1, Stopped()))
    assert simulating.work_once(simulating.queues[0])
    stopped = row_of(sqlite_store, scenario)
    assert (stopped.status, stopped.attempts, stopped.worker) == (ScenarioStatus.QUEUED, 0, None)
    assert run_all(simulating) == 1


def test_what_dies_again_and_again_has_failed_and_says_why(sqlite_store: Store, tmp_path: Path) -> None:
    def dies(*_: Any) -> Any:
        raise Died("There was too little memory.")

    scenario = asked(sqlite_store)
    assert run_all(working(sqlite_store, tmp_path, dies)) == ATTEMPTS
    failed = row_of(sqlite_store, scenario)
    assert failed.status is ScenarioStatus.FAILED
    assert failed.failure == "Given up after 3 attempts. There was too little memory."


def test_it_is_cancelled_while_it_is_simulated_and_keeps_what_it_has(
    sqlite_store: Store, tmp_path: Path, simulated_days: list[int]
) -> None:
    scenario = asked(sqlite_store)

    def cancelled_meanwhile(told: Asked, keep: Path, listen: Listener) -> Any:
        def heard(progress: Any) -> bool:
            if progress["done"] == 2:
                with sqlite_store.unit_of_work(SYSTEM) as uow:
                    queue.cancel(uow, scenario)
                while listen(progress):  # beats come twice a second
                    pass
                return False
            return listen(progress)

        return at_once(told, keep, heard)

    assert run_all(working(sqlite_store, tmp_path, cancelled_meanwhile)) == 1
    cancelled = row_of(sqlite_store, scenario)
    assert (cancelled.status, cancelled.progress["done"]) == (ScenarioStatus.CANCELLED, 2)
    with sqlite_store.unit_of_work(SYSTEM) as uow:
        queue.request(uow, scenario)
    assert run_all(working(sqlite_store, tmp_path)) == 1
    assert row_of(sqlite_store, scenario).status is ScenarioStatus.DONE
    assert sorted(simulated_days) == [0, 0, 1, 1, 2, 2]


def test_what_this_program_does_not_understand_has_failed_with_its_place(sqlite_store: Store, tmp_path: Path) -> None:
    scenario = asked(sqlite_store)
    with sqlite_store.unit_of_work(SYSTEM) as uow:
        row = uow.get(ScenarioRow, scenario)
        row.document = {**row.document, "changes": [{"kind": "fly"}]}
    assert run_all(working(sqlite_store, tmp_path)) == 1
    assert row_of(sqlite_store, scenario).failure.startswith("changes[0]: is of an unknown kind")


def test_it_is_simulated_in_a_process_of_its_own_that_may_be_killed(tmp_path: Path) -> None:
    scenario = Asked(ScenarioAsks.EFFECT, scenario_of_document(document()))
    heard: list[Any] = []

    def listen(progress: Any) -> bool:
        heard.append(progress)
        return True

    answer = simulate(scenario, tmp_path, listen)
    assert answer.kept is True
    assert set(answer.reports) == {"en", "zh"}
    assert [one["done"] for one in heard if one is not None] == [1, 2, 3]

    def kill(_: Any) -> bool:
        for process in multiprocessing.active_children():
            process.kill()
        return True

    with pytest.raises(Died):
        simulate(scenario, tmp_path / "elsewhere", kill)
    assert multiprocessing.active_children() == []


SERVER = """
import multiprocessing, os, signal
from scenarios.planner.apart import end_with_the_parent
child = multiprocessing.get_context("fork").Process(target=end_with_the_parent)
child.start()
print(child.pid, flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_it_ends_with_a_server_that_is_killed() -> None:
    done = subprocess.run([sys.executable, "-c", SERVER], capture_output=True, text=True, check=False)
    assert done.returncode == -signal.SIGKILL, done.stderr
    child = int(done.stdout)
    eventually(lambda: not psutil.pid_exists(child) or psutil.Process(child).status() == psutil.STATUS_ZOMBIE)


def test_the_time_that_is_left_is_that_of_what_is_simulated_and_not_of_what_was_found() -> None:
    said: list[Any] = []
    pace = Pace(said.append)
    pace(1, 10)  # at once: it was found
    assert said[-1][1]["left"] is None
    pace._before -= 30.0  # noqa: SLF001  it took half a minute
    pace(2, 10)
    # 8 to go at 30 s each
    assert said[-1][1]["left"] == pytest.approx(240, abs=5)
