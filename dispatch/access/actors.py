"""From what somebody carries to who they are."""

from __future__ import annotations

import datetime as dt

from dispatch.access.secrets import TOKEN_PREFIX
from dispatch.access.sessions import extend_session, is_to_be_extended, live_session
from dispatch.access.tokens import is_use_to_be_noted, live_token, note_use
from dispatch.domain.roles import SYSTEM, Actor
from dispatch.settings import Settings
from dispatch.store.engine import Store
from dispatch.store.tables import User


def actor_of(user: User) -> Actor:
    """Who does what this user does."""
    return Actor(user.id, user.name, user.role, frozenset(user.territories), user.technician_id)


def recognised(store: Store, settings: Settings, secret: str, now: dt.datetime) -> Actor | None:
    """Who carries this session cookie or bearer token; None where it opens nothing (any more).

    That it was used is noted now and then, in a transaction of its own: a session in use lasts longer.
    """
    is_token = secret.startswith(TOKEN_PREFIX)
    with store.reading() as uow:
        if is_token:
            token = live_token(uow, secret, now)
            user_id, noteworthy = (token.user_id, is_use_to_be_noted(token, now)) if token else (None, False)
        else:
            row = live_session(uow, secret, now)
            user_id, noteworthy = (row.user_id, is_to_be_extended(row, now, settings)) if row else (None, False)
        user = uow.session.get(User, user_id) if user_id else None
        actor = actor_of(user) if user is not None and user.active else None
    if actor is not None and noteworthy:
        with store.unit_of_work(SYSTEM) as uow:
            note_use(uow, secret, now) if is_token else extend_session(uow, secret, now, settings)
    return actor
