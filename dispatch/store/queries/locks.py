"""What a person has fixed, as it holds now."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select
from sqlalchemy.orm import Session

from dispatch.store.tables import PlanFence, TerritoryLock


def fence_at(session: Session, now: dt.datetime) -> int | None:
    """The fence that somebody set, in epoch seconds; None where there is none or it has passed."""
    until = session.scalar(select(PlanFence.until).where(PlanFence.until > now))
    return None if until is None else int(until.timestamp())


def locked_territories(session: Session, now: dt.datetime) -> frozenset[str]:
    """The territories that are locked."""
    return frozenset(session.scalars(select(TerritoryLock.territory_id).where(TerritoryLock.until > now)))
