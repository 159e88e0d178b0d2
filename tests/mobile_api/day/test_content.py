"""What a phone holds of a day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event

from dispatch.domain.errors import Forbidden
from dispatch.domain.events import instant
from dispatch.domain.ids import new_id
from dispatch.domain.roles import Actor, Role
from dispatch.domain.sla import Target
from dispatch.domain.visit_lifecycle import VisitStatus
from dispatch.services import parts
from dispatch.store.engine import Store
from dispatch.store.tables import Contact, ExpectedArrival, SlaClock, Territory, Visit
from mobile_api.day.documents import documents
from tests.mobile_api.day.conftest import Operation, Phone

CONTENT = {
    "visit",
    "status",
    "actions",
    "day",
    "order",
    "preview",
    "provisional",
    "asked_from",
    "planned",
    "windows",
    "appointment",
    "duration",
    "extended",
    "promises",
    "instants",
    "paused_for",
    "outcome",
    "arrival_proposed_at",
    "job",
    "customer",
    "contact",
    "site",
    "equipment",
    "knowledge",
    "parts",
    "crew",
    "checklist",
    "used",
    "requests",
    "media",
    "signature",
    "report",
}
"""What the phone's contract promises of a visit."""


def contact(operation: Operation, customer: str) -> str:
    contact_id = new_id("contact")
    with operation.store.unit_of_work() as uow:
        made = {"name": "María Pinto", "phone": "+56 9 5555 1234", "email": "maria@example.org"}
        uow.session.add(Contact(id=contact_id, customer_id=customer, **made))
    return contact_id


def rich(operation: Operation, phone: Phone, **fields: Any) -> str:
    """A visit of which everything is known."""
    world = operation.world
    customer = world.customer("Hotel Faro", notes="Pays late.")
    site = world.site(customer, territory=operation.territory, name="Kitchen", access_notes="Gate code 4411")
    until = dt.date(2027, 1, 1)
    machine = world.equipment(site, kind="Heat pump", maker="Frío", model="X2", serial="S-77", warranty_until=until)
    kind = world.job_type("Heat pump repair", knowledge=[{"title": "Manual", "url": "https://example.org/m"}])
    made: dict[str, Any] = {
        "contact_id": contact(operation, customer),
        "equipment_id": machine,
        "description": "It does not start.",
    }
    made |= {"customer": customer, "site": site, "job_type": kind, "title": "Heat pump", **fields}
    return operation.visit(phone, **made, visit={"demand": {"valve": 2}})


def test_a_visit_tells_all_that_is_needed_on_the_spot(operation: Operation, phone: Phone) -> None:
    visit = rich(operation, phone)
    phone.ask()
    found = phone.visit(visit)
    assert found.keys() == {"id", "version", "kind", *CONTENT}
    assert found["customer"] == {"name": "Hotel Faro", "notes": "Pays late."}
    assert found["contact"] == {"name": "María Pinto", "phone": "+56 9 5555 1234", "email": "maria@example.org"}
    assert found["site"]["access_notes"] == "Gate code 4411"
    assert found["job"] | {"id": "", "number": ""} == {
        "id": "",
        "number": "",
        "title": "Heat pump",
        "description": "It does not start.",
        "priority": "normal",
        "status": "triaged",
        "type": "Heat pump repair",
    }
    assert found["equipment"]["serial"] == "S-77"
    assert found["equipment"]["in_warranty"] is True
    assert found["knowledge"] == [{"title": "Manual", "url": "https://example.org/m"}]
    assert found["parts"] == [{"part": "valve", "quantity": 2}]
    assert found["planned"] == {
        "start": "2026-11-23T12:00:00Z",
        "end": "2026-11-23T13:00:00Z",
        "arrive": "2026-11-23T11:55:00Z",
        "travel_seconds": 600,
        "travel_metres": 4200,
    }
    assert found["actions"] == ["accept", "decline", "depart"]
    assert found["crew"] == [{"id": phone.technician, "name": "Ana Rojas"}]


def test_tomorrows_visits_are_a_preview_without_anybody_to_ring(operation: Operation, phone: Phone) -> None:
    tomorrow = operation.world.shift(phone.technician, start=23)
    visit = rich(operation, phone)
    operation.move(visit, hours=24, shift=tomorrow)
    phone.ask()
    found = phone.visit(visit)
    assert found.keys() == {"id", "version", "kind", *CONTENT}
    assert (found["preview"], found["provisional"]) == (True, False)
    assert found["day"] == "2026-11-24"
    assert found["contact"] is None
    assert found["customer"] == {"name": "Hotel Faro", "notes": ""}
    assert found["site"]["access_notes"] == ""
    assert found["job"]["description"] == ""
    assert found["equipment"]["serial"] is None
    assert found["parts"] == [{"part": "valve", "quantity": 2}]


def test_what_lies_behind_tomorrow_is_not_on_the_phone(operation: Operation, phone: Phone) -> None:
    later = operation.world.shift(phone.technician, start=47)
    visit = operation.visit(phone, start=48, shift=later)
    phone.ask()
    assert f"visit:{visit}" not in phone.held
    assert f"shift:{later}" not in phone.held


def test_visits_stand_in_the_order_in_which_they_are_done(operation: Operation, phone: Phone) -> None:
    ended = {"status": VisitStatus.COMPLETED, "finished_at": operation.clock.now()}
    third, first, second = (
        operation.visit(phone, start=3),
        operation.visit(phone, start=2, visit=ended),
        operation.visit(phone, start=1),
    )
    phone.ask()
    assert [phone.visit(one)["order"] for one in (first, second, third)] == [1, 2, 3]


def test_visits_done_today_stay_and_those_of_yesterday_do_not(operation: Operation, phone: Phone) -> None:
    now = operation.clock.now()
    done = operation.visit(phone, start=-1, visit={"status": VisitStatus.COMPLETED, "finished_at": now})
    yesterday = operation.world.shift(phone.technician, start=-25)
    before = now - dt.timedelta(days=1)
    old = operation.visit(
        phone, start=-24, shift=yesterday, visit={"status": VisitStatus.COMPLETED, "finished_at": before}
    )
    phone.ask()
    assert phone.visit(done)["status"] == "completed"
    assert f"visit:{old}" not in phone.held


def test_a_visit_that_is_still_open_from_before_stays(operation: Operation, phone: Phone) -> None:
    yesterday = operation.world.shift(phone.technician, start=-25)
    visit = operation.visit(phone, start=-20, shift=yesterday, visit={"status": VisitStatus.WORKING})
    phone.ask()
    assert phone.visit(visit)["day"] == "2026-11-23"


def test_a_machine_tells_what_was_done_at_it_before(operation: Operation, phone: Phone) -> None:
    visit = rich(operation, phone)
    with operation.store.reading() as uow:
        row = uow.get(Visit, visit)
        job = operation.job_of(visit)
        site, machine = row.site_id, job.equipment_id
    colleague = operation.phone("Benjamín Soto")
    for days in range(1, 8):
        ended = operation.clock.now() - dt.timedelta(days=days)
        made = {"status": VisitStatus.COMPLETED, "finished_at": ended, "outcome": f"outcome {days}"}
        past = operation.visit(site=site, customer=job.customer_id, equipment_id=machine, title="Valve", visit=made)
        operation.give(colleague, past, start=-24 * days)
    phone.ask()
    history = phone.visit(visit)["equipment"]["history"]
    assert [one["outcome"] for one in history] == [f"outcome {days}" for days in range(1, 6)]
    assert history[0] | {"number": ""} == {
        "date": "2026-11-22",
        "number": "",
        "title": "Valve",
        "outcome": "outcome 1",
        "technician": "Benjamín Soto",
    }


def test_promises_say_when_they_are_due_and_how_they_stand(operation: Operation, phone: Phone) -> None:
    visit = operation.visit(phone)
    policy = operation.world.sla_policy()
    now = operation.clock.now()
    with operation.store.unit_of_work() as uow:
        made = {"job_id": operation.job_of(visit).id, "policy_id": policy, "allowed": 3600, "started_at": now}
        for target, hours in ((Target.RESOLVE, 8), (Target.ON_SITE, 4)):
            due = now + dt.timedelta(hours=hours)
            uow.session.add(SlaClock(id=new_id("clock"), target=target, due_at=due, **made))
    phone.ask()
    assert phone.visit(visit)["promises"] == [
        {"target": "on_site", "due": "2026-11-23T16:00:00Z", "state": "running"},
        {"target": "resolve", "due": "2026-11-23T20:00:00Z", "state": "running"},
    ]


def test_an_arrival_that_the_position_proposes_is_told(operation: Operation, phone: Phone) -> None:
    visit = operation.visit(phone, visit={"status": VisitStatus.EN_ROUTE})
    phone.ask()
    now = operation.clock.now()
    instants = dict.fromkeys(("expected_at", "seen_at", "sure_at", "computed_at"), now)
    with operation.store.unit_of_work() as uow:
        made = {"visit_id": visit, "technician_id": phone.technician, "remaining": 0, "metres": 0, "source": "road"}
        uow.session.add(ExpectedArrival(**made, **instants))
    assert not phone.ask().documents
    with operation.store.unit_of_work() as uow:
        uow.session.get_one(ExpectedArrival, (visit, phone.technician)).proposed_at = now
    phone.ask()
    assert phone.visit(visit)["arrival_proposed_at"] == "2026-11-23T12:00:00Z"


def test_a_shift_tells_its_breaks_and_where_it_begins(operation: Operation) -> None:
    rest = {"id": "lunch", "earliest": "2026-11-23T15:00:00Z", "latest": "2026-11-23T16:00:00Z", "duration": 2700}
    phone = operation.phone(breaks=[{**rest, "taken_at": None}])
    phone.ask()
    (shift,) = phone.kind("shift")
    assert shift["breaks"] == [{**rest, "taken_at": None, "ended_at": None}]
    assert (shift["starts_at"], shift["began_at"]) == ("2026-11-23T11:00:00Z", None)
    assert shift["base"]["lat"] == pytest.approx(-29.9045)


def test_me_tells_whom_to_ring_and_what_is_in_the_van(operation: Operation) -> None:
    boss = operation.world.user(Role.MANAGER, phone="+56 2 2000")
    with operation.store.unit_of_work() as uow:
        uow.get(Territory, operation.territory).supervisor_id = boss
    phone = operation.phone()
    phone.ask()
    (me,) = phone.kind("me")
    assert me["dispatch_phone"] == "+56 2 2000"
    assert me["technician"] == {"id": phone.technician, "name": "Ana Rojas", "phone": "+56 9 4000 1000"}
    assert me["time_zone"] == "America/Santiago"
    assert me["territory"]["name"] == "La Serena"
    assert me["absence"] is None


def test_a_part_that_is_used_is_on_the_visit_and_gone_from_the_van(operation: Operation) -> None:
    phone = operation.phone(van={"valve": 8})
    visit = operation.visit(phone, visit={"status": VisitStatus.WORKING})
    phone.ask()
    with operation.store.unit_of_work(phone.actor) as uow:
        parts.use(uow, uow.get(Visit, visit), "valve", 2, uow.now)
    changed = phone.ask()
    assert {one["id"] for one in changed.documents} == {"me", f"visit:{visit}"}
    assert phone.held["me"]["van"] == [{"part": "valve", "quantity": 6}]
    assert [one["part"] for one in phone.visit(visit)["used"]] == ["valve"]


# -- rights ------------------------------------------------------------------------------------------------------------


def test_a_technician_sees_their_own_visits_and_those_of_their_crew_and_no_others(
    operation: Operation, phone: Phone
) -> None:
    colleague = operation.phone("Benjamín Soto")
    theirs, shared = operation.visit(colleague), operation.visit(phone)
    operation.give(colleague, shared, role=1)
    for one in (phone, colleague):
        one.ask()
    assert f"visit:{theirs}" not in phone.held
    assert f"visit:{shared}" in colleague.held
    assert [one["name"] for one in colleague.visit(shared)["crew"]] == ["Ana Rojas", "Benjamín Soto"]


@pytest.mark.parametrize("role", [Role.DISPATCHER, Role.TECHNICIAN])
def test_who_is_no_technician_has_no_day(operation: Operation, role: Role) -> None:
    with operation.store.reading(Actor("user_x", "X", role)) as uow, pytest.raises(Forbidden):
        documents(uow)


# -- how it is read ----------------------------------------------------------------------------------------------------


@contextmanager
def counted(store: Store) -> Iterator[list[str]]:
    statements: list[str] = []

    def note(_: Any, __: Any, statement: str, *___: Any) -> None:
        statements.append(statement)

    event.listen(store.engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(store.engine, "before_cursor_execute", note)


def test_a_full_day_takes_as_many_queries_as_an_easy_one(operation: Operation, phone: Phone) -> None:
    rich(operation, phone)
    phone.whole()  # what is kept for all phones is made
    with counted(operation.store) as few:
        phone.whole()
    kind = operation.world.job_type()
    for number in range(12):
        visit = operation.visit(phone, start=number / 2, job_type=kind)
        operation.give(operation.phone(f"Colleague {number}"), visit, role=1)
    phone.whole()
    with counted(operation.store) as many:
        phone.whole()
    assert len(many) == len(few)


def test_nothing_in_a_document_changes_with_every_second(operation: Operation, phone: Phone) -> None:
    rich(operation, phone)
    operation.visit(phone, start=2, visit={"status": VisitStatus.WORKING})
    before = phone.whole()
    operation.clock.advance(minutes=30)
    assert phone.whole() == before


def test_a_document_has_another_version_exactly_when_its_content_is_another(operation: Operation, phone: Phone) -> None:
    visit = operation.visit(phone)
    phone.ask()
    version = phone.visit(visit)["version"]
    with operation.store.unit_of_work() as uow:
        uow.get(Visit, visit).late_by = 600  # which phones do not show
    assert not phone.ask().documents
    with operation.store.unit_of_work() as uow:
        uow.get(Visit, visit).windows = [[instant(uow.now), instant(uow.now)]]
    phone.ask()
    assert phone.visit(visit)["version"] != version
