"""What was promised: calendars, SLA policies, and the clocks that run for each job."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from dispatch.domain.sla import ClockState, Target
from dispatch.store.tables.base import Base, Identified, Versioned
from dispatch.store.tables.work import Priority


class BusinessCalendar(Versioned, Base):
    """When time counts.

    ``hours``: ``{"mon": [["09:00", "18:00"]], …}``, local time, "24:00" for the end of a day; a day that is not named
    has none. ``holidays``: a list of ISO dates without hours; ``country`` adds its public holidays (ISO 3166 code, with
    an optional ``-subdivision``). ``time_zone`` None: that of the site.
    """

    __tablename__ = "business_calendar"

    name: Mapped[str] = mapped_column(String(120), unique=True)
    time_zone: Mapped[str | None] = mapped_column(String(64))
    hours: Mapped[dict[str, Any]]
    holidays: Mapped[list[Any]] = mapped_column(default=list)
    country: Mapped[str | None] = mapped_column(String(10))


class SlaPolicy(Versioned, Base):
    """What is promised to whom.

    A job gets the active policy with the most specific match: customer before contract before job type before
    priority; ``rank`` (higher wins) decides between equals. Durations in seconds of the calendar's time; None: not
    promised. ``warn_at``: shares of the time. ``pauses_on``: job statuses in which the clocks stand still.
    ``ladder``: what happens after a breach, a list of ``{"after": seconds, "action": "raise_priority" |
    "tell_supervisor" | "replan"}``. ``on_intake``: what happens at once when a job comes under the policy, a list of
    ``"tell_supervisor"``, ``"require_senior"`` or ``"prefer_senior"``. ``costs``: target → ``{"breach_cost",
    "cost_per_hour_late"}``, as the planning model has them.
    """

    __tablename__ = "sla_policy"

    name: Mapped[str] = mapped_column(String(120), unique=True)
    active: Mapped[bool] = mapped_column(default=True)
    rank: Mapped[int] = mapped_column(default=0)
    customer_id: Mapped[str | None] = mapped_column(ForeignKey("customer.id"))
    contract: Mapped[str | None] = mapped_column(String(80))
    job_type_id: Mapped[str | None] = mapped_column(ForeignKey("job_type.id"))
    priority: Mapped[Priority | None]
    calendar_id: Mapped[str] = mapped_column(ForeignKey("business_calendar.id"))
    respond_within: Mapped[int | None]
    dispatch_within: Mapped[int | None]
    on_site_within: Mapped[int | None]
    resolve_within: Mapped[int | None]
    warn_at: Mapped[list[Any]] = mapped_column(default=lambda: [0.5, 0.75, 0.9])
    pauses_on: Mapped[list[Any]] = mapped_column(default=lambda: ["waiting_for_customer", "waiting_for_parts"])
    ladder: Mapped[list[Any]] = mapped_column(default=list)
    on_intake: Mapped[list[Any]] = mapped_column(default=list)
    costs: Mapped[dict[str, Any]] = mapped_column(default=dict)


class SlaClock(Identified, Base):
    """One promise of one job. ``due_at`` moves when the clock is paused, or the policy is changed.

    ``spent`` is the calendar time (seconds) that had gone by when the clock last stood still; ``running_since`` when it
    began to run again. ``warned`` counts the warnings given, ``escalated`` the steps of the ladder taken.
    ``watch_at`` is when something is to be done about it next; None: nothing any more.
    """

    __tablename__ = "sla_clock"
    __table_args__ = (Index("uq_sla_clock_job_id_target", "job_id", "target", unique=True),)

    job_id: Mapped[str] = mapped_column(ForeignKey("job.id", ondelete="CASCADE"))
    policy_id: Mapped[str] = mapped_column(ForeignKey("sla_policy.id"))
    target: Mapped[Target]
    state: Mapped[ClockState] = mapped_column(default=ClockState.RUNNING)
    allowed: Mapped[int]
    spent: Mapped[int] = mapped_column(default=0)
    started_at: Mapped[dt.datetime]
    running_since: Mapped[dt.datetime | None]
    due_at: Mapped[dt.datetime] = mapped_column(index=True)
    ended_at: Mapped[dt.datetime | None]
    breached_at: Mapped[dt.datetime | None]
    warned: Mapped[int] = mapped_column(default=0)
    escalated: Mapped[int] = mapped_column(default=0)
    watch_at: Mapped[dt.datetime | None] = mapped_column(index=True)
