"""What planners ask, sent to a Dask cluster by one setting: the same answers; and a sentence where that cannot be."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from sqlalchemy import select

from dispatch.domain.roles import SYSTEM
from dispatch.settings import Settings
from dispatch.store.engine import Store
from dispatch.store.tables import ScenarioAsks, ScenarioRow
from scenarios import cluster, work
from scenarios.planner import queue, shelf
from scenarios.planner.apart import Asked, answered
from scenarios.planner.working import Simulating
from scenarios.reading import scenario_of_document
from tests.scenarios.planner.here import at_once, document, run_all
from tests.scenarios.test_cluster import beside

__all__ = ["beside"]


def asked(store: Store) -> str:
    with store.unit_of_work(SYSTEM) as uow:
        row = shelf.create(uow, scenario_of_document(document()))
        return queue.request(uow, row.id).id


def test_one_setting_sends_what_is_asked_to_a_cluster_and_the_answer_is_the_same(
    sqlite_store: Store, tmp_path: Path, beside: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    simulated: list[int] = []
    replicate = work.replicate

    def counted(*given: object) -> object:
        simulated.append(1)
        return replicate(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(work, "replicate", counted)
    monkeypatch.setenv("FIELDWRIGHT_SCENARIO_CLUSTER", beside)
    there = Settings(database_url=str(sqlite_store.url), data_folder=tmp_path / "there")
    assert there.scenario_cluster == beside
    first, second = asked(sqlite_store), asked(sqlite_store)
    on_cluster = Simulating(sqlite_store, there)
    assert on_cluster.work_once(on_cluster.queues[0])  # in a process of its own, which asks the workers
    assert len(simulated) == 6  # three replications of two alternatives, by the workers, which are in this process
    here = Settings(database_url=str(sqlite_store.url), data_folder=tmp_path / "here", scenario_cluster=None)
    assert run_all(Simulating(sqlite_store, here, simulated=at_once)) == 1
    with sqlite_store.reading() as uow:
        outcomes = [
            uow.session.scalar(select(ScenarioRow.outcome).where(ScenarioRow.id == one)) for one in (first, second)
        ]
    assert outcomes[0] == outcomes[1]
    assert outcomes[0]["digest"].startswith("sha256:")


@pytest.mark.parametrize(
    ("has_package", "said"),
    [(False, "install it with the extra `dask`"), (True, "no scheduler can be reached there")],
)
def test_a_cluster_that_cannot_be_used_is_refused_with_the_remedy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, has_package: bool, said: str
) -> None:
    if not has_package:
        monkeypatch.setitem(sys.modules, "distributed", None)
    monkeypatch.setattr(cluster, "_CONNECTING", 0.5)
    what = Asked(ScenarioAsks.EFFECT, scenario_of_document(document()))
    kind, told = answered(what, tmp_path, lambda *_: None, "tcp://127.0.0.1:1")
    assert kind == "refused"
    assert said in told
    assert told.startswith("tcp://127.0.0.1:1: ")
