"""What is planned for a technician and not dispatched: on the phone it tells of nobody, and changes without a word."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest
from sqlalchemy import select

from dispatch.domain.errors import NotFound
from dispatch.domain.roles import Actor, Role
from dispatch.domain.visit_lifecycle import VisitAction, VisitStatus
from dispatch.planning.extension import preview
from dispatch.services import visits
from dispatch.store.tables import PhoneNotice, Visit
from dispatch.travel.provider import EstimatedTravel
from mobile_api.day.cursor import LONGEST, cursor_for, written
from tests.mobile_api.day.conftest import Operation, Phone
from tests.mobile_api.day.test_content import CONTENT, rich
from tests.mobile_api.day.test_extension import until, working

DISPATCHER = Actor("user_d", "Daniela", Role.DISPATCHER)
PLANNED: dict[str, Any] = {"visit": {"status": VisitStatus.SCHEDULED}}
SECRETS = ("Hotel Faro", "Pays late.", "María Pinto", "+56 9 5555 1234", "maria@example.org", "Gate code 4411", "S-77")


def planned_only(operation: Operation, visit: str) -> str:
    with operation.store.unit_of_work() as uow:
        uow.get(Visit, visit).status = VisitStatus.SCHEDULED
    return visit


def step(operation: Operation, visit: str, action: VisitAction) -> None:
    with operation.store.unit_of_work(DISPATCHER) as uow:
        visits.act(uow, visit, action, reason="Something urgent.")


def notices(operation: Operation) -> list[tuple[str, str]]:
    """Everything that anybody is told: what, and of which visit."""
    operation.react()
    with operation.store.reading() as uow:
        rows = uow.session.scalars(select(PhoneNotice).order_by(PhoneNotice.at, PhoneNotice.id)).all()
        return [(one.what, one.technician_id) for one in rows]


@pytest.fixture
def colleague(operation: Operation) -> Phone:
    return operation.phone("Benjamín Soto")


# -- what is told of it ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("tomorrow", [False, True])
def test_a_planned_visit_tells_place_kind_and_times_and_nothing_about_anybody(
    operation: Operation, phone: Phone, tomorrow: bool
) -> None:
    visit = planned_only(operation, rich(operation, phone))
    if tomorrow:
        operation.move(visit, hours=24, shift=operation.world.shift(phone.technician, start=23))
    phone.ask()
    found = phone.visit(visit)
    assert found.keys() == {"id", "version", "kind", *CONTENT}
    assert (found["provisional"], found["preview"], found["status"]) == (True, tomorrow, "scheduled")
    assert found["actions"] == []
    assert found["planned"]["start"] == ("2026-11-24T12:00:00Z" if tomorrow else "2026-11-23T12:00:00Z")
    assert (found["job"]["type"], found["site"]["name"]) == ("Heat pump repair", "Kitchen")
    assert found["parts"] == [{"part": "valve", "quantity": 2}]
    assert (found["customer"], found["contact"], found["checklist"]) == (None, None, None)
    assert not [secret for secret in SECRETS if secret in str(found)]


def test_what_is_handed_over_stands_before_what_is_only_planned(operation: Operation, phone: Phone) -> None:
    second, third = (operation.visit(phone, start=hours, **PLANNED) for hours in (1, 2))
    first = operation.visit(phone, start=3)  # a dispatcher handed it over early
    phone.ask()
    assert [phone.visit(one)["order"] for one in (first, second, third)] == [1, 2, 3]


def test_once_it_is_dispatched_everything_is_told_and_it_can_be_accepted(operation: Operation, phone: Phone) -> None:
    visit = planned_only(operation, rich(operation, phone))
    phone.ask()
    step(operation, visit, VisitAction.DISPATCH)
    phone.ask()
    found = phone.visit(visit)
    assert (found["provisional"], found["actions"]) == (False, ["accept", "decline", "depart"])
    assert (found["contact"]["phone"], found["site"]["access_notes"]) == ("+56 9 5555 1234", "Gate code 4411")
    assert phone.held == phone.whole()


def test_a_visit_that_is_taken_back_is_planned_only_again_and_that_is_told(operation: Operation, phone: Phone) -> None:
    visit = rich(operation, phone)
    phone.ask()
    step(operation, visit, VisitAction.RECALL)
    assert notices(operation) == [("recalled", phone.technician)]
    phone.ask()
    assert phone.visit(visit)["provisional"]
    assert not [secret for secret in SECRETS if secret in str(phone.visit(visit))]


def test_a_long_rest_of_the_day_has_room_in_the_cursor(operation: Operation, phone: Phone) -> None:
    operation.visit(phone)
    for number in range(20):
        operation.visit(phone, start=1 + number / 4, **PLANNED)
    found = phone.ask()
    # 20 planned, one handed over, the shift and the technician.
    assert (len(found.documents), len(found.cursor) < LONGEST // 8) == (23, True)
    assert not phone.ask().documents


def test_nobody_sees_what_is_planned_for_others(operation: Operation, phone: Phone, colleague: Phone) -> None:
    visit = operation.visit(colleague, **PLANNED)
    operation.publish(visit, operation.phone("Carla Muñoz"), dispatched=False)
    names = {f"visit:{visit}": bytes(6)}
    phone.held = {name: {} for name in names}
    phone.cursor = written(cursor_for(phone.user, 0, 0, 739_000, names))
    phone.ask()
    assert phone.reasons == {f"visit:{visit}": "Not yours any more."}


# -- changes without a word --------------------------------------------------------------------------------------------


def test_what_is_only_planned_comes_changes_and_goes_without_a_word(
    operation: Operation, phone: Phone, colleague: Phone
) -> None:
    visit = operation.visit(**PLANNED)
    operation.publish(visit, phone, start=2, dispatched=False)
    phone.ask()
    assert phone.visit(visit)["planned"]["start"] == "2026-11-23T14:00:00Z"
    operation.publish(visit, phone, start=4, dispatched=False)
    phone.ask()
    assert phone.visit(visit)["planned"]["start"] == "2026-11-23T16:00:00Z"
    operation.publish(visit, colleague, start=4, because="AbsenceRecorded", dispatched=False)
    for one in (phone, colleague):
        one.ask()
    assert phone.reasons == {f"visit:{visit}": ""}
    assert colleague.visit(visit)["provisional"]
    operation.publish(visit, dispatched=False)
    colleague.ask()
    assert colleague.reasons == {f"visit:{visit}": ""}
    assert notices(operation) == []


@pytest.mark.parametrize("how", ["cancelled", "another day"])
def test_what_was_only_planned_is_gone_without_a_reason(operation: Operation, phone: Phone, how: str) -> None:
    visit = operation.visit(phone, start=1, **PLANNED)
    phone.ask()
    if how == "cancelled":
        step(operation, visit, VisitAction.CANCEL)
    else:
        operation.move(visit, hours=72, shift=operation.world.shift(phone.technician, start=71))
    phone.ask()
    assert phone.reasons == {f"visit:{visit}": ""}
    assert notices(operation) == []


def test_who_loses_a_dispatched_visit_is_told_and_for_whom_it_is_planned_is_not(
    operation: Operation, phone: Phone, colleague: Phone
) -> None:
    visit = operation.visit(phone)
    phone.ask()
    operation.publish(visit, colleague, start=5, dispatched=False)
    phone.ask()
    assert phone.reasons == {f"visit:{visit}": "Given to Benjamín Soto."}
    assert notices(operation) == [("moved_away", phone.technician)]


def test_what_was_planned_for_somebody_else_is_new_and_not_taken_over(
    operation: Operation, phone: Phone, colleague: Phone
) -> None:
    visit = operation.visit(colleague, start=1, **PLANNED)
    operation.publish(visit, phone, start=1)
    assert notices(operation) == [("assigned", phone.technician)]
    phone.ask()
    assert [one["why"] for one in phone.kind("notice")] == ["New on your day."]


def test_a_phone_that_slept_over_dispatch_and_loss_is_told_of_the_loss(
    operation: Operation, phone: Phone, colleague: Phone
) -> None:
    visit = operation.visit(phone, start=1, **PLANNED)
    phone.ask()
    old = dataclasses.replace(phone, held=dict(phone.held))
    step(operation, visit, VisitAction.DISPATCH)
    operation.publish(visit, colleague, start=1)
    old.ask()
    assert old.reasons == {f"visit:{visit}": "Given to Benjamín Soto."}
    assert ("moved_away", phone.technician) in notices(operation)


# -- what else a technician can ask ------------------------------------------------------------------------------------


def test_more_of_it_is_told_to_a_technician_only_once_it_is_dispatched(operation: Operation, phone: Phone) -> None:
    visit = operation.visit(phone, **PLANNED)
    with operation.store.reading(phone.actor) as uow, pytest.raises(NotFound, match="is only planned"):
        visits.handed(uow, visit)
    with operation.store.reading(DISPATCHER) as uow:
        assert visits.handed(uow, visit).id == visit
    step(operation, visit, VisitAction.DISPATCH)
    with operation.store.reading(phone.actor) as uow:
        assert visits.handed(uow, visit).id == visit


def test_more_time_names_nobody_who_is_only_planned(operation: Operation, phone: Phone) -> None:
    operation.world.planning_policy()
    first = operation.visit(phone, start=-0.5, visit=working(operation))
    window = {**until(operation, 1), "status": VisitStatus.SCHEDULED}
    second = operation.visit(phone, start=1, title="Yearly service", visit=window)
    with phone.store.reading(phone.actor) as uow:
        (late,) = preview(uow, first, 3600, EstimatedTravel(30, 1.3)).visits
    assert (late.visit, late.who) == (second, "Yearly service")
