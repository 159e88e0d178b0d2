"""The conversation about a job: notes of the office, messages to its technicians and from them, and who has read what.

A note is for the office alone. A message to the technician is for the crew of a visit, each of whom sees it on their
phones until they have seen it; what a technician says is new until somebody of the office has read it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Select, func, or_, select

from dispatch.domain.errors import Invalid, NotFound, TooMany
from dispatch.domain.events import MessagesRead, MessageWritten
from dispatch.domain.ids import new_id
from dispatch.domain.roles import Right
from dispatch.domain.visit_lifecycle import FINAL
from dispatch.services import jobs
from dispatch.services.complaints import Complaints
from dispatch.services.rights import require
from dispatch.store.queries.visits import assigned_technicians
from dispatch.store.tables import (
    Assignment,
    Contact,
    Job,
    Message,
    MessageKind,
    MessageReader,
    Notification,
    NotificationStatus,
    Technician,
    Visit,
)
from dispatch.store.unit_of_work import UnitOfWork

LONGEST = 2000
"""Characters of one message."""
MOST_OF_A_JOB = 500
"""So many messages are kept about one job: whoever has more to say should ring."""


@dataclass(frozen=True, slots=True)
class Heard:
    """A technician whom a message is for, and when they saw it."""

    technician: str
    name: str
    seen_at: dt.datetime | None


@dataclass(frozen=True, slots=True)
class Said:
    """A message with who has heard it. ``technician``: who said it, where one did."""

    id: str
    visit: str | None
    kind: MessageKind
    text: str
    at: dt.datetime
    by: str
    technician: str | None
    read_at: dt.datetime | None
    read_by: str
    heard: Sequence[Heard] = ()


@dataclass(frozen=True, slots=True)
class Told:
    """Something that the program told the customer, or will: by which channel, about what, and whether it arrived."""

    id: str
    channel: str
    subject: str
    body: str
    status: NotificationStatus
    created_at: dt.datetime
    sent_at: dt.datetime | None


@dataclass(frozen=True, slots=True)
class Conversation:
    """All that was said about a job, the oldest first. ``unread``: what technicians said and nobody here has read.

    ``crew``: who would hear a message now, by name; empty: nobody has the job.
    """

    job: str
    messages: Sequence[Said]
    told: Sequence[Told]
    unread: int
    visit: str | None
    crew: Mapping[str, str] = field(default_factory=dict)


def conversation(uow: UnitOfWork, job_id: str) -> Conversation:
    """The conversation about a job that the actor may see. Raises :class:`NotFound` or :class:`Forbidden`."""
    job = jobs.seen(uow, job_id)
    mine = select(Message).where(Message.job_id == job.id).order_by(Message.at, Message.id).limit(MOST_OF_A_JOB)
    rows = uow.session.scalars(mine).all()
    heard = _heard(uow, [row.id for row in rows])
    said = [
        Said(
            id=row.id,
            visit=row.visit_id,
            kind=row.kind,
            text=row.text,
            at=row.at,
            by=row.by_name,
            technician=row.technician_id,
            read_at=row.read_at,
            read_by=row.read_by,
            heard=heard.get(row.id, ()),
        )
        for row in rows
    ]
    visit, crew = _whom(uow, job.id)
    unread = sum(one.kind is MessageKind.FROM_TECHNICIAN and one.read_at is None for one in said)
    return Conversation(job.id, said, _told(uow, job.id), unread, visit, _names(uow, crew))


def write(uow: UnitOfWork, job_id: str, text: str, *, to: MessageKind) -> Message:
    """A note about a job, or a message to the technicians who have it.

    Raises :class:`NotFound`, :class:`Forbidden`, :class:`TooMany`, or :class:`Invalid` for an empty text, or for a
    message where nobody has the job.
    """
    job = jobs.seen(uow, job_id)
    require(uow, Right.CHANGE_JOBS, job.territory_id)
    complaints = Complaints()
    text = complaints.text("text", text, LONGEST, required=True)
    complaints.raise_any()
    visit, crew = _whom(uow, job.id) if to is MessageKind.TO_TECHNICIAN else (None, ())
    if to is MessageKind.TO_TECHNICIAN and not crew:
        error = {"place": "to", "value": to.value, "problem": "nobody has the job", "remedy": "write a note"}
        raise Invalid("to: nobody has this job now, so nobody would read it: write a note instead.", errors=[error])
    row = _row(uow, job, visit, to, text, uow.now)
    uow.session.add_all(MessageReader(message_id=row.id, technician_id=one) for one in crew)
    uow.session.flush()
    for one in crew or (None,):
        _record(uow, row, job, one)
    return row


def say(uow: UnitOfWork, visit: Visit, text: str, at: dt.datetime) -> Message:
    """What a technician says to the office about a visit of theirs, at ``at``. Raises :class:`Invalid` or
    :class:`TooMany`.
    """
    require(uow, Right.WORK_VISITS)
    complaints = Complaints()
    text = complaints.text("text", text, LONGEST, required=True)
    complaints.raise_any()
    job = uow.get(Job, visit.job_id)
    row = _row(uow, job, visit.id, MessageKind.FROM_TECHNICIAN, text, at)
    row.technician_id = uow.actor.technician
    if uow.actor.on_behalf:  # the office makes true what they said; they said it all the same
        row.by_name = uow.get(Technician, uow.actor.technician or "").name
    uow.session.flush()
    _record(uow, row, job, uow.actor.technician)
    return row


def read(uow: UnitOfWork, job_id: str, until: str) -> int:
    """The office has read what technicians said about a job, up to a message; how many were new until now.

    Raises :class:`NotFound` or :class:`Forbidden`.
    """
    job = jobs.seen(uow, job_id)
    require(uow, Right.CHANGE_JOBS, job.territory_id)
    last = uow.get(Message, until)
    if last.job_id != job.id:
        raise NotFound(f"There is no message {until!r} about this job.", what="message", id=until)
    new = Message.job_id == job.id, Message.kind == MessageKind.FROM_TECHNICIAN, Message.read_at.is_(None)
    query = select(Message).where(*new, Message.at <= last.at).order_by(Message.id)
    rows = uow.session.scalars(query.with_for_update().execution_options(populate_existing=True)).all()
    for row in rows:
        row.read_at, row.read_by = uow.now, uow.actor.name
    if rows:
        visit = rows[-1].visit_id or ""
        uow.record(MessagesRead(job=job.id, count=len(rows), visit=visit, territory=job.territory_id))
    return len(rows)


def seen(uow: UnitOfWork, message_ids: Collection[str]) -> int:
    """The actor, a technician, has seen these messages for them; how many were new. Others are passed over."""
    require(uow, Right.WORK_VISITS)
    mine = MessageReader.technician_id == uow.actor.technician, MessageReader.seen_at.is_(None)
    query = select(MessageReader).where(MessageReader.message_id.in_(list(message_ids)), *mine)
    query = query.order_by(MessageReader.message_id).with_for_update().execution_options(populate_existing=True)
    rows = uow.session.scalars(query).all()
    for row in rows:
        row.seen_at = uow.now
    uow.session.flush()
    about = select(Message.job_id, Message.visit_id, Job.territory_id, func.count())
    about = about.join(Job, Job.id == Message.job_id).where(Message.id.in_([row.message_id for row in rows]))
    grouped = about.group_by(Message.job_id, Message.visit_id, Job.territory_id)
    for job, visit, territory, count in uow.session.execute(grouped.order_by(Message.job_id)) if rows else ():
        uow.record(
            MessagesRead(job=job, count=count, visit=visit or "", territory=territory, technician=uow.actor.technician)
        )
    return len(rows)


def of_technician(uow: UnitOfWork, technician_id: str, visit_ids: Collection[str]) -> list[tuple[Message, bool]]:
    """What was said at these visits to a technician, or by them, the oldest first; and whether it is new to them.

    Rights aside: for the phone's day, which has checked them.
    """
    query = (
        select(Message, MessageReader.message_id.is_not(None) & MessageReader.seen_at.is_(None))
        .outerjoin(
            MessageReader,
            (MessageReader.message_id == Message.id) & (MessageReader.technician_id == technician_id),
        )
        .where(
            Message.visit_id.in_(list(visit_ids)),
            or_(MessageReader.message_id.is_not(None), Message.technician_id == technician_id),
        )
        .order_by(Message.at, Message.id)
    )
    return [(row, bool(new)) for row, new in uow.session.execute(query)] if visit_ids else []


def unread_by_job() -> Select[str, int]:
    """Job → how many messages of technicians nobody in the office has read, where there are any."""
    new = Message.kind == MessageKind.FROM_TECHNICIAN, Message.read_at.is_(None)
    return select(Message.job_id, func.count()).where(*new).group_by(Message.job_id)


# -- parts -------------------------------------------------------------------------------------------------------------


def _row(uow: UnitOfWork, job: Job, visit: str | None, kind: MessageKind, text: str, at: dt.datetime) -> Message:
    said = uow.session.scalar(select(func.count()).where(Message.job_id == job.id)) or 0
    if said >= MOST_OF_A_JOB:
        raise TooMany(f"There are {said} messages about this job, which is the most. Ring them.", limit=MOST_OF_A_JOB)
    row = Message(
        id=new_id("message"),
        job_id=job.id,
        visit_id=visit,
        kind=kind,
        text=text,
        at=at,
        by=uow.actor.id,
        by_name=uow.actor.name,
    )
    uow.session.add(row)
    uow.session.flush()
    return row


def _record(uow: UnitOfWork, row: Message, job: Job, technician: str | None) -> None:
    uow.record(
        MessageWritten(
            message=row.id,
            job=job.id,
            what=row.kind.value,
            visit=row.visit_id or "",
            territory=job.territory_id,
            technician=technician,
        )
    )


def _whom(uow: UnitOfWork, job_id: str) -> tuple[str | None, tuple[str, ...]]:
    """The visit whose crew hears a message about the job: the first that is not over, or else the last one."""
    query = select(Visit.id, Visit.status).where(Visit.job_id == job_id).order_by(Visit.sequence)
    planned = query.where(select(Assignment.visit_id).where(Assignment.visit_id == Visit.id).exists())
    rows = uow.session.execute(planned).all()
    ahead = [visit for visit, status in rows if status not in FINAL]
    visit = ahead[0] if ahead else rows[-1][0] if rows else None
    return visit, tuple(assigned_technicians(uow.session, visit)) if visit is not None else ()


def _names(uow: UnitOfWork, technicians: Collection[str]) -> dict[str, str]:
    found = select(Technician.id, Technician.name).where(Technician.id.in_(list(technicians)))
    return {row.id: row.name for row in uow.session.execute(found.order_by(Technician.name))} if technicians else {}


def _heard(uow: UnitOfWork, messages: Collection[str]) -> dict[str, list[Heard]]:
    found: dict[str, list[Heard]] = {}
    query = select(MessageReader.message_id, Technician.id, Technician.name, MessageReader.seen_at)
    query = query.join(Technician, Technician.id == MessageReader.technician_id)
    query = query.where(MessageReader.message_id.in_(list(messages))).order_by(Technician.name, Technician.id)
    for message, technician, name, at in uow.session.execute(query) if messages else ():
        found.setdefault(message, []).append(Heard(technician, name, at))
    return found


def _told(uow: UnitOfWork, job_id: str) -> list[Told]:
    """What the customer's contacts were told about a job and its visits, the oldest first."""
    visits = uow.session.scalars(select(Visit.id).where(Visit.job_id == job_id)).all()
    about = [f"job:{job_id}", *(f"visit:{visit}" for visit in visits)]
    query = select(Notification).where(Notification.recipient.in_(_outside(uow, job_id, about)))
    query = query.where(or_(Notification.about.in_(about), Notification.recipient.in_(about)))
    rows = uow.session.scalars(query.order_by(Notification.created_at, Notification.id))
    return [Told(row.id, row.channel, row.subject, row.body, row.status, row.created_at, row.sent_at) for row in rows]


def _outside(uow: UnitOfWork, job_id: str, about: Sequence[str]) -> list[str]:
    """The contacts of the job's customer, and what stands for somebody of whom only an address is known."""
    customer = select(Job.customer_id).where(Job.id == job_id).scalar_subquery()
    contacts = uow.session.scalars(select(Contact.id).where(Contact.customer_id == customer)).all()
    return [*(f"contact:{one}" for one in contacts), *about]
