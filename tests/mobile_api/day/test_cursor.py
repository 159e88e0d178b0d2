"""A phone says with its cursor what it knows, and hears of what is new and what is gone."""

from __future__ import annotations

import base64
import dataclasses
import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import event

from dispatch.domain.ids import new_id
from dispatch.domain.visit_lifecycle import VisitAction
from dispatch.services import visits
from dispatch.store.tables import Absence, Customer, Visit
from mobile_api.day.cursor import LONGEST, cursor_for, read_cursor, written
from tests.mobile_api.day.conftest import Operation, Phone

names = st.one_of(
    st.just("me"),
    st.builds(lambda kind: f"{kind}:{new_id(kind)}", st.sampled_from(["shift", "visit", "notice"])),
    st.builds(lambda text: f"visit:{text}", st.text("abcXYZ0123_-:é", min_size=1, max_size=40)),
)
versions = st.dictionaries(names, st.binary(min_size=6, max_size=6), max_size=60)


@given(st.text(max_size=40), st.integers(0, 2**63), st.integers(0, 2**40), st.integers(1, 10**6), versions)
def test_a_cursor_says_what_was_written(
    user: str, changes: int, until: int, date: int, known: dict[str, bytes]
) -> None:
    cursor = cursor_for(user, changes, until, date, known)
    text = written(cursor)
    assert read_cursor(text) == cursor
    assert len(text) <= LONGEST
    assert cursor.of(user)


@given(st.binary(max_size=200))
def test_what_is_no_cursor_says_nothing(content: bytes) -> None:
    text = base64.urlsafe_b64encode(content).decode()
    found = read_cursor(text)
    assert found is None or written(found).rstrip("=") == text.rstrip("=")


@pytest.mark.parametrize("text", [None, "", "full", "====", "é", "A" * 5000, "AQ"])
def test_an_unreadable_cursor_is_none(text: str | None) -> None:
    assert read_cursor(text) is None


def test_a_day_of_two_hundred_documents_fits() -> None:
    known = {f"visit:{new_id('visit')}": bytes(6) for _ in range(200)}
    text = written(cursor_for("user", 10**9, 2 * 10**9, 739_000, known))
    assert len(text) <= LONGEST
    read = read_cursor(text)
    assert read is not None
    assert read.versions == known


def test_a_day_that_is_too_full_for_a_cursor_is_sent_whole_but_only_when_something_is_new(
    operation: Operation, phone: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mobile_api.day.cursor.LONGEST", 60)  # as if there were hundreds
    visit = operation.visit(phone)
    assert phone.ask().full
    again = phone.ask()
    assert (again.full, list(again.documents), dict(again.gone)) == (False, [], {})
    with operation.store.unit_of_work(phone.actor) as uow:
        visits.act(uow, visit, VisitAction.ACCEPT)
    assert phone.ask().full
    assert phone.held == phone.whole()


def test_only_what_changed_is_sent(operation: Operation, phone: Phone) -> None:
    one, other = operation.visit(phone), operation.visit(phone, start=2)
    phone.ask()
    with operation.store.unit_of_work(phone.actor) as uow:
        visits.act(uow, one, VisitAction.ACCEPT)
    changed = phone.ask()
    assert [row["id"] for row in changed.documents] == [f"visit:{one}"]
    assert phone.visit(one)["status"] == "accepted"
    assert phone.visit(other)["status"] == "dispatched"
    assert phone.held == phone.whole()


def test_what_changed_elsewhere_sends_nothing(operation: Operation, phone: Phone) -> None:
    operation.visit(phone)
    elsewhere = operation.visit(operation.phone("Benjamín Soto"))
    phone.ask()
    with operation.store.unit_of_work() as uow:
        uow.get(Visit, elsewhere).outcome = "changed"
    found = phone.ask()
    assert not found.full
    assert not found.documents


def test_where_nothing_happened_one_look_is_enough(operation: Operation, phone: Phone) -> None:
    operation.visit(phone)
    phone.ask()
    before, statements = phone.cursor, []
    event.listen(operation.store.engine, "before_cursor_execute", lambda *told: statements.append(told[2]))
    found = phone.ask()
    looks = [one for one in statements if one.startswith("SELECT")]
    assert len(looks) == 1
    assert found.cursor == before


def test_a_word_of_the_customers_notes_reaches_the_phone(operation: Operation, phone: Phone) -> None:
    visit = operation.visit(phone)
    phone.ask()
    with operation.store.unit_of_work() as uow:
        uow.get(Customer, operation.job_of(visit).customer_id).notes = "The bell is broken."
    phone.ask()
    assert phone.visit(visit)["customer"]["notes"] == "The bell is broken."


def test_an_unreadable_cursor_gets_everything(operation: Operation, phone: Phone) -> None:
    visit = operation.visit(phone)
    phone.ask()
    phone.held["visit:gone"] = {}
    phone.cursor = "nonsense"
    assert phone.ask().full
    assert phone.held.keys() == {"me", f"shift:{phone.shift}", f"visit:{visit}"}


def test_somebody_elses_cursor_gets_everything(operation: Operation, phone: Phone) -> None:
    colleague = operation.phone("Benjamín Soto")
    mine = operation.visit(phone)
    colleague.ask()
    phone.cursor = colleague.cursor
    found = phone.ask()
    assert found.full
    assert not found.gone
    assert f"visit:{mine}" in phone.held


def test_a_cursor_that_was_lost_on_the_way_does_no_harm(operation: Operation, phone: Phone) -> None:
    visit = operation.visit(phone)
    phone.ask()
    old = dataclasses.replace(phone, held=dict(phone.held))
    with operation.store.unit_of_work(phone.actor) as uow:
        visits.act(uow, visit, VisitAction.ACCEPT)
    phone.ask()
    with operation.store.unit_of_work(phone.actor) as uow:
        visits.act(uow, visit, VisitAction.DEPART)
    old.ask()
    assert old.held == old.whole()


def test_on_the_next_day_the_day_is_another_one_though_nobody_did_anything(operation: Operation, phone: Phone) -> None:
    tomorrow = operation.world.shift(phone.technician, start=23)
    old = operation.visit(phone, visit={"status": "scheduled"})
    new = operation.visit(phone, start=24, shift=tomorrow)
    assert phone.ask().date == dt.date(2026, 11, 23)
    assert phone.visit(new)["preview"]
    operation.clock.advance(hours=24)
    found = phone.ask()
    assert found.date == dt.date(2026, 11, 24)
    assert not found.full
    assert not phone.visit(new)["preview"]
    assert phone.reasons[f"visit:{old}"] == ""  # it was only planned
    assert phone.reasons[f"shift:{phone.shift}"] == "That day is over."
    assert phone.held == phone.whole()


def test_an_absence_that_ends_by_itself_is_gone_from_the_phone(operation: Operation, phone: Phone) -> None:
    now = operation.clock.now()
    with operation.store.unit_of_work() as uow:
        ends = now + dt.timedelta(hours=1)
        uow.session.add(
            Absence(id=new_id("absence"), technician_id=phone.technician, starts_at=now, ends_at=ends, own=True)
        )
    phone.ask()
    assert phone.held["me"]["absence"]["until"] == "2026-11-23T13:00:00Z"
    operation.clock.advance(hours=1)
    phone.ask()
    assert phone.held["me"]["absence"] is None
