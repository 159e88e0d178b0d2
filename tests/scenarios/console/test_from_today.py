"""A scenario that starts from the operation: taken, simulated, accepted, and made true in it."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from dispatch.domain.roles import SYSTEM
from dispatch.services import people
from dispatch.settings import Settings
from dispatch.store.engine import Store
from dispatch.store.tables import Shift, Technician
from scenarios.planner.working import Simulating
from scenarios.reading import read_scenario
from scenarios.running import run_scenario
from tests.dispatch.console.conftest import Api, Client
from tests.dispatch.world import World
from tests.scenarios.planner.company import Company, company_of_two
from tests.scenarios.planner.here import at_once, document, run_all

CHANGES: list[dict[str, Any]] = [
    {"kind": "train", "technicians": ["T2"], "skill": "gas", "level": 2},
    {"kind": "overtime", "minutes": 90, "technicians": ["T1"]},
    {"kind": "move-shifts", "minutes": 30},
    {"kind": "promise", "priority": "high", "on_site_hours": 2},
    {"kind": "hire", "like": "T1"},
]


@pytest.fixture
def company(sqlite_store: Store) -> Company:
    return company_of_two(World(sqlite_store))


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(database_url="sqlite://", data_folder=tmp_path)


@pytest.fixture
def simulating(sqlite_store: Store, settings: Settings) -> Simulating:
    return Simulating(sqlite_store, settings, simulated=at_once)


def taken(client: Client) -> dict[str, Any]:
    answer = client.post("scenarios/situations", json={"first": "2026-11-23"})
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


def names(situation: dict[str, Any]) -> list[str]:
    """As this situation calls Ana and Ben."""
    return [one["id"] for one in sorted(situation["people"], key=lambda one: str(one["name"]))]


def named(changes: list[dict[str, Any]], ids: list[str]) -> list[dict[str, Any]]:
    known = {"T1": ids[0], "T2": ids[1]}
    return [
        {
            **one,
            **({"technicians": [known[name] for name in one["technicians"]]} if "technicians" in one else {}),
            **({"like": known[one["like"]]} if "like" in one else {}),
        }
        for one in changes
    ]


def done(client: Client, simulating: Simulating, situation: dict[str, Any], changes: list[dict[str, Any]]) -> str:
    body = document(
        "Ana and Ben", situation=situation["situation"], changes=named(changes, names(situation)), accept=[]
    )
    answer = client.post("scenarios", json={"document": body})
    assert answer.status_code == 201, answer.text
    scenario = str(answer.json()["id"])
    assert client.post(f"scenarios/{scenario}/run").status_code == 202
    assert run_all(simulating) == 1
    assert client.get(f"scenarios/{scenario}").json()["status"] == "done", client.get(f"scenarios/{scenario}").text
    return scenario


@pytest.mark.usefixtures("company")
def test_the_operation_is_taken_without_names_and_shown_with_them(api: Api) -> None:
    planner = api("planner")
    situation = taken(planner)
    assert [one["name"] for one in situation["people"]] == ["Ana", "Ben"]
    assert all(one["id"].startswith("T") for one in situation["people"])
    assert situation["situation"]["digest"] == taken(planner)["digest"]  # the same, taken again
    again = planner.post("scenarios/look", json={"situation": situation["situation"]}).json()
    assert again["people"] == situation["people"]
    assert "Ana" not in str(situation["situation"])


@pytest.mark.usefixtures("company")
def test_who_sees_some_territories_takes_nothing_and_sees_no_scenario_of_all(api: Api) -> None:
    narrow = api("planner", territories=["territory_elsewhere"])
    assert narrow.post("scenarios/situations", json={"first": "2026-11-23"}).status_code == 403
    planner = api("planner")
    situation = taken(planner)
    body = document(situation=situation["situation"], changes=[], accept=[])
    scenario = planner.post("scenarios", json={"document": body}).json()["id"]
    assert narrow.post("scenarios", json={"document": body}).status_code == 403
    assert narrow.post("scenarios/look", json={"situation": situation["situation"]}).status_code == 403
    assert narrow.get("scenarios").json()["items"] == []
    assert narrow.get(f"scenarios/{scenario}").status_code == 404
    assert narrow.post(f"scenarios/{scenario}/run").status_code == 404


@pytest.mark.usefixtures("company")
def test_its_files_give_the_same_result_on_the_command_line(api: Api, simulating: Simulating, tmp_path: Path) -> None:
    planner = api("planner")
    scenario = done(planner, simulating, taken(planner), CHANGES[:2])
    for path in ("file", "situation"):
        answer = planner.get(f"scenarios/{scenario}/{path}")
        name = answer.headers["content-disposition"].partition('filename="')[2].rstrip('"')
        (tmp_path / name).write_bytes(answer.content)
    told = run_scenario(read_scenario(tmp_path / f"{scenario}.toml"))
    figures = planner.get(f"scenarios/{scenario}/outcome").json()["figures"]
    for figure in figures:
        means = [told.mean(name, figure["name"]).mean for name in told.alternatives]
        assert [one["mean"] for one in figure["means"]] == means


def test_what_is_accepted_becomes_true_in_the_operation(api: Api, company: Company, simulating: Simulating) -> None:
    planner, administrator = api("planner"), api("administrator")
    scenario = done(planner, simulating, taken(planner), CHANGES)
    planner.post(f"scenarios/{scenario}/accept", json={})
    parts = administrator.get(f"scenarios/{scenario}/publication?since=2026-11-24").json()["parts"]
    assert [one["can"] for one in parts] == [True, True, True, True, False]
    assert [len(one["steps"]) for one in parts] == [1, 2, 4, 1, 0]
    assert [one["said"] for one in parts[:2]] == [
        "Ben is trained on gas, to level 2.",
        "90 minutes of overtime are allowed to Ana.",
    ]
    assert parts[4]["why_not"].startswith("A person cannot be published: enter who is hired in the office")
    assert parts[4]["alike"] == {
        "technician": company.ana,
        "name": "Ana",
        "count": 1,
        "territory": "North",
        "skills": {"gas": 2},
        "base_address": parts[4]["alike"]["base_address"],
        "shifts": [{"date": f"2026-11-{day}", "start": "09:00", "end": "17:00"} for day in (24, 25)],
    }
    assert [
        one["may"] for one in api("manager").get(f"scenarios/{scenario}/publication?since=2026-11-24").json()["parts"]
    ] == [True, True, True, False, True]

    def publish(*changes: int, moved: dict[str, int] | None = None) -> Any:
        shown = administrator.get(f"scenarios/{scenario}/publication?since=2026-11-24").json()["parts"]
        seen = {step["id"]: step["version"] for one in shown if one["change"] in changes for step in one["steps"]}
        body = {"changes": list(changes), "seen": {**seen, **(moved or {})}, "since": "2026-11-24"}
        return administrator.post(f"scenarios/{scenario}/publish", json=body)

    before = _shift(company, company.shifts[company.ben][1])
    # somebody has changed Ben since: nothing of it happens, not even what comes before
    assert publish(1, 0, moved={company.ben: 77}).status_code == 412
    assert _shift(company, company.shifts[company.ana][1]).max_overtime == 0
    assert publish(0, 3).status_code == 200
    assert publish(1).status_code == 200
    assert publish(2).status_code == 200
    with company.store.unit_of_work(SYSTEM) as uow:
        assert {one.skill: one.level for one in people.skills_of(uow, company.ben)} == {"gas": 2}
    assert administrator.get(f"sla-policies/{company.sla}").json()["on_site_within"] == 2 * 3600
    assert _shift(company, company.shifts[company.ana][1]).max_overtime == 90 * 60
    today, tomorrow = (_shift(company, company.shifts[company.ben][day]) for day in (0, 1))
    assert today.starts_at == before.starts_at - dt.timedelta(days=1)
    assert tomorrow.starts_at == before.starts_at + dt.timedelta(minutes=30)
    lunch = dt.datetime.fromisoformat(tomorrow.breaks[0]["earliest"])
    assert lunch == dt.datetime.fromisoformat(before.breaks[0]["earliest"]) + dt.timedelta(minutes=30)
    told = administrator.get(f"scenarios/{scenario}").json()["published"]
    assert [one["change"] for one in told] == [0, 3, 1, 2]


def test_who_leaves_is_made_inactive_unless_work_is_theirs(api: Api, company: Company, simulating: Simulating) -> None:
    planner, manager = api("planner"), api("manager")
    scenario = done(planner, simulating, taken(planner), [{"kind": "leave", "technicians": ["T2"]}])
    planner.post(f"scenarios/{scenario}/accept", json={"because": "Ben retires"})
    (part,) = manager.get(f"scenarios/{scenario}/publication?since=2026-11-24").json()["parts"]
    seen = {step["id"]: step["version"] for step in part["steps"]}
    body = {"changes": [0], "seen": seen, "since": "2026-11-24"}
    assert manager.post(f"scenarios/{scenario}/publish", json={**body, "since": "2026-11-22"}).status_code == 422
    assert manager.post(f"scenarios/{scenario}/publish", json=body).status_code == 200
    with company.store.reading() as uow:
        assert uow.get(Technician, company.ben).active is False
    (part,) = manager.get(f"scenarios/{scenario}/publication?since=2026-11-24").json()["parts"]
    assert part["published"]["change"] == 0


def test_a_base_where_somebody_else_begins_is_published_and_one_that_is_roughly_known_is_not(
    api: Api, company: Company, simulating: Simulating
) -> None:
    planner, manager = api("planner"), api("manager")
    situation = taken(planner)
    ana, ben = names(situation)
    site = situation["places"][0]["id"]
    changes = [
        {"kind": "base", "technicians": [ben], "like": ana},
        {"kind": "base", "technicians": [ben], "site": site},
    ]
    body = document("Ben from Ana's", situation=situation["situation"], changes=changes, accept=[])
    scenario = planner.post("scenarios", json={"document": body}).json()["id"]
    planner.post(f"scenarios/{scenario}/run")
    assert run_all(simulating) == 1
    assert planner.post(f"scenarios/{scenario}/accept", json={}).status_code == 200
    like, rough = manager.get(f"scenarios/{scenario}/publication?since=2026-11-24").json()["parts"]
    assert (like["can"], like["right"]) == (True, "write people")
    assert [(one["now"], one["then"]) for one in like["steps"]] == [({"base": "Ben"}, {"base": "Ana"})]
    assert (rough["can"], rough["why_not"].startswith("Places of a scenario are known to about")) == (False, True)
    seen = {step["id"]: step["version"] for step in like["steps"]}
    published = {"changes": [0], "seen": seen, "since": "2026-11-24"}
    assert manager.post(f"scenarios/{scenario}/publish", json=published).status_code == 200
    with company.store.reading() as uow:
        first, second = (uow.get(Technician, one) for one in (company.ana, company.ben))
        assert (first.base_lat, first.base_lon) == (second.base_lat, second.base_lon)
    again = manager.get(f"scenarios/{scenario}/publication?since=2026-11-24").json()["parts"][0]
    assert again["published"]["by_name"]


def _shift(company: Company, shift_id: str) -> Shift:
    with company.store.reading() as uow:
        return uow.get(Shift, shift_id)
