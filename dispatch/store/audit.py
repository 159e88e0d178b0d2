"""The audit trail: written by the session itself before each commit, so that no service can forget it.

A row gets one entry for each transaction that created, changed or removed it, however often it was flushed meanwhile:
from what it was when the transaction began to what it is when it ends.
"""

from __future__ import annotations

import datetime as dt
import enum
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Delete, Insert, Update, event, inspect, select
from sqlalchemy.orm import Mapper, ORMExecuteState, Session, SessionTransaction, UOWTransaction

from dispatch.domain.events import instant
from dispatch.store.tables import AuditEntry, Base, Versioned

_KEPT_BY_ITSELF = frozenset({"version", "created_at", "updated_at"})
_HIDDEN, _LARGE = "•••", "…"


@dataclass(slots=True)
class Touched:
    """What one flush does to one row.

    ``values``: audited column → what it was before and is after. ``seen``: all that this transaction had read of it.
    ``version``: the one that the flush makes, or the last one of a row that is removed.
    """

    row: type[Versioned]
    row_id: str
    what: str
    values: dict[str, tuple[Any, Any]]
    seen: dict[str, Any]
    version: int


@dataclass(slots=True)
class Trail:
    """What the flushes of a transaction have done so far, in their order; and where its savepoints began.

    ``last``: the changes and removals of the last flush, which stay known when it fails.
    """

    touched: list[Touched] = field(default_factory=list)
    last: list[Touched] = field(default_factory=list)
    savepoints: dict[SessionTransaction, int] = field(default_factory=dict)


def trail_of(session: Session) -> Trail:
    """What this transaction has done to versioned rows."""
    trail: Trail = session.info.setdefault("trail", Trail())
    return trail


@event.listens_for(Base, "mapper_configured", propagate=True)
def _know_the_value_before(mapper: Mapper[Any], table: type[Any]) -> None:
    """Load a value before it is replaced: what it was is half of the audit trail."""
    if issubclass(table, Versioned):
        for attribute in mapper.column_attrs:
            attribute.active_history = True


@event.listens_for(Session, "before_flush")
def _stamp_and_note(session: Session, _: UOWTransaction, __: Any) -> None:
    unit_of_work = session.info.get("unit_of_work")
    if unit_of_work is None:
        return
    for row in list(session.deleted):
        if isinstance(row, Versioned):
            _take_along(session, row)
    trail = trail_of(session)
    trail.last = []
    for row in session.new:
        if isinstance(row, Versioned):
            row.created_at = row.created_at or unit_of_work.now
            row.updated_at = row.updated_at or unit_of_work.now
    for row in session.dirty:
        if isinstance(row, Versioned) and session.is_modified(row):
            trail.last.append(_touched(row, "changed"))
            row.updated_at = unit_of_work.now
    trail.last += [_touched(row, "removed") for row in session.deleted if isinstance(row, Versioned)]
    trail.touched += trail.last


@event.listens_for(Session, "after_flush")
def _note_created(session: Session, _: UOWTransaction) -> None:
    # Only now do the columns that nobody set have their defaults.
    if "unit_of_work" in session.info:
        created = [_touched(row, "created") for row in session.new if isinstance(row, Versioned)]
        trail_of(session).touched.extend(created)


@event.listens_for(Session, "before_commit")
def _write(session: Session) -> None:
    unit_of_work = session.info.get("unit_of_work")
    if unit_of_work is None or session.in_nested_transaction():
        return
    session.flush()
    trail = session.info.pop("trail", None)
    if trail is None:
        return
    merged: dict[tuple[type[Versioned], str], Touched] = {}
    for one in trail.touched:
        key = one.row, one.row_id
        merged[key] = _followed(merged[key], one) if key in merged else one
    for one in merged.values():
        changes = {name: _shown(one.row, name, pair) for name, pair in one.values.items() if pair[0] != pair[1]}
        if changes and one.what != "never was":
            entry = AuditEntry(
                at=unit_of_work.now,
                actor_id=unit_of_work.actor.id,
                actor_name=unit_of_work.actor.name,
                table_name=one.row.__tablename__,  # type: ignore[attr-defined]
                row_id=one.row_id,
                what=one.what,
                version=one.version,
                changes=changes,
            )
            session.add(entry)


@event.listens_for(Session, "after_transaction_create")
def _remember_savepoint(session: Session, transaction: SessionTransaction) -> None:
    if transaction.nested:
        trail = trail_of(session)
        trail.savepoints[transaction] = len(trail.touched)


@event.listens_for(Session, "after_soft_rollback")
def _forget_undone(session: Session, transaction: SessionTransaction) -> None:
    trail = trail_of(session)
    undone_to: SessionTransaction | None = transaction
    while undone_to is not None and not undone_to.nested:  # a flush that failed undoes what it was in
        undone_to = undone_to.parent
    kept = trail.savepoints.get(undone_to, 0) if undone_to is not None else 0
    del trail.touched[kept:]


@event.listens_for(Session, "do_orm_execute")
def _refuse_to_bypass(state: ORMExecuteState) -> None:
    """A statement that changes versioned rows in bulk would be neither audited nor guarded by their version."""
    statement = state.statement
    if isinstance(statement, Insert | Update | Delete) and not state.execution_options.get("unaudited"):
        name = getattr(statement.table, "name", None)
        if name in {one.class_.__tablename__ for one in _versioned()}:
            raise RuntimeError(
                f"This would change rows of {name!r} past the audit trail and their versions. Load the rows and change "
                "them; or say .execution_options(unaudited=True) where that is what you mean."
            )


def _versioned() -> list[Mapper[Any]]:
    return [mapper for mapper in Base.registry.mappers if issubclass(mapper.class_, Versioned)]


def _take_along(session: Session, row: Versioned) -> None:
    """Do what foreign keys would do with what refers to the row, so that it is audited: remove it, or let it go."""
    for mapper in _versioned():
        for attribute in mapper.column_attrs:
            for key in attribute.columns[0].foreign_keys:
                if key.ondelete is None or key.column.table is not inspect(row).mapper.local_table:
                    continue
                with session.no_autoflush:
                    referring = session.scalars(select(mapper.class_).where(attribute.class_attribute == row.id)).all()
                for other in referring:
                    if key.ondelete == "SET NULL":
                        setattr(other, attribute.key, None)
                    elif other not in session.deleted:
                        session.delete(other)
                        _take_along(session, other)


def _touched(row: Versioned, what: str) -> Touched:
    state = inspect(row)
    values, seen = {}, {}
    for attribute in state.mapper.column_attrs:
        history = state.attrs[attribute.key].history
        present = [*history.unchanged, *history.added]
        before = None if what == "created" else next(iter(history.deleted or present), None)
        after = None if what == "removed" else next(iter(history.added or present), None)
        if before is not None or present:
            seen[attribute.key] = before
        info = attribute.columns[0].info
        left_out = info.get("unaudited") and not (what == "changed" and info.get("told"))
        if attribute.key in _KEPT_BY_ITSELF or left_out:
            continue
        if what != "changed" or history.has_changes():
            values[attribute.key] = before, after
    return Touched(type(row), row.id, what, values, seen, row.version + 1 if what == "changed" else row.version)


def _followed(first: Touched, then: Touched) -> Touched:
    """Two flushes of a row as one: from what it was before the first to what it is after the second."""
    values = dict(first.values)
    for name, (before, after) in then.values.items():
        values[name] = values.get(name, (before, None))[0], after
    match first.what, then.what:
        case "created", "removed":
            what = "never was"
        case "removed", "created":
            what = "changed"
        case "created", _:
            what = "created"
        case _:
            what = then.what
    return Touched(first.row, first.row_id, what, values, first.seen, then.version)


def _shown(row: type[Versioned], name: str, pair: tuple[Any, Any]) -> list[Any]:
    info = inspect(row).column_attrs[name].columns[0].info
    if info.get("secret") or info.get("unaudited"):
        return [None if value is None else _HIDDEN if info.get("secret") else _LARGE for value in pair]
    return [plain(value) for value in pair]


def plain(value: Any) -> Any:
    """A column's value as a JSON value."""
    if isinstance(value, enum.Enum):
        return value.value
    if isinstance(value, dt.datetime):
        return instant(value)
    return value.isoformat() if isinstance(value, dt.date) else value
