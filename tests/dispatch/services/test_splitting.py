"""A visit in parts is as much work as before, in order; two visits of a job become one."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from dispatch.domain.errors import Forbidden, Invalid, NotFound
from dispatch.domain.roles import Actor, Role
from dispatch.domain.visit_lifecycle import VisitAction, VisitStatus
from dispatch.services import jobs, splitting, visits
from dispatch.store.engine import Store
from dispatch.store.tables import Visit
from tests.dispatch.world import World

DORA = Actor("user_d", "Dora", Role.DISPATCHER)


def of_job(store: Store, job: str) -> list[Visit]:
    with store.reading() as uow:
        return list(uow.session.scalars(select(Visit).where(Visit.job_id == job).order_by(Visit.sequence)))


def test_a_visit_in_three_parts_keeps_its_order_and_what_came_after_it(store: Store) -> None:
    job, visit = World(store).job(visit={"duration": 7200, "demand": {"valve": 2.0}})
    with store.unit_of_work(DORA) as uow:
        last = jobs.add_visit(uow, job, duration=600).id
    with store.unit_of_work(DORA) as uow:
        parts = [one.id for one in splitting.split(uow, visit, [3600, 1800, 1800])]

    found = of_job(store, job)
    assert [one.id for one in found] == [*parts, last]
    assert [one.after_id for one in found] == [None, *parts]
    assert [one.duration for one in found] == [3600, 1800, 1800, 600]
    assert [one.demand for one in found[:3]] == [{"valve": 2.0}, {}, {}]
    assert len({str(one.roles) for one in found[:3]}) == 1


def test_two_visits_of_a_job_become_one_that_takes_as_long_as_both(store: Store) -> None:
    job, visit = World(store).job(visit={"duration": 3600, "demand": {"valve": 1.0}})
    with store.unit_of_work(DORA) as uow:
        second = jobs.add_visit(uow, job, duration=1800, demand={"valve": 0.5, "pipe": 1.0}).id
        third = jobs.add_visit(uow, job, duration=600).id

    with store.unit_of_work(DORA) as uow:
        splitting.join(uow, visit, second)

    one, other, after = of_job(store, job)
    assert (one.duration, one.demand) == (5400, {"valve": 1.5, "pipe": 1.0})
    assert other.status is VisitStatus.CANCELLED
    assert (after.id, after.after_id) == (third, visit)


def test_the_later_of_two_can_take_the_earlier_in(store: Store) -> None:
    job, visit = World(store).job(visit={"duration": 3600})
    with store.unit_of_work(DORA) as uow:
        second = jobs.add_visit(uow, job, duration=1800).id
    with store.unit_of_work(DORA) as uow:
        splitting.join(uow, second, visit)
    first, joined = of_job(store, job)
    assert (joined.id, joined.duration, joined.after_id) == (second, 5400, None)
    assert first.status is VisitStatus.CANCELLED


def test_what_somebody_is_on_or_what_is_of_two_jobs_stays_as_it_is(store: Store) -> None:
    world = World(store)
    job, visit = world.job()
    other = world.job()[1]
    with store.unit_of_work(DORA) as uow, pytest.raises(splitting.CannotJoin):
        splitting.join(uow, visit, other)
    with store.unit_of_work(DORA) as uow, pytest.raises(splitting.CannotJoin):
        splitting.join(uow, visit, visit)
    with store.unit_of_work(DORA) as uow, pytest.raises(Invalid):
        splitting.split(uow, visit, [3600])
    with store.unit_of_work(DORA) as uow:
        visits.act(uow, visit, VisitAction.CANCEL)
    with store.unit_of_work(DORA) as uow, pytest.raises(splitting.CannotJoin):
        splitting.split(uow, visit, [600, 600])
    assert len(of_job(store, job)) == 1


def test_who_may_not_change_jobs_splits_none_and_who_cannot_see_them_finds_none(store: Store) -> None:
    world = World(store)
    visit = world.job(territory=world.territory("north"))[1]
    south = Actor("user_s", "Sol", Role.DISPATCHER, frozenset({"south"}))
    for actor, refusal in ((Actor("user_p", "Pia", Role.PLANNER), Forbidden), (south, NotFound)):
        with store.unit_of_work(actor) as uow, pytest.raises(refusal):
            splitting.split(uow, visit, [600, 600])
