"""Telling people: what is to be said is written in the transaction that makes it true, and sent afterwards.

Sending happens outside of any transaction: a notification is first claimed for a while, then sent, then marked. A
crash in between means that it is sent again; never that it is lost.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Mapping, Sequence

from sqlalchemy import Select, or_, select

from dispatch.domain.ids import new_id
from dispatch.messaging.adapters import Adapter, Undeliverable
from dispatch.messaging.recipients import LOG, Recipient, recipients
from dispatch.store.engine import Store
from dispatch.store.tables import Notification, NotificationStatus
from dispatch.store.unit_of_work import UnitOfWork

ATTEMPTS = 8
_CLAIMED_FOR = dt.timedelta(minutes=5)
_FIRST_DELAY = dt.timedelta(seconds=10)
_SUBJECT_LENGTH = 200

log = logging.getLogger(__name__)


def notify(
    uow: UnitOfWork,
    recipient: str,
    subject: str,
    body: str,
    *,
    channels: Sequence[str] | None = None,
    about: str = "",
    territory: str | None = None,
) -> list[Notification]:
    """Let somebody be told, once for each channel; what was written.

    ``recipient`` is "user:ID", "technician:ID", "contact:ID" or "role:ROLE" (all of the role in ``territory``).
    ``channels`` None: the first that reaches them. Somebody whom no channel reaches is written to the log adapter, so
    that it can be seen that nobody was told. ``about`` is a word and an id, such as "visit:visit_01…".
    """
    written = [
        _notification(uow, one, channel, subject, body, about)
        for one in recipients(uow, recipient, territory)
        for channel in _channels(one, channels)
    ]
    uow.session.add_all(written)
    return written


def notify_address(
    uow: UnitOfWork,
    recipient: str,
    channel: str,
    address: str,
    subject: str,
    body: str,
    *,
    about: str = "",
    attachment: tuple[str, str] | None = None,
) -> Notification:
    """Let it be told at an address that was chosen for this alone; what was written.

    ``recipient`` says whose it is, or what it is about where nobody knows. ``attachment`` is the digest of a kept file
    that goes with it, and the name that it goes under.
    """
    written = _notification(uow, Recipient(recipient, "", {channel: address}), channel, subject, body, about)
    if attachment is not None:
        written.attachment, written.attachment_name = attachment
    uow.session.add(written)
    return written


def _channels(recipient: Recipient, wanted: Sequence[str] | None) -> Sequence[str]:
    if wanted is None:
        return [*recipient.addresses, LOG][:1]
    return [channel for channel in wanted if channel in recipient.addresses] or [LOG]


def _notification(
    uow: UnitOfWork, recipient: Recipient, channel: str, subject: str, body: str, about: str
) -> Notification:
    return Notification(
        id=new_id("notification"),
        recipient=recipient.id,
        channel=channel,
        address=recipient.addresses.get(channel, ""),
        subject=subject[:_SUBJECT_LENGTH],
        body=body,
        about=about,
        next_try=uow.now,
        created_at=uow.now,
    )


def deliver(store: Store, adapters: Mapping[str, Adapter], limit: int = 50) -> int:
    """Send what is due, each by the adapter of its channel; how many were sent."""
    sent = 0
    for row in _claimed(store, limit):
        adapter = adapters.get(row.channel) or adapters[LOG]
        failure: Exception | None = None
        try:
            adapter.send(row)
            sent += 1
        except Exception as error:
            failure = error
            # The message may hold an address.
            log.warning("%s could not be sent by %s: %s", row.id, row.channel, type(error).__name__)
        _settle(store, row.id, failure)
    return sent


def _claimed(store: Store, limit: int) -> Sequence[Notification]:
    """Due notifications, set aside so that no other process sends them meanwhile."""
    with store.reading() as uow:
        if uow.session.scalar(_due(uow).limit(1)) is None:
            return []
    with store.unit_of_work() as uow:
        rows = uow.session.scalars(_due(uow).limit(limit).with_for_update(skip_locked=True)).all()
        for row in rows:
            row.attempts += 1
            row.next_try = uow.now + _CLAIMED_FOR
        return rows


def _due(uow: UnitOfWork) -> Select[Notification]:
    waiting = Notification.status == NotificationStatus.WAITING
    due = or_(Notification.next_try.is_(None), Notification.next_try <= uow.now)
    return select(Notification).where(waiting, due).order_by(Notification.next_try, Notification.id)


def _settle(store: Store, row_id: str, failure: Exception | None) -> None:
    with store.unit_of_work() as uow:
        row = uow.session.get(Notification, row_id)
        if row is None:
            return
        if failure is None:
            row.status, row.sent_at, row.next_try, row.failure = NotificationStatus.SENT, uow.now, None, ""
            return
        row.failure = f"{type(failure).__name__}: {failure}"[:500]
        final = isinstance(failure, Undeliverable) or row.attempts >= ATTEMPTS
        row.status = NotificationStatus.FAILED if final else NotificationStatus.WAITING
        row.next_try = None if final else uow.now + _FIRST_DELAY * 4 ** (row.attempts - 1)
