"""Handlers: code that reacts to events, each event once and none left out.

A handler's cursor says how far it has read. It is locked and moved in the transaction in which the handler takes
effect, so that after a crash at any moment either both have happened or neither. When a handler fails, its effect is
rolled back and it tries again after a while; after several attempts the event is parked for an administrator, and the
handler goes on with the next.
"""

from __future__ import annotations

import datetime as dt
import logging
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError

from dispatch.domain.events import Event, HandlerParked, restored
from dispatch.messaging.relay import latest_position
from dispatch.store.engine import Store
from dispatch.store.refusals import Collision
from dispatch.store.tables import HandlerCursor, OutboxEntry, ParkedEvent
from dispatch.store.unit_of_work import UnitOfWork

ATTEMPTS = 6
_FIRST_DELAY = dt.timedelta(seconds=0.5)
_BATCH = 100
_BATCH_SECONDS = 0.05
"""On SQLite nobody else can write while a batch is worked through, so it ends when its time is up."""
_IDLE_GAP = 200
"""A cursor that has nothing to do is moved on only now and then: each move is a write."""
_SHOWN = 1000

log = logging.getLogger(__name__)

React = Callable[[UnitOfWork, Event, OutboxEntry], None]


@dataclass(frozen=True, slots=True)
class Handler:
    """``react`` is called with each event of these ``kinds`` (None: all), in order of position.

    It may be called again for an event that it failed on. ``name`` is kept in the database: renaming it makes a new
    handler, which begins where the slowest of the others is.
    """

    name: str
    kinds: frozenset[str] | None
    react: React


def run_handlers(store: Store, handlers: Sequence[Handler], over: threading.Event | None = None) -> int:
    """Let each handler work through what is new to it; how many events were dealt with. Two at once do no harm.

    Once ``over`` is set it ends after the batch that it is at, whatever is left: whoever is next goes on there.
    """
    over = over or threading.Event()
    _enrol(store, handlers)
    handled = _retry_parked(store, handlers)
    while done := sum(_work(store, handler) for handler in _due(store, handlers) if not over.is_set()):
        handled += done
    return handled


def _enrol(store: Store, handlers: Sequence[Handler]) -> None:
    with store.reading() as uow:
        known = set(uow.session.scalars(select(HandlerCursor.handler)))
    missing = [handler.name for handler in handlers if handler.name not in known]
    if not missing:
        return
    try:
        with store.unit_of_work() as uow:
            begin = uow.session.scalar(select(func.min(HandlerCursor.position))) or 0
            uow.session.add_all(HandlerCursor(handler=name, position=begin) for name in missing)
    except Collision:
        log.info("another process enrolled the handlers first")


def _due(store: Store, handlers: Sequence[Handler]) -> list[Handler]:
    """The handlers that have something to read and are not waiting for another attempt."""
    with store.reading() as uow:
        head = latest_position(uow.session)
        cursors = {row.handler: row for row in uow.session.scalars(select(HandlerCursor))}
        due = []
        for handler in handlers:
            cursor = cursors.get(handler.name)
            if cursor is None or cursor.position >= head or _waits(cursor, uow.now):
                continue
            if head - cursor.position >= _IDLE_GAP or _entries(uow, handler, cursor.position, head, 1):
                due.append(handler)
        return due


def _waits(cursor: HandlerCursor, now: dt.datetime) -> bool:
    return cursor.retry_at is not None and cursor.retry_at > now


def _entries(uow: UnitOfWork, handler: Handler, after: int, head: int, limit: int) -> Sequence[OutboxEntry]:
    query = select(OutboxEntry).where(OutboxEntry.position > after, OutboxEntry.position <= head)
    if handler.kinds is not None:
        query = query.where(OutboxEntry.kind.in_(handler.kinds))
    return uow.session.scalars(query.order_by(OutboxEntry.position).limit(limit)).all()


def _work(store: Store, handler: Handler) -> int:
    """One batch in one transaction; how many events it got on by."""
    with store.unit_of_work() as uow:
        cursor = uow.session.scalar(
            select(HandlerCursor).where(HandlerCursor.handler == handler.name).with_for_update(skip_locked=True)
        )
        if cursor is None or _waits(cursor, uow.now):
            return 0  # another process is at it
        head = latest_position(uow.session)
        entries = _entries(uow, handler, cursor.position, head, _BATCH)
        end = time.monotonic() + _BATCH_SECONDS
        if together := _all_at_once(uow, handler, cursor, entries, end):
            if together == len(entries) < _BATCH:
                cursor.position = max(cursor.position, head)
            return together
        for done, entry in enumerate(entries, start=1):
            failure = _attempt(uow, handler, entry)
            if failure is not None and not _given_up(uow, handler, cursor, entry, failure):
                return done - 1
            cursor.position, cursor.failures, cursor.retry_at = _position(entry), 0, None
            if time.monotonic() > end:
                return done
        if len(entries) < _BATCH:
            cursor.position = max(cursor.position, head)
        return len(entries)


def _all_at_once(
    uow: UnitOfWork, handler: Handler, cursor: HandlerCursor, entries: Sequence[OutboxEntry], end: float
) -> int:
    """Let the handler take effect for one event after the other in one savepoint, until ``end``; how many they were.

    0 where it fails: then nothing has taken effect, and each event is tried in a savepoint of its own.
    """
    if cursor.failures or len(entries) < 2:
        return 0
    done = 0
    try:
        with uow.session.begin_nested():
            for entry in entries:
                handler.react(uow, restored(entry.kind, entry.payload), entry)
                done += 1
                if time.monotonic() > end:
                    break
    except Exception as error:
        if isinstance(error, DBAPIError) and error.connection_invalidated:
            raise  # that says nothing about the events: the whole batch is done again
        return 0
    cursor.position, cursor.retry_at = _position(entries[done - 1]), None
    return done


@dataclass(frozen=True, slots=True)
class _Failure:
    """``because`` is for administrators and may hold what a person sent; ``kind`` is for everybody."""

    kind: str
    because: str
    final: bool = False


def _attempt(uow: UnitOfWork, handler: Handler, entry: OutboxEntry) -> _Failure | None:
    """Let the handler take effect; None, or why its effect was rolled back."""
    try:
        event = restored(entry.kind, entry.payload)
    except KeyError:
        return _Failure("unknown kind", f"There is no event kind {entry.kind!r} any more.", final=True)
    except TypeError as error:
        because = f"{entry.kind} no longer has the fields that this event was written with: {error}"
        return _Failure("unknown fields", because, final=True)
    try:
        with uow.session.begin_nested():
            handler.react(uow, event, entry)
    except Exception as error:
        if isinstance(error, DBAPIError) and error.connection_invalidated:
            raise  # that says nothing about the event: the whole batch is done again
        # The message may hold what a person sent, so the log has only the kind of error.
        log.warning("handler %s failed at position %s: %s", handler.name, entry.position, type(error).__name__)
        return _Failure(type(error).__name__, f"{type(error).__name__}: {error}"[:_SHOWN])
    return None


def _given_up(uow: UnitOfWork, handler: Handler, cursor: HandlerCursor, entry: OutboxEntry, failure: _Failure) -> bool:
    """Count a failure. Whether it was the last attempt, and the event is parked."""
    cursor.failures += 1
    if cursor.failures < ATTEMPTS and not failure.final:
        cursor.retry_at = uow.now + _FIRST_DELAY * 4 ** (cursor.failures - 1)
        return False
    position = _position(entry)
    uow.session.merge(
        ParkedEvent(handler=handler.name, position=position, because=failure.because, at=uow.now, retry_at=None)
    )
    # A handler that fails on this very kind would otherwise go on for ever.
    if entry.kind != HandlerParked.__name__:
        uow.record(HandlerParked(handler=handler.name, position=position, because=failure.kind))
    log.error("handler %s gave up at position %s; the event is parked", handler.name, position)
    return True


def _retry_parked(store: Store, handlers: Sequence[Handler]) -> int:
    """Another attempt at parked events for which somebody asked for one."""
    by_name = {handler.name: handler for handler in handlers}
    with store.reading() as uow:
        wanted = uow.session.execute(
            select(ParkedEvent.handler, ParkedEvent.position).where(ParkedEvent.retry_at <= uow.now)
        ).all()
    return sum(_retry(store, by_name[name], position) for name, position in wanted if name in by_name)


def _retry(store: Store, handler: Handler, position: int) -> int:
    with store.unit_of_work() as uow:
        parked = uow.session.scalar(
            select(ParkedEvent)
            .where(
                ParkedEvent.handler == handler.name,
                ParkedEvent.position == position,
                ParkedEvent.retry_at.is_not(None),
            )
            .with_for_update(skip_locked=True)
        )
        if parked is None:
            return 0
        entry = uow.session.scalar(select(OutboxEntry).where(OutboxEntry.position == position))
        gone = _Failure("gone", "The event is no longer kept.")
        failure = gone if entry is None else _attempt(uow, handler, entry)
        if failure is None:
            uow.session.delete(parked)
            return 1
        parked.because, parked.at, parked.retry_at = failure.because, uow.now, None
        return 0


def _position(entry: OutboxEntry) -> int:
    assert entry.position is not None, "only entries with a position are read"
    return entry.position
