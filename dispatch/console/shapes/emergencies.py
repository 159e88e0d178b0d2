"""Emergencies as documents: who could come, who rings, and the job that is taken in."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from dispatch.console.shapes.base import Sent
from dispatch.console.shapes.common import At, Degrees, Latitude, Ref, Seconds, When
from dispatch.console.shapes.customers import ContactShape, CustomerShape
from dispatch.console.shapes.work import NewJob
from dispatch.planning.slots import MOST_DAYS
from dispatch.store.tables import Priority


class Look(Sent):
    """What is asked for: a kind of work at a site, or at a point. ``days``: of how many days slots are priced."""

    job_type_id: Ref
    priority: Priority | None = None
    customer_id: Ref | None = None
    site_id: Ref | None = None
    lat: Latitude | None = None
    lon: Degrees | None = None
    duration: Seconds | None = None
    days: Annotated[int, Field(ge=0, le=MOST_DAYS)] = 0


class DelayedShape(BaseModel):
    """A visit that would start later by so many seconds; ``breaks_promise``: and miss a promise by it."""

    model_config = ConfigDict(from_attributes=True)

    visit: str
    number: str
    technician: str | None
    seconds: int
    breaks_promise: bool


class MemberShape(BaseModel):
    """One of a crew who would come: in which role, when they are there, and where their way there begins."""

    model_config = ConfigDict(from_attributes=True)

    technician: str
    name: str
    phone: str | None
    shift: str
    place: int = Field(description="On the route of the shift, counted from 0")
    role: int
    arrival: At
    travel_seconds: int
    travel_metres: int
    lat: float
    lon: float
    seen_at: At | None
    leaves: str | None
    leaves_number: str | None
    before: int


class CandidateShape(BaseModel):
    """Somebody who could come, at the place on their route that costs the plan least. ``best``: the cheapest of all.

    The way there begins at the visit ``leaves``, or where they are (null). ``before``: so many visits they do first.
    ``seen_at`` null: nobody knows where they are; the position is their base. ``late_by``: seconds after a promise.
    ``crew``: where one alone is not enough, all who would come; then ``arrival`` is that of the last.
    """

    model_config = ConfigDict(from_attributes=True)

    technician: str
    name: str
    phone: str | None
    territory: str | None
    senior: bool
    asked_for: bool = Field(description="The SLA policy asks for them")
    shift: str
    place: int = Field(description="On the route of the shift, counted from 0")
    arrival: At
    start: At
    end: At
    travel_seconds: int
    travel_metres: int
    lat: float
    lon: float
    seen_at: At | None
    leaves: str | None
    leaves_number: str | None
    before: int
    on_site_kept: bool | None
    resolve_kept: bool | None
    late_by: int
    cost: float
    delayed: list[DelayedShape]
    best: bool
    crew: list[MemberShape]


class GivesWayShape(BaseModel):
    """A visit that gives way: who has it and when, and who does it instead, and when (null: it is left out).

    ``later``: seconds by which it starts later. ``accepted``: its technician has accepted it, and would have to be
    told. ``breaks_promise``: it would miss a promise that it keeps as things are.
    """

    model_config = ConfigDict(from_attributes=True)

    visit: str
    number: str
    technician: str
    name: str
    start: At
    to: str | None
    to_name: str | None
    to_start: At | None
    later: int
    accepted: bool
    breaks_promise: bool


class MadeWayShape(BaseModel):
    """Somebody who could come if a visit gave way. ``cost`` of the candidate is that of both changes."""

    model_config = ConfigDict(from_attributes=True)

    candidate: CandidateShape
    gives_way: GivesWayShape


class PricedSlot(BaseModel):
    """A window that could be promised. ``start`` is when service would begin by the plan as it is."""

    model_config = ConfigDict(from_attributes=True)

    earliest: At
    latest: At
    technicians: list[str]
    names: list[str]
    start: At
    cost: float
    promises_kept: bool
    delayed: int


class AtHandShape(BaseModel):
    """Who could come, those who arrive first at the beginning, and the slots that could be promised instead.

    ``promises``: what the SLA policy would promise, and when that would be due. ``unable``: technicians with the skills
    who have no place for it; ``without_skill``: those at work who do not hold them.
    """

    model_config = ConfigDict(from_attributes=True)

    now: At
    edition: int
    zone: str
    territory: str | None
    priority: Priority
    policy: str | None
    promises: dict[str, At]
    candidates: list[CandidateShape]
    unable: int
    without_skill: int
    slots: list[PricedSlot]


class KnownCustomer(BaseModel):
    """A customer who may be on the telephone: whom one talks to there, where they are, how many jobs are not over."""

    customer: CustomerShape
    contacts: list[ContactShape]
    addresses: list[str]
    open_jobs: int


class NewEmergency(NewJob):
    """A job that comes in, and who is to do it: ``technician_id``, from about ``start`` on; null: as the plan finds."""

    technician_id: Ref | None = None
    start: When | None = None
