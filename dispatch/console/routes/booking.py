"""Booking: slots that can be kept, held while a customer decides, and confirmed."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from fastapi import Query, Response
from pydantic import BaseModel, ConfigDict, Field

from dispatch.console.deps import Reading, TheSettings, Travel, Uow, right
from dispatch.console.problems import problems
from dispatch.console.routing import Router
from dispatch.console.shapes.common import At, RowId, When
from dispatch.console.transactions import Several
from dispatch.domain.roles import Right
from dispatch.planning import booking
from dispatch.planning.invitations import invitation
from dispatch.planning.slots import MOST_DAYS, Raster
from dispatch.settings import Settings

router = Router(prefix="/booking", dependencies=[right(Right.BOOK)])


class SlotShape(BaseModel):
    """A window that can be kept: service starts in it. ``start`` is when it would by the plan as it is."""

    model_config = ConfigDict(from_attributes=True)

    earliest: At
    latest: At
    technicians: list[str]
    names: list[str]
    start: At
    cost: float
    promises_kept: bool
    delayed: int


class OfferShape(BaseModel):
    """Slots, the best first: those that keep the job's promises, then the cheapest. ``zone``: where the visit is."""

    model_config = ConfigDict(from_attributes=True)

    visit: str
    edition: int
    zone: str
    slots: list[SlotShape]


class SlotChoice(BaseModel):
    """The window that the customer likes, and the edition of the plan that it was offered from."""

    model_config = ConfigDict(extra="forbid")

    earliest: When
    latest: When
    edition: Annotated[int | None, Field(ge=0, lt=2**31)] = None


class HoldShape(BaseModel):
    """A slot that is kept until ``expires_at``. ``outcome``: how it ended, where it has."""

    model_config = ConfigDict(from_attributes=True)

    id: str
    visit_id: str
    technician_id: str
    earliest: At
    latest: At
    cost: float
    edition: int
    expires_at: At
    outcome: str | None


class AppointmentShape(BaseModel):
    """The window that a customer was promised."""

    visit_id: str
    job_id: str
    earliest: At
    latest: At


@router.get("/visits/{visit_id}/slots", summary="Offer slots", responses=problems(401, 403, 404, 409, 422))
def offer_slots(
    visit_id: RowId,
    uow: Reading,
    travel: Travel,
    settings: TheSettings,
    days: Annotated[int, Query(ge=1, le=MOST_DAYS, description="Today and the days after it")] = 3,
) -> OfferShape:
    """The windows of the next days that can be kept. Nothing is kept yet."""
    return OfferShape.model_validate(booking.offers(uow, travel, visit_id, days=days, raster=raster_of(settings)))


@router.post(
    "/visits/{visit_id}/holds", summary="Hold a slot", status_code=201, responses=problems(401, 403, 404, 409, 422, 503)
)
def hold_slot(
    visit_id: RowId, choice: SlotChoice, transactions: Several, travel: Travel, settings: TheSettings
) -> HoldShape:
    """Keep a slot while the customer decides. 409 ``slot-taken`` says what changed where it cannot be kept any more."""
    lasts = dt.timedelta(minutes=settings.hold_minutes)
    window = choice.earliest, choice.latest
    held = booking.hold_through(transactions, travel, visit_id, *window, edition=choice.edition, lasts=lasts)
    return HoldShape.model_validate(held)


@router.post(
    "/holds/{hold_id}/release",
    summary="Release a hold",
    responses=problems(401, 403, 404, 422),
)
def release_slot(hold_id: RowId, uow: Uow) -> HoldShape:
    """Let a slot go."""
    return HoldShape.model_validate(booking.release(uow, hold_id))


@router.post(
    "/holds/{hold_id}/confirm",
    summary="Confirm a hold",
    responses=problems(401, 403, 404, 409, 422),
)
def confirm_slot(hold_id: RowId, uow: Uow) -> AppointmentShape:
    """Promise the slot to the customer: it becomes the visit's appointment."""
    visit = booking.confirm(uow, hold_id)
    earliest, latest = map(dt.datetime.fromisoformat, visit.windows[0])
    return AppointmentShape(visit_id=visit.id, job_id=visit.job_id, earliest=earliest, latest=latest)


@router.get(
    "/visits/{visit_id}/calendar",
    summary="Read an appointment as an iCalendar file",
    response_class=Response,
    responses={200: {"content": {"text/calendar": {}}}, **problems(401, 403, 404, 422)},
)
def read_calendar_file(visit_id: RowId, uow: Reading) -> Response:
    """The appointment for a calendar (RFC 5545); the same entry moves when the appointment does."""
    headers = {"Content-Disposition": 'attachment; filename="appointment.ics"'}
    return Response(invitation(uow, visit_id), media_type="text/calendar", headers=headers)


def raster_of(settings: Settings) -> Raster:
    """How this installation cuts windows."""
    first, last = (int(at[:2]) * 60 + int(at[3:]) for at in (settings.slots_from, settings.slots_until))
    return Raster(first, last, settings.slot_minutes)
