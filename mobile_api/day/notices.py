"""What has changed of the day, as news that stay until they have been seen."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import select

from dispatch.store.tables import Job, PhoneNotice, Technician, Visit
from dispatch.store.unit_of_work import UnitOfWork
from mobile_api.day.document import Document, said
from mobile_api.day.whose import Whose
from mobile_api.day.words import why

MOST = 40
"""More news than that is none: the list of visits tells it better."""


def notice_documents(uow: UnitOfWork, who: Whose) -> list[Document]:
    """The last news of each kind about each visit since yesterday, as far as it is about today or tomorrow."""
    since = who.begins(who.date - dt.timedelta(days=1))
    query = (
        select(PhoneNotice, Job.number, Job.title)
        .outerjoin(Visit, Visit.id == PhoneNotice.visit_id)
        .outerjoin(Job, Job.id == Visit.job_id)
        .where(PhoneNotice.technician_id == who.technician.id, PhoneNotice.at >= since)
        .order_by(PhoneNotice.at.desc(), PhoneNotice.id.desc())
    )
    last: dict[tuple[str, str], tuple[PhoneNotice, str | None, str | None]] = {}
    for notice, number, title in uow.session.execute(query):
        if _concerns(who, notice):
            last.setdefault((notice.what, notice.visit_id or notice.id), (notice, number, title))
    told = list(last.values())[:MOST]
    names = names_of(uow, (notice.because for notice, _, _ in told))
    return [_document(who, notice, number, title, names) for notice, number, title in told]


def names_of(uow: UnitOfWork, reasons: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """The names of the technicians that reasons speak of."""
    wanted = {one for because in reasons for one in because.get("technicians", ())}
    if not wanted:
        return {}
    found = uow.session.execute(select(Technician.id, Technician.name).where(Technician.id.in_(wanted)))
    return {row.id: row.name for row in found}


def _concerns(who: Whose, notice: PhoneNotice) -> bool:
    """Whether it is about what this phone shows, or showed: today or tomorrow."""
    dates = [who.local_date(one) for one in (notice.before, notice.after) if one is not None]
    return (not dates or any(one <= who.tomorrow for one in dates)) and not _was_planned(who, notice)


def _was_planned(who: Whose, notice: PhoneNotice) -> bool:
    """Whether it is a visit that came before its shift began: that is the plan of the day, and no change of it."""
    if notice.what != "assigned" or notice.after is None or notice.because.get("code") != "new":
        return False
    return any(shift.starts_at > notice.at for shift in who.shifts_of(who.local_date(notice.after)))


def _document(
    who: Whose, notice: PhoneNotice, number: str | None, title: str | None, names: Mapping[str, str]
) -> Document:
    body = {
        "notice": notice.id,
        "what": notice.what,
        "visit": notice.visit_id,
        "number": number,
        "title": title,
        "at": said(notice.at),
        "before": said(notice.before),
        "after": said(notice.after),
        "why": why(notice.because, who.language, names),
        "seen": notice.seen_at is not None,
    }
    return Document(f"notice:{notice.id}", "notice", body)
