"""Who works, where and when: territories, technicians, their skills, shifts and absences."""

from __future__ import annotations

import datetime as dt
from typing import Any, ClassVar

from sqlalchemy import ForeignKey, Index, String, false
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

    ``breaks``: a list of ``{"id", "earliest", "latest", "duration", "taken_at", "ended_at"}``, instants as RFC 3339
    strings; the last two null, or left out, until it is taken and over. ``began_at`` and ``ended_at`` are what really
    happened.
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
    """A time in which a technician cannot work. ``own``: they said so themselves, and may take it back."""

    __tablename__ = "absence"
    __table_args__ = (Index("ix_absence_technician_id_starts_at", "technician_id", "starts_at"),)

    technician_id: Mapped[str] = mapped_column(ForeignKey("technician.id", ondelete="CASCADE"))
    starts_at: Mapped[dt.datetime]
    ends_at: Mapped[dt.datetime]
    reason: Mapped[str] = mapped_column(String(80), default="")
    own: Mapped[bool] = mapped_column(default=False, server_default=false())


class Position(Base):
    """Where a technician was last known to be; gone once they are off duty.

    ``delay``: seconds that traffic adds from ``at`` on. ``heading`` in degrees clockwise from north, ``speed`` in
    metres a second, ``accuracy`` in metres, as the phone says. ``matched_lat``, ``matched_lon``, ``street`` and
    ``confidence`` (0 to 1): where on the roads that is, once that was looked up. ``told_at``, ``told_lat`` and
    ``told_lon``: what was last told in an event.
    """

    __tablename__ = "position"

    technician_id: Mapped[str] = mapped_column(ForeignKey("technician.id", ondelete="CASCADE"), primary_key=True)
    at: Mapped[dt.datetime]
    lat: Mapped[float]
    lon: Mapped[float]
    delay: Mapped[int] = mapped_column(default=0)
    heading: Mapped[float | None]
    speed: Mapped[float | None]
    accuracy: Mapped[float | None]
    matched_lat: Mapped[float | None]
    matched_lon: Mapped[float | None]
    street: Mapped[str | None] = mapped_column(String(200))
    confidence: Mapped[float | None]
    told_at: Mapped[dt.datetime | None]
    told_lat: Mapped[float | None]
    told_lon: Mapped[float | None]


class TrailPoint(Base):
    """One of the places where a technician was while at work, as their phone said; kept for some days only.

    The columns are those of :class:`Position`; ``received_at`` is later than ``at`` where the phone was out of reach.
    """

    __tablename__ = "trail_point"
    __table_args__ = (Index("ix_trail_point_at", "at"),)

    technician_id: Mapped[str] = mapped_column(ForeignKey("technician.id", ondelete="CASCADE"), primary_key=True)
    at: Mapped[dt.datetime] = mapped_column(primary_key=True)
    received_at: Mapped[dt.datetime]
    lat: Mapped[float]
    lon: Mapped[float]
    heading: Mapped[float | None]
    speed: Mapped[float | None]
    accuracy: Mapped[float | None]
    matched_lat: Mapped[float | None]
    matched_lon: Mapped[float | None]
    street: Mapped[str | None] = mapped_column(String(200))
    confidence: Mapped[float | None]


class ExpectedArrival(Base):
    """When a technician who is on the way to a visit will be there, by where they were last seen.

    ``seen_at`` is the instant of that position, ``sure_at`` of the last one by which the arrival was not in doubt.
    ``remaining`` is the seconds and ``metres`` the way from there, ``source`` who says so (``road``, ``cached`` or
    ``estimate``). ``told`` is the instant that the last event named. ``near``: how many positions in succession lay at
    the place; ``proposed_at``: when an arrival was proposed, empty again once the technician has left.
    """

    __tablename__ = "expected_arrival"

    visit_id: Mapped[str] = mapped_column(ForeignKey("visit.id", ondelete="CASCADE"), primary_key=True)
    technician_id: Mapped[str] = mapped_column(
        ForeignKey("technician.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    expected_at: Mapped[dt.datetime]
    seen_at: Mapped[dt.datetime]
    sure_at: Mapped[dt.datetime]
    remaining: Mapped[int]
    metres: Mapped[int]
    source: Mapped[str] = mapped_column(String(20))
    late: Mapped[int] = mapped_column(default=0)
    computed_at: Mapped[dt.datetime]
    told: Mapped[dt.datetime | None]
    near: Mapped[int] = mapped_column(default=0)
    proposed_at: Mapped[dt.datetime | None]
