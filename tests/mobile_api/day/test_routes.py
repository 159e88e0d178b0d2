"""The day over HTTP."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from dispatch.access.tokens import new_token
from dispatch.console.app import create_app
from dispatch.domain.clock import AcceleratedClock, FixedClock, SystemClock
from dispatch.domain.roles import Role
from dispatch.domain.visit_lifecycle import VisitStatus
from dispatch.settings import Settings
from dispatch.store.engine import Store
from dispatch.travel.provider import EstimatedTravel
from tests.dispatch.world import World
from tests.mobile_api.day.conftest import Operation, Phone

PHONE = "/api/v1/phone"


@pytest.fixture
def operation(sqlite_store: Store, clock: FixedClock) -> Operation:
    """An operation on SQLite: the routes do not know which database there is."""
    return Operation(World(sqlite_store), clock)


@pytest.fixture
def client(operation: Operation) -> Iterator[TestClient]:
    app = create_app(operation.store, Settings(database_url="sqlite://"), travel=EstimatedTravel(30, 1.3))
    with TestClient(app, base_url="http://localhost") as made:
        yield made


def signed_in(client: TestClient, store: Store, user: str) -> TestClient:
    with store.unit_of_work() as uow:
        secret = new_token(uow, user, "tests", SystemClock().now(), dt.timedelta(hours=1))[1]
    client.headers["Authorization"] = f"Bearer {secret}"
    return client


def test_a_phone_gets_its_day_and_then_what_is_new(operation: Operation, phone: Phone, client: TestClient) -> None:
    visit = operation.visit(phone)
    signed_in(client, operation.store, phone.user)
    whole = client.get(f"{PHONE}/changes")
    assert whole.headers["cache-control"] == "no-store"
    first = whole.json()
    assert first["full"] is True
    assert first["date"] == "2026-11-23"
    assert (first["now"], first["pace"]) == ("2026-11-23T12:00:00Z", 1.0)
    assert first["expires_at"] == "2026-11-25T00:00:00Z"
    found = {one["id"]: one for one in first["documents"]}
    assert found.keys() == {"me", f"shift:{phone.shift}", f"visit:{visit}"}
    assert found[f"visit:{visit}"]["job"]["title"] == "Something is broken"
    second = client.get(f"{PHONE}/changes", params={"cursor": first["cursor"]}).json()
    assert (second["full"], second["documents"], second["gone"]) == (False, [], [])


def test_in_an_accelerated_day_the_phone_hears_how_fast_it_runs(
    operation: Operation, phone: Phone, client: TestClient
) -> None:
    now = dt.datetime.now(dt.UTC)
    operation.store.clock = AcceleratedClock(now, operation.clock.now(), 10)
    found = signed_in(client, operation.store, phone.user).get(f"{PHONE}/changes").json()
    assert found["pace"] == 10
    kept = dt.datetime.fromisoformat(found["expires_at"]) - dt.datetime.fromisoformat(found["now"])
    assert kept == dt.timedelta(hours=360)


@pytest.mark.parametrize("path", ["changes", "time-sheet", "visits/visit_x/extension?seconds=60"])
def test_only_technicians_have_a_phone(operation: Operation, client: TestClient, path: str) -> None:
    assert client.get(f"{PHONE}/{path}").status_code == 401
    signed_in(client, operation.store, operation.world.user(Role.DISPATCHER))
    assert client.get(f"{PHONE}/{path}").status_code == 403


def test_a_technician_who_is_none_is_told_so(operation: Operation, client: TestClient) -> None:
    signed_in(client, operation.store, operation.world.user(Role.TECHNICIAN))
    answer = client.get(f"{PHONE}/changes")
    assert (answer.status_code, answer.json()["type"].rpartition(":")[2]) == (403, "not-a-technician")


def test_an_extension_is_previewed(operation: Operation, phone: Phone, client: TestClient) -> None:
    operation.world.planning_policy()
    visit = operation.visit(phone, visit={"status": VisitStatus.WORKING, "started_at": operation.clock.now()})
    signed_in(client, operation.store, phone.user)
    found = client.get(f"{PHONE}/visits/{visit}/extension", params={"seconds": 1800}).json()
    assert found["visits"] == []
    assert (found["ends_before"], found["ends_after"]) == ("2026-11-23T13:00:00Z", "2026-11-23T13:30:00Z")
    theirs = operation.visit(operation.phone("Benjamín Soto"))
    assert client.get(f"{PHONE}/visits/{theirs}/extension", params={"seconds": 1800}).status_code == 404
    assert client.get(f"{PHONE}/visits/{visit}/extension", params={"seconds": 0}).status_code == 422


def test_the_time_sheet_is_the_same_on_the_phone_and_at_the_desk(
    operation: Operation, phone: Phone, client: TestClient
) -> None:
    now = operation.clock.now()
    fields = {"departed_at": now, "arrived_at": now, "started_at": now, "status": VisitStatus.WORKING}
    operation.visit(phone, visit=fields)
    operation.clock.advance(minutes=30)
    own = signed_in(client, operation.store, phone.user).get(f"{PHONE}/time-sheet").json()
    assert own["week"] == "2026-W48"
    assert own["totals"] == {"shift": 1800, "travel": 0, "work": 1800, "pause": 0, "break": 0, "idle": 0}
    monday = own["days"][0]
    assert monday["entries"][0] | {"visit": "", "number": ""} == {
        "what": "work",
        "from": "2026-11-23T09:00:00-03:00",
        "to": "2026-11-23T09:30:00-03:00",
        "seconds": 1800,
        "visit": "",
        "number": "",
    }
    path = f"/api/v1/technicians/{phone.technician}/time-sheet"
    signed_in(client, operation.store, operation.world.user(Role.DISPATCHER))
    assert client.get(path, params={"week": "2026-W48"}).json() == own
    assert client.get(path, params={"week": "soon"}).status_code == 422
    assert client.get("/api/v1/technicians/technician_x/time-sheet").status_code == 404
    signed_in(client, operation.store, operation.phone("Benjamín Soto").user)
    assert client.get(path).status_code == 403


@pytest.mark.parametrize("role", [Role.AGENT, Role.PLANNER])
def test_what_somebody_did_with_each_minute_is_for_those_who_answer_for_it(
    operation: Operation, phone: Phone, client: TestClient, role: Role
) -> None:
    signed_in(client, operation.store, operation.world.user(role))
    assert client.get(f"/api/v1/technicians/{phone.technician}/time-sheet").status_code == 403
    assert client.get("/api/v1/disputes").status_code == 403
