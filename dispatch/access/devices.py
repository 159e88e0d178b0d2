"""Phones: who is behind a device's token, what it must prove, and what one is answered that may no longer come in.

A device's token is an :class:`AccessToken` that names the device. A device that registered a key opens nothing without
a proof (see :mod:`dispatch.access.dpop`); one that was revoked is told so, and whether to remove the day it holds.

**Wiping.** A revoked phone can confirm nothing, because its token opens nothing. So what counts is that it was told:
the 401 with ``wipe: true`` is remembered (``wipe_told_at``) before it is sent. Whoever holds only the token cannot make
it count for a device with a key: the proof is asked for first.

Instants are those of this machine, as with sessions and tokens.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import update

from dispatch.access.dpop import Nonces, Proof, ProofRefused, check_proof
from dispatch.domain.errors import Forbidden, NotSignedIn
from dispatch.domain.events import RecordChanged
from dispatch.domain.roles import SYSTEM
from dispatch.store.engine import Store
from dispatch.store.tables import AccessToken, Device
from dispatch.store.unit_of_work import UnitOfWork

_WRITTEN_EVERY = dt.timedelta(minutes=1)


class SignedOut(NotSignedIn):
    """A device's token has ended: it lasted its time, or the person signed out. What the phone holds stays theirs."""

    code, title = "signed-out", "This phone is signed out"


class RevokedDevice(NotSignedIn):
    """Somebody took the right to come in from this device. ``wipe`` in the facts: it is to remove what it holds."""

    code, title = "device-revoked", "This phone is no longer let in"


class NotADevice(Forbidden):
    """Only a phone that signed in as one does that."""

    code, title = "not-a-device", "Only a signed-in phone does that"


class NotBound(Forbidden):
    """A token alone is not enough: who found it could lock its owner out of every phone."""

    code, title = "not-bound", "That takes a phone with a key, or a browser"


@dataclass(frozen=True, slots=True)
class DeviceHere:
    """The device behind a request."""

    id: str
    user_id: str
    token_id: str
    thumbprint: str | None


def check_device(store: Store, device: Device, secret: str, proof: Proof | None, now: dt.datetime) -> None:
    """Raise what a device is answered that proves nothing or was revoked. Call it outside of transactions."""
    if device.key is not None:
        if proof is None:
            raise ProofRefused("The token belongs to a device with a key: send it as DPoP, with a proof.")
        check_proof(proof, device.key, secret, Nonces.of(store), now)
    elif proof is not None:
        raise ProofRefused("The token belongs to a device without a key: send it as Bearer.")
    if device.revoked_at is not None:
        raise told_of_its_revocation(store, device, now)


def told_of_its_revocation(store: Store, device: Device, now: dt.datetime) -> RevokedDevice:
    """What a revoked device is answered; that it was told to wipe itself is written down first."""
    if device.wipe and device.wipe_told_at is None:
        with store.unit_of_work(SYSTEM) as uow:
            row = uow.get(Device, device.id, lock=True)
            if row.wipe_told_at is None:
                row.wipe_told_at = now
                uow.record(RecordChanged(record=row.id, table=Device.__tablename__, what="changed"))
    return RevokedDevice("This phone was revoked. Ask your dispatcher.", wipe=device.wipe)


def is_contact_to_be_noted(device: Device, now: dt.datetime) -> bool:
    """Whether the last contact on record is old enough to be worth a write."""
    return now - device.seen_at >= _WRITTEN_EVERY


def note_contact(uow: UnitOfWork, device_id: str, now: dt.datetime) -> None:
    """Remember when a device was heard of last."""
    _note(uow, device_id, seen_at=now)


def note_skew(uow: UnitOfWork, device_id: str, seconds: float) -> None:
    """Remember by how many seconds a device's clock is ahead of this machine's."""
    _note(uow, device_id, skew=seconds)


def end_tokens_of_device(uow: UnitOfWork, device_id: str, now: dt.datetime) -> None:
    """None of a device's tokens opens anything any more: it is signed out."""
    live = AccessToken.device_id == device_id, AccessToken.revoked_at.is_(None)
    uow.session.execute(update(AccessToken).where(*live).values(revoked_at=now))


def _note(uow: UnitOfWork, device_id: str, **values: dt.datetime | float) -> None:
    # Neither audited nor a new version: it changes all day long, and nobody decides it.
    noted = update(Device).where(Device.id == device_id).values(**values)
    uow.session.execute(noted, execution_options={"unaudited": True, "synchronize_session": False})
