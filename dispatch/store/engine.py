"""The store: an engine on SQLite or PostgreSQL, and the two ways to open a session on it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.orm import sessionmaker

import dispatch.store.audit  # noqa: F401  listens to every flush
from dispatch.domain.clock import Clock, SystemClock
from dispatch.domain.roles import SYSTEM, Actor
from dispatch.store.unit_of_work import UnitOfWork

_BUSY_SECONDS = 30
_SQLITE_READS = {"sqlite_begin": "BEGIN"}


class Store:
    """Opens units of work. Make one for each process; it may be used from several threads."""

    def __init__(self, url: str, clock: Clock | None = None, *, pool_size: int = 10) -> None:
        """Connect lazily to ``url`` (SQLAlchemy's form, or ``postgresql://``); ``clock`` is the operation's."""
        self.url = make_url(url)
        self.clock: Clock = clock or SystemClock()
        self.engine = _engine(self.url.render_as_string(hide_password=False), pool_size)
        self._write = sessionmaker(self.engine, expire_on_commit=False)
        self._read = sessionmaker(self.engine.execution_options(**_SQLITE_READS), expire_on_commit=False)

    @property
    def on_postgresql(self) -> bool:
        """Whether this is PostgreSQL; SQLite otherwise."""
        return self.engine.dialect.name == "postgresql"

    @contextmanager
    def unit_of_work(self, actor: Actor = SYSTEM) -> Iterator[UnitOfWork]:
        """A transaction that may write: commits on leaving, rolls back on any exception."""
        with self._write.begin() as session:
            yield UnitOfWork(session, actor, self.clock)

    @contextmanager
    def reading(self, actor: Actor = SYSTEM) -> Iterator[UnitOfWork]:
        """A transaction that only reads: keeps nobody from writing, and is rolled back at its end."""
        with self._read() as session:
            yield UnitOfWork(session, actor, self.clock)

    def dispose(self) -> None:
        """Close all connections."""
        self.engine.dispose()


def _engine(url: str, pool_size: int) -> Engine:
    parsed = make_url(url)
    if parsed.get_backend_name() == "postgresql":
        parsed = parsed.set(drivername="postgresql+psycopg")
        return create_engine(parsed, pool_size=pool_size, max_overflow=pool_size, pool_pre_ping=True)
    if parsed.database and parsed.database != ":memory:":
        Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(parsed, pool_size=pool_size, max_overflow=pool_size, connect_args={"timeout": _BUSY_SECONDS})
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: sqlite3.Connection, _: Any) -> None:
    # The driver must not begin transactions by itself: _begin_sqlite says which kind.
    connection.isolation_level = None
    for pragma in (
        "journal_mode = WAL",
        "synchronous = FULL",
        "foreign_keys = ON",
        f"busy_timeout = {_BUSY_SECONDS * 1000}",
    ):
        connection.execute(f"PRAGMA {pragma}").close()


def _begin_sqlite(connection: Connection) -> None:
    # A transaction that reads first and writes later can lose to another one half-way; a writer says so at once.
    connection.exec_driver_sql(connection.get_execution_options().get("sqlite_begin", "BEGIN IMMEDIATE"))
