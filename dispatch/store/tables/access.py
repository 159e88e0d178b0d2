"""Who may enter: users, browser sessions, tokens for phones and integrators, and attempts to get in."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from dispatch.domain.roles import Role
from dispatch.store.tables.base import Base, Identified, Versioned

SECRET = {"secret": True}
"""Marks a column whose values the audit trail must not show."""


class User(Versioned, Base):
    """Somebody who may sign in. ``territories`` (ids) empty: everywhere. Without a password only OIDC lets them in."""

    __tablename__ = "user_account"

    email: Mapped[str] = mapped_column(String(200), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    role: Mapped[Role]
    territories: Mapped[list[Any]] = mapped_column(default=list)
    technician_id: Mapped[str | None] = mapped_column(ForeignKey("technician.id"), unique=True)
    phone: Mapped[str | None] = mapped_column(String(40))
    language: Mapped[str] = mapped_column(String(8), default="en")
    password_hash: Mapped[str | None] = mapped_column(String(200), info=SECRET)
    oidc_subject: Mapped[str | None] = mapped_column(String(300), unique=True)
    active: Mapped[bool] = mapped_column(default=True)


class BrowserSession(Base):
    """A signed-in browser. Kept by a hash of its cookie, so that a copy of the database opens nothing."""

    __tablename__ = "browser_session"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    user_id: Mapped[str] = mapped_column(ForeignKey("user_account.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[dt.datetime]
    expires_at: Mapped[dt.datetime]


class AccessToken(Identified, Base):
    """A token for a phone or an integrator, kept by its hash; shown once, when it is made. ``device_id``: the phone."""

    __tablename__ = "access_token"

    user_id: Mapped[str] = mapped_column(ForeignKey("user_account.id", ondelete="CASCADE"), index=True)
    device_id: Mapped[str | None] = mapped_column(ForeignKey("device.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(200))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True, info=SECRET)
    created_at: Mapped[dt.datetime]
    expires_at: Mapped[dt.datetime | None]
    revoked_at: Mapped[dt.datetime | None]
    last_used_at: Mapped[dt.datetime | None]


class SignInAttempt(Base):
    """A failed attempt to sign in, by what it is counted under (an account, an address), hashed."""

    __tablename__ = "sign_in_attempt"
    __table_args__ = (Index("ix_sign_in_attempt_counted_under_at", "counted_under", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    counted_under: Mapped[str] = mapped_column(String(64))
    at: Mapped[dt.datetime]


class IdempotencyKey(Base):
    """The answer to a request that may be repeated: the same key from the same user gets the same answer."""

    __tablename__ = "idempotency_key"

    user_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    key: Mapped[str] = mapped_column(String(200), primary_key=True)
    fingerprint: Mapped[str] = mapped_column(String(64))
    status: Mapped[int]
    headers: Mapped[dict[str, Any]] = mapped_column(default=dict)
    body: Mapped[dict[str, Any]]
    created_at: Mapped[dt.datetime] = mapped_column(index=True)
