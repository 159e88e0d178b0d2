"""Which of several workers leads: the one that holds a lock which the system takes away when its holder dies.

On PostgreSQL it is an advisory lock of a session of its own: with the connection the lock is gone. On SQLite it is a
lock on a file next to the database: with the process the lock is gone. An old leader may go on for a moment before it
notices, so everything that a leader does must be harmless when two do it at once.
"""

from __future__ import annotations

import fcntl
import logging
from collections.abc import Sequence
from pathlib import Path
from typing import IO, Any, Protocol

from sqlalchemy.exc import SQLAlchemyError

from dispatch.store.engine import Store

_LEADERS_LOCK = 7_401_118_057
_KEEPALIVES = ("SET tcp_keepalives_idle = 5", "SET tcp_keepalives_interval = 2", "SET tcp_keepalives_count = 3")
"""The server too must notice soon that a leader's machine is gone, or nobody could lead meanwhile."""

log = logging.getLogger(__name__)


class Leadership(Protocol):
    """A claim to lead."""

    def acquire(self) -> bool:
        """Try to become the leader, without waiting."""

    def is_held(self) -> bool:
        """Whether we are still the leader: asked of whoever could have taken it away."""

    def release(self) -> None:
        """Let somebody else lead."""


def leadership(store: Store) -> Leadership:
    """The claim that suits the database."""
    return PostgresLeadership(store) if store.on_postgresql else FileLeadership(store)


class PostgresLeadership:
    """A session advisory lock on a connection of its own, past the pool."""

    def __init__(self, store: Store) -> None:
        self._engine = store.engine
        self._failures = (SQLAlchemyError, store.engine.dialect.loaded_dbapi.Error)
        self._connection: Any = None

    def acquire(self) -> bool:
        try:
            pooled = self._engine.raw_connection()
            self._connection = pooled.driver_connection
            pooled.detach()
            self._connection.autocommit = True
            for setting in _KEEPALIVES:
                self._connection.execute(setting)
            if self._ask("SELECT pg_try_advisory_lock(%s)", [_LEADERS_LOCK]):
                return True
        except self._failures as error:
            log.warning("the database does not answer (%s)", type(error).__name__)
        self.release()
        return False

    def is_held(self) -> bool:
        if self._connection is None:
            return False
        try:
            return bool(self._ask("SELECT 1"))
        except self._failures:
            self.release()
            return False

    def release(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()  # the lock goes with it, whatever state it is in

    def _ask(self, question: str, values: Sequence[int] = ()) -> Any:
        (answer,) = self._connection.execute(question, values).fetchone()
        return answer


class FileLeadership:
    """A lock on ``DATABASE.leader``; the workers must be on one machine, as the database must."""

    def __init__(self, store: Store) -> None:
        database = store.url.database
        self._path = Path(f"{database}.leader") if database and database != ":memory:" else None
        self._file: IO[str] | None = None
        self._held = False

    def acquire(self) -> bool:
        if self._path is None:
            self._held = True  # nobody else can open a database that lies in this process's memory
            return True
        try:
            file = self._path.open("a")
        except OSError as error:
            log.warning("nobody can lead: %s: %s", self._path.name, error.strerror)
            return False
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:  # somebody else has it, or there are no locks on this file system just now
            file.close()
            return False
        self._file, self._held = file, True
        return True

    def is_held(self) -> bool:
        return self._held

    def release(self) -> None:
        self._held = False
        if self._file is not None:
            self._file.close()
            self._file = None
