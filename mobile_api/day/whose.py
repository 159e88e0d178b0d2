"""Whose day it is, and which one: by the clock on the wall where the technician works."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import aliased

from dispatch.domain.errors import Forbidden
from dispatch.domain.roles import Right
from dispatch.services.rights import require
from dispatch.store.tables import Shift, Technician, Territory, User
from dispatch.store.unit_of_work import UnitOfWork

LONG_AFTER = dt.timedelta(hours=4)
"""So long after its end, overtime included, a shift that nobody ended is taken for forgotten."""
_DAY = dt.timedelta(days=1)
_SUPERVISOR = aliased(User)


class NotATechnician(Forbidden):
    """Who is signed in has no visits of their own, so there is nothing for a phone to hold."""

    code, title = "not-a-technician", "Only technicians have a day of their own"


@dataclass(frozen=True, slots=True)
class Whose:
    """A technician on one date. ``shifts``: those of the day before, of this day and of the next, by their start.

    ``dispatch_phone``: the number of who looks after the territory. ``language``: in which they are told things.
    ``holds_until``: the date is another one from then on though nobody does anything.
    """

    technician: Technician
    territory: Territory | None
    dispatch_phone: str | None
    zone: ZoneInfo
    language: str
    date: dt.date
    shifts: Sequence[Shift]
    holds_until: dt.datetime

    @property
    def tomorrow(self) -> dt.date:
        """The day after."""
        return self.date + _DAY

    def begins(self, date: dt.date) -> dt.datetime:
        """The first instant of a date here."""
        return begins(date, self.zone)

    def local_date(self, at: dt.datetime) -> dt.date:
        """The date here at an instant."""
        return at.astimezone(self.zone).date()

    def shifts_of(self, *dates: dt.date) -> list[Shift]:
        """The shifts that start on these dates."""
        return [shift for shift in self.shifts if self.local_date(shift.starts_at) in dates]


def begins(date: dt.date, zone: ZoneInfo) -> dt.datetime:
    """The first instant of a date in a zone, in UTC; where a clock springs over midnight, the instant at which it does.

    Between UTC and midnight lies the offset *before* a change at midnight (PEP 495, ``fold=0``), which is that instant.
    """
    return dt.datetime.combine(date, dt.time(), zone).astimezone(dt.UTC)


def whose(uow: UnitOfWork) -> Whose:
    """Whose day the actor's phone holds. Raises :class:`NotATechnician`."""
    require(uow, Right.WORK_VISITS)
    found = uow.session.execute(
        select(Technician, Territory, _SUPERVISOR.phone, User.language)
        .outerjoin(Territory, Territory.id == Technician.territory_id)
        .outerjoin(_SUPERVISOR, _SUPERVISOR.id == Territory.supervisor_id)
        .outerjoin(User, User.id == uow.actor.id)
        .where(Technician.id == (uow.actor.technician or ""))
    ).first()
    if found is None:
        raise NotATechnician("This account belongs to no technician; a dispatcher can say to whom it belongs.")
    technician, territory, phone, language = found
    zone = zone_of(uow, territory)
    today = uow.now.astimezone(zone).date()
    shifts = _shifts(uow, technician.id, begins(today - _DAY, zone), begins(today + 2 * _DAY, zone))
    over = _over_midnight(shifts, uow.now, today, zone)
    return Whose(
        technician=technician,
        territory=territory,
        dispatch_phone=phone,
        zone=zone,
        language=language or "en",
        date=today if over is None else over.starts_at.astimezone(zone).date(),
        shifts=shifts,
        holds_until=begins(today + _DAY, zone) if over is None else _latest_end(over),
    )


def zone_of(uow: UnitOfWork, territory: Territory | None) -> ZoneInfo:
    """The time zone of a territory; of who belongs to none, that of most territories, UTC where there are none."""
    if territory is not None:
        return ZoneInfo(territory.time_zone)
    used = Counter(uow.session.scalars(select(Territory.time_zone)))
    return ZoneInfo(max(used, key=lambda name: (used[name], name), default="UTC"))


def _shifts(uow: UnitOfWork, technician: str, since: dt.datetime, until: dt.datetime) -> Sequence[Shift]:
    near = Shift.technician_id == technician, Shift.starts_at >= since, Shift.starts_at < until
    return uow.session.scalars(select(Shift).where(*near).order_by(Shift.starts_at, Shift.id)).all()


def _over_midnight(shifts: Sequence[Shift], now: dt.datetime, today: dt.date, zone: ZoneInfo) -> Shift | None:
    """The shift of the day before that is still worked: until it ends, its day goes on."""
    for shift in shifts:
        if shift.starts_at.astimezone(zone).date() >= today or shift.ended_at is not None:
            continue
        if now < (_latest_end(shift) if shift.began_at is not None else shift.ends_at):
            return shift
    return None


def _latest_end(shift: Shift) -> dt.datetime:
    if shift.began_at is None:
        return shift.ends_at
    return shift.ends_at + dt.timedelta(seconds=shift.max_overtime) + LONG_AFTER
