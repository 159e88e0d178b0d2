"""Nobody gets back what they have declined: a crew's visit is planned anew, without whoever said no."""

import pytest
from sqlalchemy import select

from dispatch.domain.roles import SYSTEM
from dispatch.domain.visit_lifecycle import VisitAction, VisitStatus
from dispatch.planning.publish import approve_in
from dispatch.sample.force.decide import Tap, next_step
from dispatch.sample.force.luck import Luck
from dispatch.sample.force.sight import look
from dispatch.store.tables import OutboxEntry, Visit
from tests.dispatch.planning.days import TRAVEL, Day
from tests.dispatch.services.acting import do, somebody
from tests.dispatch.world import HERE, World

A = VisitAction


@pytest.fixture
def day(store):
    """Four people at work, and one visit for two of them, which is on their phones."""
    world = World(store)
    world.planning_policy(freeze=0, reassign_cost=1.0)
    homes = [(HERE[0] + step / 100, HERE[1] - step / 50) for step in range(1, 5)]
    people = [world.technician(at=home, costs={"per_travel_hour": 60}) for home in homes]
    shifts = [world.shift(one, began_at=world.now()) for one in people]
    crew = world.job_type(roles=[{"skills": {}}, {"skills": {}}])
    _, visit = world.job(job_type=crew, visit={"drop_cost": 900.0})
    day = Day(store, world, people, shifts, [visit])
    planned(day)
    return day


def planned(day):
    """Plan what there is, publish it, and send it to the phones; who has the visit now, the first of the crew first."""
    approve_in(day.store, SYSTEM, day.draft().id, TRAVEL)
    return sent(day)


def sent(day):
    (visit,) = day.visits
    if day.status(visit) == VisitStatus.SCHEDULED:
        do(day.store, visit, A.DISPATCH)
    return crew(day)


def crew(day):
    with day.store.reading() as uow:
        views = [view for view in look(uow) if view.tasks]
    return [view.technician.id for view in sorted(views, key=lambda view: not view.tasks[0].lead)]


def accepted_by_the_force(day):
    """What the force taps once everybody has had the time to look at their phones; it is done in that person's name."""
    day.clock.advance(minutes=9)
    with day.store.reading() as uow:
        views, now = look(uow), uow.now
    everybody = {view.technician.id: view for view in views}
    steps = [(view.technician.id, next_step(view, now, Luck(1), ten_minutes, everybody)) for view in views]
    taps = [(who, step) for who, step in steps if isinstance(step, Tap) and step.action is A.ACCEPT]
    for who, step in taps:
        do(day.store, step.visit, step.action, somebody("technician", who), at=step.at)
    return [who for who, _ in taps]


def ten_minutes(*_):
    return 600


@pytest.mark.parametrize("accepted_before", [False, True])
@pytest.mark.parametrize("member", [0, 1])
def test_who_declines_in_a_crew_does_not_get_it_back_whatever_the_other_has_said(day, member, accepted_before):
    (visit,) = day.visits
    first = crew(day)
    assert len(first) == 2
    if accepted_before:
        assert accepted_by_the_force(day) == [first[0]]  # who speaks for the crew
    do(day.store, visit, A.DECLINE, somebody("technician", first[member]), reason="no ladder")
    assert day.status(visit) == VisitStatus.OPEN
    assert crew(day) == []

    second = planned(day)
    assert len(second) == 2
    assert first[member] not in second
    with day.store.reading() as uow:
        assert uow.get(Visit, visit).never == [first[member]]
    assert accepted_by_the_force(day) == [second[0]]

    do(day.store, visit, A.DECLINE, somebody("technician", second[member]), reason="no ladder either")
    third = planned(day)
    assert not {first[member], second[member]} & set(third)
    assert nobody_accepted_what_they_declined(day)


@pytest.mark.parametrize("member", [0, 1])
def test_a_draft_from_before_it_was_declined_does_not_bring_it_back(day, member):
    (visit,) = day.visits
    first = crew(day)
    day.world.job(visit={"drop_cost": 300.0})  # something for a draft to change
    draft = day.draft()
    do(day.store, visit, A.DECLINE, somebody("technician", first[member]))
    approve_in(day.store, SYSTEM, draft.id, TRAVEL)
    assert visit not in of(day, first[member])


def of(day, technician):
    with day.store.reading() as uow:
        return [task.visit.id for view in look(uow) if view.technician.id == technician for task in view.tasks]


def nobody_accepted_what_they_declined(day):
    with day.store.reading() as uow:
        moves = uow.session.scalars(
            select(OutboxEntry).where(OutboxEntry.kind == "VisitMoved").order_by(OutboxEntry.id)
        ).all()
        declined = set()
        for one in moves:
            key = one.payload["visit"], one.technician
            if one.payload["action"] == A.DECLINE:
                declined.add(key)
            elif one.payload["action"] == A.ACCEPT and key in declined:
                return False
        return bool(declined)
