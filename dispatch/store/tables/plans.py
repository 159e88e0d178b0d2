"""What is planned: policies, runs, plans with their history, and the plan that everybody acts on."""

from __future__ import annotations

import datetime as dt
import enum
from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from dispatch.store.tables.base import BULK, BULK_TOLD, Base, Versioned
from dispatch.store.tables.leased import Leased


class PlanStatus(enum.StrEnum):
    """Where a plan stands. At most one is published."""

    DRAFT = "draft"
    PUBLISHED = "published"
    SUPERSEDED = "superseded"
    REJECTED = "rejected"


class RunStatus(enum.StrEnum):
    """Where a planning run stands."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class PlanningPolicy(Versioned, Base):
    """How an operation wants to be planned, by name.

    ``weights``: soft rule → weight. ``change_budget``: at most so many visits are touched; None: no limit.
    ``publish_without_asking``: what may go out by itself, a list of ``{"reason": event kind or "*", "touches_at_most":
    visits besides new ones, "priority": "critical" or null}``. ``freeze`` (seconds): nothing that starts within it from
    now on is changed. ``tolerance`` (seconds): an accepted or pinned visit that starts within it has not moved.
    ``reassign_cost`` and ``cost_per_hour_later`` price a change. ``cost_per_hour_waiting``: what a search gives for
    each hour that a customer waits less, see :mod:`dispatch.planning.waiting`. ``least_gain``: a group of changes that
    gives no visit a place is not proposed unless it saves so much for each visit that it touches. ``horizon_days``:
    today and the days after it. ``dispatch_ahead`` (seconds): a published visit that starts within it is dispatched to
    its technicians' phones. ``accept_ahead`` (seconds): they are asked to accept it so long before it starts, and at
    its dispatch where that is later, see :mod:`dispatch.services.asking`.
    """

    __tablename__ = "planning_policy"

    name: Mapped[str] = mapped_column(String(120), unique=True)
    standard: Mapped[bool] = mapped_column(default=False)
    weights: Mapped[dict[str, Any]] = mapped_column(default=dict)
    change_budget: Mapped[int | None]
    publish_without_asking: Mapped[list[Any]] = mapped_column(default=list)
    freeze: Mapped[int] = mapped_column(default=900)
    tolerance: Mapped[int] = mapped_column(default=900)
    reassign_cost: Mapped[float] = mapped_column(default=8.0)
    cost_per_hour_later: Mapped[float] = mapped_column(default=5.0)
    cost_per_hour_waiting: Mapped[float] = mapped_column(default=30.0)
    least_gain: Mapped[float] = mapped_column(default=5.0)
    horizon_days: Mapped[int] = mapped_column(default=2)
    seconds: Mapped[float] = mapped_column(default=10.0)
    dispatch_ahead: Mapped[int] = mapped_column(default=43_200)
    accept_ahead: Mapped[int] = mapped_column(default=3600)


class PlanningRun(Leased, Base):
    """One search for a better plan: asked for, worked on by one process under a lease, ended.

    ``based_on`` is the plan that was published when its snapshot was taken, ``position`` the last event that it has
    seen. ``progress``: ``{"elapsed", "best", "unassigned", "iterations"}``.
    """

    __tablename__ = "planning_run"
    __table_args__ = (Index("ix_planning_run_status_created_at", "status", "created_at"),)

    status: Mapped[RunStatus] = mapped_column(default=RunStatus.QUEUED)
    reason: Mapped[str] = mapped_column(String(80))
    because: Mapped[str] = mapped_column(default="")
    policy_id: Mapped[str] = mapped_column(ForeignKey("planning_policy.id"))
    overrides: Mapped[dict[str, Any]] = mapped_column(default=dict)
    seed: Mapped[int] = mapped_column(default=1)
    based_on: Mapped[str | None] = mapped_column(String(40))
    position: Mapped[int] = mapped_column(default=0)
    requested_by: Mapped[str] = mapped_column(String(40))
    draft_id: Mapped[str | None] = mapped_column(String(40))


class PlanRow(Versioned, Base):
    """A plan as the planning model writes it, with the problem it answers: both can be checked for ever.

    ``edition`` counts published plans (None for a draft). ``snapshot`` says what was relaxed or left out when the
    problem was made, and why. ``scorecard`` and ``difference`` (to the plan it is based on) are what people see.
    ``timing``: the plan by the hour, leg by leg, see :mod:`dispatch.planning.retiming`. ``replaced_by``: the newer
    draft for which the program rejected this one; None where somebody decided.
    """

    __tablename__ = "plan"
    __table_args__ = (Index("ix_plan_status_created_at", "status", "created_at"),)

    status: Mapped[PlanStatus] = mapped_column(default=PlanStatus.DRAFT)
    edition: Mapped[int | None] = mapped_column(unique=True)
    run_id: Mapped[str | None] = mapped_column(String(40), index=True)
    policy_id: Mapped[str | None] = mapped_column(ForeignKey("planning_policy.id"))
    based_on: Mapped[str | None] = mapped_column(String(40))
    reason: Mapped[str] = mapped_column(String(80), default="")
    horizon_start: Mapped[dt.datetime]
    horizon_end: Mapped[dt.datetime]
    problem: Mapped[dict[str, Any]] = mapped_column(deferred=True, info=BULK)
    plan: Mapped[dict[str, Any]] = mapped_column(deferred=True, info=BULK_TOLD)
    snapshot: Mapped[dict[str, Any]] = mapped_column(default=dict, deferred=True, info=BULK)
    scorecard: Mapped[dict[str, Any]] = mapped_column(default=dict, info=BULK)
    difference: Mapped[dict[str, Any]] = mapped_column(default=dict, deferred=True, info=BULK_TOLD)
    timing: Mapped[dict[str, Any]] = mapped_column(default=dict, deferred=True, info=BULK)
    gain: Mapped[float] = mapped_column(default=0.0)
    touched: Mapped[int] = mapped_column(default=0)
    created_by: Mapped[str] = mapped_column(String(40))
    replaced_by: Mapped[str | None] = mapped_column(String(40))
    published_by: Mapped[str | None] = mapped_column(String(40))
    published_at: Mapped[dt.datetime | None] = mapped_column(index=True)


class PlanHead(Base):
    """The one row that says which plan is published; who publishes locks it and counts ``edition`` up."""

    __tablename__ = "plan_head"

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[str | None] = mapped_column(String(40))
    edition: Mapped[int] = mapped_column(default=0)


class Assignment(Base):
    """The published plan, stop by stop: which technician fills which role of a visit, in which shift, and when.

    Publishing replaces the rows of plannable and committed visits; those of visits that are over stay as they were.
    ``position`` counts from 0 in the shift's route. ``travel_seconds``, ``travel_metres`` and ``travel_source``
    (``road``, ``cached`` or ``estimate``) are of the leg that leads there, as it was planned. ``by_hour_arrival``,
    ``by_hour_start`` and ``by_hour_end`` are the times with each leg driven at the speeds of the hour in which it
    begins, ``slack`` the seconds by which that leg may take longer then before a window, a promise or the shift's end
    breaks (None: nothing depends on it).
    """

    __tablename__ = "assignment"
    __table_args__ = (
        Index("ix_assignment_shift_id_position", "shift_id", "position"),
        Index("ix_assignment_technician_id_start", "technician_id", "start"),
    )

    visit_id: Mapped[str] = mapped_column(ForeignKey("visit.id", ondelete="CASCADE"), primary_key=True)
    role: Mapped[int] = mapped_column(primary_key=True)
    technician_id: Mapped[str] = mapped_column(ForeignKey("technician.id"))
    shift_id: Mapped[str] = mapped_column(String(40))
    position: Mapped[int]
    arrival: Mapped[dt.datetime]
    start: Mapped[dt.datetime]
    end: Mapped[dt.datetime]
    edition: Mapped[int]
    travel_seconds: Mapped[int | None]
    travel_metres: Mapped[int | None]
    travel_source: Mapped[str | None] = mapped_column(String(10))
    by_hour_arrival: Mapped[dt.datetime | None]
    by_hour_start: Mapped[dt.datetime | None]
    by_hour_end: Mapped[dt.datetime | None]
    slack: Mapped[int | None]


class ReplanRequest(Base):
    """Something happened that asks for a new plan. Requests gather until ``not_before``, then make one run."""

    __tablename__ = "replan_request"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(40))
    position: Mapped[int]
    urgency: Mapped[str] = mapped_column(String(20))
    subject: Mapped[str] = mapped_column(String(40))
    not_before: Mapped[dt.datetime] = mapped_column(index=True)
    run_id: Mapped[str | None] = mapped_column(String(40), index=True)
