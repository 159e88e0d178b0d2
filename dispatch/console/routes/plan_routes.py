"""The routes of a plan as they are driven, for a map."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query

from dispatch.console.deps import Reading, Travel, right
from dispatch.console.problems import problems
from dispatch.console.routing import Router
from dispatch.console.shapes.common import Ref, RowId, When
from dispatch.console.shapes.travel import DrawingShape, TimingShape
from dispatch.domain.roles import Right
from dispatch.planning.drawn import drawn, drawn_today
from dispatch.planning.sight import timing_of

router = Router(prefix="/plans", dependencies=[right(Right.READ_PLANS)])


@router.get("/today/routes", summary="Draw the published plan", responses=problems(401, 403, 422))
def todays_routes(
    uow: Reading,
    travel: Travel,
    since: Annotated[When | None, Query(description="Shifts that end after it; twelve hours ago")] = None,
    until: Annotated[When | None, Query(description="Shifts that start before it; a day after since")] = None,
    technician: Annotated[list[Ref] | None, Query(max_length=100, description="Whose; left out: everybody's")] = None,
) -> DrawingShape:
    """Technician by technician, the points along each leg and who says how long it takes."""
    return DrawingShape.model_validate(drawn_today(uow, travel, since, until, technician))


@router.get("/{plan_id}/routes", summary="Draw a plan", responses=problems(401, 403, 404, 422))
def routes_of_plan(plan_id: RowId, uow: Reading, travel: Travel) -> DrawingShape:
    """The routes of a plan or draft."""
    return DrawingShape.model_validate(drawn(uow, travel, plan_id))


@router.get("/{plan_id}/timing", summary="Time a plan by the hour", responses=problems(401, 403, 404, 422))
def timing_of_plan(plan_id: RowId, uow: Reading) -> TimingShape:
    """Each leg at the speeds of the hour in which it begins: expected times, lateness, and by how much it may slip."""
    return TimingShape.model_validate(timing_of(uow, plan_id))
