"""Promises in the store: jobs live, clocks follow, somebody watches, an administrator changes what is promised."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event, select

from dispatch.domain.clock import FixedClock
from dispatch.domain.job_lifecycle import JobAction, JobStatus
from dispatch.domain.sla import ClockState, Target
from dispatch.domain.visit_lifecycle import VisitAction
from dispatch.services import calendars, intake, jobs, sla, sla_policies, visits
from dispatch.store.engine import Store
from dispatch.store.tables import Customer, Job, OutboxEntry, Priority, SlaClock, SlaPolicy, Visit
from tests.dispatch.world import World

ALWAYS = {day: [["00:00", "24:00"]] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}
HOUR = 3600


def hours(count: float) -> dt.timedelta:
    return dt.timedelta(hours=count)


class Office:
    """A customer, a policy that always counts, and what a test asks for in a word."""

    def __init__(self, store: Store, world: World, clock: FixedClock) -> None:
        self.store, self.world, self.clock = store, world, clock
        self.received = clock.now()
        self.territory = world.territory()
        self.customer = world.customer()
        self.site = world.site(self.customer, territory=self.territory)
        self.job_type = world.job_type()
        self.always = world.calendar(hours=ALWAYS, time_zone="UTC")

    def policy(self, **fields: Any) -> str:
        return self.world.sla_policy(calendar=self.always, **fields)

    def job(self, **fields: Any) -> str:
        with self.store.unit_of_work() as uow:
            asked = {"customer_id": self.customer, "site_id": self.site, "job_type_id": self.job_type}
            return intake.receive_job(uow, title="No heating", **{**asked, **fields}).id

    def act(self, job: str, *actions: VisitAction | JobAction, **how: Any) -> None:
        for action in actions:
            with self.store.unit_of_work() as uow:
                if isinstance(action, JobAction):
                    jobs.act(uow, job, action)
                    continue
                visit = uow.session.scalars(
                    select(Visit.id).where(Visit.job_id == job).order_by(Visit.sequence.desc())
                ).first()
                assert visit is not None
                visits.act(uow, visit, action, via_plan=action is VisitAction.SCHEDULE, **how)

    def to(self, after: float) -> None:
        """Go to so many hours after the start."""
        self.clock.at = self.received + hours(after)

    def watch(self) -> int:
        with self.store.unit_of_work() as uow:
            return sla.watch(uow)

    def clocks(self, job: str) -> dict[Target, SlaClock]:
        with self.store.reading() as uow:
            return {one.target: one for one in uow.session.scalars(select(SlaClock).where(SlaClock.job_id == job))}

    def told(self, job: str) -> list[tuple[Any, ...]]:
        """What was recorded of the job's promises, in order."""
        kinds = {"PromiseStarted", "PromiseWarned", "PromiseBreached", "Escalated"}
        with self.store.reading() as uow:
            entries = uow.session.scalars(
                select(OutboxEntry)
                .where(OutboxEntry.subject_id == job, OutboxEntry.kind.in_(kinds))
                .order_by(OutboxEntry.id)
            )
            return [
                (one.kind, one.payload["target"], one.payload.get("share", one.payload.get("action")))
                for one in entries
            ]


@pytest.fixture
def office(store: Store, world: World, clock: FixedClock) -> Office:
    return Office(store, world, clock)


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


# Watching ------------------------------------------------------------------------------------------------------------

LADDER = [{"after": 0, "action": "raise_priority"}, {"after": HOUR, "action": "tell_supervisor"}]


def test_watching_warns_breaches_and_climbs_the_ladder_each_at_its_time(office: Office) -> None:
    office.policy(dispatch_within=None, on_site_within=None, ladder=LADDER)
    job = office.job()
    for quarter in range(4 * 12):
        office.to(quarter / 4)
        office.watch()
        assert office.watch() == 0, "there is nothing left to do at this instant"
    assert office.told(job) == [
        ("PromiseStarted", "resolve", None),
        ("PromiseWarned", "resolve", 0.5),
        ("PromiseWarned", "resolve", 0.75),
        ("PromiseWarned", "resolve", 0.9),
        ("PromiseBreached", "resolve", None),
        ("Escalated", "resolve", "raise_priority"),
        ("Escalated", "resolve", "tell_supervisor"),
    ]


def test_the_next_watch_is_when_the_first_clock_has_something_to_say(office: Office, store: Store) -> None:
    with store.reading() as uow:
        assert sla.next_watch(uow.session) is None
    office.policy(dispatch_within=None, warn_at=[0.5])
    office.job()
    with store.reading() as uow:
        assert sla.next_watch(uow.session) == office.received + hours(2)
    office.to(2)
    office.watch()
    with store.reading() as uow:
        assert sla.next_watch(uow.session) == office.received + hours(4)
    office.to(4)
    office.watch()
    with store.reading() as uow:
        assert sla.next_watch(uow.session) == office.received + hours(4) + dt.timedelta(seconds=1)


def test_a_watcher_that_dies_before_its_commit_has_told_nothing_and_the_next_one_does(office: Office) -> None:
    office.policy(ladder=LADDER)
    job = office.job()
    before = office.told(job)
    office.to(9)

    def dies() -> None:
        with office.store.unit_of_work() as uow:
            assert sla.watch(uow) == 3
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        dies()
    assert office.told(job) == before
    assert office.watch() == 3
    assert office.told(job).count(("PromiseBreached", "resolve", None)) == 1


def test_at_most_so_many_clocks_are_watched_at_once_the_most_urgent_first(office: Office) -> None:
    office.policy(on_site_within=None, resolve_within=None, warn_at=[])
    waiting = []
    for quarter in range(4):
        office.to(quarter / 4)
        waiting.append(office.job())
    office.to(5)
    with office.store.unit_of_work() as uow:
        assert sla.watch(uow, limit=3) == 3
    assert [len(office.told(job)) for job in waiting] == [2, 2, 2, 1]


def test_two_watchers_at_once_never_tell_the_same_thing_twice(office: Office) -> None:
    office.policy(ladder=LADDER)
    received = [office.job() for _ in range(12)]
    office.to(9.5)
    together = threading.Barrier(3)
    failures: list[BaseException] = []

    def keep_watching() -> None:
        try:
            together.wait()
            while True:
                with office.store.unit_of_work() as uow:
                    if not sla.watch(uow, limit=5):
                        return
        except BaseException as error:
            failures.append(error)

    watchers = [threading.Thread(target=keep_watching) for _ in range(3)]
    for one in watchers:
        one.start()
    for one in watchers:
        one.join()
    assert not failures
    assert office.watch() == 0
    for job in received:
        told = office.told(job)
        assert len(told) == len(set(told)), "everything is told once"
        assert {kind for kind, *_ in told} == {"PromiseStarted", "PromiseBreached", "Escalated"}
        assert told.count(("Escalated", "resolve", "tell_supervisor")) == 1


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


# Changing what is promised while it runs -----------------------------------------------------------------------------


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
