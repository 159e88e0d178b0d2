"""Asking technicians to accept what their phones hold: shortly before it, once, and of whoever has it then."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from sqlalchemy import select

from dispatch.domain.errors import Invalid
from dispatch.domain.events import Event, VisitAsked, VisitAssigned, VisitMoved
from dispatch.domain.roles import Actor, Role
from dispatch.domain.visit_lifecycle import VisitStatus
from dispatch.planning import policies
from dispatch.planning.publication import ask_due
from dispatch.planning.publish import approve_in
from dispatch.services import visits
from dispatch.store.engine import Store
from dispatch.store.tables import Assignment, OutboxEntry, Visit
from tests.dispatch.planning.days import TRAVEL, Day
from tests.dispatch.world import World

DISPATCHER = Actor("user_d", "Dora", Role.DISPATCHER)


def asked(store: Store, visit: str) -> bool:
    with store.reading() as uow:
        return uow.get(Visit, visit).asked_at is not None


def told(store: Store, kind: type[Event]) -> list[dict[str, Any]]:
    with store.reading() as uow:
        query = select(OutboxEntry.payload).where(OutboxEntry.kind == kind.__name__).order_by(OutboxEntry.id)
        return [dict(one) for one in uow.session.scalars(query)]


def test_what_is_dispatched_long_ahead_is_asked_for_shortly_before_and_once(store: Store) -> None:
    # Visits of three hours, one after another, all of them on phones at once: the first starts within the hour in which
    # they are asked for, the second in three hours.
    world = World(store)
    world.planning_policy(dispatch_ahead=12 * 3600, accept_ahead=3600, freeze=0)
    ana = world.technician("Ana")
    world.shift(ana, hours=8)
    day_visits = [world.job(visit={"duration": 3 * 3600})[1] for _ in range(2)]
    day = Day(store, world, [ana], [], day_visits)

    approve_in(store, DISPATCHER, day.draft().id, TRAVEL)
    early, late = sorted(day_visits, key=lambda visit: day.stands()[visit][1])

    assert [day.status(one) for one in (early, late)] == ["dispatched", "dispatched"]
    assert [asked(store, one) for one in (early, late)] == [True, False]
    said = {one["visit"]: one for one in told(store, VisitAssigned)}
    assert [(said[one]["asked_before"], said[one]["asked_after"]) for one in (early, late)] == [
        (False, True),
        (False, False),
    ]
    assert ask_due(store) == 0
    day.clock.advance(hours=2, minutes=1)
    assert ask_due(store) == 1
    assert ask_due(store) == 0
    assert [one["visit"] for one in told(store, VisitAsked)] == [early, late]


def test_who_has_to_set_out_is_asked_however_late_that_is(store: Store) -> None:
    # With nothing ahead they are asked when it is time to go, and not when they should be there.
    world = World(store)
    world.planning_policy(dispatch_ahead=12 * 3600, accept_ahead=0, freeze=0)
    ana = world.technician("Ana", at=(-29.9, -71.2))
    world.shift(ana, hours=8)
    opens = world.now() + dt.timedelta(hours=4)
    window = [opens.isoformat(), (opens + dt.timedelta(hours=1)).isoformat()]
    _, visit = world.job(at=(-29.9, -71.0), visit={"windows": [window]})
    day = Day(store, world, [ana], [], [visit])
    approve_in(store, DISPATCHER, day.draft().id, TRAVEL)
    with store.reading() as uow:
        stop = uow.session.scalars(select(Assignment)).one()
    goes = stop.start - dt.timedelta(seconds=stop.travel_seconds or 0)
    assert goes < stop.start - dt.timedelta(minutes=10)

    day.clock.advance(seconds=(goes - day.clock.now()).total_seconds() - 1)
    assert ask_due(store) == 0
    day.clock.advance(seconds=1)
    assert ask_due(store) == 1


def test_what_was_asked_for_stays_so_with_them_and_is_asked_anew_of_others(store: Store) -> None:
    world = World(store)
    world.planning_policy(dispatch_ahead=12 * 3600, accept_ahead=3600, freeze=0)
    ana, ben = world.technician("Ana"), world.technician("Ben")
    for one in (ana, ben):
        world.shift(one, hours=8)
    _, visit = world.job()
    day = Day(store, world, [ana, ben], [], [visit])
    approve_in(store, DISPATCHER, day.draft().id, TRAVEL)
    first = day.stands()[visit][0]
    assert asked(store, visit)

    with store.unit_of_work(DISPATCHER) as uow:
        visits.pin(uow, visit, {"technician": ben if ana in first else ana})
    approve_in(store, DISPATCHER, day.draft().id, TRAVEL)

    moved = told(store, VisitAssigned)[-1]
    assert set(moved["technicians_before"]) != set(moved["technicians_after"])
    assert (moved["asked_before"], moved["asked_after"], asked(store, visit)) == (True, True, True)
    assert len(told(store, VisitAsked)) == 2


def test_what_a_dispatcher_hands_over_is_asked_for_at_once(store: Store, world: World) -> None:
    technician = world.technician()
    _, visit = world.job()
    plan(world, technician, visit, hours=9)
    with store.unit_of_work(DISPATCHER) as uow:
        visits.act(uow, visit, "schedule", via_plan=True)  # type: ignore[arg-type]
    with store.unit_of_work(DISPATCHER) as uow:
        visits.act(uow, visit, "dispatch")  # type: ignore[arg-type]
    assert asked(store, visit)


def test_who_sets_out_without_having_been_asked_is_not_asked_any_more_and_knows_what_becomes_of_it(
    store: Store, world: World
) -> None:
    world.planning_policy(accept_ahead=3600)
    technician = world.technician()
    _, visit = world.job()
    plan(world, technician, visit, hours=9)
    handed(store, visit)
    with store.unit_of_work(Actor("user_t", "Ana", Role.TECHNICIAN, technician=technician)) as uow:
        gone = visits.act(uow, visit, "depart")  # type: ignore[arg-type]
        assert (gone.accepted_at, gone.asked_at) == (uow.now, uow.now)
    assert ask_due(store) == 0
    with store.unit_of_work(DISPATCHER) as uow:
        visits.act(uow, visit, "recall")  # type: ignore[arg-type]
    assert [(one["action"], one["asked"]) for one in told(store, VisitMoved)] == [("depart", False), ("recall", True)]
    assert not asked(store, visit)


def plan(world: World, technician: str, visit: str, *, hours: float) -> None:
    start = world.now() + dt.timedelta(hours=hours)
    times = {"arrival": start, "start": start, "end": start + dt.timedelta(hours=1)}
    where: dict[str, Any] = {"visit_id": visit, "technician_id": technician, "shift_id": world.shift(technician)}
    with world.store.unit_of_work() as uow:
        uow.session.add(Assignment(**where, **times, role=0, position=0, edition=1))


def handed(store: Store, visit: str) -> None:
    """Dispatched by a plan, long before it starts."""
    with store.unit_of_work() as uow:
        row = uow.get(Visit, visit)
        row.status, row.dispatched_at = VisitStatus.DISPATCHED, uow.now


def test_a_policy_asks_an_hour_ahead_and_says_what_cannot_be(store: Store) -> None:
    manager = Actor("user_m", "Mia", Role.ADMINISTRATOR)
    with store.unit_of_work(manager) as uow:
        made = policies.create(uow, name="Ours")
        assert (made.dispatch_ahead, made.accept_ahead) == (43_200, 3600)
        policies.change(uow, made.id, accept_ahead=0)
        # Further ahead than visits are dispatched means at the dispatch.
        policies.change(uow, made.id, accept_ahead=31 * 86_400)
        for wrong in (-1, 31 * 86_400 + 1, "an hour"):
            with pytest.raises(Invalid) as refusal:
                policies.change(uow, made.id, accept_ahead=wrong)
            assert [one["place"] for one in refusal.value.facts["errors"]] == ["accept_ahead"]
