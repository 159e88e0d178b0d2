"""Visits that end with something still to be done: for want of parts, or of another visit.

Whoever is there says so, about a visit of their own; that they may not change jobs otherwise does not matter.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from dispatch.domain.visit_lifecycle import VisitAction
from dispatch.services import asks, jobs, parts, visits
from dispatch.services.complaints import Complaints
from dispatch.store.queries.rows import locked
from dispatch.store.tables import Job, Visit
from dispatch.store.unit_of_work import UnitOfWork


def need_visit(
    uow: UnitOfWork, visit_id: str, *, reason: str, at: dt.datetime | None = None, duration: int | None = None
) -> Visit | None:
    """End a visit as incomplete, and add the one that is needed besides, which the next plan places.

    ``duration`` in seconds; otherwise it lasts as long as the one before. Answers the new visit; None where the job is
    over already. Raises what :func:`dispatch.services.visits.act` does.
    """
    complaints = Complaints()
    asked = {} if duration is None else {"duration": asks.duration(duration, complaints)}
    complaints.raise_any()
    visit = visits.act(uow, visit_id, VisitAction.NEED_VISIT, at=at, reason=reason)
    return jobs.append_visit(uow, locked(uow, Job, visit.job_id), **asked)


def need_parts(
    uow: UnitOfWork,
    visit_id: str,
    *,
    reason: str,
    at: dt.datetime | None = None,
    wanted: Sequence[Mapping[str, Any]] = (),
) -> list[str]:
    """End a visit as incomplete for want of parts, and ask for these; the job waits for them.

    ``wanted``: ``{"part", "quantity"}`` each. Answers the ids of the requests. Raises what
    :func:`dispatch.services.visits.act` and :func:`dispatch.services.parts.request` do.
    """
    complaints = Complaints()
    if len(wanted) > parts.PARTS_AT_MOST:
        complaints.say("parts", len(wanted), f"at most {parts.PARTS_AT_MOST} can be asked for at once", "shorten it")
    complaints.raise_any()
    visit = visits.act(uow, visit_id, VisitAction.NEED_PARTS, at=at, reason=reason)
    when = visit.finished_at or uow.now
    rows = [
        parts.request(uow, visit, one["part"], one.get("quantity", 1), when, note=reason, holds_up=True)
        for one in wanted
    ]
    return [row.id for row in rows]
