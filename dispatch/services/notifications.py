"""What people were told, or will be."""

from __future__ import annotations

from sqlalchemy import Select, select

from dispatch.domain.errors import DispatchError
from dispatch.domain.roles import Right
from dispatch.services.rights import require
from dispatch.store.tables import Notification, NotificationStatus
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
