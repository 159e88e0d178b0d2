"""Who publishes and who moves the same visits at the same moment: neither waits for the other for ever, nor fails."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select, text

from dispatch.domain.errors import Unavailable
from dispatch.domain.job_lifecycle import JobAction
from dispatch.domain.roles import SYSTEM
from dispatch.domain.visit_lifecycle import VisitAction, VisitStatus
from dispatch.planning.prepared import TRIES, Changed, carried_through
from dispatch.planning.publication import dispatch_due
from dispatch.planning.publish import approve_in
from dispatch.services import jobs, visits
from dispatch.store.door import StoreDoor
from dispatch.store.engine import Store
from dispatch.store.tables import Assignment, Job, Visit
from dispatch.store.unit_of_work import UnitOfWork
from tests.dispatch.planning.days import TRAVEL, badly_planned
from tests.dispatch.world import World


def test_what_is_moved_at_the_moment_at_which_it_is_due_is_not_dispatched(store: Store, world: World) -> None:
    world.planning_policy()
    technician = world.technician()
    shift = world.shift(technician)
    _, visit = world.job()
    start = world.now() + dt.timedelta(hours=1)
    times = {"arrival": start, "start": start, "end": start + dt.timedelta(hours=1)}
    with store.unit_of_work() as uow:
        visits.act(uow, visit, VisitAction.SCHEDULE, via_plan=True)
        place = {"technician_id": technician, "shift_id": shift, "position": 0, "edition": 1}
        uow.session.add(Assignment(visit_id=visit, role=0, **place, **times))
    with ThreadPoolExecutor(1) as threads:
        with store.unit_of_work() as uow:
            visits.act(uow, visit, VisitAction.CANCEL)
            dispatched = threads.submit(dispatch_due, store)
            while store.on_postgresql and not _somebody_waits(store):
                assert not dispatched.done()
        assert dispatched.result() == 0
    with store.reading() as uow:
        assert uow.get(Visit, visit).dispatched_at is None


def test_the_last_attempt_is_prepared_where_nobody_changes_anything(store: Store, world: World) -> None:
    job, visit = world.job()
    attempts = []

    def ready(uow: UnitOfWork) -> int:
        attempts.append(uow)
        if len(attempts) > TRIES and store.on_postgresql:  # on SQLite nobody else begins to write
            for table, row in ((Job, job), (Visit, visit)):
                wanted = select(table.id).where(table.id == row).with_for_update(nowait=True)
                with pytest.raises(Unavailable), store.unit_of_work() as other:
                    other.session.scalar(wanted)
        return len(attempts)

    def write(_: UnitOfWork, attempt: int) -> int:
        if attempt <= TRIES:
            raise Changed("Something has happened.")
        return attempt

    assert carried_through(StoreDoor(store), ready, write) == TRIES + 1


def test_a_visit_whose_job_waits_for_the_customer_loses_its_place_with_the_next_plan(store: Store) -> None:
    day = badly_planned(store, 5, people=3, visits=8)
    with store.unit_of_work() as uow:
        assigned = uow.session.scalars(select(Assignment.visit_id).order_by(Assignment.start.desc())).first()
        assert assigned is not None
        jobs.act(uow, uow.get(Visit, assigned).job_id, JobAction.AWAIT_CUSTOMER)
    draft = day.draft(iterations=200)
    approve_in(store, SYSTEM, draft.id, TRAVEL)
    with store.reading() as uow:
        assert uow.get(Visit, assigned).status is VisitStatus.OPEN
        assert assigned not in set(uow.session.scalars(select(Assignment.visit_id)))


def _somebody_waits(store: Store) -> bool:
    with store.reading() as uow:
        waiting = select(func.count()).select_from(text("pg_locks")).where(text("NOT granted"))
        return bool(uow.session.scalar(waiting))
