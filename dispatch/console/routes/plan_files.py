"""A plan and its problem as files of the planning model: to be checked, scored, or planned again elsewhere."""

from __future__ import annotations

from typing import Any

from dispatch.console.deps import Reading, right
from dispatch.console.problems import problems
from dispatch.console.routing import Router
from dispatch.console.shapes.common import RowId
from dispatch.domain.roles import Right
from dispatch.planning.sight import files_of

router = Router(prefix="/plans")

_MAY_EXPORT = [right(Right.EXPORT)]


@router.get(
    "/{plan_id}/files/problem",
    summary="Take out the problem of a plan",
    dependencies=_MAY_EXPORT,
    responses=problems(401, 403, 404),
)
def problem_file(plan_id: RowId, uow: Reading) -> dict[str, Any]:
    """The problem that the plan answers, as `fieldwright check` and `fieldwright solve` read it."""
    return files_of(uow, plan_id)[0]


@router.get(
    "/{plan_id}/files/plan",
    summary="Take out a plan",
    dependencies=_MAY_EXPORT,
    responses=problems(401, 403, 404),
)
def plan_file(plan_id: RowId, uow: Reading) -> dict[str, Any]:
    """The plan, as `fieldwright check` and `fieldwright score` read it."""
    return files_of(uow, plan_id)[1]
