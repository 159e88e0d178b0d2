"""Business calendars, which administrators change while clocks run by them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Select, select

from dispatch.domain.calendars import Calendar, calendar_of
from dispatch.domain.errors import DispatchError
from dispatch.domain.events import RecordChanged
from dispatch.domain.ids import new_id
from dispatch.domain.roles import Right
from dispatch.services import sla
from dispatch.services.complaints import Complaints
from dispatch.services.history import unchanged
from dispatch.services.rights import require
from dispatch.services.sla_terms import Setup, check_reach
from dispatch.store.tables import BusinessCalendar, SlaPolicy
from dispatch.store.unit_of_work import UnitOfWork

CHANGEABLE = ("name", "time_zone", "hours", "holidays", "country")
"""What :func:`create_calendar` and :func:`change_calendar` take."""


class StillUsed(DispatchError):  # noqa: N818  a refusal reads as what is said
    """What is to be removed is relied on. ``used_by`` in the facts lists by what."""

    code, title = "still-used", "Something still relies on it"


def calendars(uow: UnitOfWork) -> Select[Any]:
    """All calendars. Raises :class:`Forbidden` for who may not read the setup."""
    require(uow, Right.READ_SETUP)
    return select(BusinessCalendar)


def seen_calendar(uow: UnitOfWork, calendar_id: str) -> BusinessCalendar:
    """A calendar. Raises :class:`NotFound`, or :class:`Forbidden`."""
    require(uow, Right.READ_SETUP)
    return uow.get(BusinessCalendar, calendar_id)


def create_calendar(uow: UnitOfWork, **fields: Any) -> BusinessCalendar:
    """A new calendar; ``name`` and ``hours`` are needed. Raises :class:`Invalid`, or :class:`Forbidden`."""
    require(uow, Right.WRITE_SETUP)
    empty: dict[str, Any] = {"time_zone": None, "holidays": [], "country": None, "name": "", "hours": {}}
    row = BusinessCalendar(id=new_id("calendar"), **{**empty, **_known(fields)})
    _check(row)
    uow.session.add(row)
    _record(uow, row, "created")
    return row


def change_calendar(
    uow: UnitOfWork, calendar_id: str, *, versions: str | None = None, **fields: Any
) -> BusinessCalendar:
    """Change a calendar; the clocks of all jobs that run by it are counted anew in the same transaction.

    ``versions`` is an If-Match. Raises :class:`NotFound`, :class:`Invalid`, :class:`Stale`, or :class:`Forbidden`.
    """
    require(uow, Right.WRITE_SETUP)
    sla.stand_still(uow, changing=True)
    unchanged(uow, BusinessCalendar, calendar_id, versions)
    row = uow.get(BusinessCalendar, calendar_id)
    for name, value in _known(fields).items():
        setattr(row, name, value)
    _check(row)
    _record(uow, row, "changed")
    if set(fields) - {"name"}:
        setup = Setup(uow.session)
        for policy in setup.policies.values():
            if policy.calendar_id == row.id:
                check_reach(setup, policy, uow.now)
        sla.refresh_jobs(uow)
    return row


def remove_calendar(uow: UnitOfWork, calendar_id: str, *, versions: str | None = None) -> None:
    """Remove a calendar that no SLA policy uses.

    Raises :class:`StillUsed`, :class:`NotFound`, :class:`Stale`, or :class:`Forbidden`.
    """
    require(uow, Right.WRITE_SETUP)
    sla.stand_still(uow, changing=True)
    unchanged(uow, BusinessCalendar, calendar_id, versions)
    row = uow.get(BusinessCalendar, calendar_id)
    users = uow.session.scalars(select(SlaPolicy.name).where(SlaPolicy.calendar_id == row.id).order_by(SlaPolicy.name))
    if names := list(users):
        raise StillUsed(
            f"The calendar {row.name!r} is used by the SLA policies {', '.join(names)}; give them another one first.",
            used_by=names,
        )
    uow.session.delete(row)
    _record(uow, row, "removed")


def as_value(row: BusinessCalendar, zone: str | None = None) -> Calendar:
    """A calendar to count with, in its own time zone, or else in ``zone``, or UTC. Raises :class:`Invalid`."""
    return calendar_of(row.time_zone or zone or "UTC", row.hours, row.holidays, row.country)


def _known(fields: dict[str, Any]) -> dict[str, Any]:
    complaints = Complaints()
    for name in fields.keys() - set(CHANGEABLE):
        complaints.say(name, fields[name], "is nothing that a calendar has", f"use {', '.join(CHANGEABLE)}")
    complaints.raise_any()
    return {name: _plain(value) for name, value in fields.items()}


def _plain(value: Any) -> Any:
    """Dates as ISO strings, tuples as lists: what JSON has."""
    if isinstance(value, dict):
        return {name: _plain(one) for name, one in value.items()}
    if isinstance(value, Iterable) and not isinstance(value, str):
        return [_plain(one) for one in value]
    return value


def _check(row: BusinessCalendar) -> None:
    complaints = Complaints()
    row.name = complaints.text("name", row.name, 120, required=True)
    complaints.raise_any()
    as_value(row)


def _record(uow: UnitOfWork, row: BusinessCalendar, what: str) -> None:
    uow.session.flush()
    uow.record(RecordChanged(record=row.id, table=BusinessCalendar.__tablename__, what=what))
