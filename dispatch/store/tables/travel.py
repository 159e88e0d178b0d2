"""What is known of traffic: slices of the week with their speeds, legs that were driven, and what they teach."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from dispatch.store.tables.base import Base, Identified, Versioned


class TravelSlice(Versioned, Base):
    """A slice of the week in which driving takes longer, or not as long, as in free traffic.

    ``days``: 0 Monday to 6 Sunday. ``starts`` to ``ends``: local time as ``HH:MM``; where it ends at or before its
    start, it ends the day after. ``factor`` multiplies each time, ``by_class`` those on a class of roads further.
    ``territory_id``: of its technicians' driving alone. ``learning``: a factor that was learnt may take its place.
    """

    __tablename__ = "travel_slice"

    name: Mapped[str] = mapped_column(String(80), unique=True)
    days: Mapped[list[Any]] = mapped_column(default=list)
    starts: Mapped[str] = mapped_column(String(5))
    ends: Mapped[str] = mapped_column(String(5))
    factor: Mapped[float] = mapped_column(default=1.0)
    by_class: Mapped[dict[str, Any]] = mapped_column(default=dict)
    territory_id: Mapped[str | None] = mapped_column(ForeignKey("territory.id", ondelete="CASCADE"), index=True)
    learning: Mapped[bool] = mapped_column(default=True)


class LearntFactor(Identified, Base):
    """What the legs driven in a slice say of it, in one territory or (None) everywhere.

    ``legs``: how many spoke; ``low`` to ``high``: 95 % of what they leave possible.
    """

    __tablename__ = "learnt_factor"
    __table_args__ = (Index("ix_learnt_factor_slice_id_territory_id", "slice_id", "territory_id", unique=True),)

    slice_id: Mapped[str] = mapped_column(ForeignKey("travel_slice.id", ondelete="CASCADE"))
    territory_id: Mapped[str | None] = mapped_column(ForeignKey("territory.id", ondelete="CASCADE"))
    factor: Mapped[float]
    low: Mapped[float]
    high: Mapped[float]
    legs: Mapped[int]
    learnt_at: Mapped[dt.datetime]


class ObservedLeg(Base):
    """One leg as it was driven, and what it would take in free traffic. It says nothing of who drove."""

    __tablename__ = "observed_leg"

    visit_id: Mapped[str] = mapped_column(ForeignKey("visit.id", ondelete="CASCADE"), primary_key=True)
    departed_at: Mapped[dt.datetime] = mapped_column(primary_key=True, index=True)
    from_lat: Mapped[float]
    from_lon: Mapped[float]
    to_lat: Mapped[float]
    to_lon: Mapped[float]
    seconds: Mapped[int]
    expected: Mapped[int | None]
    source: Mapped[str] = mapped_column(String(10), default="")
    slice_id: Mapped[str | None] = mapped_column(String(40), index=True)
    territory_id: Mapped[str | None] = mapped_column(String(40))
