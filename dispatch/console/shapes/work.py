"""Job types, jobs and visits as documents."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, Field

from dispatch.console.shapes.base import Sent, unsent
from dispatch.console.shapes.common import (
    At,
    Cost,
    Level,
    LongText,
    Name,
    Quantity,
    Reason,
    Ref,
    Seconds,
    Short,
    SkillName,
    When,
)
from dispatch.console.shapes.customers import Row
from dispatch.domain.checklist import in_order
from dispatch.domain.job_lifecycle import JobAction, JobStatus
from dispatch.domain.visit_lifecycle import VisitAction, VisitStatus
from dispatch.services import jobs, visits, work_lists
from dispatch.store.tables import Assignment, Job, Priority, Visit
from dispatch.store.unit_of_work import UnitOfWork

Skills = Annotated[dict[SkillName, Level], Field(max_length=50)]
Demand = Annotated[dict[SkillName, Quantity], Field(max_length=50)]
Technicians = Annotated[list[Ref], Field(max_length=200)]
Window = Annotated[list[When], Field(min_length=2, max_length=2, description="Earliest and latest start of service")]
Windows = Annotated[list[Window], Field(max_length=32)]


class RoleShape(Sent):
    """What one member of a crew must bring: skills and their least levels."""

    skills: Skills = Field(default_factory=dict)


Roles = Annotated[list[RoleShape], Field(min_length=1, max_length=8)]


class Link(Sent):
    """Where more is known about a kind of work."""

    title: Name
    url: str = Field(min_length=9, max_length=500, pattern="^https://")


Checklist = Annotated[
    dict[str, Any],
    Field(
        max_length=20,
        description="JSON Schema (2020-12) of the answers; only the part of it that phones can show as a form. "
        "Empty: nothing is asked",
    ),
]
Links = Annotated[list[Link], Field(max_length=20)]


class JobTypeShape(Row):
    """A kind of work. ``duration`` in seconds. ``checklist_version`` counts the changes of what visits ask."""

    name: str
    roles: list[RoleShape]
    duration: int
    demand: dict[str, float]
    priority: Priority
    active: bool
    checklist: Annotated[dict[str, Any], AfterValidator(in_order)]
    checklist_version: int
    checklist_required: bool
    knowledge: list[Link]


class NewJobType(Sent):
    """A new kind of work."""

    name: str = Field(min_length=1, max_length=120)
    duration: Seconds
    roles: Roles = Field(default_factory=lambda: [RoleShape()])
    demand: Demand = Field(default_factory=dict)
    priority: Priority = Priority.NORMAL
    active: bool = True
    checklist: Checklist = Field(default_factory=dict)
    checklist_required: bool = Field(
        False, description="Whether visits are completed only once what the checklist requires is answered"
    )
    knowledge: Links = Field(default_factory=list)


class JobTypeChange(Sent):
    """What is to be changed of a kind of work; what is not sent stays."""

    name: str = Field(default_factory=lambda: "", min_length=1, max_length=120)
    duration: Seconds = unsent()
    roles: Roles = unsent()
    demand: Demand = unsent()
    priority: Priority = unsent()
    active: bool = unsent()
    checklist: Checklist = unsent()
    checklist_required: bool = unsent()
    knowledge: Links = unsent()


class Planned(BaseModel):
    """Where the published plan has a role of a visit."""

    role: int
    technician_id: str
    shift_id: str
    position: int
    arrival: At
    start: At
    end: At


class VisitShape(Row):
    """A visit: what it asks for, where it is planned, what happened, and what you may do to it now."""

    job_id: str
    sequence: int
    status: VisitStatus
    site_id: str
    territory_id: str | None
    roles: list[RoleShape]
    demand: dict[str, float]
    duration: int
    windows: list[list[str]]
    appointment: bool
    only: list[str]
    never: list[str]
    preferred: list[str]
    after_id: str | None
    after_min_gap: int
    after_max_gap: int | None
    drop_cost: float | None
    pin: dict[str, Any]
    extended: int
    dispatched_at: At | None
    accepted_at: At | None
    departed_at: At | None
    arrived_at: At | None
    started_at: At | None
    paused_at: At | None
    paused_for: int
    finished_at: At | None
    outcome: str
    late_by: int
    planned: list[Planned] = Field(default_factory=list)
    actions: list[VisitAction] = Field(default_factory=list)
    time_zone: str = "UTC"

    @classmethod
    def of(cls, uow: UnitOfWork, visit: Visit, zone: str, planned: list[Assignment]) -> VisitShape:
        """The visit as a document."""
        crew = [row.technician_id for row in planned]
        seen = [Planned.model_validate(row, from_attributes=True) for row in planned]
        extra = {"planned": seen, "actions": visits.allowed(uow, visit, crew), "time_zone": zone}
        return cls.model_validate(visit).model_copy(update=extra)


class JobShape(Row):
    """A job, and what you may do to it now. ``time_zone`` is that of the place."""

    number: str
    customer_id: str
    site_id: str
    contact_id: str | None
    equipment_id: str | None
    job_type_id: str
    territory_id: str | None
    title: str
    description: str
    priority: Priority
    status: JobStatus
    channel: str
    received_at: At
    ended_at: At | None
    external_id: str | None
    duplicate_of: str | None = Field(description="A job that this one may be a duplicate of: a suggestion")
    actions: list[JobAction] = Field(default_factory=list)
    time_zone: str = "UTC"

    @classmethod
    def of(cls, uow: UnitOfWork, job: Job, zone: str) -> JobShape:
        """The job as a document."""
        return cls.model_validate(job).model_copy(update={"actions": jobs.allowed(uow, job), "time_zone": zone})


class JobDetail(BaseModel):
    """A job with its visits in their sequence."""

    job: JobShape
    visits: list[VisitShape]


def one_visit(uow: UnitOfWork, visit: Visit) -> VisitShape:
    """One visit as a document."""
    uow.session.flush()
    planned = work_lists.assignments(uow, [visit.id]).get(visit.id, [])
    return VisitShape.of(uow, visit, work_lists.zone_of(uow, visit), planned)


def one_job(uow: UnitOfWork, job: Job) -> JobDetail:
    """One job with its visits as a document."""
    uow.session.flush()
    zone = work_lists.zone_of(uow, job)
    rows = work_lists.visits_of(uow, job.id)
    planned = work_lists.assignments(uow, [visit.id for visit in rows])
    shapes = [VisitShape.of(uow, visit, zone, planned.get(visit.id, [])) for visit in rows]
    return JobDetail(job=JobShape.of(uow, job, zone), visits=shapes)


class Asked(Sent):
    """What a visit asks for, where it is not as the job type (or the visit before) has it."""

    duration: Seconds | None = None
    roles: Roles | None = None
    demand: Demand | None = None
    windows: Windows = Field(default_factory=list)
    drop_cost: Cost | None = None
    only: Technicians = Field(default_factory=list)
    never: Technicians = Field(default_factory=list)
    preferred: Technicians = Field(default_factory=list)


class NewJob(Asked):
    """A job that comes in. ``external_id`` said again answers the job that it named the first time."""

    customer_id: Ref
    site_id: Ref
    job_type_id: Ref
    title: Name
    description: LongText = ""
    priority: Priority | None = None
    channel: str = Field("api", min_length=1, max_length=20)
    contact_id: Ref | None = None
    equipment_id: Ref | None = None
    external_id: Short | None = Field(None, min_length=1)
    triaged: bool = True


class JobChange(Sent):
    """What is to be changed of a job; what is not sent stays."""

    title: Name = unsent()
    description: LongText = unsent()
    priority: Priority = unsent()
    contact_id: Ref | None = None
    equipment_id: Ref | None = None
    site_id: Ref = unsent()


class JobStep(Sent):
    """Something that is done to a job."""

    action: JobAction
    reason: Reason = ""


class NewVisit(Sent):
    """A further visit of a job; what is not sent is as in the visit before it."""

    duration: Seconds = unsent()
    roles: Roles = unsent()
    demand: Demand = unsent()
    windows: Windows = unsent()
    drop_cost: Cost | None = None
    only: Technicians = unsent()
    never: Technicians = unsent()
    preferred: Technicians = unsent()
    after_id: Ref | None = None
    after_min_gap: Seconds = unsent()
    after_max_gap: Seconds | None = None


class VisitChange(NewVisit):
    """What is to be changed of a visit; what is not sent stays."""

    appointment: bool = unsent()


class VisitStep(Sent):
    """Something that is done to a visit. ``seconds``: how much longer an ``extend`` asks for."""

    action: VisitAction
    at: When | None = None
    reason: Reason = ""
    seconds: int | None = Field(None, ge=1, le=86_400)
    technician: Ref | None = Field(None, description="Who declines, where somebody else says so for them")


class Pin(Sent):
    """What no plan may change about a visit; empty: nothing."""

    technician: Ref | None = None
    start: When | None = None
    order: bool = False


def plain(document: Sent) -> dict[str, Any]:
    """The members that were sent, with the documents inside them as plain values."""
    return {
        name: [one.model_dump() for one in value] if name in ("roles", "knowledge") and value is not None else value
        for name, value in document.sent().items()
    }
