"""What a person has fixed besides single visits: territories in which nothing moves, and a fence before which nothing
does. Who fixed what, and who lifted it, is kept in the audit trail.
"""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from dispatch.store.tables.base import Base, Versioned

THE_FENCE = "fence"
"""The id of the one fence."""


class TerritoryLock(Versioned, Base):
    """No run and no reaction moves what is planned in this territory before ``until``."""

    __tablename__ = "territory_lock"

    territory_id: Mapped[str] = mapped_column(ForeignKey("territory.id", ondelete="CASCADE"), unique=True)
    until: Mapped[dt.datetime]
    because: Mapped[str] = mapped_column(String(500), default="")
    by: Mapped[str] = mapped_column(String(40))
    by_name: Mapped[str] = mapped_column(String(200))


class PlanFence(Versioned, Base):
    """The one row that says before which instant nothing of the plan is changed, besides the freeze of the policy."""

    __tablename__ = "plan_fence"

    until: Mapped[dt.datetime]
    because: Mapped[str] = mapped_column(String(500), default="")
    by: Mapped[str] = mapped_column(String(40))
    by_name: Mapped[str] = mapped_column(String(200))
