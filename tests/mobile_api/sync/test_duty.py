"""Shifts and breaks, as phones tell of them."""

from __future__ import annotations

import datetime as dt

from dispatch.domain.clock import FixedClock
from dispatch.services import rosters
from dispatch.services.field_actions import forget_old
from dispatch.settings import Settings
from dispatch.store.engine import Store
from dispatch.store.tables import FieldAction, Shift
from tests.mobile_api.carrying import Depot, Phone
from tests.mobile_api.sync.sending import codes, events, kept, send, tap

HOUR = dt.timedelta(hours=1)


def rest(name: str, clock: FixedClock) -> dict[str, object]:
    """A break of half an hour that may be taken from now on."""
    until = (clock.at + 2 * HOUR).isoformat()
    return {"id": name, "earliest": clock.at.isoformat(), "latest": until, "duration": 1800, "taken_at": None}


def shift_row(store: Store, phone: Phone) -> Shift:
    """The phone's shift as it stands."""
    with store.reading() as uow:
        return uow.get(Shift, phone.shift)


def on_shift(depot: Depot, clock: FixedClock) -> Phone:
    """The phone of somebody whose shift begins now, with two breaks."""
    whose = depot.technician(visits=0)
    with depot.store.unit_of_work() as uow:
        shift = uow.get(Shift, whose["shift"])
        shift.starts_at, shift.began_at = clock.at, None
        shift.breaks = [rest("lunch", clock), rest("tea", clock)]
    return depot.phone(whose)


def test_a_day_is_begun_rested_in_and_ended_at_the_instants_of_the_taps(depot: Depot, clock: FixedClock) -> None:
    phone, noon = on_shift(depot, clock), clock.at
    clock.advance(hours=8)
    begin = tap("begin_shift", shift=phone.shift, ago=8 * 3600)
    lunch = tap("take_break", shift=phone.shift, ago=7 * 3600, after=begin, **{"break": "lunch"})
    back = tap("end_break", shift=phone.shift, ago=6.5 * 3600, after=lunch, **{"break": "lunch"})
    end = tap("end_shift", shift=phone.shift, ago=600, after=back)
    receipts = send(phone, begin, lunch, back, end)
    assert codes(receipts) == ["applied"] * 4
    row = shift_row(depot.store, phone)
    assert (row.began_at, row.ended_at) == (noon, clock.at - dt.timedelta(seconds=600))
    assert [one["taken_at"] for one in row.breaks] == ["2026-11-23T13:00:00Z", None]
    assert row.breaks[0]["ended_at"] == "2026-11-23T13:30:00Z"
    duties = [one["duty"] for one in events(depot.store, "ShiftChanged")]
    assert duties == ["began", "break", "work", "ended"]


def test_what_another_phone_has_said_of_the_day_is_already_so(depot: Depot, clock: FixedClock) -> None:
    phone = on_shift(depot, clock)
    day = [
        tap("begin_shift", shift=phone.shift),
        tap("take_break", shift=phone.shift, **{"break": "tea"}),
        tap("end_break", shift=phone.shift, **{"break": "tea"}),
        tap("end_shift", shift=phone.shift),
    ]
    assert set(codes(send(phone, *day))) == {"applied"}
    again = [{**one, "id": f"{at}1111111-1111-4111-8111-111111111111"} for at, one in enumerate(day)]
    assert codes(send(phone, *again)) == ["already-so"] * 4
    assert events(depot.store, "ActionRefused") == []


def test_a_break_that_is_heard_of_after_the_shift_has_ended_was_taken_all_the_same(
    depot: Depot, clock: FixedClock
) -> None:
    phone = on_shift(depot, clock)
    clock.advance(hours=5)
    begin, end = tap("begin_shift", shift=phone.shift, ago=4 * 3600), tap("end_shift", shift=phone.shift, ago=600)
    assert codes(send(phone, begin, end)) == ["applied"] * 2
    late = tap("take_break", shift=phone.shift, ago=3600, **{"break": "tea"})
    after = tap("take_break", shift=phone.shift, ago=60, **{"break": "lunch"})
    assert codes(send(phone, late, after)) == ["applied", "off-duty"]
    assert kept(depot.store, after).dispute == "open"


def test_a_shift_begins_when_it_can_have_begun_and_the_receipt_says_when(depot: Depot, clock: FixedClock) -> None:
    phone = on_shift(depot, clock)
    assert codes(send(phone, tap("begin_shift", shift=phone.shift, ago=86_000))) == ["off-duty"]
    [begun] = send(phone, tap("begin_shift", shift=phone.shift, ago=7000))
    assert begun["happened_at"] == begun["facts"]["at"] == "2026-11-23T10:03:20Z"
    [ended] = send(phone, tap("end_shift", shift=phone.shift, ago=8000))
    assert ended["happened_at"] == "2026-11-23T10:03:20Z", "not before it has begun"


def test_somebody_elses_shift_is_not_theirs_and_one_that_was_removed_is_a_dispute(
    depot: Depot, clock: FixedClock
) -> None:
    phone, other = on_shift(depot, clock), on_shift(depot, clock)
    theirs = tap("begin_shift", shift=other.shift)
    [receipt] = send(phone, theirs)
    assert (receipt["code"], receipt["facts"]) == ("not-yours", {})
    with depot.store.unit_of_work() as uow:
        rosters.remove_shift(uow, phone.shift)
        rosters.remove_shift(uow, other.shift)
    removed = tap("begin_shift", shift=phone.shift)
    receipts = send(phone, removed, {**theirs, "id": "11111111-1111-4111-8111-111111111111"})
    assert codes(receipts) == ["shift-removed", "not-yours"]
    assert receipts[0]["facts"]["by"] == "Fieldwright"
    assert kept(depot.store, removed).dispute == "open"


def test_a_break_ends_by_the_console_too_and_breaks_outlive_a_change_of_the_shift(
    depot: Depot, clock: FixedClock
) -> None:
    phone, office = on_shift(depot, clock), depot.office("manager")
    for action in ("begin", "take_break", "end_break"):
        body = {"action": action, **({} if action == "begin" else {"break": "tea"})}
        answer = office.post(f"shifts/{phone.shift}/actions", json=body)
        assert answer.status_code == 200, answer.text
    assert answer.json()["breaks"][1]["ended_at"] == "2026-11-23T12:00:00Z"
    answer = office.post(f"shifts/{phone.shift}/actions", json={"action": "end_break", "break": "lunch"})
    assert (answer.status_code, answer.json()["type"]) == (409, "urn:fieldwright:problem:off-duty")
    assert office.patch(f"shifts/{phone.shift}", json={"max_overtime": 3600}).status_code == 200
    assert shift_row(depot.store, phone).breaks[1]["ended_at"] == "2026-11-23T12:00:00Z"


# -- what need not be kept ---------------------------------------------------------------------------------------------


def test_old_actions_are_forgotten_but_not_open_disputes_and_never_before_they_are_too_old(
    depot: Depot, clock: FixedClock
) -> None:
    phone = depot.phone()
    actions = [tap("accept", phone.visits[0]), tap("complete", phone.visits[1]), tap("fly")]
    assert codes(send(phone, *actions)) == ["applied", "illegal-transition", "not-understood"]
    settings = Settings(database_url="sqlite://", keep_days=1, action_days=7)

    def left() -> list[str]:
        with depot.store.unit_of_work() as uow:
            forget_old(uow, settings)
            rows = [uow.session.get(FieldAction, (phone.user, one["id"])) for one in actions]
        return [row.kind for row in rows if row is not None]

    clock.advance(days=13)
    assert left() == ["accept", "complete", "fly"]
    clock.advance(days=2)
    assert left() == ["complete"]
