"""What technicians say on the spot: the record of a visit, and the parts that they need."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query, Response

from dispatch.console.deps import Reading, Uow, right
from dispatch.console.etags import IfMatch, tagged
from dispatch.console.paging import Page, Paging, paged
from dispatch.console.problems import problems
from dispatch.console.routing import Router
from dispatch.console.shapes.common import Chosen, RowId
from dispatch.console.shapes.field_work import PartRequestShape, PartStep, VisitRecord
from dispatch.domain.roles import Right
from dispatch.services import parts
from dispatch.services.history import unchanged
from dispatch.store.tables import Job, PartRequest, PartRequestStatus

router = Router()

Statuses = Annotated[tuple[PartRequestStatus, ...], Query(max_length=len(PartRequestStatus))]


@router.get(
    "/visits/{visit_id}/record",
    summary="What was done at a visit",
    dependencies=[right(Right.READ_JOBS, Right.WORK_VISITS)],
    responses=problems(401, 403, 404, 422),
)
def read_record(visit_id: RowId, uow: Reading) -> VisitRecord:
    """Answers to checklists with what was asked, parts used and asked for, calls for help, pictures, the signature."""
    return VisitRecord.of(uow, visit_id)


@router.get(
    "/part-requests",
    summary="Parts that are needed",
    dependencies=[right(Right.READ_JOBS)],
    responses=problems(401, 403, 422),
)
def list_part_requests(
    uow: Reading, paging: Paging, status: Statuses = (), urgent: bool | None = None, job_id: Chosen = None
) -> Page[PartRequestShape]:
    """What technicians have asked for, in the order in which it was."""
    query = parts.found(uow, statuses=status, urgent=urgent, job_id=job_id)
    return paged(uow, query, paging, [PartRequest.at, PartRequest.id], lambda row: PartRequestShape.of(uow, *row))


@router.get(
    "/part-requests/{request_id}",
    summary="Read a request for a part",
    dependencies=[right(Right.READ_JOBS)],
    responses=problems(401, 403, 404, 422),
)
def one_part_request(request_id: RowId, response: Response, uow: Reading) -> PartRequestShape:
    """A part that somebody needs, with the ETag to act on it by."""
    row = tagged(response, parts.seen(uow, request_id))
    return PartRequestShape.of(uow, row, uow.get(Job, row.job_id))


@router.post(
    "/part-requests/{request_id}/actions",
    summary="Order a part, or say that it has arrived",
    dependencies=[right(Right.CHANGE_JOBS)],
    responses=problems(401, 403, 404, 409, 412, 422),
)
def act_on_part_request(
    request_id: RowId, response: Response, uow: Uow, step: PartStep, if_match: IfMatch = None
) -> PartRequestShape:
    """Once all that a job waits for has arrived, the job gets another visit, which the next plan places."""
    parts.seen(uow, request_id)
    unchanged(uow, PartRequest, request_id, if_match)
    row = tagged(response, parts.act(uow, request_id, step.action))
    return PartRequestShape.of(uow, row, uow.get(Job, row.job_id))
