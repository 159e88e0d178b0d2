"""What was said to whom: the outbox, its readers, the audit trail, notifications, webhooks."""

from __future__ import annotations

import datetime as dt
import enum
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from dispatch.store.tables.base import Base, Identified, Versioned

Counted = BigInteger().with_variant(Integer, "sqlite")


class OutboxEntry(Base):
    """One event. ``position`` is what readers follow: the relay gives it, in an order in which all can be seen."""

    __tablename__ = "outbox"
    __table_args__ = (Index("ix_outbox_subject_position", "subject_word", "subject_id", "position"),)

    id: Mapped[int] = mapped_column(Counted, primary_key=True)
    position: Mapped[int | None] = mapped_column(Counted, unique=True)
    kind: Mapped[str] = mapped_column(String(40))
    subject_word: Mapped[str] = mapped_column(String(20))
    subject_id: Mapped[str] = mapped_column(String(40))
    territory: Mapped[str | None] = mapped_column(String(40))
    technician: Mapped[str | None] = mapped_column(String(40))
    payload: Mapped[dict[str, Any]]
    actor_id: Mapped[str] = mapped_column(String(40))
    actor_name: Mapped[str] = mapped_column(String(200))
    at: Mapped[dt.datetime] = mapped_column(index=True)


class HandlerCursor(Base):
    """How far a handler has read. Moved in the transaction in which the handler takes effect."""

    __tablename__ = "handler_cursor"

    handler: Mapped[str] = mapped_column(String(60), primary_key=True)
    position: Mapped[int] = mapped_column(Counted, default=0)
    failures: Mapped[int] = mapped_column(default=0)
    retry_at: Mapped[dt.datetime | None]


class ParkedEvent(Base):
    """An event that a handler could not deal with, kept for an administrator to look at and try again.

    ``retry_at`` is set once somebody asked for another attempt.
    """

    __tablename__ = "parked_event"

    handler: Mapped[str] = mapped_column(String(60), primary_key=True)
    position: Mapped[int] = mapped_column(Counted, primary_key=True)
    because: Mapped[str]
    at: Mapped[dt.datetime]
    retry_at: Mapped[dt.datetime | None]


class AuditEntry(Base):
    """Who changed what, from what to what. ``changes``: column → [before, after]; ``version``: the row's since then."""

    __tablename__ = "audit"
    __table_args__ = (Index("ix_audit_table_name_row_id", "table_name", "row_id"),)

    id: Mapped[int] = mapped_column(Counted, primary_key=True)
    at: Mapped[dt.datetime] = mapped_column(index=True)
    actor_id: Mapped[str] = mapped_column(String(40), index=True)
    actor_name: Mapped[str] = mapped_column(String(200))
    table_name: Mapped[str] = mapped_column(String(60))
    row_id: Mapped[str] = mapped_column(String(80))
    what: Mapped[str] = mapped_column(String(10))
    version: Mapped[int]
    changes: Mapped[dict[str, Any]]


class NotificationStatus(enum.StrEnum):
    """Where a notification or a delivery stands."""

    WAITING = "waiting"
    SENT = "sent"
    FAILED = "failed"


class Notification(Identified, Base):
    """Something to tell somebody, by one adapter. ``recipient`` is a user, a technician or a contact: word and id.

    Where somebody typed only an address, it is what the notification is ``about``. ``attachment`` is the digest of a
    kept file that goes with it (see :mod:`dispatch.store.files`), under the name ``attachment_name``.
    """

    __tablename__ = "notification"
    __table_args__ = (Index("ix_notification_status_next_try", "status", "next_try"),)

    recipient: Mapped[str] = mapped_column(String(60), index=True)
    channel: Mapped[str] = mapped_column(String(20))
    address: Mapped[str] = mapped_column(String(300))
    subject: Mapped[str] = mapped_column(String(200))
    body: Mapped[str]
    about: Mapped[str] = mapped_column(String(60))
    attachment: Mapped[str | None] = mapped_column(String(64), index=True)
    attachment_name: Mapped[str | None] = mapped_column(String(80))
    status: Mapped[NotificationStatus] = mapped_column(default=NotificationStatus.WAITING)
    attempts: Mapped[int] = mapped_column(default=0)
    next_try: Mapped[dt.datetime | None]
    failure: Mapped[str] = mapped_column(default="")
    created_at: Mapped[dt.datetime]
    sent_at: Mapped[dt.datetime | None]


class Webhook(Versioned, Base):
    """An address of an integrator that wants to hear of events. ``kinds`` empty: all. ``secret`` signs what is sent.

    ``disabled_because`` says why the program itself set ``active`` to false.
    """

    __tablename__ = "webhook"

    name: Mapped[str] = mapped_column(String(120))
    url: Mapped[str] = mapped_column(String(500))
    kinds: Mapped[list[Any]] = mapped_column(default=list)
    secret: Mapped[str] = mapped_column(String(80), info={"secret": True})
    active: Mapped[bool] = mapped_column(default=True)
    disabled_because: Mapped[str] = mapped_column(String(300), default="")
    created_by: Mapped[str] = mapped_column(String(40))


class WebhookDelivery(Identified, Base):
    """One event on its way to one webhook; its id is the message's id, the same on every attempt."""

    __tablename__ = "webhook_delivery"
    __table_args__ = (
        Index("uq_webhook_delivery_webhook_id_position", "webhook_id", "position", unique=True),
        Index("ix_webhook_delivery_status_next_try", "status", "next_try"),
    )

    webhook_id: Mapped[str] = mapped_column(ForeignKey("webhook.id", ondelete="CASCADE"))
    position: Mapped[int] = mapped_column(Counted)
    status: Mapped[NotificationStatus] = mapped_column(default=NotificationStatus.WAITING)
    attempts: Mapped[int] = mapped_column(default=0)
    next_try: Mapped[dt.datetime | None]
    response: Mapped[str] = mapped_column(String(300), default="")
    created_at: Mapped[dt.datetime]
    sent_at: Mapped[dt.datetime | None]


class ClockSetting(Base):
    """How the operation's clock runs: absent for real time; one row for a sample day on an accelerated clock."""

    __tablename__ = "clock_setting"

    id: Mapped[int] = mapped_column(primary_key=True)
    real: Mapped[dt.datetime]
    simulated: Mapped[dt.datetime]
    factor: Mapped[float]


class SheetImport(Identified, Base):
    """A sheet that was uploaded and looked at: what it would do, until somebody applies it."""

    __tablename__ = "sheet_import"

    kind: Mapped[str] = mapped_column(String(20))
    file_name: Mapped[str] = mapped_column(String(200))
    rows: Mapped[list[Any]]
    errors: Mapped[list[Any]] = mapped_column(default=list)
    created_at: Mapped[dt.datetime]
    created_by: Mapped[str] = mapped_column(String(40))
    applied_at: Mapped[dt.datetime | None]
