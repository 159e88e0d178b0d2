"""What is refused, with which code, who need look at it, and that it leaves no trace but its row."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import pytest

from dispatch.domain.clock import FixedClock
from dispatch.domain.errors import Invalid
from dispatch.domain.visit_lifecycle import VisitAction, VisitStatus
from dispatch.services import visits
from dispatch.store.tables import Assignment, Technician
from dispatch.store.unit_of_work import UnitOfWork
from mobile_api.kinds.kind import Kind, Nothing, Taken
from mobile_api.kinds.table import KINDS
from tests.mobile_api.carrying import Depot, Phone
from tests.mobile_api.sync.sending import NOW, chain, codes, events, hand_over, kept, send, tap, visit_row


def test_a_refusal_undoes_all_that_the_action_had_begun_and_keeps_its_row(
    phone: Phone, depot: Depot, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gives_up(uow: UnitOfWork, taken: Taken) -> Mapping[str, Any]:
        visits.act(uow, taken.about, VisitAction.ACCEPT, at=taken.at)
        raise Invalid("That cannot be.", errors=[{"place": "here", "value": float("nan"), "at": taken.at}])

    monkeypatch.setitem(KINDS, "probe", Kind("probe", "visit", Nothing, gives_up))  # type: ignore[arg-type]
    before = visit_row(depot.store, phone.visits[0])
    probe = tap("probe", phone.visits[0])
    [receipt] = send(phone, probe)
    assert (receipt["outcome"], receipt["code"], receipt["detail"]) == ("refused", "invalid", "That cannot be.")
    assert receipt["facts"]["errors"] == [{"place": "here", "value": "nan", "at": "2026-11-23T12:00:00Z"}]
    after = visit_row(depot.store, phone.visits[0])
    assert (after.status, after.version) == (before.status, before.version)
    assert [one["action"] for one in events(depot.store, "VisitMoved")][-1] == "dispatch"
    assert kept(depot.store, probe).dispute == "open"
    assert send(phone, probe) == [receipt]


def test_a_dispute_is_told_as_an_event_with_where_it_was(phone: Phone, depot: Depot) -> None:
    complete = tap("complete", phone.visits[0], ago=60)
    assert codes(send(phone, complete)) == ["illegal-transition"]
    [event] = events(depot.store, "ActionRefused")
    assert event == {
        "action": complete["id"],
        "user": phone.user,
        "kind_of_action": "complete",
        "code": "illegal-transition",
        "visit": phone.visits[0],
        "at": "2026-11-23T11:59:00Z",
        "territory": depot.territory,
        "technician": phone.technician,
    }


# -- what makes no sense -----------------------------------------------------------------------------------------------

NONSENSE: Mapping[str, dict[str, Any]] = {
    "a kind that nobody knows": {"kind": "levitate"},
    "no kind": {"kind": None},
    "a kind that is no text": {"kind": ["accept"]},
    "no instant": {"at": None},
    "an instant without an offset": {"at": "2026-11-23T12:00:00"},
    "an instant that no clock shows": {"at": "9999-12-31T23:59:59Z"},
    "a visit that is no identifier": {"visit": "the one\nover there"},
    "no visit": {"visit": None},
    "data that is no document": {"data": [1, 2]},
    "half a surrogate pair": {"data": {"reason": "\ud83d"}},
    "the character NUL": {"data": {"reason": "a\x00b"}},
    "more than an action holds": {"data": {"reason": "x" * 70_000}},
    "a reason that is too long": {"kind": "pause", "data": {"reason": "x" * 501}},
    "a decline without a reason": {"kind": "decline", "data": {}},
    "an extension by nothing": {"kind": "extend", "data": {"seconds": 0}},
    "what follows itself": {"after": "11111111-1111-4111-8111-111111111111"},
    "what follows something else than an action": {"after": "yesterday"},
    "a time that has not passed yet": {"elapsed": -3},
}


@pytest.mark.parametrize("what", sorted(NONSENSE))
def test_what_makes_no_sense_is_refused_kept_and_nobodys_to_decide(phone: Phone, depot: Depot, what: str) -> None:
    action = {**tap("accept", phone.visits[0]), "id": "11111111-1111-4111-8111-111111111111", **NONSENSE[what]}
    receipts = send(phone, action, tap("accept", phone.visits[0]))
    assert codes(receipts) == ["not-understood", "applied"], "the other one does not suffer"
    assert receipts[0]["facts"]["errors"]
    row = kept(depot.store, action)
    assert (row.outcome, row.dispute) == ("refused", None)
    assert events(depot.store, "ActionRefused") == []
    assert send(phone, action) == receipts[:1]


def test_a_number_that_json_does_not_have_is_refused_by_itself(phone: Phone) -> None:
    good = tap("accept", phone.visits[0])
    body = '{"sent_at": "2026-11-23T12:00:00Z", "actions": [GOOD, {"id": "22222222-2222-4222-8222-222222222222", '
    body += '"kind": "pause", "visit": "x", "at": "2026-11-23T12:00:00Z", "data": {"n": NaN}}]}'
    answer = phone.post(
        "/actions",
        content=body.replace("GOOD", str(good).replace("'", '"').replace("None", "null")),
        headers={"Content-Type": "application/json"},
    )
    assert codes(answer.json()["receipts"]) == ["applied", "not-understood"]


@pytest.mark.parametrize("wrong", [None, 7, "", "x", "A" * 36, "11111111-1111-4111-8111-11111111111G"])
def test_an_action_without_a_usable_id_is_refused_and_cannot_be_kept(phone: Phone, wrong: Any) -> None:
    body = {"sent_at": NOW.isoformat(), "actions": [{**tap("accept", phone.visits[0]), "id": wrong}]}
    [receipt] = phone.post("/actions", json=body).json()["receipts"]
    assert (receipt["outcome"], receipt["code"]) == ("refused", "not-understood")


@pytest.mark.parametrize(
    "body",
    [
        {"sent_at": "noon", "actions": [{}]},
        {"sent_at": NOW.isoformat(), "actions": []},
        {"sent_at": NOW.isoformat(), "actions": [{}] * 101},
        {"sent_at": NOW.isoformat(), "actions": ["accept"]},
    ],
    ids=["no instant", "nothing", "too many", "no documents"],
)
def test_a_batch_that_is_none_is_refused_as_a_whole(phone: Phone, body: dict[str, Any]) -> None:
    answer = phone.post("/actions", json=body)
    assert answer.status_code == 422
    assert answer.json()["type"].endswith("invalid")


def test_a_dispatcher_sends_no_actions(depot: Depot) -> None:
    answer = depot.office().post("phone/actions", json={"sent_at": NOW.isoformat(), "actions": [tap("accept", "x")]})
    assert answer.status_code == 403


# -- whose it is -------------------------------------------------------------------------------------------------------


def test_a_visit_that_moved_to_somebody_else_is_refused_as_a_dispute_and_says_to_whom(
    phone: Phone, depot: Depot
) -> None:
    other = depot.technician(visits=0)
    hand_over(depot.store, phone.visits[0], other["technician"], other["shift"])
    taps = chain(phone.visits[0], "accept", "depart", "arrive")
    receipts = send(phone, *taps)
    assert codes(receipts) == ["moved-away"] * 3
    facts = receipts[0]["facts"]
    assert (facts["because"], facts["to"], facts["by"]) == ("plan", [_name(depot, other["technician"])], "Fieldwright")
    assert facts["to"][0] in receipts[0]["detail"]
    assert {kept(depot.store, one).dispute for one in taps} == {"open"}
    assert visit_row(depot.store, phone.visits[0]).status is VisitStatus.DISPATCHED


@pytest.mark.parametrize(
    ("action", "code", "because"),
    [
        (VisitAction.RECALL, "moved-away", "recalled"),
        (VisitAction.CANCEL, "visit-ended", "cancel"),
    ],
)
def test_a_visit_that_was_taken_back_or_cancelled_says_so(
    phone: Phone, depot: Depot, action: VisitAction, code: str, because: str
) -> None:
    with depot.store.unit_of_work() as uow:
        visits.act(uow, phone.visits[0], action, reason="the customer has called")
    depart = tap("depart", phone.visits[0])
    [receipt] = send(phone, depart)
    assert receipt["code"] == code
    assert because in (receipt["facts"].get("because"), receipt["facts"].get("action"))
    assert receipt["facts"]["by"] == "Fieldwright"
    assert kept(depot.store, depart).dispute == "open"


def test_nothing_can_be_done_with_what_is_only_planned_and_nobody_need_look(phone: Phone, depot: Depot) -> None:
    visit = depot.visit(phone.technician, phone.shift, 3, dispatched=False)
    data = {
        "use_part": {"part": "valve", "quantity": 1},
        "say": {"text": "Why me?"},
        "send_report": {"email": "a@b.cl"},
    }
    said = [tap(kind, visit, **data.get(kind, {})) for kind in ("accept", "depart", *data)]
    assert set(codes(send(phone, *said))) == {"not-dispatched"}
    assert kept(depot.store, said[0]).dispute is None
    assert visit_row(depot.store, visit).status is VisitStatus.SCHEDULED
    assert phone.get(f"/visits/{visit}/report").status_code == 404


def test_who_was_there_is_heard_though_the_visit_was_taken_back(phone: Phone, depot: Depot) -> None:
    visit = phone.visits[0]
    with depot.store.unit_of_work() as uow:
        visits.act(uow, visit, VisitAction.RECALL, reason="Something urgent.")
    used = tap("use_part", visit, part="valve", quantity=1)
    assert codes(send(phone, used, tap("depart", visit))) == ["applied", "moved-away"]


def test_a_visit_that_never_was_theirs_is_refused_like_one_that_does_not_exist(phone: Phone, depot: Depot) -> None:
    theirs = depot.technician()["visits"][0]
    receipts = send(phone, tap("accept", theirs), tap("accept", "visit_nowhere"))
    for receipt in receipts:
        receipt.pop("id")
    assert receipts[0] == receipts[1]
    assert (receipts[0]["code"], receipts[0]["facts"]) == ("not-yours", {})
    assert events(depot.store, "ActionRefused") == []


# -- what is so already ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("steps", range(1, 8))
def test_the_step_that_another_phone_has_taken_is_already_so(depot: Depot, steps: int) -> None:
    whose = depot.technician()
    one, other = depot.phone(whose), depot.phone(whose)
    kinds = ("accept", "depart", "arrive", "start", "pause", "resume", "complete")[:steps]
    assert set(codes(send(one, *chain(one.visits[0], *kinds, ago=30)))) == {"applied"}
    late = chain(one.visits[0], *kinds, ago=20)
    assert codes(send(other, *late)) == ["already-so"] * steps
    assert {kept(depot.store, one).dispute for one in late} == {None}
    row = visit_row(depot.store, one.visits[0])
    assert codes(send(one, tap("accept", one.visits[1]))) == ["applied"], "both go on"
    assert visit_row(depot.store, one.visits[0]).version == row.version


@pytest.mark.parametrize("end", ["no_show", "need_visit", "need_parts"])
def test_a_visit_that_ended_in_another_way_is_a_dispute_and_in_the_same_way_is_not(depot: Depot, end: str) -> None:
    whose = depot.technician()
    one, other = depot.phone(whose), depot.phone(whose)
    assert set(codes(send(one, *chain(one.visits[0], "accept", "depart", "arrive")))) == {"applied"}
    assert codes(send(one, tap(end, one.visits[0], reason="nobody opens"))) == ["applied"]
    assert codes(send(other, tap(end, one.visits[0], reason="no answer"))) == ["already-so"]
    [receipt] = send(other, tap("complete", one.visits[0]))
    assert receipt["code"] == "visit-ended"
    assert receipt["facts"]["action"] == end


def test_what_a_dispatcher_did_for_the_technician_on_the_phone_is_already_so(phone: Phone, depot: Depot) -> None:
    office = depot.office()
    for action in ("accept", "depart"):
        assert office.post(f"visits/{phone.visits[0]}/actions", json={"action": action}).status_code == 200
    assert codes(send(phone, *chain(phone.visits[0], "accept", "depart", "arrive"))) == [*["already-so"] * 2, "applied"]


def test_a_late_pause_does_not_undo_what_another_phone_has_gone_on_to(depot: Depot) -> None:
    whose = depot.technician()
    one, other = depot.phone(whose), depot.phone(whose)
    steps = chain(one.visits[0], "accept", "depart", "arrive", "start", "pause", "resume", ago=60, every=60)
    assert set(codes(send(one, *steps))) == {"applied"}
    assert codes(send(other, tap("pause", one.visits[0], ago=110))) == ["already-so"]
    assert visit_row(depot.store, one.visits[0]).status is VisitStatus.WORKING
    assert codes(send(other, tap("pause", one.visits[0], ago=0))) == ["applied"]


def test_a_late_departure_does_not_undo_a_turning_back(depot: Depot) -> None:
    whose = depot.technician()
    one, other = depot.phone(whose), depot.phone(whose)
    assert set(codes(send(one, *chain(one.visits[0], "accept", "depart", "turn_back", ago=0, every=0)))) == {"applied"}
    assert codes(send(other, tap("depart", one.visits[0], ago=300))) == ["already-so"]
    assert codes(send(other, tap("turn_back", one.visits[0], ago=0))) == ["already-so"]
    assert visit_row(depot.store, one.visits[0]).status is VisitStatus.ACCEPTED


def test_declining_twice_is_already_so(depot: Depot) -> None:
    whose = depot.technician()
    one, other = depot.phone(whose), depot.phone(whose)
    assert codes(send(one, tap("decline", one.visits[0], reason="too far"))) == ["applied"]
    assert codes(send(other, tap("decline", one.visits[0], reason="too far"))) == ["already-so"]
    [receipt] = send(other, tap("accept", one.visits[0]))
    assert (receipt["code"], receipt["facts"]["because"]) == ("moved-away", "declined")


def test_a_crew_moves_its_visit_once_whoever_taps_first(depot: Depot) -> None:
    first, second = depot.technician(), depot.technician(visits=0)
    visit = first["visits"][0]
    with depot.store.unit_of_work() as uow:
        stop = uow.session.get_one(Assignment, (visit, 0))
        told = {"position": 0, "arrival": stop.arrival, "start": stop.start, "end": stop.end, "edition": 1}
        technician, shift = second["technician"], second["shift"]
        uow.session.add(Assignment(visit_id=visit, role=1, technician_id=technician, shift_id=shift, **told))
    one, other = depot.phone(first), depot.phone(second)
    assert codes(send(one, *chain(visit, "accept", "depart", "arrive", ago=50))) == ["applied"] * 3
    taps = chain(visit, "accept", "depart", "arrive", "start", ago=20)
    assert codes(send(other, *taps)) == [*["already-so"] * 3, "applied"]
    assert codes(send(one, tap("start", visit), tap("complete", visit))) == ["already-so", "applied"]
    assert codes(send(other, tap("complete", visit))) == ["already-so"]
    assert events(depot.store, "ActionRefused") == []


# -- late --------------------------------------------------------------------------------------------------------------


def test_what_was_done_yesterday_is_applied_when_it_comes_today(depot: Depot, clock: FixedClock) -> None:
    """The battery was empty overnight."""
    phone = depot.phone()
    yesterday = clock.at
    clock.advance(hours=20)
    day = chain(phone.visits[0], "accept", "depart", "arrive", "start", "complete", ago=18 * 3600)
    assert set(codes(send(phone, *day))) == {"applied"}
    row = visit_row(depot.store, phone.visits[0])
    assert row.finished_at == yesterday + dt.timedelta(hours=2)


def test_what_is_older_than_a_week_is_for_a_dispatcher_to_decide(depot: Depot, clock: FixedClock) -> None:
    phone = depot.phone()
    clock.advance(days=9)
    accept = tap("accept", phone.visits[0], ago=8 * 86_400)
    [receipt] = send(phone, accept)
    assert (receipt["code"], receipt["facts"]) == ("too-old", {"days": 7})
    assert kept(depot.store, accept).dispute == "open"
    assert codes(send(phone, tap("accept", phone.visits[0], ago=6 * 86_400))) == ["applied"]


def test_a_phone_that_forgot_the_time_is_not_taken_for_a_week_late(depot: Depot, clock: FixedClock) -> None:
    phone = depot.phone()
    clock.advance(days=2)
    action = {**tap("accept", phone.visits[0]), "at": "1970-01-01T00:00:10Z"}
    assert codes(send(phone, action)) == ["applied"]
    assert visit_row(depot.store, phone.visits[0]).accepted_at == clock.at - dt.timedelta(days=2)


# -- parts -------------------------------------------------------------------------------------------------------------


def _name(depot: Depot, technician: str) -> str:
    with depot.store.reading() as uow:
        return uow.get(Technician, technician).name
