"""What happened: the outbox as people may read it, and the events that a handler could not deal with."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Select, select

from dispatch.domain.errors import Forbidden, NotFound
from dispatch.domain.events import RecordChanged
from dispatch.domain.roles import Right
from dispatch.messaging.outside import audible
from dispatch.services.rights import require
from dispatch.store.tables import OutboxEntry, ParkedEvent
from dispatch.store.unit_of_work import UnitOfWork


def require_hearing(uow: UnitOfWork) -> None:
    """Raise :class:`Forbidden` unless the actor may hear of any events at all."""
    if not (uow.actor.may(Right.READ_EVENTS) or uow.actor.may(Right.WORK_VISITS)):
        raise Forbidden(f"{uow.actor.role.value} may not {Right.READ_EVENTS.value}.", right=Right.READ_EVENTS.value)


def history(
    uow: UnitOfWork, kinds: Collection[str] = (), subject: str | None = None, after: int | None = None
) -> Select[OutboxEntry]:
    """What happened, as far as the actor may hear of it: of some kinds (none: all), about one subject, after a
    position.
    """
    require_hearing(uow)
    query = select(OutboxEntry).where(OutboxEntry.position.is_not(None), audible(uow.actor))
    if kinds:
        query = query.where(OutboxEntry.kind.in_(kinds))
    if subject is not None:
        query = query.where(OutboxEntry.subject_id == subject)
    return query if after is None else query.where(OutboxEntry.position > after)


def parked_events(uow: UnitOfWork) -> Select[ParkedEvent, OutboxEntry]:
    """Events that wait for an administrator, each with what happened (None where it is no longer kept)."""
    require(uow, Right.WRITE_SETUP)
    return select(ParkedEvent, OutboxEntry).outerjoin(OutboxEntry, OutboxEntry.position == ParkedEvent.position)


def retry_parked(uow: UnitOfWork, handler: str, position: int) -> ParkedEvent:
    """Let the handler try again, soon."""
    parked = _parked(uow, handler, position)
    parked.retry_at = uow.now
    uow.record(RecordChanged(record=f"{handler}:{position}"[:40], table=ParkedEvent.__tablename__, what="retried"))
    return parked


def dismiss_parked(uow: UnitOfWork, handler: str, position: int) -> None:
    """Nobody needs the handler to deal with it any more."""
    uow.session.delete(_parked(uow, handler, position))
    uow.record(RecordChanged(record=f"{handler}:{position}"[:40], table=ParkedEvent.__tablename__, what="removed"))


def _parked(uow: UnitOfWork, handler: str, position: int) -> ParkedEvent:
    require(uow, Right.WRITE_SETUP)
    parked = uow.session.get(ParkedEvent, (handler, position), with_for_update=True)
    if parked is None:
        raise NotFound(f"The handler {handler!r} has not parked an event at {position}.", what="parked event")
    return parked
