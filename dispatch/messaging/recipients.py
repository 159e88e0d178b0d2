"""Who somebody is that is to be told something: their language, and where each channel reaches them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import ColumnElement, select

from dispatch.domain.roles import Role
from dispatch.store.tables import Contact, Customer, Device, Technician, User
from dispatch.store.unit_of_work import UnitOfWork

EMAIL, SMS, PUSH, CHAT, LOG = "email", "sms", "push", "chat", "log"
DEVICE = "device"
"""Web push to the phones that a technician has signed in with; :data:`PUSH` is by a service that the settings name."""


@dataclass(frozen=True, slots=True)
class Recipient:
    """``id`` is a word and an id; ``addresses`` channel → where, the preferred channel first."""

    id: str
    language: str
    addresses: Mapping[str, str]


def recipients(uow: UnitOfWork, named: str, territory: str | None = None) -> list[Recipient]:
    """Who is meant by "user:ID", "technician:ID", "contact:ID", or "role:ROLE", which may be several or nobody.

    Of a role, those are meant whose rights reach into ``territory``. Raises :class:`ValueError` for another word.
    """
    word, _, row_id = named.partition(":")
    match word:
        case "user":
            user = uow.session.get(User, row_id)
            return [_user(user)] if user is not None and user.active else []
        case "technician":
            return _technician(uow, row_id)
        case "contact":
            return _contact(uow, row_id)
        case "role":
            query = select(User).where(User.role == Role(row_id), User.active).order_by(User.id)
            users = uow.session.scalars(query)
            return [_user(one) for one in users if not one.territories or territory in (None, *one.territories)]
    raise ValueError(f"nobody can be named by {named!r}; use user:, technician:, contact: or role:")


def _user(user: User) -> Recipient:
    return Recipient(f"user:{user.id}", user.language, _reached(email=user.email, sms=user.phone, chat=user.id))


def _technician(uow: UnitOfWork, row_id: str) -> list[Recipient]:
    technician = uow.session.get(Technician, row_id)
    if technician is None or not technician.active:
        return []
    user = uow.session.scalar(select(User).where(User.technician_id == row_id, User.active))
    phone = technician.phone or (user.phone if user else None)
    email = technician.email or (user.email if user else None)
    language = user.language if user else "en"
    # Without an account there is no app that a push could reach.
    phones = user is not None and uow.session.scalar(select(Device.id).where(is_subscribed(row_id)).limit(1))
    pushed = row_id if user else None
    reached = _reached(device=row_id if phones else None, push=pushed, sms=phone, email=email)
    return [Recipient(f"technician:{row_id}", language, reached)]


def is_subscribed(technician_id: str) -> ColumnElement[bool]:
    """The devices that news for a technician is pushed to."""
    theirs = Device.technician_id == technician_id
    return theirs & Device.revoked_at.is_(None) & Device.push.is_not(None)


def _contact(uow: UnitOfWork, row_id: str) -> list[Recipient]:
    contact = uow.session.get(Contact, row_id)
    if contact is None:
        return []
    customer = uow.session.get(Customer, contact.customer_id)
    reached = _reached(email=contact.email, sms=contact.phone)
    preferred = {channel: reached[channel] for channel in (contact.preferred_channel,) if channel in reached}
    return [Recipient(f"contact:{row_id}", customer.language if customer else "en", {**preferred, **reached})]


def _reached(**addresses: str | None) -> dict[str, str]:
    return {channel: address for channel, address in addresses.items() if address}
