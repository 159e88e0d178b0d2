"""What a person has fixed besides single visits: territories in which nothing moves, and a fence before which nothing
does."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from dispatch.store.tables.base import Base


class TerritoryLock(Base):
    """No run and no reaction moves what is planned in this territory before ``until``."""

    __tablename__ = "territory_lock"

    territory_id: Mapped[str] = mapped_column(ForeignKey("territory.id", ondelete="CASCADE"), primary_key=True)
    until: Mapped[dt.datetime]
    because: Mapped[str] = mapped_column(String(500), default="")
    by: Mapped[str] = mapped_column(String(40))
    by_name: Mapped[str] = mapped_column(String(200))


class PlanFence(Base):
    """The one row that says before which instant nothing of the plan is changed, besides the freeze of the policy."""

    __tablename__ = "plan_fence"

    id: Mapped[int] = mapped_column(primary_key=True)
    until: Mapped[dt.datetime]
    because: Mapped[str] = mapped_column(String(500), default="")
    by: Mapped[str] = mapped_column(String(40))
    by_name: Mapped[str] = mapped_column(String(200))
