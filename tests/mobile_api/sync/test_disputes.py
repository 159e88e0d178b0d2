"""Disputes: shown to who may decide, and settled: left refused, or made true as far as the lifecycle lets it."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import delete, select, update

from dispatch.domain.clock import FixedClock
from dispatch.domain.events import VisitAssigned, restored
from dispatch.domain.visit_lifecycle import VisitAction, VisitStatus
from dispatch.messaging import notices
from dispatch.planning import replan
from dispatch.planning.urgency import Urgency
from dispatch.services import visits
from dispatch.services.field_actions import forget_old
from dispatch.settings import Settings
from dispatch.store.tables import Assignment, AuditEntry, Notification, OutboxEntry, Shift, Technician, User, Visit
from tests.mobile_api.carrying import Depot, Phone
from tests.mobile_api.sync.sending import Sent, chain, codes, events, hand_over, kept, send, tap, visit_row


@pytest.fixture
def other(depot: Depot) -> dict[str, Any]:
    """Somebody who has the visit now."""
    return depot.technician(visits=0)


@pytest.fixture
def was_there(depot: Depot, phone: Phone, other: dict[str, Any], clock: FixedClock) -> list[Sent]:
    """A whole visit, done out of reach an hour ago, while the plan gave it to somebody else."""
    clock.advance(hours=2)
    hand_over(depot.store, phone.visits[0], other["technician"], other["shift"])
    day = chain(phone.visits[0], "accept", "depart", "arrive", "start", "complete", ago=3600)
    assert codes(send(phone, *day)) == ["moved-away"] * 5
    return day


def settle(office: TestClient, phone: Phone, action: Sent, decision: str, note: str = "") -> Any:
    """What a dispatcher is answered who settles."""
    return office.post(f"disputes/{phone.user}/{action['id']}/settle", json={"decision": decision, "note": note})


def test_dispatchers_see_what_was_refused_page_by_page(depot: Depot, phone: Phone, was_there: list[Sent]) -> None:
    office = depot.office()
    first = office.get("disputes?open=true&limit=3").json()
    rest = office.get(first["next"].removeprefix("/api/v1/")).json()
    shown = [*first["items"], *rest["items"]]
    assert [one["id"] for one in shown] == [one["id"] for one in reversed(was_there)], "the last first"
    assert shown[0] | {"detail": "", "facts": {}} == {
        "user": phone.user,
        "id": was_there[-1]["id"],
        "after": was_there[-2]["id"],
        "kind": "complete",
        "technician": {"id": phone.technician, "name": shown[0]["technician"]["name"]},
        "visit": {
            "id": phone.visits[0],
            "job": visit_row(depot.store, phone.visits[0]).job_id,
            "number": shown[0]["visit"]["number"],
            "title": "Something is broken",
        },
        "territory_id": depot.territory,
        "happened_at": "2026-11-23T13:00:00Z",
        "received_at": "2026-11-23T14:00:00Z",
        "phone_at": "2026-11-23T11:00:00Z",
        "skew": 0.0,
        "data": {},
        "code": "moved-away",
        "detail": "",
        "facts": {},
        "state": "open",
        "decision": None,
        "note": "",
        "settled_at": None,
        "settled_by": None,
    }
    assert office.get("disputes?open=false").json()["items"] == []
    assert len(office.get(f"disputes?visit_id={phone.visits[0]}").json()["items"]) == 5
    assert office.get("disputes?technician_id=technician_nobody").json()["items"] == []


def test_who_answers_for_another_territory_sees_and_settles_none(
    depot: Depot, phone: Phone, was_there: list[Sent]
) -> None:
    elsewhere = depot.office(territories=[depot.world.territory()])
    assert elsewhere.get("disputes").json()["items"] == []
    assert settle(elsewhere, phone, was_there[0], "leave", "no").status_code == 404
    assert settle(depot.office("planner"), phone, was_there[0], "leave", "no").status_code == 403
    assert phone.api("GET", "/disputes").status_code == 403
    assert settle(depot.office(), phone, tap("accept", phone.visits[0]), "leave", "no").status_code == 404


def test_made_true_the_visit_is_given_back_and_all_was_done_when_it_was_done(
    depot: Depot, phone: Phone, was_there: list[Sent], clock: FixedClock
) -> None:
    office = depot.office()
    answer = settle(office, phone, was_there[-1], "apply", "You were there.")
    assert answer.status_code == 200, answer.text
    assert answer.json() == {"decision": "apply", "actions": [one["id"] for one in was_there]}
    row = visit_row(depot.store, phone.visits[0])
    assert row.status is VisitStatus.COMPLETED
    done = clock.at - dt.timedelta(hours=1)
    assert (row.finished_at, row.started_at) == (done, done - dt.timedelta(minutes=1))
    assert row.accepted_at == done - dt.timedelta(minutes=4)
    planned = office.get(f"visits/{phone.visits[0]}").json()["planned"]
    assert [(one["technician_id"], one["shift_id"]) for one in planned] == [(phone.technician, phone.shift)]
    assert {kept(depot.store, one).decision for one in was_there} == {"apply"}
    assert codes(send(phone, *was_there)) == ["moved-away"] * 5, "a receipt stays as it was"
    [event] = events(depot.store, "DisputeSettled")
    assert (event["decision"], event["with_it"]) == ("apply", [one["id"] for one in was_there[:-1]])
    [assigned] = events(depot.store, "VisitAssigned")[1:]
    assert assigned["technicians_after"] == [phone.technician]


def test_a_visit_that_was_given_back_asks_for_a_new_plan_and_one_that_never_left_does_not(
    depot: Depot, phone: Phone, was_there: list[Sent]
) -> None:
    office, early = depot.office(), tap("complete", phone.visits[1])
    assert codes(send(phone, early)) == ["illegal-transition"]
    assert settle(office, phone, was_there[-1], "apply").status_code == 200
    assert settle(office, phone, early, "leave", "Not yet.").status_code == 200
    given, left = [restored("DisputeSettled", one) for one in events(depot.store, "DisputeSettled")]
    with depot.store.reading() as uow:
        asks = [replan.asked_by(uow, one) for one in (given, left)]
    assert [one is not None and one.urgency for one in asks] == [Urgency.SOON, False]


@pytest.mark.parametrize("known", [True, False], ids=["the crew is known", "nobody knows the crew"])
def test_a_visit_of_several_is_given_back_to_the_crew_that_was_there(
    depot: Depot, phone: Phone, other: dict[str, Any], clock: FixedClock, known: bool
) -> None:
    mate, visit = depot.technician(visits=0), phone.visits[0]
    with depot.store.unit_of_work() as uow:
        uow.get(Visit, visit).roles = [{"skills": {}}, {"skills": {}}]
        if known:
            stop = uow.session.scalars(select(Assignment).where(Assignment.visit_id == visit)).one()
            columns = ("visit_id", "position", "arrival", "start", "end", "edition")
            same = {name: getattr(stop, name) for name in columns}
            uow.session.add(Assignment(role=1, technician_id=mate["technician"], shift_id=mate["shift"], **same))
    clock.advance(hours=2)
    with depot.store.unit_of_work() as uow:
        uow.session.execute(delete(Assignment).where(Assignment.visit_id == visit, Assignment.role == 1))
        uow.record(_moved(uow.get(Visit, visit), phone.technician, *([mate["technician"]] if known else [])))
        mine = Assignment.visit_id == visit
        away = {"technician_id": other["technician"], "shift_id": other["shift"]}
        uow.session.execute(update(Assignment).where(mine).values(**away))
    accept = tap("accept", visit, ago=3600)
    assert codes(send(phone, accept)) == ["moved-away"]
    answer = settle(depot.office(), phone, accept, "apply")
    if not known:
        assert (answer.status_code, answer.json()["type"]) == (409, "urn:fieldwright:problem:cannot-hand-back")
        return
    assert answer.status_code == 200, answer.text
    with depot.store.reading() as uow:
        rows = uow.session.scalars(select(Assignment).where(Assignment.visit_id == visit).order_by(Assignment.role))
        assert [(one.technician_id, one.shift_id) for one in rows] == [
            (phone.technician, phone.shift),
            (mate["technician"], mate["shift"]),
        ]
    assert visit_row(depot.store, visit).status is VisitStatus.ACCEPTED


def _moved(visit: Visit, *before: str) -> VisitAssigned:
    return VisitAssigned(
        visit=visit.id, job=visit.job_id, technicians_before=before, technicians_after=(), territory=visit.territory_id
    )


def test_what_a_dispatcher_makes_true_is_in_the_trail_under_their_name(
    depot: Depot, phone: Phone, was_there: list[Sent]
) -> None:
    office = depot.office()
    assert settle(office, phone, was_there[0], "apply").status_code == 200
    with depot.store.reading() as uow:
        entry = uow.session.scalars(
            select(AuditEntry).where(AuditEntry.row_id == phone.visits[0]).order_by(AuditEntry.id.desc())
        ).first()
        assert entry is not None
        user = uow.get(User, entry.actor_id)
    assert (user.role, user.technician_id) == ("dispatcher", None)
    [dispute] = office.get("disputes?open=false").json()["items"]
    assert (dispute["settled_by"], dispute["decision"]) == (user.name, "apply")
    assert len(office.get("disputes?open=true").json()["items"]) == 4, "what follows it is still to be decided"


def test_what_the_lifecycle_does_not_let_is_refused_says_why_and_stays_open(
    depot: Depot, phone: Phone, other: dict[str, Any], was_there: list[Sent]
) -> None:
    office, name = depot.office(), _name(depot, other)
    assert set(codes(send(depot.phone(other), *chain(phone.visits[0], "accept", "depart")))) == {"applied"}
    answer = settle(office, phone, was_there[-1], "apply")
    assert (answer.status_code, answer.json()["type"]) == (409, "urn:fieldwright:problem:cannot-hand-back")
    assert answer.json()["detail"] == f"{name} is on it (en route). Recall the visit first."
    assert visit_row(depot.store, phone.visits[0]).status is VisitStatus.EN_ROUTE
    assert {kept(depot.store, one).dispute for one in was_there} == {"open"}
    assert office.post(f"visits/{phone.visits[0]}/actions", json={"action": "recall"}).status_code == 200
    assert settle(office, phone, was_there[-1], "apply").status_code == 200
    assert visit_row(depot.store, phone.visits[0]).status is VisitStatus.COMPLETED


def test_a_step_that_is_still_impossible_names_itself(depot: Depot, phone: Phone) -> None:
    complete = tap("complete", phone.visits[0])
    assert codes(send(phone, complete)) == ["illegal-transition"]
    answer = settle(depot.office(), phone, complete, "apply")
    assert (answer.status_code, answer.json()["type"]) == (409, "urn:fieldwright:problem:cannot-apply")
    assert (answer.json()["kind"], answer.json()["code"]) == ("complete", "illegal-transition")
    assert kept(depot.store, complete).dispute == "open"


def test_somebody_without_a_shift_then_cannot_get_it_back(depot: Depot, phone: Phone, was_there: list[Sent]) -> None:
    with depot.store.unit_of_work() as uow:
        uow.session.delete(uow.get(Shift, phone.shift))
    answer = settle(depot.office(), phone, was_there[0], "apply")
    assert answer.status_code == 409
    assert "has no shift around" in answer.json()["detail"]


@pytest.mark.parametrize("action", [VisitAction.RECALL, VisitAction.DECLINE])
def test_a_visit_that_was_recalled_or_declined_is_handed_over_again(
    depot: Depot, phone: Phone, action: VisitAction, clock: FixedClock
) -> None:
    clock.advance(hours=1)
    with depot.store.unit_of_work() as uow:
        visits.act(uow, phone.visits[0], action, reason="by mistake", technician=phone.technician)
    depart = tap("depart", phone.visits[0], ago=600)
    assert codes(send(phone, depart)) == ["moved-away"]
    assert settle(depot.office(), phone, depart, "apply").status_code == 200
    row = visit_row(depot.store, phone.visits[0])
    assert (row.status, row.departed_at) == (VisitStatus.EN_ROUTE, clock.at - dt.timedelta(seconds=600))
    assert row.never == []


def test_left_refused_it_says_why_and_is_settled_once(depot: Depot, phone: Phone, was_there: list[Sent]) -> None:
    office = depot.office()
    assert settle(office, phone, was_there[-1], "leave").status_code == 422
    assert settle(office, phone, was_there[-1], "leave", "  ").status_code == 422
    assert settle(office, phone, was_there[-1], "leave", "The other one did it.").status_code == 200
    assert visit_row(depot.store, phone.visits[0]).status is VisitStatus.DISPATCHED
    assert {(one.dispute, one.note) for one in (kept(depot.store, sent) for sent in was_there)} == {
        ("settled", "The other one did it.")
    }
    again = settle(office, phone, was_there[-1], "apply")
    assert (again.status_code, again.json()["type"]) == (409, "urn:fieldwright:problem:settled-already")
    assert again.json()["decision"] == "leave"


def test_on_each_database_what_was_refused_is_listed_made_true_and_forgotten_when_it_is_old(
    depot_anywhere: Depot, clock: FixedClock
) -> None:
    depot, settings = depot_anywhere, Settings(database_url="sqlite://", keep_days=30)
    phone, other, office = depot.phone(), depot.technician(visits=0), depot.office(territories=[depot.territory])
    hand_over(depot.store, phone.visits[0], other["technician"], other["shift"])
    day = chain(phone.visits[0], "accept", "depart", "arrive")
    assert codes(send(phone, *day, tap("complete", phone.visits[1]))) == [*["moved-away"] * 3, "illegal-transition"]
    first = office.get("disputes?open=true&limit=1").json()
    assert len(office.get(first["next"].removeprefix("/api/v1/")).json()["items"]) == 1
    assert settle(office, phone, day[-1], "apply").status_code == 200
    assert visit_row(depot.store, phone.visits[0]).status is VisitStatus.ON_SITE
    clock.advance(days=31)
    with depot.store.unit_of_work() as uow:
        assert forget_old(uow, settings) == 3
        assert forget_old(uow, settings) == 0


def test_dispatchers_are_told_once_and_the_technician_when_it_is_settled(
    depot: Depot, phone: Phone, was_there: list[Sent]
) -> None:
    office = depot.office()
    assert _told(depot, "ActionRefused") == [("user", f"visit:{phone.visits[0]}")]
    assert settle(office, phone, was_there[-1], "leave", "The other one did it.").status_code == 200
    assert _told(depot, "DisputeSettled") == [("technician", f"visit:{phone.visits[0]}")]


def test_a_dispute_about_the_day_is_told_and_made_true_without_a_visit(
    depot: Depot, phone: Phone, clock: FixedClock
) -> None:
    with depot.store.unit_of_work() as uow:
        uow.get(Shift, phone.shift).began_at = None
    end = tap("end_shift", shift=phone.shift)
    assert codes(send(phone, end)) == ["off-duty"]
    assert _told(depot, "ActionRefused") == [], "nobody is there to be told"
    office = depot.office()
    assert _told(depot, "ActionRefused") == [("user", f"technician:{phone.technician}")]
    assert settle(office, phone, end, "apply").json()["code"] == "off-duty"
    assert office.post(f"shifts/{phone.shift}/actions", json={"action": "begin"}).status_code == 200
    clock.advance(hours=1)
    assert settle(office, phone, end, "apply").status_code == 200
    assert _told(depot, "DisputeSettled") == [("technician", f"technician:{phone.technician}")]
    with depot.store.reading() as uow:
        assert uow.get(Shift, phone.shift).ended_at == clock.at - dt.timedelta(hours=1)


def _told(depot: Depot, kind: str) -> list[tuple[str, str]]:
    """Who is told what of all events of a kind: the kind of recipient, and what it is about."""
    with depot.store.unit_of_work() as uow:
        for entry in uow.session.scalars(select(OutboxEntry).where(OutboxEntry.kind == kind).order_by(OutboxEntry.id)):
            notices.react(uow, restored(entry.kind, entry.payload), entry)
        uow.session.flush()
        rows = uow.session.scalars(select(Notification)).all()
        told = [(row.recipient.partition(":")[0], row.about) for row in rows]
        for row in rows:
            assert "{" not in row.subject + row.body
            uow.session.delete(row)
    return told


def _name(depot: Depot, whose: dict[str, Any]) -> str:
    with depot.store.reading() as uow:
        return uow.get(Technician, whose["technician"]).name
