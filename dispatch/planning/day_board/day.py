"""Which day a board shows: a local day of the operation, and the two instants between which it lies."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from dispatch.domain.errors import Invalid
from dispatch.store.tables import Technician, Territory
from dispatch.store.unit_of_work import UnitOfWork

_EARLIEST, _LATEST = dt.date(1970, 1, 3), dt.date(2199, 12, 30)


@dataclass(frozen=True, slots=True)
class Day:
    """A day from midnight to midnight. ``holds_open``: whether what nobody has yet belongs to it, which is so for today
    and all days to come.
    """

    date: dt.date
    zone: ZoneInfo
    since: dt.datetime
    until: dt.datetime
    holds_open: bool


def day_of(uow: UnitOfWork, date: dt.date | None = None) -> Day:
    """The day with this date, or the operation's today. Raises :class:`Invalid` for a date that no clock shows."""
    zone = operation_zone(uow.session)
    today = uow.now.astimezone(zone).date()
    chosen = today if date is None else date
    if not _EARLIEST <= chosen <= _LATEST:
        error = {
            "place": "day",
            "value": chosen.isoformat(),
            "problem": "no day of an operation lies there",
            "remedy": f"name a day between {_EARLIEST} and {_LATEST}",
        }
        raise Invalid(f"day: {chosen} is no day of an operation.", errors=[error])
    return Day(chosen, zone, _midnight(chosen, zone), _midnight(chosen + dt.timedelta(days=1), zone), chosen >= today)


def operation_zone(session: Session) -> ZoneInfo:
    """The time zone in which most of the technicians work; that of a territory where there is nobody; UTC at last."""
    people = func.count(Technician.id)
    named = session.scalar(
        select(Territory.time_zone)
        .outerjoin(Technician, Technician.territory_id == Territory.id)
        .group_by(Territory.time_zone)
        .order_by(people.desc(), Territory.time_zone.desc())
    )
    return ZoneInfo(named or "UTC")


def _midnight(date: dt.date, zone: ZoneInfo) -> dt.datetime:
    return dt.datetime.combine(date, dt.time(), zone).astimezone(dt.UTC)
