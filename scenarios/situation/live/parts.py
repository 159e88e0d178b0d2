"""What a company's history says of parts: which work needs them, how often the van had them, how long one took to come.

A job needed a part where somebody said that they used some, or came for want of one to no end; and where a visit is
done for which parts were to be taken along and nobody said anything else, as the live system reckons with vans.
"""

from __future__ import annotations

import datetime as dt
import statistics
from collections import Counter
from collections.abc import Collection, Sequence

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from dispatch.domain.events import VisitMoved
from dispatch.domain.visit_lifecycle import VisitAction, VisitStatus
from dispatch.store.queries.parts import uses_of
from dispatch.store.queries.rows import chunks
from dispatch.store.tables import Job, JobType, OutboxEntry, PartRequest, Visit
from scenarios.situation.stock import Stock

ENOUGH = 30
"""So many jobs have to have needed a part before anything is said of vans."""
_USUALLY = 24 * 3600
"""Seconds until a part is there, where nobody came again yet."""


def lacking(session: Session, visits: Collection[str]) -> frozenset[str]:
    """Those of these visits that ended for want of a part."""
    found: set[str] = set()
    for chunk in chunks(sorted(visits)):
        asked = select(PartRequest.visit_id).where(PartRequest.visit_id.in_(chunk), PartRequest.holds_up)
        found |= set(session.scalars(asked))
        told = select(OutboxEntry.subject_id, OutboxEntry.payload).where(
            OutboxEntry.kind == VisitMoved.__name__, OutboxEntry.subject_id.in_(chunk)
        )
        ended = VisitAction.NEED_PARTS.value
        found |= {visit for visit, payload in session.execute(told) if payload.get("action") == ended}
    return frozenset(found)


def stock_of(session: Session, since: dt.datetime, until: dt.datetime) -> Stock | None:
    """What vans carry by the visits that were over between two instants; None where too few jobs needed a part."""
    rows = session.execute(
        select(Visit.id, Visit.job_id, Visit.status, Visit.demand, Visit.sequence, Visit.finished_at, JobType.name)
        .join(Job, Job.id == Visit.job_id)
        .join(JobType, JobType.id == Job.job_type_id)
        .where(
            Visit.finished_at >= since,
            Visit.finished_at < until,
            Visit.status.in_([VisitStatus.COMPLETED, VisitStatus.INCOMPLETE]),
        )
        .order_by(Visit.finished_at, Visit.id)
    ).all()
    lacked = lacking(session, [row.id for row in rows if row.status is VisitStatus.INCOMPLETE])
    uses = uses_of(session, [row.id for row in rows])
    needed, lacked_by_job, kinds = set[str](), set[str](), dict[str, str]()
    for row in rows:
        kinds[row.job_id] = row.name
        used = uses.get(row.id)
        took = any(used.values()) if used is not None else row.status is VisitStatus.COMPLETED and bool(row.demand)
        if row.id in lacked:
            lacked_by_job.add(row.job_id)
        if took or row.id in lacked:
            needed.add(row.job_id)
    if len(needed) < ENOUGH:
        return None
    done, needing = Counter(kinds.values()), Counter(kinds[job] for job in needed)
    return Stock(
        needed={name: round(needing[name] / done[name], 4) for name in sorted(needing)},
        filled=round(1 - len(lacked_by_job) / len(needed), 4),
        wait=_wait(session, [row for row in rows if row.id in lacked], until),
    )


def _wait(session: Session, rows: Sequence[Row[tuple[object, ...]]], until: dt.datetime) -> int:
    """Seconds from a visit that lacked a part until the next one could be planned, mostly."""
    ended = {(row.job_id, row.sequence + 1): row.finished_at for row in rows}
    waits = []
    for chunk in chunks(sorted({job for job, _ in ended})):
        later = select(Visit.job_id, Visit.sequence, Visit.created_at).where(Visit.job_id.in_(chunk))
        for job, sequence, made in session.execute(later.where(Visit.created_at < until)):
            if (job, sequence) in ended:
                waits.append(max(0.0, (made - ended[job, sequence]).total_seconds()))
    return round(statistics.median(waits)) if waits else _USUALLY
