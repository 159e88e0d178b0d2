"""Reading the audit trail."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import Select, select

from dispatch.domain.roles import Right
from dispatch.services.rights import require
from dispatch.store.tables import AuditEntry
from dispatch.store.unit_of_work import UnitOfWork


def audit_trail(
    uow: UnitOfWork,
    *,
    actor: str | None = None,
    table: str | None = None,
    row: str | None = None,
    what: str | None = None,
    since: dt.datetime | None = None,
    until: dt.datetime | None = None,
) -> Select[AuditEntry]:
    """The entries that all of these apply to; ``until`` is not included."""
    require(uow, Right.READ_AUDIT)
    query = select(AuditEntry)
    for column, value in (
        (AuditEntry.actor_id, actor),
        (AuditEntry.table_name, table),
        (AuditEntry.row_id, row),
        (AuditEntry.what, what),
    ):
        if value is not None:
            query = query.where(column == value)
    if since is not None:
        query = query.where(AuditEntry.at >= since)
    if until is not None:
        query = query.where(AuditEntry.at < until)
    return query
