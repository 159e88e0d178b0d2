"""One's own time sheet."""

from __future__ import annotations

from dispatch.console.deps import Reading, right
from dispatch.console.problems import problems
from dispatch.console.routing import Router
from dispatch.console.shapes.time_sheet import TimeSheetShape, Week
from dispatch.domain.roles import Right
from dispatch.services.time_sheets import time_sheet

router = Router()


@router.get(
    "/time-sheet",
    summary="My time sheet",
    dependencies=[right(Right.WORK_VISITS)],
    responses=problems(401, 403, 404, 422),
)
def read_time_sheet(uow: Reading, week: Week = None) -> TimeSheetShape:
    """What you did with your time at work in a week, by what you tapped."""
    return TimeSheetShape.of(time_sheet(uow, uow.actor.technician or "", week))
