"""Waking whoever waits for events: at once, in this process and in others, without asking the database all the time.

On PostgreSQL, LISTEN and NOTIFY carry the signal between processes. On SQLite, a thread looks at the file's
``data_version``, which costs no transaction and changes when somebody else has committed. A signal says only "look
again"; it may come without cause, and who waits looks again after a while in any case, so a lost one only costs time.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import Any

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.orm import Session, UOWTransaction

from dispatch.store.engine import Store
from dispatch.store.tables import OutboxEntry

_CHANNEL = "fieldwright_outbox"
_LOOK_EVERY = 0.1
_LOOK_AGAIN_AFTER = 1.0
_SPOKE = "recorded_an_event"

log = logging.getLogger(__name__)


class Wake:
    """Make one for each process and store; it may be used from several threads, and is closed at the end.

    Units of work of this store that record an event signal by themselves, once they are committed.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._heard = threading.Condition()
        self._count = 0
        self._closing = threading.Event()
        self._listener: threading.Thread | None = None
        self._heard_by: dict[str, Callable[..., None]] = {
            "after_flush": self._remember_events,
            "before_commit": self._tell_others_with_the_commit,
            "after_commit": self._tell_this_process,
        }
        for name, heard in self._heard_by.items():
            store.listen(name, heard)

    @property
    def count(self) -> int:
        """How many signals were heard: take it before looking, and give it to :meth:`wait` afterwards."""
        return self._count

    def signal(self) -> None:
        """Say to all that wait, in any process: look again. Call it after a commit."""
        self._bump()
        if self._store.on_postgresql and not self._closing.is_set():
            try:
                with self._store.engine.connect() as connection:
                    connection.execution_options(isolation_level="AUTOCOMMIT").execute(_notify())
            except DBAPIError as error:
                log.warning("others could not be told to look (%s); they will by themselves", type(error).__name__)

    def wait(self, seconds: float, since: int | None = None) -> bool:
        """Wait for a signal, at most so many seconds of real time; whether there was one.

        ``since`` is the :attr:`count` before looking: a signal after that is not missed, and answers at once.
        """
        self._listen()
        with self._heard:
            seen = self._count if since is None else since
            return self._heard.wait_for(lambda: self._count != seen or self._closing.is_set(), seconds)

    def close(self) -> None:
        """Stop listening; who waits is let go."""
        if not self._closing.is_set():
            for name, heard in self._heard_by.items():
                self._store.unlisten(name, heard)
        self._closing.set()
        self._bump()
        if self._listener is not None:
            self._listener.join()

    def _remember_events(self, session: Session, _: UOWTransaction) -> None:
        if any(isinstance(row, OutboxEntry) for row in session.new):
            session.info[_SPOKE] = True

    def _bump(self) -> None:
        with self._heard:
            self._count += 1
            self._heard.notify_all()

    def _tell_others_with_the_commit(self, session: Session) -> None:
        if self._store.on_postgresql and not self._closing.is_set() and not session.in_nested_transaction():
            session.flush()
            if session.info.get(_SPOKE):
                session.execute(_notify())

    def _tell_this_process(self, session: Session) -> None:
        if session.info.get(_SPOKE):
            self._bump()

    def _listen(self) -> None:
        with self._heard:
            if self._listener is None and not self._closing.is_set():
                target = self._listen_on_postgresql if self._store.on_postgresql else self._watch_sqlite
                self._listener = threading.Thread(target=self._keep_on, args=[target], name="wake", daemon=True)
                self._listener.start()

    def _keep_on(self, listen: Any) -> None:
        while not self._closing.is_set():
            connection = None
            try:
                pooled = self._store.engine.raw_connection()
                connection = pooled.driver_connection
                pooled.detach()  # it stays with this thread; the pool makes another one
                listen(connection)
            except (SQLAlchemyError, self._store.engine.dialect.loaded_dbapi.Error) as error:
                if not self._closing.is_set():
                    log.warning("listening for events was interrupted (%s); it begins again", type(error).__name__)
                self._closing.wait(_LOOK_AGAIN_AFTER)
            finally:
                if connection is not None:
                    connection.close()

    def _listen_on_postgresql(self, connection: Any) -> None:
        connection.autocommit = True
        connection.execute(f"LISTEN {_CHANNEL}")
        self._bump()  # something may have happened while nobody listened
        while not self._closing.is_set():
            for _ in connection.notifies(timeout=_LOOK_AGAIN_AFTER / 4, stop_after=1):
                self._bump()

    def _watch_sqlite(self, connection: Any) -> None:
        before = None  # the first look signals: something may have happened while nobody looked
        while not self._closing.wait(_LOOK_EVERY):
            (version,) = connection.execute("PRAGMA data_version").fetchone()
            if version != before:
                before = version
                self._bump()


def _notify() -> Any:
    return text("SELECT pg_notify(:channel, '')").bindparams(channel=_CHANNEL)
