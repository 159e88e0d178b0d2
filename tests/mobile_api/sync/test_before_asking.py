"""What phones do with visits before anybody was asked for them: it counts, at its own instant."""

from __future__ import annotations

import datetime as dt

import pytest

from dispatch.domain.visit_lifecycle import VisitStatus
from dispatch.planning.publication import ask_due
from dispatch.store.tables import Assignment, Visit
from tests.mobile_api.carrying import Depot, Phone
from tests.mobile_api.sync.sending import NOW, chain, codes, events, hand_over, send, tap, visit_row


@pytest.fixture
def visit(phone: Phone, depot: Depot) -> str:
    """One that the phone has held for two hours, and that is three hours ahead; asked for an hour before."""
    depot.world.planning_policy(dispatch_ahead=12 * 3600, accept_ahead=3600)
    visit = phone.visits[0]
    with depot.store.unit_of_work() as uow:
        row, stop = uow.get(Visit, visit), uow.session.get_one(Assignment, (visit, 0))
        row.asked_at, row.dispatched_at = None, NOW - dt.timedelta(hours=2)
        stop.arrival = stop.start = NOW + dt.timedelta(hours=3)
        stop.end = stop.start + dt.timedelta(hours=1)
    return visit


def test_who_sets_out_out_of_reach_before_they_were_asked_has_set_out_then(
    phone: Phone, depot: Depot, visit: str
) -> None:
    asked = events(depot.store, "VisitAsked")
    assert codes(send(phone, *chain(visit, "depart", "arrive", "start", ago=60, every=600))) == ["applied"] * 3
    row = visit_row(depot.store, visit)
    departed = NOW - dt.timedelta(seconds=1260)
    assert (row.status, row.accepted_at, row.asked_at, row.departed_at) == (VisitStatus.WORKING, *[departed] * 3)
    assert ask_due(depot.store) == 0
    assert events(depot.store, "VisitAsked") == asked, "nobody is asked what they have answered"


def test_what_was_tapped_before_the_asking_and_told_after_it_keeps_its_instant(
    phone: Phone, depot: Depot, visit: str
) -> None:
    with depot.store.unit_of_work() as uow:
        uow.get(Visit, visit).asked_at = NOW - dt.timedelta(minutes=5)
    assert codes(send(phone, tap("depart", visit, ago=1800))) == ["applied"]
    assert visit_row(depot.store, visit).departed_at == NOW - dt.timedelta(minutes=30)


def test_an_early_accept_of_an_older_client_is_taken(phone: Phone, depot: Depot, visit: str) -> None:
    assert codes(send(phone, tap("accept", visit, ago=30))) == ["applied"]
    assert visit_row(depot.store, visit).status is VisitStatus.ACCEPTED


def test_who_began_with_what_went_to_another_without_a_word_is_heard(phone: Phone, depot: Depot, visit: str) -> None:
    other = depot.technician()
    hand_over(depot.store, visit, other["technician"], other["shift"])
    [receipt] = send(phone, tap("depart", visit, ago=30))
    assert (receipt["code"], receipt["facts"]["because"]) == ("moved-away", "plan")
    assert [one["code"] for one in events(depot.store, "ActionRefused")] == ["moved-away"]
