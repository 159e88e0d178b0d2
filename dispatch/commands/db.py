"""`fieldwright db`: the database's tables and, on SQLite, a copy of it while it is in use."""

from __future__ import annotations

import argparse
import contextlib
import sqlite3
import sys
from pathlib import Path

from dispatch.commands.base import CannotStart, CannotWrite
from dispatch.commands.opening import add_database, opened
from dispatch.store.engine import Store
from dispatch.store.migrate import newest, revision_of, upgrade


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument(
        "what",
        choices=("upgrade", "status", "backup"),
        help="upgrade the tables to this version, say where they stand, or copy the database",
    )
    parser.add_argument("file", metavar="FILE", nargs="?", help="where the copy goes (backup only)")
    add_database(parser)


def run(options: argparse.Namespace) -> int:
    """Do it; status 1 of `status` says that the tables are not those of this version."""
    if (options.what == "backup") != (options.file is not None):
        raise CannotStart("db backup: name the FILE to copy to" if options.file is None else "only backup takes a FILE")
    with opened(options, any_version=True) as (store, _):
        if options.what != "upgrade":
            _refuse_a_database_that_is_not_there(store)
        if options.what == "backup":
            _backup(store, Path(options.file))
            return 0
        if options.what == "upgrade":
            upgrade(store)
        return _status(store)


def _status(store: Store) -> int:
    with store.engine.connect() as connection:
        at = revision_of(connection)
    current = at == newest()
    said = "up to date" if current else f"this program wants {newest()}; run `fieldwright db upgrade`"
    sys.stdout.write(f"{store.url.render_as_string()}: tables at {at or 'nothing'}: {said}\n")
    return 0 if current else 1


def _refuse_a_database_that_is_not_there(store: Store) -> None:
    """Opening a SQLite file would make it."""
    if not store.on_postgresql and not Path(str(store.url.database)).exists():
        raise CannotStart(
            f"{store.url.render_as_string()}: there is no such database; `fieldwright db upgrade` makes it, or name "
            "another one with --database"
        )


def _backup(store: Store, target: Path) -> None:
    """A whole copy under the name only when it is complete, also while others write to the database."""
    source = str(store.url.database)
    if store.on_postgresql:
        raise CannotStart(
            f"{store.url.render_as_string()}: a PostgreSQL database is copied with pg_dump, which comes with it:\n"
            "pg_dump --format=custom --file=FILE DATABASE"
        )
    if target.exists():
        raise CannotWrite(f"{target}: exists already; name another file")
    part = target.with_name(f".{target.name}.part")
    try:
        with contextlib.closing(sqlite3.connect(source)) as from_, contextlib.closing(sqlite3.connect(part)) as to:
            from_.backup(to)
        part.replace(target)
    except (OSError, sqlite3.Error) as error:
        part.unlink(missing_ok=True)
        raise CannotWrite(f"{target}: cannot be written: {str(error).lower()}") from None
    sys.stdout.write(f"{target}: {target.stat().st_size / 1e6:.1f} MB\n")
