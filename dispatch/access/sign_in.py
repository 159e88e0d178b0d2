"""Signing in with a password, in three steps: count the attempt, compare, and open a session or say no.

Each step is a transaction of its own, because comparing takes a tenth of a second and nobody should wait for it, and
because an attempt that failed must be remembered although it is refused.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import select

from dispatch.access.actors import actor_of
from dispatch.access.passwords import check_new_password, hashed, is_outdated, matches
from dispatch.access.sessions import end_session, end_sessions_of, open_session
from dispatch.access.throttle import count_attempt, take_back
from dispatch.domain.errors import Forbidden, NotSignedIn
from dispatch.domain.events import SignedIn
from dispatch.domain.roles import Actor
from dispatch.settings import Settings
from dispatch.store.engine import Store
from dispatch.store.tables import User


@dataclass(frozen=True, slots=True)
class Door:
    """Where somebody stands who wants to come in: the store, its settings, their address, and the time."""

    store: Store
    settings: Settings
    address: str
    now: dt.datetime


def sign_in(door: Door, email: str, password: str, leaving: str | None = None) -> tuple[Actor, str]:
    """Who it is, and the cookie of their new session; the session ``leaving`` that the browser had before ends.

    Raises :class:`NotSignedIn` alike for a wrong password and an unknown account, :class:`TooMany` after too many
    attempts.
    """
    user = proven(door, normal_email(email), password)
    with door.store.unit_of_work(actor_of(user)) as uow:
        if leaving is not None:
            end_session(uow, leaving)
        cookie = open_session(uow, user.id, door.now, door.settings)
        uow.record(SignedIn(user=user.id, succeeded=True, detail={"by": "password"}))
    return actor_of(user), cookie


def change_own_password(door: Door, actor: Actor, current: str, new: str, cookie: str | None) -> None:
    """Replace a password by somebody who knows it; every other session of theirs ends.

    Raises :class:`Forbidden` where ``current`` is not the password, :class:`TooMany` after too many attempts.
    """
    with door.store.reading(actor) as uow:
        email = uow.get(User, actor.id).email
    check_new_password(new, email)
    try:
        proven(door, email, current)
    except NotSignedIn:
        raise Forbidden("That is not your current password.") from None
    kept = hashed(new)
    with door.store.unit_of_work(actor) as uow:
        uow.get(User, actor.id).password_hash = kept
        end_sessions_of(uow, actor.id, but=cookie)


def normal_email(email: str) -> str:
    """The form in which accounts are kept: without spaces around it, in lower case."""
    return email.strip().casefold()


def proven(door: Door, email: str, password: str) -> User:
    """The account whose password this is; ``email`` in its normal form. Raises as :func:`sign_in` does."""
    with door.store.unit_of_work() as uow:
        attempts = count_attempt(uow, email, door.address, door.now, door.settings)
        user = uow.session.scalar(select(User).where(User.email == email))
    right = matches(password, user.password_hash if user else None)
    if user is None or not right or not user.active:
        _refuse(door, user)
        raise NotSignedIn("The e-mail address or the password is wrong.")
    renewed = hashed(password) if is_outdated(user.password_hash or "") else None
    with door.store.unit_of_work(actor_of(user)) as uow:
        take_back(uow, attempts, email)
        if renewed is not None:
            uow.get(User, user.id).password_hash = renewed
    return user


def _refuse(door: Door, user: User | None) -> None:
    why = "no such account" if user is None else "wrong password" if user.active else "not active"
    with door.store.unit_of_work() as uow:
        uow.record(SignedIn(user=user.id if user else "", succeeded=False, detail={"by": "password", "because": why}))
