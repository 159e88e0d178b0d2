"""A crew that somebody named does the visit together, in this plan and in the next ones."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import select

from dispatch.domain.errors import Forbidden, Invalid
from dispatch.domain.roles import Actor, Role
from dispatch.planning.crewing import assign_crew
from dispatch.planning.moving import BreaksRules
from dispatch.planning.undoing import undo_through
from dispatch.services import visits
from dispatch.store.door import StoreDoor
from dispatch.store.engine import Store
from dispatch.store.tables import Assignment, Visit
from optimizer.check import check
from optimizer.solve import solve
from tests.dispatch.planning.days import TRAVEL
from tests.dispatch.planning.full_day import FullDay
from tests.dispatch.planning.published import people

DORA = Actor("user_d", "Dora", Role.DISPATCHER)


def crew(store: Store, visit: str, *technicians: str, actor: Actor = DORA, anyway: bool = False) -> None:
    with store.unit_of_work(actor) as uow:
        assign_crew(uow, TRAVEL, visit, technicians, anyway=anyway)


def stops(store: Store, visit: str) -> dict[int, str]:
    with store.reading() as uow:
        rows = uow.session.scalars(select(Assignment).where(Assignment.visit_id == visit))
        return {row.role: row.technician_id for row in rows}


def test_two_do_it_together_each_in_the_role_they_can_fill_and_runs_keep_it(store: Store) -> None:
    day = FullDay(store)
    visit = day.world.job(job_type=day.world.job_type(skills={"gas": 2}))[1]

    crew(store, visit, day.bruno, day.ana)

    assert stops(store, visit) == {0: day.ana, 1: day.bruno}
    snapshot = day.snapshot()
    assert check(snapshot.problem, snapshot.published) == []
    plan = solve(snapshot.problem, start=snapshot.published, iterations=200, seed=1).plan
    assert people(plan).get(visit, {day.ana, day.bruno}) == {day.ana, day.bruno}

    crew(store, visit, day.ana)
    assert stops(store, visit) == {0: day.ana}


def test_undoing_a_crew_puts_back_who_did_it_what_it_asked_for_and_its_pin(store: Store) -> None:
    day = FullDay(store)
    visit, stood = day.hours[1], day.stands()
    with store.unit_of_work(DORA) as uow:
        visits.pin(uow, visit, {"technician": day.ana, "start": day.world.now() + dt.timedelta(hours=1)})
        pin = dict(uow.get(Visit, visit).pin)
    with store.unit_of_work(DORA) as uow:
        plan = assign_crew(uow, TRAVEL, visit, [day.bruno, day.ana], anyway=True).id
    assert stops(store, visit).keys() == {0, 1}

    undone = undo_through(StoreDoor(store, DORA), TRAVEL, plan)

    assert undone.undone == (visit,)
    assert day.stands() == stood
    with store.reading() as uow:
        row = uow.get(Visit, visit)
        assert (len(row.roles), row.only, row.pin) == (1, [], pin)


def test_undoing_the_crew_of_another_leaves_the_visit_with_who_had_it(store: Store) -> None:
    day = FullDay(store)
    visit, stood = day.hours[2], day.stands()
    with store.unit_of_work(DORA) as uow:
        plan = assign_crew(uow, TRAVEL, visit, [day.bruno]).id
    assert stops(store, visit) == {0: day.bruno}

    assert undo_through(StoreDoor(store, DORA), TRAVEL, plan).undone == (visit,)

    assert day.stands() == stood
    with store.reading() as uow:
        assert uow.get(Visit, visit).only == []


def test_a_crew_that_cannot_do_it_is_refused_and_nothing_is_changed(store: Store) -> None:
    day = FullDay(store)
    visit = day.world.job(job_type=day.world.job_type(skills={"gas": 3}))[1]

    with pytest.raises(BreaksRules):
        crew(store, visit, day.ana, day.bruno)
    with pytest.raises(Invalid):
        crew(store, visit, day.ana, day.ana)
    with pytest.raises(Forbidden):
        crew(store, visit, day.ana, actor=Actor("user_p", "Pia", Role.PLANNER))

    with store.reading() as uow:
        row = uow.get(Visit, visit)
        assert (len(row.roles), row.only) == (1, [])
    assert stops(store, visit) == {}
