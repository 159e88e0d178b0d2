"""What is kept about requests and sign-ins no longer than it serves."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import delete

from dispatch.access.sessions import forget_ended_sessions
from dispatch.access.throttle import forget_attempts
from dispatch.settings import Settings
from dispatch.store.tables import IdempotencyKey
from dispatch.store.unit_of_work import UnitOfWork

ANSWERS_KEPT_FOR = dt.timedelta(days=2)
"""A repeat of a request that comes later than this is a new request."""


def forget(uow: UnitOfWork, now: dt.datetime, settings: Settings) -> int:
    """Remove ended sessions, attempts that count no longer and old answers to requests; say how many rows.

    ``now`` is the time of this machine; answers are kept by the operation's clock, as they were written.
    """
    return forget_ended_sessions(uow, now) + forget_attempts(uow, now, settings) + forget_answers(uow)


def forget_answers(uow: UnitOfWork) -> int:
    """Remove answers that were kept for requests that come twice, once they are old."""
    gone = uow.session.execute(delete(IdempotencyKey).where(IdempotencyKey.created_at < uow.now - ANSWERS_KEPT_FOR))
    return int(gone.rowcount)  # type: ignore[attr-defined]
