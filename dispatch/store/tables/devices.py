"""The phones that technicians carry, and the keys that this installation has made for itself."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import JSON, ForeignKey, String
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from dispatch.store.tables.access import SECRET
from dispatch.store.tables.base import Base, Versioned

_MAYBE = JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")
_NOISE = {"unaudited": True}
"""Marks what changes by itself all day long."""


class Device(Versioned, Base):
    """A phone that a technician has signed in with; its tokens are those :class:`AccessToken` that name it.

    ``technician_id``: whose day is on it, the technician that its user was when it signed in; it opens nothing once the
    user is another one. Instants are those of this machine, as with sessions and tokens. ``key``: the public key (a
    JWK, RFC 7517) that every request of the phone is proven with, ``thumbprint`` its name (RFC 7638); without one the
    token alone opens. ``skew``: by how many seconds the phone's clock was ahead when it last sent actions. ``push``:
    its subscription (``endpoint``, ``keys``); ``push_failures`` in a row. ``wipe``: the day on it is to be removed;
    ``wipe_told_at``: the phone has been answered so.
    """

    __tablename__ = "device"

    user_id: Mapped[str] = mapped_column(ForeignKey("user_account.id", ondelete="CASCADE"), index=True)
    technician_id: Mapped[str] = mapped_column(ForeignKey("technician.id"), index=True)
    name: Mapped[str] = mapped_column(String(120))
    platform: Mapped[str] = mapped_column(String(120))
    app_version: Mapped[str] = mapped_column(String(40))
    key: Mapped[dict[str, Any] | None] = mapped_column(_MAYBE)
    thumbprint: Mapped[str | None] = mapped_column(String(43))
    registered_at: Mapped[dt.datetime]
    seen_at: Mapped[dt.datetime] = mapped_column(info=_NOISE)
    skew: Mapped[float | None] = mapped_column(info=_NOISE)
    push: Mapped[dict[str, Any] | None] = mapped_column(_MAYBE, info=SECRET)
    push_failures: Mapped[int] = mapped_column(default=0, info=_NOISE)
    revoked_at: Mapped[dt.datetime | None]
    revoked_by: Mapped[str | None] = mapped_column(String(40))
    revoked_because: Mapped[str] = mapped_column(String(300), default="")
    wipe: Mapped[bool] = mapped_column(default=False)
    wipe_told_at: Mapped[dt.datetime | None]


class InstallationKey(Base):
    """A key that this installation made for itself once, by what it is for. Every server of the installation uses it.

    Who can read the database can use it: it protects nothing that a copy of the database would not give away.
    """

    __tablename__ = "installation_key"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    value: Mapped[str] = mapped_column(String(2000), info=SECRET)
    created_at: Mapped[dt.datetime]
