"""Who asks for work, where, and on what: customers, contacts, sites, equipment."""

from __future__ import annotations

import datetime as dt
from typing import ClassVar

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from dispatch.store.tables.base import Base, Searchable, Versioned


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
    """A place where work is done, with its position in degrees. ``time_zone`` None: that of its territory."""

    __tablename__ = "site"
    FOUND_BY: ClassVar = ("name", "address", "external_id")

    customer_id: Mapped[str] = mapped_column(ForeignKey("customer.id", ondelete="CASCADE"), index=True)
    territory_id: Mapped[str | None] = mapped_column(ForeignKey("territory.id"), index=True)
    name: Mapped[str] = mapped_column(String(200), default="")
    address: Mapped[str] = mapped_column(String(300))
    lat: Mapped[float]
    lon: Mapped[float]
    access_notes: Mapped[str] = mapped_column(default="")
    time_zone: Mapped[str | None] = mapped_column(String(64))
    external_id: Mapped[str | None] = mapped_column(String(80), unique=True)


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
