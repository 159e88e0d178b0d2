"""What phones are told of changes to the day: why something went, and news until they have been seen."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from dispatch.domain.roles import Actor, Role
from dispatch.domain.visit_lifecycle import VisitAction
from dispatch.services import phone_notices, visits
from mobile_api.day.cursor import cursor_for, written
from tests.mobile_api.day.conftest import Operation, Phone

DISPATCHER = Actor("user_d", "Daniela", Role.DISPATCHER)


def step(operation: Operation, visit: str, action: VisitAction, reason: str = "", actor: Actor = DISPATCHER) -> None:
    with operation.store.unit_of_work(actor) as uow:
        visits.act(uow, visit, action, reason=reason)


def news(phone: Phone) -> list[dict[str, Any]]:
    """The notices on the phone, without what differs each time."""
    return sorted(phone.kind("notice"), key=lambda one: str(one["at"]))


@pytest.fixture
def colleague(operation: Operation) -> Phone:
    return operation.phone("Benjamín Soto")


# -- gone --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "because", "why"),
    [
        ("en", "asked", "Given to Benjamín Soto."),
        ("en", "AbsenceRecorded", "Given to Benjamín Soto. Somebody is absent."),
        ("zh-CN", "AbsenceRecorded", "已改派给Benjamín Soto。有人缺勤。"),
        ("zh", "", "已改派给Benjamín Soto。"),
        ("es", "asked", "Given to Benjamín Soto."),
    ],
)
def test_a_visit_that_moved_away_says_to_whom_and_why(
    operation: Operation, colleague: Phone, language: str, because: str, why: str
) -> None:
    phone = operation.phone(language=language)
    visit = operation.visit(phone)
    phone.ask()
    operation.publish(visit, colleague, because=because)
    phone.ask()
    assert f"visit:{visit}" not in phone.held
    assert phone.reasons[f"visit:{visit}"] == why


def test_a_visit_given_to_a_crew_names_all_of_it(operation: Operation, phone: Phone, colleague: Phone) -> None:
    visit = operation.visit(phone)
    phone.ask()
    operation.publish(visit, colleague, operation.phone("Carla Muñoz"))
    phone.ask()
    assert phone.reasons[f"visit:{visit}"] == "Given to Benjamín Soto and Carla Muñoz."


def test_the_second_of_a_crew_hears_of_it_as_well(operation: Operation, phone: Phone, colleague: Phone) -> None:
    visit = operation.visit(phone)
    operation.give(colleague, visit, role=1)
    colleague.ask()
    operation.publish(visit, phone)
    colleague.ask()
    assert colleague.reasons[f"visit:{visit}"] == "Given to Ana Rojas."
    operation.react()
    colleague.ask()
    assert [one["what"] for one in news(colleague)] == ["moved_away"]


def test_a_visit_that_nobody_has_now_was_taken_out_of_the_plan(operation: Operation, phone: Phone) -> None:
    visit = operation.visit(phone)
    phone.ask()
    operation.publish(visit)
    phone.ask()
    assert phone.reasons[f"visit:{visit}"] == "Taken out of the plan; it will be planned again."


def test_a_cancelled_visit_says_so_with_the_reason(operation: Operation, phone: Phone) -> None:
    visit = operation.visit(phone)
    phone.ask()
    step(operation, visit, VisitAction.CANCEL, "The customer has mended it.")
    phone.ask()
    assert phone.reasons[f"visit:{visit}"] == "Cancelled. The customer has mended it."


def test_a_visit_that_was_cancelled_while_somebody_was_there_stays_as_history(
    operation: Operation, phone: Phone
) -> None:
    visit = operation.visit(phone)
    for action in (VisitAction.DEPART, VisitAction.ARRIVE):
        step(operation, visit, action, actor=phone.actor)
    phone.ask()
    step(operation, visit, VisitAction.CANCEL, "Nobody needs it.")
    phone.ask()
    assert phone.visit(visit)["status"] == "cancelled"


def test_a_declined_visit_is_gone_as_it_was_declined(operation: Operation, phone: Phone) -> None:
    visit = operation.visit(phone)
    phone.ask()
    step(operation, visit, VisitAction.DECLINE, "No ladder.", phone.actor)
    phone.ask()
    assert phone.reasons[f"visit:{visit}"] == "You declined it."


def test_a_visit_put_off_to_another_day_says_to_which(operation: Operation, phone: Phone) -> None:
    later = operation.world.shift(phone.technician, start=71)
    visit = operation.visit(phone)
    phone.ask()
    operation.move(visit, hours=72, shift=later)
    phone.ask()
    assert phone.reasons[f"visit:{visit}"] == "Moved to Thu 26 Nov 09:00."


def test_a_cursor_that_somebody_made_up_tells_nothing_of_visits_that_never_were_theirs(
    operation: Operation, phone: Phone, colleague: Phone
) -> None:
    third = operation.phone("Carla Muñoz")
    visit = operation.visit(colleague)
    operation.publish(visit, third)
    step(operation, visit, VisitAction.RECALL, "A secret.")
    names = {f"visit:{visit}": bytes(6), "visit:visit_unknown": bytes(6)}
    phone.held = {name: {} for name in names}
    phone.cursor = written(cursor_for(phone.user, 0, 0, 739_000, names))
    phone.ask()
    assert set(phone.reasons.values()) == {"Not yours any more."}


# -- news --------------------------------------------------------------------------------------------------------------


def test_both_are_told_of_a_visit_that_goes_from_one_to_the_other(
    operation: Operation, phone: Phone, colleague: Phone
) -> None:
    visit = operation.visit(phone)
    operation.publish(visit, colleague, start=1, because="VisitExtended")
    operation.react()
    for one in (phone, colleague):
        one.ask()
    (went,), (came,) = news(phone), news(colleague)
    number = operation.job_of(visit).number
    assert went | {"id": "", "version": "", "notice": ""} == {
        "id": "",
        "version": "",
        "kind": "notice",
        "notice": "",
        "what": "moved_away",
        "visit": visit,
        "number": number,
        "title": "Something is broken",
        "at": "2026-11-23T12:00:00Z",
        "before": "2026-11-23T12:00:00Z",
        "after": None,
        "why": "Given to Benjamín Soto. A visit takes longer than planned.",
        "seen": False,
    }
    assert (came["what"], came["after"]) == ("assigned", "2026-11-23T13:00:00Z")
    assert came["why"] == "Taken over from Ana Rojas. A visit takes longer than planned."


@pytest.mark.parametrize(("minutes", "told"), [(14, []), (15, ["time_changed"]), (-40, ["time_changed"])])
def test_another_time_is_news_from_a_quarter_of_an_hour_on(
    operation: Operation, phone: Phone, minutes: int, told: list[str]
) -> None:
    visit = operation.visit(phone, start=1)
    operation.publish(visit, phone, start=1 + minutes / 60)
    operation.react()
    phone.ask()
    assert [one["what"] for one in news(phone)] == told


def test_of_several_changes_of_a_time_the_last_is_news(operation: Operation, phone: Phone) -> None:
    visit = operation.visit(phone, start=1)
    for hours in (2, 3, 4):
        operation.publish(visit, phone, start=hours)
        operation.clock.advance(minutes=1)
    operation.react()
    phone.ask()
    (told,) = news(phone)
    assert told["after"] == "2026-11-23T16:02:00Z"


def test_cancelled_and_recalled_visits_are_news(operation: Operation, phone: Phone) -> None:
    first, second = operation.visit(phone), operation.visit(phone, start=1)
    step(operation, first, VisitAction.CANCEL, "It works again.")
    operation.clock.advance(minutes=1)
    step(operation, second, VisitAction.RECALL, "Something urgent.")
    operation.react()
    phone.ask()
    assert [(one["what"], one["why"]) for one in news(phone)] == [
        ("cancelled", "Cancelled. It works again."),
        ("recalled", "Taken back by the dispatcher, to be planned again. Something urgent."),
    ]


def test_the_plan_that_a_shift_begins_with_is_no_news(operation: Operation) -> None:
    phone = operation.phone(start=2)
    visit = operation.visit()
    operation.publish(visit, phone, start=3)
    operation.react()
    phone.ask()
    assert f"visit:{visit}" in phone.held
    assert not news(phone)


def test_what_happens_far_ahead_is_no_news_yet(operation: Operation, phone: Phone) -> None:
    visit = operation.visit()
    operation.publish(visit, phone, start=24 * 5)
    operation.react()
    phone.ask()
    assert not news(phone)


def test_news_are_marked_on_all_phones_until_they_have_been_seen(operation: Operation, phone: Phone) -> None:
    other = Phone(phone.store, phone.technician, phone.user, phone.shift, phone.actor)
    operation.publish(operation.visit(), phone)
    operation.react()
    for one in (phone, other):
        one.ask()
    (told,) = news(phone)
    with operation.store.unit_of_work(phone.actor) as uow:
        assert phone_notices.seen(uow, [told["notice"]]) == 1
    other.ask()
    assert [one["seen"] for one in news(other)] == [True]
    with operation.store.unit_of_work(phone.actor) as uow:
        assert phone_notices.seen(uow, [told["notice"], "notice_unknown"]) == 0


def test_nobody_sees_for_others(operation: Operation, phone: Phone, colleague: Phone) -> None:
    operation.publish(operation.visit(), phone)
    operation.react()
    phone.ask()
    (told,) = news(phone)
    with operation.store.unit_of_work(colleague.actor) as uow:
        assert phone_notices.seen(uow, [told["notice"]]) == 0
    phone.ask()
    assert not news(phone)[0]["seen"]


def test_news_are_gone_when_they_are_old(operation: Operation, phone: Phone) -> None:
    operation.publish(operation.visit(), phone)
    operation.react()
    phone.ask()
    (told,) = news(phone)
    operation.clock.advance(hours=48)
    phone.ask()
    assert not news(phone)
    assert phone.reasons[told["id"]] == "No longer news."


# -- which day it is ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("zone", "date"),
    [
        ("America/Santiago", dt.date(2026, 11, 23)),
        ("Asia/Shanghai", dt.date(2026, 11, 24)),
        ("UTC", dt.date(2026, 11, 24)),
    ],
)
def test_today_is_by_the_clock_where_the_technician_works(operation: Operation, zone: str, date: dt.date) -> None:
    operation.clock.at = dt.datetime(2026, 11, 24, 1, tzinfo=dt.UTC)
    operation.territory = operation.world.territory("Elsewhere", time_zone=zone)
    phone = operation.phone(start=0)
    visit = operation.visit(phone)
    assert phone.ask().date == date
    assert phone.visit(visit)["day"] == date.isoformat()


def test_a_shift_over_midnight_is_one_day_until_it_ends(operation: Operation) -> None:
    operation.clock.at = dt.datetime(2026, 11, 24, 1, tzinfo=dt.UTC)  # ten in the evening
    phone = operation.phone(start=0)
    visit = operation.visit(phone, start=5)
    phone.ask()
    operation.clock.advance(hours=4)  # two in the morning
    found = phone.ask()
    assert found.date == dt.date(2026, 11, 23)
    assert phone.visit(visit)["day"] == "2026-11-23"
    assert not phone.visit(visit)["preview"]
    operation.clock.advance(hours=5)
    assert phone.ask().date == dt.date(2026, 11, 24)


def test_who_works_in_no_territory_lives_by_the_time_of_most(operation: Operation) -> None:
    operation.territory = None  # type: ignore[assignment]
    phone = operation.phone()
    phone.ask()
    assert phone.held["me"]["time_zone"] == "America/Santiago"
    assert phone.held["me"]["territory"] is None
