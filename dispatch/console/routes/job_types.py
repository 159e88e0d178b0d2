"""Job types."""

from __future__ import annotations

from fastapi import Response

from dispatch.console.deps import Reading, Uow, right
from dispatch.console.etags import IfMatch, tagged
from dispatch.console.paging import Page, Paging, paged
from dispatch.console.problems import problems
from dispatch.console.routing import Router
from dispatch.console.shapes.common import RowId
from dispatch.console.shapes.work import JobTypeChange, JobTypeShape, NewJobType, plain
from dispatch.domain.roles import Right
from dispatch.services import job_types
from dispatch.services.history import unchanged
from dispatch.store.tables import JobType

router = Router(prefix="/job-types", dependencies=[right(Right.READ_SETUP)])


@router.get("", summary="List job types", responses=problems(401, 403, 422))
def list_job_types(uow: Reading, paging: Paging, active: bool | None = None) -> Page[JobTypeShape]:
    """Kinds of work by name."""
    query = job_types.found(uow, active=active)
    return paged(uow, query, paging, [JobType.name, JobType.id], JobTypeShape.model_validate)


@router.post("", status_code=201, summary="Add a job type", responses=problems(401, 403, 409, 422))
def add_job_type(response: Response, uow: Uow, wanted: NewJobType) -> JobTypeShape:
    """A new kind of work."""
    return JobTypeShape.model_validate(tagged(response, job_types.create_job_type(uow, **wanted.model_dump())))


@router.get("/{job_type_id}", summary="Read a job type", responses=problems(401, 403, 404, 422))
def one_job_type(job_type_id: RowId, response: Response, uow: Reading) -> JobTypeShape:
    """A kind of work, with the ETag to change it by."""
    return JobTypeShape.model_validate(tagged(response, job_types.seen(uow, job_type_id)))


@router.patch("/{job_type_id}", summary="Change a job type", responses=problems(401, 403, 404, 409, 412, 422))
def edit_job_type(
    job_type_id: RowId, response: Response, uow: Uow, change: JobTypeChange, if_match: IfMatch = None
) -> JobTypeShape:
    """Change a kind of work; jobs that are here already keep what they got."""
    job_types.seen(uow, job_type_id)
    unchanged(uow, JobType, job_type_id, if_match)
    job_type = job_types.change_job_type(uow, job_type_id, **plain(change))
    return JobTypeShape.model_validate(tagged(response, job_type))
