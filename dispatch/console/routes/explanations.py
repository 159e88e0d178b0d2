"""Why a visit is where it is, why it is not elsewhere, and what would free it."""

from __future__ import annotations

from fastapi import BackgroundTasks, Response

from dispatch.console.deps import Here, Reading, Travel, Uow, right
from dispatch.console.etags import tagged
from dispatch.console.problems import problems
from dispatch.console.routing import Router
from dispatch.console.shapes.common import RowId
from dispatch.console.shapes.explanations import Freed, WhyShape
from dispatch.console.shapes.plans import PlanSummary
from dispatch.console.shapes.trials import InLanguage
from dispatch.domain.roles import Right
from dispatch.planning.explaining import explanation
from dispatch.planning.freed import free

router = Router(prefix="/plans")


@router.get(
    "/{plan_id}/visits/{visit_id}/why",
    summary="Why a visit is where it is",
    dependencies=[right(Right.READ_PLANS)],
    responses=problems(401, 403, 404, 422),
)
def why_here(
    plan_id: RowId, visit_id: RowId, uow: Reading, here: Here, travel: Travel, language: InLanguage = "en"
) -> WhyShape:
    """What its place costs by rule, everybody's best other place with its price, and what would free it: each tried."""
    ground = here.grounds.ground(uow, travel, plan_id, [visit_id])
    return WhyShape.model_validate(explanation(uow, ground, visit_id, language))


@router.post(
    "/today/visits/{visit_id}/free",
    summary="Free a visit",
    dependencies=[right(Right.APPROVE_PLANS)],
    responses=problems(401, 403, 404, 409, 422, 503),
)
def free_visit(
    visit_id: RowId,
    response: Response,
    uow: Uow,
    here: Here,
    travel: Travel,
    freed: Freed,
    afterwards: BackgroundTasks,
    language: InLanguage = "en",
) -> PlanSummary:
    """Do what an explanation offered: change what the visit asks for or what is fixed, move, and publish that."""
    afterwards.add_task(here.grounds.warm, here.store, travel)
    row = free(uow, travel, visit_id, freed.change(), because=freed.because, language=language)
    return PlanSummary.model_validate(tagged(response, row))
