"""Where people are: what phones report, who is on the way, and when they will be there."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from fastapi import Query

from dispatch.console.deps import Reading, SignedIn, Uow, right
from dispatch.console.paging import Page, Paging, paged
from dispatch.console.problems import problems
from dispatch.console.routing import Router
from dispatch.console.shapes.common import Chosen, RowId, When
from dispatch.console.shapes.positions import (
    Arrivals,
    ArrivalShape,
    Erased,
    FixBatch,
    Taken,
    TrailPointShape,
    Whereabouts,
)
from dispatch.domain.roles import Right
from dispatch.services import position_lists, positions
from dispatch.store.tables import Position, TrailPoint

router = Router()
DAY = dt.timedelta(days=1)

Since = Annotated[When | None, Query(description="A day before `until` where it is left out")]
Until = Annotated[When | None, Query(description="Now where it is left out")]


@router.post(
    "/positions",
    summary="Report own positions",
    dependencies=[right(Right.WORK_VISITS)],
    responses=problems(401, 403, 409, 422),
)
def report_positions(uow: Uow, actor: SignedIn, batch: FixBatch) -> Taken:
    """Where you were; what was not at work is not kept. A phone that was out of reach sends all it has."""
    reported = positions.report(uow, actor.technician or "", [one.fix() for one in batch.fixes])
    return Taken.model_validate(reported)


@router.get(
    "/positions",
    summary="Where is everybody",
    dependencies=[right(Right.READ_PEOPLE, Right.WORK_VISITS)],
    responses=problems(401, 403, 422),
)
def list_positions(uow: Reading, paging: Paging, territory_id: Chosen = None) -> Page[Whereabouts]:
    """Everybody who is at work now, with the visit that they are on the way to. Technicians see themselves."""
    page = paged(uow, position_lists.latest(uow, territory_id), paging, [Position.technician_id], lambda row: row)
    to = position_lists.destinations(uow, [one.technician_id for one in page.items])
    return Page(items=[Whereabouts.of(one, uow.now, to) for one in page.items], next=page.next)


@router.get(
    "/technicians/{technician_id}/trail",
    summary="Where was a technician",
    dependencies=[right(Right.ACT_ON_VISITS, Right.WORK_VISITS)],
    responses=problems(401, 403, 404, 422),
)
def read_trail(
    technician_id: RowId, uow: Uow, paging: Paging, since: Since = None, until: Until = None
) -> Page[TrailPointShape]:
    """Where somebody was while they worked, 31 days at most. That you looked is recorded, unless it is your own."""
    end = until or uow.now
    query = position_lists.trail(uow, technician_id, since or end - DAY, end)
    return paged(uow, query, paging, [TrailPoint.at], TrailPointShape.model_validate)


@router.delete(
    "/technicians/{technician_id}/trail",
    summary="Forget where a technician was",
    dependencies=[right(Right.WRITE_PEOPLE)],
    responses=problems(401, 403, 404, 409, 422),
)
def erase_trail(technician_id: RowId, uow: Uow) -> Erased:
    """Forget all that is known of where somebody was and is."""
    return Erased(points=position_lists.erase(uow, technician_id))


@router.get(
    "/visits/{visit_id}/arrival",
    summary="When will they arrive",
    dependencies=[right(Right.READ_JOBS, Right.WORK_VISITS)],
    responses=problems(401, 403, 404, 422),
)
def read_arrival(visit_id: RowId, uow: Reading) -> Arrivals:
    """When those are expected who are on the way to a visit; nobody where nobody is, or where nothing is known yet."""
    found = position_lists.expected_at(uow, visit_id)
    return Arrivals(items=[ArrivalShape.model_validate(one) for one in found])
