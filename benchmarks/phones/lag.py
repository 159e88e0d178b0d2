"""How far the worker is behind what happens."""

from __future__ import annotations

from sqlalchemy import func, select, update

from dispatch.messaging.relay import relay
from dispatch.reactions import REACTIONS
from dispatch.store.engine import Store
from dispatch.store.tables import HandlerCursor, OutboxEntry


def lag(store: Store) -> str:
    """By how much the handler that has read least is behind: seconds and events."""
    seconds, events = _behind(store)
    return f"{seconds:.1f} s ({events} events)"


def begin_here(store: Store) -> None:
    """Let the worker begin with what happens from now on: what came of filling the store is not what is measured."""
    head = relay(store)
    with store.unit_of_work() as uow:
        known = set(uow.session.scalars(select(HandlerCursor.handler)))
        fresh = [one.name for one in REACTIONS if one.name not in known]
        uow.session.execute(update(HandlerCursor).values(position=head))
        uow.session.add_all(HandlerCursor(handler=name, position=head) for name in fresh)


def _behind(store: Store) -> tuple[float, int]:
    """Of the handler that is furthest behind: by how many seconds, and how many events it has still to read."""
    with store.reading() as uow:
        read = {row.handler: row.position for row in uow.session.scalars(select(HandlerCursor))}
        behind = []
        for handler in REACTIONS:
            later = OutboxEntry.position > read.get(handler.name, 0)
            waiting = select(func.min(OutboxEntry.at), func.count(OutboxEntry.id)).where(
                later | OutboxEntry.position.is_(None)
            )
            if handler.kinds is not None:
                waiting = waiting.where(OutboxEntry.kind.in_(handler.kinds))
            oldest, events = uow.session.execute(waiting).one()
            behind.append((0.0 if oldest is None else max(0.0, (uow.now - oldest).total_seconds()), events))
        return max(behind)
