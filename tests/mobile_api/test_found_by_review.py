"""What a review of the phone's API has found, so that it does not come back."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from io import BytesIO
from typing import Any

import pytest
from PIL import Image

from dispatch.domain.clock import FixedClock
from dispatch.domain.visit_lifecycle import VisitAction, VisitStatus
from dispatch.planning.run import RunWorker, request_run
from dispatch.planning.solver_process import Answer, Listener, Task, answered
from dispatch.services import duty, expert_calls, parts, visits
from dispatch.services.pictures import Damaged, clean
from dispatch.store.tables import Job, PlanningRun, RunStatus, Shift, Visit
from dispatch.travel.provider import EstimatedTravel
from mobile_api.day.cursor import read_cursor, written
from tests.mobile_api.carrying import Depot, Phone
from tests.mobile_api.sync.sending import chain, codes, hand_over, send, tap, visit_row
from tests.mobile_api.sync.test_disputes import settle

YEARS = 20 * 365 * 86_400.0

# -- cursors that somebody made up -------------------------------------------------------------------------------------


@pytest.mark.parametrize("date", [0, dt.date.max.toordinal() + 1, 2**32 - 1])
def test_a_cursor_of_a_date_that_does_not_exist_gets_everything(phone: Phone, date: int) -> None:
    known = read_cursor(phone.get("/changes").json()["cursor"])
    assert known is not None
    answer = phone.get("/changes", params={"cursor": written(replace(known, date=date))})
    assert (answer.status_code, answer.json()["full"]) == (200, True)


def test_a_cursor_that_names_what_no_database_can_look_for_gets_everything(depot_anywhere: Depot) -> None:
    phone = depot_anywhere.phone()
    known = read_cursor(phone.get("/changes").json()["cursor"])
    assert known is not None
    for name in ("visit:a\0b", "shift:\0"):
        made = written(replace(known, changes=0, versions={name: b"123456"}))
        answer = phone.get("/changes", params={"cursor": made})
        assert (answer.status_code, answer.json()["full"]) == (200, True)


# -- pictures ----------------------------------------------------------------------------------------------------------


def progressive(more: int) -> bytes:
    """A progressive JPEG whose last and smallest scan comes so many times more."""
    file = BytesIO()
    Image.new("L", (64, 64), 128).save(file, "JPEG", progressive=True)
    content = file.getvalue()
    end, scan = content.rindex(b"\xff\xd9"), content.rindex(b"\xff\xda")
    return content[:end] + content[scan:end] * more + content[end:]


def test_a_photo_that_is_gone_over_again_and_again_is_refused_undecoded() -> None:
    assert clean(progressive(0)).width == 64
    assert clean(progressive(20)).width == 64
    with pytest.raises(Damaged):
        clean(progressive(100_000))


# -- disputes ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def other(depot: Depot) -> dict[str, Any]:
    """Somebody who has the visit now."""
    return depot.technician(visits=0)


def test_what_a_phone_did_that_believed_in_another_year_can_be_made_true(
    depot: Depot, phone: Phone, other: dict[str, Any], clock: FixedClock
) -> None:
    clock.advance(hours=2)
    hand_over(depot.store, phone.visits[0], other["technician"], other["shift"])
    there = chain(phone.visits[0], "accept", "depart", "arrive", ago=YEARS)
    done = chain(phone.visits[0], "start", "complete", ago=600)
    done[0]["after"] = there[-1]["id"]
    assert codes(send(phone, *there, *done)) == ["moved-away"] * 5
    answer = settle(depot.office(), phone, done[-1], "apply")
    assert answer.status_code == 200, answer.text
    row = visit_row(depot.store, phone.visits[0])
    assert row.status is VisitStatus.COMPLETED
    assert (row.started_at, row.finished_at) == (
        clock.at - dt.timedelta(seconds=660),
        clock.at - dt.timedelta(seconds=600),
    )
    with depot.store.reading() as uow:
        received = uow.get(Job, row.job_id).received_at
    assert row.dispatched_at is not None
    assert row.dispatched_at >= received, "nobody was told before there was the job"


def test_where_nothing_else_is_known_it_happened_when_we_heard_of_it(
    depot: Depot, phone: Phone, clock: FixedClock
) -> None:
    with depot.store.unit_of_work() as uow:
        visits.act(uow, phone.visits[0], VisitAction.RECALL, reason="to somebody else")
        job = uow.get(Job, uow.get(Visit, phone.visits[0]).job_id)
        job.received_at -= dt.timedelta(days=3)
    clock.advance(hours=1)
    accept = tap("accept", phone.visits[0], ago=YEARS)
    assert codes(send(phone, accept)) == ["moved-away"]
    assert settle(depot.office(), phone, accept, "apply").status_code == 200
    assert visit_row(depot.store, phone.visits[0]).dispatched_at == clock.at


def test_declining_what_somebody_else_has_takes_it_from_nobody(
    depot: Depot, phone: Phone, other: dict[str, Any]
) -> None:
    hand_over(depot.store, phone.visits[0], other["technician"], other["shift"])
    decline = tap("decline", phone.visits[0], reason="No.")
    assert codes(send(phone, decline)) == ["moved-away"]
    office = depot.office()
    answer = settle(office, phone, decline, "apply")
    assert (answer.status_code, answer.json()["code"]) == (409, "moved-away")
    planned = office.get(f"visits/{phone.visits[0]}").json()["planned"]
    assert [one["technician_id"] for one in planned] == [other["technician"]]
    assert settle(office, phone, decline, "leave", "It was somebody else's by then.").status_code == 200


def test_who_may_not_act_on_a_visit_where_it_lies_by_now_makes_nothing_of_it_true(
    depot: Depot, phone: Phone, other: dict[str, Any]
) -> None:
    hand_over(depot.store, phone.visits[0], other["technician"], other["shift"])
    accept = tap("accept", phone.visits[0])
    assert codes(send(phone, accept)) == ["moved-away"]
    with depot.store.unit_of_work() as uow:
        uow.get(Visit, phone.visits[0]).territory_id = depot.world.territory()
    assert settle(depot.office(territories=[depot.territory]), phone, accept, "apply").status_code == 403
    assert visit_row(depot.store, phone.visits[0]).status is VisitStatus.DISPATCHED


def test_what_a_dispatcher_has_entered_meanwhile_does_not_keep_the_rest_from_being_made_true(
    depot: Depot, clock: FixedClock
) -> None:
    phone = depot.phone(visits=0)
    with depot.store.unit_of_work() as uow:
        shift = uow.get(Shift, phone.shift)
        shift.began_at, shift.starts_at = None, clock.at + dt.timedelta(hours=3)
    begin = tap("begin_shift", shift=phone.shift, ago=60)
    end = tap("end_shift", after=begin, shift=phone.shift)
    assert codes(send(phone, begin, end)) == ["off-duty", "off-duty"]
    clock.advance(hours=4)
    with depot.store.unit_of_work() as uow:
        duty.begin_shift(uow, phone.shift)
    answer = settle(depot.office(), phone, end, "apply")
    assert answer.status_code == 200, answer.text
    assert answer.json()["actions"] == [begin["id"], end["id"]]
    with depot.store.reading() as uow:
        assert uow.get(Shift, phone.shift).ended_at is not None


# -- what one phone can do to everybody else ---------------------------------------------------------------------------


def test_a_visit_that_is_extended_on_and_on_does_not_keep_the_rest_from_being_planned(
    depot: Depot, clock: FixedClock
) -> None:
    depot.world.planning_policy()
    phone = depot.phone()
    visit = phone.visits[0]
    depot.world.job(territory=depot.territory)
    assert codes(send(phone, *chain(visit, "accept", "depart", "arrive", "start"))) == ["applied"] * 4
    receipts = send(phone, *(tap("extend", visit, seconds=86_400) for _ in range(100)))
    assert codes(receipts) == ["applied"] * 7 + ["invalid"] * 93
    assert visit_row(depot.store, visit).extended == visits.MOST_EXTENDED
    clock.advance(hours=1)
    assert phone.get(f"/visits/{visit}/extension", params={"seconds": 600}).status_code == 200
    with depot.store.unit_of_work() as uow:
        run = request_run(uow, reason="asked").id
    RunWorker(depot.store, depot.settings, EstimatedTravel(30, 1.3), solver=AtOnce()).work_once()
    with depot.store.reading() as uow:
        assert uow.get(PlanningRun, run).status is RunStatus.DONE


class AtOnce:
    """A solver in this process that hardly searches."""

    def solve(self, task: Task, listen: Listener) -> Answer:
        """An answer."""
        return answered(Task(task.problem, task.start, task.weights, seconds=None, iterations=50), listen)


def test_a_phone_calls_for_help_and_speaks_of_parts_so_often_at_most(
    depot: Depot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parts, "MOST_OF_A_VISIT", 3)
    monkeypatch.setattr(expert_calls, "MOST_OF_A_VISIT", 3)
    phone = depot.phone()
    visit, another = phone.visits
    for kind, data in (
        ("expert_call", {"note": "Help!"}),
        ("use_part", {"part": "Seal", "quantity": 1}),
        ("request_part", {"part": "Pump", "quantity": 1}),
    ):
        receipts = send(phone, *(tap(kind, visit, **data) for _ in range(5)))
        assert codes(receipts) == ["applied"] * 3 + ["too-many"] * 2, kind
        assert codes(send(phone, tap(kind, another, **data))) == ["applied"], kind
