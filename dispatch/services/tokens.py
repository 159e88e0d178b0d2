"""Tokens of users: each makes and revokes their own; who manages users sees and revokes those of others."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import Select, select

from dispatch.access.tokens import new_token
from dispatch.domain.errors import DispatchError, NotFound
from dispatch.domain.events import RecordChanged
from dispatch.domain.roles import Right
from dispatch.services.users import managed_user
from dispatch.store.tables import AccessToken
from dispatch.store.unit_of_work import UnitOfWork

MOST = 50
"""Live tokens of one user; more are a sign that somebody makes one for each request."""


def tokens_of(uow: UnitOfWork, user_id: str | None = None) -> Select[AccessToken]:
    """The tokens of a user, by default those of the actor."""
    if user_id is not None and user_id != uow.actor.id:
        managed_user(uow, user_id)
    return select(AccessToken).where(AccessToken.user_id == (user_id or uow.actor.id))


def make_token(uow: UnitOfWork, name: str, now: dt.datetime, lasts: dt.timedelta) -> tuple[AccessToken, str]:
    """A token for the actor, and its secret. ``now`` is the time of this machine."""
    live = tokens_of(uow).where(AccessToken.revoked_at.is_(None), AccessToken.expires_at > now)
    if len(uow.session.scalars(live.limit(MOST)).all()) == MOST:
        raise DispatchError(f"You have {MOST} tokens that are live; revoke one first.")
    token, secret = new_token(uow, uow.actor.id, name, now, lasts)
    uow.record(RecordChanged(record=token.id, table=AccessToken.__tablename__, what="created"))
    return token, secret


def revoke_token(uow: UnitOfWork, token_id: str, now: dt.datetime) -> None:
    """Let a token open nothing any more; one that was revoked stays so. ``now`` is the time of this machine."""
    token = uow.get(AccessToken, token_id)
    if token.user_id != uow.actor.id:
        if not uow.actor.may(Right.MANAGE_USERS):
            raise NotFound(f"There is no access token {token_id!r}.", what="access token", id=token_id)
        managed_user(uow, token.user_id)
    if token.revoked_at is None:
        token.revoked_at = now
        uow.record(RecordChanged(record=token.id, table=AccessToken.__tablename__, what="changed"))
