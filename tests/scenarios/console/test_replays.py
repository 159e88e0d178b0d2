"""Replays on the planner's page: days that are over are taken, replayed, told as the report tells them, or refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI

from dispatch.console.app import create_app
from dispatch.settings import Settings
from dispatch.store.engine import Store
from scenarios.planner.working import Simulating
from tests.dispatch.console.conftest import Api
from tests.scenarios.planner.here import at_once, document, run_all
from tests.scenarios.recorded import DAY, RecordedDay, copy_of

CHINESE = {"Accept-Language": "zh"}


@pytest.fixture
def sqlite_store(sample_day: RecordedDay, tmp_path: Path) -> Store:
    """The morning after a day that a live system recorded."""
    return copy_of(sample_day, tmp_path / "copy.db")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(database_url="sqlite://", data_folder=tmp_path)


@pytest.fixture
def app(sqlite_store: Store, settings: Settings, sample_day: RecordedDay) -> FastAPI:
    return create_app(sqlite_store, settings, travel=sample_day.travel)


@pytest.fixture
def simulating(sqlite_store: Store, settings: Settings) -> Simulating:
    return Simulating(sqlite_store, settings, simulated=at_once)


def of(situation: dict[str, Any]) -> dict[str, Any]:
    return document(
        "Yesterday",
        situation=situation,
        horizon={"first": DAY.isoformat(), "days": 1},
        dispatch={"agent": "nearest"},
        changes=[],
        accept=[],
        replications={"least": 1, "most": 1},
    )


def test_a_day_that_is_over_is_replayed_and_told_by_cause(api: Api, simulating: Simulating) -> None:
    planner = api("planner")
    taken = planner.post("scenarios/situations", json={"first": DAY.isoformat(), "days": 1})
    assert taken.status_code == 201, taken.text
    assert taken.json()["recorded_days"] == 1
    kept = planner.post("scenarios", json={"document": of(taken.json()["situation"]), "asks": "replay"})
    assert kept.status_code == 201, kept.text
    scenario = kept.json()["id"]
    assert planner.post(f"scenarios/{scenario}/run").status_code == 202
    run_all(simulating)
    shown = planner.get(f"scenarios/{scenario}").json()
    assert shown["status"] == "done", shown["failure"]
    # six stages: with an agent that is not the live system's, decisions by hand are none of them
    assert (shown["progress"]["done"], shown["progress"]["most"]) == (6, 6)

    found = planner.get(f"scenarios/{scenario}/replay", headers=CHINESE).json()
    assert [one["label"] for one in found["causes"]] == ["执行方式", "策略", "信息滞后", "意外干扰", "逐次规划"]
    drawn = [one["name"] for one in found["columns"]].index("minutes")
    lost = sum(one["minutes"][drawn]["mean"] for one in found["causes"])
    assert lost == pytest.approx(found["whole"]["minutes"][drawn]["mean"])
    first, last = (found["stages"][at]["minutes"][drawn]["mean"] for at in (0, -1))
    assert first - lost == pytest.approx(last)
    assert (found["first"], found["days"]) == (DAY.isoformat(), 1)
    report = planner.get(f"scenarios/{scenario}/report?lang=zh").text
    assert "<h2>按原因的损失</h2>" in report
    assert planner.get(f"scenarios/{scenario}/situation").json()["record"]["days"] == 1
    assert list((simulating._grounds.keep).rglob("*.json")) != []  # noqa: SLF001  what was run is kept


def test_days_that_cannot_be_replayed_are_refused_with_what_helps(api: Api) -> None:
    planner = api("planner")
    for first, days, problem in (
        (DAY.isoformat(), 5, "尚未结束"),
        ("2026-01-05", 1, "该日前后没有人上班"),
    ):
        answer = planner.post("scenarios/situations", json={"first": first, "days": days}, headers=CHINESE)
        assert answer.status_code == 422, answer.text
        (error,) = answer.json()["errors"]
        assert problem in error["problem"]
        assert error["remedy"].startswith("请")
    today = planner.post("scenarios/situations", json={"first": "2026-11-24"}).json()["situation"]
    asked = {"document": of(today), "asks": "replay"}
    (error,) = planner.post("scenarios", json=asked, headers=CHINESE).json()["errors"]
    assert (error["place"], error["problem"]) == ("situation", "不含任何已结束的日子")
    assert api("manager").post("scenarios/situations", json={"first": DAY.isoformat(), "days": 1}).status_code == 403
    narrow = api("planner", territories=["territory_elsewhere"])
    assert narrow.post("scenarios/situations", json={"first": DAY.isoformat(), "days": 1}).status_code == 403


def test_a_replay_changes_who_dispatches_and_nothing_else(api: Api) -> None:
    planner = api("planner")
    taken = planner.post("scenarios/situations", json={"first": DAY.isoformat(), "days": 1}).json()["situation"]
    wrong = of(taken) | {"changes": [{"kind": "travel", "factor": 1.2}]}
    (error,) = planner.post("scenarios", json={"document": wrong, "asks": "replay"}).json()["errors"]
    assert (error["place"], error["remedy"]) == ("changes[0]", "remove it, or ask what its changes do")
