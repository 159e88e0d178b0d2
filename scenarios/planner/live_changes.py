"""One table: what each kind of change is in the live system, and which service makes it so."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from dispatch.domain.errors import NotFound
from dispatch.domain.events import instant
from dispatch.domain.roles import Right
from dispatch.planning import policies
from dispatch.services import people, rosters, sla_policies
from dispatch.store.tables import Shift, SlaPolicy, Technician, Territory, Versioned
from dispatch.store.unit_of_work import UnitOfWork
from scenarios.reading import POLICY_FIELDS
from scenarios.scenario import (
    Change,
    DemandChange,
    DispatchChange,
    Hire,
    Leave,
    MoveShifts,
    NewBase,
    Overtime,
    PromiseChange,
    Scenario,
    TakenSituation,
    Train,
    TravelChange,
    VanStock,
)
from scenarios.simulation.snapshots import policy_row

People = Mapping[str, Technician]


class NotPublished(Exception):  # noqa: N818
    """A change that cannot be published; ``word`` of :mod:`scenarios.words` says why."""

    def __init__(self, word: str) -> None:
        super().__init__(word)
        self.word = word


@dataclass(frozen=True, slots=True)
class Step:
    """One row that is changed: by its name, what is in it now and then (as people read it), and the doing."""

    row: Versioned
    name: str
    now: Mapping[str, Any]
    then: Mapping[str, Any]
    do: Callable[[UnitOfWork], object]


Steps = Callable[[UnitOfWork, Any, Scenario, People, dt.date], Sequence[Step]]


@dataclass(frozen=True, slots=True)
class Live:
    """The right that a kind of change takes, and its steps; they raise :class:`NotPublished`."""

    right: Right | None
    steps: Steps


def _never(word: str) -> Steps:
    def steps(*_: object) -> Sequence[Step]:
        raise NotPublished(word)

    return steps


def _policy(uow: UnitOfWork, change: DispatchChange, scenario: Scenario, _: People, __: dt.date) -> Sequence[Step]:
    """The fields that scenario or change names. What the change leaves out is as it is by default, or as the operation
    has it where the scenario starts from there.
    """
    if change.dispatch.agent != "live":
        raise NotPublished("other agent")
    try:
        policy = policies.standard_policy(uow.session)
    except NotFound:
        raise NotPublished("no policy") from None
    before = {} if isinstance(scenario.situation, TakenSituation) else scenario.dispatch.policy
    named = {**before, **change.dispatch.policy}
    simulated = policy_row("scenario", change.dispatch.policy)
    then = {name: getattr(simulated, name) for name in named}
    then = {name: value for name, value in then.items() if getattr(policy, name) != value}
    if not then:
        return ()
    now = {name: getattr(policy, name) for name in then}
    return (Step(policy, policy.name, now, then, lambda uow: policies.change(uow, policy.id, **then)),)


def policy_now(uow: UnitOfWork) -> dict[str, Any]:
    """What a scenario has to say of its policy in order to plan as this operation does; empty where it has none yet."""
    try:
        policy = policies.standard_policy(uow.session)
    except NotFound:
        return {}
    plain = policy_row("scenario", {})
    now = {name: getattr(policy, name) for name in POLICY_FIELDS}
    return {name: value for name, value in now.items() if value is not None and value != getattr(plain, name)}


def _hire(_: UnitOfWork, change: Hire, __: Scenario, known: People, ___: dt.date) -> Sequence[Step]:
    """Who they are is entered by hand, like the one whom they are like (:mod:`scenarios.planner.hiring`)."""
    _named([change.like], known)
    raise NotPublished("hire by hand")


def _train(uow: UnitOfWork, change: Train, _: Scenario, known: People, __: dt.date) -> Sequence[Step]:
    return [step for one in _named(change.technicians, known) for step in _taught(uow, one, change.skill, change.level)]


def _taught(uow: UnitOfWork, person: Technician, skill: str, level: int) -> Sequence[Step]:
    held = next((one for one in people.skills_of(uow, person.id) if one.skill == skill), None)
    now = held.level if held is not None else 0
    if now >= level:
        return ()
    given = people.SkillHeld(
        skill=skill,
        level=level,
        certificate=held.certificate if held is not None else "",
        valid_until=held.valid_until if held is not None else None,
    )
    return (
        Step(person, person.name, {skill: now}, {skill: level}, lambda uow: people.hold_skill(uow, person.id, given)),
    )


def _leave(_: UnitOfWork, change: Leave, __: Scenario, known: People, ___: dt.date) -> Sequence[Step]:
    return [
        Step(one, one.name, {"active": True}, {"active": False}, _gone(one.id))
        for one in _named(change.technicians, known)
        if one.active
    ]


def _gone(technician_id: str) -> Callable[[UnitOfWork], object]:
    return lambda uow: people.change_technician(uow, technician_id, active=False)


def _base(_: UnitOfWork, change: NewBase, __: Scenario, known: People, ___: dt.date) -> Sequence[Step]:
    """To where somebody else begins. Any other place is known to about a hundred metres only, or made up."""
    named = _named(change.technicians, known)
    if change.like is None:
        raise NotPublished("base by hand")
    (like,) = _named([change.like], known)
    there = {"base_lat": like.base_lat, "base_lon": like.base_lon}
    return [
        Step(one, one.name, {"base": one.name}, {"base": like.name}, _moved_to(one.id, there))
        for one in named
        if (one.base_lat, one.base_lon) != (like.base_lat, like.base_lon)
    ]


def _moved_to(technician_id: str, base: Mapping[str, float]) -> Callable[[UnitOfWork], object]:
    return lambda uow: people.change_technician(uow, technician_id, **base)


def _overtime(uow: UnitOfWork, change: Overtime, _: Scenario, known: People, since: dt.date) -> Sequence[Step]:
    seconds = change.minutes * 60
    return [
        Step(
            shift,
            _of(person, shift, zone),
            {"max_overtime": shift.max_overtime},
            {"max_overtime": seconds},
            _changed(shift.id, max_overtime=seconds),
        )
        for person, shift, zone in shifts_of(uow, change.technicians, known, since)
        if shift.max_overtime != seconds
    ]


def _move(uow: UnitOfWork, change: MoveShifts, _: Scenario, known: People, since: dt.date) -> Sequence[Step]:
    by = dt.timedelta(minutes=change.minutes)
    # The last one goes first where they move later, so that none meets the next one of the same person.
    rows = sorted(
        shifts_of(uow, change.technicians, known, since), key=lambda one: one[1].starts_at, reverse=by > dt.timedelta()
    )
    return [
        Step(
            shift,
            _of(person, shift, zone),
            {"starts_at": instant(shift.starts_at)},
            {"starts_at": instant(shift.starts_at + by)},
            _changed(shift.id, starts_at=shift.starts_at + by, ends_at=shift.ends_at + by, breaks=_moved(shift, by)),
        )
        for person, shift, zone in rows
    ]


def _moved(shift: Shift, by: dt.timedelta) -> list[dict[str, Any]]:
    return [
        {
            **one,
            "earliest": instant(dt.datetime.fromisoformat(one["earliest"]) + by),
            "latest": instant(dt.datetime.fromisoformat(one["latest"]) + by),
        }
        for one in shift.breaks
    ]


def _changed(shift_id: str, **fields: Any) -> Callable[[UnitOfWork], object]:
    return lambda uow: rosters.change_shift(uow, shift_id, **fields)


def _promise(uow: UnitOfWork, change: PromiseChange, _: Scenario, known: People, __: dt.date) -> Sequence[Step]:
    if not known:
        raise NotPublished("not here")
    plain = (SlaPolicy.customer_id, SlaPolicy.contract, SlaPolicy.job_type_id)
    query = select(SlaPolicy).where(SlaPolicy.active, SlaPolicy.priority == change.priority)
    found = uow.session.scalars(query.where(*(one.is_(None) for one in plain))).all()
    if len(found) != 1:
        raise NotPublished("several policies")
    (policy,) = found
    asked = {"on_site_within": change.on_site_hours, "resolve_within": change.resolve_hours}
    then: dict[str, Any] = {name: round(hours * 3600) for name, hours in asked.items() if hours is not None}
    then = {name: value for name, value in then.items() if getattr(policy, name) != value}
    if not then:
        return ()
    now = {name: getattr(policy, name) for name in then}
    return (Step(policy, policy.name, now, then, lambda uow: sla_policies.change_policy(uow, policy.id, **then)),)


def shifts_of(
    uow: UnitOfWork, names: Sequence[str] | None, known: People, since: dt.date
) -> Sequence[tuple[Technician, Shift, ZoneInfo]]:
    """Their shifts that begin on the day ``since`` or later where they work, and have not begun."""
    persons = {one.id: one for one in _named(names, known)}
    zones = {one.id: ZoneInfo(one.time_zone) for one in uow.session.scalars(select(Territory))}
    begins = dt.datetime.combine(since, dt.time(), dt.UTC) - dt.timedelta(days=1)
    query = select(Shift).where(
        Shift.technician_id.in_(list(persons)), Shift.began_at.is_(None), Shift.starts_at >= max(begins, uow.now)
    )
    rows = []
    for shift in uow.session.scalars(query.order_by(Shift.starts_at, Shift.id)):
        person = persons[shift.technician_id]
        zone = zones.get(person.territory_id or "", ZoneInfo("UTC"))
        if shift.starts_at.astimezone(zone).date() >= since:
            rows.append((person, shift, zone))
    return rows


def _of(person: Technician, shift: Shift, zone: ZoneInfo) -> str:
    return f"{person.name}, {shift.starts_at.astimezone(zone):%Y-%m-%d %H:%M}"


def _named(names: Sequence[str] | None, known: People) -> list[Technician]:
    """Those who are meant; in a made-up town there is nobody whom anything could be published for."""
    if not known:
        raise NotPublished("not here")
    if names is not None and not set(names) <= known.keys():
        raise NotPublished("somebody new")
    return [one for name, one in known.items() if names is None or name in names]


LIVE: Mapping[type[Change], Live] = {
    DemandChange: Live(None, _never("assumed not chosen")),
    TravelChange: Live(None, _never("assumed not chosen")),
    Hire: Live(Right.WRITE_PEOPLE, _hire),
    Leave: Live(Right.WRITE_PEOPLE, _leave),
    Train: Live(Right.WRITE_PEOPLE, _train),
    MoveShifts: Live(Right.WRITE_PEOPLE, _move),
    NewBase: Live(Right.WRITE_PEOPLE, _base),
    VanStock: Live(None, _never("assumed not chosen")),
    Overtime: Live(Right.WRITE_PEOPLE, _overtime),
    PromiseChange: Live(Right.WRITE_SETUP, _promise),
    DispatchChange: Live(Right.WRITE_SETUP, _policy),
}
