"""Visits that end with something still to be done, being away, and asking who knows more: through the services."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from sqlalchemy import select

from dispatch.domain.clock import FixedClock
from dispatch.domain.errors import Forbidden, IllegalTransition, Invalid, NotFound
from dispatch.domain.events import AbsenceRecorded, Event, ExpertCalled, VisitAdded, VisitExtended, VisitMoved, restored
from dispatch.domain.job_lifecycle import JobAction, JobStatus
from dispatch.domain.roles import Actor, Role
from dispatch.domain.visit_lifecycle import VisitAction, VisitStatus
from dispatch.messaging import notices
from dispatch.planning.replan import asked_by
from dispatch.planning.urgency import Urgency
from dispatch.services import expert_calls, follow_ups, jobs, unavailability, visits
from dispatch.store.engine import Store
from dispatch.store.tables import (
    Absence,
    ExpertCall,
    HeldSkill,
    Job,
    Notification,
    OutboxEntry,
    Technician,
    Territory,
    Visit,
)
from tests.dispatch.services.acting import assign, bring, do, somebody
from tests.dispatch.world import World

DISPATCHER = somebody(Role.DISPATCHER)


@pytest.fixture
def territory(world: World) -> str:
    return world.territory(supervisor_id=world.user(Role.MANAGER))


@pytest.fixture
def technician(world: World, territory: str) -> str:
    return world.technician("Anna", territory=territory, phone="+56 9 1", skills={"gas": 1, "pumps": 2})


@pytest.fixture
def anna(technician: str) -> Actor:
    return somebody(Role.TECHNICIAN, technician)


@pytest.fixture
def visit(store: Store, world: World, technician: str, territory: str) -> str:
    _, visit = world.job(territory=territory, visit={"sequence": 1, "demand": {"valve": 1}, "never": []})
    assign(world, visit, technician)
    bring(store, visit, VisitStatus.WORKING)
    return visit


def row(store: Store, table: type[Any], row_id: str) -> Any:
    with store.reading() as uow:
        return uow.get(table, row_id)


def events(store: Store, kind: str) -> list[Event]:
    with store.reading() as uow:
        entries = select(OutboxEntry).where(OutboxEntry.kind == kind).order_by(OutboxEntry.id)
        return [restored(entry.kind, entry.payload) for entry in uow.session.scalars(entries)]


def urgency(store: Store, event: Event) -> Urgency | None:
    """How urgently an event asks for a new plan."""
    with store.reading() as uow:
        ask = asked_by(uow, event)
    return ask.urgency if ask else None


# -- another visit -----------------------------------------------------------------------------------------------------


def test_a_technician_ends_a_visit_that_needs_another_one_which_the_next_plan_places(
    store: Store, visit: str, anna: Actor
) -> None:
    with store.unit_of_work(anna) as uow:
        added = follow_ups.need_visit(uow, visit, reason="the wall must dry", duration=1800)
        assert added is not None
        after = added.id
    before, following = row(store, Visit, visit), row(store, Visit, after)
    assert (before.status, before.outcome) == (VisitStatus.INCOMPLETE, "needs another visit: the wall must dry")
    assert (following.status, following.sequence, following.after_id) == (VisitStatus.OPEN, 2, visit)
    assert (following.duration, following.roles, following.demand) == (1800, before.roles, {"valve": 1})
    assert row(store, Job, before.job_id).status is JobStatus.TRIAGED
    (told,) = events(store, VisitAdded.__name__)
    assert urgency(store, told) is Urgency.LATER


def test_without_a_duration_the_next_visit_lasts_as_long_as_the_one_before(
    store: Store, visit: str, anna: Actor
) -> None:
    with store.unit_of_work(anna) as uow:
        added = follow_ups.need_visit(uow, visit, reason="not done")
        assert added is not None
        assert added.duration == row(store, Visit, visit).duration


def test_who_does_not_have_the_visit_adds_none(store: Store, visit: str, world: World) -> None:
    other = somebody(Role.TECHNICIAN, world.technician())
    with pytest.raises(NotFound), store.unit_of_work(other) as uow:
        follow_ups.need_visit(uow, visit, reason="not mine")
    assert row(store, Visit, visit).status is VisitStatus.WORKING


def test_a_technician_still_adds_no_visits_to_jobs_otherwise(store: Store, visit: str, anna: Actor) -> None:
    job = row(store, Visit, visit).job_id
    with pytest.raises(Forbidden), store.unit_of_work(anna) as uow:
        jobs.add_visit(uow, job)


def test_a_visit_that_is_over_needs_no_other_one(store: Store, visit: str, anna: Actor) -> None:
    do(store, visit, VisitAction.COMPLETE)
    with pytest.raises(IllegalTransition), store.unit_of_work(anna) as uow:
        follow_ups.need_visit(uow, visit, reason="too late")
    assert events(store, VisitAdded.__name__) == []


@pytest.mark.parametrize("duration", [-1, 367 * 86_400])
def test_a_duration_that_is_none_changes_nothing(store: Store, visit: str, anna: Actor, duration: int) -> None:
    with pytest.raises(Invalid), store.unit_of_work(anna) as uow:
        follow_ups.need_visit(uow, visit, reason="", duration=duration)
    assert row(store, Visit, visit).status is VisitStatus.WORKING


def test_a_job_whose_last_visit_is_done_is_opened_again_by_an_earlier_one_that_is_not(
    store: Store, world: World, visit: str, anna: Actor, technician: str
) -> None:
    before = row(store, Visit, visit)
    second = world.visit(before.job_id, site=before.site_id, territory=before.territory_id, sequence=2)
    assign(world, second, technician)
    bring(store, second, VisitStatus.COMPLETED)
    with store.unit_of_work(anna) as uow:
        added = follow_ups.need_visit(uow, visit, reason="not done")
        assert added is not None
        assert added.sequence == 3
    assert row(store, Job, before.job_id).status is JobStatus.TRIAGED


def test_a_job_that_waits_for_its_customer_gets_no_visit_until_people_say_so(
    store: Store, visit: str, anna: Actor
) -> None:
    job = row(store, Visit, visit).job_id
    with store.unit_of_work() as uow:
        uow.get(Job, job).status = JobStatus.WAITING_FOR_CUSTOMER
    with store.unit_of_work(anna) as uow:
        assert follow_ups.need_visit(uow, visit, reason="not done") is None
    assert row(store, Visit, visit).status is VisitStatus.INCOMPLETE
    with store.unit_of_work(DISPATCHER) as uow:
        jobs.act(uow, job, JobAction.CUSTOMER_ANSWERED)


def test_what_technicians_say_of_their_visits_asks_for_a_plan_as_urgently_as_it_must(
    store: Store, world: World, visit: str, anna: Actor, technician: str
) -> None:
    do(store, visit, VisitAction.EXTEND, anna)
    (extended,) = events(store, VisitExtended.__name__)
    assert urgency(store, extended) is Urgency.SOON
    _, other = world.job()
    assign(world, other, technician)
    bring(store, other, VisitStatus.ACCEPTED)
    do(store, other, VisitAction.DECLINE, anna, reason="my tool is broken")
    last = events(store, VisitMoved.__name__)[-1]
    assert urgency(store, last) is Urgency.SOON


# -- away --------------------------------------------------------------------------------------------------------------


def test_who_cannot_work_just_now_says_so_and_takes_it_back(
    store: Store, anna: Actor, technician: str, clock: FixedClock
) -> None:
    with store.unit_of_work(anna) as uow:
        absence = unavailability.begin(uow, technician, 90, "flat tyre", uow.now - dt.timedelta(minutes=5))
        assert absence.own
        away = absence.id
    told = row(store, Absence, away)
    assert (told.ends_at, told.reason) == (clock.now() + dt.timedelta(minutes=85), "flat tyre")
    clock.advance(minutes=30)
    with store.unit_of_work(anna) as uow:
        assert unavailability.end(uow, technician, uow.now)
    with store.unit_of_work(anna) as uow:
        assert not unavailability.end(uow, technician, uow.now)
    assert row(store, Absence, away).ends_at == clock.now()
    began, ended = events(store, AbsenceRecorded.__name__)
    assert isinstance(ended, AbsenceRecorded)
    assert ended.removed
    assert {urgency(store, began), urgency(store, ended)} == {Urgency.SOON}


def test_saying_it_again_moves_the_end(store: Store, anna: Actor, technician: str) -> None:
    for minutes in (30, 120):
        with store.unit_of_work(anna) as uow:
            unavailability.begin(uow, technician, minutes, "", uow.now)
    with store.reading() as uow:
        (only,) = uow.session.scalars(select(Absence)).all()
    assert only.ends_at - only.starts_at == dt.timedelta(hours=2)


def test_taking_it_back_at_once_leaves_nothing(store: Store, anna: Actor, technician: str) -> None:
    with store.unit_of_work(anna) as uow:
        unavailability.begin(uow, technician, 30, "", uow.now)
        assert unavailability.end(uow, technician, uow.now)
    with store.reading() as uow:
        assert uow.session.scalars(select(Absence)).all() == []


def test_nobody_ends_an_absence_that_the_office_recorded(store: Store, anna: Actor, technician: str) -> None:
    with store.unit_of_work() as uow:
        begins = uow.now - dt.timedelta(hours=1)
        uow.session.add(
            Absence(id="ill", technician_id=technician, starts_at=begins, ends_at=uow.now + dt.timedelta(hours=1))
        )
    with store.unit_of_work(anna) as uow:
        assert not unavailability.end(uow, technician, uow.now)
    assert row(store, Absence, "ill").ends_at > row(store, Absence, "ill").starts_at + dt.timedelta(hours=1)


def test_people_say_only_of_themselves_that_they_are_away_and_dispatchers_of_those_in_their_care(
    store: Store, world: World, anna: Actor, technician: str
) -> None:
    other = world.technician()
    elsewhere = somebody(Role.DISPATCHER, None, world.territory())
    for actor, whom in ((anna, other), (somebody(Role.AGENT), technician), (elsewhere, technician)):
        with pytest.raises(Forbidden), store.unit_of_work(actor) as uow:
            unavailability.begin(uow, whom, 30, "", uow.now)
    with store.unit_of_work(DISPATCHER) as uow:
        assert unavailability.begin(uow, technician, 30, "rang", uow.now).own


@pytest.mark.parametrize("minutes", [0, -5, 24 * 60 + 1])
def test_a_time_that_is_none_is_refused(store: Store, anna: Actor, technician: str, minutes: int) -> None:
    with pytest.raises(Invalid), store.unit_of_work(anna) as uow:
        unavailability.begin(uow, technician, minutes, "", uow.now)


# -- who knows more ----------------------------------------------------------------------------------------------------


def test_experts_are_who_holds_a_skill_of_ones_own_at_a_higher_level_and_seniors(
    store: Store, world: World, technician: str, territory: str, clock: FixedClock
) -> None:
    better = world.technician("Bruno", skills={"gas": 2, "pumps": 2}, phone="+56 9 2")
    senior = world.technician("Carla", territory=territory, skills={"solar": 3}, senior=True, phone="+56 9 3")
    world.technician("Not better", skills={"gas": 1}, phone="+56 9 4")
    world.technician("Another trade", skills={"fibre": 3}, phone="+56 9 5")
    world.technician("No telephone", skills={"gas": 3})
    world.technician("Gone", skills={"gas": 3}, phone="+56 9 6", active=False)
    expired = world.technician("Expired", skills={"gas": 3}, phone="+56 9 7")
    with store.unit_of_work() as uow:
        held = uow.session.scalars(select(HeldSkill).where(HeldSkill.technician_id == expired)).one()
        held.valid_until = (clock.now() - dt.timedelta(days=1)).date()
    with store.reading() as uow:
        assert expert_calls.experts(uow, technician) == [
            {"id": senior, "name": "Carla", "phone": "+56 9 3", "skill": "solar"},
            {"id": better, "name": "Bruno", "phone": "+56 9 2", "skill": "gas"},
        ]


def called(store: Store, anna: Actor, visit: str, **details: Any) -> str:
    with store.unit_of_work(anna) as uow:
        return expert_calls.call(uow, visits.seen(uow, visit), uow.now, **details).id


def heard(store: Store) -> dict[str, str]:
    """Who was told what of the calls."""
    with store.unit_of_work() as uow:
        entries = uow.session.scalars(select(OutboxEntry).where(OutboxEntry.kind == ExpertCalled.__name__)).all()
        for entry in entries:
            notices.react(uow, restored(entry.kind, entry.payload), entry)
        uow.session.flush()
        return {one.recipient: one.body for one in uow.session.scalars(select(Notification))}


def test_an_expert_whom_somebody_chose_is_told_who_asks_and_where(
    store: Store, world: World, visit: str, anna: Actor
) -> None:
    expert = world.technician("Bruno", email="bruno@example.org")
    call = called(store, anna, visit, expert=expert, skill="gas", note="The flame goes out.")
    said = heard(store)
    assert set(said) == {f"technician:{expert}"}
    assert "Anna (+56 9 1)" in said[f"technician:{expert}"]
    assert "The flame goes out." in said[f"technician:{expert}"]
    with store.reading() as uow:
        (told,) = expert_calls.of_visit(uow, visit)
    assert (told["id"], told["by"], told["expert"], told["skill"]) == (call, "Anna", "Bruno", "gas")


def test_where_nobody_was_chosen_the_supervisor_is_told(store: Store, visit: str, anna: Actor, territory: str) -> None:
    called(store, anna, visit)
    with store.reading() as uow:
        supervisor = uow.get(Territory, territory).supervisor_id
    assert set(heard(store)) == {f"user:{supervisor}"}


def test_what_somebody_asks_is_in_no_event(store: Store, visit: str, anna: Actor) -> None:
    called(store, anna, visit, note="Mrs Miranda says that she is ill.")
    (event,) = events(store, ExpertCalled.__name__)
    assert "Miranda" not in str(event.payload())


def test_nobody_is_called_who_is_not_there_or_oneself(
    store: Store, world: World, visit: str, anna: Actor, technician: str
) -> None:
    for nobody in ("technician_x", technician, world.technician(active=False)):
        with pytest.raises(Invalid):
            called(store, anna, visit, expert=nobody)
    with store.reading() as uow:
        assert uow.session.scalars(select(ExpertCall)).all() == []
        assert uow.get(Technician, technician).active
