"""Emergencies over HTTP: who rings, who could come, and a job that is taken in once, for the one who was chosen."""

from __future__ import annotations

from typing import Any

import pytest

from dispatch.domain.roles import Role
from dispatch.services import customers
from dispatch.store.engine import Store
from tests.dispatch.console.conftest import Api
from tests.dispatch.services.acting import somebody
from tests.dispatch.world import World


@pytest.fixture
def world(sqlite_store: Store) -> World:
    """An operation that plans, with one who knows gas and one who does not."""
    world = World(sqlite_store)
    world.planning_policy()
    return world


@pytest.fixture
def wanted(world: World) -> dict[str, Any]:
    """An emergency at a known site."""
    customer = world.customer("Panadería El Faro")
    site = world.site(customer)
    kind = world.job_type("Gas leak", skills={"gas": 1})
    told = {"customer_id": customer, "site_id": site, "job_type_id": kind, "title": "It smells of gas"}
    return {**told, "priority": "critical", "channel": "phone"}


def contact(store: Store, customer: str, phone: str) -> None:
    with store.unit_of_work(somebody(Role.AGENT)) as uow:
        customers.add_contact(uow, customer, name="Eva Rojas", phone=phone)


@pytest.mark.parametrize("typed", ["+56 51 234 5678", "51 234 5678", "051-2345678", "(51) 2345678", "5678", "rojas"])
def test_who_rings_is_found_however_the_number_is_written(
    api: Api, sqlite_store: Store, world: World, wanted: dict[str, Any], typed: str
) -> None:
    world.territory()
    world.customer("Somebody else")
    contact(sqlite_store, wanted["customer_id"], "+56 51 234 5678")
    agent = api("agent")
    agent.post("/emergencies", json=wanted).raise_for_status()
    found = agent.get("/emergencies/customers", params={"q": typed}).json()
    expected = [] if typed == "5678" else ["Panadería El Faro"]  # four digits find half the country
    assert [one["customer"]["name"] for one in found] == expected
    if found:
        (one,) = found
        assert (one["contacts"][0]["name"], len(one["addresses"]), one["open_jobs"]) == ("Eva Rojas", 1, 1)


def test_a_look_says_who_could_come_and_what_could_be_promised(api: Api, world: World, wanted: dict[str, Any]) -> None:
    ana = world.technician("Ana", skills={"gas": 1})
    world.shift(ana)
    asked = {name: wanted[name] for name in ("site_id", "job_type_id", "customer_id", "priority")}
    found = api("agent").post("/emergencies/look", json={**asked, "days": 1}).json()
    assert [(one["technician"], one["best"]) for one in found["candidates"]] == [(ana, True)]
    assert found["slots"][0]["names"] == ["Ana"]


def test_a_look_at_what_makes_way_finds_nothing_where_somebody_is_in_time_and_is_not_for_everybody(
    api: Api, world: World, wanted: dict[str, Any]
) -> None:
    world.shift(world.technician("Ana", skills={"gas": 1}))
    asked = {name: wanted[name] for name in ("site_id", "job_type_id", "customer_id", "priority")}
    answer = api("dispatcher").post("/emergencies/look/making-way", json=asked)
    assert (answer.status_code, answer.json()) == (200, [])
    assert api("planner").post("/emergencies/look/making-way", json=asked).status_code == 403
    assert api("dispatcher").post("/emergencies/look/making-way", json={"job_type_id": "x"}).status_code in (404, 422)


def test_an_emergency_that_is_sent_twice_is_taken_in_once_and_pinned_to_whom_was_chosen(
    api: Api, world: World, wanted: dict[str, Any]
) -> None:
    ana, dispatcher = world.technician("Ana", skills={"gas": 1}), api("dispatcher")
    start = "2026-11-23T12:20:00Z"
    sent = {**wanted, "technician_id": ana, "start": start}
    key = {"Idempotency-Key": "one-emergency"}
    first, again = (dispatcher.post("/emergencies", json=sent, headers=key) for _ in range(2))
    assert (first.status_code, first.content) == (201, again.content)
    (visit,) = first.json()["visits"]
    assert visit["pin"] == {"technician": ana, "start": start}
    assert len(dispatcher.get("/jobs").json()["items"]) == 1
    other = dispatcher.post("/emergencies", json={**sent, "title": "Another"}, headers=key)
    assert other.status_code == 422, "a key belongs to what was sent with it"


def test_who_may_not_decide_for_technicians_takes_in_an_emergency_and_leaves_it_to_the_plan(
    api: Api, world: World, wanted: dict[str, Any]
) -> None:
    ana, agent = world.technician("Ana", skills={"gas": 1}), api("agent")
    assert agent.post("/emergencies", json={**wanted, "technician_id": ana}).status_code == 403
    assert agent.get("/jobs").json()["items"] == [], "what was refused left nothing behind"
    assert agent.post("/emergencies", json=wanted).json()["visits"][0]["pin"] == {}
    assert api("planner").post("/emergencies", json=wanted).status_code == 403


def test_a_conversation_over_http(api: Api, wanted: dict[str, Any]) -> None:
    dispatcher = api("dispatcher")
    job = dispatcher.post("/emergencies", json=wanted).json()["job"]["id"]
    assert dispatcher.post(f"/jobs/{job}/messages", json={"text": "Ring first."}).status_code == 201
    refused = dispatcher.post(f"/jobs/{job}/messages", json={"text": "Hello", "to": "technician"})
    assert (refused.status_code, refused.json()["errors"][0]["remedy"]) == (422, "write a note")
    told = api("planner").get(f"/jobs/{job}/messages").json()
    assert [(one["kind"], one["text"]) for one in told["messages"]] == [("note", "Ring first.")]
    assert api("planner").post(f"/jobs/{job}/messages", json={"text": "No."}).status_code == 403
    assert api("technician").get(f"/jobs/{job}/messages").status_code == 403
