"""Who may change what is promised, what makes no sense, and what cannot be removed."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from sqlalchemy import select

from dispatch.domain.errors import Forbidden, Invalid, NotFound, Stale
from dispatch.domain.roles import SYSTEM, Actor, Role
from dispatch.domain.sla import Target
from dispatch.services import calendars, sla, sla_policies
from dispatch.services.calendars import StillUsed
from dispatch.store.engine import Store
from dispatch.store.tables import BusinessCalendar, Job, OutboxEntry, SlaPolicy
from tests.dispatch.world import World

OFFICE = {"mon": [["09:00", "18:00"]]}


@pytest.fixture
def at(sqlite_store: Store) -> World:
    return World(sqlite_store)


def create(at: World, actor: Actor = SYSTEM, **fields: Any) -> str:
    with at.store.unit_of_work(actor) as uow:
        made = {"name": "Standard", "calendar_id": fields.pop("calendar_id", None) or at_calendar(uow)}
        return sla_policies.create_policy(uow, **{**made, "resolve_within": 3600, **fields}).id


def at_calendar(uow: Any) -> str:
    known = uow.session.scalar(select(BusinessCalendar.id))
    return known or calendars.create_calendar(uow, name="Office", hours=OFFICE).id


def someone(role: Role) -> Actor:
    return Actor("user_1", "Somebody", role)


@pytest.mark.parametrize("role", [Role.MANAGER, Role.PLANNER, Role.DISPATCHER, Role.AGENT, Role.TECHNICIAN])
def test_only_who_may_write_the_setup_changes_what_is_promised(at: World, role: Role) -> None:
    calendar, policy = at.calendar(), at.sla_policy()
    attempts = [
        lambda uow: sla_policies.create_policy(uow, name="Mine", calendar_id=calendar, resolve_within=1),
        lambda uow: sla_policies.change_policy(uow, policy, rank=3),
        lambda uow: sla_policies.remove_policy(uow, policy),
        lambda uow: calendars.create_calendar(uow, name="Mine", hours=OFFICE),
        lambda uow: calendars.change_calendar(uow, calendar, name="Mine"),
        lambda uow: calendars.remove_calendar(uow, calendar),
    ]
    for attempt in attempts:
        with pytest.raises(Forbidden), at.store.unit_of_work(someone(role)) as uow:
            attempt(uow)


def test_who_changes_what_is_recorded(at: World) -> None:
    policy = create(at, someone(Role.ADMINISTRATOR))
    with at.store.reading() as uow:
        entries = uow.session.scalars(select(OutboxEntry).order_by(OutboxEntry.id)).all()
    told = [(one.kind, one.payload["table"], one.payload["what"], one.actor_id) for one in entries]
    assert told == [
        ("RecordChanged", "business_calendar", "created", "user_1"),
        ("RecordChanged", "sla_policy", "created", "user_1"),
    ]
    assert entries[-1].subject_id == policy


@pytest.mark.parametrize(
    ("fields", "place"),
    [
        ({"name": "  "}, "name"),
        ({"name": "x" * 121}, "name"),
        ({"contract": " "}, "contract"),
        ({"calendar_id": "calendar_none"}, "calendar_id"),
        ({"customer_id": "customer_none"}, "customer_id"),
        ({"job_type_id": "type_none"}, "job_type_id"),
        ({"priority": "utmost"}, "priority"),
        ({"resolve_within": 0}, "resolve_within"),
        ({"resolve_within": 367 * 86_400}, "resolve_within"),
        ({"resolve_within": None}, "resolve_within"),
        ({"warn_at": [0.9, 0.5]}, "warn_at"),
        ({"warn_at": [0.5, 0.5]}, "warn_at"),
        ({"warn_at": [1.5]}, "warn_at"),
        ({"pauses_on": ["asleep"]}, "pauses_on"),
        ({"pauses_on": ["completed"]}, "pauses_on"),
        ({"on_intake": ["panic"]}, "on_intake"),
        ({"on_intake": ["require_senior", "prefer_senior"]}, "on_intake"),
        ({"ladder": [{"after": 0, "action": "panic"}]}, "ladder[0]"),
        ({"ladder": [{"action": "replan"}]}, "ladder[0]"),
        ({"ladder": [{"after": -1, "action": "replan"}]}, "ladder[0].after"),
        ({"ladder": [{"after": 9, "action": "replan"}, {"after": 3, "action": "replan"}]}, "ladder"),
        ({"costs": {"lunch": {}}}, "costs.lunch"),
        ({"costs": {"resolve": {"price": 3}}}, "costs.resolve.price"),
        ({"costs": {"resolve": {"breach_cost": -3}}}, "costs.resolve.breach_cost"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_a_policy_that_makes_no_sense_is_refused_by_the_place(at: World, fields: dict[str, Any], place: str) -> None:
    policy = create(at)
    with pytest.raises(Invalid) as refused:
        create(at, **{"name": "Another", **fields})
    assert refused.value.facts["errors"][0]["place"] == place
    with pytest.raises(Invalid) as refused, at.store.unit_of_work() as uow:
        sla_policies.change_policy(uow, policy, **fields)
    assert refused.value.facts["errors"][0]["place"] == place
    with at.store.reading() as uow:
        assert uow.get(SlaPolicy, policy).version == 1, "nothing was changed"


def test_a_promise_further_away_than_its_calendar_looks_is_refused(at: World) -> None:
    with at.store.unit_of_work() as uow:
        seldom = calendars.create_calendar(uow, name="Seldom", hours={"mon": [["09:00", "09:01"]]}).id
    with pytest.raises(Invalid, match="further than 30 years"):
        create(at, calendar_id=seldom, resolve_within=86_400 * 3)


def test_a_calendar_cannot_be_made_so_narrow_that_a_promise_by_it_never_ends(at: World) -> None:
    policy = create(at, resolve_within=86_400 * 100)
    with at.store.reading() as uow:
        calendar = uow.get(SlaPolicy, policy).calendar_id
    with pytest.raises(Invalid, match="'Standard'"), at.store.unit_of_work() as uow:
        calendars.change_calendar(uow, calendar, hours={"mon": [["09:00", "09:01"]]})
    with pytest.raises(Invalid, match="no hours at all"), at.store.unit_of_work() as uow:
        calendars.change_calendar(uow, calendar, hours={})
    with pytest.raises(Invalid, match="colour"), at.store.unit_of_work() as uow:
        calendars.change_calendar(uow, calendar, colour="red")


def test_what_is_relied_on_cannot_be_removed(at: World) -> None:
    policy = create(at)
    job, _ = at.job()
    with at.store.unit_of_work() as uow:
        sla.start_clocks(uow, uow.get(Job, job))
        calendar = uow.get(SlaPolicy, policy).calendar_id
    with pytest.raises(StillUsed, match="inactive"), at.store.unit_of_work() as uow:
        sla_policies.remove_policy(uow, policy)
    with pytest.raises(StillUsed) as refused, at.store.unit_of_work() as uow:
        calendars.remove_calendar(uow, calendar)
    assert refused.value.facts["used_by"] == ["Standard"]


def test_what_nothing_relies_on_can_be_removed(at: World) -> None:
    policy = create(at)
    with at.store.unit_of_work() as uow:
        calendar = uow.get(SlaPolicy, policy).calendar_id
        sla_policies.remove_policy(uow, policy)
    with at.store.unit_of_work() as uow:
        calendars.remove_calendar(uow, calendar)
    with at.store.reading() as uow, pytest.raises(NotFound):
        calendars.seen_calendar(uow, calendar)


def test_who_has_seen_an_older_version_is_told_what_was_changed(at: World) -> None:
    policy = create(at)
    with at.store.unit_of_work() as uow:
        sla_policies.change_policy(uow, policy, versions='"1"', rank=7)
    with pytest.raises(Stale) as refused, at.store.unit_of_work() as uow:
        sla_policies.change_policy(uow, policy, versions='"1"', rank=8)
    assert refused.value.facts["changed"]["rank"]["to"] == 7
    with pytest.raises(Stale), at.store.unit_of_work() as uow:
        sla_policies.remove_policy(uow, policy, versions='"1"')


def test_a_preview_says_when_promises_would_be_due(at: World) -> None:
    policy = create(at, on_site_within=7200, resolve_within=7200 * 5)
    asked = dt.datetime(2026, 11, 23, 16, tzinfo=dt.UTC)
    with at.store.reading() as uow:
        here = sla_policies.preview(uow, policy, asked)
        there = sla_policies.preview(uow, policy, asked, "America/Santiago")
        with pytest.raises(Invalid, match="no time zone"):
            sla_policies.preview(uow, policy, asked, "Nowhere")
    assert here[Target.ON_SITE].isoformat() == "2026-11-23T18:00:00+00:00"
    assert there[Target.ON_SITE].isoformat() == "2026-11-23T18:00:00+00:00"
    assert here[Target.RESOLVE].isoformat() == "2026-11-30T17:00:00+00:00"
    assert there[Target.RESOLVE].isoformat() == "2026-11-30T17:00:00+00:00"
