"""Bringing a database to the tables that this program knows, and making new migrations.

For an operation: ``upgrade(store)`` is called when a process starts and by ``fieldwright db upgrade``. For those who
change a table: ``python -m dispatch.store.migrate new "what changed"`` writes a migration from the difference between
the migrations so far and the mapped classes; read what it wrote before committing it.
"""

from __future__ import annotations

import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, text

from dispatch.domain.errors import DispatchError
from dispatch.store.engine import Store

_MIGRATIONS = Path(__file__).parent / "migrations"
_ONE_AT_A_TIME = 7_401_118_055
"""The advisory lock under which PostgreSQL lets one process migrate while others wait."""


class UnknownDatabase(DispatchError):  # noqa: N818  a refusal reads as what is said
    """The database is not one that this program may change: a newer program made it, or none of ours did."""

    http_status, code, title = 503, "unknown-database", "This program does not know the database's tables"


def upgrade(store: Store, revision: str = "head") -> None:
    """Make the tables of the newest migration (or of ``revision``), in one transaction.

    Safe when several processes start at once: one does the work, the others wait and find it done. Raises
    :class:`UnknownDatabase` where a newer program has been at this database; nothing is changed then.
    """
    if revision in ("head", newest()) and is_current(store):
        return  # looking takes no lock, so that a server comes up however busy its database is
    with _alone(store) as connection:
        _refuse_unknown(connection)
        command.upgrade(_config(connection), revision)


def downgrade(store: Store, revision: str) -> None:
    """Go back to ``revision`` ("base": no tables), losing what the later tables held."""
    with _alone(store) as connection:
        _refuse_unknown(connection)
        command.downgrade(_config(connection), revision)


def is_current(store: Store) -> bool:
    """Whether the database has exactly the tables of the newest migration."""
    with store.engine.connect() as connection:
        return revision_of(connection) == newest()


def revision_of(connection: Connection) -> str | None:
    """The migration that a database is at; None before the first."""
    return MigrationContext.configure(connection).get_current_revision()


def newest() -> str | None:
    """The newest migration of this program."""
    return _scripts().get_current_head()


def _scripts() -> ScriptDirectory:
    return ScriptDirectory.from_config(_config())


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


_IN_THIS_PROCESS = threading.Lock()
"""Alembic keeps what it is doing in module variables."""


@contextmanager
def _alone(store: Store) -> Iterator[Connection]:
    """A transaction in which nobody else migrates."""
    with _IN_THIS_PROCESS, store.engine.connect() as connection:
        if store.on_postgresql:
            with connection.begin():
                connection.execute(text("SET LOCAL lock_timeout = 0"))  # a large table takes its time
                connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _ONE_AT_A_TIME})
                yield connection
            return
        # SQLite changes a table by making it anew and dropping the old one. With foreign keys on, dropping it would
        # remove the rows that refer to it, and the switch works outside of a transaction only.
        driver: Any = connection.connection.driver_connection
        driver.execute("PRAGMA foreign_keys = OFF").close()
        try:
            with connection.begin():
                yield connection
                broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
                if broken:
                    raise UnknownDatabase(f"After migrating, {len(broken)} rows would refer to rows that do not exist.")
        finally:
            driver.execute("PRAGMA foreign_keys = ON").close()


def _refuse_unknown(connection: Connection) -> None:
    at = revision_of(connection)
    known = {one.revision for one in _scripts().walk_revisions()}
    if at is None:
        ours = {"outbox", "visit", "technician"} & set(inspect(connection).get_table_names())
        if ours:
            raise UnknownDatabase(
                f"The database has the tables {', '.join(sorted(ours))}, but no record of which migration made them. "
                "Use an empty database, or one that `fieldwright db upgrade` made."
            )
    elif at not in known:
        raise UnknownDatabase(
            f"The database is at migration {at!r}, which this program does not know; its newest is {newest()!r}. "
            "A newer version of Fieldwright has been at it: run that version, or restore a backup from before.",
            found=at,
            newest=newest(),
        )


def new(message: str, *, initial: bool = False) -> Path:
    """Write the next migration and return its file. ``initial`` writes the first one anew, in place of the old file.

    The difference is taken on SQLite. Raises :class:`ValueError` where there is none.
    """
    versions = _MIGRATIONS / "versions"
    if initial:
        for old in versions.glob("0*.py"):
            old.unlink()
    number = f"{len(list(versions.glob('0*.py'))) + 1:04}"
    with tempfile.TemporaryDirectory() as folder:
        store = Store(f"sqlite:///{folder}/new.db")
        try:
            upgrade(store)
            with _alone(store) as connection:
                script = command.revision(_config(connection), message, autogenerate=True, rev_id=number)
        finally:
            store.dispose()
    if script is None or isinstance(script, list):
        raise ValueError("The mapped classes are what the migrations make: there is nothing to write.")
    path = Path(script.path)
    lines = [line for line in path.read_text().splitlines() if not line.lstrip().startswith("# ###")]
    path.write_text("\n".join(lines) + "\n")
    return path


def main(words: list[str]) -> int:
    """``new "message"`` writes a migration; ``initial`` writes the first one anew (only before a release)."""
    match words:
        case ["new", message]:
            written = new(message)
        case ["initial"]:
            written = new("Initial tables", initial=True)
        case _:
            sys.stderr.write('usage: python -m dispatch.store.migrate new "what changed"\n')
            return 2
    sys.stdout.write(f"{written}\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
