"""The relay: gives each event in the outbox the position that readers follow.

Rows get their ids when they are written and become visible when their transaction commits, so ids can appear out of
order: who reads "after 17" may miss 16, which was written earlier and committed later. The relay numbers only what is
visible to it, one relay at a time, and its numbers become visible a whole batch at once. So whoever can see a position
can see all earlier ones, and "after N" misses nothing.
"""

from __future__ import annotations

from sqlalchemy import func, select, text, update
from sqlalchemy.orm import Session

from dispatch.store.engine import Store
from dispatch.store.tables import OutboxEntry

_BATCH = 1000
_ONE_AT_A_TIME = 7_401_118_056
"""The advisory lock that is held on PostgreSQL until the numbers are committed. SQLite has one writer anyway."""


def latest_position(session: Session) -> int:
    """The highest position that was given; 0 before the first."""
    return session.scalar(select(func.max(OutboxEntry.position))) or 0


def relay(store: Store) -> int:
    """Give positions to all events that have none, and return the highest. Two at once do no harm."""
    with store.reading() as uow:
        # Looking first costs no write lock on SQLite, and mostly there is nothing.
        if uow.session.scalar(select(OutboxEntry.id).where(OutboxEntry.position.is_(None)).limit(1)) is None:
            return latest_position(uow.session)
    while True:
        highest, given = _relay_batch(store)
        if given < _BATCH:
            return highest


def _relay_batch(store: Store) -> tuple[int, int]:
    with store.unit_of_work() as uow:
        if store.on_postgresql:
            # What the statements after this one see includes all that the relay before us has committed.
            uow.session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _ONE_AT_A_TIME})
        highest = latest_position(uow.session)
        fresh = (
            select(OutboxEntry.id, func.row_number().over(order_by=OutboxEntry.id).label("rank"))
            .where(OutboxEntry.position.is_(None))
            .order_by(OutboxEntry.id)
            .limit(_BATCH)
            .subquery()
        )
        given = uow.session.execute(
            update(OutboxEntry)
            .where(OutboxEntry.id == fresh.c.id)
            .values(position=highest + fresh.c.rank)
            .returning(OutboxEntry.id),
            execution_options={"synchronize_session": False},
        ).all()
        return highest + len(given), len(given)
