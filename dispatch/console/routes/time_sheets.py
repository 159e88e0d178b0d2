"""Time sheets: what technicians' weeks came to, by what they tapped."""

from __future__ import annotations

from dispatch.console.deps import Reading, right
from dispatch.console.problems import problems
from dispatch.console.routing import Router
from dispatch.console.shapes.common import RowId
from dispatch.console.shapes.time_sheet import TimeSheetShape, Week
from dispatch.domain.roles import Right
from dispatch.services.time_sheets import time_sheet

router = Router(prefix="/technicians", dependencies=[right(Right.ACT_ON_VISITS, Right.WORK_VISITS)])


@router.get("/{technician_id}/time-sheet", summary="Read a time sheet", responses=problems(401, 403, 404, 422))
def read_time_sheet(technician_id: RowId, uow: Reading, week: Week = None) -> TimeSheetShape:
    """What somebody did with their time at work in a week; technicians read their own."""
    return TimeSheetShape.of(time_sheet(uow, technician_id, week))
