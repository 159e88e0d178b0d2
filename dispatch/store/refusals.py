"""What a database says when it will not do something, as a refusal that a person or a program can act on."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Index, UniqueConstraint, exc, inspect
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from dispatch.domain.errors import DispatchError, Unavailable
from dispatch.store.audit import Touched, plain, trail_of
from dispatch.store.tables import Base

_AGAIN = 2
"""Seconds after which another attempt makes sense."""

COMMITTING = "committing"
"""Set in a session's ``info`` once its outcome may be unknown."""

_SQLITE_UNAVAILABLE = frozenset(
    {
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_READONLY,
    }
)


# PostgreSQL's conditions by their codes (SQLSTATE), because its driver need not be installed.
_NOT_UNIQUE, _REFERRED_TO = "23505", "23503"
_DEADLOCK, _CANNOT_SERIALIZE = "40P01", "40001"


class Collision(DispatchError):  # noqa: N818  a refusal reads as what is said
    """Something that must be unique exists already, or something that is referred to would go."""

    code, title = "collision", "That contradicts something else that is stored"


class LostUpdate(DispatchError):  # noqa: N818
    """Somebody else changed the same rows meanwhile. ``changed`` says what: table, id, column → [seen, now]."""

    code, title = "lost-update", "Somebody else changed it meanwhile"


@contextmanager
def as_refusals(session: Session, look: Callable[[], Session]) -> Iterator[None]:
    """Raise what the database refuses as a :class:`DispatchError`; ``look`` opens a session on how things stand now.

    What is a mistake of the program, such as a table that does not exist, is raised as it is.
    """
    try:
        yield
    except StaleDataError as error:
        with look() as present:
            changed = _what_changed(trail_of(session).last, present)
        raise _lost_update(changed) from error
    except exc.IntegrityError as error:
        refusal = _collision(error, removing=any(one.what == "removed" for one in trail_of(session).last))
        if refusal is None:
            raise
        raise refusal from error
    except exc.DBAPIError as error:
        if _sqlstate(error.orig) in (_DEADLOCK, _CANNOT_SERIALIZE):
            raise _lost_update([]) from error
        if not _unavailable(error):
            raise
        raise _no_answer(committing=COMMITTING in session.info) from error
    except exc.TimeoutError as error:
        raise _no_answer(committing=False) from error


def _sqlstate(cause: BaseException | None) -> str | None:
    return getattr(cause, "sqlstate", None)


def _no_answer(*, committing: bool) -> Unavailable:
    if committing:
        return Unavailable(
            "The database went away while this was being made durable; it may have taken effect or not. Read it again, "
            "or repeat the request with the same Idempotency-Key.",
            retry_after=_AGAIN,
        )
    return Unavailable("The database does not answer just now; nothing was changed. Try again.", retry_after=_AGAIN)


def _lost_update(changed: list[dict[str, Any]]) -> LostUpdate:
    named = ", ".join(f"{one['table']} {one['id']}" for one in changed) or "the same rows"
    return LostUpdate(
        f"Somebody else changed {named} while this was under way; nothing was changed by this. Read it, decide anew.",
        changed=changed,
    )


def _what_changed(touched: list[Touched], present: Session) -> list[dict[str, Any]]:
    changed = []
    for one in touched:
        row = present.get(one.row, one.row_id)
        columns = inspect(one.row).column_attrs
        if row is None:
            differing: Any = "removed"
        elif row.version == one.seen.get("version"):
            continue
        else:
            differing = {
                name: [plain(seen), plain(getattr(row, name))]
                for name, seen in one.seen.items()
                if not columns[name].columns[0].info.get("secret") and seen != getattr(row, name)
            }
        changed.append({"table": one.row.__tablename__, "id": one.row_id, "changed": differing})  # type: ignore[attr-defined]
    return changed


def _collision(error: exc.IntegrityError, *, removing: bool) -> Collision | None:
    """What collided; None where a mistake of the program did, such as a value that is missing."""
    cause = error.orig
    if _sqlstate(cause) == _NOT_UNIQUE:
        said: Any = getattr(cause, "diag", None)
        table = said.table_name or ""
        return _exists_already(table, _columns_of(table, said.constraint_name or ""))
    if _sqlstate(cause) == _REFERRED_TO:
        return _refers(removing=removing)
    if isinstance(cause, sqlite3.IntegrityError):
        if cause.sqlite_errorcode in (sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY):
            places = re.findall(r"(\w+)\.(\w+)", str(cause))
            return _exists_already(places[0][0] if places else "", [column for _, column in places])
        if cause.sqlite_errorcode == sqlite3.SQLITE_CONSTRAINT_FOREIGNKEY:
            return _refers(removing=removing)
    return None


def _exists_already(table: str, columns: list[str]) -> Collision:
    what, which = table.replace("_", " "), " and ".join(column.replace("_", " ") for column in columns)
    return Collision(
        f"There is already a {what} with this {which}. Use another, or change the one there is.",
        table=table,
        columns=columns,
    )


def _refers(*, removing: bool) -> Collision:
    if removing:
        return Collision("Other records still refer to it. Remove or change them first, or set it inactive instead.")
    return Collision("It refers to something that does not exist, or no longer does. Read again what it refers to.")


def _columns_of(table: str, constraint: str) -> list[str]:
    described = Base.metadata.tables.get(table)
    if described is None:
        return []
    for one in (*described.constraints, *described.indexes):
        if isinstance(one, UniqueConstraint | Index) and one.name == constraint:
            return [column.name for column in one.columns]
    return [column.name for column in described.primary_key.columns]


def _unavailable(error: exc.DBAPIError) -> bool:
    cause = error.orig
    if isinstance(cause, sqlite3.Error):
        return getattr(cause, "sqlite_errorcode", 0) & 0xFF in _SQLITE_UNAVAILABLE
    return error.connection_invalidated or isinstance(error, exc.OperationalError)
