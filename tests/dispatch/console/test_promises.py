"""Calendars, SLA policies and the promise board over HTTP."""

from __future__ import annotations

from typing import Any

import pytest

from dispatch.domain.clock import FixedClock
from dispatch.domain.ids import new_id
from dispatch.services import intake, sla
from dispatch.store.engine import Store
from tests.dispatch.console.conftest import Api, Client
from tests.dispatch.world import World

OFFICE = {day: [["09:00", "18:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}


@pytest.fixture
def administrator(api: Api) -> Client:
    return api("administrator")


def made(client: Client, path: str, **document: Any) -> dict[str, Any]:
    response = client.post(path, json=document)
    assert response.status_code == 201, response.text
    answer: dict[str, Any] = response.json()
    return answer


@pytest.fixture
def policy(administrator: Client) -> dict[str, Any]:
    calendar = made(administrator, "calendars", name="Office", hours=OFFICE, country="CL")
    return made(administrator, "sla-policies", name="Standard", calendar_id=calendar["id"], on_site_within=14_400)


def received(store: Store, territory: str | None = None) -> str:
    world = World(store)
    customer, job_type = world.customer(), world.job_type(name=new_id("type"))
    site = world.site(customer, territory=territory)
    with store.unit_of_work() as uow:
        asked = {"customer_id": customer, "site_id": site, "job_type_id": job_type}
        return intake.receive_job(uow, **asked, title="No heating").id


def test_a_calendar_is_made_read_tried_changed_and_removed(administrator: Client) -> None:
    calendar = made(administrator, "calendars", name="Office", hours=OFFICE, holidays=["2026-12-24"], country="CL")
    path = f"calendars/{calendar['id']}"
    read = administrator.get(path)
    assert read.json() == calendar
    assert read.headers["ETag"] == '"1"'
    tried = administrator.post(
        f"{path}/preview",
        json={"at": "2026-12-23T20:00:00Z", "seconds": 7200, "time_zone": "America/Santiago"},
    )
    assert tried.json() == {"open": True, "next_open": "2026-12-23T20:00:00Z", "due": "2026-12-28T13:00:00Z"}
    changed = administrator.patch(path, json={"time_zone": "America/Santiago"}, headers={"If-Match": '"1"'})
    assert (changed.status_code, changed.json()["time_zone"]) == (200, "America/Santiago")
    late = administrator.patch(path, json={"name": "Other"}, headers={"If-Match": '"1"'})
    assert late.status_code == 412
    assert late.json()["changed"]["time_zone"]["to"] == "America/Santiago"
    assert administrator.delete(path).status_code == 204
    assert administrator.get(path).status_code == 404


def test_a_calendar_without_hours_is_refused_by_the_place(administrator: Client) -> None:
    refused = administrator.post("calendars", json={"name": "Never", "hours": {}})
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["place"] == "hours"


def test_a_policy_is_tried_and_changed_while_promises_run(
    administrator: Client, policy: dict[str, Any], sqlite_store: Store
) -> None:
    job = received(sqlite_store)
    path = f"sla-policies/{policy['id']}"
    tried = administrator.post(f"{path}/preview", json={"at": "2026-11-23T12:00:00Z", "time_zone": "America/Santiago"})
    assert tried.json() == {"due": {"on_site": "2026-11-23T16:00:00Z"}}
    (before,) = administrator.get(f"jobs/{job}/promises").json()
    changed = administrator.patch(path, json={"on_site_within": 7200}, headers={"If-Match": '"1"'})
    assert changed.status_code == 200
    (after,) = administrator.get(f"jobs/{job}/promises").json()
    assert (before["allowed"], after["allowed"]) == (14_400, 7200)
    assert after["due_at"] < before["due_at"]
    assert administrator.delete(path).status_code == 409
    assert administrator.patch(path, json={"on_site_within": None}).status_code == 422
    assert administrator.patch(path, json={"on_site_within": 1}, headers={"If-Match": '"1"'}).status_code == 412


def test_the_costs_and_the_ladder_of_a_policy_are_data(administrator: Client, policy: dict[str, Any]) -> None:
    path = f"sla-policies/{policy['id']}"
    wanted = {
        "ladder": [{"after": 0, "action": "raise_priority"}, {"after": 7200, "action": "tell_supervisor"}],
        "on_intake": ["tell_supervisor", "require_senior"],
        "costs": {"on_site": {"breach_cost": 70.0}},
        "pauses_on": ["waiting_for_customer"],
        "warn_at": [0.5],
    }
    changed = administrator.patch(path, json=wanted)
    assert changed.status_code == 200
    assert {name: changed.json()[name] for name in wanted} == wanted
    refused = administrator.patch(path, json={"ladder": [{"after": 0, "action": "panic"}]})
    assert refused.status_code == 422


@pytest.mark.usefixtures("policy")
def test_the_board_shows_what_is_due_first_page_by_page(
    administrator: Client, sqlite_store: Store, clock: FixedClock
) -> None:
    territory = World(sqlite_store).territory()
    jobs = []
    for number in range(5):
        clock.advance(minutes=10)
        jobs.append(received(sqlite_store, territory if number % 2 else None))
    first = administrator.get("promises", params={"limit": 3}).json()
    second = administrator.get(first["next"]).json()
    assert [one["job_id"] for one in [*first["items"], *second["items"]]] == jobs
    assert second["next"] is None
    left = [one["seconds_left"] for one in first["items"]]
    assert left == sorted(left)
    there = administrator.get("promises", params={"territory_id": territory, "target": "on_site"}).json()
    assert [one["job_id"] for one in there["items"]] == [jobs[1], jobs[3]]
    assert administrator.get("promises", params={"state": "met"}).json()["items"] == []
    assert administrator.get("promises", params={"breached": "true"}).json()["items"] == []
    clock.advance(hours=48)
    with sqlite_store.unit_of_work() as uow:
        sla.watch(uow)
    missed = administrator.get("promises", params={"breached": "true", "priority": "normal"}).json()["items"]
    assert len(missed) == 5
    assert all(one["seconds_left"] < 0 and one["breached_at"] == one["due_at"] for one in missed)
    assert administrator.get("promises", params={"breached": "false"}).json()["items"] == []


def test_nobody_sees_promises_beyond_their_territories(api: Api, policy: dict[str, Any], sqlite_store: Store) -> None:
    world = World(sqlite_store)
    mine, theirs = world.territory(), world.territory()
    here, there = received(sqlite_store, mine), received(sqlite_store, theirs)
    dispatcher = api("dispatcher", territories=[mine])
    assert [one["job_id"] for one in dispatcher.get("promises").json()["items"]] == [here]
    assert dispatcher.get(f"jobs/{there}/promises").status_code == 404
    assert dispatcher.patch(f"sla-policies/{policy['id']}", json={"rank": 1}).status_code == 403
    assert api("technician").get("promises").status_code == 403
