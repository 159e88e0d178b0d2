"""Customers, jobs, visits and people over HTTP: found, read, changed with an ETag, moved along."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from dispatch.domain.visit_lifecycle import VisitStatus
from dispatch.store.engine import Store
from tests.dispatch.console.conftest import Api
from tests.dispatch.services.acting import assign, bring
from tests.dispatch.world import World

NOON = "2026-11-23T12:00:00Z"


@pytest.fixture
def world(sqlite_store: Store) -> World:
    return World(sqlite_store)


def place(world: World, **territory: Any) -> dict[str, str]:
    customer = world.customer("Panadería Núñez")
    site = world.site(customer, territory=world.territory(**territory))
    return {"customer_id": customer, "site_id": site, "job_type_id": world.job_type(), "title": "No hot water"}


def test_a_customer_from_the_first_call_on(api: Api) -> None:
    agent = api("agent")
    made = agent.post("customers", json={"name": "Panadería Núñez"})
    assert made.status_code == 201
    customer = made.json()["id"]
    contact = agent.post(f"customers/{customer}/contacts", json={"name": "Ana", "phone": "+56 51 234 5678"})
    site = agent.post("sites", json={"customer_id": customer, "address": "Cordovez 480", "lat": -29.9, "lon": -71.2})
    machine = agent.post(
        "equipment", json={"site_id": site.json()["id"], "model": "B7", "warranty_until": "2026-12-01"}
    )
    assert [one.status_code for one in (contact, site, machine)] == [201, 201, 201]
    assert machine.json()["warranty"] == "ending"
    for words in ("nunez", "512345678", "cordovez"):
        found = agent.get("customers", params={"q": words}).json()["items"]
        assert [one["id"] for one in found] == [customer]
    whole = agent.get(f"customers/{customer}/whole").json()
    assert [len(whole[name]) for name in ("contacts", "sites", "equipment", "jobs")] == [1, 1, 1, 0]
    assert agent.delete(f"equipment/{machine.json()['id']}").status_code == 204
    assert agent.get(f"equipment/{machine.json()['id']}").status_code == 404


def test_a_change_of_an_old_version_is_told_what_changed_meanwhile(api: Api, world: World) -> None:
    customer = world.customer("Before")
    one, other = api("agent"), api("agent")
    tag = one.get(f"customers/{customer}").headers["ETag"]
    changed = other.patch(f"customers/{customer}", json={"name": "After"}, headers={"If-Match": tag})
    assert changed.status_code == 200
    assert changed.headers["ETag"] != tag
    late = one.patch(f"customers/{customer}", json={"contract": "gold"}, headers={"If-Match": tag})
    assert late.status_code == 412
    difference = late.json()["changed"]["name"]
    assert (difference["from"], difference["to"]) == ("Before", "After")
    assert one.patch(f"customers/{customer}", json={"contract": "gold"}).status_code == 200
    assert one.patch(f"customers/{customer}", json={"contract": None}, headers={"If-Match": "*"}).status_code == 200
    assert one.patch(f"customers/{customer}", json={"name": None}).status_code == 422


def test_a_job_is_taken_in_once_and_moved_along(api: Api, world: World) -> None:
    dispatcher = api("dispatcher")
    wanted = {
        **place(world),
        "external_id": "ERP-1",
        "windows": [["2026-11-23T09:00:00-03:00", "2026-11-23T18:00:00Z"]],
    }
    made = dispatcher.post("jobs", json=wanted)
    assert made.status_code == 201, made.text
    job = made.json()["job"]
    assert (job["number"], job["status"], job["received_at"]) == ("J-1001", "triaged", NOON)
    assert job["time_zone"] == "America/Santiago"
    assert "cancel" in job["actions"]
    assert made.json()["visits"][0]["windows"] == [[NOON, "2026-11-23T18:00:00Z"]]
    assert dispatcher.get(made.headers["Location"]).json() == made.json()
    again = dispatcher.post("jobs", json=wanted)
    assert (again.status_code, again.json()["job"]["id"]) == (200, job["id"])

    waiting = dispatcher.post(f"jobs/{job['id']}/actions", json={"action": "await_customer"}).json()["job"]
    assert (waiting["status"], set(waiting["actions"])) == ("waiting_for_customer", {"customer_answered", "cancel"})
    refused = dispatcher.post(f"jobs/{job['id']}/actions", json={"action": "close"})
    assert (refused.status_code, set(refused.json()["allowed"])) == (409, {"customer_answered", "cancel"})
    changed = dispatcher.patch(f"jobs/{job['id']}", json={"priority": "critical"})
    assert changed.json()["job"]["priority"] == "critical"
    cancelled = dispatcher.post(f"jobs/{job['id']}/actions", json={"action": "cancel", "reason": "moved"}).json()
    assert cancelled["job"]["actions"] == []
    assert [one["status"] for one in cancelled["visits"]] == ["cancelled"]


def test_jobs_are_found_by_words_and_filters_page_by_page(api: Api, world: World) -> None:
    dispatcher, shared = api("dispatcher"), place(world)
    for number in range(5):
        assert dispatcher.post("jobs", json={**shared, "title": f"Boilér {number}"}).status_code == 201
    pages, link = [], "jobs?limit=2&q=boiler nunez&status=triaged&status=scheduled"
    while link:
        page = dispatcher.get(link).json()
        pages.append([one["title"] for one in page["items"]])
        link = page["next"]
    assert pages == [["Boilér 4", "Boilér 3"], ["Boilér 2", "Boilér 1"], ["Boilér 0"]]
    assert dispatcher.get("jobs", params={"q": "j-1003"}).json()["items"][0]["title"] == "Boilér 2"
    assert dispatcher.get("jobs", params={"status": "closed"}).json()["items"] == []
    assert dispatcher.get("jobs", params={"since": "2026-11-24T00:00:00Z"}).json()["items"] == []
    assert dispatcher.get("jobs", params={"priority": "urgent"}).status_code == 422


def test_a_technician_works_on_their_own_visits_only(api: Api, world: World, sqlite_store: Store) -> None:
    anna, ben = world.technician(), world.technician()
    _, visit = world.job()
    bring(sqlite_store, visit, VisitStatus.DISPATCHED)
    assign(world, visit, anna)
    own, other = api("technician", technician_id=anna), api("technician", technician_id=ben)
    seen = own.get(f"visits/{visit}").json()
    assert seen["planned"][0]["technician_id"] == anna
    assert set(seen["actions"]) == {"accept", "decline", "depart"}
    assert [one["id"] for one in own.get("visits").json()["items"]] == [visit]
    assert other.get("visits").json()["items"] == []
    assert other.get(f"visits/{visit}").status_code == 404
    assert other.post(f"visits/{visit}/actions", json={"action": "accept"}).status_code == 404
    accepted = own.post(f"visits/{visit}/actions", json={"action": "accept"})
    assert (accepted.json()["status"], accepted.json()["accepted_at"]) == ("accepted", NOON)
    assert "arrive" not in accepted.json()["actions"]
    assert own.post(f"visits/{visit}/actions", json={"action": "cancel"}).status_code == 403
    assert own.post(f"visits/{visit}/actions", json={"action": "arrive"}).status_code == 409
    assert own.patch(f"visits/{visit}", json={"duration": 60}).status_code == 403
    assert own.get("jobs").status_code == 403


def test_a_dispatcher_changes_pins_and_adds_visits(api: Api, world: World) -> None:
    anna = world.technician()
    job, visit = world.job()
    dispatcher = api("dispatcher")
    changed = dispatcher.patch(f"visits/{visit}", json={"duration": 1800, "roles": [{"skills": {"gas": 2}}]})
    assert (changed.json()["duration"], changed.json()["roles"]) == (1800, [{"skills": {"gas": 2}}])
    pinned = dispatcher.put(f"visits/{visit}/pin", json={"technician": anna, "start": "2026-11-23T10:00:00-03:00"})
    assert pinned.json()["pin"] == {"technician": anna, "start": "2026-11-23T13:00:00Z"}
    assert dispatcher.put(f"visits/{visit}/pin", json={}).json()["pin"] == {}
    added = dispatcher.post(f"jobs/{job}/visits", json={"after_min_gap": 3600})
    assert (added.status_code, added.json()["after_id"]) == (201, visit)
    assert dispatcher.patch(f"visits/{visit}", json={"status": "completed"}).status_code == 422


def test_what_lies_in_other_territories_is_not_there(api: Api, world: World) -> None:
    here, there = world.territory(), world.territory()
    anna = world.technician(territory=there)
    job, visit = world.job(territory=there)
    shift = world.shift(anna)
    dispatcher = api("dispatcher", territories=[here])
    for path in (f"jobs/{job}", f"visits/{visit}", f"technicians/{anna}", f"shifts/{shift}", f"territories/{there}"):
        assert dispatcher.get(path).status_code == 404, path
    for path in ("jobs", "visits", "technicians", "shifts", "sites", "equipment", "customers", "absences"):
        assert dispatcher.get(path).json()["items"] == [], path
    assert [one["id"] for one in dispatcher.get("territories").json()["items"]] == [here]
    assert dispatcher.post(f"jobs/{job}/actions", json={"action": "cancel"}).status_code == 404
    absence = {"technician_id": anna, "starts_at": NOON, "ends_at": "2026-11-23T18:00:00Z"}
    assert dispatcher.post("absences", json=absence).status_code == 404


def test_people_with_skills_shifts_and_absences(api: Api) -> None:
    manager = api("manager")
    made = manager.post(
        "technicians",
        json={"name": "Anna", "base_lat": -29.9, "base_lon": -71.2, "skills": [{"skill": "gas", "level": 2}]},
    )
    anna = made.json()["technician"]["id"]
    assert made.json()["skills"] == [{"skill": "gas", "level": 2, "certificate": "", "valid_until": None}]
    assert manager.patch(f"technicians/{anna}", json={"skills": []}).json()["skills"] == []
    shift = {"technician_id": anna, "starts_at": NOON, "ends_at": "2026-11-23T20:00:00Z"}
    rest = {"earliest": "2026-11-23T15:00:00Z", "latest": "2026-11-23T16:00:00Z", "duration": 1800}
    added = manager.post("shifts", json={**shift, "breaks": [rest]})
    assert (added.status_code, added.json()["breaks"][0]["id"]) == (201, "break-1")
    overlapping = manager.post("shifts", json=shift)
    assert (overlapping.status_code, overlapping.json()["shift"]) == (409, added.json()["id"])
    path = f"shifts/{added.json()['id']}"
    own = api("technician", technician_id=anna)
    assert own.post(f"{path}/actions", json={"action": "begin"}).json()["began_at"] == NOON
    taken = own.post(f"{path}/actions", json={"action": "take_break", "break": "break-1"}).json()
    assert taken["breaks"][0]["taken_at"] == NOON
    assert own.put(f"technicians/{anna}/position", json={"lat": 1, "lon": 2}).json()["at"] == NOON
    assert api("dispatcher").get(f"technicians/{anna}/position").json()["lat"] == 1
    assert manager.patch(path, json={"max_overtime": 3600}).json()["max_overtime"] == 3600
    absence = manager.post(
        "absences", json={"technician_id": anna, "starts_at": NOON, "ends_at": "2026-11-24T12:00:00Z"}
    )
    assert absence.status_code == 201
    assert manager.delete(f"absences/{absence.json()['id']}").status_code == 204
    assert api("agent").patch(f"technicians/{anna}", json={"pace": 2}).status_code == 403


def test_setup_is_the_administrators(api: Api) -> None:
    administrator, manager = api("administrator"), api("manager")
    territory = {"name": "Norte", "time_zone": "America/Santiago"}
    assert manager.post("territories", json=territory).status_code == 403
    made = administrator.post("territories", json=territory)
    assert made.status_code == 201
    assert administrator.post("territories", json=territory).status_code == 409
    assert administrator.delete(f"territories/{made.json()['id']}").status_code == 204
    job_type = administrator.post("job-types", json={"name": "Boiler", "duration": 3600})
    assert job_type.json()["roles"] == [{"skills": {}}]
    path = f"job-types/{job_type.json()['id']}"
    assert administrator.patch(path, json={"roles": [{"skills": {"gas": 1}}]}).json()["version"] == 2


def test_a_sheet_is_looked_at_applied_and_exported(api: Api) -> None:
    manager = api("manager")
    sheet = "external_id,name,base_lat,base_lon\nT-1,Anna,-29.9,-71.2\nT-2,Ben,north,-71.2\n"
    bad = manager.post("imports", params={"kind": "technicians"}, files={"file": ("people.csv", sheet.encode())})
    assert bad.status_code == 201, bad.text
    assert bad.json()["errors"] == [
        {
            "sheet": "people.csv",
            "row": 3,
            "column": "base_lat",
            "value": "'north'",
            "problem": "is no number",
            "remedy": "write it like 12.5",
        }
    ]
    assert manager.post(f"imports/{bad.json()['id']}/apply").status_code == 409
    good = sheet.replace("north", "-29.8").encode()
    made = manager.post("imports", params={"kind": "technicians"}, files={"file": ("people.csv", good)}).json()
    assert made["counts"] == {"new": 2, "changed": 0, "unchanged": 0}
    applied = [manager.post(f"imports/{made['id']}/apply").json() for _ in range(2)]
    assert applied[0] == applied[1]
    assert applied[0]["applied_at"] == NOON
    assert manager.get("technicians", params={"q": "anna"}).json()["items"][0]["external_id"] == "T-1"
    for form, kind in (("csv", "text/csv"), ("xlsx", "application/vnd")):
        exported = manager.get("exports/technicians", params={"format": form})
        assert exported.headers["content-type"].startswith(kind)
        files = {"file": (f"people.{form}", exported.content)}
        again = manager.post("imports", params={"kind": "technicians"}, files=files).json()
        assert again["counts"] == {"new": 0, "changed": 0, "unchanged": 2}
    assert len(manager.get("imports").json()["items"]) == 4
    assert api("dispatcher").get("imports").status_code == 403
    assert api("technician", technician_id=None).get("exports/jobs").status_code == 403


def test_instants_out_of_this_world_are_refused(api: Api, world: World) -> None:
    _, visit = world.job()
    dispatcher = api("dispatcher")
    for at in ("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "2026-11-23T12:00:00"):
        assert dispatcher.post(f"visits/{visit}/actions", json={"action": "cancel", "at": at}).status_code == 422
    assert dispatcher.get("visits", params={"since": "0001-01-01T00:00:00+14:00"}).status_code == 422
    late = (dt.datetime.fromisoformat(NOON) + dt.timedelta(hours=1)).isoformat()
    assert dispatcher.post(f"visits/{visit}/actions", json={"action": "cancel", "at": late}).status_code == 422
