"""Two plans held against each other."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query

from dispatch.console.deps import Here, Reading, Travel, right
from dispatch.console.problems import problems
from dispatch.console.routing import Router
from dispatch.console.shapes.trials import InLanguage
from dispatch.domain.roles import Right
from dispatch.planning.comparing import Comparison, compared

router = Router(prefix="/plans")

PlanName = Annotated[str, Query(max_length=40, pattern="^[!-~]+$", description="A plan's id, or `today`")]


@router.get(
    "/compare",
    summary="Compare two plans",
    dependencies=[right(Right.READ_PLANS)],
    responses=problems(401, 403, 404, 422),
)
def compare_plans(
    uow: Reading, here: Here, travel: Travel, before: PlanName, after: PlanName, language: InLanguage = "en"
) -> Comparison:
    """What the second plan does differently: its price by rule, the visits and the people concerned.

    Both are judged on the problem of the second; ``exact`` where the second was made from the first.
    """
    return compared(uow, here.grounds, travel, before, after, language)
