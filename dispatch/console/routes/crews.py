"""Who does a visit together, and visits taken apart and put together."""

from __future__ import annotations

from fastapi import Response

from dispatch.console.deps import Travel, Uow, right
from dispatch.console.etags import IfMatch, tagged
from dispatch.console.problems import problems
from dispatch.console.routing import Router
from dispatch.console.shapes.common import RowId
from dispatch.console.shapes.locks import CrewAsked, JoinAsked, PartsAsked
from dispatch.console.shapes.plans import PlanSummary
from dispatch.console.shapes.trials import InLanguage
from dispatch.console.shapes.work import VisitShape, one_visit
from dispatch.domain.roles import Right
from dispatch.planning.crewing import assign_crew
from dispatch.services import splitting, visits
from dispatch.services.history import unchanged
from dispatch.store.tables import Visit

router = Router(prefix="/visits")


@router.put(
    "/{visit_id}/crew",
    summary="Name a visit's crew",
    dependencies=[right(Right.APPROVE_PLANS)],
    responses=problems(401, 403, 404, 409, 412, 422, 503),
)
def put_crew(
    visit_id: RowId,
    response: Response,
    uow: Uow,
    travel: Travel,
    wanted: CrewAsked,
    language: InLanguage = "en",
    if_match: IfMatch = None,
) -> PlanSummary:
    """These technicians do it together, now and in every plan that follows; it is published where it costs least."""
    visits.seen(uow, visit_id)
    unchanged(uow, Visit, visit_id, if_match)
    row = assign_crew(uow, travel, visit_id, language=language, **wanted.model_dump())
    return PlanSummary.model_validate(tagged(response, row))


@router.post(
    "/{visit_id}/split",
    summary="Split a visit",
    dependencies=[right(Right.CHANGE_JOBS)],
    responses=problems(401, 403, 404, 409, 412, 422),
)
def split_visit(visit_id: RowId, uow: Uow, wanted: PartsAsked, if_match: IfMatch = None) -> list[VisitShape]:
    """Parts that follow each other, of these durations; the visit itself is the first of them."""
    visits.seen(uow, visit_id)
    unchanged(uow, Visit, visit_id, if_match)
    return [one_visit(uow, part) for part in splitting.split(uow, visit_id, wanted.durations)]


@router.post(
    "/{visit_id}/join",
    summary="Join two visits",
    dependencies=[right(Right.CHANGE_JOBS)],
    responses=problems(401, 403, 404, 409, 412, 422),
)
def join_visits(
    visit_id: RowId, response: Response, uow: Uow, wanted: JoinAsked, if_match: IfMatch = None
) -> VisitShape:
    """Another visit of the same job becomes part of this one, and is cancelled."""
    visits.seen(uow, visit_id)
    unchanged(uow, Visit, visit_id, if_match)
    return one_visit(uow, tagged(response, splitting.join(uow, visit_id, wanted.with_visit)))
