"""Repeating a week: its shifts again in the weeks that follow, at the same times of the clock on the wall."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, or_, select

from dispatch.domain.errors import Invalid
from dispatch.domain.events import ShiftChanged, instant
from dispatch.domain.ids import new_id
from dispatch.domain.roles import Right
from dispatch.services.rights import require
from dispatch.store.tables import Shift, Technician, Territory
from dispatch.store.unit_of_work import UnitOfWork

MOST_WEEKS = 13
MOST_SHIFTS = 5_000
WEEK = dt.timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Repeated:
    """The shifts that were ``made``, and those that were not because there is one already at that time."""

    made: list[Shift]
    skipped: list[Skipped]


@dataclass(frozen=True, slots=True)
class Skipped:
    """A shift that was not made: whose, from when to when, and the shift in its way."""

    technician_id: str
    starts_at: dt.datetime
    ends_at: dt.datetime
    shift: str


@dataclass(frozen=True, slots=True)
class _Span:
    starts: dt.datetime
    ends: dt.datetime
    shift: str


def repeat_week(
    uow: UnitOfWork,
    monday: dt.date,
    weeks: int,
    *,
    technicians: Sequence[str] | None = None,
    territory_id: str | None = None,
) -> Repeated:
    """The shifts that begin in the week of ``monday``, again in each of so many ``weeks`` that follow.

    Of these ``technicians``, or of all active ones in the territory (None: wherever the actor's rights reach). A shift
    keeps its times on the clock of the technician's territory, also where that is put forward or back. Where there is
    a shift already, nothing is made. Raises :class:`Invalid`.
    """
    require(uow, Right.WRITE_PEOPLE, territory_id)
    if monday.weekday() != 0 or not 1 <= weeks <= MOST_WEEKS:
        raise _invalid("weeks", f"{monday} + {weeks}", f"begin on a Monday, and repeat it 1 to {MOST_WEEKS} times")
    people = uow.session.scalars(
        select(Technician).where(_those(uow, technicians, territory_id)).order_by(Technician.id).with_for_update()
    ).all()
    zones = {row.id: row.time_zone for row in uow.session.scalars(select(Territory))}
    zone_of = {one.id: ZoneInfo(zones.get(one.territory_id or "", "UTC")) for one in people}
    first, last = (_noon(monday) - dt.timedelta(days=2), _noon(monday) + WEEK * (weeks + 1) + dt.timedelta(days=2))
    known: dict[str, list[Shift]] = defaultdict(list)
    query = select(Shift).where(Shift.technician_id.in_(list(zone_of)), Shift.ends_at > first, Shift.starts_at < last)
    for shift in uow.session.scalars(query.order_by(Shift.starts_at)):
        known[shift.technician_id].append(shift)
    made, skipped = [], []
    for one in people:
        taken = [_Span(shift.starts_at, shift.ends_at, shift.id) for shift in known[one.id]]
        pattern = [shift for shift in known[one.id] if _in_week(shift, monday, zone_of[one.id])]
        for shift in pattern:
            for week in range(1, weeks + 1):
                again = _moved(shift, week, zone_of[one.id])
                other = next(
                    (span for span in taken if span.starts < again.ends_at and span.ends > again.starts_at), None
                )
                if other is not None:
                    skipped.append(Skipped(one.id, again.starts_at, again.ends_at, other.shift))
                    continue
                taken.append(_Span(again.starts_at, again.ends_at, again.id))
                made.append(again)
    if len(made) > MOST_SHIFTS:
        raise _invalid("weeks", len(made), f"that makes more than {MOST_SHIFTS} shifts; take fewer weeks or people")
    uow.session.add_all(made)
    uow.session.flush()
    territory_of = {one.id: one.territory_id for one in people}
    for shift in made:
        whose = shift.technician_id
        uow.record(
            ShiftChanged(shift=shift.id, person=whose, removed=False, territory=territory_of[whose], technician=whose)
        )
    return Repeated(made, skipped)


# -- parts -------------------------------------------------------------------------------------------------------------


def _those(uow: UnitOfWork, technicians: Sequence[str] | None, territory_id: str | None) -> ColumnElement[bool]:
    mine = sorted(uow.actor.territories)
    condition: ColumnElement[bool] = Technician.active.is_(True)
    if mine:
        condition &= or_(Technician.territory_id.is_(None), Technician.territory_id.in_(mine))
    if territory_id is not None:
        condition &= Technician.territory_id == territory_id
    return condition if technicians is None else condition & Technician.id.in_(list(technicians))


def _in_week(shift: Shift, monday: dt.date, zone: ZoneInfo) -> bool:
    return monday <= shift.starts_at.astimezone(zone).date() < monday + WEEK


def _moved(shift: Shift, weeks: int, zone: ZoneInfo) -> Shift:
    """The same shift so many weeks later; nothing has happened in it yet."""
    breaks: list[dict[str, Any]] = [
        {
            **rest,
            "earliest": instant(_later(dt.datetime.fromisoformat(rest["earliest"]), weeks, zone)),
            "latest": instant(_later(dt.datetime.fromisoformat(rest["latest"]), weeks, zone)),
            "taken_at": None,
            "ended_at": None,
        }
        for rest in shift.breaks
    ]
    return Shift(
        id=new_id("shift"),
        technician_id=shift.technician_id,
        starts_at=_later(shift.starts_at, weeks, zone),
        ends_at=_later(shift.ends_at, weeks, zone),
        max_overtime=shift.max_overtime,
        max_duty=shift.max_duty,
        breaks=breaks,
    )


def _later(at: dt.datetime, weeks: int, zone: ZoneInfo) -> dt.datetime:
    """So many weeks later by the clock on the wall there; arithmetic on a local time keeps what the clock shows."""
    return (at.astimezone(zone) + WEEK * weeks).astimezone(dt.UTC)


def _noon(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(12), dt.UTC)


def _invalid(place: str, value: object, remedy: str) -> Invalid:
    error = {"place": place, "value": str(value), "problem": "cannot be repeated", "remedy": remedy}
    return Invalid(f"{value} cannot be repeated: {remedy}.", errors=[error])
