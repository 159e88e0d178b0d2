"""Service reports: made when a visit has ended, made again when something is added, sent to whom it was asked for.

What happens to a visit only says that its report is wanted. Making one takes a part of a second, so the jobs table does
it afterwards, and in no transaction: the facts are read, the pages drawn and kept, and then the row says so. Somebody
who reads the report meanwhile has it made at once. A report is never older than what it tells: its row has a digest of
the facts, and one that says anything else by now is made anew.

What was sent without pictures that were still to come is sent once more when the last of them is there. What is added
to a report after that makes a new edition and no new mail: whoever wants it sent again asks for it.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from dispatch.domain.events import (
    ChecklistAnswered,
    Event,
    MediaAttached,
    PartUsed,
    ReportMade,
    VisitMoved,
    instant,
)
from dispatch.domain.ids import new_id
from dispatch.domain.visit_lifecycle import FINAL, VisitStatus
from dispatch.messaging.notify import notify_address
from dispatch.messaging.recipients import EMAIL
from dispatch.messaging.texts import said
from dispatch.services import media, report_sending, visits
from dispatch.services.report_facts import Facts, gather
from dispatch.settings import Settings
from dispatch.store.door import Door, StoreDoor
from dispatch.store.engine import Store
from dispatch.store.files import Files
from dispatch.store.queries.rows import chunks, locked
from dispatch.store.tables import Notification, OutboxEntry, ReportSending, ServiceReport, Visit
from dispatch.store.unit_of_work import UnitOfWork

KINDS = frozenset(one.__name__ for one in (VisitMoved, MediaAttached, ChecklistAnswered, PartUsed))
_REPORTED = frozenset({VisitStatus.COMPLETED.value, VisitStatus.INCOMPLETE.value})
_AT_ONCE = 20
_AFTER_A_FAILURE = dt.timedelta(minutes=10)

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Document:
    """A report that can be read: its bytes, the digest of them, and what to call the file."""

    content: bytes
    digest: str
    name: str


# -- wanted ------------------------------------------------------------------------------------------------------------


def react(uow: UnitOfWork, event: Event, _: OutboxEntry) -> None:
    """A visit has ended, so its report is wanted; or something was added to one that has a report already."""
    if isinstance(event, VisitMoved):
        if event.after in _REPORTED:
            want(uow, event.visit)
    elif isinstance(event, MediaAttached | ChecklistAnswered | PartUsed):
        row = _row(uow, event.visit)
        if row is not None:
            row.wanted_at = uow.now


def want(uow: UnitOfWork, visit_id: str) -> ServiceReport:
    """The report of a visit is to be made, or made again; rights aside."""
    row = _row(uow, visit_id)
    if row is None:
        row = ServiceReport(id=new_id("report"), visit_id=visit_id, wanted_at=uow.now)
        try:
            with uow.session.begin_nested():
                uow.session.add(row)
        except IntegrityError:
            row = uow.session.scalars(select(ServiceReport).where(ServiceReport.visit_id == visit_id)).one()
    row.wanted_at = uow.now
    return row


def of_visits(uow: UnitOfWork, visit_ids: Collection[str]) -> Mapping[str, dict[str, Any]]:
    """What documents tell of the reports of many visits; rights aside.

    Each ``{"made_at", "edition", "sent_to", "addresses"}``: ``made_at`` is None before it was made, ``sent_to`` the
    last of the ``addresses`` to which it was sent or will be, None where nobody asked.
    """
    addresses = report_sending.addresses(uow, visit_ids)
    made = {
        row.visit_id: row
        for chunk in chunks(visit_ids)
        for row in uow.session.scalars(select(ServiceReport).where(ServiceReport.visit_id.in_(chunk)))
    }
    known = [visit for visit in visit_ids if visit in made or visit in addresses]
    return {visit: _told(made.get(visit), addresses.get(visit, [])) for visit in known}


def _told(row: ServiceReport | None, addresses: list[str]) -> dict[str, Any]:
    return {
        "made_at": instant(row.made_at) if row is not None and row.made_at is not None else None,
        "edition": row.edition if row is not None else 0,
        "sent_to": addresses[-1] if addresses else None,
        "addresses": addresses,
    }


# -- made --------------------------------------------------------------------------------------------------------------


def document(door: Door, settings: Settings, visit_id: str) -> Document:
    """The report of a visit that the actor may see, as of now, technicians once it is dispatched; made if need be.

    Of a visit that is not over it says so, and nothing is kept. Raises :class:`~dispatch.domain.errors.NotFound`.
    """
    with door.reading() as uow:
        visit = visits.handed(uow, visit_id)
        row, facts = _row(uow, visit_id), gather(uow, settings, visit_id)
    files = Files.of(settings)
    if visit.status not in FINAL:
        content = _drawn(facts, files)
        return Document(content, facts.digest(), _name(facts))
    return _current(door, files, visit_id, row, facts)


def make_due(store: Store, settings: Settings) -> int:
    """Make the reports that are wanted and send those that can be sent; how many were made or sent."""
    with store.reading() as uow:
        due = select(ServiceReport.visit_id).where(ServiceReport.wanted_at <= uow.now)
        wanted = uow.session.scalars(due.order_by(ServiceReport.wanted_at).limit(_AT_ONCE)).all()
        # A picture that has not come by then is forgotten itself.
        since = uow.now - dt.timedelta(days=settings.media_unfinished_days)
        lacks = ReportSending.lacks & (ReportSending.asked_at > since)
        waiting = select(ReportSending.id).where(ReportSending.waiting | lacks)
        asked = uow.session.scalars(waiting.order_by(ReportSending.id)).all()
    done = sum(_make(store, settings, visit_id) for visit_id in wanted)
    return done + sum(_send(store, settings, sending_id) for sending_id in asked)


def _make(store: Store, settings: Settings, visit_id: str) -> int:
    """Make the report of a visit; 0 where that failed, which is tried again later."""
    return int(_tried(store, settings, visit_id) is not None)


def _tried(store: Store, settings: Settings, visit_id: str) -> Document | None:
    """The report of a visit as of now; None where that failed: it is wanted again after a while."""
    try:
        return _report(StoreDoor(store), settings, visit_id)
    except Exception as error:
        # One visit's report must not keep those of others from being made. The message may hold what a person wrote.
        log.error("the report of %s could not be made: %s", visit_id, type(error).__name__)
        with store.unit_of_work() as uow:
            want(uow, visit_id).wanted_at = uow.now + _AFTER_A_FAILURE
        return None


def _report(door: Door, settings: Settings, visit_id: str) -> Document:
    with door.reading() as uow:
        row, facts = _row(uow, visit_id), gather(uow, settings, visit_id)
    return _current(door, Files.of(settings), visit_id, row, facts)


def _current(door: Door, files: Files, visit_id: str, row: ServiceReport | None, facts: Facts) -> Document:
    """The report that says these facts: the one there is, or a new one."""
    kept = row.kept if row is not None and row.facts == facts.digest() else None
    content = _read(files, kept)
    if content is None or kept is None:
        content = _drawn(facts, files)
        kept = files.keep(content)
    if row is None or row.kept != kept or row.wanted_at is not None:
        with door.unit_of_work() as uow:
            _note(uow, visit_id, facts, kept, row.wanted_at if row is not None else None)
    return Document(content, kept, _name(facts))


def _note(uow: UnitOfWork, visit_id: str, facts: Facts, kept: str, wanted_at: dt.datetime | None) -> None:
    """Write down that a report with these facts is kept. ``wanted_at`` is what the row said before they were read."""
    row = _row(uow, visit_id)
    if row is None:
        row = want(uow, visit_id)
        row.wanted_at = None
    else:
        row = locked(uow, ServiceReport, row.id)
    if row.wanted_at == wanted_at:
        row.wanted_at = None  # otherwise something was added since: it is made once more
    row.facts = facts.digest()
    if row.kept == kept:
        return
    row.kept, row.made_at, row.edition = kept, uow.now, row.edition + 1
    visit = uow.get(Visit, visit_id)
    made = ReportMade(
        visit=visit_id, job=visit.job_id, report=row.id, edition=row.edition, territory=visit.territory_id
    )
    uow.record(made)


def _drawn(facts: Facts, files: Files) -> bytes:
    # Drawing loads fonts and a large library, which a process that draws nothing need not wait for.
    from dispatch.services.report_pages import draw

    return draw(facts, files.read)


def _read(files: Files, kept: str | None) -> bytes | None:
    """The report that was made; None where there is none, or it is gone from the folder."""
    try:
        return files.read(kept) if kept is not None else None
    except FileNotFoundError:
        return None


def _name(facts: Facts) -> str:
    return f"{facts.number}.pdf"


def _row(uow: UnitOfWork, visit_id: str) -> ServiceReport | None:
    return uow.session.scalar(select(ServiceReport).where(ServiceReport.visit_id == visit_id))


# -- sent --------------------------------------------------------------------------------------------------------------


def _send(store: Store, settings: Settings, sending_id: str) -> int:
    """Send a report if its visit is over and its pictures are there, or have been waited for long enough.

    Where it went without some of them, it is sent once more when they are all there.
    """
    with store.reading() as uow:
        sending = uow.get(ReportSending, sending_id)
        visit = uow.get(Visit, sending.visit_id)
        longest = dt.timedelta(minutes=settings.report_wait_minutes)
        patient = sending.lacks or uow.now < sending.asked_at + longest
        pictures = media.pictures_of(uow, [visit.id]).get(visit.id, [])
        complete = all(media.status(picture) != media.AWAITED for _, picture in pictures)
        row = _row(uow, visit.id)
        failed = row is not None and row.wanted_at is not None and row.wanted_at > uow.now
    if visit.status not in FINAL or failed or (patient and not complete):
        return 0
    if visit.status is VisitStatus.CANCELLED:
        return _drop(store, sending_id, "the visit was cancelled")
    made = _tried(store, settings, visit.id)
    if made is None:
        return 0
    with store.unit_of_work() as uow:
        sending = locked(uow, ReportSending, sending_id)
        before = uow.session.get(Notification, sending.notification_id) if sending.notification_id else None
        if sending.lacks and before is not None and before.attachment == made.digest:
            sending.lacks = False  # what was to come was no picture: nothing is new
        elif sending.waiting or sending.lacks:
            _hand_over(uow, settings, sending, made, lacks=not complete)
    return 1


def _hand_over(uow: UnitOfWork, settings: Settings, sending: ReportSending, made: Document, *, lacks: bool) -> None:
    facts = gather(uow, settings, sending.visit_id)
    values = {"number": facts.number, "title": facts.title, "address": facts.address}
    subject, body = said("service_report", facts.language, **values)
    recipient = f"contact:{sending.contact_id}" if sending.contact_id else f"visit:{sending.visit_id}"
    notification = notify_address(
        uow,
        recipient,
        EMAIL,
        sending.address,
        subject,
        body,
        about=f"visit:{sending.visit_id}",
        attachment=(made.digest, made.name),
    )
    sending.waiting, sending.lacks, sending.notification_id = False, lacks, notification.id


def _drop(store: Store, sending_id: str, because: str) -> int:
    with store.unit_of_work() as uow:
        sending = locked(uow, ReportSending, sending_id)
        sending.waiting, sending.lacks, sending.dropped_because = False, False, because
    return 1
