"""A job that nobody has taken in yet, thought into the day: rows of no session, as intake would write them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from dispatch.domain.errors import Invalid
from dispatch.domain.job_lifecycle import JobStatus
from dispatch.domain.roles import Right
from dispatch.domain.sla import Target, started
from dispatch.domain.visit_lifecycle import VisitStatus
from dispatch.planning.facts import Work, seconds
from dispatch.planning.promised import Promised
from dispatch.services import sites
from dispatch.services.places import territory_at
from dispatch.services.placing import NO_POSITION
from dispatch.services.rights import require
from dispatch.services.senior import PREFER, REQUIRE, working_seniors
from dispatch.services.sla import DEFAULT_COSTS
from dispatch.services.sla_terms import Facts, Setup
from dispatch.store.tables import Customer, Job, JobType, Priority, Site, SlaPolicy, Territory, Visit
from dispatch.store.unit_of_work import UnitOfWork
from optimizer.domain import Promise

NEW = "new"
"""What stands for the identifier of what does not exist yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is asked for: a kind of work at a site that is known, or at a point."""

    job_type_id: str
    priority: Priority | None = None
    customer_id: str | None = None
    site_id: str | None = None
    lat: float | None = None
    lon: float | None = None
    duration: int | None = None


class Imagined:
    """A job that nobody has taken in yet: rows of no session, as intake would write them."""

    def __init__(self, uow: UnitOfWork, asked: Asked) -> None:
        kind = uow.get(JobType, asked.job_type_id)
        self.site = _site(uow, asked)
        territory = uow.session.get(Territory, self.site.territory_id or "")
        zones = (self.site.time_zone, territory.time_zone if territory is not None else None)
        self.zone = ZoneInfo(next((zone for zone in zones if zone), "UTC"))
        customer_id = asked.customer_id or self.site.customer_id
        customer = uow.session.get(Customer, customer_id) if customer_id != NEW else None
        self.job = Job(
            id=NEW,
            number="",
            customer_id=customer_id,
            site_id=self.site.id,
            job_type_id=kind.id,
            territory_id=self.site.territory_id,
            title="",
            priority=asked.priority or kind.priority,
            status=JobStatus.TRIAGED,
            received_at=uow.now,
        )
        setup = Setup(uow.session)
        contract = customer.contract if customer is not None else None
        about = Facts(customer_id, contract, kind.id, self.job.priority, zones)
        self.policy: SlaPolicy | None = setup.policy_for(about)
        self.due: dict[str, dt.datetime] = {}
        if self.policy is not None:
            for target, terms in setup.promised(self.policy, zones):
                self.due[target.value] = started(terms, uow.now).due_at
        wishes = set(self.policy.on_intake) if self.policy is not None else set()
        self.asked_for: Sequence[str] = ()
        if {REQUIRE, PREFER} & wishes:
            self.asked_for = working_seniors(uow.session, self.site.territory_id, kind.roles, uow.now)
        # Whom the policy asks for is told of each; who else could come is shown as well, for a person to choose.
        self.visit = Visit(
            id=NEW,
            job_id=NEW,
            sequence=1,
            status=VisitStatus.OPEN,
            site_id=self.site.id,
            territory_id=self.site.territory_id,
            roles=kind.roles,
            demand=kind.demand,
            duration=kind.duration if asked.duration is None else asked.duration,
            windows=[],
            appointment=False,
            only=[],
            never=[],
            preferred=list(self.asked_for),
            after_min_gap=0,
            pin={},
            extended=0,
            paused_for=0,
            late_by=0,
        )

    @property
    def work(self) -> Work:
        """The visit with its job and its site."""
        return Work(self.visit, self.job, self.site)

    @property
    def promised(self) -> Promised:
        """What the optimizer would be told of the promises."""
        on_site, resolve = (self._promise(target) for target in (Target.ON_SITE, Target.RESOLVE))
        return Promised(on_site, resolve)

    def _promise(self, target: Target) -> Promise | None:
        if self.policy is None or target.value not in self.due:
            return None
        costs = {**DEFAULT_COSTS, **self.policy.costs.get(target.value, {})}
        return Promise(seconds(self.due[target.value]), costs["breach_cost"], costs["cost_per_hour_late"])


def _site(uow: UnitOfWork, asked: Asked) -> Site:
    if asked.site_id is not None:
        site = sites.seen(uow, asked.site_id)
        if site.lat is None:
            error = {"place": "site_id", "value": site.id, "problem": "nobody knows where it is", "remedy": NO_POSITION}
            raise Invalid(f"site_id: {NO_POSITION}", errors=[error])
        return site
    if asked.lat is None or asked.lon is None:
        error = {"place": "site_id", "value": "", "problem": "no place was named", "remedy": "send it, or lat and lon"}
        raise Invalid("No place was named: send site_id, or lat and lon.", errors=[error])
    territory = territory_at(uow.session, asked.lat, asked.lon)
    require(uow, Right.CREATE_JOBS, territory)
    return Site(id=NEW, customer_id=asked.customer_id or NEW, lat=asked.lat, lon=asked.lon, territory_id=territory)
