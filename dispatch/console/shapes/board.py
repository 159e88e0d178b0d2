"""The board of a day as a document; see :mod:`dispatch.planning.day_board`."""

from __future__ import annotations

import datetime as dt
from typing import Any, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from dispatch.domain.sla import ClockState
from dispatch.domain.visit_lifecycle import VisitStatus
from dispatch.store.tables import Priority


class _Told(BaseModel):
    model_config = ConfigDict(extra="forbid")


class BoardSkill(_Told):
    """A skill at a level."""

    skill: str
    level: int


class BoardWindow(_Told):
    """When something may begin."""

    earliest: AwareDatetime
    latest: AwareDatetime


class BoardCustomer(_Told):
    """Who asked for it."""

    id: str
    name: str


class BoardSite(_Told):
    """Where it is. Without a position nobody knows that yet."""

    id: str
    address: str
    lat: float | None
    lon: float | None


class BoardPromise(_Told):
    """What was promised for the job, and how that stands."""

    target: str
    due: AwareDatetime
    state: ClockState
    breached: bool = Field(description="It was missed, though it may have been kept late")


class BoardRole(_Told):
    """Where one role of a visit is planned. The leg is the one that leads there; ``leave_at``: when to set out."""

    role: int
    technician: str
    shift: str
    arrival: AwareDatetime
    start: AwareDatetime
    end: AwareDatetime
    travel_seconds: int | None
    travel_metres: int | None
    travel_source: str | None
    leave_at: AwareDatetime | None


class BoardActual(_Told):
    """What really happened, as far as it has."""

    dispatched_at: AwareDatetime | None
    accepted_at: AwareDatetime | None
    departed_at: AwareDatetime | None
    arrived_at: AwareDatetime | None
    started_at: AwareDatetime | None
    paused_at: AwareDatetime | None
    finished_at: AwareDatetime | None


class BoardJeopardy(_Told):
    """What will be missed: ``appointment``, ``on_site`` or ``resolve``, and by how many seconds."""

    target: str
    due: AwareDatetime | None
    late_by: int


class BoardPin(_Told):
    """What a dispatcher fixed: who does it, when it starts, that its place in the order stays."""

    technician: str | None
    start: AwareDatetime | None
    order: bool


class BoardVisit(_Told):
    """A visit of the day, or one that nobody has; ``reasons`` say why."""

    id: str
    version: int
    job: str
    number: str
    title: str
    type: str
    priority: Priority
    status: VisitStatus
    pin: BoardPin | None
    customer: BoardCustomer
    site: BoardSite
    territory: str | None
    skills: list[BoardSkill]
    people: int = Field(description="How many make up its crew")
    windows: list[BoardWindow]
    appointment: BoardWindow | None
    duration: int = Field(description="Seconds")
    promises: list[BoardPromise]
    planned: list[BoardRole]
    actual: BoardActual
    expected_end: AwareDatetime | None
    late_by: int = Field(description="Seconds by which its worst promise will be missed")
    jeopardy: BoardJeopardy | None
    open_dispute: bool
    unread: int = Field(description="Messages about its job that nobody in the office has read")
    reasons: list[str]


class BoardStopRef(_Told):
    """A visit on a shift, and which of its roles."""

    visit: str
    role: int


class BoardBreak(_Told):
    """A break of a shift: when it may be, when the published plan puts it, and when it was."""

    id: str
    earliest: AwareDatetime
    latest: AwareDatetime
    duration: int
    planned_start: AwareDatetime | None
    planned_end: AwareDatetime | None
    taken_at: AwareDatetime | None
    ended_at: AwareDatetime | None


class BoardShiftRow(_Told):
    """A shift with its stops in order."""

    id: str
    starts_at: AwareDatetime
    ends_at: AwareDatetime
    began_at: AwareDatetime | None
    ended_at: AwareDatetime | None
    max_overtime: int
    version: int
    breaks: list[BoardBreak]
    stops: list[BoardStopRef]


class BoardAbsence(_Told):
    """A time in which somebody cannot work."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    id: str
    from_: AwareDatetime = Field(alias="from")
    until: AwareDatetime
    reason: str


class BoardPosition(_Told):
    """Where somebody was last known to be, while at work."""

    lat: float
    lon: float
    at: AwareDatetime
    source: str


class BoardPerson(_Told):
    """A technician of the day."""

    id: str
    name: str
    phone: str | None
    territory: str | None
    skills: list[BoardSkill]
    state: Literal["off", "waiting", "driving", "on_site", "break", "absent"] = Field(description="At this instant")
    position: BoardPosition | None
    absences: list[BoardAbsence]
    shifts: list[BoardShiftRow]


class BoardTerritory(_Told):
    """A territory; ``area`` is a GeoJSON polygon, where it was drawn. While locked, nothing in it moves."""

    id: str
    name: str
    area: dict[str, Any] | None
    locked_until: AwareDatetime | None
    locked_because: str | None


class _Standing(_Told):
    position: int = Field(description="Of the log of events: all up to it is in here")
    now: AwareDatetime = Field(description="The operation's clock")
    pace: float = Field(description="Seconds that pass on it in one second")
    edition: int = Field(description="Of the published plan; 0 before the first")
    plan: str | None
    fence: AwareDatetime = Field(description="Nothing that starts before it is changed by a plan")
    drafts: int = Field(description="How many drafts wait for a decision")
    disputes: int = Field(description="How many disputes from phones wait for one")


class DayBoard(_Standing):
    """A day of the operation, whole."""

    time_zone: str
    day: dt.date
    since: AwareDatetime
    until: AwareDatetime
    territories: list[BoardTerritory]
    technicians: list[BoardPerson]
    visits: list[BoardVisit]


class BoardChanges(_Standing):
    """What was changed since a position, row by row. ``gone``: visits and technicians that are not on the
    board any more. ``territories``: all of them, where any was changed. ``reset``: what was changed is not known any
    more; read the board anew.
    """

    reset: bool
    gone: list[str]
    territories: list[BoardTerritory] | None
    technicians: list[BoardPerson]
    visits: list[BoardVisit]


class SheetNotesShape(BaseModel):
    """What the sheet of a technician's day says of a visit besides the board; empty where it is not known."""

    model_config = ConfigDict(from_attributes=True)

    visit: str
    description: str
    access_notes: str
    site_name: str
    contact: str
    contact_phone: str
    equipment: str
    serial: str
