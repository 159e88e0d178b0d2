"""A day at work as it happens: beginning and ending a shift, taking breaks."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import select

from dispatch.domain.errors import DispatchError, NotFound
from dispatch.domain.events import ShiftChanged, instant
from dispatch.domain.roles import Right
from dispatch.services.rights import require, require_sight
from dispatch.store.queries import trail
from dispatch.store.queries.rows import locked
from dispatch.store.tables import Shift, Technician
from dispatch.store.unit_of_work import UnitOfWork

EARLY = dt.timedelta(hours=2)
"""How long before its start a shift may begin."""


class OffDuty(DispatchError):  # noqa: N818  a refusal reads as what is said
    """Somebody who is not at work is not followed."""

    code, title = "off-duty", "They are not at work now"


def on_duty(uow: UnitOfWork, technician_id: str, at: dt.datetime) -> Shift | None:
    """The shift that somebody works at an instant: begun and not ended, or by the roster."""
    shifts = uow.session.scalars(
        select(Shift)
        .where(Shift.technician_id == technician_id, Shift.starts_at <= at + EARLY, Shift.ends_at > at - EARLY * 12)
        .order_by(Shift.starts_at.desc())
    )
    for shift in shifts:
        starts = shift.began_at or shift.starts_at
        ends = shift.ended_at or max(
            shift.ends_at + dt.timedelta(seconds=shift.max_overtime),
            at + dt.timedelta(seconds=1) if shift.began_at is not None else shift.ends_at,
        )
        if starts <= at < ends:
            return shift
    return None


def begin_shift(uow: UnitOfWork, shift_id: str, at: dt.datetime | None = None) -> Shift:
    """Somebody begins to work. Saying so again changes nothing. Raises :class:`OffDuty` far outside of the shift."""
    shift, technician = _of_theirs(uow, shift_id)
    if shift.began_at is not None:
        return shift
    when = min(at or uow.now, uow.now)
    if not shift.starts_at - EARLY <= when < shift.ends_at + dt.timedelta(seconds=shift.max_overtime):
        raise OffDuty(f"The shift goes from {instant(shift.starts_at)} to {instant(shift.ends_at)}.", shift=shift_id)
    shift.began_at = when
    _tell(uow, technician, shift, "began")
    return shift


def end_shift(uow: UnitOfWork, shift_id: str, at: dt.datetime | None = None) -> Shift:
    """Somebody stops working; where they are is forgotten, and where they were after that.

    Raises :class:`OffDuty` where the shift has not begun.
    """
    shift, technician = _of_theirs(uow, shift_id)
    if shift.ended_at is not None:
        return shift
    if shift.began_at is None:
        raise OffDuty("The shift has not begun; remove it, or record an absence.", shift=shift_id)
    shift.ended_at = max(min(at or uow.now, uow.now), shift.began_at)
    trail.forget_whereabouts(uow.session, shift.technician_id)
    again = trail.next_beginning(shift.technician_id, shift.ended_at, shift.id)
    trail.forget_between(uow.session, shift.technician_id, shift.ended_at, uow.session.scalar(again))
    _tell(uow, technician, shift, "ended")
    return shift


def take_break(uow: UnitOfWork, shift_id: str, break_id: str, at: dt.datetime | None = None) -> Shift:
    """A break of the shift begins. Saying so again changes nothing. Raises :class:`NotFound` or :class:`OffDuty`.

    A phone that was out of reach may say so after the shift has ended; the break was taken while it went on.
    """
    shift, technician = _of_theirs(uow, shift_id)
    if _break(shift, break_id)["taken_at"] is not None:
        return shift
    when = min(at or uow.now, uow.now)
    if shift.began_at is None or (shift.ended_at is not None and when >= shift.ended_at):
        raise OffDuty("A break is taken while the shift goes on; begin it first.", shift=shift_id)
    _note(shift, break_id, taken_at=instant(max(when, shift.began_at)))
    _tell(uow, technician, shift, "break")
    return shift


def end_break(uow: UnitOfWork, shift_id: str, break_id: str, at: dt.datetime | None = None) -> Shift:
    """Somebody goes on working after a break. Saying so again changes nothing.

    Raises :class:`NotFound`; :class:`OffDuty` where the break has not begun. It ends with the shift at the latest.
    """
    shift, technician = _of_theirs(uow, shift_id)
    rest = _break(shift, break_id)
    if rest.get("ended_at") is not None:
        return shift
    if rest["taken_at"] is None:
        raise OffDuty("The break has not begun; take it first.", shift=shift_id)
    ended = max(min(at or uow.now, shift.ended_at or uow.now, uow.now), dt.datetime.fromisoformat(rest["taken_at"]))
    _note(shift, break_id, ended_at=instant(ended))
    _tell(uow, technician, shift, "work")
    return shift


def act(
    uow: UnitOfWork, shift_id: str, action: str, *, at: dt.datetime | None = None, break_id: str | None = None
) -> Shift:
    """``begin`` or ``end`` a shift, ``take_break`` or ``end_break``; see the functions of these names."""
    if action in ("take_break", "end_break"):
        return (take_break if action == "take_break" else end_break)(uow, shift_id, break_id or "", at)
    return begin_shift(uow, shift_id, at) if action == "begin" else end_shift(uow, shift_id, at)


def theirs(uow: UnitOfWork, technician_id: str) -> Technician:
    """The technician, for themselves or for a dispatcher of their territory. Raises :class:`NotFound`."""
    technician = uow.get(Technician, technician_id)
    if uow.actor.technician == technician_id:
        require(uow, Right.WORK_VISITS)
    elif not uow.actor.may(Right.ACT_ON_VISITS) and uow.actor.may(Right.WORK_VISITS):
        raise NotFound(f"There is no technician {technician_id!r}.", what="technician", id=technician_id)
    else:
        require_sight(uow, Right.ACT_ON_VISITS, technician.territory_id, "technician", technician_id)
    return technician


# -- parts -------------------------------------------------------------------------------------------------------------


def _of_theirs(uow: UnitOfWork, shift_id: str) -> tuple[Shift, Technician]:
    technician = theirs(uow, uow.get(Shift, shift_id).technician_id)
    return locked(uow, Shift, shift_id), technician


def _break(shift: Shift, break_id: str) -> dict[str, Any]:
    for rest in shift.breaks:
        if rest["id"] == break_id:
            return dict(rest)
    raise NotFound(f"The shift has no break {break_id!r}.", what="break", id=break_id)


def _note(shift: Shift, break_id: str, **happened: str) -> None:
    shift.breaks = [{**one, **happened} if one["id"] == break_id else one for one in shift.breaks]


def _tell(uow: UnitOfWork, technician: Technician, shift: Shift, duty: str) -> None:
    uow.record(
        ShiftChanged(
            shift=shift.id,
            person=technician.id,
            duty=duty,
            territory=technician.territory_id,
            technician=technician.id,
        )
    )
