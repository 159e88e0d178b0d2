"""Kinds about a day at work: shifts and breaks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated, Any

from pydantic import Field
from sqlalchemy import select

from dispatch.domain.errors import DispatchError
from dispatch.domain.events import instant
from dispatch.services import duty
from dispatch.services.field_actions import AlreadySo, NotYours
from dispatch.store.queries.rows import locked
from dispatch.store.tables import AuditEntry, Shift
from dispatch.store.unit_of_work import UnitOfWork
from mobile_api.kinds.kind import Data, Kind, Taken

Id = Annotated[str, Field(min_length=1, max_length=40, pattern="^[!-~]+$")]


class ShiftRemoved(DispatchError):  # noqa: N818  a refusal reads as what is said
    """The shift was the technician's, and somebody has removed it. ``by`` and ``at`` in the facts say who and when."""

    code, title = "shift-removed", "The shift was removed"


class OfShift(Data):
    """Which shift."""

    shift: Id


class OfBreak(OfShift):
    """Which break of which shift."""

    rest: Id = Field(alias="break")


def _begin_shift(uow: UnitOfWork, taken: Taken) -> Mapping[str, Any]:
    assert isinstance(taken.data, OfShift)
    if (began := _own(uow, taken.data.shift).began_at) is not None:
        raise AlreadySo("The shift has begun already.", at=instant(began))
    shift = duty.begin_shift(uow, taken.data.shift, taken.at)
    return {"shift": shift.id, "at": instant(shift.began_at or taken.at)}


def _end_shift(uow: UnitOfWork, taken: Taken) -> Mapping[str, Any]:
    assert isinstance(taken.data, OfShift)
    if (ended := _own(uow, taken.data.shift).ended_at) is not None:
        raise AlreadySo("The shift has ended already.", at=instant(ended))
    shift = duty.end_shift(uow, taken.data.shift, taken.at)
    return {"shift": shift.id, "at": instant(shift.ended_at or taken.at)}


def _on_break(step: Callable[..., Shift], column: str, said: str) -> Callable[[UnitOfWork, Taken], Mapping[str, Any]]:
    def apply(uow: UnitOfWork, taken: Taken) -> Mapping[str, Any]:
        assert isinstance(taken.data, OfBreak)
        before = _instant_of(_own(uow, taken.data.shift), taken.data.rest, column)
        if before is not None:
            raise AlreadySo(said, at=before)
        shift = step(uow, taken.data.shift, taken.data.rest, taken.at)
        return {"shift": shift.id, "break": taken.data.rest, "at": _instant_of(shift, taken.data.rest, column)}

    return apply


def _own(uow: UnitOfWork, shift_id: str) -> Shift:
    """The technician's own shift, locked. Raises :class:`ShiftRemoved` or :class:`NotYours`."""
    owner = uow.session.scalar(select(Shift.technician_id).where(Shift.id == shift_id))
    if owner is not None and owner == uow.actor.technician:
        return locked(uow, Shift, shift_id)
    about = AuditEntry.table_name == Shift.__tablename__, AuditEntry.row_id == shift_id, AuditEntry.what == "removed"
    for entry in uow.session.scalars(select(AuditEntry).where(*about)):
        if entry.changes.get("technician_id", [None])[0] == uow.actor.technician:
            said = f"{entry.actor_name} has removed the shift."
            raise ShiftRemoved(said, shift=shift_id, by=entry.actor_name, at=instant(entry.at))
    raise NotYours("That shift is not yours.")


def _instant_of(shift: Shift, break_id: str, column: str) -> str | None:
    found = (one.get(column) for one in shift.breaks if one["id"] == break_id)
    return next(found, None)


DUTY: tuple[Kind, ...] = (
    Kind("begin_shift", "duty", OfShift, _begin_shift),
    Kind("end_shift", "duty", OfShift, _end_shift),
    Kind("take_break", "duty", OfBreak, _on_break(duty.take_break, "taken_at", "The break was taken already.")),
    Kind("end_break", "duty", OfBreak, _on_break(duty.end_break, "ended_at", "The break has ended already.")),
)
"""What a technician says of their own day. Being unavailable is a matter of ``kinds/work.py``."""
