"""Signing in with a phone: the same proof of who somebody is as in a browser, and a token bound to the device.

**Without a password.** Somebody whom only an OpenID provider lets in signs in there with the phone's browser, and the
browser's session then registers the phone, and ends: it would go on opening what the phone's revocation is to close. A
token registers nothing: one that leaked would live on as another.

The phone need not prove here that it holds the private key: with a key that is not its own it would get a token that it
cannot use.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from dispatch.access.actors import actor_of
from dispatch.access.devices import end_tokens_of_device, told_of_its_revocation
from dispatch.access.dpop import registered_key
from dispatch.access.sessions import end_session, live_session
from dispatch.access.sign_in import Door, normal_email, proven
from dispatch.access.tokens import new_token
from dispatch.domain.errors import Forbidden, NotSignedIn
from dispatch.domain.events import DeviceRegistered, SignedIn
from dispatch.domain.ids import new_id
from dispatch.domain.roles import Actor
from dispatch.store.tables import AccessToken, Device, Technician, User
from dispatch.store.unit_of_work import UnitOfWork

MOST = 10
"""Devices of one user that are signed in at the same time; beyond, the one that was not heard of for longest is out."""


class NotATechnician(Forbidden):
    """The account belongs to nobody who has a day to carry."""

    code, title = "not-a-technician", "The phone is for technicians"


@dataclass(frozen=True, slots=True)
class Phone:
    """What a phone says about itself. ``id``: what it was called when it last signed in here; ``key``: a public JWK."""

    id: str | None
    name: str
    platform: str
    app_version: str
    key: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True)
class PhoneSignedIn:
    """A phone that has come in: whose it is, what it is called from now on, and its token, kept nowhere here."""

    actor: Actor
    language: str
    device: str
    token: str
    expires_at: dt.datetime


def sign_in_with_password(door: Door, email: str, password: str, phone: Phone) -> PhoneSignedIn:
    """Let a phone in by its user's password.

    Raises what :func:`dispatch.access.sign_in.sign_in` does, and :class:`NotATechnician`;
    :class:`~dispatch.access.devices.RevokedDevice` where the phone has yet to be told to wipe itself.
    """
    key = registered_key(phone.key) if phone.key is not None else None
    return _admitted(door, proven(door, normal_email(email), password), phone, key)


def sign_in_with_session(door: Door, cookie: str | None, phone: Phone) -> PhoneSignedIn:
    """Let a phone in by the session that its browser has, which ends. Raises :class:`NotSignedIn` besides."""
    key = registered_key(phone.key) if phone.key is not None else None
    with door.store.reading() as uow:
        session = live_session(uow, cookie, door.now) if cookie else None
        user = uow.session.get(User, session.user_id) if session is not None else None
    if user is None or not user.active:
        raise NotSignedIn("Sign in with e-mail and password, or in this browser first.")
    return _admitted(door, user, phone, key, leaving=cookie)


def _admitted(
    door: Door, user: User, phone: Phone, key: tuple[dict[str, Any], str] | None, leaving: str | None = None
) -> PhoneSignedIn:
    if user.technician_id is None:
        raise NotATechnician("Your account belongs to no technician. Use the console, or ask an administrator.")
    with door.store.reading() as uow:
        before = _theirs(uow, user, phone.id)
        technician = uow.get(Technician, user.technician_id)
    if not technician.active:
        raise NotATechnician("You no longer work as a technician here. Ask your dispatcher.")
    if before is not None and before.revoked_at is not None and before.wipe and before.wipe_told_at is None:
        raise told_of_its_revocation(door.store, before, door.now)
    with door.store.unit_of_work(actor_of(user)) as uow:
        device = _registered(uow, user, technician, phone, key, door.now)
        lasts = dt.timedelta(days=door.settings.phone_days)
        _, secret = new_token(uow, user.id, phone.name, door.now, lasts, device.id)
        _keep_to_the_most(uow, user.id, door.now)
        if leaving is not None:
            end_session(uow, leaving)
        by = "password" if leaving is None else "session"
        uow.record(SignedIn(user=user.id, succeeded=True, detail={"by": by, "device": device.id}))
    return PhoneSignedIn(actor_of(user), user.language, device.id, secret, door.now + lasts)


def _theirs(uow: UnitOfWork, user: User, device_id: str | None, *, lock: bool = False) -> Device | None:
    """The device of this id, where it is this user's: what another user's is called says nothing."""
    if device_id is None:
        return None
    device = uow.session.get(Device, device_id, with_for_update=True if lock else None)
    return device if device is not None and device.user_id == user.id else None


def _registered(
    uow: UnitOfWork,
    user: User,
    technician: Technician,
    phone: Phone,
    key: tuple[dict[str, Any], str] | None,
    now: dt.datetime,
) -> Device:
    """The device's row: the one it had, with its tokens ended; or a new one, also where the one it had was revoked."""
    jwk, thumbprint = key or (None, None)
    device = _theirs(uow, user, phone.id, lock=True)
    is_new = device is None or device.revoked_at is not None
    if device is None or is_new:
        device = Device(id=new_id("device"), user_id=user.id, registered_at=now)
        uow.session.add(device)
    else:
        end_tokens_of_device(uow, device.id, now)
    if is_new or device.thumbprint != thumbprint:
        uow.record(
            DeviceRegistered(
                device=device.id,
                user=user.id,
                platform=phone.platform,
                territory=technician.territory_id,
                technician=technician.id,
            )
        )
    device.technician_id = technician.id
    device.name, device.platform, device.app_version = phone.name, phone.platform, phone.app_version
    device.key, device.thumbprint, device.seen_at = jwk, thumbprint, now
    uow.session.flush()
    return device


def _keep_to_the_most(uow: UnitOfWork, user_id: str, now: dt.datetime) -> None:
    uow.session.flush()
    signed_in = (
        select(Device.id, func.max(Device.seen_at))
        .join(AccessToken, AccessToken.device_id == Device.id)
        .where(Device.user_id == user_id, AccessToken.revoked_at.is_(None), AccessToken.expires_at > now)
        .group_by(Device.id)
        .order_by(func.max(Device.seen_at).desc(), Device.id.desc())
    )
    for device_id, _ in uow.session.execute(signed_in.offset(MOST)).all():
        end_tokens_of_device(uow, device_id, now)
