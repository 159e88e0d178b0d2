"""Whom an OpenID provider's word lets in, and as what.

Somebody is found by the provider's name for them, or, the first time, by an e-mail address that the provider has
verified. Who is found nowhere becomes a user when the role claim names a role. The role of somebody who can only come
in this way follows the claim; where a password was set here, the role that was given here stays, so that a mistake at
the provider locks nobody out.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from dispatch.access.actors import actor_of
from dispatch.access.sessions import open_session
from dispatch.access.sign_in import normal_email
from dispatch.domain.errors import Forbidden
from dispatch.domain.events import RecordChanged, SignedIn
from dispatch.domain.ids import new_id
from dispatch.domain.roles import Role
from dispatch.settings import Settings
from dispatch.store.engine import Store
from dispatch.store.tables import User
from dispatch.store.unit_of_work import UnitOfWork


def welcome(store: Store, settings: Settings, claims: Mapping[str, Any], now: dt.datetime) -> str:
    """The cookie of a new session for whom the verified claims name. Raises :class:`Forbidden` for a stranger."""
    with store.unit_of_work() as uow:
        user = _found(uow, settings, claims) or _created(uow, settings, claims)
        _follow_role(user, settings, claims)
        refused = not user.active
        uow.session.flush()
        uow.record(SignedIn(user=user.id, succeeded=not refused, detail={"by": "openid"}))
    if refused:
        raise Forbidden("Your account is not active. Ask an administrator.")
    with store.unit_of_work(actor_of(user)) as uow:
        return open_session(uow, user.id, now, settings)


def _found(uow: UnitOfWork, settings: Settings, claims: Mapping[str, Any]) -> User | None:
    subject = _subject(settings, claims)
    user = uow.session.scalar(select(User).where(User.oidc_subject == subject))
    email = _verified_email(claims)
    if user is not None or email is None:
        return user
    user = uow.session.scalar(select(User).where(User.email == email, User.oidc_subject.is_(None)))
    if user is not None:
        user.oidc_subject = subject
    return user


def _created(uow: UnitOfWork, settings: Settings, claims: Mapping[str, Any]) -> User:
    role, email = _role(settings, claims), _verified_email(claims)
    if role is None or role is Role.TECHNICIAN or email is None:
        raise Forbidden("You are not known here, and your provider names no role for you. Ask an administrator.")
    user = User(
        id=new_id("user"),
        email=email,
        name=str(claims.get("name") or email)[:200],
        role=role,
        territories=[],
        oidc_subject=_subject(settings, claims),
        active=True,
    )
    uow.session.add(user)
    uow.record(RecordChanged(record=user.id, table=User.__tablename__, what="created"))
    return user


def _follow_role(user: User, settings: Settings, claims: Mapping[str, Any]) -> None:
    role = _role(settings, claims)
    ours = user.password_hash is not None or user.role is Role.TECHNICIAN
    if role is not None and role is not Role.TECHNICIAN and not ours:
        user.role = role


def _role(settings: Settings, claims: Mapping[str, Any]) -> Role | None:
    claim = claims.get(settings.oidc_role_claim)
    named = claim if isinstance(claim, list) else [claim]
    return next((role for role in Role if role in named and role is not Role.SYSTEM), None)


def _verified_email(claims: Mapping[str, Any]) -> str | None:
    email = claims.get("email")
    if claims.get("email_verified") is True and isinstance(email, str) and 0 < len(email) <= 200:
        return normal_email(email)
    return None


def _subject(settings: Settings, claims: Mapping[str, Any]) -> str:
    """A provider's name for somebody means something only together with the provider."""
    return f"{settings.oidc_issuer} {claims['sub']}"[:300]
