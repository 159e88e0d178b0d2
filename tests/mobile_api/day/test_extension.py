"""Whom it makes late if a visit takes longer, told before anybody says so."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from dispatch.domain.errors import IllegalTransition, Invalid, NotFound
from dispatch.domain.events import instant
from dispatch.domain.visit_lifecycle import VisitStatus
from dispatch.planning.extension import Extension, preview
from dispatch.store.tables import Job, Visit
from dispatch.travel.provider import EstimatedTravel
from tests.mobile_api.day.conftest import Operation, Phone

MINUTE = 60


def ask(phone: Phone, visit: str, seconds: int) -> Extension:
    with phone.store.reading(phone.actor) as uow:
        return preview(uow, visit, seconds, EstimatedTravel(30, 1.3))


def until(operation: Operation, hours: float) -> dict[str, Any]:
    """An appointment from now on that many hours."""
    now = operation.clock.now()
    return {"windows": [[instant(now), instant(now + dt.timedelta(hours=hours))]], "appointment": True}


def working(operation: Operation) -> dict[str, Any]:
    """Somebody has been at it for half an hour; it takes an hour."""
    began = operation.clock.now() - dt.timedelta(minutes=30)
    return {"status": VisitStatus.WORKING, "arrived_at": began, "started_at": began}


@pytest.fixture
def planned(operation: Operation) -> Operation:
    operation.world.planning_policy()
    return operation


def test_a_longer_visit_makes_the_next_appointment_late_by_that_much(planned: Operation, phone: Phone) -> None:
    first = planned.visit(phone, start=-0.5, visit=working(planned))
    second = planned.visit(phone, start=1, visit=until(planned, 1))
    short, long = ask(phone, first, 20 * MINUTE), ask(phone, first, 60 * MINUTE)
    assert not short.visits
    (late,) = long.visits
    assert (late.visit, late.promise, late.late_by_before) == (second, "appointment", 0)
    assert 29 * MINUTE < late.late_by_after < 40 * MINUTE
    assert late.due == planned.clock.now() + dt.timedelta(hours=1)
    assert long.later == 1
    assert long.ends_before is not None
    assert long.ends_after == long.ends_before + dt.timedelta(hours=1)


def test_what_is_asked_changes_nothing(planned: Operation, phone: Phone) -> None:
    visit = planned.visit(phone, start=-0.5, visit=working(planned))
    phone.ask()
    ask(phone, visit, 60 * MINUTE)
    assert not phone.ask().documents
    with planned.store.reading() as uow:
        assert uow.get(Visit, visit).extended == 0


def test_the_customer_of_a_late_visit_is_named(planned: Operation, phone: Phone) -> None:
    first = planned.visit(phone, start=-0.5, visit=working(planned))
    customer = planned.world.customer("Hotel Faro")
    second = planned.visit(phone, start=1, visit=until(planned, 1), customer=customer)
    (late,) = ask(phone, first, 60 * MINUTE).visits
    with planned.store.reading() as uow:
        number = uow.get(Job, uow.get(Visit, second).job_id).number
    assert (late.number, late.who) == (number, "Hotel Faro")


def test_of_another_technicians_visit_it_is_only_told_that_there_is_one(planned: Operation, phone: Phone) -> None:
    mate = planned.phone("Benjamín Soto")
    first = planned.visit(phone, start=-0.5, visit=working(planned))
    crew = planned.visit(phone, start=1, job_type=planned.world.job_type(roles=[{"skills": {}}, {"skills": {}}]))
    planned.give(mate, crew, start=1, role=1)
    planned.visit(mate, start=2.2, visit=until(planned, 2.3))
    (late,) = ask(phone, first, 90 * MINUTE).visits
    assert (late.visit, late.number, late.who) == (None, None, None)
    assert late.late_by_after > 0


def test_of_a_visit_that_is_somebody_elses_nothing_is_told(planned: Operation, phone: Phone) -> None:
    visit = planned.visit(planned.phone("Benjamín Soto"))
    with pytest.raises(NotFound):
        ask(phone, visit, 600)


def test_what_is_over_takes_no_longer(planned: Operation, phone: Phone) -> None:
    ended = {"status": VisitStatus.COMPLETED, "finished_at": planned.clock.now()}
    with pytest.raises(IllegalTransition):
        ask(phone, planned.visit(phone, visit=ended), 600)


@pytest.mark.parametrize("seconds", [0, -60, 24 * 3600 + 1])
def test_no_time_is_no_extension(planned: Operation, phone: Phone, seconds: int) -> None:
    with pytest.raises(Invalid):
        ask(phone, planned.visit(phone), seconds)
