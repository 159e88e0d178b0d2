"""What people were told, or will be."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from dispatch.domain.errors import DispatchError
from dispatch.domain.roles import Right
from dispatch.domain.visit_lifecycle import numbered
from dispatch.services.rights import require
from dispatch.store.tables import Contact, Job, Notification, NotificationStatus, Technician, User, Visit
from dispatch.store.unit_of_work import UnitOfWork


def notifications(
    uow: UnitOfWork,
    *,
    everybodys: bool = False,
    status: NotificationStatus | None = None,
    about: str | None = None,
) -> Select[Notification]:
    """One's own, or everybody's for who may read the audit trail; ``about`` is a word and an id ("job:job_01…")."""
    query = select(Notification)
    if everybodys:
        require(uow, Right.READ_AUDIT)
    else:
        query = query.where(Notification.recipient.in_(_own(uow)))
    if status is not None:
        query = query.where(Notification.status == status)
    return query if about is None else query.where(Notification.about == about)


def called(session: Session, words: Collection[str]) -> Mapping[str, str]:
    """A word and an id ("job:job_01…") → what people call it: the name of a person, the number of a job or a visit.

    What is gone, or has no name, is not there. As many queries as there are kinds of words.
    """
    named: dict[str, set[str]] = defaultdict(set)
    for one in words:
        word, _, row_id = one.partition(":")
        named[word].add(row_id)
    found: dict[str, str] = {}
    for word, table in (("user", User), ("technician", Technician), ("contact", Contact)):
        if ids := named.get(word):
            people = session.execute(select(table.id, table.name).where(table.id.in_(sorted(ids))))
            found |= {f"{word}:{row.id}": row.name for row in people}
    if ids := named.get("job"):
        jobs = session.execute(select(Job.id, Job.number).where(Job.id.in_(sorted(ids))))
        found |= {f"job:{row.id}": row.number for row in jobs}
    if ids := named.get("visit"):
        visits = select(Visit.id, Job.number, Visit.sequence).join(Job, Job.id == Visit.job_id)
        rows = session.execute(visits.where(Visit.id.in_(sorted(ids))))
        found |= {f"visit:{row.id}": numbered(row.number, row.sequence) for row in rows}
    return found


def send_again(uow: UnitOfWork, notification_id: str) -> Notification:
    """Try again to send what failed or waits; for who looks after this server."""
    require(uow, Right.WRITE_SETUP)
    row = uow.get(Notification, notification_id, lock=True)
    if row.status is NotificationStatus.SENT:
        raise DispatchError(f"Notification {notification_id!r} was sent already.", sent_at=row.sent_at)
    row.status, row.attempts, row.next_try, row.failure = NotificationStatus.WAITING, 0, uow.now, ""
    return row


def _own(uow: UnitOfWork) -> list[str]:
    actor = uow.actor
    return [f"user:{actor.id}", *([f"technician:{actor.technician}"] if actor.technician else [])]
