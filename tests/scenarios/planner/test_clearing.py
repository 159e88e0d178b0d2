"""What is cleared away, and what a scenario on the shelf still needs."""

from __future__ import annotations

import datetime as dt
import os
import time
from pathlib import Path

import pytest

from dispatch.domain.clock import FixedClock
from dispatch.domain.roles import SYSTEM
from dispatch.settings import Settings
from dispatch.store.engine import Store
from dispatch.store.tables import ScenarioRow, ScenarioSituation, ScenarioStatus
from scenarios.keeping import Kept
from scenarios.planner import queue, shelf
from scenarios.planner.apart import Died
from scenarios.planner.clearing import Clearing
from scenarios.planner.grounds import Grounds, keep_situation
from scenarios.planner.working import Simulating
from scenarios.reading import scenario_of_document
from scenarios.situation.digest import digest_of
from tests.scenarios.planner.here import at_once, document, run_all
from tests.scenarios.situations import hamlet

DAY = 86_400.0
KEY = "ab" + "0" * 62


@pytest.fixture
def grounds(sqlite_store: Store, tmp_path: Path) -> Grounds:
    return Grounds(sqlite_store, tmp_path)


@pytest.fixture
def clearing(sqlite_store: Store, grounds: Grounds) -> Clearing:
    return Clearing(sqlite_store, grounds, days=30)


def aged(path: Path, days: float) -> Path:
    """The file as if it had been used so many days ago for the last time."""
    then = time.time() - days * DAY
    os.utime(path, (then, then))
    return path


def kept(grounds: Grounds, days: float, key: str = KEY) -> Path:
    """A replication that was used so many days ago for the last time."""
    Kept(grounds.keep).keep(key, {"sla": 1.0})
    return aged(grounds.keep / key[:2] / f"{key[2:]}.json", days)


def test_what_nobody_used_for_long_goes_and_what_was_used_stays(grounds: Grounds, clearing: Clearing) -> None:
    old, new = kept(grounds, 31), kept(grounds, 29, "cd" + KEY[2:])
    assert clearing.clear() == 1
    assert (old.exists(), new.exists()) == (False, True)
    assert clearing.clear() == 0


def test_only_what_is_old_enough_is_read(grounds: Grounds, clearing: Clearing, monkeypatch: pytest.MonkeyPatch) -> None:
    for at in range(20):
        kept(grounds, 29, f"{at:02x}" + KEY[2:])
    old, read = kept(grounds, 31), []
    plain = Path.read_text
    monkeypatch.setattr(Path, "read_text", lambda path, **how: read.append(path) or plain(path, **how))
    assert clearing.clear() == 1
    assert read == [old]


def test_what_is_found_again_counts_as_used(grounds: Grounds, clearing: Clearing) -> None:
    old = kept(grounds, 31)
    assert Kept(grounds.keep).figures(KEY) == {"sla": 1.0}
    assert clearing.clear() == 0
    assert old.exists()


@pytest.mark.parametrize("status", [ScenarioStatus.CANCELLED, ScenarioStatus.FAILED, ScenarioStatus.QUEUED])
def test_what_a_scenario_without_an_answer_goes_on_from_stays_however_old(
    sqlite_store: Store, grounds: Grounds, clearing: Clearing, status: ScenarioStatus
) -> None:
    with sqlite_store.unit_of_work(SYSTEM) as uow:
        row = shelf.create(uow, scenario_of_document(document()))
        row.status = status
        scenario = row.id
    before = kept(grounds, 101)
    aged(grounds.begun(scenario), 100)
    used = kept(grounds, 99, "cd" + KEY[2:])
    assert clearing.clear() == 1  # only what is older than its beginning
    assert (before.exists(), used.exists()) == (False, True)
    with sqlite_store.unit_of_work(SYSTEM) as uow:
        uow.get(ScenarioRow, scenario, lock=True).status = ScenarioStatus.DONE
    assert clearing.clear() == 2  # it has its answer: the replication, and the note of its beginning
    assert not used.exists()


def test_a_run_that_died_goes_on_behind_what_is_kept_after_clearing(
    sqlite_store: Store, grounds: Grounds, clearing: Clearing, tmp_path: Path
) -> None:
    with sqlite_store.unit_of_work(SYSTEM) as uow:
        scenario = shelf.create(uow, scenario_of_document(document())).id
        queue.request(uow, scenario)
    settings = Settings(database_url=str(sqlite_store.url), data_folder=tmp_path)

    def dying(*given: object) -> object:
        at_once(*given)  # type: ignore[arg-type]
        raise Died("it was killed")

    simulating = Simulating(sqlite_store, settings, simulated=dying)  # type: ignore[arg-type]
    run_all(simulating)
    files = sorted(grounds.keep.rglob("*.json"))
    assert len(files) == 6  # three replications of two alternatives
    aged(grounds.begun(scenario), 50)
    for path in files:
        aged(path, 49)
    clearing.clear()
    assert sorted(grounds.keep.rglob("*.json")) == files


def test_parts_of_files_whose_writers_were_killed_go(grounds: Grounds, clearing: Clearing) -> None:
    parts = [grounds.keep / "ab" / ".new-abcdefgh", grounds.taken / ".new-stuvwxyz"]
    for path in parts:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("half")
    assert clearing.clear() == 0  # somebody may be writing them
    for path in parts:
        aged(path, 0.5)  # twelve hours
    assert clearing.clear() == 2


def test_a_situation_goes_with_its_file_once_no_scenario_names_it(store: Store, tmp_path: Path) -> None:
    grounds = Grounds(store, tmp_path)
    clearing = Clearing(store, grounds, days=30)
    wanted, unwanted = hamlet(), hamlet(technicians=3)
    with store.unit_of_work(SYSTEM) as uow:
        for one in (wanted, unwanted):
            keep_situation(uow, one, {})
        named = {"kind": "taken", "file": "s.json", "digest": digest_of(wanted)}
        scenario = shelf.create(uow, scenario_of_document(document(situation=named, changes=[], accept=[]))).id
    for one in (wanted, unwanted):
        grounds.situation(scenario_of_document(document(situation={**named, "digest": digest_of(one)})).situation)
    assert len(list(grounds.taken.glob("*.json"))) == 2
    assert clearing.clear() == 0
    clock = store.clock
    assert isinstance(clock, FixedClock)
    clock.advance(days=31)
    assert clearing.clear() == 2  # its row and its file
    with store.reading() as uow:
        assert uow.session.get(ScenarioSituation, digest_of(unwanted)) is None
        assert uow.session.get(ScenarioSituation, digest_of(wanted)) is not None
    assert [one.stem for one in grounds.taken.glob("*.json")] == [digest_of(wanted).removeprefix("sha256:")]
    with store.unit_of_work(SYSTEM) as uow:
        shelf.remove(uow, scenario)
    assert clearing.clear() == 2


def test_a_situation_that_is_taken_again_is_as_new(sqlite_store: Store, clearing: Clearing) -> None:
    clock = sqlite_store.clock
    assert isinstance(clock, FixedClock)
    with sqlite_store.unit_of_work(SYSTEM) as uow:
        keep_situation(uow, hamlet(), {})
    clock.advance(days=31)
    with sqlite_store.unit_of_work(SYSTEM) as uow:
        keep_situation(uow, hamlet(), {})
    clock.advance(days=29)
    assert clearing.clear() == 0


def test_nothing_is_forgotten_where_the_settings_say_never(sqlite_store: Store, grounds: Grounds) -> None:
    old = kept(grounds, 4000)
    assert Clearing(sqlite_store, grounds, days=0).clear() == 0
    assert old.exists()


def test_a_worker_clears_by_itself(sqlite_store: Store, grounds: Grounds, tmp_path: Path) -> None:
    old = kept(grounds, 91)
    settings = Settings(database_url=str(sqlite_store.url), data_folder=tmp_path, scenario_processes=0)
    worker = Simulating(sqlite_store, settings)
    worker.start()
    deadline = time.monotonic() + 30
    while old.exists():
        assert time.monotonic() < deadline
        time.sleep(0.01)
    worker.stop()
    assert dt.timedelta(days=settings.scenario_days) == dt.timedelta(days=90)
