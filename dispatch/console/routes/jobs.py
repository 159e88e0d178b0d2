"""Jobs: taken in, found, changed, moved along."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Query, Response

from dispatch.console.deps import Reading, Uow, right
from dispatch.console.etags import IfMatch, tagged
from dispatch.console.paging import Page, Paging, paged
from dispatch.console.problems import problems
from dispatch.console.routing import Router
from dispatch.console.shapes.common import Chosen, RowId, When, Words
from dispatch.console.shapes.work import (
    JobChange,
    JobDetail,
    JobShape,
    JobStep,
    NewJob,
    NewVisit,
    VisitShape,
    one_job,
    one_visit,
    plain,
)
from dispatch.domain.job_lifecycle import JobStatus
from dispatch.domain.roles import Right
from dispatch.services import intake, jobs, work_lists
from dispatch.services.history import unchanged
from dispatch.services.work_lists import JobFilter
from dispatch.store.tables import Job, Priority

router = Router(prefix="/jobs", dependencies=[right(Right.READ_JOBS)])


def _chosen(
    q: Words = "",
    status: Annotated[tuple[JobStatus, ...], Query(max_length=len(JobStatus))] = (),
    priority: Annotated[tuple[Priority, ...], Query(max_length=len(Priority))] = (),
    territory_id: Chosen = None,
    customer_id: Chosen = None,
    site_id: Chosen = None,
    equipment_id: Chosen = None,
    job_type_id: Chosen = None,
    since: Annotated[When | None, Query(description="Received at or after")] = None,
    until: Annotated[When | None, Query(description="Received before")] = None,
) -> JobFilter:
    return JobFilter(
        q=q,
        status=status,
        priority=priority,
        territory_id=territory_id,
        customer_id=customer_id,
        site_id=site_id,
        equipment_id=equipment_id,
        job_type_id=job_type_id,
        since=since,
        until=until,
    )


@router.get("", summary="Find jobs", responses=problems(401, 403, 422))
def list_jobs(uow: Reading, chosen: Annotated[JobFilter, Depends(_chosen)], paging: Paging) -> Page[JobShape]:
    """Jobs, the latest first, each with what you may do to it."""
    query = work_lists.jobs(uow, chosen)
    return paged(uow, query, paging, [Job.received_at.desc(), Job.id.desc()], lambda row: JobShape.of(uow, *row))


@router.post(
    "",
    status_code=201,
    summary="Take in a job",
    responses={200: {"model": JobDetail, "description": "Known already"}, **problems(401, 403, 404, 409, 422)},
)
def add_job(response: Response, uow: Uow, wanted: NewJob) -> JobDetail:
    """A job with its first visit. An ``external_id`` that is known answers the job that it named, with 200."""
    if intake.known(uow, wanted.external_id) is not None:
        response.status_code = 200
    job = intake.receive_job(uow, **plain(wanted))  # what was not sent is the service's default
    response.headers["Location"] = f"/api/v1/jobs/{job.id}"
    return one_job(uow, tagged(response, job))


@router.get("/{job_id}", summary="Read a job", responses=problems(401, 403, 404, 422))
def read_job(job_id: RowId, response: Response, uow: Reading) -> JobDetail:
    """A job with its visits, and the ETag to change it by."""
    return one_job(uow, tagged(response, jobs.seen(uow, job_id)))


@router.patch("/{job_id}", summary="Change a job", responses=problems(401, 403, 404, 409, 412, 422))
def edit_job(job_id: RowId, response: Response, uow: Uow, change: JobChange, if_match: IfMatch = None) -> JobDetail:
    """Change a job; a new priority moves its promises, a new site its open visits."""
    jobs.seen(uow, job_id)
    unchanged(uow, Job, job_id, if_match)
    return one_job(uow, tagged(response, jobs.change(uow, job_id, **change.sent())))


@router.post("/{job_id}/actions", summary="Move a job along", responses=problems(401, 403, 404, 409, 412, 422))
def act_on_job(job_id: RowId, response: Response, uow: Uow, step: JobStep, if_match: IfMatch = None) -> JobDetail:
    """Triage, decline, cancel, close …; the answer says where the job stands and what can be done next."""
    jobs.seen(uow, job_id)
    unchanged(uow, Job, job_id, if_match)
    return one_job(uow, tagged(response, jobs.act(uow, job_id, step.action, reason=step.reason)))


@router.post("/{job_id}/visits", status_code=201, summary="Add a visit", responses=problems(401, 403, 404, 409, 422))
def add_visit(job_id: RowId, response: Response, uow: Uow, wanted: NewVisit) -> VisitShape:
    """A further visit, after the last one; what is not sent is as in that one."""
    return one_visit(uow, tagged(response, jobs.add_visit(uow, job_id, **plain(wanted))))
