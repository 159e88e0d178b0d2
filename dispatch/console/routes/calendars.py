"""Business calendars."""

from __future__ import annotations

from fastapi import Response

from dispatch.console.deps import Reading, Uow, right
from dispatch.console.etags import IfMatch, tagged
from dispatch.console.paging import Page, Paging, paged
from dispatch.console.problems import problems
from dispatch.console.routing import Router
from dispatch.console.shapes.common import RowId
from dispatch.console.shapes.promises import (
    CalendarAnswer,
    CalendarChange,
    CalendarQuestion,
    CalendarShape,
    NewCalendar,
    plain,
)
from dispatch.domain.roles import Right
from dispatch.services import calendars
from dispatch.store.tables import BusinessCalendar

router = Router(prefix="/calendars", dependencies=[right(Right.READ_SETUP)])


@router.get("", summary="List calendars", responses=problems(401, 403, 422))
def list_calendars(uow: Reading, paging: Paging) -> Page[CalendarShape]:
    """Calendars by name."""
    order = [BusinessCalendar.name, BusinessCalendar.id]
    return paged(uow, calendars.calendars(uow), paging, order, CalendarShape.model_validate)


@router.post("", status_code=201, summary="Add a calendar", responses=problems(401, 403, 409, 422))
def add_calendar(response: Response, uow: Uow, wanted: NewCalendar) -> CalendarShape:
    """A new calendar, for SLA policies to count by."""
    return CalendarShape.model_validate(tagged(response, calendars.create_calendar(uow, **plain(wanted))))


@router.get("/{calendar_id}", summary="Read a calendar", responses=problems(401, 403, 404, 422))
def read_calendar(calendar_id: RowId, response: Response, uow: Reading) -> CalendarShape:
    """A calendar, with the ETag to change it by."""
    return CalendarShape.model_validate(tagged(response, calendars.seen_calendar(uow, calendar_id)))


@router.patch("/{calendar_id}", summary="Change a calendar", responses=problems(401, 403, 404, 409, 412, 422))
def edit_calendar(
    calendar_id: RowId, response: Response, uow: Uow, change: CalendarChange, if_match: IfMatch = None
) -> CalendarShape:
    """Change a calendar; every promise that runs by it is counted anew at once."""
    row = calendars.change_calendar(uow, calendar_id, versions=if_match, **plain(change))
    return CalendarShape.model_validate(tagged(response, row))


@router.delete(
    "/{calendar_id}",
    status_code=204,
    summary="Remove a calendar",
    responses=problems(401, 403, 404, 409, 412, 422),
)
def remove_calendar(calendar_id: RowId, uow: Uow, if_match: IfMatch = None) -> None:
    """Remove a calendar that no SLA policy uses."""
    calendars.remove_calendar(uow, calendar_id, versions=if_match)


@router.post("/{calendar_id}/preview", summary="Try a calendar", responses=problems(401, 403, 404, 422))
def try_calendar(calendar_id: RowId, uow: Reading, question: CalendarQuestion) -> CalendarAnswer:
    """Whether it is open at an instant, when next, and when so much business time will have gone by."""
    calendar = calendars.as_value(calendars.seen_calendar(uow, calendar_id), question.time_zone)
    return CalendarAnswer(
        open=calendar.is_open(question.at),
        next_open=calendar.next_open(question.at),
        due=calendar.after(question.at, question.seconds),
    )
