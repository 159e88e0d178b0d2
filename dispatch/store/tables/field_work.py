"""What technicians say of their work on the spot: answers to checklists, parts they used or need, experts they call."""

from __future__ import annotations

import datetime as dt
import enum
from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from dispatch.store.tables.base import Base, Identified, Versioned


class ChecklistVersion(Base):
    """What a job type asked from ``since`` on, until it had a later version. ``schema`` is empty for nothing.

    ``required``: a technician completes a visit only once the checklist's required questions are answered.
    """

    __tablename__ = "checklist_version"

    job_type_id: Mapped[str] = mapped_column(ForeignKey("job_type.id", ondelete="CASCADE"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    schema: Mapped[dict[str, Any]]
    required: Mapped[bool] = mapped_column(default=False)
    since: Mapped[dt.datetime]


class ChecklistAnswers(Versioned, Base):
    """What was answered at a visit to one version of a checklist: ``answers`` by the names of the questions.

    ``given`` says when each question was answered last, as RFC 3339 strings, taken back or not.
    """

    __tablename__ = "checklist_answers"
    __table_args__ = (Index("uq_checklist_answers_visit_id", "visit_id", "checklist_version", unique=True),)

    visit_id: Mapped[str] = mapped_column(ForeignKey("visit.id", ondelete="CASCADE"))
    job_type_id: Mapped[str] = mapped_column(ForeignKey("job_type.id"))
    checklist_version: Mapped[int]
    answers: Mapped[dict[str, Any]]
    given: Mapped[dict[str, Any]]
    answered_at: Mapped[dt.datetime]
    technician_id: Mapped[str | None] = mapped_column(ForeignKey("technician.id", ondelete="SET NULL"))


class PartUse(Identified, Base):
    """So much of a part was taken from a technician's van for a visit, or put back where ``quantity`` is negative."""

    __tablename__ = "part_use"
    __table_args__ = (Index("ix_part_use_technician_id_at", "technician_id", "at"),)

    visit_id: Mapped[str] = mapped_column(ForeignKey("visit.id", ondelete="CASCADE"), index=True)
    technician_id: Mapped[str] = mapped_column(ForeignKey("technician.id", ondelete="CASCADE"))
    part: Mapped[str] = mapped_column(String(80))
    quantity: Mapped[float]
    at: Mapped[dt.datetime]
    told_at: Mapped[dt.datetime]


class PartRequestStatus(enum.StrEnum):
    """Where a part that somebody needs stands."""

    OPEN = "open"
    ORDERED = "ordered"
    ARRIVED = "arrived"
    CANCELLED = "cancelled"


class PartRequest(Versioned, Base):
    """A technician needs a part for a job. ``holds_up``: the job waits for it."""

    __tablename__ = "part_request"
    __table_args__ = (Index("ix_part_request_status_at", "status", "at"),)

    visit_id: Mapped[str] = mapped_column(ForeignKey("visit.id", ondelete="CASCADE"), index=True)
    job_id: Mapped[str] = mapped_column(ForeignKey("job.id", ondelete="CASCADE"), index=True)
    territory_id: Mapped[str | None] = mapped_column(ForeignKey("territory.id"), index=True)
    technician_id: Mapped[str | None] = mapped_column(ForeignKey("technician.id", ondelete="SET NULL"))
    part: Mapped[str] = mapped_column(String(80))
    quantity: Mapped[float]
    urgent: Mapped[bool] = mapped_column(default=False)
    holds_up: Mapped[bool] = mapped_column(default=False)
    note: Mapped[str] = mapped_column(String(500), default="")
    status: Mapped[PartRequestStatus] = mapped_column(default=PartRequestStatus.OPEN)
    at: Mapped[dt.datetime]


class ExpertCall(Identified, Base):
    """A technician asks somebody who knows more: ``expert_id``, or the supervisor where nobody was chosen."""

    __tablename__ = "expert_call"

    visit_id: Mapped[str] = mapped_column(ForeignKey("visit.id", ondelete="CASCADE"), index=True)
    technician_id: Mapped[str | None] = mapped_column(ForeignKey("technician.id", ondelete="SET NULL"))
    expert_id: Mapped[str | None] = mapped_column(ForeignKey("technician.id", ondelete="SET NULL"))
    skill: Mapped[str] = mapped_column(String(80), default="")
    note: Mapped[str] = mapped_column(String(500), default="")
    at: Mapped[dt.datetime]
