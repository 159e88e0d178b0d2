"""Bearer tokens for phones and integrators: shown once, kept by their hash, revocable, expiring.

Instants are those of this machine, as with :mod:`dispatch.access.sessions`.
"""

from __future__ import annotations

import datetime as dt

from sqlalchemy import update

from dispatch.access.secrets import TOKEN_PREFIX, fingerprint, new_secret
from dispatch.domain.ids import new_id
from dispatch.store.tables import AccessToken
from dispatch.store.unit_of_work import UnitOfWork

_WRITTEN_EVERY = dt.timedelta(minutes=10)


def new_token(
    uow: UnitOfWork, user_id: str, name: str, now: dt.datetime, lasts: dt.timedelta, device_id: str | None = None
) -> tuple[AccessToken, str]:
    """A token for a user, or for a device of theirs: its row, and the secret, which is kept nowhere here."""
    secret = new_secret(TOKEN_PREFIX)
    token = AccessToken(
        id=new_id("token"),
        user_id=user_id,
        device_id=device_id,
        name=name,
        token_hash=fingerprint(secret),
        created_at=now,
        expires_at=now + lasts,
    )
    uow.session.add(token)
    return token, secret


def is_live(token: AccessToken, now: dt.datetime) -> bool:
    """Whether a token still opens anything."""
    return token.revoked_at is None and (token.expires_at is None or now < token.expires_at)


def is_use_to_be_noted(token: AccessToken, now: dt.datetime) -> bool:
    """Whether the last use on record is old enough to be worth a write."""
    return token.last_used_at is None or now - token.last_used_at >= _WRITTEN_EVERY


def note_use(uow: UnitOfWork, secret: str, now: dt.datetime) -> None:
    """Remember when a token was used last."""
    uow.session.execute(
        update(AccessToken).where(AccessToken.token_hash == fingerprint(secret)).values(last_used_at=now)
    )


def revoke_all_of(uow: UnitOfWork, user_id: str, now: dt.datetime) -> None:
    """None of a user's tokens opens anything any more."""
    live = AccessToken.user_id == user_id, AccessToken.revoked_at.is_(None)
    uow.session.execute(update(AccessToken).where(*live).values(revoked_at=now))
