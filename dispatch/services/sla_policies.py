"""SLA policies, which administrators change while clocks run by them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Select, inspect, select

from dispatch.domain.calendars import time_zones
from dispatch.domain.events import RecordChanged
from dispatch.domain.ids import new_id
from dispatch.domain.job_lifecycle import ENDED, JobStatus
from dispatch.domain.roles import Right
from dispatch.domain.sla import Target
from dispatch.services import sla
from dispatch.services.calendars import StillUsed
from dispatch.services.complaints import Complaints
from dispatch.services.history import unchanged
from dispatch.services.rights import require
from dispatch.services.senior import PREFER, REQUIRE
from dispatch.services.sla_terms import ALLOWED, Setup, check_reach
from dispatch.store.tables import BusinessCalendar, Customer, JobType, Priority, SlaClock, SlaPolicy
from dispatch.store.unit_of_work import UnitOfWork

LONGEST = 366 * 86_400
"""The most seconds that a promise, or a step of the ladder, may take."""

LADDER_ACTIONS = ("raise_priority", "tell_supervisor", "replan")
INTAKE_ACTIONS = ("tell_supervisor", "replan", REQUIRE, PREFER)

_STANDARD: Mapping[str, Any] = {
    "name": "",
    "active": True,
    "rank": 0,
    "customer_id": None,
    "contract": None,
    "job_type_id": None,
    "priority": None,
    "calendar_id": "",
    **dict.fromkeys(ALLOWED.values()),
    "warn_at": [0.5, 0.75, 0.9],
    "pauses_on": [JobStatus.WAITING_FOR_CUSTOMER.value, JobStatus.WAITING_FOR_PARTS.value],
    # Whoever wants a breach to pass in silence says so.
    "ladder": [{"after": 0, "action": "tell_supervisor"}],
    "on_intake": [],
    "costs": {},
}
CHANGEABLE = tuple(_STANDARD)
"""What :func:`create_policy` and :func:`change_policy` take."""

_NO_CLOCK_CARES = frozenset({"name", "costs"})


def policies(uow: UnitOfWork, active: bool | None = None) -> Select[Any]:
    """All policies, or the (in)active ones. Raises :class:`Forbidden` for who may not read the setup."""
    require(uow, Right.READ_SETUP)
    return select(SlaPolicy) if active is None else select(SlaPolicy).where(SlaPolicy.active == active)


def seen_policy(uow: UnitOfWork, policy_id: str) -> SlaPolicy:
    """A policy. Raises :class:`NotFound`, or :class:`Forbidden`."""
    require(uow, Right.READ_SETUP)
    return uow.get(SlaPolicy, policy_id)


def create_policy(uow: UnitOfWork, **fields: Any) -> SlaPolicy:
    """A new policy; ``name``, ``calendar_id`` and at least one duration are needed. Live jobs that it fits best come
    under it in the same transaction. Raises :class:`Invalid`, or :class:`Forbidden`."""
    require(uow, Right.WRITE_SETUP)
    sla.stand_still(uow, changing=True)
    row = SlaPolicy(id=new_id("sla"), **{**_STANDARD, **_known(fields)})
    _check(uow, row)
    uow.session.add(row)
    _record(uow, row, "created")
    check_reach(Setup(uow.session), row, uow.now)
    sla.refresh_jobs(uow)
    return row


def change_policy(uow: UnitOfWork, policy_id: str, *, versions: str | None = None, **fields: Any) -> SlaPolicy:
    """Change a policy; the clocks of live jobs are counted anew in the same transaction.

    ``versions`` is an If-Match. Raises :class:`NotFound`, :class:`Invalid`, :class:`Stale`, or :class:`Forbidden`.
    """
    require(uow, Right.WRITE_SETUP)
    sla.stand_still(uow, changing=True)
    unchanged(uow, SlaPolicy, policy_id, versions)
    row = uow.get(SlaPolicy, policy_id)
    for name, value in _known(fields).items():
        setattr(row, name, value)
    changed = {name for name in fields if inspect(row).attrs[name].history.has_changes()}
    with uow.session.no_autoflush:
        _check(uow, row)
    _record(uow, row, "changed")
    check_reach(Setup(uow.session), row, uow.now)
    if changed - _NO_CLOCK_CARES:
        sla.refresh_jobs(uow)
    return row


def remove_policy(uow: UnitOfWork, policy_id: str, *, versions: str | None = None) -> None:
    """Remove a policy that no promise was ever made by.

    Raises :class:`StillUsed`, :class:`NotFound`, :class:`Stale`, or :class:`Forbidden`.
    """
    require(uow, Right.WRITE_SETUP)
    sla.stand_still(uow, changing=True)
    unchanged(uow, SlaPolicy, policy_id, versions)
    row = uow.get(SlaPolicy, policy_id)
    if uow.session.scalar(select(SlaClock.id).where(SlaClock.policy_id == row.id).limit(1)):
        raise StillUsed(
            f"Promises were made by the SLA policy {row.name!r}, and they are kept. Make it inactive instead.",
            used_by=["clocks"],
        )
    uow.session.delete(row)
    _record(uow, row, "removed")


def preview(
    uow: UnitOfWork, policy_id: str, at: dt.datetime, time_zone: str | None = None
) -> dict[Target, dt.datetime]:
    """When the promises of a job that is received at an instant would be due, without pauses.

    ``time_zone`` is that of the site, for a calendar without one of its own. Raises :class:`Invalid`,
    :class:`NotFound`, or :class:`Forbidden`.
    """
    row = seen_policy(uow, policy_id)
    complaints = Complaints()
    if time_zone is not None and time_zone not in time_zones():
        complaints.say("time_zone", time_zone, "is no time zone", "use a name of the IANA list, America/Santiago")
    complaints.raise_any()
    promised = Setup(uow.session).promised(row, (time_zone,))
    return {target: terms.calendar.after(at, terms.allowed) for target, terms in promised}


# What makes sense ----------------------------------------------------------------------------------------------------


def _known(fields: Mapping[str, Any]) -> dict[str, Any]:
    complaints = Complaints()
    for name in fields.keys() - set(CHANGEABLE):
        complaints.say(name, fields[name], "is nothing that a policy has", f"use {', '.join(CHANGEABLE)}")
    if fields.get("priority") is not None and fields["priority"] not in list(Priority):
        complaints.say("priority", fields["priority"], "is no priority", f"use {', '.join(Priority)}, or null")
    complaints.raise_any()
    priority = fields.get("priority")
    return {**fields, "priority": Priority(priority)} if priority is not None else dict(fields)


def _check(uow: UnitOfWork, row: SlaPolicy) -> None:
    complaints = Complaints()
    row.name = complaints.text("name", row.name, 120, required=True)
    if row.contract is not None:
        row.contract = complaints.text("contract", row.contract, 80, required=True)
    complaints.within("rank", row.rank, -1_000_000, 1_000_000)
    _check_references(uow, complaints, row)
    _check_lists(complaints, row)
    _check_costs(complaints, row.costs)
    durations = {name: getattr(row, name) for name in ALLOWED.values()}
    for name, seconds in durations.items():
        complaints.within(name, seconds, 1, LONGEST, "give it in seconds, or null where nothing is promised")
    if not any(durations.values()):
        complaints.say("resolve_within", None, "is not promised, and nothing else is", "promise at least one thing")
    complaints.raise_any()


def _check_references(uow: UnitOfWork, complaints: Complaints, row: SlaPolicy) -> None:
    for name, table in (("calendar_id", BusinessCalendar), ("customer_id", Customer), ("job_type_id", JobType)):
        value = getattr(row, name)
        if (value is None and name == "calendar_id") or (value is not None and uow.session.get(table, value) is None):
            complaints.say(name, value, f"is no {name.removesuffix('_id').replace('_', ' ')}", "name one that exists")


def _check_lists(complaints: Complaints, row: SlaPolicy) -> None:
    if any(not 0 < share < 1 for share in row.warn_at) or sorted(set(row.warn_at)) != list(row.warn_at):
        complaints.say("warn_at", row.warn_at, "must be shares between 0 and 1, rising", "write it like [0.5, 0.75]")
    pausing = [status.value for status in JobStatus if status not in ENDED | {JobStatus.COMPLETED}]
    for status in row.pauses_on:
        if status not in pausing:
            complaints.say("pauses_on", status, "is no status of a job in which a clock can pause", ", ".join(pausing))
    for action in row.on_intake:
        if action not in INTAKE_ACTIONS:
            complaints.say("on_intake", action, "is nothing that can be done at intake", ", ".join(INTAKE_ACTIONS))
    if {REQUIRE, PREFER} <= set(row.on_intake):
        complaints.say("on_intake", row.on_intake, "both requires and prefers a senior", "choose one")
    for index, step in enumerate(row.ladder):
        if set(step) != {"after", "action"} or step["action"] not in LADDER_ACTIONS:
            remedy = f'write it like {{"after": 3600, "action": "{LADDER_ACTIONS[0]}"}}; {", ".join(LADDER_ACTIONS)}'
            complaints.say(f"ladder[{index}]", step, "is no step of a ladder", remedy)
        elif not isinstance(step["after"], int) or not 0 <= step["after"] <= LONGEST:
            complaints.say(f"ladder[{index}].after", step["after"], f"must lie between 0 and {LONGEST} seconds")
    afters = [step.get("after") for step in row.ladder]
    if all(isinstance(after, int) for after in afters) and afters != sorted(afters):
        complaints.say("ladder", afters, "are no rising times", "sort the steps by the seconds after the breach")


def _check_costs(complaints: Complaints, costs: Mapping[str, Any]) -> None:
    for target, terms in costs.items():
        if target not in list(Target):
            complaints.say(f"costs.{target}", target, "is nothing that is promised", f"use {', '.join(Target)}")
        for name, value in terms.items():
            if name not in sla.DEFAULT_COSTS:
                complaints.say(f"costs.{target}.{name}", name, "is no cost", f"use {', '.join(sla.DEFAULT_COSTS)}")
            elif isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1e9:
                complaints.say(f"costs.{target}.{name}", value, "must be a number from 0 to 1e9")


def _record(uow: UnitOfWork, row: SlaPolicy, what: str) -> None:
    uow.session.flush()
    uow.record(RecordChanged(record=row.id, table=SlaPolicy.__tablename__, what=what))
