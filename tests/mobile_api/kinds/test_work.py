"""What technicians say of the work itself, over the API: each applied once, and what makes no sense refused."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from sqlalchemy import select

from dispatch.domain.roles import Role
from dispatch.domain.visit_lifecycle import VisitStatus
from dispatch.services import checklists, job_types, parts
from dispatch.store.tables import Absence, ChecklistVersion, ExpertCall, Job, PartRequest, PartUse, Visit
from tests.dispatch.checklists import OTHER_PHOTO, PHOTO, boiler
from tests.dispatch.services.acting import somebody
from tests.mobile_api.carrying import Depot, Phone
from tests.mobile_api.sync.sending import chain, codes, kept, send, tap, visit_row


@pytest.fixture
def visit(depot: Depot, phone: Phone) -> str:
    """The phone's first visit, somebody working on it; its kind of work has a checklist that must be answered."""
    (visit, *_) = phone.visits
    with depot.store.unit_of_work(somebody(Role.ADMINISTRATOR)) as uow:
        kind = uow.get(Job, uow.get(Visit, visit).job_id).job_type_id
        job_types.change_job_type(uow, kind, checklist=boiler(), checklist_required=True)
        uow.session.flush()
        since = uow.session.scalars(select(ChecklistVersion)).one()
        since.since = uow.get(Visit, visit).dispatched_at = uow.now - dt.timedelta(hours=2)
    receipts = send(phone, *chain(visit, "accept", "depart", "arrive", "start", ago=1800, every=300))
    assert codes(receipts) == ["applied"] * 4
    return visit


def answers(depot: Depot, visit: str) -> dict[str, Any]:
    with depot.store.reading() as uow:
        told: dict[str, Any] = checklists.of_visits(uow, [visit])[visit]["answers"]
        return told


def rows(depot: Depot, table: type[Any]) -> list[Any]:
    with depot.store.reading() as uow:
        return list(uow.session.scalars(select(table).order_by(table.id)))


# -- checklists --------------------------------------------------------------------------------------------------------


def test_a_visit_is_completed_offline_with_its_checklist_in_one_batch(depot: Depot, phone: Phone, visit: str) -> None:
    first = tap("checklist", visit, ago=300, version=1, answers={"pressure": 12, "tight": True})
    second = tap("checklist", visit, ago=200, after=first, version=1, answers={"cause": "valve", "photos": [PHOTO]})
    third = tap("checklist", visit, ago=150, after=second, version=1, answers={"photos": []})
    done = tap("complete", visit, ago=100, after=third, summary="new valve")
    receipts = send(phone, first, second, third, done)
    assert codes(receipts) == ["applied"] * 4
    assert receipts[0]["facts"] == {"version": 1, "answered": 2, "missing": ["cause"]}
    assert receipts[1]["facts"]["missing"] == ["label"]
    assert answers(depot, visit) == {"pressure": 12, "tight": True, "cause": "valve"}
    assert visit_row(depot.store, visit).status is VisitStatus.COMPLETED
    assert send(phone, first, second, third, done) == receipts


def test_what_was_done_may_be_told_at_length_and_no_word_of_it_is_lost(depot: Depot, phone: Phone, visit: str) -> None:
    first = tap("checklist", visit, ago=300, version=1, answers={"pressure": 20, "tight": True, "cause": "valve"})
    told = ("Ventil ausgetauscht und 🔧 eingestellt. " * 60)[:2000]
    receipts = send(phone, first, tap("complete", visit, ago=100, after=first, summary=told))
    assert codes(receipts) == ["applied"] * 2
    assert told in visit_row(depot.store, visit).outcome
    report = phone.api("GET", f"/phone/visits/{visit}/report")
    assert (report.status_code, report.content[:5]) == (200, b"%PDF-")


def test_completing_without_what_must_be_answered_is_a_dispute_that_a_dispatcher_may_settle(
    depot: Depot, phone: Phone, visit: str
) -> None:
    (receipt,) = send(phone, done := tap("complete", visit, ago=10))
    assert codes([receipt]) == ["checklist-incomplete"]
    assert [one["name"] for one in receipt["facts"]["missing"]] == ["pressure", "tight"]
    assert visit_row(depot.store, visit).status is VisitStatus.WORKING
    assert kept(depot.store, done).dispute == "open"
    settled = depot.office().post(f"disputes/{phone.user}/{done['id']}/settle", json={"decision": "apply"})
    assert settled.status_code == 200, settled.text
    assert visit_row(depot.store, visit).status is VisitStatus.COMPLETED


def test_answers_that_are_none_are_refused_by_their_places_and_leave_the_others(
    depot: Depot, phone: Phone, visit: str
) -> None:
    wrong = {"pressure": 99, "tight": "yes", "colour": "blue"}
    (receipt,) = send(phone, tap("checklist", visit, version=1, answers=wrong))
    assert codes([receipt]) == ["invalid"]
    places = [one["place"] for one in receipt["facts"]["errors"]]
    assert places == ["answers.pressure", "answers.tight", "answers.colour"]
    assert answers(depot, visit) == {}


def test_two_phones_of_one_technician_agree_whichever_is_heard_first(depot: Depot, phone: Phone, visit: str) -> None:
    other = depot.phone(
        {"user": phone.user, "technician": phone.technician, "shift": phone.shift, "visits": phone.visits}
    )
    early = tap("checklist", visit, ago=60, version=1, answers={"notes": "early", "photos": [PHOTO]})
    late = tap("checklist", visit, ago=30, version=1, answers={"notes": "late", "photos": [OTHER_PHOTO]})
    send(other, late)
    send(phone, early)
    assert answers(depot, visit) == {"notes": "late", "photos": [OTHER_PHOTO]}


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        ("checklist", {"answers": {}}),
        ("checklist", {"version": 0, "answers": {}}),
        ("checklist", {"version": 1, "answers": [1]}),
        ("use_part", {"part": "", "quantity": 1}),
        ("use_part", {"part": "valve"}),
        ("use_part", {"part": "valve", "quantity": 1e10}),
        ("request_part", {"part": "valve", "quantity": 0}),
        ("request_part", {"part": "valve", "quantity": -1}),
        ("need_parts", {"reason": ""}),
        ("need_parts", {"reason": "x", "parts": [{"part": "valve", "quantity": 0}]}),
        ("need_visit", {}),
        ("need_visit", {"reason": "x", "duration": -1}),
        ("no_show", {}),
        ("expert_call", {"note": "x" * 501}),
    ],
)
def test_what_makes_no_sense_is_not_understood_and_changes_nothing(
    depot: Depot, phone: Phone, visit: str, kind: str, data: dict[str, Any]
) -> None:
    before = visit_row(depot.store, visit).version
    assert codes(send(phone, tap(kind, visit, **data))) == ["not-understood"]
    assert visit_row(depot.store, visit).version == before
    assert [rows(depot, table) for table in (PartUse, PartRequest, ExpertCall)] == [[], [], []]


def test_a_version_that_never_was_is_refused(phone: Phone, visit: str) -> None:
    assert codes(send(phone, tap("checklist", visit, version=7, answers={}))) == ["checklist-unknown"]


# -- parts -------------------------------------------------------------------------------------------------------------


def test_parts_are_used_once_however_often_they_are_sent(depot: Depot, phone: Phone, visit: str) -> None:
    used = tap("use_part", visit, ago=30, part="valve", quantity=2)
    (first,), (again,) = send(phone, used), send(phone, used)
    assert first == again
    assert first["facts"] == {"part": "valve", "used": 2, "left": -2, "warning": "van-negative"}
    (row,) = rows(depot, PartUse)
    assert (row.technician_id, row.quantity) == (phone.technician, 2)


def test_a_part_is_asked_for_and_the_work_goes_on(depot: Depot, phone: Phone, visit: str) -> None:
    (receipt,) = send(phone, tap("request_part", visit, part="fan", quantity=1, urgent=True, note="the small one"))
    (row,) = rows(depot, PartRequest)
    assert receipt["facts"] == {"request": row.id, "status": "open"}
    assert (row.part, row.urgent, row.note, row.holds_up) == ("fan", True, "the small one", False)
    assert visit_row(depot.store, visit).status is VisitStatus.WORKING


def test_a_visit_that_needs_parts_ends_and_its_job_waits(depot: Depot, phone: Phone, visit: str) -> None:
    wanted = [{"part": "fan", "quantity": 2}, {"part": "belt"}]
    (receipt,) = send(phone, tap("need_parts", visit, ago=60, reason="worn out", parts=wanted))
    asked = rows(depot, PartRequest)
    assert receipt["facts"]["status"] == "incomplete"
    assert sorted(receipt["facts"]["requests"]) == sorted(row.id for row in asked)
    assert {(row.part, row.quantity, row.holds_up) for row in asked} == {("fan", 2, True), ("belt", 1, True)}
    with depot.store.reading() as uow:
        assert uow.get(Job, visit_row(depot.store, visit).job_id).status == "waiting_for_parts"


def test_what_follows_the_end_of_a_visit_may_still_be_written_down(phone: Phone, visit: str) -> None:
    ended = tap("need_visit", visit, ago=60, reason="dark")
    used = tap("use_part", visit, ago=30, after=ended, part="seal", quantity=1)
    answered = tap("checklist", visit, ago=20, after=used, version=1, answers={"notes": "came back later"})
    assert codes(send(phone, ended, used, answered)) == ["applied"] * 3


# -- another visit, nobody there ---------------------------------------------------------------------------------------


def test_a_visit_that_needs_another_one_tells_which_it_is(depot: Depot, phone: Phone, visit: str) -> None:
    (receipt,) = send(phone, said := tap("need_visit", visit, ago=60, reason="must dry", duration=1800))
    follow_up = receipt["facts"]["follow_up"]
    row = visit_row(depot.store, follow_up["visit"])
    assert (row.sequence, row.duration, row.status) == (follow_up["sequence"], 1800, VisitStatus.OPEN)
    assert receipt["facts"]["status"] == "incomplete"
    send(phone, said)
    with depot.store.reading() as uow:
        mine = select(Visit.id).where(Visit.job_id == row.job_id)
        assert set(uow.session.scalars(mine)) == {visit, row.id}


def test_nobody_was_there(depot: Depot, phone: Phone) -> None:
    visit = phone.visits[1]
    taps = chain(visit, "accept", "depart", "arrive", ago=600)
    nobody = tap("no_show", visit, ago=60, after=taps[-1], reason="rang three times")
    assert codes(send(phone, *taps, nobody)) == ["applied"] * 4
    row = visit_row(depot.store, visit)
    assert (row.status, row.outcome) == (VisitStatus.NO_SHOW, "nobody was there: rang three times")


@pytest.mark.parametrize("kind", ["need_parts", "need_visit"])
def test_ending_a_visit_twice_adds_nothing_twice(depot: Depot, phone: Phone, visit: str, kind: str) -> None:
    first, second = tap(kind, visit, ago=60, reason="worn out"), tap(kind, visit, ago=30, reason="worn out")
    assert codes(send(phone, first)) == ["applied"]
    assert codes(send(phone, second)) == ["already-so"]
    with depot.store.reading() as uow:
        job = uow.get(Visit, visit).job_id
        visits = uow.session.scalars(select(Visit.id).where(Visit.job_id == job)).all()
    assert len(visits) == (2 if kind == "need_visit" else 1)


# -- help, and being away ----------------------------------------------------------------------------------------------


def test_somebody_who_knows_more_is_called(depot: Depot, phone: Phone, visit: str) -> None:
    expert = depot.world.technician("Bruno")
    receipts = send(
        phone,
        tap("expert_call", visit, ago=30, expert=expert, skill="gas", note="The flame goes out."),
        tap("expert_call", visit, ago=20),
        tap("expert_call", visit, ago=10, expert=phone.technician),
    )
    assert codes(receipts) == ["applied", "applied", "invalid"]
    assert {row.expert_id for row in rows(depot, ExpertCall)} == {expert, None}


def test_away_and_back_again(depot: Depot, phone: Phone) -> None:
    away = tap("unavailable", ago=600, minutes=45, reason="flat tyre")
    back = tap("available", ago=60, after=away)
    receipts = send(phone, away, back, tap("available", ago=30, after=back))
    assert codes(receipts) == ["applied", "applied", "already-so"]
    assert receipts[0]["facts"]["until"] == "2026-11-23T12:35:00Z"
    (row,) = rows(depot, Absence)
    assert (row.technician_id, row.own, row.reason) == (phone.technician, True, "flat tyre")
    assert (row.ends_at - row.starts_at).total_seconds() == 540


def test_a_stranger_says_nothing_of_a_visit_and_hears_nothing_of_it(depot: Depot, visit: str) -> None:
    stranger = depot.phone()
    said = (
        tap("checklist", visit, version=1, answers={"notes": "hello"}),
        tap("use_part", visit, part="valve", quantity=1),
        tap("request_part", visit, part="valve", quantity=1),
        tap("need_parts", visit, reason="none", parts=[]),
        tap("need_visit", visit, reason="none"),
        tap("expert_call", visit),
    )
    receipts = send(stranger, *said)
    assert codes(receipts) == ["not-yours"] * len(said)
    assert all(visit not in str({**one, "id": ""}) for one in receipts)
    assert visit_row(depot.store, visit).status is VisitStatus.WORKING
    assert [rows(depot, table) for table in (PartUse, PartRequest, ExpertCall)] == [[], [], []]


def test_the_phone_hears_of_all_this_with_its_day(depot: Depot, phone: Phone, visit: str) -> None:
    send(
        phone,
        tap("checklist", visit, ago=60, version=1, answers={"tight": True}),
        tap("use_part", visit, ago=50, part="valve", quantity=1),
        tap("request_part", visit, ago=40, part="fan", quantity=1),
    )
    told = phone.get("/changes").json()["documents"]
    mine = next(one for one in told if one["id"] == f"visit:{visit}")
    assert (mine["checklist"]["version"], mine["checklist"]["answers"]) == (1, {"tight": True})
    assert mine["checklist"]["schema"]["x-order"][0] == "label"
    assert [(one["part"], one["quantity"]) for one in mine["used"]] == [("valve", 1)]
    assert [(one["part"], one["status"]) for one in mine["requests"]] == [("fan", "open")]
    me = next(one for one in told if one["id"] == "me")
    assert me["van"] == [{"part": "valve", "quantity": -1}]
    with depot.store.reading() as uow:
        assert me["parts_known"] == parts.known(uow)
