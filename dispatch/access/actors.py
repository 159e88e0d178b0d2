"""From what somebody carries to who they are.

This is the one place where sessions and tokens are recognised: what a device must prove is asked for here, whichever
route the request goes to.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import bindparam, select

from dispatch.access.devices import DeviceHere, SignedOut, check_device, is_contact_to_be_noted, note_contact
from dispatch.access.dpop import Proof, ProofRefused
from dispatch.access.secrets import TOKEN_PREFIX, fingerprint
from dispatch.access.sessions import extend_session, is_to_be_extended, live_session
from dispatch.access.tokens import is_live, is_use_to_be_noted, note_use
from dispatch.domain.roles import SYSTEM, Actor
from dispatch.settings import Settings
from dispatch.store.engine import Store
from dispatch.store.tables import AccessToken, Device, Technician, User


@dataclass(frozen=True, slots=True)
class Recognised:
    """Who sent a request; ``device`` where a phone did that signed in as one."""

    actor: Actor
    device: DeviceHere | None = None


def actor_of(user: User) -> Actor:
    """Who does what this user does."""
    return Actor(user.id, user.name, user.role, frozenset(user.territories), user.technician_id)


def recognised(
    store: Store, settings: Settings, secret: str, now: dt.datetime, proof: Proof | None = None
) -> Recognised | None:
    """Who carries this session cookie or token; None where it opens nothing (any more).

    ``proof``: what came with a token that was sent as DPoP. That it was used is noted now and then, in a transaction of
    its own: a session in use lasts longer.

    Raises :class:`~dispatch.access.dpop.ProofRefused` where a token was not sent as it must be, and for the token of a
    device :class:`~dispatch.access.devices.RevokedDevice` or :class:`~dispatch.access.devices.SignedOut`.
    """
    if secret.startswith(TOKEN_PREFIX):
        return _by_token(store, secret, now, proof)
    if proof is not None:
        raise ProofRefused("What is sent as DPoP is no token of a device.")
    return _by_session(store, settings, secret, now)


def still_recognised(store: Store, settings: Settings, secret: str, now: dt.datetime) -> Actor | None:
    """Who carries a secret with which an answer was begun that goes on and on; None once it has ended.

    It was proven when the answer began, and nothing was sent since that could prove it again.
    """
    if not secret.startswith(TOKEN_PREFIX):
        found = _by_session(store, settings, secret, now)
        return found.actor if found is not None else None
    bearer = _bearer(store, secret)
    return actor_of(bearer.user) if bearer is not None and bearer.may_enter(now) else None


@dataclass(frozen=True, slots=True)
class _Bearer:
    """A token, whose it is, and the device that it belongs to, where it belongs to one; detached from the store."""

    token: AccessToken
    user: User
    device: Device | None
    works: bool | None
    """Whether the technician whose day is on the device is an active one."""

    def may_enter(self, now: dt.datetime) -> bool:
        """Whether token, account and technician are all still good."""
        if self.device is not None and not (self.works and self.device.technician_id == self.user.technician_id):
            return False
        return self.user.active and is_live(self.token, now)


_BY_TOKEN = (
    select(AccessToken, User, Device, Technician.active)
    .join(User, User.id == AccessToken.user_id)
    .outerjoin(Device, Device.id == AccessToken.device_id)
    .outerjoin(Technician, Technician.id == Device.technician_id)
    .where(AccessToken.token_hash == bindparam("hash"))
)


def _bearer(store: Store, secret: str) -> _Bearer | None:
    with store.reading() as uow:
        row = uow.session.execute(_BY_TOKEN, {"hash": fingerprint(secret)}).one_or_none()
    return _Bearer(*row) if row is not None else None


def _by_token(store: Store, secret: str, now: dt.datetime, proof: Proof | None) -> Recognised | None:
    bearer = _bearer(store, secret)
    if bearer is None:
        return None
    token, device = bearer.token, bearer.device
    if device is not None:
        check_device(store, device, secret, proof, now)
    elif proof is not None:
        raise ProofRefused("The token belongs to no device, so it has no key to prove: send it as Bearer.")
    if not bearer.may_enter(now):
        if device is not None:
            raise SignedOut("The phone was signed out, or signed in too long ago. Sign in again; what it holds stays.")
        return None
    if is_use_to_be_noted(token, now) if device is None else is_contact_to_be_noted(device, now):
        with store.unit_of_work(SYSTEM) as uow:
            note_use(uow, secret, now)
            if device is not None:
                note_contact(uow, device.id, now)
    here = DeviceHere(device.id, device.user_id, token.id, device.thumbprint) if device is not None else None
    return Recognised(actor_of(bearer.user), here)


def _by_session(store: Store, settings: Settings, cookie: str, now: dt.datetime) -> Recognised | None:
    with store.reading() as uow:
        row = live_session(uow, cookie, now)
        user = uow.session.get(User, row.user_id) if row is not None else None
    if row is None or user is None or not user.active:
        return None
    if is_to_be_extended(row, now, settings):
        with store.unit_of_work(SYSTEM) as uow:
            extend_session(uow, cookie, now, settings)
    return Recognised(actor_of(user))
