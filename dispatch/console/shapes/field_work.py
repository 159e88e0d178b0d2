"""What was said on the spot as documents: the record of a visit, and the parts that somebody needs."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, Field

from dispatch.console.shapes.base import Sent
from dispatch.console.shapes.common import At
from dispatch.console.shapes.customers import Row
from dispatch.domain.checklist import missing, titles
from dispatch.services import checklists, expert_calls, media, parts, service_reports
from dispatch.services.visits import seen
from dispatch.store.tables import ChecklistAnswers, Job, PartRequest, PartRequestStatus
from dispatch.store.unit_of_work import UnitOfWork


class AnswerShape(BaseModel):
    """A question and its answer; ``value`` is null where it was not answered. Pictures are named by their SHA-256."""

    name: str
    kind: str
    title: str
    title_zh: str
    unit: str | None
    value: Any
    label: dict[str, str] | None = Field(description="A choice in words, by language")


class ChecklistShape(BaseModel):
    """What was answered to one version of a checklist; ``missing`` names what must be answered besides."""

    version: int
    answered_at: At
    technician_id: str | None
    missing: list[str]
    answers: list[AnswerShape]

    @classmethod
    def of(cls, row: ChecklistAnswers, schema: dict[str, Any]) -> ChecklistShape:
        """The answers with the questions that they answer."""
        return cls(
            version=row.checklist_version,
            answered_at=row.answered_at,
            technician_id=row.technician_id,
            missing=missing(schema, row.answers),
            answers=[_answer(schema, name, row.answers.get(name)) for name in schema["properties"]],
        )


class UsedPart(BaseModel):
    """So much of a part was used; ``at``: when it was taken last."""

    part: str
    quantity: float
    at: str


class AskedPart(BaseModel):
    """A part that was asked for at a visit."""

    id: str
    part: str
    quantity: float
    urgent: bool
    note: str
    at: str
    status: PartRequestStatus


class CallShape(BaseModel):
    """Somebody asked for help: who, and whom; the supervisor where ``expert`` is null."""

    id: str
    by: str | None
    expert: str | None
    skill: str
    note: str
    at: str


class PictureShape(BaseModel):
    """A picture of the visit; ``status``: ``awaited``, ``here`` or ``refused``. ``field`` names what it answers."""

    sha256: str
    purpose: str
    caption: str | None
    field: str | None
    at: str
    status: str


class SignatureShape(BaseModel):
    """Who signed for the customer, and when."""

    name: str
    at: str
    sha256: str
    status: str


class ReportShape(BaseModel):
    """The service report: when it was made, and to whom it was sent or will be."""

    made_at: str | None
    edition: int
    addresses: list[str]


class VisitRecord(BaseModel):
    """What was done at a visit: answers to checklists (the latest version first), parts, calls for help, pictures, who
    signed for the customer, and the service report.
    """

    visit_id: str
    checklists: list[ChecklistShape]
    parts: list[UsedPart]
    requests: list[AskedPart]
    calls: list[CallShape]
    media: list[PictureShape]
    signature: SignatureShape | None
    report: ReportShape | None

    @classmethod
    def of(cls, uow: UnitOfWork, visit_id: str) -> VisitRecord:
        """The record of a visit that the actor may see."""
        visit = seen(uow, visit_id)
        return cls.model_validate(
            {
                "visit_id": visit.id,
                "checklists": [ChecklistShape.of(*one) for one in checklists.answers_of(uow, visit.id)],
                "parts": parts.used(uow, [visit.id]).get(visit.id, []),
                "requests": parts.requests(uow, [visit.id]).get(visit.id, []),
                "calls": expert_calls.of_visit(uow, visit.id),
                "media": media.of_visits(uow, [visit.id]).get(visit.id, []),
                "signature": media.signatures(uow, [visit.id]).get(visit.id),
                "report": service_reports.of_visits(uow, [visit.id]).get(visit.id),
            }
        )


class PartRequestShape(Row):
    """A part that somebody needs for a job, and what you may do about it. ``holds_up``: the job waits for it."""

    visit_id: str
    job_id: str
    number: str = Field("", description="That of the job")
    title: str = ""
    territory_id: str | None
    technician_id: str | None
    part: str
    quantity: float
    urgent: bool
    holds_up: bool
    note: str
    status: PartRequestStatus
    at: At
    actions: list[str] = Field(default_factory=list)

    @classmethod
    def of(cls, uow: UnitOfWork, row: PartRequest, job: Job) -> PartRequestShape:
        """The request as a document."""
        more = {"number": job.number, "title": job.title, "actions": parts.allowed(uow, row)}
        return cls.model_validate(row).model_copy(update=more)


class PartStep(Sent):
    """What the office does about a part that somebody needs."""

    action: Literal["order", "arrive", "cancel", "reopen"]


def _answer(schema: dict[str, Any], name: str, value: Any) -> AnswerShape:
    asked = schema["properties"][name]
    labels = asked.get("x-labels", {})
    return AnswerShape(
        **titles(schema, name),
        kind=asked["x-kind"],
        unit=asked.get("x-unit"),
        value=value,
        label=labels.get(value) if isinstance(value, str) else None,
    )
