"""The store: an engine on SQLite or PostgreSQL, and the two ways to open a session on it."""

from __future__ import annotations

import sqlite3
import threading
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, exc, make_url
from sqlalchemy.orm import sessionmaker
from sqlalchemy.pool import ConnectionPoolEntry

from dispatch.domain.clock import Clock, SystemClock
from dispatch.domain.roles import SYSTEM, Actor
from dispatch.store.refusals import COMMITTING, as_refusals
from dispatch.store.revision import count_changes
from dispatch.store.turns import Turns
from dispatch.store.unit_of_work import UnitOfWork

_BUSY_SECONDS = 30
_CONNECT_SECONDS = 10
_SQLITE_READS = {"sqlite_begin": ("PRAGMA query_only = ON", "BEGIN")}
_SQLITE_WRITES = ("PRAGMA query_only = OFF", "BEGIN IMMEDIATE")
_TURN = "turn to write"
_TOLD_OF = ("after_flush", "before_commit", "after_commit")
_POSTGRESQL_READS = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}


class Store:
    """Opens units of work. Make one for each process; it may be used from several threads."""

    def __init__(self, url: str, clock: Clock | None = None, *, pool_size: int = 20) -> None:
        """Connect lazily to ``url`` (SQLAlchemy's form, or ``postgresql://``); ``clock`` is the operation's."""
        self.url = make_url(url)
        self.clock: Clock = clock or SystemClock()
        self.engine = _engine(self.url.render_as_string(hide_password=False), pool_size)
        self._write = sessionmaker(self.engine, expire_on_commit=False)
        count_changes(self._write)
        # SQLAlchemy's own list of listeners must not change while a session goes through it; these tuples may.
        self._heard_by: dict[str, tuple[Callable[..., None], ...]] = dict.fromkeys(_TOLD_OF, ())
        self._listening = threading.Lock()
        # SQLAlchemy keeps whoever listens for as long as the process runs; a store that nobody uses shall not be kept.
        for name in _TOLD_OF:
            event.listen(self._write, name, partial(_still_told, weakref.WeakMethod(self._tell), name))
        reads = _POSTGRESQL_READS if self.on_postgresql else _SQLITE_READS
        self._read = sessionmaker(self.engine.execution_options(**reads), expire_on_commit=False)

    @property
    def on_postgresql(self) -> bool:
        """Whether this is PostgreSQL; SQLite otherwise."""
        return self.engine.dialect.name == "postgresql"

    @contextmanager
    def unit_of_work(self, actor: Actor = SYSTEM) -> Iterator[UnitOfWork]:
        """A transaction that may write: commits on leaving, rolls back on any exception.

        What the database refuses is raised as a :class:`~dispatch.domain.errors.DispatchError`, see
        :mod:`dispatch.store.refusals`.
        """
        # Outermost, because rolling back on a connection that is gone fails as well.
        with as_refusals(session := self._write(), self._read), session:
            yield UnitOfWork(session, actor, self.clock)
            session.flush()
            session.info[COMMITTING] = True
            session.commit()

    @contextmanager
    def reading(self, actor: Actor = SYSTEM) -> Iterator[UnitOfWork]:
        """A transaction that only reads, all of it as things stood at its first read; the database refuses writes.

        It keeps nobody from writing, and is rolled back at its end.
        """
        with as_refusals(session := self._read(), self._read), session:
            yield UnitOfWork(session, actor, self.clock)

    def listen(self, name: str, heard: Callable[..., None]) -> None:
        """Call ``heard`` on an event of units of work: "after_flush", "before_commit" or "after_commit".

        They are SQLAlchemy's, and come with what it tells of them. Any thread may begin to listen while others commit.
        """
        with self._listening:
            self._heard_by[name] = (*self._heard_by[name], heard)

    def unlisten(self, name: str, heard: Callable[..., None]) -> None:
        """No longer call ``heard``."""
        with self._listening:
            self._heard_by[name] = tuple(one for one in self._heard_by[name] if one != heard)

    def _tell(self, name: str, *what: Any) -> None:
        for heard in self._heard_by[name]:
            heard(*what)

    def dispose(self) -> None:
        """Close all connections."""
        self.engine.dispose()


def _still_told(tell: weakref.WeakMethod[Callable[..., None]], name: str, *what: Any) -> None:
    standing = tell()
    if standing is not None:
        standing(name, *what)


def _engine(given: str, pool_size: int) -> Engine:
    url = make_url(given)
    pool = {"pool_size": pool_size, "max_overflow": pool_size, "pool_timeout": _BUSY_SECONDS}
    match url.get_backend_name():
        case "postgresql" | "postgres":
            # Waiting for somebody else's lock ends some time, as it does on SQLite.
            options = f"-c lock_timeout={_BUSY_SECONDS}s"
            connect = {"connect_timeout": _CONNECT_SECONDS, "application_name": "fieldwright", "options": options}
            url = url.set(drivername="postgresql+psycopg")
            try:
                return create_engine(url, pool_pre_ping=True, connect_args=connect, **pool)
            except ModuleNotFoundError as error:
                raise ValueError(
                    "PostgreSQL needs its driver, which is not installed: pip install 'fieldwright[postgresql]'."
                ) from error
        case "sqlite" if url.database and url.database != ":memory:":
            Path(url.database).parent.mkdir(parents=True, exist_ok=True)
            engine = create_engine(url, connect_args={"timeout": _BUSY_SECONDS}, **pool)
            event.listen(engine, "connect", _prepare_sqlite)
            turns = Turns(Path(url.database))
            event.listen(engine, "begin", partial(_begin_sqlite, turns))
            event.listen(engine, "checkin", partial(_leave_no_transaction, turns))
            return engine
    raise ValueError(
        f"The store cannot be kept in {url.render_as_string()!r}. Name a file (sqlite:///fieldwright.db) or a "
        "PostgreSQL server (postgresql://user:password@host/database)."
    )


def _prepare_sqlite(connection: sqlite3.Connection, _: Any) -> None:
    # The driver must not begin transactions by itself: _begin_sqlite says which kind.
    connection.isolation_level = None
    for pragma in (
        f"busy_timeout = {_BUSY_SECONDS * 1000}",
        "journal_mode = WAL",
        "synchronous = FULL",
        "foreign_keys = ON",
    ):
        connection.execute(f"PRAGMA {pragma}").close()


def _begin_sqlite(turns: Turns, connection: Connection) -> None:
    # A transaction that reads first and writes later can lose to another one half-way; a writer says so at once.
    begin = connection.get_execution_options().get("sqlite_begin", _SQLITE_WRITES)
    kept = connection.connection.record_info
    if begin is _SQLITE_WRITES and kept is not None and _TURN not in kept:
        turn = turns.take(_BUSY_SECONDS)
        if turn is None:
            raise exc.TimeoutError(f"it was not our turn to write within {_BUSY_SECONDS} seconds")
        kept[_TURN] = turn
    for statement in begin:
        connection.exec_driver_sql(statement)


def _leave_no_transaction(turns: Turns, connection: sqlite3.Connection | None, record: ConnectionPoolEntry) -> None:
    # A commit that fails (a full disk, a deferred constraint) leaves the transaction open, and its write lock held.
    try:
        if connection is not None and connection.in_transaction:
            connection.rollback()
    finally:
        turn = (record.record_info or {}).pop(_TURN, None)
        if turn is not None:
            turns.give_back(turn)
