"""Shifts."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query, Response

from dispatch.console.deps import Reading, Uow, right
from dispatch.console.etags import IfMatch, tagged
from dispatch.console.paging import Page, Paging, paged
from dispatch.console.problems import problems
from dispatch.console.routing import Router
from dispatch.console.shapes.common import Chosen, RowId, When
from dispatch.console.shapes.people import (
    NewShift,
    RepeatedShape,
    ShiftChange,
    ShiftShape,
    ShiftStep,
    ThoseShifts,
    WeekAgain,
)
from dispatch.domain.roles import Right
from dispatch.services import duty, patterns, people_lists, rosters
from dispatch.services.history import unchanged
from dispatch.store.tables import Shift

router = Router(prefix="/shifts", dependencies=[right(Right.READ_PEOPLE, Right.WORK_VISITS)])


@router.get("", summary="Find shifts", responses=problems(401, 403, 422))
def list_shifts(
    uow: Reading,
    paging: Paging,
    technician_id: Chosen = None,
    territory_id: Chosen = None,
    since: Annotated[When | None, Query(description="Ends after")] = None,
    until: Annotated[When | None, Query(description="Starts before")] = None,
) -> Page[ShiftShape]:
    """Shifts by their start. Technicians see their own."""
    query = people_lists.shifts(uow, technician_id=technician_id, territory_id=territory_id, since=since, until=until)
    return paged(uow, query, paging, [Shift.starts_at, Shift.id], ShiftShape.model_validate)


@router.post("", status_code=201, summary="Add a shift", responses=problems(401, 403, 404, 409, 422))
def add_shift(response: Response, uow: Uow, wanted: NewShift) -> ShiftShape:
    """A shift for somebody."""
    return ShiftShape.model_validate(tagged(response, rosters.add_shift(uow, **wanted.model_dump())))


@router.post("/repeat", status_code=201, summary="Repeat a week of shifts", responses=problems(401, 403, 409, 422))
def repeat_week(uow: Uow, wanted: WeekAgain) -> RepeatedShape:
    """The shifts of a week again in the weeks that follow, at the same times of day; what is in the way stays."""
    return RepeatedShape.model_validate(patterns.repeat_week(uow, **wanted.model_dump()))


@router.post("/remove", status_code=204, summary="Remove several shifts", responses=problems(401, 403, 404, 409, 422))
def drop_shifts(uow: Uow, those: ThoseShifts) -> None:
    """Take shifts away that have not begun, all of them or none: what repeating a week made, for instance."""
    rosters.remove_shifts(uow, those.shifts)


@router.get("/{shift_id}", summary="Read a shift", responses=problems(401, 403, 404, 422))
def one_shift(shift_id: RowId, response: Response, uow: Reading) -> ShiftShape:
    """A shift, with the ETag to change it by."""
    return ShiftShape.model_validate(tagged(response, rosters.seen_shift(uow, shift_id)))


@router.patch("/{shift_id}", summary="Change a shift", responses=problems(401, 403, 404, 409, 412, 422))
def edit_shift(
    shift_id: RowId, response: Response, uow: Uow, change: ShiftChange, if_match: IfMatch = None
) -> ShiftShape:
    """Change a shift; one that has begun keeps its start."""
    rosters.seen_shift(uow, shift_id)
    unchanged(uow, Shift, shift_id, if_match)
    shift = rosters.change_shift(uow, shift_id, **change.model_dump(exclude_unset=True))
    return ShiftShape.model_validate(tagged(response, shift))


@router.delete("/{shift_id}", status_code=204, summary="Remove a shift", responses=problems(401, 403, 404, 409, 422))
def drop_shift(shift_id: RowId, uow: Uow) -> None:
    """Take a shift away that has not begun."""
    rosters.remove_shift(uow, shift_id)


@router.post("/{shift_id}/actions", summary="Begin or end a shift", responses=problems(401, 403, 404, 409, 422))
def act_on_shift(shift_id: RowId, response: Response, uow: Uow, step: ShiftStep) -> ShiftShape:
    """Begin a shift, end it, or take one of its breaks; saying so again changes nothing."""
    shift = duty.act(uow, shift_id, step.action, at=step.at, break_id=step.break_id)
    return ShiftShape.model_validate(tagged(response, shift))
