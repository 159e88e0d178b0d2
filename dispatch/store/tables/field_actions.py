"""What phones have said: each action once, with what became of it."""

from __future__ import annotations

import datetime as dt
import enum
from typing import Any

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from dispatch.store.tables.base import Base


class Outcome(enum.StrEnum):
    """What became of an action that was kept."""

    APPLIED = "applied"
    REFUSED = "refused"


class Dispute(enum.StrEnum):
    """Where a refused action stands that somebody must look at."""

    OPEN = "open"
    SETTLED = "settled"


class Decision(enum.StrEnum):
    """What a dispatcher decided about a dispute: leave it refused, or make it true after all."""

    LEAVE = "leave"
    APPLY = "apply"


class FieldAction(Base):
    """An action as a phone sent it, and its receipt. The row is what makes sure that it is applied once.

    ``phone_at`` is the instant by the phone's clock, ``happened_at`` by the operation's, corrected. ``skew``: by how
    many seconds the phone's clock was ahead when it sent it. ``after_id`` is the action that it follows. ``content`` is
    a digest of what was said, by which the same id with another content is recognised. ``code``, ``detail`` and
    ``facts`` are the receipt's. ``territory_id`` is that of the visit, or of the technician.

    ``dispute`` is empty where nobody need look at it; a settled one says who decided what, and why.
    """

    __tablename__ = "field_action"
    __table_args__ = (
        Index("ix_field_action_visit_id_happened_at", "visit_id", "happened_at"),
        Index("ix_field_action_technician_id_happened_at", "technician_id", "happened_at"),
        Index("ix_field_action_dispute_received_at", "dispute", "received_at"),
        Index("ix_field_action_received_at", "received_at"),
    )

    user_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    device_id: Mapped[str] = mapped_column(String(40), default="")
    technician_id: Mapped[str] = mapped_column(String(40))
    territory_id: Mapped[str | None] = mapped_column(String(40))
    kind: Mapped[str] = mapped_column(String(30))
    visit_id: Mapped[str | None] = mapped_column(String(40))
    after_id: Mapped[str | None] = mapped_column(String(36))
    data: Mapped[dict[str, Any]] = mapped_column(default=dict)
    content: Mapped[str] = mapped_column(String(64))
    phone_at: Mapped[dt.datetime]
    elapsed: Mapped[float | None]
    happened_at: Mapped[dt.datetime]
    received_at: Mapped[dt.datetime]
    skew: Mapped[float]
    outcome: Mapped[Outcome]
    code: Mapped[str] = mapped_column(String(40), default="")
    detail: Mapped[str] = mapped_column(default="")
    facts: Mapped[dict[str, Any]] = mapped_column(default=dict)
    dispute: Mapped[Dispute | None]
    decision: Mapped[Decision | None]
    settled_at: Mapped[dt.datetime | None]
    settled_by: Mapped[str | None] = mapped_column(String(40))
    note: Mapped[str] = mapped_column(String(500), default="")
