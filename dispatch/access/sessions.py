"""Browser sessions: a random cookie, kept by its hash, that ends when unused, after a day's work, or on sign-out.

Instants here are those of this machine, not those of the operation, whose clock may run faster (see
:mod:`dispatch.domain.clock`): a demonstration at sixty times the speed must not sign everybody out in minutes.
"""

from __future__ import annotations

import datetime as dt

from sqlalchemy import delete

from dispatch.access.secrets import SESSION_PREFIX, fingerprint, new_secret
from dispatch.settings import Settings
from dispatch.store.tables import BrowserSession
from dispatch.store.unit_of_work import UnitOfWork

_WRITTEN_EVERY = dt.timedelta(minutes=1)


def open_session(uow: UnitOfWork, user_id: str, now: dt.datetime, settings: Settings) -> str:
    """Begin a session and answer its cookie, which is kept nowhere here."""
    cookie = new_secret(SESSION_PREFIX)
    ends = _end(now, now, settings)
    row = BrowserSession(token_hash=fingerprint(cookie), user_id=user_id, created_at=now, expires_at=ends)
    uow.session.add(row)
    return cookie


def live_session(uow: UnitOfWork, cookie: str, now: dt.datetime) -> BrowserSession | None:
    """The session of a cookie, while it lasts."""
    row = uow.session.get(BrowserSession, fingerprint(cookie))
    return row if row is not None and now < row.expires_at else None


def is_to_be_extended(row: BrowserSession, now: dt.datetime, settings: Settings) -> bool:
    """Whether a session in use would last noticeably longer; not said at each request, because it costs a write."""
    return _end(row.created_at, now, settings) - row.expires_at >= _WRITTEN_EVERY


def extend_session(uow: UnitOfWork, cookie: str, now: dt.datetime, settings: Settings) -> None:
    """Let a session that is in use last, but not beyond its absolute end."""
    row = live_session(uow, cookie, now)
    if row is not None:
        row.expires_at = _end(row.created_at, now, settings)


def end_session(uow: UnitOfWork, cookie: str) -> None:
    """Sign out: the cookie opens nothing any more."""
    uow.session.execute(delete(BrowserSession).where(BrowserSession.token_hash == fingerprint(cookie)))


def end_sessions_of(uow: UnitOfWork, user_id: str, *, but: str | None = None) -> None:
    """Sign a user out everywhere, except in the browser that carries the cookie ``but``."""
    kept = fingerprint(but) if but else ""
    uow.session.execute(
        delete(BrowserSession).where(BrowserSession.user_id == user_id, BrowserSession.token_hash != kept)
    )


def forget_ended_sessions(uow: UnitOfWork, now: dt.datetime) -> int:
    """Remove what has ended anyway, and say how many."""
    gone = uow.session.execute(delete(BrowserSession).where(BrowserSession.expires_at <= now))
    return int(gone.rowcount)  # type: ignore[attr-defined]


def _end(begun: dt.datetime, now: dt.datetime, settings: Settings) -> dt.datetime:
    idle = now + dt.timedelta(hours=settings.session_idle_hours)
    return min(idle, begun + dt.timedelta(hours=settings.session_hours))
