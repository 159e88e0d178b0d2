"""The audit trail: written by the session itself at each flush, so that no service can forget it."""

from __future__ import annotations

import datetime as dt
import enum
from typing import Any

from sqlalchemy import event, inspect
from sqlalchemy.orm import Mapper, Session, UOWTransaction

from dispatch.store.tables import AuditEntry, Base, Versioned

_KEPT_BY_ITSELF = frozenset({"version", "created_at", "updated_at"})


@event.listens_for(Base, "mapper_configured", propagate=True)
def _know_the_value_before(mapper: Mapper[Any], table: type[Any]) -> None:
    """Load a value before it is replaced: what it was is half of the audit trail."""
    if issubclass(table, Versioned):
        for attribute in mapper.column_attrs:
            attribute.active_history = True


@event.listens_for(Session, "before_flush")
def _stamp_and_audit(session: Session, _: UOWTransaction, __: Any) -> None:
    unit_of_work = session.info.get("unit_of_work")
    if unit_of_work is None:
        return
    entries = []
    for row in session.new:
        if isinstance(row, Versioned):
            row.created_at = row.created_at or unit_of_work.now
            row.updated_at = row.updated_at or unit_of_work.now
            entries.append(_entry(unit_of_work, row, "created"))
    for row in session.dirty:
        if isinstance(row, Versioned) and session.is_modified(row):
            entries.append(_entry(unit_of_work, row, "changed"))
            row.updated_at = unit_of_work.now
    entries += [_entry(unit_of_work, row, "removed") for row in session.deleted if isinstance(row, Versioned)]
    session.add_all(one for one in entries if one.changes)


def _entry(unit_of_work: Any, row: Versioned, what: str) -> AuditEntry:
    state = inspect(row)
    changes: dict[str, Any] = {}
    for attribute in state.mapper.column_attrs:
        column = attribute.columns[0]
        if attribute.key in _KEPT_BY_ITSELF or column.info.get("unaudited"):
            continue
        history = state.attrs[attribute.key].history
        if what == "changed" and not history.has_changes():
            continue
        present = [*history.unchanged, *history.added]
        before = None if what == "created" else next(iter(history.deleted or present), None)
        after = None if what == "removed" else next(iter(history.added or present), None)
        if before != after:
            hidden = column.info.get("secret")
            changes[attribute.key] = ["•••", "•••"] if hidden else [_plain(before), _plain(after)]
    return AuditEntry(
        at=unit_of_work.now,
        actor_id=unit_of_work.actor.id,
        actor_name=unit_of_work.actor.name,
        table_name=state.mapper.local_table.name,  # type: ignore[attr-defined]
        row_id=row.id,
        what=what,
        changes=changes,
    )


def _plain(value: Any) -> Any:
    if isinstance(value, enum.Enum):
        return value.value
    return value.isoformat() if isinstance(value, dt.date | dt.datetime) else value
