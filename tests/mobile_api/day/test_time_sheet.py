"""What a week came to, by what was tapped on the phone."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from dispatch.domain.errors import Forbidden, Invalid, NotFound
from dispatch.domain.events import instant
from dispatch.domain.roles import Actor, Role
from dispatch.domain.visit_lifecycle import VisitAction, VisitStatus
from dispatch.services import duty, visits
from dispatch.services.time_sheets import Day, TimeSheet, time_sheet
from dispatch.store.tables import Shift
from tests.mobile_api.day.conftest import Operation, Phone

_A = VisitAction
WORKED = ((0, _A.DEPART), (20, _A.ARRIVE), (20, _A.START), (50, _A.PAUSE), (60, _A.RESUME), (80, _A.COMPLETE))


def read(phone: Phone, week: str | None = None, actor: Actor | None = None) -> TimeSheet:
    with phone.store.reading(actor or phone.actor) as uow:
        return time_sheet(uow, phone.technician, week)


def day(phone: Phone, week: str | None = None) -> Day:
    (found,) = [one for one in read(phone, week).days if one.shifts]
    return found


def work(operation: Operation, phone: Phone, visit: str, *steps: tuple[float, VisitAction]) -> None:
    """Take steps of a visit, so many minutes from now on; the clock goes along."""
    begun = operation.clock.now()
    for minutes, action in steps:
        operation.clock.at = begun + dt.timedelta(minutes=minutes)
        with operation.store.unit_of_work(phone.actor) as uow:
            visits.act(uow, visit, action, reason="because" if action is _A.DECLINE else "")


def begin(operation: Operation, phone: Phone) -> None:
    with operation.store.unit_of_work(phone.actor) as uow:
        duty.begin_shift(uow, phone.shift)


def told(found: Day) -> list[tuple[str, int]]:
    return [(entry.span.what.value, entry.span.seconds // 60) for entry in found.entries]


def test_a_visit_is_travel_work_and_pause(operation: Operation, phone: Phone) -> None:
    begin(operation, phone)
    visit = operation.visit(phone, start=0.3)
    work(operation, phone, visit, (0, _A.ACCEPT), *WORKED)
    operation.clock.advance(minutes=10)
    found = day(phone)
    assert told(found) == [("travel", 20), ("work", 30), ("pause", 10), ("work", 20), ("idle", 10)]
    assert found.totals == {"shift": 5400, "travel": 1200, "work": 3000, "pause": 600, "break": 0, "idle": 600}
    assert found.entries[0].number is not None
    assert found.shifts[0].going_on


def test_a_crew_works_together_whoever_taps(operation: Operation, phone: Phone) -> None:
    mate = operation.phone("Benjamín Soto")
    begin(operation, mate)
    visit = operation.visit(phone, start=0.3)
    operation.give(mate, visit, start=0.3, role=1)
    work(operation, phone, visit, *WORKED)
    assert day(mate).totals["work"] == 3000


def test_the_way_to_a_visit_that_was_declined_on_the_way_was_driven(operation: Operation, phone: Phone) -> None:
    begin(operation, phone)
    visit = operation.visit(phone)
    work(operation, phone, visit, (0, _A.DEPART), (15, _A.TURN_BACK), (30, _A.DEPART))
    with operation.store.unit_of_work(phone.actor) as uow:
        duty.end_shift(uow, phone.shift)
    assert told(day(phone)) == [("travel", 15), ("idle", 15)]


def test_a_break_ends_when_it_is_ended_or_after_its_time(operation: Operation) -> None:
    now = operation.clock.now()
    rest = {"earliest": instant(now), "latest": instant(now + dt.timedelta(hours=2)), "duration": 1800}
    phone = operation.phone(
        breaks=[{"id": "coffee", **rest, "taken_at": None}, {"id": "lunch", **rest, "taken_at": None}]
    )
    begin(operation, phone)
    with operation.store.unit_of_work(phone.actor) as uow:
        duty.take_break(uow, phone.shift, "coffee")
    operation.clock.advance(minutes=10)
    with operation.store.unit_of_work(phone.actor) as uow:
        duty.end_break(uow, phone.shift, "coffee")
    operation.clock.advance(minutes=5)
    with operation.store.unit_of_work(phone.actor) as uow:
        duty.take_break(uow, phone.shift, "lunch")
    operation.clock.advance(minutes=60)
    assert told(day(phone)) == [("break", 10), ("idle", 5), ("break", 30), ("idle", 30)]


def test_a_shift_that_nobody_began_counts_from_the_first_tap_to_the_last(operation: Operation, phone: Phone) -> None:
    work(operation, phone, operation.visit(phone), *WORKED)
    operation.clock.advance(hours=20)
    found = day(phone)
    assert told(found) == [("travel", 20), ("work", 30), ("pause", 10), ("work", 20)]
    assert not found.shifts[0].going_on


def test_a_shift_over_midnight_is_one_days(operation: Operation) -> None:
    operation.clock.at = dt.datetime(2026, 11, 24, 1, tzinfo=dt.UTC)  # ten in the evening in Chile
    phone = operation.phone(start=0)
    begin(operation, phone)
    operation.clock.advance(hours=8)
    with operation.store.unit_of_work(phone.actor) as uow:
        duty.end_shift(uow, phone.shift)
    found = day(phone, "2026-W48")
    assert (found.date, found.totals["shift"]) == (dt.date(2026, 11, 23), 8 * 3600)


@pytest.mark.parametrize(
    ("begins", "hours", "wall"),
    [
        # The clock in Chile goes from midnight to one o'clock on 6 September 2026, and back on 5 April 2026.
        (dt.datetime(2026, 9, 6, 2, tzinfo=dt.UTC), 6, "05:00"),
        (dt.datetime(2026, 4, 5, 1, tzinfo=dt.UTC), 6, "03:00"),
    ],
)
def test_an_hour_that_is_skipped_or_repeated_is_as_long_as_it_was(
    operation: Operation, begins: dt.datetime, hours: int, wall: str
) -> None:
    operation.clock.at = begins
    phone = operation.phone(start=0)
    begin(operation, phone)
    operation.clock.advance(hours=hours)
    with operation.store.unit_of_work(phone.actor) as uow:
        duty.end_shift(uow, phone.shift)
    sheet = read(phone)
    (found,) = [one for one in sheet.days if one.shifts]
    assert found.totals["shift"] == hours * 3600
    assert f"{found.shifts[0].ends.astimezone(sheet.zone):%H:%M}" == wall


def test_what_was_not_ended_on_one_shift_does_not_go_on_in_the_next(operation: Operation, phone: Phone) -> None:
    begin(operation, phone)
    work(operation, phone, operation.visit(phone), (0, _A.DEPART), (10, _A.ARRIVE))
    with operation.store.unit_of_work(phone.actor) as uow:
        duty.end_shift(uow, phone.shift)
    operation.clock.advance(hours=24)
    phone.shift = operation.world.shift(phone.technician)
    begin(operation, phone)
    operation.clock.advance(hours=1)
    first, second = [one for one in read(phone).days if one.shifts]
    assert told(first) == [("travel", 10)]
    assert told(second) == [("idle", 60)]


def test_of_old_visits_the_rows_tell(operation: Operation, phone: Phone) -> None:
    now = operation.clock.now()
    with operation.store.unit_of_work() as uow:
        shift = uow.get(Shift, phone.shift)
        shift.began_at, shift.ended_at = now, now + dt.timedelta(hours=2)
    fields: dict[str, Any] = {"departed_at": now, "arrived_at": now + dt.timedelta(minutes=30)}
    fields |= {"finished_at": now + dt.timedelta(minutes=90), "status": VisitStatus.COMPLETED}
    operation.visit(phone, visit=fields)
    assert told(day(phone)) == [("travel", 30), ("work", 60), ("idle", 30)]


def test_a_week_has_seven_days_and_says_which_they_are(phone: Phone) -> None:
    sheet = read(phone, "2026-W53")
    assert [one.date for one in sheet.days] == [dt.date(2026, 12, 28) + dt.timedelta(days=n) for n in range(7)]
    assert sheet.totals["shift"] == 0


@pytest.mark.parametrize("week", ["2026-48", "2026-W54", "2026-W00", "next", "0000-W01"])
def test_what_is_no_week_is_refused(phone: Phone, week: str) -> None:
    with pytest.raises(Invalid, match="such as 2026-W48"):
        read(phone, week)


def test_technicians_read_their_own_sheet_and_those_who_read_people_everybodys(
    operation: Operation, phone: Phone
) -> None:
    colleague = operation.phone("Benjamín Soto").actor
    with pytest.raises(Forbidden):
        read(phone, actor=colleague)
    manager = Actor("user_m", "Mariana", Role.MANAGER)
    assert read(phone, actor=manager).technician == phone.technician
    elsewhere = Actor("user_n", "Nora", Role.MANAGER, territories=frozenset({"territory_x"}))
    with pytest.raises(NotFound):
        read(phone, actor=elsewhere)
