"""Business calendars, SLA policies and promises as documents."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from dispatch.console.shapes.base import Sent, unsent
from dispatch.console.shapes.common import At, Cost, Ref, Seconds, When, Zone
from dispatch.domain.job_lifecycle import JobStatus
from dispatch.domain.sla import ClockState, Target
from dispatch.store.tables import Job, Priority, SlaClock

Day = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
Clock = Annotated[str, Field(max_length=5, pattern="^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$", examples=["09:00"])]
Interval = Annotated[list[Clock], Field(min_length=2, max_length=2)]
Hours = Annotated[dict[Day, Annotated[list[Interval], Field(max_length=24)]], Field(max_length=7)]
Holidays = Annotated[list[dt.date], Field(max_length=2000)]
Country = Annotated[str, Field(max_length=10, pattern="^[A-Z]{2}(-[A-Z0-9]{1,6})?$", examples=["CL", "DE-BY"])]
Title = Annotated[str, Field(min_length=1, max_length=120)]
Contract = Annotated[str, Field(min_length=1, max_length=80)]
Duration = Annotated[int, Field(ge=1, le=366 * 86_400, description="Seconds of the calendar's time")]
Rank = Annotated[int, Field(ge=-1_000_000, le=1_000_000)]
Share = Annotated[float, Field(gt=0, lt=1, allow_inf_nan=False)]
Shares = Annotated[list[Share], Field(max_length=20)]
Pauses = Annotated[list[JobStatus], Field(max_length=len(JobStatus))]


class CalendarShape(BaseModel):
    """When time counts: local hours by day of the week. Without a time zone it is that of each site."""

    model_config = ConfigDict(from_attributes=True)

    id: str
    version: int
    name: str
    time_zone: str | None
    hours: dict[str, list[list[str]]]
    holidays: list[str]
    country: str | None
    created_at: At
    updated_at: At


class NewCalendar(Sent):
    """A calendar. A day that is not named has no hours; ``country`` adds its public holidays."""

    name: Title
    hours: Hours
    time_zone: Zone | None = None
    holidays: Holidays = Field(default_factory=list)
    country: Country | None = None


class CalendarChange(Sent):
    """What is to be changed of a calendar; what is not sent stays."""

    name: Title = unsent()
    hours: Hours = unsent()
    time_zone: Zone | None = None
    holidays: Holidays = unsent()
    country: Country | None = None


class CalendarQuestion(Sent):
    """When will so many seconds of business time have gone by? ``time_zone``: for a calendar without one."""

    at: When
    seconds: Seconds = 0
    time_zone: Zone | None = None


class CalendarAnswer(BaseModel):
    """Whether the instant counts, when the next one does, and when the time will have gone by."""

    open: bool
    next_open: At
    due: At


class LadderStep(Sent):
    """What happens so many seconds of the calendar's time after a breach."""

    after: Seconds
    action: Literal["raise_priority", "tell_supervisor", "replan"]


class PromiseCost(Sent):
    """What missing a promise costs a plan: once, and for each hour."""

    breach_cost: Cost = unsent()
    cost_per_hour_late: Cost = unsent()


IntakeAction = Literal["tell_supervisor", "replan", "require_senior", "prefer_senior"]
Ladder = Annotated[list[LadderStep], Field(max_length=20)]
Intake = Annotated[list[IntakeAction], Field(max_length=4)]
Costs = dict[Target, PromiseCost]


class PolicyShape(BaseModel):
    """What is promised to whom. Durations in seconds of the calendar's time; null: not promised."""

    model_config = ConfigDict(from_attributes=True)

    id: str
    version: int
    name: str
    active: bool
    rank: int
    customer_id: str | None
    contract: str | None
    job_type_id: str | None
    priority: Priority | None
    calendar_id: str
    respond_within: int | None
    dispatch_within: int | None
    on_site_within: int | None
    resolve_within: int | None
    warn_at: list[float]
    pauses_on: list[str]
    ladder: list[dict[str, Any]]
    on_intake: list[str]
    costs: dict[str, dict[str, float]]
    created_at: At
    updated_at: At


class NewPolicy(Sent):
    """An SLA policy; what is not sent takes the usual value. It must promise at least one thing."""

    name: Title
    calendar_id: Ref
    active: bool = True
    rank: Rank = 0
    customer_id: Ref | None = None
    contract: Contract | None = None
    job_type_id: Ref | None = None
    priority: Priority | None = None
    respond_within: Duration | None = None
    dispatch_within: Duration | None = None
    on_site_within: Duration | None = None
    resolve_within: Duration | None = None
    warn_at: Shares = unsent()
    pauses_on: Pauses = unsent()
    ladder: Ladder = unsent()
    on_intake: Intake = unsent()
    costs: Costs = unsent()


class PolicyChange(Sent):
    """What is to be changed of a policy; what is not sent stays. Running clocks are counted anew."""

    name: Title = unsent()
    calendar_id: Ref = unsent()
    active: bool = unsent()
    rank: Rank = unsent()
    customer_id: Ref | None = None
    contract: Contract | None = None
    job_type_id: Ref | None = None
    priority: Priority | None = None
    respond_within: Duration | None = None
    dispatch_within: Duration | None = None
    on_site_within: Duration | None = None
    resolve_within: Duration | None = None
    warn_at: Shares = unsent()
    pauses_on: Pauses = unsent()
    ladder: Ladder = unsent()
    on_intake: Intake = unsent()
    costs: Costs = unsent()


class PolicyQuestion(Sent):
    """A job that is received at an instant, at a site in a time zone."""

    at: When
    time_zone: Zone | None = None


class PolicyAnswer(BaseModel):
    """When its promises would be due, without pauses."""

    due: dict[Target, At]


class PromiseShape(BaseModel):
    """A promise of a job. ``seconds_left`` until it is due on the clock on the wall, negative once that has passed;
    null unless it runs. Durations in seconds of the calendar's time. ``warned`` and ``escalated``: so many warnings
    were given, and so many steps of the ladder taken."""

    id: str
    job_id: str
    number: str
    title: str
    priority: Priority
    status: JobStatus
    customer_id: str
    territory_id: str | None
    policy_id: str
    target: Target
    state: ClockState
    allowed: int
    started_at: At
    due_at: At
    seconds_left: int | None
    breached_at: At | None
    ended_at: At | None
    warned: int = 0
    escalated: int = 0

    @classmethod
    def of(cls, clock: SlaClock, job: Job, now: dt.datetime) -> PromiseShape:
        """A clock and its job."""
        names = ("id", "policy_id", "target", "state", "allowed", "started_at", "due_at", "breached_at", "ended_at")
        counts = ("warned", "escalated")
        about = ("number", "title", "priority", "status", "customer_id", "territory_id")
        left = (clock.due_at - now) // dt.timedelta(seconds=1) if clock.state is ClockState.RUNNING else None
        return cls(
            job_id=job.id,
            seconds_left=left,
            **{name: getattr(clock, name) for name in (*names, *counts)},
            **{name: getattr(job, name) for name in about},
        )


def plain(document: Sent) -> dict[str, Any]:
    """The members that were sent, as JSON values; what was not sent is left to the service."""
    return document.model_dump(mode="json", exclude_unset=True)
