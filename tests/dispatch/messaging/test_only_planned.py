"""Messages about what nobody is asked for yet, planned or on a phone: none, until they are asked; and then one."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from sqlalchemy import select

from dispatch.domain.events import Event, VisitAsked, VisitAssigned, VisitMoved, instant
from dispatch.messaging import notices
from dispatch.messaging.handlers import Handler, run_handlers
from dispatch.messaging.relay import relay
from dispatch.store.engine import Store
from dispatch.store.tables import Assignment, Notification
from tests.dispatch.world import World


def told(store: Store, *events: Event) -> list[tuple[str, str]]:
    """Who is told what after these events of one transaction: recipient and subject, without the job's number."""
    with store.unit_of_work() as uow:
        for event in events:
            uow.record(event)
    relay(store)
    run_handlers(store, [Handler("notices", notices.KINDS, notices.react)])
    with store.reading() as uow:
        rows = uow.session.scalars(select(Notification).order_by(Notification.recipient, Notification.id)).all()
        return [(row.recipient, row.subject.partition(": ")[2]) for row in rows]


def planned(world: World, *, begun: bool = True) -> tuple[str, str, str]:
    """A visit that a plan gives to somebody in half an hour: the technician, the job, the visit."""
    technician = world.technician(email="t@example.org")
    job, visit = world.job()
    start = world.now() + dt.timedelta(minutes=30)
    shift = world.shift(technician, began_at=world.now() if begun else None)
    times = {"arrival": start, "start": start, "end": start + dt.timedelta(hours=1)}
    where: dict[str, Any] = {"visit_id": visit, "technician_id": technician, "shift_id": shift}
    with world.store.unit_of_work() as uow:
        uow.session.add(Assignment(**where, **times, role=0, position=0, edition=1))
    return technician, job, visit


def asked(job: str, visit: str) -> VisitAsked:
    return VisitAsked(visit=visit, job=job)


def handed_over(world: World, job: str, visit: str) -> VisitMoved:
    how = {"before": "scheduled", "after": "dispatched", "action": "dispatch"}
    return VisitMoved(visit=visit, job=job, at=instant(world.now()), **how)


def test_what_is_only_planned_comes_moves_and_goes_without_a_message(store: Store, world: World) -> None:
    one, other = (world.technician(email=f"{number}@example.org") for number in range(2))
    job, visit = world.job()
    start = world.now()
    times = {"start_before": instant(start), "start_after": instant(start + dt.timedelta(hours=1))}
    about: dict[str, Any] = {"visit": visit, "job": job, "dispatched_before": False, **times}
    came = VisitAssigned(**about, technicians_before=(one,), technicians_after=(other,), dispatched_after=False)
    moved = VisitAssigned(**about, technicians_before=(other,), technicians_after=(other,))
    assert told(store, came, moved) == []


def test_who_gets_what_was_planned_for_another_is_told_and_the_other_is_not(store: Store, world: World) -> None:
    one, other = (world.technician(email=f"{number}@example.org") for number in range(2))
    job, visit = world.job()
    came = {"technicians_before": (one,), "technicians_after": (other,), "start_after": instant(world.now())}
    event = VisitAssigned(visit=visit, job=job, dispatched_before=False, **came)
    assert told(store, event) == [(f"technician:{other}", "a visit for you, Mon 23 Nov 12:00")]


def test_what_phones_hold_comes_moves_and_goes_without_a_message_until_it_is_asked_for(
    store: Store, world: World
) -> None:
    one, other = (world.technician(email=f"{number}@example.org") for number in range(2))
    job, visit = world.job()
    start = world.now()
    times = {"start_before": instant(start), "start_after": instant(start + dt.timedelta(hours=1))}
    about: dict[str, Any] = {"visit": visit, "job": job, "asked_before": False, **times}
    came = VisitAssigned(**about, technicians_before=(one,), technicians_after=(other,), asked_after=False)
    moved = VisitAssigned(**about, technicians_before=(other,), technicians_after=(other,), asked_after=False)
    how: dict[str, Any] = {"visit": visit, "job": job, "before": "dispatched", "technician": other, "asked": False}
    cancelled = VisitMoved(**how, after="cancelled", action="cancel")
    assert told(store, came, moved, cancelled) == []


def test_dispatchers_are_told_of_what_is_declined_before_it_was_asked_for(store: Store, world: World) -> None:
    dispatcher = world.user(email="d@example.org")
    technician, job, visit = planned(world)
    how: dict[str, Any] = {"before": "dispatched", "after": "open", "action": "decline", "asked": False}
    ((recipient, _),) = told(store, VisitMoved(visit=visit, job=job, technician=technician, **how))
    assert recipient == f"user:{dispatcher}"


@pytest.mark.parametrize("begun", [True, False])
def test_who_is_at_work_is_told_when_they_are_asked_for_what_their_phone_holds(
    store: Store, world: World, begun: bool
) -> None:
    technician, job, visit = planned(world, begun=begun)
    said = [(f"technician:{technician}", "a visit for you, Mon 23 Nov 12:30")]
    assert told(store, handed_over(world, job, visit)) == [], "that a phone holds it is no news"
    assert told(store, asked(job, visit)) == (said if begun else [])


def test_who_was_asked_already_is_not_asked_again_when_somebody_else_of_the_crew_changes(
    store: Store, world: World
) -> None:
    technician, job, visit = planned(world)
    other = world.technician(email="other@example.org")
    start = instant(world.now() + dt.timedelta(minutes=30))
    crew = {"technicians_before": (technician, other), "technicians_after": (technician,), "start_after": start}
    assert told(store, asked(job, visit), VisitAssigned(visit=visit, job=job, **crew)) == [
        (f"technician:{other}", "no longer yours")
    ]


def test_a_plan_that_gives_a_visit_and_asks_for_it_at_once_says_so_once(store: Store, world: World) -> None:
    technician, job, visit = planned(world)
    start = instant(world.now() + dt.timedelta(minutes=30))
    came = {"technicians_after": (technician,), "start_after": start, "dispatched_before": False}
    happened = handed_over(world, job, visit), asked(job, visit), VisitAssigned(visit=visit, job=job, **came)
    assert told(store, *happened) == [(f"technician:{technician}", "a visit for you, Mon 23 Nov 12:30")]
