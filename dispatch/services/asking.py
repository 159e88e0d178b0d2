"""Asking technicians to accept a visit: shortly before it starts, though their phones have held it since its dispatch.

What is accepted keeps its people and its time, so nobody is asked before it must be. Until then the plan may still
change the visit without a word to anybody; from then on technicians are told of what becomes of it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from sqlalchemy import select
from sqlalchemy.orm import Session

from dispatch.domain.events import VisitAsked
from dispatch.domain.visit_lifecycle import NOT_DISPATCHED, VisitStatus
from dispatch.store.queries.rows import all_locked
from dispatch.store.queries.visits import crews
from dispatch.store.tables import Assignment, PlanningPolicy, Visit
from dispatch.store.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Aheads:
    """So long before their start visits go to phones, and their technicians are asked to accept them."""

    dispatch: dt.timedelta
    accept: dt.timedelta


def aheads(session: Session) -> Aheads:
    """Those of the standard policy; none at all where there is no policy yet."""
    row = session.execute(
        select(PlanningPolicy.dispatch_ahead, PlanningPolicy.accept_ahead)
        .order_by(PlanningPolicy.standard.desc(), PlanningPolicy.created_at, PlanningPolicy.id)
        .limit(1)
    ).one_or_none()
    return aheads_of(*(row or (0, 0)))


def aheads_of(dispatch: int, accept: int) -> Aheads:
    """From seconds, as policies have them."""
    return Aheads(dt.timedelta(seconds=dispatch), dt.timedelta(seconds=accept))


class Stop(Protocol):
    """What of a place in a plan says from when on somebody is asked."""

    @property
    def start(self) -> dt.datetime:
        """When the work begins."""

    @property
    def travel_seconds(self) -> int | None:
        """How long the way there takes; None: nobody knows."""


def asked_from(stop: Stop, accept: dt.timedelta) -> dt.datetime:
    """From when on somebody is asked: so long before the start, or when they have to set out, if that is sooner."""
    return stop.start - max(accept, dt.timedelta(seconds=stop.travel_seconds or 0))


def is_early(visit: Visit) -> bool:
    """Whether phones hold the visit, and nobody has been asked for it yet."""
    return visit.status is VisitStatus.DISPATCHED and visit.asked_at is None


def was_told(visit: Visit) -> bool:
    """Whether technicians know that the visit is theirs: only then they are told when it changes."""
    return visit.status not in NOT_DISPATCHED and not is_early(visit)


def due(uow: UnitOfWork, accept: dt.timedelta) -> Sequence[str]:
    """The visits on phones for which the time has come to ask."""
    early = select(Assignment).join(Visit, Visit.id == Assignment.visit_id)
    stops = uow.session.scalars(early.where(Visit.status == VisitStatus.DISPATCHED, Visit.asked_at.is_(None)))
    return sorted({stop.visit_id for stop in stops if asked_from(stop, accept) <= uow.now})


def ask(uow: UnitOfWork, visit_ids: Iterable[str]) -> int:
    """Ask for these visits, those of them that are on phones and nobody was asked for; how many they were."""
    visits = [visit for visit in all_locked(uow, Visit, visit_ids).values() if is_early(visit)]
    crew = crews(uow.session, [visit.id for visit in visits])
    for visit in visits:
        visit.asked_at = uow.now
        who = next(iter(crew.get(visit.id, ())), None)
        uow.record(VisitAsked(visit=visit.id, job=visit.job_id, territory=visit.territory_id, technician=who))
    uow.session.flush()
    return len(visits)
