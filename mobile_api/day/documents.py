"""The documents of a day: all that a phone holds of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from dispatch.store.tables import Absence, Shift
from dispatch.store.unit_of_work import UnitOfWork
from mobile_api.day.document import Document
from mobile_api.day.me import absences_ahead, me_document
from mobile_api.day.messages import message_documents
from mobile_api.day.notices import notice_documents
from mobile_api.day.reading import read
from mobile_api.day.shifts import shift_documents
from mobile_api.day.visits import visit_documents
from mobile_api.day.whose import Whose, whose
from mobile_api.day.work import read_work

__all__ = ["Day", "Document", "day", "documents"]


@dataclass(frozen=True, slots=True)
class Day:
    """The documents of one technician's day. ``holds_until``: unless something happens they stay the same till then."""

    who: Whose
    documents: Sequence[Document]
    holds_until: dt.datetime


def documents(uow: UnitOfWork) -> list[Document]:
    """Everything that the phone of the actor's technician holds. Raises ``NotATechnician``."""
    return list(day(uow).documents)


def day(uow: UnitOfWork) -> Day:
    """The day of the actor's technician as this transaction sees it."""
    who = whose(uow)
    found = read(uow, who)
    told = [stop.visit for stop in found.stops if stop.date <= who.date and not stop.provisional]
    work = read_work(uow, told, [stop.visit for stop in found.stops if stop.date > who.date or stop.provisional])
    absences = absences_ahead(uow, who)
    made = [me_document(uow, who, absences), *shift_documents(who), *visit_documents(uow, who, found, work)]
    made += notice_documents(uow, who)
    made += message_documents(uow, who, found.stops)
    return Day(who, made, _holds_until(uow, who, absences))


def _holds_until(uow: UnitOfWork, who: Whose, absences: Sequence[Absence]) -> dt.datetime:
    """The next instant at which the day is another one though nobody does anything: its end, that of an absence, or the
    beginning or end of a shift by the roster, with which a van is full again.
    """
    turns = [one for shift in who.shifts for one in _turns(shift)]
    turns += [one for absence in absences for one in (absence.starts_at, absence.ends_at)]
    return min([who.holds_until, *(one for one in turns if one > uow.now)])


def _turns(shift: Shift) -> tuple[dt.datetime, ...]:
    return shift.starts_at, shift.ends_at, shift.ends_at + dt.timedelta(seconds=shift.max_overtime)
