"""Who changed what, from what to what."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import Depends, Query
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from dispatch.console.deps import Reading, right
from dispatch.console.paging import Page, Paging, paged
from dispatch.console.problems import problems
from dispatch.console.routing import Router
from dispatch.domain.roles import Right
from dispatch.services.audit import audit_trail
from dispatch.store.tables import AuditEntry

router = Router(prefix="/audit")

What = Literal["created", "changed", "removed"]


class AuditShape(BaseModel):
    """One change of one row. ``changes``: column → [before, after]; a secret is shown as dots."""

    model_config = ConfigDict(from_attributes=True)

    id: int
    at: AwareDatetime
    actor_id: str
    actor_name: str
    table: str = Field(validation_alias="table_name")
    row: str = Field(validation_alias="row_id")
    what: What
    changes: dict[str, list[Any]]


class AuditFilter(BaseModel):
    """Which changes: all that are named must apply."""

    actor: Annotated[str | None, Query(max_length=40, description="Id of who did it")] = None
    table: Annotated[str | None, Query(max_length=60, description="Table, such as ``visit``")] = None
    row: Annotated[str | None, Query(max_length=80, description="Id of what was changed")] = None
    what: What | None = None
    since: AwareDatetime | None = None
    until: Annotated[AwareDatetime | None, Query(description="Not included")] = None


@router.get(
    "",
    summary="Read the audit trail",
    dependencies=[right(Right.READ_AUDIT)],
    responses=problems(401, 403, 422),
)
def read_audit_trail(uow: Reading, chosen: Annotated[AuditFilter, Depends()], paging: Paging) -> Page[AuditShape]:
    """Changes, the latest first."""
    entries = audit_trail(uow, **chosen.model_dump())
    return paged(uow, entries, paging, [AuditEntry.id.desc()], AuditShape.model_validate)
