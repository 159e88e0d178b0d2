"""Booking over HTTP: offered, held, confirmed, in the calendar, and refused with what changed."""

from __future__ import annotations

import pytest

from dispatch.store.engine import Store
from tests.dispatch.console.conftest import Api
from tests.dispatch.world import World


@pytest.fixture
def visit(sqlite_store: Store) -> str:
    """A visit of an hour, and one technician who works for four."""
    world = World(sqlite_store)
    world.planning_policy()
    world.shift(world.technician("Ana"), hours=4)
    return world.job()[1]


def test_an_agent_offers_holds_and_confirms_a_slot(api: Api, visit: str) -> None:
    agent = api("agent")
    offer = agent.get(f"/booking/visits/{visit}/slots", params={"days": 1}).json()
    slot = offer["slots"][0]
    held = agent.post(
        f"/booking/visits/{visit}/holds",
        json={"earliest": slot["earliest"], "latest": slot["latest"], "edition": offer["edition"]},
    )
    assert held.status_code == 201
    assert held.json()["technician_id"] == slot["technicians"][0]

    confirmed = agent.post(f"/booking/holds/{held.json()['id']}/confirm")
    assert confirmed.status_code == 200
    assert (confirmed.json()["earliest"], confirmed.json()["latest"]) == (slot["earliest"], slot["latest"])

    calendar = agent.get(f"/booking/visits/{visit}/calendar")
    assert calendar.headers["content-type"].startswith("text/calendar")
    assert "METHOD:PUBLISH" in calendar.text


def test_a_slot_that_was_taken_is_answered_with_409_and_what_changed(api: Api, sqlite_store: Store, visit: str) -> None:
    agent = api("agent")
    _, other = World(sqlite_store).job(visit={"duration": 3 * 3600 + 1800})
    wanted = agent.get(f"/booking/visits/{other}/slots", params={"days": 1}).json()["slots"][0]
    window = {"earliest": wanted["earliest"], "latest": wanted["latest"]}
    mine = agent.get(f"/booking/visits/{visit}/slots", params={"days": 1}).json()["slots"][0]
    agent.post(
        f"/booking/visits/{visit}/holds", json={"earliest": mine["earliest"], "latest": mine["latest"]}
    ).raise_for_status()

    refusal = agent.post(f"/booking/visits/{other}/holds", json=window)

    assert refusal.status_code == 409
    assert refusal.json()["type"].endswith("slot-taken")
    assert "Another slot is held" in refusal.json()["changed"][0]["what"]


def test_a_hold_that_is_repeated_gets_the_first_answer(api: Api, visit: str) -> None:
    agent = api("agent")
    slot = agent.get(f"/booking/visits/{visit}/slots", params={"days": 1}).json()["slots"][0]
    choice = {"earliest": slot["earliest"], "latest": slot["latest"]}
    key = {"Idempotency-Key": "hold-it-only-once"}
    first, again = (agent.post(f"/booking/visits/{visit}/holds", json=choice, headers=key) for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.content == again.content


def test_a_released_slot_is_no_appointment(api: Api, visit: str) -> None:
    agent = api("agent")
    slot = agent.get(f"/booking/visits/{visit}/slots", params={"days": 1}).json()["slots"][0]
    choice = {"earliest": slot["earliest"], "latest": slot["latest"]}
    held = agent.post(f"/booking/visits/{visit}/holds", json=choice).json()
    assert agent.post(f"/booking/holds/{held['id']}/release").json()["outcome"] == "released"
    assert agent.post(f"/booking/holds/{held['id']}/confirm").status_code == 409
    assert agent.get(f"/booking/visits/{visit}/calendar").status_code == 404


@pytest.mark.parametrize("role", ["planner", "technician"])
def test_who_may_not_book_is_refused(api: Api, visit: str, role: str) -> None:
    assert api(role).get(f"/booking/visits/{visit}/slots").status_code == 403
