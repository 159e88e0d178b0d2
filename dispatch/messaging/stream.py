"""The live stream: one reader of the outbox in each process, and as many listeners as there are open screens.

A listener first reads what it missed from the database and then takes what the reader hands it, so that between the
two nothing is missed and nothing comes twice. One that takes what it is handed too slowly is cut off, instead of being
waited for or kept in memory; it comes back with the last position it has seen.
"""

from __future__ import annotations

import asyncio
import json
import logging
import threading
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from weakref import WeakKeyDictionary

from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from dispatch.domain.roles import Actor
from dispatch.messaging.outside import may_hear, told
from dispatch.messaging.relay import latest_position
from dispatch.messaging.wake import Wake
from dispatch.store.engine import Store
from dispatch.store.tables import OutboxEntry

PAGE = 500
_LOOK_EVERY = 1.0
_LIMIT = 2000
"""So many events wait for one listener at most."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Heard:
    """An event as it is sent: its position, and its document as text, written once for all listeners."""

    position: int
    text: str


class Listener:
    """What one open screen hears: events of some kinds (empty: all) that ``actor`` may hear of.

    Made in the event loop that awaits it, and handed events from the reader's thread.
    """

    def __init__(self, actor: Actor, kinds: frozenset[str], limit: int = _LIMIT) -> None:
        self.actor = actor
        self.kinds = kinds
        self.cut_off = False
        self.seen = 0
        """All events up to this position were handed over or are not for this listener."""
        self._limit = limit
        self._waiting: deque[Heard] = deque()
        self._lock = threading.Lock()
        self._loop = asyncio.get_running_loop()
        self._ready = asyncio.Event()

    def wants(self, entry: OutboxEntry) -> bool:
        """Whether an event is for this listener."""
        return (not self.kinds or entry.kind in self.kinds) and may_hear(self.actor, entry)

    def hand(self, entries: Sequence[tuple[OutboxEntry, Heard]]) -> None:
        """Give it what is new; called by the reader."""
        wanted = [heard for entry, heard in entries if self.wants(entry)]
        with self._lock:
            if len(self._waiting) + len(wanted) > self._limit:
                self.cut_off = True
                self._waiting.clear()
            if not self.cut_off:
                self._waiting.extend(wanted)
                self.seen = entries[-1][1].position
        if (wanted or self.cut_off) and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._ready.set)

    def cut(self) -> None:
        """Let it end, whatever it has heard so far: it comes back with its last position."""
        with self._lock:
            self.cut_off = True
            self._waiting.clear()
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._ready.set)

    async def take(self, seconds: float) -> tuple[Sequence[Heard], int]:
        """What has come, after waiting for it at most so many seconds; and up to which position that is all."""
        try:
            async with asyncio.timeout(seconds):
                await self._ready.wait()
        except TimeoutError:
            pass  # nothing has come: the caller says that it still listens
        with self._lock:
            self._ready.clear()
            taken = list(self._waiting)
            self._waiting.clear()
            return taken, self.seen


class Stream:
    """The reader of one process. It runs while anybody listens."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = threading.Lock()
        self._listeners: set[Listener] = set()
        self._head = 0
        self._running = False
        self._closed = False

    def close(self) -> None:
        """Let everybody who listens go, as nobody will read on: the server stops."""
        with self._lock:
            self._closed = True
            for listener in self._listeners:
                listener.cut()

    def add(self, listener: Listener) -> int:
        """Let it hear all events after the position that is answered."""
        with self._lock:
            if not self._running:
                with self._store.reading() as uow:
                    self._head = latest_position(uow.session)
                self._running = True
                threading.Thread(target=self._read_on, args=[Wake(self._store)], name="stream", daemon=True).start()
            listener.seen = self._head
            self._listeners.add(listener)
            if self._closed:
                listener.cut()
            return self._head

    def remove(self, listener: Listener) -> None:
        """It hears nothing any more."""
        with self._lock:
            self._listeners.discard(listener)

    @property
    def listeners(self) -> int:
        """How many listen in this process."""
        return len(self._listeners)

    def page(self, after: int, until: int | None, kinds: frozenset[str]) -> tuple[Sequence[OutboxEntry], int]:
        """The next events of some kinds after a position, and the position up to which that is all."""
        with self._store.reading() as uow:
            end = latest_position(uow.session) if until is None else until
            query = select(OutboxEntry).where(OutboxEntry.position > after, OutboxEntry.position <= end)
            if kinds:
                query = query.where(OutboxEntry.kind.in_(kinds))
            entries = uow.session.scalars(query.order_by(OutboxEntry.position).limit(PAGE)).all()
        if len(entries) == PAGE:
            return entries, entries[-1].position or after
        return entries, max(after, end)

    def is_complete_after(self, position: int) -> bool:
        """Whether everything after a position can still be read, and the position is one of this database."""
        with self._store.reading() as uow:
            first = uow.session.scalar(select(func.min(OutboxEntry.position)))
            return position <= latest_position(uow.session) and (first is None or position >= first - 1)

    def _read_on(self, wake: Wake) -> None:
        try:
            while True:
                heard = wake.count
                with self._lock:
                    if not self._listeners:
                        self._running = False
                        return
                try:
                    self._hand_out_what_is_new()
                except SQLAlchemyError as error:
                    log.warning("the stream cannot read just now (%s)", type(error).__name__)
                wake.wait(_LOOK_EVERY, since=heard)
        finally:
            wake.close()

    def _hand_out_what_is_new(self) -> None:
        while True:
            entries, end = self.page(self._head, None, frozenset())
            texts = [(entry, as_heard(entry)) for entry in entries]
            with self._lock:
                # Who is added from now on hears what comes after these.
                self._head = end
                for listener in list(self._listeners):
                    if texts:
                        listener.hand(texts)
            if len(entries) < PAGE:
                return


def as_heard(entry: OutboxEntry) -> Heard:
    """An event as it is sent."""
    return Heard(entry.position or 0, json.dumps(told(entry), ensure_ascii=False, separators=(",", ":")))


_STREAMS: WeakKeyDictionary[Store, Stream] = WeakKeyDictionary()
_MAKING = threading.Lock()


def stream_of(store: Store) -> Stream:
    """The stream of this process on a store."""
    with _MAKING:
        return _STREAMS.setdefault(store, Stream(store))
