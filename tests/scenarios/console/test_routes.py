"""The planner's page over HTTP: what each role may, what is refused and how, and the whole way of a scenario."""

from __future__ import annotations

from typing import Any

import pytest

from dispatch.domain.roles import RIGHTS, Right, Role
from dispatch.settings import Settings
from dispatch.store.engine import Store
from scenarios.planner.working import Simulating
from scenarios.reading import scenario_of
from scenarios.running import run_scenario
from scenarios.telling import document as result_document
from tests.dispatch.console.conftest import Api, Client
from tests.dispatch.world import World
from tests.scenarios.planner.here import LEAVE, TOWN, at_once, document, run_all

LIVE = {
    "kind": "dispatch",
    "dispatch": {"agent": "live", "iterations": 5, "policy": {"least_gain": 12.5, "change_budget": 4}},
}
CHINESE = {"Accept-Language": "zh"}


@pytest.fixture
def simulating(sqlite_store: Store, settings: Settings) -> Simulating:
    return Simulating(sqlite_store, settings, simulated=at_once)


def made(client: Client, **more: Any) -> dict[str, Any]:
    answer = client.post("scenarios", json={"document": document(**more)})
    assert answer.status_code == 201, answer.text
    kept: dict[str, Any] = answer.json()
    return kept


def done(client: Client, simulating: Simulating, **more: Any) -> str:
    scenario = made(client, **more)["id"]
    assert client.post(f"scenarios/{scenario}/run").status_code == 202
    run_all(simulating)
    assert client.get(f"scenarios/{scenario}").json()["status"] == "done"
    return str(scenario)


def test_planners_run_scenarios_and_managers_look_at_them(api: Api, simulating: Simulating) -> None:
    scenario = done(api("planner"), simulating)
    wrong = []
    for role in (role for role in Role if role is not Role.SYSTEM):
        client = api(role.value)
        reads, runs = Right.READ_SCENARIOS in RIGHTS[role], Right.RUN_SCENARIOS in RIGHTS[role]
        for path in ("", "/form", "/{}", "/{}/outcome", "/{}/report", "/{}/file", "/{}/publication?since=2026-11-24"):
            answer = client.get(f"scenarios{path.format(scenario)}")
            if answer.status_code != (200 if reads else 403):
                wrong.append(f"{role} GET {path}: {answer.status_code}")
        for path, body in (
            ("", {"document": document(title=role)}),
            ("/file", {"toml": ""}),
            ("/situations", {"first": "2026-11-23"}),
            ("/{}/run", {}),
            ("/{}/cancel", {}),
            ("/{}/accept", {"because": ""}),
        ):
            answer = client.post(f"scenarios{path.format(scenario)}", json=body)
            if (answer.status_code == 403) is runs:
                wrong.append(f"{role} POST {path}: {answer.status_code}")
        if (client.delete("scenarios/scenario_none").status_code == 403) is runs:
            wrong.append(f"{role} DELETE")
    assert wrong == []


@pytest.mark.parametrize(
    ("wrong", "place", "remedy"),
    [
        ({"titel": "x"}, "titel", "did you mean `title`?"),
        ({"kpis": ["slaa"]}, "kpis[0]", 'did you mean "sla"?'),
        ({"changes": [{"kind": "leave", "technicians": ["T9"]}]}, "changes[0].technicians[0]", 'known are "T01"'),
        ({"changes": [{"kind": "vanish"}]}, "changes[0]", "known are"),
        (
            {"changes": [{**LIVE, "dispatch": {"policy": {"tempo": 1}}}]},
            "changes[0].dispatch.policy.tempo",
            "known are",
        ),
        ({"changes": [{"kind": "demand", "factor": 9}]}, "changes[0].factor", "correct the value"),
        ({"horizon": {"first": "2026-11-23", "days": 1, "warm_up": 1}}, "horizon", "fewer than 1 days"),
        ({"situation": {"kind": "taken", "file": "/etc/passwd"}}, "situation.digest", "digest"),
        ({"situation": {**TOWN, "digest": "sha256:0"}}, "situation.digest", "write digest"),
        ({"accept": [{"kpi": "sla"}]}, "accept[0]", "give one of"),
    ],
)
def test_what_is_wrong_is_told_by_its_place_and_what_helps(
    api: Api, wrong: dict[str, Any], place: str, remedy: str
) -> None:
    client = api("planner")
    answer = client.post("scenarios", json={"document": document() | wrong})
    assert answer.status_code == 422
    errors = answer.json()["errors"]
    assert [one["place"] for one in errors] == [place]
    assert remedy in errors[0]["remedy"]
    assert client.get("scenarios").json()["items"] == []


def test_a_scenario_is_kept_run_read_and_reported(api: Api, simulating: Simulating) -> None:
    planner = api("planner")
    scenario = done(planner, simulating)
    shown = planner.get(f"scenarios/{scenario}").json()
    assert shown["progress"] == {"done": 3, "most": 3, "elapsed": 1.0, "left": None}
    assert shown["changes"] == ["T01 leaves."]
    outcome = planner.get(f"scenarios/{scenario}/outcome").json()
    assert outcome["alternatives"] == ["as it is", "with the changes"]
    assert [one["name"] for one in outcome["figures"]] == ["sla", "backlog"]
    sla = outcome["figures"][0]
    assert sla["differences"][0] is None
    assert sla["differences"][1]["mean"] == pytest.approx(sla["means"][1]["mean"] - sla["means"][0]["mean"])
    assert outcome["conditions"][0]["said"] == "Backlog rises by at most 100 jobs"
    assert outcome["accepted"] is True
    chinese = planner.get(f"scenarios/{scenario}/report?lang=zh")
    assert "style-src 'unsafe-inline'" in chinese.headers["content-security-policy"]
    assert "<h2>更改内容</h2>" in chinese.text
    assert "<h2>What is changed</h2>" in planner.get(f"scenarios/{scenario}/report").text


def test_the_same_is_said_in_chinese(api: Api, simulating: Simulating) -> None:
    planner = api("planner")
    scenario = done(planner, simulating)
    assert planner.get(f"scenarios/{scenario}", headers=CHINESE).json()["changes"] == ["T01离职。"]
    outcome = planner.get(f"scenarios/{scenario}/outcome", headers=CHINESE).json()
    assert outcome["alternatives"] == ["现状", "更改后"]
    assert outcome["conditions"][0]["said"] == "积压上升不超过 100 张"
    assert (
        planner.post(f"scenarios/{scenario}/cancel", headers=CHINESE).json()["detail"].endswith("未在运行，无需取消。")
    )
    wrong = {"document": document(changes=[{"kind": "train", "technicians": ["T01"], "skill": "gaz"}])}
    (error,) = planner.post("scenarios", json=wrong, headers=CHINESE).json()["errors"]
    assert (error["problem"], error["remedy"]) == ("没有此技能", '是否指 "gas"？')


def test_the_file_of_a_scenario_gives_the_same_result_on_the_command_line(api: Api, simulating: Simulating) -> None:
    planner = api("planner")
    scenario = done(planner, simulating)
    toml = planner.get(f"scenarios/{scenario}/file").text
    told = result_document(run_scenario(scenario_of(toml)), ["sla", "backlog"])
    outcome = planner.get(f"scenarios/{scenario}/outcome").json()
    for at, figure in enumerate(outcome["figures"]):
        for alternative, mean in zip(told["alternatives"], figure["means"], strict=True):
            assert alternative["figures"][figure["name"]]["mean"] == round(mean["mean"], 6), at
    assert planner.post("scenarios/file", json={"toml": toml}).json()["document"]["changes"] == [LEAVE]


def test_a_file_that_is_wrong_is_refused_by_its_places(api: Api) -> None:
    answer = api("planner").post("scenarios/file", json={"toml": 'format = "fieldwright scenario 1"\n'})
    assert answer.status_code == 422
    assert {one["place"] for one in answer.json()["errors"]} == {"title", "situation", "horizon"}


def test_a_situation_is_looked_at_before_anything_is_asked_of_it(api: Api) -> None:
    planner = api("planner")
    seen = planner.post("scenarios/look", json={"situation": TOWN}).json()
    assert [one["id"] for one in seen["people"]] == ["T01", "T02", "T03", "T04"]
    assert seen["skills"] == ["electrical", "fibre", "gas", "pumps"]
    wrong = planner.post("scenarios/look", json={"situation": {**TOWN, "sites": 0}})
    assert (wrong.status_code, wrong.json()["errors"][0]["place"]) == (422, "situation.sites")


def test_scenarios_of_the_same_days_are_compared_pair_by_pair(api: Api, simulating: Simulating) -> None:
    planner = api("planner")
    one = done(planner, simulating)
    more = done(planner, simulating, title="Two leave", changes=[{"kind": "leave", "technicians": ["T01", "T02"]}])
    found = planner.get(f"scenarios/compared?scenario={one}&scenario={more}").json()
    assert found["alternatives"] == ["as it is", "One leaves", "Two leave"]
    assert [len(figure["means"]) for figure in found["figures"]] == [3, 3]
    other = done(planner, simulating, horizon={"first": "2026-11-23", "days": 3, "warm_up": 1})
    refused = planner.get(f"scenarios/compared?scenario={one}&scenario={other}")
    assert (refused.status_code, refused.json()["errors"][0]["problem"]) == (422, "has other days")
    assert planner.get(f"scenarios/compared?scenario={one}&scenario={one}").status_code == 422
    assert planner.get(f"scenarios/compared?scenario={one}&scenario=scenario_none").status_code == 404


def test_what_is_under_way_can_be_cancelled_and_goes_on_later(api: Api, simulating: Simulating) -> None:
    planner = api("planner")
    scenario = made(planner)["id"]
    assert planner.get(f"scenarios/{scenario}/outcome").status_code == 409
    assert planner.post(f"scenarios/{scenario}/cancel").status_code == 409
    assert planner.post(f"scenarios/{scenario}/run").json()["status"] == "queued"
    assert planner.post(f"scenarios/{scenario}/run").status_code == 409
    assert planner.delete(f"scenarios/{scenario}").status_code == 409
    assert planner.post(f"scenarios/{scenario}/cancel").json()["status"] == "cancelled"
    assert run_all(simulating) == 0
    assert planner.post(f"scenarios/{scenario}/run").json()["status"] == "queued"
    assert run_all(simulating) == 1
    assert planner.post(f"scenarios/{scenario}/run").status_code == 409  # it would have the same answer


def test_who_has_seen_another_version_is_told(api: Api) -> None:
    planner = api("planner")
    scenario = made(planner)["id"]
    assert planner.post(f"scenarios/{scenario}/run", headers={"If-Match": '"7"'}).status_code == 412
    key = {"Idempotency-Key": "once and only once"}
    first = planner.post(f"scenarios/{scenario}/run", headers=key)
    assert planner.post(f"scenarios/{scenario}/run", headers=key).json() == first.json()


def test_a_condition_that_is_not_kept_takes_a_reason(api: Api, simulating: Simulating) -> None:
    planner = api("planner")
    scenario = done(planner, simulating, accept=[{"kpi": "sla", "at_least": 1.01}])
    refused = planner.post(f"scenarios/{scenario}/accept", json={})
    assert (refused.status_code, refused.json()["errors"][0]["place"]) == (422, "because")
    accepted = planner.post(f"scenarios/{scenario}/accept", json={"because": "There is no other way"}).json()
    assert accepted["accepted_because"] == "There is no other way"
    assert accepted["kept"] is False


def test_an_accepted_policy_is_published_by_who_may_under_the_version_they_saw(
    api: Api, simulating: Simulating, sqlite_store: Store
) -> None:
    policy = World(sqlite_store).planning_policy("Standard")
    planner, administrator = api("planner"), api("administrator")
    changes = [LIVE, {"kind": "travel", "factor": 1.2}, {"kind": "train", "technicians": ["T01"], "skill": "gas"}]
    brief = {"situation": {**TOWN, "jobs_per_day": 2}, "replications": {"least": 1, "most": 1}, "accept": []}
    scenario = done(planner, simulating, changes=changes, **brief)
    asked = f"scenarios/{scenario}/publication?since=2026-11-24"
    parts = administrator.get(asked).json()["parts"]
    assert [one["can"] for one in parts] == [True, False, False]
    assert parts[1]["why_not"].startswith("This is assumed and not decided")
    assert "made-up town" in parts[2]["why_not"]
    (step,) = parts[0]["steps"]
    assert step["then"] == {"least_gain": 12.5, "change_budget": 4}
    body = {"changes": [0], "seen": {step["id"]: step["version"]}, "since": "2026-11-24"}
    publish = f"scenarios/{scenario}/publish"
    assert administrator.post(publish, json=body).status_code == 409  # nobody has accepted it
    assert planner.post(f"scenarios/{scenario}/accept", json={}).status_code == 200
    assert [one["may"] for one in planner.get(asked).json()["parts"]] == [False, True, False]
    assert planner.post(publish, json=body).status_code == 403
    assert administrator.post(publish, json={**body, "seen": {}}).status_code == 422
    assert administrator.post(publish, json={**body, "seen": {policy: 99}}).status_code == 412
    assert administrator.post(publish, json={**body, "changes": [0, 1]}).status_code == 422
    published = administrator.post(publish, json=body).json()["published"]
    assert [one["change"] for one in published] == [0]
    now = administrator.get(f"policies/{policy}").json()
    assert (now["least_gain"], now["change_budget"], now["version"]) == (12.5, 4, step["version"] + 1)
    assert administrator.post(publish, json=body).status_code == 422  # it is done
    assert planner.delete(f"scenarios/{scenario}").status_code == 409
