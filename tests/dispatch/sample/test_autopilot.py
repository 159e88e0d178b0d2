"""What the dispatcher of the sample who sleeps approves."""

from __future__ import annotations

from sqlalchemy import select

from dispatch.planning.draft import read_draft
from dispatch.planning.making_way import too_late
from dispatch.sample.force.field import FieldForce
from dispatch.store.engine import Store
from dispatch.store.tables import PlanningRun, RunStatus
from tests.dispatch.planning.days import TRAVEL
from tests.dispatch.planning.full_day import FullDay


def test_a_draft_that_is_too_late_for_something_critical_waits_while_a_better_one_is_looked_for(
    sqlite_store: Store,
) -> None:
    day = FullDay(sqlite_store)
    for visit in day.hours:
        day.pin(visit)
    critical = day.rings()
    draft = day.draft()
    assert draft is not None
    with sqlite_store.reading() as uow:
        assert too_late(read_draft(uow, draft.id)) == {critical}
    autopilot = FieldForce(sqlite_store, TRAVEL, autopilot=True)
    before = day.stands()

    autopilot.approve()
    assert day.stands() == before

    with sqlite_store.unit_of_work() as uow:
        for run in uow.session.scalars(select(PlanningRun)):
            run.status = RunStatus.DONE
    autopilot.approve()
    assert critical in day.stands()


def test_a_draft_that_is_in_time_is_approved_as_it_comes(sqlite_store: Store) -> None:
    day = FullDay(sqlite_store)
    critical = day.rings()

    FieldForce(sqlite_store, TRAVEL, autopilot=True).approve()

    assert day.stands()[critical][1] <= 10.5
