"""Positions over HTTP: a phone reports, dispatchers look, and nobody else."""

from __future__ import annotations

import datetime as dt
import json

import pytest

from dispatch.domain.clock import FixedClock
from dispatch.domain.visit_lifecycle import VisitStatus
from dispatch.messaging.relay import relay
from dispatch.planning import arrivals
from dispatch.store.engine import Store
from dispatch.travel.provider import EstimatedTravel
from tests.dispatch.console.conftest import Api
from tests.dispatch.services.acting import assign, bring
from tests.dispatch.world import HERE, World

NOON = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)


def fix(minutes: float, **known: object) -> dict[str, object]:
    at = NOON + dt.timedelta(minutes=minutes)
    return {"at": at.isoformat(), "lat": HERE[0] + 0.01, "lon": HERE[1], **known}


@pytest.fixture
def anna(sqlite_store: Store, clock: FixedClock) -> str:
    world = World(sqlite_store)
    anna = world.technician(territory=world.territory())
    world.shift(anna, began_at=NOON)
    clock.advance(hours=1)
    return anna


def test_a_phone_reports_and_a_dispatcher_looks(api: Api, sqlite_store: Store, anna: str) -> None:
    phone, dispatcher = api("technician", technician_id=anna), api("dispatcher")
    batch = {"fixes": [fix(40, heading=90, speed=10, accuracy=8), fix(45), fix(45), fix(-5)]}
    answer = phone.post("positions", json=batch)
    assert answer.json() == {"kept": 2, "dropped": {"duplicate": 1, "off_duty": 1}}
    for client in (phone, dispatcher):
        (seen,) = client.get("positions").json()["items"]
        assert (seen["technician_id"], seen["at"]) == (anna, "2026-11-23T12:45:00Z")
        assert (seen["age"], seen["stale"], seen["visit_id"]) == (900, True, None)
    trail = dispatcher.get(f"technicians/{anna}/trail?limit=1").json()
    assert [point["heading"] for point in trail["items"]] == [90]
    assert [point["at"] for point in dispatcher.get(trail["next"]).json()["items"]] == ["2026-11-23T12:45:00Z"]
    relay(sqlite_store)
    for role, looks in (("manager", 2), ("agent", 0)):
        events = api(role).get("events/history").json()["items"]
        assert [event["kind"] for event in events].count("TrailRead") == looks
    assert dispatcher.delete(f"technicians/{anna}/trail").status_code == 403
    assert api("manager").delete(f"technicians/{anna}/trail").json() == {"points": 2}
    assert dispatcher.get("positions").json()["items"] == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"lat": 90.1},
        {"lon": -181},
        {"heading": 361},
        {"heading": -1},
        {"speed": 151},
        {"accuracy": 10_001},
        {"lat": "NaN"},
        {"at": "2026-11-23T12:30:00"},
        {"altitude": 3},
    ],
    ids=json.dumps,
)
def test_numbers_that_cannot_be_are_refused(api: Api, anna: str, wrong: dict[str, object]) -> None:
    phone = api("technician", technician_id=anna)
    assert phone.post("positions", json={"fixes": [fix(30, **wrong)]}).status_code == 422
    assert api("dispatcher").get("positions").json()["items"] == []


@pytest.mark.parametrize("count", [0, 501])
def test_a_batch_has_a_size(api: Api, anna: str, count: int) -> None:
    fixes = [fix(number / 20) for number in range(count)]
    assert api("technician", technician_id=anna).post("positions", json={"fixes": fixes}).status_code == 422


@pytest.mark.parametrize("role", ["administrator", "dispatcher", "agent", "planner", "manager"])
@pytest.mark.usefixtures("anna")
def test_nobody_reports_who_is_no_technician(api: Api, role: str) -> None:
    assert api(role).post("positions", json={"fixes": [fix(30)]}).status_code == 403


def test_another_territory_and_another_technician_see_nothing(api: Api, sqlite_store: Store, anna: str) -> None:
    world = World(sqlite_store)
    api("technician", technician_id=anna).post("positions", json={"fixes": [fix(59)]})
    stranger = api("dispatcher", territories=[world.territory("Elsewhere")])
    colleague = api("technician", technician_id=world.technician())
    for client, status in ((stranger, 404), (colleague, 403)):
        assert client.get("positions").json()["items"] == []
        assert client.get(f"technicians/{anna}/trail").status_code == status
    assert api("agent").get(f"technicians/{anna}/trail").status_code == 403
    assert len(api("agent").get("positions").json()["items"]) == 1


def test_when_they_will_arrive_is_shown_with_the_visit_and_with_the_person(
    api: Api, sqlite_store: Store, clock: FixedClock, anna: str
) -> None:
    world = World(sqlite_store)
    _, visit = world.job(territory=world.territory("Here"))
    assign(world, visit, anna)
    bring(sqlite_store, visit, VisitStatus.EN_ROUTE)
    clock.advance(minutes=5)
    phone, dispatcher = api("technician", technician_id=anna), api("dispatcher")
    assert dispatcher.get(f"visits/{visit}/arrival").json() == {"items": []}
    phone.post("positions", json={"fixes": [fix(64)]})
    arrivals.refresh(sqlite_store, EstimatedTravel(36, 1.0))
    for client in (phone, dispatcher):
        (arrival,) = client.get(f"visits/{visit}/arrival").json()["items"]
        assert (arrival["technician_id"], arrival["remaining"], arrival["source"]) == (anna, 111, "estimate")
        assert arrival["expected_at"] == "2026-11-23T13:05:51Z"
        (seen,) = client.get("positions").json()["items"]
        assert (seen["visit_id"], seen["expected_at"]) == (visit, arrival["expected_at"])
    stranger = api("dispatcher", territories=[world.territory("Elsewhere")])
    assert stranger.get(f"visits/{visit}/arrival").status_code == 404
