"""Many steps at once are what the same steps are one after the other, on both databases."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from dispatch.domain.clock import FixedClock
from dispatch.domain.errors import Forbidden, IllegalTransition
from dispatch.domain.visit_lifecycle import VisitAction, VisitStatus
from dispatch.services import sla, visits
from dispatch.services.visits_by_plan import carry_out
from dispatch.store.engine import Store
from dispatch.store.tables import Job, OutboxEntry, SlaClock, Visit
from tests.dispatch.world import World

A = VisitAction
STEPS = ((0, A.SCHEDULE), (0, A.DISPATCH), (1, A.SCHEDULE), (2, A.SCHEDULE), (2, A.DISPATCH), (0, A.REASSIGN))


def jobs_with_promises(world: World) -> tuple[list[str], list[str]]:
    """Two jobs with running clocks and three visits, of which the first two belong to one job."""
    first, one = world.job()
    with world.store.reading() as uow:
        site = uow.get(Job, first).site_id
    second, three = world.job()
    named = [one, world.visit(first, site=site), three]
    for job in (first, second):
        with world.store.unit_of_work() as uow:
            sla.start_clocks(uow, uow.get(Job, job))
    return [first, second], named


def outcome(store: Store, after: int, jobs: list[str], named: list[str]) -> list[Any]:
    """All that the steps left behind, with the names of jobs and visits taken out."""
    places = {name: f"#{number}" for number, name in enumerate([*jobs, *named])}
    with store.reading() as uow:
        found: list[Any] = [uow.get(Job, job).status for job in jobs]
        rows = [uow.get(Visit, visit) for visit in named]
        found += [(row.status, row.dispatched_at, row.accepted_at) for row in rows]
        clocks = uow.session.scalars(select(SlaClock).where(SlaClock.job_id.in_(jobs)))
        shown = [(jobs.index(one.job_id), one.target.value, sla.reading_of(one), one.watch_at) for one in clocks]
        found += sorted(shown, key=lambda one: one[:2])
        events = uow.session.scalars(select(OutboxEntry).where(OutboxEntry.id > after).order_by(OutboxEntry.id))
        for event in events:
            payload = {name: places.get(str(value), value) for name, value in event.payload.items()}
            found.append((event.kind, event.technician, payload))
    return found


def last_event(store: Store) -> int:
    with store.reading() as uow:
        return uow.session.scalar(select(OutboxEntry.id).order_by(OutboxEntry.id.desc()).limit(1)) or 0


def test_many_steps_at_once_do_what_they_do_one_by_one(store: Store, clock: FixedClock) -> None:
    world = World(store)
    world.sla_policy()
    first, second = jobs_with_promises(world), jobs_with_promises(world)
    clock.advance(minutes=10)

    before = last_event(store)
    with store.unit_of_work() as uow:
        for number, action in STEPS:
            visits.act(uow, first[1][number], action, via_plan=True)
    singly = outcome(store, before, *first)

    before = last_event(store)
    with store.unit_of_work() as uow:
        carry_out(uow, [(second[1][number], action) for number, action in STEPS])
    assert outcome(store, before, *second) == singly


def test_what_is_no_step_of_a_plan_or_of_the_visit_is_refused_as_a_whole(sqlite_store: Store) -> None:
    _, visit = World(sqlite_store).job()
    with pytest.raises(Forbidden), sqlite_store.unit_of_work() as uow:
        carry_out(uow, [(visit, A.SCHEDULE), (visit, A.COMPLETE)])
    with pytest.raises(IllegalTransition), sqlite_store.unit_of_work() as uow:
        carry_out(uow, [(visit, A.SCHEDULE), (visit, A.SCHEDULE)])
    with sqlite_store.reading() as uow:
        assert uow.get(Visit, visit).status is VisitStatus.OPEN
