"""Each action is applied exactly once, whatever happens to the messages that carry it and to who takes it in."""

from __future__ import annotations

import datetime as dt
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm.exc import StaleDataError

from dispatch.domain.errors import Unavailable
from dispatch.domain.visit_lifecycle import VisitStatus
from dispatch.store.tables import FieldAction, Visit
from dispatch.store.unit_of_work import UnitOfWork
from mobile_api.kinds.kind import Kind, Nothing, Taken
from mobile_api.kinds.table import KINDS
from mobile_api.sync.receipts import Receipt
from mobile_api.sync.taking import ATTEMPTS, Intake
from tests.mobile_api.carrying import Depot, Phone
from tests.mobile_api.sync.sending import (
    NOW,
    Sent,
    actor,
    chain,
    codes,
    events,
    kept,
    received,
    send,
    tap,
    visit_row,
)

WEEK = dt.timedelta(days=7)


def test_a_whole_visit_is_told_in_one_batch(phone: Phone, depot: Depot) -> None:
    day = chain(phone.visits[0], "accept", "depart", "arrive", "start", "pause", "resume", "complete", ago=10)
    receipts = send(phone, *day)
    assert codes(receipts) == ["applied"] * 7
    assert receipts[-1]["facts"] == {"status": "completed", "extended": 0}
    row = visit_row(depot.store, phone.visits[0])
    assert row.status is VisitStatus.COMPLETED
    assert [one["action"] for one in events(depot.store, "VisitMoved")][-7:] == [one["kind"] for one in day]


def test_what_is_sent_again_gets_the_same_receipt_and_changes_nothing(phone: Phone, depot: Depot) -> None:
    sent = [*chain(phone.visits[0], "accept", "depart"), tap("complete", phone.visits[1]), tap("fly")]
    first = send(phone, *sent)
    assert codes(first) == ["applied", "applied", "illegal-transition", "not-understood"]
    before = visit_row(depot.store, phone.visits[0]).version
    depot.wall.advance(hours=1)
    assert send(phone, *sent, sent_at=NOW + dt.timedelta(hours=1)) == first
    assert send(phone, *reversed(sent)) == first[::-1]
    assert visit_row(depot.store, phone.visits[0]).version == before


def test_how_long_ago_it_was_is_no_part_of_what_was_said(phone: Phone) -> None:
    action = {**tap("accept", phone.visits[0]), "elapsed": 5.0}
    first = send(phone, action)
    assert send(phone, {**action, "elapsed": 900.0}) == first
    assert codes(first) == ["applied"]


def test_the_same_action_twice_in_one_batch_is_applied_once(phone: Phone, depot: Depot) -> None:
    extend = tap("extend", phone.visits[0], seconds=600)
    receipts = send(phone, *chain(phone.visits[0], "accept", "depart", "arrive"), extend, extend)
    assert receipts[-1] == receipts[-2]
    assert visit_row(depot.store, phone.visits[0]).extended == 600


@pytest.mark.parametrize(
    "other",
    [{"kind": "decline", "data": {"reason": "no"}}, {"at": (NOW - WEEK / 9).isoformat()}, {"data": {"reason": "x"}}],
    ids=["kind", "instant", "data"],
)
def test_an_id_that_was_used_for_something_else_is_refused_and_the_first_stands(
    phone: Phone, depot: Depot, other: dict[str, Any]
) -> None:
    first = tap("accept", phone.visits[0])
    [applied] = send(phone, first)
    [refused] = send(phone, {**first, **other})
    assert (refused["outcome"], refused["code"]) == ("refused", "id-used")
    assert send(phone, first) == [applied]
    assert kept(depot.store, first).dispute is None
    assert visit_row(depot.store, phone.visits[0]).status is VisitStatus.ACCEPTED


def test_two_people_may_use_the_same_id(depot: Depot) -> None:
    one, other = depot.phone(), depot.phone()
    first = tap("accept", one.visits[0])
    assert codes(send(one, first)) == ["applied"]
    assert codes(send(other, {**first, "visit": other.visits[0]})) == ["applied"]


def test_actions_are_taken_in_the_order_in_which_they_follow_each_other(phone: Phone) -> None:
    day = chain(phone.visits[0], "accept", "depart", "arrive", "start", "complete")
    shuffled = [day[3], day[1], day[4], day[0], day[2]]
    assert codes(send(phone, *shuffled)) == ["applied"] * 5


def test_an_action_waits_for_the_one_it_follows_and_nothing_is_written_meanwhile(phone: Phone, depot: Depot) -> None:
    accept, depart, arrive = chain(phone.visits[0], "accept", "depart", "arrive")
    early = send(phone, arrive, depart)
    assert [(one["outcome"], one["code"]) for one in early] == [("waiting", "after-missing")] * 2
    with depot.store.reading() as uow:
        assert uow.session.scalar(select(func.count()).select_from(FieldAction)) == 0
    assert codes(send(phone, accept)) == ["applied"]
    assert codes(send(phone, arrive, depart)) == ["applied"] * 2


def test_an_action_follows_one_that_was_refused_on_its_own_merits(phone: Phone) -> None:
    accept = tap("accept", phone.visits[0])
    again = tap("accept", phone.visits[0], after=accept)
    depart = tap("depart", phone.visits[0], after=again)
    assert codes(send(phone, accept, again, depart)) == ["applied", "already-so", "applied"]


def test_who_follow_each_other_in_a_circle_wait_and_hold_nobody_up(phone: Phone) -> None:
    one, other = tap("accept", phone.visits[0]), tap("depart", phone.visits[0])
    one["after"], other["after"] = other["id"], one["id"]
    assert codes(send(phone, one, other, tap("accept", phone.visits[1]))) == [*["after-missing"] * 2, "applied"]


def test_another_device_may_send_what_the_first_has_sent(depot: Depot) -> None:
    whose = depot.technician()
    one, other = depot.phone(whose), depot.phone(whose)
    action = tap("accept", one.visits[0])
    assert send(one, action) == send(other, action)


# -- at the same moment ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("together", [1, 3], ids=["one action", "several"])
def test_the_same_actions_sent_twice_at_the_same_moment_are_applied_once(depot_anywhere: Depot, together: int) -> None:
    whose = depot_anywhere.technician()
    actions = [*chain(whose["visits"][0], "accept", "depart", "arrive"), tap("extend", whose["visits"][0], seconds=60)]
    actions = actions[:together] if together == 1 else actions
    store = depot_anywhere.store
    phones = [Intake(store, actor(store, whose["user"]), "", WEEK) for _ in range(4)]
    receipts = at_once(phones, actions)
    assert receipts[0] == receipts[1] == receipts[2] == receipts[3]
    assert {one.outcome for one in receipts[0]} == {"applied"}
    assert visit_row(store, whose["visits"][0]).extended in (0, 60)
    assert len(events(store, "VisitMoved", "VisitExtended")) - _handing_out(whose) == len(actions)


def test_two_who_take_the_same_step_at_the_same_moment_take_it_once(depot_anywhere: Depot) -> None:
    whose = depot_anywhere.technician()
    store = depot_anywhere.store
    phones = [Intake(store, actor(store, whose["user"]), f"device {at}", WEEK) for at in range(4)]
    results: list[list[Receipt]] = []
    threads = [
        threading.Thread(target=lambda phone=phone: results.append(phone.take([accept(whose)], received())))
        for phone in phones
    ]
    _run(threads)
    assert sorted(one.code for [one] in results) == ["", "already-so", "already-so", "already-so"]
    assert {one.outcome for [one] in results if not one.code} == {"applied"}


def accept(whose: dict[str, Any]) -> Sent:
    """A tap of its own."""
    return tap("accept", whose["visits"][0])


def at_once(phones: list[Intake], actions: list[Sent]) -> list[list[Receipt]]:
    """What each is answered that sends the same at the same moment."""
    results: list[list[Receipt]] = []
    start = threading.Barrier(len(phones))

    def run(phone: Intake) -> None:
        start.wait()
        results.append(phone.take(actions, received()))

    _run([threading.Thread(target=run, args=(phone,)) for phone in phones])
    assert len(results) == len(phones)
    return results


def _run(threads: list[threading.Thread]) -> None:
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)


def _handing_out(whose: dict[str, Any]) -> int:
    """How many steps brought the visits to their technician: scheduled and dispatched, each."""
    return 2 * len(whose["visits"])


# -- what goes wrong in between ----------------------------------------------------------------------------------------


def kind(apply: Callable[[], Mapping[str, Any]]) -> Kind:
    """A kind of action that does this."""
    return Kind("probe", "phone", Nothing, lambda *_: apply())


def test_who_lost_to_somebody_elses_change_tries_again(phone: Phone, monkeypatch: pytest.MonkeyPatch) -> None:
    tried = []

    def loses_once() -> Mapping[str, Any]:
        tried.append(1)
        if len(tried) == 1:
            raise StaleDataError("somebody else was first")
        return {"tried": len(tried)}

    monkeypatch.setitem(KINDS, "probe", kind(loses_once))  # type: ignore[arg-type]
    [receipt] = send(phone, tap("probe"))
    assert (receipt["outcome"], receipt["facts"]) == ("applied", {"tried": 2})


def test_who_always_loses_waits_and_nothing_is_written(
    phone: Phone, depot: Depot, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried = []

    def always_loses() -> Mapping[str, Any]:
        tried.append(1)
        raise StaleDataError("somebody else was first")

    monkeypatch.setitem(KINDS, "probe", kind(always_loses))  # type: ignore[arg-type]
    [receipt] = send(phone, tap("probe"))
    assert (receipt["outcome"], receipt["code"], len(tried)) == ("waiting", "busy", ATTEMPTS)
    with depot.store.reading() as uow:
        assert uow.session.scalar(select(func.count()).select_from(FieldAction)) == 0


def test_a_mistake_of_ours_refuses_the_action_keeps_it_as_a_dispute_and_holds_up_no_other(
    phone: Phone, depot: Depot, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def breaks(uow: UnitOfWork, _: Taken) -> Mapping[str, Any]:
        uow.get(Visit, phone.visits[0]).outcome = "half done"
        uow.session.flush()
        raise KeyError("a secret of the customer")

    monkeypatch.setitem(KINDS, "probe", Kind("probe", "phone", Nothing, breaks))  # type: ignore[arg-type]
    probe = tap("probe")
    receipts = send(phone, probe, tap("accept", phone.visits[0]), tap("probe"))
    assert codes(receipts) == ["unexpected", "applied", "unexpected"]
    assert kept(depot.store, probe).dispute == "open"
    assert visit_row(depot.store, phone.visits[0]).outcome == ""
    assert "KeyError" in caplog.text
    assert "secret" not in caplog.text + receipts[0]["detail"]


DIES = """
import datetime as dt, json, os, signal, sys
from dispatch.access.actors import actor_of
from dispatch.domain.clock import FixedClock
from dispatch.store.engine import Store
from dispatch.store.tables import User
from mobile_api.sync.taking import Intake
from mobile_api.sync.timing import Reception

url, user, when, actions = sys.argv[1:]
noon = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)
store = Store(url, FixedClock(noon))
with store.reading() as uow:
    actor = actor_of(uow.get(User, user))
store.listen(when, lambda session: os.kill(os.getpid(), signal.SIGKILL) if "committing" in session.info else None)
Intake(store, actor, "", dt.timedelta(days=7)).take(json.loads(actions), Reception(noon, noon, noon, 1.0))
"""


@pytest.mark.parametrize(("when", "applied"), [("before_commit", False), ("after_commit", True)])
def test_a_server_that_dies_around_the_commit_has_applied_all_or_nothing_and_says_so_when_asked_again(
    depot_anywhere: Depot, when: str, applied: bool
) -> None:
    depot = depot_anywhere
    whose = depot.technician()
    actions = chain(whose["visits"][0], "accept", "depart")
    store = depot.store
    url = store.url.render_as_string(hide_password=False)
    arguments = [sys.executable, "-c", DIES, url, whose["user"], when, json.dumps(actions)]
    died = subprocess.run(arguments, env={**os.environ, "PYTHONPATH": "."}, check=False, timeout=120)
    assert died.returncode == -signal.SIGKILL
    assert visit_row(store, whose["visits"][0]).status is (VisitStatus.EN_ROUTE if applied else VisitStatus.DISPATCHED)
    receipts = Intake(store, actor(store, whose["user"]), "", WEEK).take(actions, received())
    assert [one.outcome for one in receipts] == ["applied"] * 2
    assert len(events(store, "VisitMoved")) == _handing_out(whose) + 2


def test_the_store_may_go_away_between_two_actions(depot: Depot, monkeypatch: pytest.MonkeyPatch) -> None:
    def away() -> Mapping[str, Any]:
        raise Unavailable("the disk is full")

    phone = depot.phone()
    first = tap("accept", phone.visits[0])
    monkeypatch.setitem(KINDS, "probe", kind(away))  # type: ignore[arg-type]
    probe = tap("probe")
    receipts = send(phone, first, probe)
    assert [one["outcome"] for one in receipts] == ["applied", "waiting"]
    assert receipts[1]["code"] == "unavailable"
    monkeypatch.setitem(KINDS, "probe", kind(dict))  # type: ignore[arg-type]
    assert codes(send(phone, first, probe)) == ["applied", "applied"]
