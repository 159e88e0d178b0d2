"""Visits: found, changed, pinned, moved along."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Query, Response

from dispatch.console.deps import Reading, Uow, right
from dispatch.console.etags import IfMatch, tagged
from dispatch.console.paging import Page, Paging, paged
from dispatch.console.problems import problems
from dispatch.console.routing import Router
from dispatch.console.shapes.common import Chosen, RowId, When
from dispatch.console.shapes.work import Pin, VisitChange, VisitShape, VisitStep, one_visit, plain
from dispatch.domain.roles import Right
from dispatch.domain.visit_lifecycle import VisitStatus
from dispatch.services import visits, work_lists
from dispatch.services.history import unchanged
from dispatch.services.work_lists import VisitFilter
from dispatch.store.tables import Visit

router = Router(prefix="/visits", dependencies=[right(Right.READ_JOBS, Right.WORK_VISITS)])


def _chosen(
    status: Annotated[tuple[VisitStatus, ...], Query(max_length=len(VisitStatus))] = (),
    job_id: Chosen = None,
    territory_id: Chosen = None,
    site_id: Chosen = None,
    technician_id: Chosen = None,
    since: Annotated[When | None, Query(description="Planned to start at or after")] = None,
    until: Annotated[When | None, Query(description="Planned to start before")] = None,
) -> VisitFilter:
    return VisitFilter(
        status=status,
        job_id=job_id,
        territory_id=territory_id,
        site_id=site_id,
        technician_id=technician_id,
        since=since,
        until=until,
    )


@router.get("", summary="Find visits", responses=problems(401, 403, 422))
def list_visits(uow: Reading, chosen: Annotated[VisitFilter, Depends(_chosen)], paging: Paging) -> Page[VisitShape]:
    """Visits, each with where it is planned and what you may do to it. Technicians see their own."""
    page = paged(uow, work_lists.visits(uow, chosen), paging, [Visit.id], tuple)
    planned = work_lists.assignments(uow, [visit.id for visit, _ in page.items])
    shapes = [VisitShape.of(uow, visit, zone, planned.get(visit.id, [])) for visit, zone in page.items]
    return Page(items=shapes, next=page.next)


@router.get("/{visit_id}", summary="Read a visit", responses=problems(401, 403, 404, 422))
def read_visit(visit_id: RowId, response: Response, uow: Reading) -> VisitShape:
    """A visit, with the ETag to change it by."""
    return one_visit(uow, tagged(response, visits.seen(uow, visit_id)))


@router.patch("/{visit_id}", summary="Change a visit", responses=problems(401, 403, 404, 409, 412, 422))
def edit_visit(
    visit_id: RowId, response: Response, uow: Uow, change: VisitChange, if_match: IfMatch = None
) -> VisitShape:
    """Change what a visit asks for."""
    visits.seen(uow, visit_id)
    unchanged(uow, Visit, visit_id, if_match)
    return one_visit(uow, tagged(response, visits.change(uow, visit_id, **plain(change))))


@router.post("/{visit_id}/actions", summary="Move a visit along", responses=problems(401, 403, 404, 409, 412, 422))
def act_on_visit(
    visit_id: RowId, response: Response, uow: Uow, step: VisitStep, if_match: IfMatch = None
) -> VisitShape:
    """Accept, depart, arrive, complete …; the answer says where the visit stands and what can be done next."""
    visits.seen(uow, visit_id)
    visits.as_named(uow, visit_id, if_match)
    return one_visit(uow, tagged(response, visits.act(uow, visit_id, **step.sent())))


@router.put("/{visit_id}/pin", summary="Pin a visit", responses=problems(401, 403, 404, 409, 412, 422))
def pin_visit(visit_id: RowId, response: Response, uow: Uow, pin: Pin, if_match: IfMatch = None) -> VisitShape:
    """Fix who does a visit, when it starts or its order, so that no plan changes it; an empty document frees it."""
    visits.seen(uow, visit_id)
    unchanged(uow, Visit, visit_id, if_match)
    return one_visit(uow, tagged(response, visits.pin(uow, visit_id, pin.sent())))
