"""What became of a row since somebody last saw it, by the audit trail."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from dispatch.domain.errors import Stale
from dispatch.domain.events import instant
from dispatch.store.queries.rows import Row, locked
from dispatch.store.tables import AuditEntry, Versioned
from dispatch.store.unit_of_work import UnitOfWork

_MOST = 50


def changed_since(uow: UnitOfWork, row: Versioned, version: int) -> dict[str, Any]:
    """What was changed since the row had this version: column → ``{"from", "to", "by", "at"}``.

    A transaction counts the version up at least once and leaves one entry, so the entries looked at reach back at
    least as far as the version. A column that has its old value again is left out.
    """
    if version >= row.version:
        return {}
    entries = uow.session.scalars(
        select(AuditEntry)
        .where(AuditEntry.table_name == row.__tablename__, AuditEntry.row_id == row.id)  # type: ignore[attr-defined]
        .order_by(AuditEntry.id.desc())
        .limit(min(row.version - version, _MOST))
    ).all()
    changed: dict[str, Any] = {}
    for entry in reversed(entries):
        for column, (before, after) in entry.changes.items():
            first = changed.get(column, {}).get("from", before)
            changed[column] = {"from": first, "to": after, "by": entry.actor_name, "at": instant(entry.at)}
    return {column: change for column, change in changed.items() if change["from"] != change["to"]}


def unchanged(uow: UnitOfWork, table: type[Row], row_id: str, versions: str | None) -> None:
    """Lock the row, and raise :class:`Stale` with what was changed, unless it has one of these versions (an If-Match).

    None or ``*``: whatever version it has. Call it once it is clear that the actor may see the row.
    """
    if versions is None or versions.strip() == "*":
        return
    row = locked(uow, table, row_id)
    assert isinstance(row, Versioned)
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
