"""Trying edits over HTTP, on the published plan and on drafts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from dispatch.console.app import create_app
from dispatch.settings import Settings
from dispatch.store.engine import Store
from tests.dispatch.console.conftest import BASE, Client, token_for
from tests.dispatch.planning.days import TRAVEL, Day, badly_planned
from tests.dispatch.world import World

Api = Callable[..., Any]


@pytest.fixture
def day(sqlite_store: Store) -> Day:
    return badly_planned(sqlite_store, 5, people=3, visits=8)


@pytest.fixture
def app(sqlite_store: Store) -> Any:
    return create_app(sqlite_store, Settings(database_url="sqlite://"), travel=TRAVEL)


def test_a_draft_edited_costs_what_the_trial_of_the_edits_said(api: Api, day: Day) -> None:
    client, draft = api("dispatcher"), day.draft()
    gain = client.get(f"plans/{draft.id}").json()["gain"]
    edits = [{"visit": day.visits[0], "technician": day.people[0]}, {"visit": day.visits[3], "unassign": True}]

    told = client.post(f"plans/{draft.id}/try", json={"edits": edits}).json()
    edited = client.post(f"plans/{draft.id}/edit", json={"edits": edits}).json()

    assert told["change"] == pytest.approx(gain - edited["gain"], abs=1e-3)
    assert told["after"] == pytest.approx(edited["scorecard"]["total"], abs=1e-3)
    assert told["version"] == 1
    times = {stop["visit"]: stop["start"] for route in edited["plan"]["routes"] for stop in route["stops"]}
    assert {stop["visit"] for stop in told["stops"]} <= times.keys()
    again = client.post(f"plans/{draft.id}/try", json={"edits": edits}).json()
    assert (again["version"], again["change"]) == (2, 0)


def test_today_is_tried_on_as_it_stands_and_nothing_is_written(api: Api, day: Day) -> None:
    client = api("dispatcher")
    visit, who = day.visits[0], day.people[1]
    stood, events = day.stands(), client.get("events/recent").text

    told = client.post("plans/today/try?language=zh", json={"edits": [{"visit": visit, "technician": who}]})

    assert told.status_code == 200, told.text
    found = told.json()
    assert found["edition"] == 1
    assert found["change"] == pytest.approx(sum(one["change"] for one in found["by_rule"] if one["level"] == "prefer"))
    assert [one["sentence"][-1] for one in found["broken"]] == ["。"] * len(found["broken"])
    assert any(stop["visit"] == visit and stop["technician"] == who for stop in found["stops"])
    assert {stop["leave_at"] <= stop["arrival"] <= stop["start"] < stop["end"] for stop in found["stops"]} == {True}
    assert day.stands() == stood
    assert client.get("events/recent").text == events


def test_today_is_looked_at_anew_once_something_happened_to_who_is_concerned(api: Api, day: Day) -> None:
    client, visit = api("dispatcher"), day.visits[0]
    edits = {"edits": [{"visit": visit, "unassign": True}]}
    before = client.post("plans/today/try", json=edits).json()

    assert client.patch(f"visits/{visit}", json={"drop_cost": 900.0}).status_code == 200

    after = client.post("plans/today/try", json=edits).json()
    assert after["change"] == pytest.approx(before["change"] + 600)


def test_who_may_not_read_plans_and_who_asks_for_nothing_known_is_refused(api: Api, day: Day) -> None:
    edits = {"edits": [{"visit": day.visits[0], "unassign": True}]}
    technician = api("technician", technician_id=day.people[0])
    assert technician.post("plans/today/try", json=edits).status_code == 403
    client = api("dispatcher")
    assert client.post("plans/plan_nobody/try", json=edits).status_code == 404
    refused = client.post("plans/today/try", json={"edits": [{"visit": "nothing", "unassign": True}]})
    assert (refused.status_code, refused.json()["errors"][0]["place"]) == (422, "edits[0].visit")
    assert not api("planner").post("plans/today/try", json=edits).json()["may_publish"]


def test_a_trial_works_on_each_database(store: Store) -> None:
    day = badly_planned(store, 6, people=2, visits=4)
    user = World(store).user("dispatcher")
    with Client(create_app(store, Settings(), travel=TRAVEL), base_url=BASE) as client:
        client.headers["Authorization"] = f"Bearer {token_for(store, user)}"
        edits = {"edits": [{"visit": day.visits[0], "technician": day.people[1]}]}
        for plan in ("today", day.published().id, day.draft().id):
            assert client.post(f"plans/{plan}/try", json=edits).status_code == 200
