"""Moves, explanations, comparisons, locks, crews and parts over HTTP."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from dispatch.console.app import create_app
from dispatch.planning.run import RunWorker
from dispatch.settings import Settings
from dispatch.store.engine import Store
from tests.dispatch.planning.days import TRAVEL, Day, badly_planned
from tests.dispatch.planning.published import window

Api = Callable[..., Any]


@pytest.fixture
def day(sqlite_store: Store) -> Day:
    return badly_planned(sqlite_store, 5, people=3, visits=8)


@pytest.fixture
def app(sqlite_store: Store) -> Any:
    return create_app(sqlite_store, Settings(database_url="sqlite://"), travel=TRAVEL)


def elsewhere(day: Day, visit: str) -> str:
    return next(who for who in day.people if {who} != day.stands()[visit][0])


def test_a_drag_is_tried_moved_and_undone(api: Api, day: Day) -> None:
    client, visit = api("dispatcher"), day.visits[0]
    stood, edits = day.stands(), [{"visit": visit, "technician": elsewhere(day, visit)}]
    told = client.post("plans/today/try", json={"edits": edits}).json()

    moved = client.post(
        "plans/today/move", json={"edits": edits, "because": "She knows the house.", "expected_edition": 1}
    )

    assert moved.status_code == 200, moved.text
    assert (moved.json()["edition"], moved.json()["status"]) == (2, "published")
    assert moved.json()["gain"] == pytest.approx(-told["change"], abs=1e-3)
    again = client.post("plans/today/move", json={"edits": edits, "expected_edition": 1})
    assert (again.status_code, again.json()["type"].rsplit(":", 1)[-1]) == (409, "overtaken")
    assert client.post("plans/today/try", json={"edits": edits}).json()["edition"] == 2
    undone = client.post(f"plans/{moved.json()['id']}/undo")
    assert undone.status_code == 200, undone.text
    assert visit in undone.json()["undone"]
    assert undone.json()["could_not"] == []
    assert day.stands() == stood
    assert client.post("plans/plan_nobody/undo").status_code == 404
    assert api("planner").post("plans/today/move", json={"edits": edits}).status_code == 403


def test_a_move_repeated_with_its_key_is_done_once(api: Api, day: Day) -> None:
    client, visit = api("dispatcher"), day.visits[0]
    body, key = {"edits": [{"visit": visit, "unassign": True}]}, {"Idempotency-Key": "a-drag-that-was-sent-twice"}
    answers = [client.post("plans/today/move", json=body, headers=key).json() for _ in range(2)]
    assert answers[0] == answers[1]
    assert client.get("plans/today").json()["edition"] == 2


def test_what_breaks_rules_is_refused_in_the_language_asked_for(api: Api, day: Day) -> None:
    client = api("dispatcher")
    kind = day.world.job_type(skills={"gas": 1})
    asked = day.world.job(job_type=kind)[1]
    body = {"edits": [{"visit": asked, "technician": day.people[0]}]}

    refused = client.post("plans/today/move?language=zh", json=body)

    assert refused.status_code == 409
    assert refused.json()["type"].endswith("breaks-rules")
    assert refused.json()["may_force"] is True
    assert refused.json()["broken"][0]["sentence"].endswith("不具备。")
    assert client.post("plans/today/move", json={**body, "anyway": True}).status_code == 200
    assert client.get(f"visits/{asked}").json()["pin"]["technician"] == day.people[0]


def test_why_answers_for_a_planned_visit_and_frees_one_that_fits_nowhere(api: Api, day: Day) -> None:
    client = api("dispatcher")
    here = client.get(f"plans/today/visits/{day.visits[0]}/why").json()
    assert {here["here"]["technician"]} == day.stands()[day.visits[0]][0]
    assert len(here["elsewhere"]) == 2
    edits = [
        {key: one[key] for key in ("visit", "technician", "shift", "position", "role")}
        for one in here["elsewhere"][0]["edits"]
    ]
    tried = client.post("plans/today/try", json={"edits": edits}).json()
    assert tried["change"] == pytest.approx(here["elsewhere"][0]["change"], abs=1e-3)

    asked = day.world.job(job_type=day.world.job_type(skills={"gas": 1}))[1]
    blocked = client.get(f"plans/today/visits/{asked}/why?language=zh").json()
    assert blocked["here"] is None
    assert len(blocked["blocked"]) == 3
    offered = next(one for one in blocked["free"] if one["kind"] == "less_skill")
    assert offered["verified"]
    assert offered["what"].startswith("若无需 gas")
    seen = {"expected_edition": blocked["edition"]}
    assert seen == {"expected_edition": here["edition"]} == {"expected_edition": 1}
    stale = client.post(f"plans/today/visits/{asked}/free", json={**offered["apply"], "expected_edition": 0})
    assert (stale.status_code, stale.json()["edition"]) == (409, 1), "it was offered on another plan"
    freed = client.post(f"plans/today/visits/{asked}/free", json={**offered["apply"], **seen})
    assert freed.status_code == 200, freed.text
    assert freed.json()["gain"] == pytest.approx(-offered["change"], abs=1e-3)
    assert day.stands()[asked][0] == {offered["technician"]}
    draft = day.draft().id
    told = client.get(f"plans/{draft}/visits/{day.visits[1]}/why")
    assert (told.status_code, told.json()["edition"]) == (200, None)
    assert client.get("plans/today/visits/nobody/why").status_code == 404
    assert api("planner").post(f"plans/today/visits/{asked}/free", json=offered["apply"]).status_code == 403


def test_two_plans_are_compared_and_what_a_draft_buys_stands_beside_its_certificate(
    api: Api, day: Day, sqlite_store: Store
) -> None:
    client = api("dispatcher")
    run = api("planner").post("runs", json={"overrides": {"seconds": 0.2}, "seed": 7}).json()
    worker = RunWorker(sqlite_store, Settings(), TRAVEL)
    worker.work_once()
    worker.stop()
    draft_id = client.get(f"runs/{run['id']}").json()["draft_id"]

    draft = client.get(f"plans/{draft_id}").json()
    found = client.get("plans/compare", params={"before": "today", "after": draft_id}).json()

    assert draft["buys"]["money"] == pytest.approx(draft["gain"], abs=1e-3)
    certificate = draft["certificate"]
    assert (certificate["seed"], certificate["edition"]) == (7, 1)
    assert certificate["iterations"] > 0
    assert 0 <= certificate["bound"] <= draft["scorecard"]["total"]
    assert 0 <= certificate["gap"] <= 1
    assert found["exact"]
    assert found["buys"] == draft["buys"]
    assert {one["visit"] for one in found["moved"]} == {one["visit"] for one in draft["difference"]["visits"]}
    assert {one["technician"] for one in found["technicians"]} == set(draft["difference"]["technicians"])
    assert found["scorecards"]["after"]["total"] == draft["scorecard"]["total"]
    assert sum(one["change"] for one in found["by_rule"]) == pytest.approx(-draft["gain"], abs=1e-3)
    assert found["sentences"]

    published = client.post(f"plans/{draft_id}/approve", json={}).json()["id"]
    history = client.get("plans/compare", params={"before": day.published().based_on, "after": published})
    assert history.status_code == 200, history.text
    assert client.get("plans/compare", params={"before": "nobody", "after": published}).status_code == 404
    assert client.get("plans/compare", params={"before": published}).status_code == 422


def test_locks_and_the_fence_are_set_read_and_lifted(api: Api, day: Day) -> None:
    client, home = api("dispatcher"), day.world.territory("north")
    later = (day.world.now() + dt.timedelta(hours=2)).isoformat()
    assert client.get("plans/locks").json() == {"fence": None, "territories": []}

    locked = client.put(f"territories/{home}/lock", json={"until": later, "because": "An inspection."})
    fence = client.put("plans/fence", json={"until": later})

    assert (locked.status_code, fence.status_code) == (200, 200)
    found = client.get("plans/locks").json()
    assert [one["territory_id"] for one in found["territories"]] == [home]
    assert found["fence"]["until"] == fence.json()["until"]
    until = {one["id"]: one["locked_until"] for one in client.get("territories").json()["items"]}
    assert until[home] == client.get(f"territories/{home}").json()["locked_until"] == locked.json()["until"]
    assert {until[other] for other in until if other != home} <= {None}
    assert client.put("plans/fence", json={"until": None}).json() is None
    assert client.delete(f"territories/{home}/lock").status_code == 204
    assert client.delete(f"territories/{home}/lock").status_code == 404
    assert client.get("plans/locks").json() == {"fence": None, "territories": []}
    assert client.get(f"territories/{home}").json()["locked_until"] is None
    trail = api("manager").get("audit", params={"limit": 100}).json()["items"]
    for table in ("territory_lock", "plan_fence"):
        assert {one["what"] for one in trail if one["table"] == table} == {"created", "removed"}
    assert api("planner").put("plans/fence", json={"until": later}).status_code == 403
    assert api("dispatcher", territories=[home]).put("plans/fence", json={"until": later}).status_code == 403
    assert client.put(f"territories/{home}/lock", json={"until": "2020-01-01T00:00:00Z"}).status_code == 422


def test_a_crew_is_named_and_a_visit_taken_apart_and_put_together(api: Api, day: Day) -> None:
    client, visit = api("dispatcher"), day.visits[0]
    named = client.put(f"visits/{visit}/crew", json={"technicians": day.people[:2]})
    assert named.status_code == 200, named.text
    assert day.stands()[visit][0] == set(day.people[:2])

    other = day.world.job(visit={"duration": 3600, "windows": window(day.world.now(), 8)})[1]
    parts = client.post(f"visits/{other}/split", json={"durations": [1800, 1800]})
    assert parts.status_code == 200, parts.text
    second = parts.json()[1]["id"]
    joined = client.post(f"visits/{other}/join", json={"with": second})
    assert joined.status_code == 200, joined.text
    assert joined.json()["duration"] == 3600
    assert client.post(f"visits/{other}/join", json={"with": second}).status_code == 409
    stale = client.post(f"visits/{other}/split", json={"durations": [1, 2]}, headers={"If-Match": '"1"'})
    assert stale.status_code == 412
