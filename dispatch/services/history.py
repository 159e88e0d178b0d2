"""What became of a row since somebody last saw it, by the audit trail."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Select, select

from dispatch.domain.errors import DispatchError, Stale
from dispatch.domain.events import instant
from dispatch.store.queries.rows import Row, locked
from dispatch.store.tables import AuditEntry, Versioned
from dispatch.store.unit_of_work import UnitOfWork

_MOST = 50


def changed_since(uow: UnitOfWork, row: Versioned, version: int) -> dict[str, Any]:
    """What was changed since the row had this version: column → ``{"from", "to", "by", "at"}``.

    ``from`` is the value in that version, ``to`` the one of now, ``by`` and ``at`` are those of the last change. A
    column that has its old value again is told, too: who saw the old one has missed something.
    """
    entries = uow.session.scalars(_of(row).where(AuditEntry.version > version).limit(_MOST)).all()
    changed: dict[str, Any] = {}
    for entry in reversed(entries):
        for column, (before, after) in entry.changes.items():
            first = changed.get(column, {}).get("from", before)
            changed[column] = {"from": first, "to": after, "by": entry.actor_name, "at": instant(entry.at)}
    return changed


def last_changed(uow: UnitOfWork, row: Versioned, column: str) -> dict[str, Any]:
    """Who gave a column its value of now, in the form of :func:`changed_since`; empty where nobody has committed it."""
    for entry in uow.session.scalars(_of(row)):
        if column in entry.changes:
            before, after = entry.changes[column]
            return {column: {"from": before, "to": after, "by": entry.actor_name, "at": instant(entry.at)}}
    return {}


@contextmanager
def saying_how(uow: UnitOfWork, row: Versioned, column: str = "status") -> Iterator[None]:
    """Let a refusal that is about a column's value say in ``changed`` who gave it that value."""
    try:
        yield
    except DispatchError as refusal:
        raise type(refusal)(refusal.detail, **refusal.facts, changed=last_changed(uow, row, column)) from None


def unchanged(uow: UnitOfWork, table: type[Row], row_id: str, versions: str | None) -> None:
    """Lock the row, and raise :class:`Stale` with what was changed, unless it has one of these versions (an If-Match).

    None or ``*``: whatever version it has. Call it once it is clear that the actor may see the row.
    """
    if versions is None or versions.strip() == "*":
        return
    row = locked(uow, table, row_id)
    assert isinstance(row, Versioned)
    as_named(uow, row, versions)


def as_named(uow: UnitOfWork, row: Versioned, versions: str) -> None:
    """Raise :class:`Stale` with what was changed, unless the row has one of these versions (an If-Match)."""
    named = [one.strip().removeprefix("W/").strip('"') for one in versions.split(",")]
    if str(row.version) in named:
        return
    known = [int(one) for one in named if one.isascii() and one.isdecimal() and len(one) < 10]
    changed = changed_since(uow, row, max(known)) if known else {}
    fields = f" ({', '.join(changed)})" if changed else ""
    raise Stale(
        f"You have seen version {versions[:80]}, and it is version {row.version} by now{fields}. Read it again first.",
        version=row.version,
        changed=changed,
    )


def _of(row: Versioned) -> Select[AuditEntry]:
    """The audit trail of a row, the newest first."""
    about = (AuditEntry.table_name == row.__tablename__, AuditEntry.row_id == row.id)  # type: ignore[attr-defined]
    return select(AuditEntry).where(*about).order_by(AuditEntry.id.desc())
