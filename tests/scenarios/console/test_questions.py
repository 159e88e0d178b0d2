"""Sweeps, staffings and what one more is worth on the planner's page: asked, answered, told as the commands do."""

from __future__ import annotations

from typing import Any

import pytest

from dispatch.domain.roles import RIGHTS, Right, Role
from dispatch.settings import Settings
from dispatch.store.engine import Store
from scenarios.advising import staffing_document, worth_document
from scenarios.planner.working import Simulating
from scenarios.reading import scenario_of
from scenarios.staffing import run_staffing
from scenarios.worth import run_worth
from tests.dispatch.console.conftest import Api, Client
from tests.scenarios.planner.here import at_once, document, run_all

SWEEP = {"sweep": {"kind": "technicians", "values": [3, 4, 6], "kpi": "backlog"}}
STAFFING = {
    "staffing": {
        "targets": [{"kpi": "backlog", "at_most": 9, "sure": False}],
        "groups": [
            {"technicians": ["T01", "T02"], "least": 1, "most": 4, "cost_per_day": 200},
            {"technicians": ["T03", "T04"], "least": 0, "most": 3, "cost_per_day": 150},
        ],
    }
}
WORTH = {"worth": {"of": ["technician"], "by_weekday": False}}
CHINESE = {"Accept-Language": "zh"}


@pytest.fixture
def simulating(sqlite_store: Store, settings: Settings) -> Simulating:
    return Simulating(sqlite_store, settings, simulated=at_once)


def made(client: Client, asks: str, **more: Any) -> dict[str, Any]:
    answer = client.post("scenarios", json={"document": document(changes=[], accept=[]) | more, "asks": asks})
    assert answer.status_code == 201, answer.text
    kept: dict[str, Any] = answer.json()
    return kept


def done(client: Client, simulating: Simulating, asks: str, **more: Any) -> str:
    scenario = str(made(client, asks, **more)["id"])
    assert client.post(f"scenarios/{scenario}/run").status_code == 202
    run_all(simulating)
    shown = client.get(f"scenarios/{scenario}").json()
    assert shown["status"] == "done", shown["failure"]
    return scenario


def test_a_sweep_says_what_each_step_brings_and_where_the_knee_is(api: Api, simulating: Simulating) -> None:
    planner = api("planner")
    scenario = done(planner, simulating, "sweep", **SWEEP)
    found = planner.get(f"scenarios/{scenario}/sweep").json()
    assert [one["value"] for one in found["points"]] == [3, 4, 6]
    assert found["points"][0]["step"] is None
    first, second = found["points"][:2]
    assert second["step"]["mean"] == pytest.approx(second["mean"]["mean"] - first["mean"]["mean"])
    assert found["kpi"]["name"] == "backlog"
    assert found["knee"] in (None, 4)  # the first and the last point lie on the chord
    assert [len(one["means"]) for one in found["figures"]] == [3, 3]
    report = planner.get(f"scenarios/{scenario}/report?lang=zh").text
    assert "按技师人数" in report
    assert planner.get(f"scenarios/{scenario}/outcome").status_code == 409  # it asks for something else
    refused = planner.get(f"scenarios/{scenario}/worth", headers=CHINESE)
    assert (refused.status_code, refused.json()["detail"]) == (409, "One leaves所问的是另一个问题：sweep。")


def test_a_staffing_answers_as_the_command_does_and_is_taken_over_into_a_scenario(
    api: Api, simulating: Simulating
) -> None:
    planner = api("planner")
    scenario = done(planner, simulating, "staffing", **STAFFING)
    found = planner.get(f"scenarios/{scenario}/staffing").json()
    asked = scenario_of(planner.get(f"scenarios/{scenario}/file").text)
    assert asked.staffing is not None
    told = staffing_document(run_staffing(asked), asked.staffing)
    assert found["tried"][found["best"]]["counts"] == told["best"]
    assert found["possible"] == told["possible"] == 4 * 4
    assert len(found["tried"]) == len(told["tried"])
    assert planner.get(f"scenarios/{scenario}").json()["kept"] is True
    assert planner.post(f"scenarios/{scenario}/accept", json={}).status_code == 409  # it proposes nothing

    taken = planner.post(f"scenarios/{scenario}/staffing/scenario", json={})
    assert taken.status_code == 201, taken.text
    made_of_it = taken.json()
    assert made_of_it["asks"] == "effect"
    assert made_of_it["title"] == f"One leaves ({' + '.join(map(str, told['best']))})"
    assert made_of_it["document"]["accept"] == STAFFING["staffing"]["targets"]
    assert planner.post(f"scenarios/{made_of_it['id']}/run").status_code == 202
    run_all(simulating)
    outcome = planner.get(f"scenarios/{made_of_it['id']}/outcome").json()
    backlog = next(one for one in outcome["figures"] if one["name"] == "backlog")
    assert backlog["means"][-1]["mean"] == pytest.approx(found["tried"][found["best"]]["found"][0]["mean"])
    assert planner.post(f"scenarios/{made_of_it['id']}/accept", json={}).status_code == 200

    other = next(one["counts"] for one in found["tried"] if one["counts"] != told["best"])
    second = planner.post(f"scenarios/{scenario}/staffing/scenario", json={"counts": other})
    assert second.status_code == 201
    wrong = planner.post(f"scenarios/{scenario}/staffing/scenario", json={"counts": [99]})
    assert (wrong.status_code, wrong.json()["errors"][0]["place"]) == (422, "counts")


def test_where_no_staffing_meets_the_targets_it_is_said_and_none_is_taken_over(
    api: Api, simulating: Simulating
) -> None:
    planner = api("planner")
    never = {**STAFFING["staffing"], "targets": [{"kpi": "backlog", "at_most": -1, "sure": False}]}
    scenario = done(planner, simulating, "staffing", staffing=never)
    found = planner.get(f"scenarios/{scenario}/staffing").json()
    assert found["best"] is None
    assert found["said"].startswith("Even the largest staffing misses a target")
    assert planner.get(f"scenarios/{scenario}").json()["kept"] is False
    refused = planner.post(f"scenarios/{scenario}/staffing/scenario", json={}, headers=CHINESE)
    assert (refused.status_code, refused.json()["detail"][-20:]) == (
        409,
        "没有找到达到所有目标的配置；请指定已模拟的某一种。"[-20:],
    )


def test_what_one_more_is_worth_is_told_as_the_command_tells_it(api: Api, simulating: Simulating) -> None:
    planner = api("planner")
    scenario = done(planner, simulating, "worth", **WORTH)
    found = planner.get(f"scenarios/{scenario}/worth").json()
    told = worth_document(run_worth(scenario_of(planner.get(f"scenarios/{scenario}/file").text)))
    assert [one["territory"] for one in found["more"]] == [one["territory"] for one in told["one_more"]]
    for one, other in zip(found["more"], told["one_more"], strict=True):
        assert one["money"]["mean"] == pytest.approx(other["worth_a_week"]["mean"], abs=1e-6)
        assert one["an_hour"] == pytest.approx(one["money"]["mean"] / one["hours"])
    assert "增加一个的价值" in planner.get(f"scenarios/{scenario}/report?lang=zh").text


@pytest.mark.parametrize(
    ("asks", "more", "place"),
    [
        ("sweep", {}, "sweep"),
        ("sweep", {"sweep": {"kind": "demand", "values": [1, 5], "kpi": "sla"}}, "sweep.values"),
        ("staffing", {}, "staffing"),
        (
            "staffing",
            {"staffing": {**STAFFING["staffing"], "groups": [{"technicians": ["T9"], "most": 2, "cost_per_day": 1}]}},
            "staffing.groups[0].technicians[0]",
        ),
        ("worth", {}, "worth"),
        ("replay", {}, "situation"),
        ("fortune", {}, "body.asks"),
    ],
)
def test_what_cannot_be_asked_is_refused_by_its_place(api: Api, asks: str, more: dict[str, Any], place: str) -> None:
    planner = api("planner")
    answer = planner.post("scenarios", json={"document": document(changes=[], accept=[]) | more, "asks": asks})
    assert answer.status_code == 422
    assert [one["place"] for one in answer.json()["errors"]] == [place]
    assert planner.get("scenarios").json()["items"] == []


def test_who_reads_scenarios_reads_these_answers_and_who_runs_them_takes_over(api: Api, simulating: Simulating) -> None:
    scenario = done(api("planner"), simulating, "staffing", **STAFFING)
    wrong = []
    for role in (role for role in Role if role is not Role.SYSTEM):
        client = api(role.value)
        reads, runs = Right.READ_SCENARIOS in RIGHTS[role], Right.RUN_SCENARIOS in RIGHTS[role]
        for name, there in (("staffing", 200), ("sweep", 409), ("worth", 409), ("replay", 409)):
            status = client.get(f"scenarios/{scenario}/{name}").status_code
            if status != (there if reads else 403):
                wrong.append(f"{role} GET {name}: {status}")
        status = client.post(f"scenarios/{scenario}/staffing/scenario", json={}).status_code
        if status != (201 if runs else 403):
            wrong.append(f"{role} POST staffing/scenario: {status}")
    assert wrong == []


def test_only_what_changes_do_is_compared(api: Api, simulating: Simulating) -> None:
    planner = api("planner")
    one, other = (done(planner, simulating, "worth", **WORTH), done(planner, simulating, "effect"))
    assert planner.get(f"scenarios/compared?scenario={one}&scenario={other}").status_code == 409
