"""Who will be late today, found out in time and told once."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import select

from dispatch.domain.clock import FixedClock
from dispatch.domain.events import VisitMoved
from dispatch.domain.visit_lifecycle import VisitStatus
from dispatch.planning import jeopardy
from dispatch.planning.snapshot import take_snapshot
from dispatch.store.engine import Store
from dispatch.store.tables import OutboxEntry, PlanningPolicy, Visit
from dispatch.travel.provider import EstimatedTravel
from tests.dispatch.planning.published import publish, solved, window
from tests.dispatch.world import World

TRAVEL = EstimatedTravel(30, 1.3)


@pytest.fixture
def appointments(store: Store, world: World) -> tuple[str, str]:
    """Ana's two appointments at her base, an hour each, the first now, the second within the next hour and a half."""
    world.planning_policy()
    world.shift(world.technician("Ana"))
    first = world.job(visit={"windows": window(world.now(), 0.25), "appointment": True})[1]
    second = world.job(visit={"windows": window(world.now() + dt.timedelta(hours=1), 0.5), "appointment": True})[1]
    with store.reading() as uow:
        taken = take_snapshot(uow, uow.session.scalars(select(PlanningPolicy)).one(), TRAVEL)
    publish(store, taken, solved(taken))
    return first, second


def told(store: Store) -> list[tuple[str, int]]:
    with store.reading() as uow:
        entries = uow.session.scalars(
            select(OutboxEntry).where(OutboxEntry.kind == "JeopardyChanged").order_by(OutboxEntry.id)
        )
        return [(entry.payload["visit"], entry.payload["late"]) for entry in entries]


def recompute(store: Store) -> int:
    with store.unit_of_work() as uow:
        return jeopardy.recompute(uow, TRAVEL)


def work_longer(store: Store, visit: str, clock: FixedClock, minutes: int) -> None:
    with store.unit_of_work() as uow:
        row = uow.get(Visit, visit)
        row.status, row.extended = VisitStatus.WORKING, minutes * 60
        row.arrived_at = row.started_at = row.started_at or clock.now()


def test_a_day_that_goes_to_plan_is_no_news(store: Store, appointments: tuple[str, str]) -> None:
    assert recompute(store) == 0
    assert told(store) == []
    with store.reading() as uow:
        stops = jeopardy.expected_times(uow, TRAVEL)
    assert [(stop.visit, stop.late) for stop in stops] == [(appointments[0], 0), (appointments[1], 0)]


def test_an_overrun_puts_the_next_appointment_in_jeopardy_and_is_told_once(
    store: Store, clock: FixedClock, appointments: tuple[str, str]
) -> None:
    first, second = appointments
    work_longer(store, first, clock, 60)  # done at 14:00; the second should have begun by 13:30
    assert recompute(store) == 1
    work_longer(store, first, clock, 64)  # four minutes more are no news
    assert recompute(store) == 0
    work_longer(store, first, clock, 90)
    assert recompute(store) == 1
    assert told(store) == [(second, 1800), (second, 3600)]


def test_jeopardy_ends_when_the_time_is_made_up(store: Store, clock: FixedClock, appointments: tuple[str, str]) -> None:
    first, second = appointments
    work_longer(store, first, clock, 60)
    recompute(store)
    work_longer(store, first, clock, 0)
    recompute(store)
    assert told(store) == [(second, 1800), (second, 0)]


def test_what_is_over_is_not_late_any_more(store: Store, clock: FixedClock, appointments: tuple[str, str]) -> None:
    first, second = appointments
    work_longer(store, first, clock, 60)
    recompute(store)
    event = VisitMoved(visit=second, job="job", before="dispatched", after="cancelled", action="cancel")
    with store.unit_of_work() as uow:
        uow.get(Visit, second).status = VisitStatus.CANCELLED
        jeopardy.react(uow, event, OutboxEntry(position=1))
        jeopardy.react(uow, event, OutboxEntry(position=1))
    assert told(store) == [(second, 1800), (second, 0)]


def test_the_watch_walks_when_something_happened_or_time_went_by_and_not_otherwise(
    store: Store, clock: FixedClock, appointments: tuple[str, str]
) -> None:
    first, _ = appointments
    watch = jeopardy.Watch()
    assert watch.tick(store, TRAVEL) == 0
    work_longer(store, first, clock, 60)
    assert watch.tick(store, TRAVEL) == 0  # nothing was told of
    clock.advance(seconds=30)
    event = VisitMoved(visit=first, job="job", before="on_site", after="working", action="start")
    with store.unit_of_work() as uow:
        uow.record(event)
        uow.session.flush()
        uow.session.scalars(select(OutboxEntry)).one().position = 7
    assert watch.tick(store, TRAVEL) == 1
    work_longer(store, first, clock, 120)
    assert watch.tick(store, TRAVEL) == 0
    clock.advance(seconds=61)
    assert watch.tick(store, TRAVEL) == 1


def test_without_a_planning_policy_the_watch_waits_for_one(sqlite_store: Store) -> None:
    assert jeopardy.watch(sqlite_store, TRAVEL) == 0
