"""What is kept about requests and sign-ins no longer than it serves."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import delete, select

from dispatch.access.sessions import forget_ended_sessions
from dispatch.access.throttle import forget_attempts
from dispatch.settings import Settings
from dispatch.store.tables import AccessToken, Device, IdempotencyKey
from dispatch.store.unit_of_work import UnitOfWork

ANSWERS_KEPT_FOR = dt.timedelta(days=2)
"""A repeat of a request that comes later than this is a new request."""


def forget(uow: UnitOfWork, now: dt.datetime, settings: Settings) -> int:
    """Remove ended sessions, attempts that count no longer and old answers to requests; say how many rows.

    Nothing is pushed any more to phones whose sign-in has ended. ``now`` is the time of this machine; answers are kept
    by the operation's clock, as they were written.
    """
    forget_subscriptions(uow, now)
    return forget_ended_sessions(uow, now) + forget_attempts(uow, now, settings) + forget_answers(uow)


def forget_subscriptions(uow: UnitOfWork, now: dt.datetime) -> None:
    """Push nothing more to devices without a token that opens anything: whoever holds them may be anybody."""
    live = AccessToken.revoked_at.is_(None) & (AccessToken.expires_at.is_(None) | (AccessToken.expires_at > now))
    signed_in = select(AccessToken.id).where(AccessToken.device_id == Device.id, live).exists()
    for device in uow.session.scalars(select(Device).where(Device.push.is_not(None), ~signed_in)):
        device.push = None


def forget_answers(uow: UnitOfWork) -> int:
    """Remove answers that were kept for requests that come twice, once they are old."""
    gone = uow.session.execute(delete(IdempotencyKey).where(IdempotencyKey.created_at < uow.now - ANSWERS_KEPT_FOR))
    return int(gone.rowcount)  # type: ignore[attr-defined]
