"""What technicians have been told of changes to their day, and whether they have seen it."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from dispatch.store.tables.base import Base, Identified


class PhoneNotice(Identified, Base):
    """Something that changed for a technician: ``what`` is ``assigned``, ``moved_away``, ``time_changed``,
    ``cancelled``, ``recalled`` or ``dispute_settled``.

    ``before`` and ``after``: the planned starts. ``because``: why, as facts (see
    :mod:`dispatch.services.phone_notices`); it is put into words when somebody reads it. ``seen_at``: when they saw it,
    on whichever of their phones; it is news until then.
    """

    __tablename__ = "phone_notice"
    __table_args__ = (Index("ix_phone_notice_technician_id_at", "technician_id", "at"),)

    technician_id: Mapped[str] = mapped_column(ForeignKey("technician.id", ondelete="CASCADE"))
    visit_id: Mapped[str | None] = mapped_column(ForeignKey("visit.id", ondelete="CASCADE"), index=True)
    what: Mapped[str] = mapped_column(String(20))
    at: Mapped[dt.datetime] = mapped_column(index=True)
    before: Mapped[dt.datetime | None]
    after: Mapped[dt.datetime | None]
    because: Mapped[dict[str, Any]] = mapped_column(default=dict)
    seen_at: Mapped[dt.datetime | None]
