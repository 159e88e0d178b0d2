"""Slowing down who guesses passwords: attempts are counted in the store, so that several servers count together.

An attempt is counted before the password is looked at, and taken back when it was right; many at once cannot slip
through between looking and counting. Accounts and addresses are counted by a hash of their name: the table says
nothing about who tried to get in.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import delete, func, select

from dispatch.access.secrets import fingerprint
from dispatch.domain.errors import TooMany
from dispatch.settings import Settings
from dispatch.store.tables import SignInAttempt
from dispatch.store.unit_of_work import UnitOfWork

PER_ADDRESS = 5
"""So many times the attempts of one account are allowed from one address: a whole office may share it."""


def count_attempt(uow: UnitOfWork, account: str, address: str, now: dt.datetime, settings: Settings) -> Sequence[int]:
    """Count an attempt to sign in, and answer its rows. Raises :class:`TooMany` instead where there were too many."""
    window = dt.timedelta(minutes=settings.sign_in_window)
    rows = []
    for name, allowed in (
        (_account(account), settings.sign_in_attempts),
        (fingerprint("address", address), settings.sign_in_attempts * PER_ADDRESS),
    ):
        _one_at_a_time(uow, name)
        oldest, count = uow.session.execute(
            select(func.min(SignInAttempt.at), func.count()).where(
                SignInAttempt.counted_under == name, SignInAttempt.at > now - window
            )
        ).one()
        if count >= allowed:
            wait = max(1, round((oldest + window - now).total_seconds()))
            detail = f"Too many attempts to sign in failed. Try again in {wait} seconds, or ask an administrator."
            raise TooMany(detail, retry_after=wait)
        rows.append(SignInAttempt(counted_under=name, at=now))
    uow.session.add_all(rows)
    uow.session.flush()
    return [row.id for row in rows]


def take_back(uow: UnitOfWork, attempts: Sequence[int], account: str) -> None:
    """The attempt was right: it does not count, and neither do earlier ones under this account."""
    uow.session.execute(
        delete(SignInAttempt).where(SignInAttempt.id.in_(attempts) | (SignInAttempt.counted_under == _account(account)))
    )


def forget_attempts(uow: UnitOfWork, now: dt.datetime, settings: Settings) -> int:
    """Remove attempts that count no longer, and say how many."""
    window = dt.timedelta(minutes=settings.sign_in_window)
    gone = uow.session.execute(delete(SignInAttempt).where(SignInAttempt.at <= now - window))
    return int(gone.rowcount)  # type: ignore[attr-defined]


def _account(email: str) -> str:
    return fingerprint("account", email.strip().casefold())


def _one_at_a_time(uow: UnitOfWork, name: str) -> None:
    """Who counts under the same name waits, so that two cannot both be the last that is allowed."""
    if uow.session.get_bind().dialect.name == "postgresql":
        uow.session.execute(select(func.pg_advisory_xact_lock(int(name[:15], 16))))
    # On SQLite one transaction writes at a time anyway.
