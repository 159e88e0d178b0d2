"""Clocks in the store: jobs live, clocks follow, and plans see what is promised."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from dispatch.domain.job_lifecycle import JobAction, JobStatus
from dispatch.domain.sla import ClockState, Target
from dispatch.domain.visit_lifecycle import VisitAction
from dispatch.services import sla
from dispatch.store.tables import Customer, Job, Priority, SlaPolicy
from tests.dispatch.services.office import HOUR, Office, hours

# Lives of jobs -------------------------------------------------------------------------------------------------------


def test_a_jobs_clocks_start_when_it_is_received_and_follow_it_to_its_end(office: Office) -> None:
    office.policy(respond_within=600)
    job = office.job(triaged=False)
    assert {target: one.due_at - office.received for target, one in office.clocks(job).items()} == {
        Target.RESPOND: hours(1 / 6),
        Target.DISPATCH: hours(1),
        Target.ON_SITE: hours(4),
        Target.RESOLVE: hours(8),
    }
    office.to(0.1)
    office.act(job, JobAction.TRIAGE)
    office.to(0.5)
    office.act(job, VisitAction.SCHEDULE, VisitAction.DISPATCH)
    office.to(2)
    office.act(job, VisitAction.ACCEPT, VisitAction.DEPART, VisitAction.ARRIVE)
    office.to(3)
    office.act(job, VisitAction.START, VisitAction.COMPLETE)

    clocks = office.clocks(job)
    assert {one.state for one in clocks.values()} == {ClockState.MET}
    assert [round((clocks[target].ended_at - office.received) / hours(1), 1) for target in Target] == [0.1, 0.5, 2, 3]  # type: ignore[operator]
    assert all(one.breached_at is None and one.watch_at is None for one in clocks.values())
    office.to(100)
    assert office.watch() == 0
    assert [kind for kind, *_ in office.told(job)] == ["PromiseStarted"] * 4


def test_waiting_for_the_customer_stops_the_clocks_and_moves_what_is_due(office: Office) -> None:
    office.policy(dispatch_within=None)
    job = office.job()
    office.to(1)
    office.act(job, JobAction.AWAIT_CUSTOMER)
    assert office.clocks(job)[Target.RESOLVE].state is ClockState.PAUSED
    office.to(30)
    assert office.watch() == 0
    office.act(job, JobAction.CUSTOMER_ANSWERED)
    clock = office.clocks(job)[Target.RESOLVE]
    assert (clock.state, clock.spent, clock.due_at) == (ClockState.RUNNING, HOUR, office.received + hours(37))


def test_parts_are_waited_for_with_the_clock_standing_still(office: Office) -> None:
    office.policy()
    job = office.job()
    office.act(job, VisitAction.SCHEDULE, VisitAction.DISPATCH, VisitAction.DEPART, VisitAction.ARRIVE)
    office.to(2)
    office.act(job, VisitAction.NEED_PARTS)
    office.to(50)
    office.act(job, JobAction.PARTS_ARRIVED)
    clock = office.clocks(job)[Target.RESOLVE]
    assert (clock.state, clock.spent, clock.due_at) == (ClockState.RUNNING, 2 * HOUR, office.received + hours(56))


def test_a_reopened_job_goes_on_from_what_it_had_spent(office: Office) -> None:
    office.policy()
    job = office.job()
    office.act(job, VisitAction.SCHEDULE, VisitAction.DISPATCH, VisitAction.DEPART, VisitAction.ARRIVE)
    office.to(3)
    office.act(job, VisitAction.COMPLETE)
    office.to(20)
    office.act(job, JobAction.REOPEN)
    clock = office.clocks(job)[Target.RESOLVE]
    assert (clock.state, clock.ended_at, clock.due_at) == (ClockState.RUNNING, None, office.received + hours(25))
    assert office.clocks(job)[Target.ON_SITE].state is ClockState.MET


def test_a_cancelled_job_takes_its_promises_with_it(office: Office) -> None:
    office.policy()
    job = office.job()
    office.to(0.5)
    office.act(job, JobAction.CANCEL)
    assert {one.state for one in office.clocks(job).values()} == {ClockState.STOPPED}
    office.to(100)
    assert office.watch() == 0


def test_what_a_phone_reports_later_counts_from_when_it_happened(office: Office) -> None:
    office.policy()
    job = office.job()
    office.act(job, VisitAction.SCHEDULE, VisitAction.DISPATCH, VisitAction.DEPART)
    office.to(5)
    office.watch()
    assert office.clocks(job)[Target.ON_SITE].breached_at == office.received + hours(4)
    office.act(job, VisitAction.ARRIVE, at=office.received + hours(3))
    clock = office.clocks(job)[Target.ON_SITE]
    assert (clock.state, clock.ended_at, clock.breached_at) == (ClockState.MET, office.received + hours(3), None)


def test_a_job_that_nothing_is_promised_for_has_no_clocks(office: Office) -> None:
    office.policy(priority=Priority.CRITICAL)
    assert office.clocks(office.job()) == {}


# Which policy --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "chosen"),
    [
        ([{}, {"rank": 5}], 1),
        ([{"rank": 100}, {"priority": Priority.HIGH}], 1),
        ([{"priority": Priority.HIGH, "rank": 100}, {"job_type_id": True}], 1),
        ([{"job_type_id": True, "priority": Priority.HIGH}, {"contract": "gold"}], 1),
        ([{"contract": "gold", "job_type_id": True, "priority": Priority.HIGH}, {"customer_id": True}], 1),
        ([{"contract": "gold"}, {"contract": "gold", "priority": Priority.HIGH}], 1),
        ([{}, {"customer_id": True, "active": False}], 0),
        ([{}, {"contract": "silver"}], 0),
        ([{}, {"priority": Priority.LOW}], 0),
        ([{"rank": 1}, {"rank": 1}], 0),
    ],
)
def test_the_most_specific_active_policy_counts_then_the_rank_then_the_older_one(
    office: Office, fields: list[dict[str, Any]], chosen: int
) -> None:
    with office.store.unit_of_work() as uow:
        uow.get(Customer, office.customer).contract = "gold"
    mine = {"customer_id": office.customer, "job_type_id": office.job_type}
    made = [office.policy(**{key: mine.get(key, value) for key, value in one.items()}) for one in fields]
    job = office.job(priority=Priority.HIGH)
    assert {one.policy_id for one in office.clocks(job).values()} == {made[chosen]}


def test_hours_without_a_time_zone_are_those_of_the_place(office: Office) -> None:
    local = office.world.calendar(time_zone=None)
    office.world.sla_policy(calendar=local, dispatch_within=None, resolve_within=None, on_site_within=HOUR)
    north = office.world.site(office.customer, territory=office.world.territory(time_zone="Pacific/Auckland"))
    east = office.world.site(office.customer, territory=office.territory, time_zone="Europe/Berlin")
    due = {
        site: office.clocks(office.job(site_id=site))[Target.ON_SITE].due_at.isoformat()
        for site in (office.site, north, east)
    }
    assert due == {
        office.site: "2026-11-23T13:00:00+00:00",  # noon UTC is nine in Chile
        north: "2026-11-23T21:00:00+00:00",  # one at night in New Zealand: due at ten in the morning
        east: "2026-11-23T13:00:00+00:00",  # one in the afternoon in Berlin
    }


# What a plan sees ----------------------------------------------------------------------------------------------------


def test_a_plan_sees_the_promises_that_run_with_what_they_cost(office: Office) -> None:
    office.policy(costs={"on_site": {"breach_cost": 70, "cost_per_hour_late": 90}})
    running, waiting, over = office.job(), office.job(), office.job()
    office.act(waiting, JobAction.AWAIT_CUSTOMER)
    office.act(over, JobAction.CANCEL)
    with office.store.reading() as uow:
        promised = sla.promises(uow.session, [running, waiting, over])
    assert set(promised) == {running}
    assert promised[running][Target.ON_SITE] == sla.PromiseTerms(office.received + hours(4), 70, 90)
    assert promised[running][Target.RESOLVE] == sla.PromiseTerms(office.received + hours(8), 50.0, 60.0)


def test_a_missed_promise_goes_on_costing_until_it_is_met(office: Office) -> None:
    office.policy()
    job = office.job()
    office.to(5)
    office.watch()
    with office.store.reading() as uow:
        assert sla.promises(uow.session, [job])[job][Target.ON_SITE].due_at == office.received + hours(4)
        assert uow.get(Job, job).status is JobStatus.TRIAGED
        assert uow.session.scalars(select(SlaPolicy)).one().active
