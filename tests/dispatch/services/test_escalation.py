"""What escalation does: the priority goes up, the supervisor hears of it, a senior technician is asked for."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from sqlalchemy import select

from dispatch.domain.clock import FixedClock
from dispatch.domain.events import Escalated, RecordChanged, restored
from dispatch.domain.job_lifecycle import JobAction
from dispatch.domain.roles import Role
from dispatch.domain.sla import Target
from dispatch.services import escalation, intake, jobs, sla
from dispatch.store.engine import Store
from dispatch.store.tables import (
    Absence,
    Customer,
    HeldSkill,
    Job,
    Notification,
    OutboxEntry,
    Priority,
    SlaClock,
    Territory,
    User,
    Visit,
)
from tests.dispatch.world import World

HOUR = 3600
ALWAYS = {day: [["00:00", "24:00"]] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}


class Shop:
    """A territory with a supervisor, two seniors and a junior who hold a skill and work today."""

    def __init__(self, store: Store, world: World, clock: FixedClock) -> None:
        self.store, self.world, self.clock = store, world, clock
        self.supervisor = world.user(Role.MANAGER, email="chief@example.org")
        self.territory = world.territory(supervisor_id=self.supervisor)
        self.customer = world.customer()
        self.site = world.site(self.customer, territory=self.territory)
        self.job_type = world.job_type(skills={"gas": 2})
        self.calendar = world.calendar(hours=ALWAYS, time_zone="UTC")
        self.ana = self.technician("Ana", senior=True)
        self.ben = self.technician("Ben", senior=True)
        self.cleo = self.technician("Cleo")

    def technician(self, name: str, *, skill: int = 2, works: bool = True, **fields: Any) -> str:
        made = {"territory": self.territory, "skills": {"gas": skill}, **fields}
        technician = self.world.technician(name, **made)
        if works:
            self.world.shift(technician)
        return technician

    def critical(self, *actions: str, **fields: Any) -> str:
        """The policy of critical jobs."""
        made = {"priority": Priority.CRITICAL, "on_intake": list(actions), **fields}
        return self.world.sla_policy(calendar=self.calendar, **made)

    def job(self, **fields: Any) -> str:
        asked = {"customer_id": self.customer, "site_id": self.site, "job_type_id": self.job_type}
        with self.store.unit_of_work() as uow:
            return intake.receive_job(uow, **{**asked, "title": "Smell of gas", **fields}).id

    def react(self) -> None:
        """Let escalation react to everything that it has not seen, as the handler does: in order, one by one."""
        seen = getattr(self, "_seen", 0)
        while True:
            with self.store.unit_of_work() as uow:
                entry = uow.session.scalars(
                    select(OutboxEntry).where(OutboxEntry.id > seen).order_by(OutboxEntry.id)
                ).first()
                if entry is None:
                    break
                escalation.react(uow, restored(entry.kind, entry.payload), entry)
                seen = entry.id
        self._seen = seen

    def visits(self, job: str) -> list[Visit]:
        with self.store.reading() as uow:
            return list(uow.session.scalars(select(Visit).where(Visit.job_id == job).order_by(Visit.sequence)))

    def priority(self, job: str) -> Priority:
        with self.store.reading() as uow:
            return uow.get(Job, job).priority

    def notifications(self) -> list[Notification]:
        with self.store.reading() as uow:
            return list(uow.session.scalars(select(Notification).order_by(Notification.id)))

    def kinds(self, job: str) -> list[str]:
        with self.store.reading() as uow:
            entries = select(OutboxEntry.kind).where(OutboxEntry.subject_id == job).order_by(OutboxEntry.id)
            return list(uow.session.scalars(entries))

    def watch(self, after: float) -> None:
        self.clock.advance(hours=after)
        with self.store.unit_of_work() as uow:
            sla.watch(uow)


@pytest.fixture
def shop(store: Store, world: World, clock: FixedClock) -> Shop:
    return Shop(store, world, clock)


# After a breach ------------------------------------------------------------------------------------------------------


def test_a_breach_raises_the_priority_which_brings_the_job_under_another_policy(shop: Shop) -> None:
    shop.world.sla_policy(
        calendar=shop.calendar,
        dispatch_within=None,
        on_site_within=None,
        ladder=[{"after": 0, "action": "raise_priority"}],
    )
    high = shop.world.sla_policy(
        calendar=shop.calendar, priority=Priority.HIGH, dispatch_within=None, resolve_within=9 * HOUR
    )
    job = shop.job()
    shop.watch(8.5)
    shop.react()
    assert shop.priority(job) is Priority.HIGH
    assert "JobChanged" in shop.kinds(job)
    with shop.store.reading() as uow:
        clock = uow.session.scalars(
            select(SlaClock).where(SlaClock.job_id == job, SlaClock.target == Target.RESOLVE)
        ).one()
    assert (clock.policy_id, clock.breached_at) == (high, None), "by the policy of its new priority it is not due yet"


def test_each_step_of_a_ladder_takes_effect_once(shop: Shop) -> None:
    shop.world.sla_policy(
        calendar=shop.calendar,
        dispatch_within=None,
        on_site_within=None,
        ladder=[{"after": hours * HOUR, "action": "raise_priority"} for hours in range(5)],
    )
    job = shop.job(priority=Priority.LOW)
    for _ in range(20):
        shop.watch(1)
        shop.react()
    assert shop.priority(job) is Priority.CRITICAL, "three steps lead to the top, the others change nothing"
    assert shop.kinds(job).count("JobChanged") == 3


def test_the_supervisor_of_the_territory_is_told_which_promise_was_missed(shop: Shop) -> None:
    shop.world.sla_policy(
        calendar=shop.calendar,
        dispatch_within=None,
        resolve_within=None,
        ladder=[{"after": 0, "action": "tell_supervisor"}],
    )
    job = shop.job()
    shop.watch(5)
    shop.react()
    (told,) = shop.notifications()
    assert (told.recipient, told.address, told.about) == (
        f"user:{shop.supervisor}",
        "chief@example.org",
        f"job:{job}",
    )
    assert "Smell of gas" in told.body
    assert "on site" in told.subject


def test_the_supervisor_is_told_in_their_language(shop: Shop) -> None:
    shop.critical(
        "tell_supervisor", dispatch_within=None, resolve_within=None, ladder=[{"after": 0, "action": "tell_supervisor"}]
    )
    with shop.store.unit_of_work() as uow:
        uow.get(User, shop.supervisor).language = "zh-CN"
    shop.job(priority=Priority.CRITICAL)
    shop.watch(5)
    shop.react()
    received, missed = shop.notifications()
    assert "收到紧急工单" in received.subject
    assert "可派任何人前往" in received.body
    assert "按时到场" in missed.subject
    assert "状态:已收到" in missed.body or "状态:已受理" in missed.body
    assert "Smell of gas" in missed.body, "what people wrote stays as they wrote it"


def test_without_a_supervisor_the_managers_of_the_territory_are_told(shop: Shop) -> None:
    elsewhere = shop.world.territory()
    here = shop.world.user(Role.MANAGER, territories=[shop.territory])
    there = shop.world.user(Role.MANAGER, territories=[elsewhere])
    with shop.store.unit_of_work() as uow:
        uow.get(Territory, shop.territory).supervisor_id = None
    job = shop.job()
    with shop.store.unit_of_work() as uow:
        event = Escalated(job=job, target="resolve", step=0, action="tell_supervisor", territory=shop.territory)
        escalation.react(uow, event)
    told = {one.recipient for one in shop.notifications()}
    assert f"user:{here}" in told
    assert f"user:{there}" not in told


def test_nobody_is_bothered_with_a_job_that_is_over_by_now(shop: Shop) -> None:
    shop.world.sla_policy(
        calendar=shop.calendar,
        ladder=[{"after": 0, "action": "tell_supervisor"}, {"after": 0, "action": "raise_priority"}],
    )
    job = shop.job()
    shop.watch(9)
    with shop.store.unit_of_work() as uow:
        jobs.act(uow, job, JobAction.CANCEL)
    shop.react()
    assert shop.notifications() == []
    assert shop.priority(job) is Priority.NORMAL


# Critical jobs -------------------------------------------------------------------------------------------------------


def test_a_critical_job_goes_to_a_senior_of_its_territory_and_the_supervisor_is_told_at_once(shop: Shop) -> None:
    shop.critical("tell_supervisor", "require_senior")
    job = shop.job(priority=Priority.CRITICAL)
    assert sorted(shop.visits(job)[0].only) == sorted([shop.ana, shop.ben]), "in the transaction that took it in"
    shop.react()
    (told,) = shop.notifications()
    assert told.recipient == f"user:{shop.supervisor}"
    assert "critical" in told.subject
    assert "Asked for: Ana, Ben." in told.body


def test_only_seniors_count_who_can_do_it_and_work_within_a_day(shop: Shop, clock: FixedClock) -> None:
    shop.critical("require_senior")
    today = clock.now().date()
    other = shop.world.territory()
    shop.technician("Junior in gas", senior=True, skill=1)
    shop.technician("From elsewhere", senior=True, territory=other)
    shop.technician("Gone", senior=True, active=False)
    shop.technician("Not on shift", senior=True, works=False)
    ill = shop.technician("Ill", senior=True)
    expired = shop.technician("Expired", senior=True)
    last_day = shop.technician("Last day", senior=True)
    with shop.store.unit_of_work() as uow:
        uow.session.add(
            Absence(
                id="absence_1", technician_id=ill, starts_at=clock.now(), ends_at=clock.now() + dt.timedelta(days=2)
            )
        )
        for skill in uow.session.scalars(select(HeldSkill)):
            if skill.technician_id == expired:
                skill.valid_until = today - dt.timedelta(days=1)
            elif skill.technician_id == last_day:
                skill.valid_until = today
    (visit,) = shop.visits(shop.job(priority=Priority.CRITICAL))
    assert sorted(visit.only) == sorted([shop.ana, shop.ben, last_day])


def test_where_no_senior_works_anybody_may_go_and_the_supervisor_can_read_it(shop: Shop) -> None:
    shop.critical("tell_supervisor", "require_senior")
    alone = shop.world.territory(supervisor_id=shop.supervisor)
    site = shop.world.site(shop.customer, territory=alone)
    (visit,) = shop.visits(shop.job(priority=Priority.CRITICAL, site_id=site))
    assert (visit.only, visit.preferred) == ([], [])
    shop.react()
    assert "anybody may be sent" in shop.notifications()[0].body


def test_a_crew_needs_one_senior_among_it_so_seniors_are_preferred_there(shop: Shop) -> None:
    shop.critical("require_senior")
    (visit,) = shop.visits(shop.job(priority=Priority.CRITICAL, roles=[{"skills": {"gas": 2}}, {"skills": {}}]))
    assert visit.only == []
    assert sorted(visit.preferred) == sorted([shop.ana, shop.ben])


def test_preferring_seniors_leaves_others_possible(shop: Shop) -> None:
    shop.critical("prefer_senior")
    (visit,) = shop.visits(shop.job(priority=Priority.CRITICAL))
    assert visit.only == []
    assert sorted(visit.preferred) == sorted([shop.ana, shop.ben])


def test_whom_somebody_asked_for_stays_asked_for(shop: Shop) -> None:
    shop.critical("require_senior")
    (visit,) = shop.visits(shop.job(priority=Priority.CRITICAL, only=[shop.cleo]))
    assert visit.only == [shop.cleo]


def test_an_ordinary_job_asks_for_nobody(shop: Shop) -> None:
    shop.critical("tell_supervisor", "require_senior")
    shop.world.sla_policy(calendar=shop.calendar)
    (visit,) = shop.visits(shop.job())
    shop.react()
    assert (visit.only, visit.preferred, shop.notifications()) == ([], [], [])


def test_a_job_that_becomes_critical_is_treated_as_one_once(shop: Shop) -> None:
    shop.critical("tell_supervisor", "require_senior")
    shop.world.sla_policy(calendar=shop.calendar)
    job = shop.job()
    for _ in range(2):
        with shop.store.unit_of_work() as uow:
            jobs.change(uow, job, priority=Priority.CRITICAL)
            sla.refresh(uow, uow.get(Job, job))
    shop.react()
    assert sorted(shop.visits(job)[0].only) == sorted([shop.ana, shop.ben])
    assert len(shop.notifications()) == 1
    assert "VisitChanged" in shop.kinds(shop.visits(job)[0].id)


def test_a_second_visit_of_a_critical_job_is_asked_of_a_senior_as_well(shop: Shop) -> None:
    shop.critical("require_senior")
    job = shop.job(priority=Priority.CRITICAL)
    with shop.store.unit_of_work() as uow:
        jobs.add_visit(uow, job, only=[])
    shop.react()
    assert sorted(shop.visits(job)[1].only) == sorted([shop.ana, shop.ben])


# What else moves promises --------------------------------------------------------------------------------------------


def test_a_new_contract_of_a_customer_puts_their_jobs_under_its_policy(shop: Shop) -> None:
    shop.world.sla_policy(calendar=shop.calendar)
    gold = shop.world.sla_policy(calendar=shop.calendar, contract="gold", resolve_within=2 * HOUR)
    job, others = shop.job(), shop.job(customer_id=(other := shop.world.customer()), site_id=shop.world.site(other))
    with shop.store.unit_of_work() as uow:
        uow.get(Customer, shop.customer).contract = "gold"
        uow.record(RecordChanged(record=shop.customer, table="customer", what="changed"))
    shop.react()
    with shop.store.reading() as uow:
        under = {
            clock.job_id: clock.policy_id
            for clock in uow.session.scalars(select(SlaClock).where(SlaClock.target == Target.RESOLVE))
        }
    assert under[job] == gold
    assert under[others] != gold


def test_events_that_ask_for_nothing_here_change_nothing(shop: Shop) -> None:
    job = shop.job()
    with shop.store.unit_of_work() as uow:
        uow.record(RecordChanged(record="webhook_1", table="webhook", what="created"))
        escalation.react(uow, Escalated(job=job, target="resolve", step=0, action="replan"))
    before = shop.kinds(job)
    shop.react()
    assert shop.kinds(job) == before
