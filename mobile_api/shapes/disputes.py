"""Disputes as dispatchers see them."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, Field

from dispatch.console.shapes.base import Sent
from dispatch.console.shapes.common import At, Reason
from dispatch.store.tables import Decision, Dispute, FieldAction, Job, Technician


class Whose(BaseModel):
    """The technician who was there."""

    id: str
    name: str


class AboutVisit(BaseModel):
    """The visit that it is about."""

    id: str
    job: str
    number: str
    title: str


class DisputeShape(BaseModel):
    """What a technician did and could not be applied; and what was decided about it, where somebody has."""

    user: str
    id: str = Field(description="Of the action, as the phone gave it")
    after: str | None = Field(description="The action that it follows; an open dispute about that is settled with it")
    kind: str
    technician: Whose
    visit: AboutVisit | None
    territory_id: str | None
    happened_at: At = Field(description="By the operation's clock, corrected")
    received_at: At
    phone_at: At = Field(description="By the phone's clock")
    skew: float = Field(description="By how many seconds the phone's clock was ahead")
    data: dict[str, Any]
    code: str
    detail: str
    facts: dict[str, Any]
    state: Dispute
    decision: Decision | None
    note: str
    settled_at: At | None
    settled_by: str | None = Field(description="A name")

    @staticmethod
    def of(row: FieldAction, technician: Technician, job: Job | None, settler: str | None) -> DisputeShape:
        """The document of one row of :func:`dispatch.services.disputes.disputes`."""
        assert row.dispute is not None
        visit = None
        if job is not None and row.visit_id is not None:
            visit = AboutVisit(id=row.visit_id, job=job.id, number=job.number, title=job.title)
        return DisputeShape(
            user=row.user_id,
            id=row.id,
            after=row.after_id,
            kind=row.kind,
            technician=Whose(id=technician.id, name=technician.name),
            visit=visit,
            territory_id=row.territory_id,
            happened_at=row.happened_at,
            received_at=row.received_at,
            phone_at=row.phone_at,
            skew=row.skew,
            data=row.data,
            code=row.code,
            detail=row.detail,
            facts=row.facts,
            state=row.dispute,
            decision=row.decision,
            note=row.note,
            settled_at=row.settled_at,
            settled_by=settler,
        )


class Settlement(Sent):
    """What a dispatcher decides. ``leave`` takes a note: the technician reads it."""

    decision: Decision
    note: Reason = ""


class Settled(BaseModel):
    """The actions that were settled, in the order in which they happened; the dispute itself is the last one."""

    decision: Decision
    actions: list[str]
