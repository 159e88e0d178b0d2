"""Runs, drafts, approvals and policies over HTTP."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import select

from dispatch.console.app import create_app
from dispatch.domain.roles import SYSTEM
from dispatch.planning.policies import standard_policy
from dispatch.planning.run import RunWorker
from dispatch.planning.settling import settled
from dispatch.settings import Settings
from dispatch.store.engine import Store
from dispatch.store.tables import OutboxEntry, Visit
from optimizer.check import check
from optimizer.io.plan import plan_from
from optimizer.io.problem import problem_from
from tests.dispatch.console.conftest import BASE, Client, token_for
from tests.dispatch.planning.days import TRAVEL, Day, badly_planned
from tests.dispatch.world import World

Api = Callable[..., Any]
SHORT = {"overrides": {"seconds": 0.2}}


@pytest.fixture
def day(sqlite_store: Store) -> Day:
    return badly_planned(sqlite_store, 5, people=3, visits=8)


def ended_run(api: Api, store: Store) -> dict[str, Any]:
    """A run that somebody asked for over the API, done."""
    asked = api("planner").post("runs", json=SHORT)
    assert asked.status_code == 202, asked.text
    worker = RunWorker(store, Settings(), TRAVEL)
    worker.work_once()
    worker.stop()
    answer = api("dispatcher").get(f"runs/{asked.json()['id']}")
    assert answer.json()["status"] == "done", answer.text
    document: dict[str, Any] = answer.json()
    return document


@pytest.mark.usefixtures("day")
def test_a_run_is_started_read_approved_and_seen_on_the_board(api: Api, sqlite_store: Store) -> None:
    client = api("dispatcher")
    before = client.get("plans/today").json()
    assert before["edition"] == 1
    assert sum(len(shift["stops"]) for one in before["technicians"] for shift in one["shifts"]) == 8

    run = ended_run(api, sqlite_store)
    draft = client.get(f"plans/{run['draft_id']}")
    curve = client.get(f"plans/{run['draft_id']}/curve").json()
    approved = client.post(f"plans/{run['draft_id']}/approve", json={}, headers={"If-Match": draft.headers["ETag"]})

    assert approved.status_code == 200, approved.text
    assert (approved.json()["status"], approved.json()["edition"]) == ("published", 2)
    assert curve[-1]["gain"] == pytest.approx(draft.json()["gain"], abs=0.01)
    assert draft.json()["difference"]["sentences"]
    after = client.get("plans/today").json()
    assert (after["edition"], after["plan"]) == (2, approved.json()["id"])
    history = client.get("plans").json()["items"]
    assert {one["status"] for one in history} == {"published", "superseded"}


def test_a_second_approval_is_answered_with_what_changed(api: Api, day: Day) -> None:
    one, other = day.draft(), day.draft(iterations=200)
    client = api("dispatcher")
    assert client.post(f"plans/{one.id}/approve", json={}).status_code == 200

    refused = client.post(f"plans/{other.id}/approve", json={})

    assert refused.status_code == 409
    assert refused.json()["type"].endswith("overtaken")
    assert (refused.json()["expected"], refused.json()["edition"]) == (1, 2)
    assert refused.json()["changed"][0]["event"] == "PlanPublished"
    assert client.post(f"plans/{other.id}/approve", json={"expected_edition": 2}).status_code in (200, 409)


def test_who_decides_about_an_old_version_of_a_draft_is_told_what_was_done_to_it(api: Api, day: Day) -> None:
    draft = day.draft()
    one, other = api("dispatcher"), api("dispatcher")
    read = one.get(f"plans/{draft.id}")
    tag = {"If-Match": read.headers["ETag"]}
    unassigned = {"edits": [{"visit": read.json()["difference"]["visits"][0]["visit"], "unassign": True}]}
    other.post(f"plans/{draft.id}/edit", json=unassigned, headers=tag).raise_for_status()

    for verb, body in (("approve", {}), ("edit", unassigned), ("reject", {})):
        refused = one.post(f"plans/{draft.id}/{verb}", json=body, headers=tag)
        assert refused.status_code == 412
        assert {"plan", "gain"} <= set(refused.json()["changed"]), verb
        assert refused.json()["changed"]["plan"]["to"] == "…", "too large to be told"

    other.post(f"plans/{draft.id}/reject", json={}).raise_for_status()
    refused = one.post(f"plans/{draft.id}/approve", json={})
    assert refused.status_code == 409
    assert refused.json()["changed"]["status"]["to"] == "rejected"


def test_an_approval_that_is_repeated_gets_the_first_answer(api: Api, day: Day, sqlite_store: Store) -> None:
    draft, other = day.draft(), day.draft(iterations=200)
    client = api("dispatcher")
    headers = {"If-Match": client.get(f"plans/{draft.id}").headers["ETag"], "Idempotency-Key": "approve-it-once"}

    first = client.post(f"plans/{draft.id}/approve", json={}, headers=headers)
    again = client.post(f"plans/{draft.id}/approve", json={}, headers=headers)

    assert (first.status_code, again.status_code) == (200, 200)
    assert (again.content, again.headers["etag"]) == (first.content, first.headers["etag"])
    assert again.headers["idempotency-replayed"] == "true"
    assert client.get("plans/today").json()["edition"] == 2
    assert client.post(f"plans/{other.id}/approve", json={}, headers=headers).status_code == 422, "another request"
    with sqlite_store.reading() as uow:
        published = select(OutboxEntry).where(OutboxEntry.kind == "PlanPublished")
        assert len(uow.session.scalars(published).all()) == 2, "the first plan, and this one"


def test_a_refused_approval_is_not_remembered(api: Api, day: Day) -> None:
    one, other = day.draft(), day.draft(iterations=200)
    client = api("dispatcher")
    key = {"Idempotency-Key": "approve-the-other"}
    client.post(f"plans/{one.id}/approve", json={}).raise_for_status()
    for _ in range(2):
        refused = client.post(f"plans/{other.id}/approve", json={}, headers=key)
        assert (refused.status_code, refused.json()["type"].rpartition(":")[2]) == (409, "overtaken")


def test_an_approval_names_the_version_that_was_seen(api: Api, day: Day) -> None:
    draft = day.draft()
    client = api("dispatcher")
    seen = client.get(f"plans/{draft.id}")
    visit = seen.json()["difference"]["visits"][0]["visit"]
    client.post(f"plans/{draft.id}/edit", json={"edits": [{"visit": visit, "unassign": True}]}).raise_for_status()
    assert (
        client.post(f"plans/{draft.id}/approve", json={}, headers={"If-Match": seen.headers["ETag"]}).status_code == 412
    )


def test_approvals_with_one_key_at_once_take_effect_once(store: Store) -> None:
    day = badly_planned(store, 5, people=3, visits=8)
    draft = day.draft()
    token = token_for(store, World(store).user("dispatcher"))
    app = create_app(store, Settings(database_url="sqlite://"), travel=TRAVEL)
    headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": "approve-it-at-once"}
    together = threading.Barrier(6)

    with Client(app, base_url=BASE, headers=headers) as client:

        def approve(_: int) -> tuple[int, bytes]:
            together.wait()
            answer = client.post(f"plans/{draft.id}/approve", json={})
            return answer.status_code, answer.content

        with ThreadPoolExecutor(6) as threads:
            answers = set(threads.map(approve, range(6)))

    assert {status for status, _ in answers} == {200}
    assert len(answers) == 1
    assert day.published().edition == 2


def test_an_edited_draft_is_priced_again_and_says_what_it_breaks(api: Api, day: Day) -> None:
    draft = day.draft()
    client = api("planner")
    shown = client.get(f"plans/{draft.id}")
    route = max(shown.json()["plan"]["routes"], key=lambda one: len(one["stops"]))
    visit = route["stops"][0]["visit"]
    other = next(one for one in day.people if one != route["technician"])

    moved = client.post(
        f"plans/{draft.id}/edit",
        json={"edits": [{"visit": visit, "technician": other, "position": 0}]},
        headers={"If-Match": shown.headers["ETag"]},
    )

    assert moved.status_code == 200, moved.text
    of = {stop["visit"]: one["technician"] for one in moved.json()["plan"]["routes"] for stop in one["stops"]}
    assert of[visit] == other
    assert moved.json()["gain"] <= shown.json()["gain"] + 0.01
    assert moved.headers["ETag"] != shown.headers["ETag"]
    again = client.post(f"plans/{draft.id}/edit", json={"edits": [{"visit": visit, "unassign": True}]}, headers={})
    assert again.status_code == 200  # no If-Match, no condition
    stale = client.post(
        f"plans/{draft.id}/edit",
        json={"edits": [{"visit": visit, "unassign": True}]},
        headers={"If-Match": shown.headers["ETag"]},
    )
    assert stale.status_code == 412
    assert visit in {one["visit"] for one in client.get(f"plans/{draft.id}").json()["plan"]["unassigned"]}


@pytest.mark.parametrize(
    ("edit", "place"),
    [
        ({"visit": "visit_x"}, "edits[0].visit"),
        ({"visit": "@", "technician": "technician_x"}, "edits[0].technician"),
        ({"visit": "@", "technician": "@", "position": 99}, "edits[0].position"),
        ({"visit": "@", "technician": "@", "role": 3}, "edits[0].role"),
    ],
)
def test_an_edit_that_makes_no_sense_names_its_place(api: Api, day: Day, edit: dict[str, Any], place: str) -> None:
    draft = day.draft()
    real = {"visit": day.visits[0], "technician": day.people[0]}
    edit = {name: real[name] if value == "@" else value for name, value in edit.items()}

    refused = api("dispatcher").post(f"plans/{draft.id}/edit", json={"edits": [edit]})

    assert refused.status_code == 422, refused.text
    assert refused.json()["errors"][0]["place"] == place


def test_a_draft_that_the_program_replaced_is_told_from_one_that_somebody_rejected(api: Api, day: Day) -> None:
    client = api("dispatcher")
    unwanted = day.draft()
    client.post(f"plans/{unwanted.id}/reject", json={}).raise_for_status()
    older, newer = (day.draft(created_by=SYSTEM.id) for _ in range(2))
    with day.store.reading() as uow:
        policy = standard_policy(uow.session)
    assert settled(day.store, TRAVEL, policy) == newer.id, "of two that are as good, the newer knows more"

    assert [client.get(f"plans/{one.id}").json()["status"] for one in (older, newer)] == ["rejected", "draft"]
    told = {one["id"]: one["replaced_by"] for one in client.get("plans").json()["items"]}
    assert {one.id: told[one.id] for one in (unwanted, older, newer)} == {
        unwanted.id: None,
        older.id: newer.id,
        newer.id: None,
    }
    refused = client.post(f"plans/{older.id}/approve", json={})
    assert (refused.status_code, refused.json()["replaced_by"]) == (409, newer.id)


def test_a_rejected_draft_cannot_be_approved(api: Api, day: Day) -> None:
    draft = day.draft()
    client = api("dispatcher")
    rejected = client.post(f"plans/{draft.id}/reject", json={"because": "Ana knows better"})
    assert rejected.json()["status"] == "rejected"
    assert client.post(f"plans/{draft.id}/approve", json={}).status_code == 409
    assert client.post(f"plans/{draft.id}/reject", json={}).status_code == 409


@pytest.mark.usefixtures("day")
def test_a_queued_run_is_cancelled_over_the_api(api: Api) -> None:
    client = api("dispatcher")
    run = client.post("runs", json={}).json()["id"]
    assert client.post(f"runs/{run}/cancel").json()["status"] == "cancelled"
    assert client.post(f"runs/{run}/cancel").status_code == 409
    assert [one["id"] for one in client.get("runs?status=cancelled").json()["items"]] == [run]


def test_who_only_reads_a_territory_sees_nothing_of_the_others(api: Api, day: Day) -> None:
    draft = day.draft()
    elsewhere = day.world.territory()
    with day.store.unit_of_work() as uow:
        for visit in day.visits[:4]:
            uow.get(Visit, visit).territory_id = elsewhere
    mine = day.world.territory()

    shown = api("planner", territories=[mine]).get(f"plans/{draft.id}").text

    assert all(visit not in shown for visit in day.visits[:4])
    assert all(visit in shown for visit in day.visits[4:])


@pytest.mark.usefixtures("day")
def test_policies_are_made_changed_and_removed_by_administrators_only(api: Api) -> None:
    admin, dispatcher = api("administrator"), api("dispatcher")
    wanted = {"name": "Calm", "change_budget": 5, "weights": {"travel": 2.5}}
    assert dispatcher.post("policies", json=wanted).status_code == 403
    made = admin.post("policies", json=wanted)
    assert made.status_code == 201, made.text
    path = f"policies/{made.json()['id']}"

    seen = {"If-Match": made.headers["ETag"]}
    changed = admin.patch(path, json={"change_budget": None, "standard": True}, headers=seen)
    assert changed.status_code == 200, changed.text
    assert (changed.json()["change_budget"], changed.json()["standard"]) == (None, True)
    assert admin.patch(path, json={"freeze": 1}, headers=seen).status_code == 412
    assert [one["standard"] for one in dispatcher.get("policies").json()["items"] if one["name"] != "Calm"] == [False]
    assert admin.delete(path).status_code == 409, "the standard policy stays"
    bad = admin.patch(path, json={"weights": {"speed": 1}, "publish_without_asking": [{"reason": "Rain"}]})
    assert [one["place"] for one in bad.json()["errors"]] == ["weights.speed", "publish_without_asking[0].reason"]
    other = admin.post("policies", json={"name": "Brief", "seconds": 1}).json()["id"]
    assert admin.delete(f"policies/{other}").status_code == 204
    assert admin.post("policies", json={"name": "Calm"}).status_code == 409


@pytest.mark.usefixtures("day")
def test_a_published_plan_is_taken_out_as_files_that_the_checker_accepts(api: Api) -> None:
    client = api("dispatcher")
    plan_id = client.get("plans?status=published").json()["items"][0]["id"]
    problem = problem_from(client.get(f"plans/{plan_id}/files/problem").json())
    plan = plan_from(client.get(f"plans/{plan_id}/files/plan").json(), problem)
    assert sum(len(route.stops) for route in plan.routes) == 8
    assert check(problem, plan) == []


@pytest.mark.usefixtures("day")
def test_a_plan_is_not_taken_out_by_somebody_who_may_not_see_all_of_it(api: Api) -> None:
    plan_id = api("dispatcher").get("plans?status=published").json()["items"][0]["id"]
    assert api("agent").get(f"plans/{plan_id}/files/plan").status_code == 403
    narrow = api("dispatcher", territories=["territory_elsewhere"])
    assert narrow.get(f"plans/{plan_id}/files/plan").status_code == 403


def test_who_has_the_published_plan_is_not_sent_it_again(api: Api, day: Day) -> None:
    client = api("dispatcher")
    first = client.get("plans/today")
    again = client.get("plans/today", headers={"If-None-Match": f'"other", W/{first.headers["ETag"]}'})
    assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", first.headers["ETag"])

    accepted = client.post(f"visits/{day.visits[0]}/actions", json={"action": "accept"})
    assert accepted.status_code == 200, accepted.text
    fresh = client.get("plans/today", headers={"If-None-Match": first.headers["ETag"]})
    assert fresh.status_code == 200
    assert fresh.headers["ETag"] != first.headers["ETag"]
    stops = [stop for one in fresh.json()["technicians"] for shift in one["shifts"] for stop in shift["stops"]]
    assert {stop["visit"]: stop["status"] for stop in stops}[day.visits[0]] == "accepted"
