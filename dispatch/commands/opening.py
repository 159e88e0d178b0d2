"""Opening what a server, a worker and an administrator's commands work on: the settings and the store."""

from __future__ import annotations

import argparse
import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from pydantic import ValidationError
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError

from dispatch.commands.base import CannotStart
from dispatch.domain.errors import Unavailable
from dispatch.settings import Settings
from dispatch.store.engine import Store
from dispatch.store.migrate import is_current

_GIVEN = ("host", "port", "solver_threads")


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
    given["database_url"] = options.database
    try:
        return Settings(**{name: value for name, value in given.items() if value is not None})
    except ValidationError as error:
        raise CannotStart("\n".join(_complaint(dict(one)) for one in error.errors())) from None


def _complaint(error: dict[str, Any]) -> str:
    name = ".".join(str(part) for part in error["loc"])
    variable = name if name == "DATABASE_URL" else f"FIELDWRIGHT_{name.upper()}"
    secret = any(word in name for word in ("secret", "url"))
    found = "" if secret else f" (found {error['input']!r})"
    return f"{variable}: {error['msg'][0].lower()}{error['msg'][1:]}{found}; correct it in the environment"


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
        reason = str(error.orig).strip().splitlines()[0] if str(error.orig).strip() else type(error.orig).__name__
        raise CannotStart(
            f"{where}: the database cannot be used: {reason}\nCheck that it is there and lets us in; --database or "
            "DATABASE_URL names it."
        ) from error
    except Unavailable as error:
        where = store.url.render_as_string()
        raise CannotStart(f"{where}: {error.detail}\nCheck that it is there; --database names it.") from error
    except OSError as error:
        where = store.url.render_as_string()
        raise CannotStart(f"{where}: the database cannot be used: {(error.strerror or str(error)).lower()}") from None


@contextmanager
def opened(options: argparse.Namespace, *, any_version: bool = False) -> Iterator[tuple[Store, Settings]]:
    """The store and the settings, for a command that does one thing to them.

    Raises :class:`CannotStart` where the database has other tables than this program knows, unless ``any_version``.
    """
    settings = settings_for(options)
    store = open_store(settings)
    try:
        with reaching(store):
            if not any_version and not is_current(store):
                raise CannotStart(
                    f"{store.url.render_as_string()}: the database is not at the newest version of its tables; "
                    "run `fieldwright db upgrade`"
                )
            yield store, settings
    finally:
        store.dispose()


def log_to_stderr(settings: Settings) -> None:
    """Send what the program notes on its way to stderr, a line each; of what libraries note only what matters."""
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
