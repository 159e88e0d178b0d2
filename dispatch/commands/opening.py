"""Opening what a server, a worker and an administrator's commands work on: the settings and the store."""

from __future__ import annotations

import argparse
import logging
import sqlite3
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from pydantic import ValidationError
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, OperationalError

from dispatch.commands.base import CannotStart
from dispatch.domain.errors import Unavailable
from dispatch.settings import Settings
from dispatch.store.engine import Store
from dispatch.store.migrate import is_current

_FIRST_PAUSE, _LONGEST_PAUSE = 0.5, 15.0
"""Seconds between two attempts at a database that does not answer yet."""
_REFUSED = ("authentication failed", "no pg_hba.conf entry", "does not exist", "no password supplied")
"""What PostgreSQL says to whom it will not let in later either."""
_GIVEN = ("host", "port", "solver_threads", "data_folder")


def add_database(parser: argparse.ArgumentParser) -> None:
    """The option that names the database."""
    parser.add_argument(
        "--database",
        metavar="URL",
        help="sqlite:///FILE or postgresql://USER@HOST/NAME (default: DATABASE_URL, else sqlite:///fieldwright.db)",
    )


def settings_for(options: argparse.Namespace) -> Settings:
    """The settings of the environment, with what the command line says instead. Raises :class:`CannotStart`."""
    given: dict[str, Any] = {name: getattr(options, name, None) for name in _GIVEN}
    given["database_url"] = getattr(options, "database", None)
    try:
        return Settings(**{name: value for name, value in given.items() if value is not None})
    except ValidationError as error:
        raise CannotStart("\n".join(_complaint(dict(one)) for one in error.errors())) from None


def _complaint(error: dict[str, Any]) -> str:
    name = ".".join(str(part) for part in error["loc"])
    if not name:  # several settings do not go together; the message names them
        return f"{str(error['msg']).removeprefix('Value error, ')}; correct it in the environment"
    variable = name if name == "DATABASE_URL" else f"FIELDWRIGHT_{name.upper()}"
    secret = any(word in name for word in ("secret", "url"))
    found = "" if secret else f" (found {error['input']!r})"
    said = str(error["msg"]).removeprefix("Value error, ")
    return f"{variable}: {said[0].lower()}{said[1:]}{found}; correct it in the environment"


def open_store(settings: Settings) -> Store:
    """The store that the settings name. Raises :class:`CannotStart` for an address that makes no sense."""
    try:
        return Store(settings.database_url)
    except (ArgumentError, NoSuchModuleError, ValueError):
        # The address may hold a password, so it is not repeated.
        raise CannotStart(
            "The address of the database makes no sense; write sqlite:///FILE or postgresql://USER@HOST/NAME."
        ) from None


@contextmanager
def reaching(store: Store) -> Iterator[None]:
    """Say in words where a database does not answer."""
    try:
        yield
    except DBAPIError as error:
        where = store.url.render_as_string()
        raise CannotStart(
            f"{where}: the database cannot be used: {_reason(error)}\n"
            "Check that it is there and lets us in; --database or DATABASE_URL names it."
        ) from error
    except Unavailable as error:
        where = store.url.render_as_string()
        raise CannotStart(f"{where}: {error.detail}\nCheck that it is there; --database names it.") from error
    except OSError as error:
        where = store.url.render_as_string()
        raise CannotStart(f"{where}: the database cannot be used: {(error.strerror or str(error)).lower()}") from None


def patiently(store: Store, work: Callable[[], None], ending: threading.Event | None = None) -> bool:
    """Do what needs the database, again and again until it answers, as it may come up after this program.

    ``work`` must be safe to repeat. False where ``ending`` was set before it was done. What waiting cannot mend, such
    as a wrong password, is raised as it is.
    """
    never = threading.Event()
    pause, told = _FIRST_PAUSE, ""
    while True:
        try:
            work()
            return True
        except Unavailable as error:
            reason = error.detail
        except DBAPIError as error:
            if not _may_come_up(error):
                raise
            reason = _reason(error)
        if reason != told:
            told = reason
            sys.stderr.write(f"{store.url.render_as_string()}: waiting for the database: {reason}\n")
            sys.stderr.flush()
        if (ending or never).wait(pause):
            return False
        pause = min(pause * 2, _LONGEST_PAUSE)


def _may_come_up(error: DBAPIError) -> bool:
    cause = error.orig
    if isinstance(cause, sqlite3.Error):
        return getattr(cause, "sqlite_errorcode", 0) & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
    gone = error.connection_invalidated or isinstance(error, OperationalError)
    # PostgreSQL tells refusals at the door apart by their words only.
    return gone and not any(words in str(cause) for words in _REFUSED)


def _reason(error: DBAPIError) -> str:
    said = str(error.orig).strip()
    return said.splitlines()[0] if said else type(error.orig).__name__


@contextmanager
def opened(options: argparse.Namespace, *, any_version: bool = False) -> Iterator[tuple[Store, Settings]]:
    """The store and the settings, for a command that does one thing to them.

    Raises :class:`CannotStart` where the database has other tables than this program knows, unless ``any_version``.
    """
    settings = settings_for(options)
    store = open_store(settings)
    try:
        with reaching(store):
            if not any_version:
                require_current(store)
            yield store, settings
    finally:
        store.dispose()


def require_current(store: Store) -> None:
    """Raise :class:`CannotStart` where the database has other tables than this program knows."""
    if not is_current(store):
        raise CannotStart(
            f"{store.url.render_as_string()}: the database is not at the newest version of its tables; "
            "run `fieldwright db upgrade`"
        )


def log_to_stderr(settings: Settings, *, told_otherwise: bool = False) -> None:
    """Send what the program notes on its way to stderr, a line each; of what libraries note only what matters.

    ``told_otherwise``: people see what happens in another way, so only what goes wrong is noted.
    """
    logging.basicConfig(
        stream=sys.stderr,
        level=settings.log_level.upper(),
        format="%(asctime)s %(levelname)s %(name)s: %(message)s",
        datefmt="%H:%M:%S",
    )
    if settings.log_level != "debug":
        for name in ("alembic", "httpx2", "httpcore2"):
            logging.getLogger(name).setLevel(logging.WARNING)
        # That a job took longer than the second until its next turn is no news.
        logging.getLogger("apscheduler").setLevel(logging.ERROR)
        if told_otherwise:
            logging.getLogger("dispatch").setLevel(logging.WARNING)
