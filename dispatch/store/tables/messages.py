"""What is said about a job: notes of the office, and messages between the office and technicians."""

from __future__ import annotations

import datetime as dt
import enum

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from dispatch.store.tables.base import Base, Identified


class MessageKind(enum.StrEnum):
    """Who says something to whom."""

    NOTE = "note"
    TO_TECHNICIAN = "to_technician"
    FROM_TECHNICIAN = "from_technician"


class Message(Identified, Base):
    """Something that was said about a job. ``by`` is a user's id, ``by_name`` their name as it was then.

    ``visit_id``: the visit whose crew was told, or whose technician said it. ``read_at`` and ``read_by`` (a name): when
    the office first read what a technician said.
    """

    __tablename__ = "message"
    __table_args__ = (
        Index("ix_message_job_id_at", "job_id", "at"),
        Index("ix_message_kind_read_at", "kind", "read_at"),
    )

    job_id: Mapped[str] = mapped_column(ForeignKey("job.id", ondelete="CASCADE"))
    visit_id: Mapped[str | None] = mapped_column(ForeignKey("visit.id", ondelete="CASCADE"), index=True)
    kind: Mapped[MessageKind]
    text: Mapped[str]
    at: Mapped[dt.datetime]
    by: Mapped[str] = mapped_column(String(40))
    by_name: Mapped[str] = mapped_column(String(200))
    technician_id: Mapped[str | None] = mapped_column(ForeignKey("technician.id", ondelete="SET NULL"))
    read_at: Mapped[dt.datetime | None]
    read_by: Mapped[str] = mapped_column(String(200), default="")


class MessageReader(Base):
    """A technician whom a message is for. ``seen_at``: when they saw it, on whichever of their phones."""

    __tablename__ = "message_reader"
    __table_args__ = (Index("ix_message_reader_technician_id_seen_at", "technician_id", "seen_at"),)

    message_id: Mapped[str] = mapped_column(ForeignKey("message.id", ondelete="CASCADE"), primary_key=True)
    technician_id: Mapped[str] = mapped_column(ForeignKey("technician.id", ondelete="CASCADE"), primary_key=True)
    seen_at: Mapped[dt.datetime | None]
