"""Promises in the store follow an administrator who changes what is promised while clocks run."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event

from dispatch.domain.job_lifecycle import JobAction
from dispatch.domain.sla import ClockState, Target
from dispatch.domain.visit_lifecycle import VisitAction
from dispatch.services import calendars, intake, jobs, sla_policies
from dispatch.store.engine import Store
from dispatch.store.tables import Priority
from tests.dispatch.services.office import HOUR, Office, hours


def change(office: Office, policy: str, **fields: Any) -> None:
    with office.store.unit_of_work() as uow:
        sla_policies.change_policy(uow, policy, **fields)


def test_a_changed_policy_moves_the_running_clocks_and_leaves_those_that_are_over(office: Office) -> None:
    policy = office.policy()
    done, running, waiting = office.job(), office.job(), office.job()
    office.act(done, VisitAction.SCHEDULE, VisitAction.DISPATCH, VisitAction.DEPART, VisitAction.ARRIVE)
    office.act(done, VisitAction.COMPLETE)
    office.to(2)
    office.act(waiting, JobAction.AWAIT_CUSTOMER)
    change(office, policy, resolve_within=12 * HOUR, warn_at=[0.25])
    assert office.clocks(done)[Target.RESOLVE].allowed == 8 * HOUR
    clock = office.clocks(running)[Target.RESOLVE]
    assert (clock.allowed, clock.due_at, clock.watch_at) == (
        12 * HOUR,
        office.received + hours(12),
        office.received + hours(3),
    )
    office.to(20)
    office.act(waiting, JobAction.CUSTOMER_ANSWERED)
    assert office.clocks(waiting)[Target.RESOLVE].due_at == office.received + hours(30)


def test_a_shorter_promise_is_told_as_breached_when_it_is_watched_next(office: Office) -> None:
    policy = office.policy(dispatch_within=None, on_site_within=None)
    job = office.job()
    office.to(3)
    change(office, policy, resolve_within=2 * HOUR)
    assert office.watch() == 1
    assert office.told(job)[-1] == ("PromiseBreached", "resolve", None)


def test_what_is_not_promised_any_more_stops_and_what_is_new_counts_from_now(office: Office) -> None:
    policy = office.policy(on_site_within=None)
    job = office.job()
    office.to(6)
    change(office, policy, resolve_within=None, on_site_within=HOUR)
    clocks = office.clocks(job)
    assert clocks[Target.RESOLVE].state is ClockState.STOPPED
    assert clocks[Target.ON_SITE].due_at == office.received + hours(7)
    change(office, policy, resolve_within=8 * HOUR)
    resolve = office.clocks(job)[Target.RESOLVE]
    assert (resolve.state, resolve.ended_at, resolve.running_since) == (
        ClockState.RUNNING,
        None,
        office.received + hours(6),
    )


def test_a_status_in_which_clocks_stand_still_holds_for_the_jobs_that_are_in_it(office: Office) -> None:
    policy = office.policy()
    job = office.job()
    office.act(job, VisitAction.SCHEDULE, VisitAction.DISPATCH, VisitAction.DEPART, VisitAction.NO_SHOW)
    assert office.clocks(job)[Target.RESOLVE].state is ClockState.RUNNING
    office.to(1)
    change(office, policy, pauses_on=["no_show"])
    clock = office.clocks(job)[Target.RESOLVE]
    assert (clock.state, clock.spent) == (ClockState.PAUSED, HOUR)
    change(office, policy, pauses_on=[])
    assert office.clocks(job)[Target.RESOLVE].state is ClockState.RUNNING


def test_a_more_specific_policy_takes_live_jobs_over_and_an_inactive_one_lets_them_go(office: Office) -> None:
    general = office.policy()
    job = office.job()
    with office.store.unit_of_work() as uow:
        special = sla_policies.create_policy(
            uow, name="Special", calendar_id=office.always, customer_id=office.customer, resolve_within=2 * HOUR
        ).id
    clocks = office.clocks(job)
    assert clocks[Target.RESOLVE].policy_id == special
    assert clocks[Target.RESOLVE].due_at == office.received + hours(2)
    assert clocks[Target.ON_SITE].state is ClockState.STOPPED
    change(office, special, active=False)
    assert office.clocks(job)[Target.RESOLVE].policy_id == general
    change(office, general, active=False)
    assert {one.state for one in office.clocks(job).values()} == {ClockState.STOPPED}


def test_a_holiday_that_is_declared_today_moves_what_is_due(office: Office) -> None:
    chile = office.world.calendar()
    office.world.sla_policy(calendar=chile, dispatch_within=None, on_site_within=None, resolve_within=10 * HOUR)
    job = office.job()
    assert office.clocks(job)[Target.RESOLVE].due_at.isoformat() == "2026-11-24T13:00:00+00:00"
    with office.store.unit_of_work() as uow:
        calendars.change_calendar(uow, chile, holidays=["2026-11-24"])
    assert office.clocks(job)[Target.RESOLVE].due_at.isoformat() == "2026-11-25T13:00:00+00:00"


def test_a_raised_priority_puts_the_job_under_its_own_policy_counted_from_the_start(office: Office) -> None:
    office.policy()
    urgent = office.policy(priority=Priority.HIGH, on_site_within=2 * HOUR)
    job = office.job()
    office.to(1)
    with office.store.unit_of_work() as uow:
        jobs.change(uow, job, priority=Priority.HIGH)
    clock = office.clocks(job)[Target.ON_SITE]
    assert (clock.policy_id, clock.due_at) == (urgent, office.received + hours(2))


def test_a_job_that_starts_while_a_policy_is_changed_is_not_forgotten(office: Office) -> None:
    policy = office.policy()
    changed = threading.Thread(target=change, args=(office, policy), kwargs={"resolve_within": 99 * HOUR})
    with office.store.unit_of_work() as uow:
        job = intake.receive_job(
            uow, customer_id=office.customer, site_id=office.site, job_type_id=office.job_type, title="No water"
        ).id
        changed.start()
        changed.join(timeout=0.3)
        assert changed.is_alive(), "who changes a policy waits for jobs that start under it"
    changed.join()
    assert office.clocks(job)[Target.RESOLVE].allowed == 99 * HOUR


@contextmanager
def counted_statements(store: Store) -> Iterator[list[str]]:
    statements: list[str] = []

    def count(*arguments: Any) -> None:
        statements.append(arguments[2])

    event.listen(store.engine, "before_cursor_execute", count)
    try:
        yield statements
    finally:
        event.remove(store.engine, "before_cursor_execute", count)


def test_changing_a_policy_costs_no_more_statements_for_many_jobs_than_for_few(office: Office) -> None:
    policy = office.policy()
    counts = []
    for jobs_more, within in ((5, 10), (55, 11)):
        for _ in range(jobs_more):
            office.job()
        with counted_statements(office.store) as statements:
            change(office, policy, resolve_within=within * HOUR)
        counts.append(len(statements))
    assert counts[0] == counts[1]
