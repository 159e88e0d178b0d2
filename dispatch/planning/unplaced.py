"""Where the work lies that nobody has yet: open visits with their places, for a map."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import select

from dispatch.domain.roles import Right
from dispatch.domain.visit_lifecycle import VisitStatus
from dispatch.services.rights import require
from dispatch.store.tables import Job, Priority, Site, Visit
from dispatch.store.unit_of_work import UnitOfWork

MOST = 1000


@dataclass(frozen=True, slots=True)
class UnplacedVisit:
    """An open visit, and where it is to be made."""

    visit: str
    job: str
    number: str
    title: str
    priority: Priority
    lat: float
    lon: float


@dataclass(frozen=True, slots=True)
class Unplaced:
    """Open visits at one instant of the operation's clock. ``cut``: there are more than are listed."""

    now: dt.datetime
    visits: tuple[UnplacedVisit, ...]
    cut: bool


def unplaced(uow: UnitOfWork) -> Unplaced:
    """Visits that nobody has, in the order in which their jobs came, within the actor's territories."""
    require(uow, Right.READ_PLANS)
    rows = uow.session.execute(
        select(Visit, Job, Site)
        .join(Job, Job.id == Visit.job_id)
        .join(Site, Site.id == Visit.site_id)
        .where(Visit.status == VisitStatus.OPEN, Site.lat.is_not(None))
        .order_by(Job.received_at, Visit.id)
    )
    seen = (row for row in rows if uow.actor.covers(row[0].territory_id))
    found = [
        UnplacedVisit(visit.id, job.id, job.number, job.title, job.priority, *site.at)
        for (visit, job, site), _ in zip(seen, range(MOST + 1), strict=False)
    ]
    return Unplaced(uow.now, tuple(found[:MOST]), len(found) > MOST)
