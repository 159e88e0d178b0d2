"""Pictures that phones send, what they show of a visit, and the service reports that are made with them.

The bytes lie in the media folder, see :mod:`dispatch.store.files`; the rows say whose they are and what they mean.
"""

from __future__ import annotations

import datetime as dt
import enum

from sqlalchemy import ForeignKey, Index, String, false
from sqlalchemy.orm import Mapped, mapped_column

from dispatch.store.tables.base import Base, Identified

DIGEST_LENGTH = 64
"""A SHA-256 in hexadecimal digits."""


class Purpose(enum.StrEnum):
    """What a picture is for."""

    PHOTO = "photo"
    SIGNATURE = "signature"
    SCAN = "scan"


class Media(Identified, Base):
    """One picture that somebody sends, by the digest of its bytes as they are sent.

    ``size`` (bytes) and ``type`` are as declared. How much has come is the length of its file while it is under way.
    ``restarts`` counts how often bytes came whose digest was another one. Once ``complete_at`` is set, ``kept`` is the
    digest of the clean picture, with its ``kept_size``, ``kept_type`` and, in pixels, ``width`` and ``height``.
    ``refused`` is the code of why these bytes will never be taken.
    """

    __tablename__ = "media"
    __table_args__ = (Index("uq_media_owner_id_sha256", "owner_id", "sha256", unique=True),)

    owner_id: Mapped[str] = mapped_column(ForeignKey("user_account.id", ondelete="CASCADE"))
    sha256: Mapped[str] = mapped_column(String(DIGEST_LENGTH), index=True)
    size: Mapped[int]
    type: Mapped[str] = mapped_column(String(20))
    purpose: Mapped[Purpose]
    begun_at: Mapped[dt.datetime] = mapped_column(index=True)
    restarts: Mapped[int] = mapped_column(default=0)
    refused: Mapped[str] = mapped_column(String(30), default="")
    complete_at: Mapped[dt.datetime | None]
    kept: Mapped[str | None] = mapped_column(String(DIGEST_LENGTH), index=True)
    kept_size: Mapped[int | None]
    kept_type: Mapped[str | None] = mapped_column(String(20))
    width: Mapped[int | None]
    height: Mapped[int | None]


class VisitMedia(Identified, Base):
    """A picture that belongs to a visit: that of ``owner_id`` with the digest ``sha256``, which may still be to come.

    ``field`` is the checklist's question that it answers, empty for others. The ``caption`` of a signature is the name
    of who signed. ``at`` is when it was taken, ``attached_at`` when we heard of it.
    """

    __tablename__ = "visit_media"
    __table_args__ = (
        Index("uq_visit_media_visit_id", "visit_id", "owner_id", "sha256", "purpose", "field", unique=True),
        Index("ix_visit_media_owner_id_sha256", "owner_id", "sha256"),
    )

    visit_id: Mapped[str] = mapped_column(ForeignKey("visit.id", ondelete="CASCADE"))
    owner_id: Mapped[str] = mapped_column(ForeignKey("user_account.id", ondelete="CASCADE"))
    sha256: Mapped[str] = mapped_column(String(DIGEST_LENGTH))
    purpose: Mapped[Purpose]
    caption: Mapped[str] = mapped_column(String(500), default="")
    field: Mapped[str] = mapped_column(String(120), default="")
    at: Mapped[dt.datetime]
    attached_at: Mapped[dt.datetime]


class ServiceReport(Identified, Base):
    """The report of a visit for its customer. ``wanted_at``: it is to be made (again); None: it tells all there is.

    ``facts`` is a digest of what it says, so that it is not made again for nothing; ``kept`` that of the document;
    ``edition`` counts the documents.
    """

    __tablename__ = "service_report"

    visit_id: Mapped[str] = mapped_column(ForeignKey("visit.id", ondelete="CASCADE"), unique=True)
    wanted_at: Mapped[dt.datetime | None] = mapped_column(index=True)
    facts: Mapped[str] = mapped_column(String(DIGEST_LENGTH), default="")
    kept: Mapped[str | None] = mapped_column(String(DIGEST_LENGTH), index=True)
    edition: Mapped[int] = mapped_column(default=0)
    made_at: Mapped[dt.datetime | None]


class ReportSending(Identified, Base):
    """Somebody wants the report of a visit to be sent to ``address``; it waits for the visit's end and its pictures.

    ``contact_id``: whose address it is; None where it was typed. ``notification_id`` is set once it is on its way.
    ``dropped_because`` says why it never will be. ``lacks``: it went without pictures that were still to come, and
    goes once more when they have.
    """

    __tablename__ = "report_sending"

    visit_id: Mapped[str] = mapped_column(ForeignKey("visit.id", ondelete="CASCADE"), index=True)
    address: Mapped[str] = mapped_column(String(200))
    contact_id: Mapped[str | None] = mapped_column(ForeignKey("contact.id", ondelete="SET NULL"))
    asked_by: Mapped[str] = mapped_column(String(40), index=True)
    asked_at: Mapped[dt.datetime]
    waiting: Mapped[bool] = mapped_column(default=True, index=True)
    notification_id: Mapped[str | None] = mapped_column(String(40))
    dropped_because: Mapped[str] = mapped_column(String(200), default="")
    lacks: Mapped[bool] = mapped_column(default=False, server_default=false(), index=True)
