"""What is to be done: job types, jobs, visits, and slots that are held for customers."""

from __future__ import annotations

import datetime as dt
import enum
from typing import Any, ClassVar

from sqlalchemy import ForeignKey, Index, String, false
from sqlalchemy.orm import Mapped, mapped_column

from dispatch.domain.job_lifecycle import JobStatus
from dispatch.domain.visit_lifecycle import VisitStatus
from dispatch.store.tables.base import Base, Identified, Searchable, Versioned


class Priority(enum.StrEnum):
    """How much a job matters, the most first."""

    CRITICAL = "critical"
    HIGH = "high"
    NORMAL = "normal"
    LOW = "low"


class JobType(Versioned, Base):
    """A kind of work, and what its visits need unless a job says otherwise.

    ``roles``: a list of ``{"skills": {skill: level}}``, more than one for a crew. ``duration`` in seconds.

    ``checklist`` is what a visit asks of whoever does it (see :mod:`dispatch.domain.checklist_form`), empty where it
    asks nothing; ``checklist_version`` counts its changes, 0 before the first one. ``knowledge``: a list of
    ``{"title", "url"}``.
    """

    __tablename__ = "job_type"

    name: Mapped[str] = mapped_column(String(120), unique=True)
    roles: Mapped[list[Any]]
    duration: Mapped[int]
    demand: Mapped[dict[str, Any]] = mapped_column(default=dict)
    priority: Mapped[Priority] = mapped_column(default=Priority.NORMAL)
    active: Mapped[bool] = mapped_column(default=True)
    checklist: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    checklist_version: Mapped[int] = mapped_column(default=0, server_default="0")
    checklist_required: Mapped[bool] = mapped_column(default=False, server_default=false())
    knowledge: Mapped[list[Any]] = mapped_column(default=list, server_default="[]")


class Counter(Base):
    """The last of numbers that are counted up: those that people read out on the phone, such as that of the next job,
    and the one of :mod:`dispatch.store.revision`."""

    __tablename__ = "counter"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    last: Mapped[int]


class Job(Searchable, Versioned, Base):
    """What a customer asked for and we promised. ``number`` is for people: J-1043."""

    __tablename__ = "job"
    FOUND_BY: ClassVar = ("number", "title", "external_id")
    __table_args__ = (Index("ix_job_status_priority", "status", "priority"),)

    number: Mapped[str] = mapped_column(String(20), unique=True)
    customer_id: Mapped[str] = mapped_column(ForeignKey("customer.id"), index=True)
    site_id: Mapped[str] = mapped_column(ForeignKey("site.id"), index=True)
    contact_id: Mapped[str | None] = mapped_column(ForeignKey("contact.id", ondelete="SET NULL"))
    equipment_id: Mapped[str | None] = mapped_column(ForeignKey("equipment.id", ondelete="SET NULL"), index=True)
    job_type_id: Mapped[str] = mapped_column(ForeignKey("job_type.id"))
    territory_id: Mapped[str | None] = mapped_column(ForeignKey("territory.id"), index=True)
    title: Mapped[str] = mapped_column(String(200))
    description: Mapped[str] = mapped_column(default="")
    priority: Mapped[Priority]
    status: Mapped[JobStatus] = mapped_column(default=JobStatus.RECEIVED)
    channel: Mapped[str] = mapped_column(String(20), default="phone")
    received_at: Mapped[dt.datetime] = mapped_column(index=True)
    ended_at: Mapped[dt.datetime | None]
    external_id: Mapped[str | None] = mapped_column(String(80), unique=True)
    duplicate_of: Mapped[str | None] = mapped_column(ForeignKey("job.id"))


class Visit(Versioned, Base):
    """One trip to one place: what the optimizer plans.

    What is asked: ``roles``, ``demand``, ``duration`` (seconds), ``windows`` (a list of [earliest, latest] as RFC 3339
    strings; the appointment is the only one once it is confirmed), ``only``/``never``/``preferred`` (technician ids),
    ``after_id`` with its gaps in seconds, ``drop_cost`` (None: must be done).

    What a dispatcher fixed: ``pin``, see :mod:`dispatch.planning.pins`: {} or any of ``{"technician": id}``,
    ``{"start": RFC 3339}``, ``{"order": true}``.

    What happened: the instants, and ``extended`` (seconds more than planned). Where it is planned stands in
    :class:`~dispatch.store.tables.plans.Assignment`. ``asked_at``: when its technicians were asked to accept it, or
    began without that, see :mod:`dispatch.services.asking`; it is no step, and lies between others as it may.
    """

    __tablename__ = "visit"
    __table_args__ = (Index("ix_visit_job_id_sequence", "job_id", "sequence", unique=True),)

    job_id: Mapped[str] = mapped_column(ForeignKey("job.id", ondelete="CASCADE"))
    sequence: Mapped[int]
    status: Mapped[VisitStatus] = mapped_column(default=VisitStatus.OPEN, index=True)
    site_id: Mapped[str] = mapped_column(ForeignKey("site.id"))
    territory_id: Mapped[str | None] = mapped_column(ForeignKey("territory.id"), index=True)
    roles: Mapped[list[Any]]
    demand: Mapped[dict[str, Any]] = mapped_column(default=dict)
    duration: Mapped[int]
    windows: Mapped[list[Any]] = mapped_column(default=list)
    appointment: Mapped[bool] = mapped_column(default=False)
    only: Mapped[list[Any]] = mapped_column(default=list)
    never: Mapped[list[Any]] = mapped_column(default=list)
    preferred: Mapped[list[Any]] = mapped_column(default=list)
    after_id: Mapped[str | None] = mapped_column(ForeignKey("visit.id"))
    after_min_gap: Mapped[int] = mapped_column(default=0)
    after_max_gap: Mapped[int | None]
    drop_cost: Mapped[float | None]
    pin: Mapped[dict[str, Any]] = mapped_column(default=dict)
    extended: Mapped[int] = mapped_column(default=0)
    dispatched_at: Mapped[dt.datetime | None]
    asked_at: Mapped[dt.datetime | None]
    accepted_at: Mapped[dt.datetime | None]
    departed_at: Mapped[dt.datetime | None]
    arrived_at: Mapped[dt.datetime | None]
    started_at: Mapped[dt.datetime | None]
    paused_at: Mapped[dt.datetime | None]
    paused_for: Mapped[int] = mapped_column(default=0)
    finished_at: Mapped[dt.datetime | None] = mapped_column(index=True)
    outcome: Mapped[str] = mapped_column(default="")
    late_by: Mapped[int] = mapped_column(default=0)


class Hold(Identified, Base):
    """A slot that is kept for a customer for a while: nobody else is offered the time it needs."""

    __tablename__ = "hold"

    visit_id: Mapped[str] = mapped_column(ForeignKey("visit.id", ondelete="CASCADE"), index=True)
    technician_id: Mapped[str] = mapped_column(ForeignKey("technician.id", ondelete="CASCADE"))
    earliest: Mapped[dt.datetime]
    latest: Mapped[dt.datetime]
    cost: Mapped[float]
    edition: Mapped[int]
    expires_at: Mapped[dt.datetime] = mapped_column(index=True)
    outcome: Mapped[str | None] = mapped_column(String(20))
    created_at: Mapped[dt.datetime]
    created_by: Mapped[str] = mapped_column(String(40))
