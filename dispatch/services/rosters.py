"""Shifts: when people work, with their breaks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from sqlalchemy import select

from dispatch.domain.errors import DispatchError
from dispatch.domain.events import ShiftChanged, instant
from dispatch.domain.ids import new_id
from dispatch.domain.roles import Right
from dispatch.services import asks
from dispatch.services.complaints import Complaints
from dispatch.services.rights import require_sight
from dispatch.store.queries.rows import locked
from dispatch.store.tables import Shift, Technician
from dispatch.store.unit_of_work import UnitOfWork
from optimizer.validation import MAX_BREAKS, MAX_DURATION

LONGEST_SHIFT = dt.timedelta(days=2)
FIELDS = ("starts_at", "ends_at", "max_overtime", "max_duty", "breaks")


class Overlapping(DispatchError):  # noqa: N818  a refusal reads as what is said
    """One person cannot work two shifts at once."""

    code, title = "shifts-overlap", "There is another shift at that time"


class Begun(DispatchError):  # noqa: N818
    """A shift that has begun is a fact."""

    code, title = "shift-begun", "The shift has begun already"


def seen_shift(uow: UnitOfWork, shift_id: str) -> Shift:
    """The shift, if the actor may see it: their own, or of somebody in their territories."""
    shift = uow.get(Shift, shift_id)
    if uow.actor.technician != shift.technician_id or uow.actor.may(Right.READ_PEOPLE):
        territory = uow.get(Technician, shift.technician_id).territory_id
        require_sight(uow, Right.READ_PEOPLE, territory, "shift", shift_id)
    return shift


def add_shift(
    uow: UnitOfWork,
    technician_id: str,
    starts_at: dt.datetime,
    ends_at: dt.datetime,
    *,
    breaks: Iterable[Mapping[str, Any]] = (),
    max_overtime: int = 0,
    max_duty: int | None = None,
) -> Shift:
    """A new shift. A break is ``{"earliest", "latest", "duration"}`` and may name its ``id``.

    Raises :class:`NotFound`, :class:`Invalid` or :class:`Overlapping`.
    """
    technician = _owner(uow, technician_id, "technician", technician_id)
    values = _checked(
        {
            "starts_at": starts_at,
            "ends_at": ends_at,
            "breaks": list(breaks),
            "max_overtime": max_overtime,
            "max_duty": max_duty,
        }
    )
    _check_free(uow, technician_id, values["starts_at"], values["ends_at"], None)
    shift = Shift(id=new_id("shift"), technician_id=technician_id, **values)
    uow.session.add(shift)
    uow.session.flush()
    _tell(uow, technician, shift)
    return shift


def change_shift(uow: UnitOfWork, shift_id: str, **fields: Any) -> Shift:
    """Change a shift; see :data:`FIELDS`. One that has begun keeps its start. Raises like :func:`add_shift`."""
    technician = _owner(uow, uow.get(Shift, shift_id).technician_id, "shift", shift_id)
    shift = locked(uow, Shift, shift_id)
    values = _checked({**{name: getattr(shift, name) for name in FIELDS}, **fields})
    if shift.ended_at is not None or (shift.began_at is not None and values["starts_at"] != shift.starts_at):
        raise Begun("A shift that has begun keeps its start, and one that has ended is history.")
    _check_free(uow, technician.id, values["starts_at"], values["ends_at"], shift_id)
    changed = False
    for name, value in values.items():
        if getattr(shift, name) != value:
            setattr(shift, name, value)
            changed = True
    if changed:
        _tell(uow, technician, shift)
    return shift


def remove_shift(uow: UnitOfWork, shift_id: str) -> None:
    """Take a shift away. Raises :class:`NotFound`, or :class:`Begun` for one that has begun."""
    technician = _owner(uow, uow.get(Shift, shift_id).technician_id, "shift", shift_id)
    shift = locked(uow, Shift, shift_id)
    if shift.began_at is not None:
        raise Begun("End the shift instead; it stays as a record of the day.")
    uow.session.delete(shift)
    _tell(uow, technician, shift, removed=True)


def remove_shifts(uow: UnitOfWork, shift_ids: Collection[str]) -> None:
    """Take several shifts away, all of them or none; those that are gone already stay so. Raises :class:`Begun`, or
    :class:`NotFound` for one that the actor may not see.
    """
    rows = uow.session.scalars(select(Shift).where(Shift.id.in_(list(shift_ids))))
    # In one order, so that two who remove the same do not wait for each other.
    for shift in sorted(rows, key=lambda row: (row.technician_id, row.id)):
        remove_shift(uow, shift.id)


# -- parts -------------------------------------------------------------------------------------------------------------


def _owner(uow: UnitOfWork, technician_id: str, what: str, row_id: str) -> Technician:
    """Whose shift it is. Locked: two shifts added at one moment must not overlap."""
    require_sight(uow, Right.WRITE_PEOPLE, uow.get(Technician, technician_id).territory_id, what, row_id)
    return locked(uow, Technician, technician_id)


def _checked(values: Mapping[str, Any]) -> dict[str, Any]:
    complaints = Complaints()
    if unknown := sorted(values.keys() - set(FIELDS)):
        complaints.say(unknown[0], values[unknown[0]], "is nothing a shift has", f"use {', '.join(FIELDS)}")
    starts = asks.moment(values["starts_at"], complaints, "starts_at")
    ends = asks.moment(values["ends_at"], complaints, "ends_at")
    complaints.raise_any()
    assert starts is not None
    assert ends is not None
    if not starts < ends <= starts + LONGEST_SHIFT:
        problem = "ends before it starts" if ends <= starts else "is longer than two days"
        complaints.say("ends_at", f"{instant(starts)} to {instant(ends)}", problem, "correct the start or the end")
    complaints.within("max_overtime", values["max_overtime"], 0, MAX_DURATION, "seconds")
    complaints.within("max_duty", values["max_duty"], 1, MAX_DURATION, "seconds; leave it out for no limit")
    breaks = _checked_breaks(values["breaks"], starts, ends, complaints)
    complaints.raise_any()
    return {**values, "starts_at": starts, "ends_at": ends, "breaks": breaks}


def _checked_breaks(
    breaks: Iterable[Mapping[str, Any]], starts: dt.datetime, ends: dt.datetime, complaints: Complaints
) -> list[dict[str, Any]]:
    kept: list[dict[str, Any]] = []
    for at, rest in enumerate(breaks):
        place = f"breaks[{at}]"
        earliest = asks.moment(rest["earliest"], complaints, f"{place}.earliest")
        latest = asks.moment(rest["latest"], complaints, f"{place}.latest")
        duration = asks.duration(rest["duration"], complaints, f"{place}.duration")
        name = complaints.text(f"{place}.id", str(rest.get("id") or f"break-{at + 1}"), 40)
        if any(one["id"] == name for one in kept):
            complaints.say(f"{place}.id", name, "is the id of another break of the shift", "give each its own")
        if earliest is None or latest is None:
            continue
        span = f"{instant(earliest)} to {instant(latest)}"
        if latest < earliest:
            complaints.say(place, span, "the latest start is before the earliest", "swap the two")
        elif earliest < starts or latest + dt.timedelta(seconds=min(max(duration, 0), MAX_DURATION)) > ends:
            complaints.say(place, span, "does not lie inside the shift", "begin and end it within the shift")
        kept.append(
            {
                "id": name,
                "earliest": instant(earliest),
                "latest": instant(latest),
                "duration": duration,
                "taken_at": rest.get("taken_at"),
                "ended_at": rest.get("ended_at"),
            }
        )
    if len(kept) > MAX_BREAKS:
        complaints.say("breaks", len(kept), f"a shift has at most {MAX_BREAKS} breaks", "join breaks that touch")
    return kept


def _check_free(
    uow: UnitOfWork, technician_id: str, starts: dt.datetime, ends: dt.datetime, besides: str | None
) -> None:
    query = select(Shift).where(Shift.technician_id == technician_id, Shift.starts_at < ends, Shift.ends_at > starts)
    if besides is not None:
        query = query.where(Shift.id != besides)
    if (other := uow.session.scalars(query.limit(1)).first()) is not None:
        raise Overlapping(
            f"From {instant(other.starts_at)} to {instant(other.ends_at)} there is a shift already; change that one.",
            shift=other.id,
        )


def _tell(uow: UnitOfWork, technician: Technician, shift: Shift, *, removed: bool = False) -> None:
    uow.record(
        ShiftChanged(
            shift=shift.id,
            person=technician.id,
            removed=removed,
            territory=technician.territory_id,
            technician=technician.id,
        )
    )
