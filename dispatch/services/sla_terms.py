"""Which SLA policy a job gets, and what it promises in the job's place and time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from dispatch.domain.calendars import Calendar, calendar_of, time_zones
from dispatch.domain.errors import Invalid
from dispatch.domain.job_lifecycle import JobStatus
from dispatch.domain.sla import Target, Terms
from dispatch.store.queries.promises import PlacedJob
from dispatch.store.tables import BusinessCalendar, Priority, SlaPolicy

ALLOWED: Mapping[Target, str] = {
    Target.RESPOND: "respond_within",
    Target.DISPATCH: "dispatch_within",
    Target.ON_SITE: "on_site_within",
    Target.RESOLVE: "resolve_within",
}
"""Where a policy says how long each target may take."""


Zones = tuple[str | None, ...]
"""Time zones in which a calendar without one of its own may lie, the nearest first: those of site and territory."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What decides about the promises of a job."""

    customer: str
    contract: str | None
    job_type: str
    priority: Priority
    zones: Zones = ()


def facts(placed: PlacedJob) -> Facts:
    """What decides about the promises of a job of the store."""
    job = placed.job
    return Facts(job.customer_id, placed.contract, job.job_type_id, job.priority, placed.zones)


class Setup:
    """The SLA policies and calendars as they stood when this was made."""

    def __init__(self, session: Session) -> None:
        fresh = {"populate_existing": True}
        policies = session.scalars(select(SlaPolicy).order_by(SlaPolicy.id), execution_options=fresh)
        calendars = session.scalars(select(BusinessCalendar), execution_options=fresh)
        self.policies = {policy.id: policy for policy in policies}
        self._calendars = {calendar.id: calendar for calendar in calendars}
        self._known: dict[tuple[str, str], Calendar] = {}

    def policy_for(self, job: Facts) -> SlaPolicy | None:
        """The active policy with the most specific match (see :class:`SlaPolicy`); the oldest of equals."""
        fitting = [policy for policy in self.policies.values() if policy.active and _fits(policy, job)]
        return max(fitting, key=_specificity, default=None)

    def terms(self, policy: SlaPolicy, target: Target, zones: Zones) -> Terms | None:
        """What a policy promises for a target; None where it promises nothing."""
        allowed: int | None = getattr(policy, ALLOWED[target])
        if allowed is None:
            return None
        ladder = tuple(int(step["after"]) for step in policy.ladder)
        return Terms(self.calendar(policy.calendar_id, zones), allowed, tuple(policy.warn_at), ladder)

    def promised(self, policy: SlaPolicy, zones: Zones) -> Iterator[tuple[Target, Terms]]:
        """All that a policy promises."""
        for target in Target:
            if terms := self.terms(policy, target, zones):
                yield target, terms

    def calendar(self, calendar_id: str, zones: Zones) -> Calendar:
        """A calendar in its own time zone, or else in the first of ``zones`` that is known, or UTC."""
        row = self._calendars[calendar_id]
        zone = next(zone for zone in (row.time_zone, *zones, "UTC") if zone in time_zones())
        if (row.id, zone) not in self._known:
            self._known[row.id, zone] = calendar_of(zone, row.hours, row.holidays, row.country)
        return self._known[row.id, zone]


def pauses(policy: SlaPolicy) -> frozenset[JobStatus]:
    """The job statuses in which the clocks of a policy stand still."""
    return frozenset(JobStatus(status) for status in policy.pauses_on)


def check_reach(setup: Setup, policy: SlaPolicy, now: dt.datetime) -> None:
    """Raise :class:`Invalid` where a promise, or a step of its ladder, lies further away than its calendar looks.

    Asked when a policy or a calendar is changed, so that no job is refused for it later.
    """
    longest = max(getattr(policy, name) or 0 for name in ALLOWED.values())
    last = max((step["after"] for step in policy.ladder), default=0)
    try:
        setup.calendar(policy.calendar_id, ()).after(now, longest + last)
    except Invalid as refused:
        error = {"place": "calendar_id", "value": policy.calendar_id, "problem": refused.detail, "remedy": ""}
        raise Invalid(f"The SLA policy {policy.name!r}: {refused.detail}", errors=[error]) from refused


def _fits(policy: SlaPolicy, job: Facts) -> bool:
    asked = (
        (policy.customer_id, job.customer),
        (policy.contract, job.contract),
        (policy.job_type_id, job.job_type),
        (policy.priority, job.priority),
    )
    return all(wanted is None or wanted == actual for wanted, actual in asked)


def _specificity(policy: SlaPolicy) -> tuple[bool, bool, bool, bool, int]:
    return (
        policy.customer_id is not None,
        policy.contract is not None,
        policy.job_type_id is not None,
        policy.priority is not None,
        policy.rank,
    )
