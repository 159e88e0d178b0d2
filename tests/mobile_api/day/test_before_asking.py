"""What phones hold long before anybody is asked for it: all about it, changed without a word until then."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from sqlalchemy import select

from dispatch.domain.clock import FixedClock
from dispatch.domain.roles import Actor, Role
from dispatch.domain.visit_lifecycle import VisitAction, VisitStatus
from dispatch.planning.publication import ask_due
from dispatch.services import visits
from dispatch.store.tables import Assignment, PhoneNotice, PlanningPolicy, Visit
from tests.mobile_api.day.conftest import Operation, Phone
from tests.mobile_api.day.test_content import rich

DISPATCHER = Actor("user_d", "Daniela", Role.DISPATCHER)
EARLY: dict[str, Any] = {"visit": {"status": VisitStatus.DISPATCHED, "asked_at": None}}


@pytest.fixture(autouse=True)
def policy(operation: Operation) -> str:
    """Everybody is asked an hour ahead."""
    return operation.world.planning_policy(dispatch_ahead=12 * 3600, accept_ahead=3600)


@pytest.fixture
def colleague(operation: Operation) -> Phone:
    return operation.phone("Benjamín Soto")


def notices(operation: Operation) -> list[tuple[str, str]]:
    """Everything that anybody is told: what, and to whom."""
    operation.react()
    with operation.store.reading() as uow:
        rows = uow.session.scalars(select(PhoneNotice).order_by(PhoneNotice.at, PhoneNotice.id)).all()
        return [(one.what, one.technician_id) for one in rows]


def test_what_nobody_is_asked_for_yet_tells_everything_and_from_when_on_they_are(
    operation: Operation, phone: Phone
) -> None:
    visit = rich(operation, phone)
    with operation.store.unit_of_work() as uow:
        uow.get(Visit, visit).asked_at = None
    operation.move(visit, hours=5)
    phone.ask()
    found = phone.visit(visit)
    assert (found["status"], found["provisional"], found["asked_from"]) == ("dispatched", False, "2026-11-23T16:00:00Z")
    assert (found["contact"]["phone"], found["site"]["access_notes"]) == ("+56 9 5555 1234", "Gate code 4411")
    assert found["actions"] == ["accept", "decline", "depart"], "which of them it offers when is the app's business"


def test_being_asked_changes_nothing_of_the_document(operation: Operation, phone: Phone, clock: FixedClock) -> None:
    visit = operation.visit(phone, start=3, **EARLY)
    phone.ask()
    assert phone.visit(visit)["asked_from"] == "2026-11-23T14:00:00Z"
    clock.advance(hours=2, seconds=20)  # the worker came to it 20 seconds late
    assert ask_due(operation.store) == 1
    assert not phone.ask().documents
    # It is an hour later after all: who was asked stays asked.
    operation.move(visit, hours=1)
    phone.ask()
    assert phone.visit(visit)["asked_from"] == "2026-11-23T14:00:20Z"


def test_a_long_way_is_asked_for_when_it_is_time_to_go(operation: Operation, phone: Phone) -> None:
    visit = operation.visit(phone, start=5, **EARLY)
    with operation.store.unit_of_work() as uow:
        uow.session.scalars(select(Assignment).where(Assignment.visit_id == visit)).one().travel_seconds = 2 * 3600
    phone.ask()
    assert phone.visit(visit)["asked_from"] == "2026-11-23T15:00:00Z"


def test_another_policy_is_on_the_phone_with_the_next_answer(operation: Operation, phone: Phone, policy: str) -> None:
    visit = operation.visit(phone, start=3, **EARLY)
    phone.ask()
    with operation.store.unit_of_work() as uow:
        uow.get(PlanningPolicy, policy).accept_ahead = 7200
    phone.ask()
    assert phone.visit(visit)["asked_from"] == "2026-11-23T13:00:00Z"


@pytest.mark.parametrize("status", [VisitStatus.SCHEDULED, VisitStatus.ACCEPTED, VisitStatus.EN_ROUTE])
def test_what_is_only_planned_or_answered_is_no_question(
    operation: Operation, phone: Phone, status: VisitStatus
) -> None:
    visit = operation.visit(phone, start=3, visit={"status": status})
    phone.ask()
    assert phone.visit(visit)["asked_from"] is None


def test_what_nobody_was_asked_for_comes_changes_and_goes_without_a_word(
    operation: Operation, phone: Phone, colleague: Phone
) -> None:
    visit = operation.visit(**EARLY)
    operation.publish(visit, phone, start=4, asked=False)
    phone.ask()
    operation.publish(visit, phone, start=6, asked=False)
    phone.ask()
    assert phone.visit(visit)["planned"]["start"] == "2026-11-23T18:00:00Z"
    operation.publish(visit, colleague, start=6, because="AbsenceRecorded", asked=False)
    for one in (phone, colleague):
        one.ask()
    assert phone.reasons == {f"visit:{visit}": ""}
    assert colleague.visit(visit)["planned"]["start"] == "2026-11-23T18:00:00Z"
    with operation.store.unit_of_work(DISPATCHER) as uow:
        visits.act(uow, visit, VisitAction.CANCEL, reason="It works again.")
    colleague.ask()
    assert colleague.reasons == {f"visit:{visit}": ""}
    assert notices(operation) == []


def test_from_then_on_everybody_is_told(operation: Operation, phone: Phone, colleague: Phone) -> None:
    visit = operation.visit(phone, start=0.5, **EARLY)
    assert ask_due(operation.store) == 1
    operation.publish(visit, phone, start=1)
    operation.publish(visit, colleague, start=1)
    told = {("time_changed", phone.technician), ("moved_away", phone.technician), ("assigned", colleague.technician)}
    assert set(notices(operation)) == told
    with operation.store.unit_of_work(DISPATCHER) as uow:
        visits.act(uow, visit, VisitAction.CANCEL, reason="It works again.")
    assert set(notices(operation)) - told == {("cancelled", colleague.technician)}


def test_what_goes_to_another_as_the_time_comes_is_told_to_them_alone(
    operation: Operation, phone: Phone, colleague: Phone
) -> None:
    visit = operation.visit(phone, start=3, **EARLY)
    phone.ask()
    operation.publish(visit, colleague, start=0.5)
    assert notices(operation) == [("assigned", colleague.technician)]
    phone.ask()
    assert phone.reasons == {f"visit:{visit}": ""}


def test_whoever_accepts_early_has_accepted(operation: Operation, phone: Phone, clock: FixedClock) -> None:
    visit = operation.visit(phone, start=5, **EARLY)
    with operation.store.unit_of_work(phone.actor) as uow:
        accepted = visits.act(uow, visit, VisitAction.ACCEPT, at=clock.now() - dt.timedelta(minutes=1))
        assert (accepted.status, accepted.asked_at) == (VisitStatus.ACCEPTED, accepted.accepted_at)
    operation.publish(visit, phone, start=6)
    assert notices(operation) == [("time_changed", phone.technician)]
