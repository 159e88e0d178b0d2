"""What a person has fixed, as it holds now."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from dispatch.store.tables import PlanFence, TerritoryLock


def fence_at(session: Session, now: dt.datetime) -> int | None:
    """The fence that somebody set, in epoch seconds; None where there is none or it has passed."""
    until = session.scalar(select(PlanFence.until).where(PlanFence.until > now))
    return None if until is None else int(until.timestamp())


def locked_territories(session: Session, now: dt.datetime) -> frozenset[str]:
    """The territories that are locked."""
    return frozenset(locked_until(session, now))


def locked_until(session: Session, now: dt.datetime) -> Mapping[str, dt.datetime]:
    """Territory → until when it is locked, of those that are."""
    holding = select(TerritoryLock.territory_id, TerritoryLock.until).where(TerritoryLock.until > now)
    return {row.territory_id: row.until for row in session.execute(holding)}
