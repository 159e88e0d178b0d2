"""Who asks for work, where, and on what: customers, contacts, sites, equipment."""

from __future__ import annotations

import datetime as dt
import enum
from typing import Any, ClassVar

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from dispatch.store.tables.base import Base, Searchable, Versioned


class PlacedBy(enum.StrEnum):
    """Who said where a site is."""

    ADDRESS = "address"
    MAP = "map"
    IMPORT = "import"
    GIVEN = "given"


class Customer(Searchable, Versioned, Base):
    """A person or a company. ``contract`` names what was agreed (an SLA policy can ask for it)."""

    __tablename__ = "customer"
    FOUND_BY: ClassVar = ("name", "external_id")

    name: Mapped[str] = mapped_column(String(200), index=True)
    contract: Mapped[str | None] = mapped_column(String(80))
    language: Mapped[str] = mapped_column(String(8), default="en")
    notes: Mapped[str] = mapped_column(default="")
    external_id: Mapped[str | None] = mapped_column(String(80), unique=True)
    active: Mapped[bool] = mapped_column(default=True)


class Contact(Searchable, Versioned, Base):
    """Somebody to talk to. ``phone_key`` is the number in the one form it is found by (see services.contacts)."""

    __tablename__ = "contact"
    FOUND_BY: ClassVar = ("name", "email")

    customer_id: Mapped[str] = mapped_column(ForeignKey("customer.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(200))
    phone: Mapped[str | None] = mapped_column(String(40))
    phone_key: Mapped[str | None] = mapped_column(String(40), index=True)
    email: Mapped[str | None] = mapped_column(String(200))
    preferred_channel: Mapped[str] = mapped_column(String(20), default="phone")


class Site(Searchable, Versioned, Base):
    """A place where work is done, with its position in degrees. ``time_zone`` None: that of its territory.

    ``lat`` and ``lon`` None: nobody knows yet where it is; what is to be done there cannot be planned. ``placed_by``
    says who knew: a candidate for its ``address``, somebody who pointed at the ``map``, an ``import``, or coordinates
    that were sent (``given``). ``precision`` is that of the candidate: ``exact``, ``street``, ``place`` or ``partial``;
    ``exact`` where somebody pointed at it.
    """

    __tablename__ = "site"
    FOUND_BY: ClassVar = ("name", "address", "external_id")
    __table_args__ = (CheckConstraint("(lat IS NULL) = (lon IS NULL)", name="placed_whole"),)

    customer_id: Mapped[str] = mapped_column(ForeignKey("customer.id", ondelete="CASCADE"), index=True)
    territory_id: Mapped[str | None] = mapped_column(ForeignKey("territory.id"), index=True)
    name: Mapped[str] = mapped_column(String(200), default="")
    address: Mapped[str] = mapped_column(String(300))
    lat: Mapped[float | None]
    lon: Mapped[float | None]
    placed_by: Mapped[PlacedBy | None]
    precision: Mapped[str | None] = mapped_column(String(10))
    access_notes: Mapped[str] = mapped_column(default="")
    time_zone: Mapped[str | None] = mapped_column(String(64))
    external_id: Mapped[str | None] = mapped_column(String(80), unique=True)

    @property
    def at(self) -> tuple[float, float]:
        """Where it is, in degrees. Raises :class:`LookupError` where nobody knows; planning reads no such site."""
        if self.lat is None or self.lon is None:
            raise LookupError(f"Nobody knows where site {self.id} is.")
        return self.lat, self.lon


class GeocodedAnswer(Base):
    """What a geocoder far away answered, so that it is not asked again: candidates as documents, none for "not found".

    ``key`` stands for the question, the geocoder and the version of its data; it does not show what was asked.
    """

    __tablename__ = "geocoded_answer"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    source: Mapped[str] = mapped_column(String(40))
    candidates: Mapped[list[Any]]
    found_at: Mapped[dt.datetime]
    expires_at: Mapped[dt.datetime] = mapped_column(index=True)


class Equipment(Searchable, Versioned, Base):
    """A machine that is looked after."""

    __tablename__ = "equipment"
    FOUND_BY: ClassVar = ("kind", "maker", "model", "serial")
    __table_args__ = (Index("ix_equipment_serial", "serial"),)

    site_id: Mapped[str] = mapped_column(ForeignKey("site.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str] = mapped_column(String(80), default="")
    maker: Mapped[str] = mapped_column(String(120), default="")
    model: Mapped[str] = mapped_column(String(120))
    serial: Mapped[str | None] = mapped_column(String(120))
    installed_on: Mapped[dt.date | None]
    warranty_until: Mapped[dt.date | None]
    notes: Mapped[str] = mapped_column(default="")
