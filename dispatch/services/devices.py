"""The phones of technicians: who sees them, who takes the right to come in from one, and how each is told of news.

A technician sees and revokes their own; whoever acts on visits of the technician's territory does so for them. ``now``
is the time of this machine, by which tokens and devices go.

**Who may revoke another phone of theirs.** A technician does it from a phone that proves its key, or from a browser in
which they are signed in. A token that is sent alone revokes nothing but its own phone: who finds one in a log could
otherwise wipe every phone of its owner, with all that was not sent yet.

**Browsers.** A revoked phone has a browser, and in it may be a session of its user, which opens what the phone did. No
session says on which machine it is. So every revocation ends all sessions of the phone's user, but for the one that
asks for it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, or_, select

from dispatch.access.devices import DeviceHere, NotBound, end_tokens_of_device
from dispatch.access.sessions import end_sessions_of
from dispatch.domain.errors import NotFound
from dispatch.domain.events import DeviceRevoked, RecordChanged
from dispatch.domain.roles import Right
from dispatch.messaging.pushing import check_subscription
from dispatch.services.rights import require
from dispatch.store.tables import Device, Technician, User
from dispatch.store.unit_of_work import UnitOfWork

_TERRITORY = select(Technician.territory_id).where(Technician.id == Device.technician_id).scalar_subquery()


def devices(uow: UnitOfWork, technician: str | None = None, revoked: bool | None = None) -> Select[Device, User]:
    """The devices that the actor may see with whose they are: of one technician, and by whether they were revoked."""
    if not uow.actor.may(Right.WORK_VISITS):
        require(uow, Right.ACT_ON_VISITS)
    query = select(Device, User).join(User, User.id == Device.user_id).where(_visible(uow))
    if technician is not None:
        query = query.where(Device.technician_id == technician)
    if revoked is not None:
        query = query.where(Device.revoked_at.is_not(None) if revoked else Device.revoked_at.is_(None))
    return query


def read_device(uow: UnitOfWork, device_id: str) -> tuple[Device, User]:
    """One of them. Raises :class:`NotFound` alike for one that is not theirs to see."""
    found = uow.session.execute(devices(uow).where(Device.id == device_id)).one_or_none()
    if found is None:
        raise NotFound(f"There is no device {device_id!r}.", what="device", id=device_id)
    return found.Device, found.User


@dataclass(frozen=True, slots=True)
class Asking:
    """What a request to revoke came with: the cookie of a browser's session, or the device whose token it was."""

    session: str | None = None
    device: DeviceHere | None = None

    def proves_more_than_a_token(self, device_id: str) -> bool:
        """Whether it came from a browser, from a phone with its key, or from the very phone that is to be revoked."""
        if self.session is not None or self.device is None:
            return self.session is not None
        return self.device.thumbprint is not None or self.device.id == device_id


def revoke_device(
    uow: UnitOfWork, device_id: str, because: str, wipe: bool, now: dt.datetime, asking: Asking | None = None
) -> tuple[Device, User]:
    """Take the right to come in from a device; with ``wipe`` it is told to remove what it holds when it next asks.

    All browsers of its user are signed out as well, as one may be on the phone; but not the one that asks. Once more
    with ``wipe`` adds that; who revoked first, when and why stays. ``asking``: what the request came with; None: it is
    no request. Raises :class:`~dispatch.access.devices.NotBound`.
    """
    device, user = read_device(uow, device_id)
    if asking is not None and not uow.actor.may(Right.ACT_ON_VISITS) and not asking.proves_more_than_a_token(device_id):
        raise NotBound("Revoke it from a phone that has a key, in a browser, or ask your dispatcher.")
    uow.session.refresh(device, with_for_update=True)
    if device.revoked_at is not None and (device.wipe or not wipe):
        return device, user
    if device.revoked_at is None:
        device.revoked_at, device.revoked_by, device.revoked_because = now, uow.actor.id, because
    device.wipe, device.push = wipe, None
    end_tokens_of_device(uow, device.id, now)
    end_sessions_of(uow, user.id, but=asking.session if asking is not None else None)
    technician = uow.get(Technician, device.technician_id)
    uow.record(
        DeviceRevoked(
            device=device.id, user=user.id, wipe=wipe, territory=technician.territory_id, technician=technician.id
        )
    )
    return device, user


def sign_out(uow: UnitOfWork, device_id: str, now: dt.datetime) -> None:
    """The person lays the phone down: its token opens nothing any more, and nothing is pushed to it."""
    end_tokens_of_device(uow, device_id, now)
    uow.get(Device, device_id, lock=True).push = None


def subscribe(
    uow: UnitOfWork, device_id: str, endpoint: str, keys: Mapping[str, str], *, private: bool = False
) -> None:
    """From now on news for its technician is pushed to the device, at the address that its browser gave.

    ``private``: whether that may lie in a private network. Raises :class:`~dispatch.domain.errors.Invalid`.
    """
    check_subscription(endpoint, keys, private=private)
    device = uow.get(Device, device_id, lock=True)
    device.push, device.push_failures = {"endpoint": endpoint, "keys": dict(keys)}, 0


def unsubscribe(uow: UnitOfWork, device_id: str) -> None:
    """Nothing is pushed to the device any more."""
    uow.get(Device, device_id, lock=True).push = None


def own_profile(uow: UnitOfWork) -> tuple[User, Technician]:
    """The account of who is signed in on a phone, and the technician they are."""
    require(uow, Right.WORK_VISITS)
    return uow.get(User, uow.actor.id), uow.get(Technician, uow.actor.technician or "")


def change_own_language(uow: UnitOfWork, language: str) -> tuple[User, Technician]:
    """Messages to who is signed in are written in this language from now on."""
    user, technician = own_profile(uow)
    if user.language != language:
        user.language = language
        uow.record(RecordChanged(record=user.id, table=User.__tablename__, what="changed"))
    return user, technician


def _visible(uow: UnitOfWork) -> ColumnElement[bool]:
    own = Device.user_id == uow.actor.id
    if not uow.actor.may(Right.ACT_ON_VISITS):
        return own
    if not uow.actor.territories:
        return own | Device.id.is_not(None)
    # What lies in no territory is everybody's.
    return or_(own, _TERRITORY.in_(uow.actor.territories), _TERRITORY.is_(None))
