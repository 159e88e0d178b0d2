"""Writing sheets: the kinds that can be imported, with the same columns, and the audit trail."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from typing import Literal

from sqlalchemy import select

from dispatch.domain.events import instant
from dispatch.domain.roles import Right
from dispatch.services import sheet_files
from dispatch.services.imports import KINDS
from dispatch.services.rights import require
from dispatch.services.sheet_columns import Values
from dispatch.services.sheet_files import Format
from dispatch.store.tables import AuditEntry
from dispatch.store.unit_of_work import UnitOfWork

ExportKind = Literal["technicians", "customers", "jobs", "audit"]
MOST_ROWS = 100_000
AUDIT_COLUMNS = ("at", "actor_id", "actor", "table", "row", "what", "changes")


def export(uow: UnitOfWork, kind: ExportKind, form: Format) -> bytes:
    """A file with all that the actor may see of a kind. What can be imported can be imported again, unchanged."""
    require(uow, Right.EXPORT)
    if kind == "audit":
        require(uow, Right.READ_AUDIT)
        columns: tuple[str, ...] = AUDIT_COLUMNS
        rows = _audit(uow)
    else:
        columns = tuple(column.name for column in KINDS[kind].COLUMNS)
        rows = KINDS[kind].rows(uow)
    limited = itertools.islice(rows, MOST_ROWS)
    return sheet_files.write(columns, ([row[name] for name in columns] for row in limited), form, kind)


def _audit(uow: UnitOfWork) -> Iterator[Values]:
    """The audit trail, the latest first."""
    for entry in uow.session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc()).limit(MOST_ROWS)):
        yield {
            "at": instant(entry.at),
            "actor_id": entry.actor_id,
            "actor": entry.actor_name,
            "table": entry.table_name,
            "row": entry.row_id,
            "what": entry.what,
            "changes": json.dumps(entry.changes, ensure_ascii=False, sort_keys=True),
        }
