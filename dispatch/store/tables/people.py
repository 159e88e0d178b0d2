"""Who works, where and when: territories, technicians, their skills, shifts and absences."""

from __future__ import annotations

import datetime as dt
from typing import Any, ClassVar

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from dispatch.store.tables.base import Base, Searchable, Versioned


class Territory(Versioned, Base):
    """The area that some technicians normally serve. ``boundary``: a GeoJSON polygon, where it was drawn."""

    __tablename__ = "territory"

    name: Mapped[str] = mapped_column(String(120), unique=True)
    time_zone: Mapped[str] = mapped_column(String(64))
    boundary: Mapped[dict[str, Any] | None]
    supervisor_id: Mapped[str | None] = mapped_column(
        ForeignKey("user_account.id", use_alter=True, name="fk_territory_supervisor")
    )


class Technician(Searchable, Versioned, Base):
    """Somebody who does visits.

    ``capacity`` is what the van carries at the start of a shift; ``pace`` multiplies service times; the costs are
    those of the planning model. ``senior``: critical jobs of the territory go to one of these.
    """

    __tablename__ = "technician"
    FOUND_BY: ClassVar = ("name", "external_id")

    name: Mapped[str] = mapped_column(String(200), index=True)
    territory_id: Mapped[str | None] = mapped_column(ForeignKey("territory.id"), index=True)
    phone: Mapped[str | None] = mapped_column(String(40))
    email: Mapped[str | None] = mapped_column(String(200))
    base_address: Mapped[str] = mapped_column(String(300), default="")
    base_lat: Mapped[float]
    base_lon: Mapped[float]
    profile: Mapped[str] = mapped_column(String(40), default="car")
    pace: Mapped[float] = mapped_column(default=1.0)
    capacity: Mapped[dict[str, Any]] = mapped_column(default=dict)
    costs: Mapped[dict[str, Any]] = mapped_column(default=dict)
    senior: Mapped[bool] = mapped_column(default=False)
    external_id: Mapped[str | None] = mapped_column(String(80), unique=True)
    active: Mapped[bool] = mapped_column(default=True)


class HeldSkill(Versioned, Base):
    """A skill that a technician holds at a level, until a day where its certificate expires (that day included)."""

    __tablename__ = "held_skill"
    __table_args__ = (Index("uq_held_skill_technician_id_skill", "technician_id", "skill", unique=True),)

    technician_id: Mapped[str] = mapped_column(ForeignKey("technician.id", ondelete="CASCADE"))
    skill: Mapped[str] = mapped_column(String(80))
    level: Mapped[int]
    certificate: Mapped[str] = mapped_column(String(200), default="")
    valid_until: Mapped[dt.date | None]


class Shift(Versioned, Base):
    """One working period. Durations in seconds.

    ``breaks``: a list of ``{"id", "earliest", "latest", "duration", "taken_at"}``, instants as RFC 3339 strings and
    ``taken_at`` null until it is taken. ``began_at`` and ``ended_at`` are what really happened.
    """

    __tablename__ = "shift"
    __table_args__ = (Index("ix_shift_technician_id_starts_at", "technician_id", "starts_at"),)

    technician_id: Mapped[str] = mapped_column(ForeignKey("technician.id", ondelete="CASCADE"))
    starts_at: Mapped[dt.datetime] = mapped_column(index=True)
    ends_at: Mapped[dt.datetime] = mapped_column(index=True)
    max_overtime: Mapped[int] = mapped_column(default=0)
    max_duty: Mapped[int | None]
    breaks: Mapped[list[Any]] = mapped_column(default=list)
    began_at: Mapped[dt.datetime | None]
    ended_at: Mapped[dt.datetime | None]


class Absence(Versioned, Base):
    """A time in which a technician cannot work."""

    __tablename__ = "absence"
    __table_args__ = (Index("ix_absence_technician_id_starts_at", "technician_id", "starts_at"),)

    technician_id: Mapped[str] = mapped_column(ForeignKey("technician.id", ondelete="CASCADE"))
    starts_at: Mapped[dt.datetime]
    ends_at: Mapped[dt.datetime]
    reason: Mapped[str] = mapped_column(String(80), default="")


class Position(Base):
    """Where a technician was last known to be."""

    __tablename__ = "position"

    technician_id: Mapped[str] = mapped_column(ForeignKey("technician.id", ondelete="CASCADE"), primary_key=True)
    at: Mapped[dt.datetime]
    lat: Mapped[float]
    lon: Mapped[float]
    delay: Mapped[int] = mapped_column(default=0)
