"""Technicians, shifts, absences and territories as documents."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, EmailStr, Field

from dispatch.console.shapes.base import Sent, unsent
from dispatch.console.shapes.common import (
    Accuracy,
    At,
    Cost,
    Degrees,
    Heading,
    Latitude,
    Level,
    Name,
    Phone,
    Quantity,
    Ref,
    Seconds,
    Short,
    SkillName,
    Speed,
    When,
    Zone,
)
from dispatch.console.shapes.customers import Row
from dispatch.services import people
from dispatch.store.tables import Technician
from dispatch.store.unit_of_work import UnitOfWork

Pace = Annotated[float, Field(gt=0, le=60, allow_inf_nan=False)]
Boundary = Annotated[dict[str, Any], Field(max_length=20)]
Capacity = Annotated[dict[SkillName, Quantity], Field(max_length=50)]


class SkillShape(Sent):
    """A skill that somebody holds, until a day where its certificate expires (that day included)."""

    model_config = ConfigDict(from_attributes=True, extra="forbid")

    skill: SkillName
    level: Level = 1
    certificate: str = Field("", max_length=200)
    valid_until: dt.date | None = None


Skills = Annotated[list[SkillShape], Field(max_length=100)]


class Costs(Sent):
    """What somebody's work costs."""

    per_shift: Cost = 0
    per_travel_hour: Cost = 0
    per_km: Cost = 0
    per_duty_hour: Cost = 0
    per_overtime_hour: Cost = 0


class TechnicianShape(Row):
    """Somebody who does visits."""

    name: str
    territory_id: str | None
    phone: str | None
    email: str | None
    base_address: str
    base_lat: float
    base_lon: float
    profile: str
    pace: float
    capacity: dict[str, float]
    costs: dict[str, float]
    senior: bool
    external_id: str | None
    active: bool


class TechnicianDetail(BaseModel):
    """Somebody with what they can do."""

    technician: TechnicianShape
    skills: list[SkillShape]

    @classmethod
    def of(cls, uow: UnitOfWork, technician: Technician) -> TechnicianDetail:
        """The technician as a document."""
        return cls(
            technician=TechnicianShape.model_validate(technician),
            skills=[SkillShape.model_validate(one) for one in people.skills_of(uow, technician.id)],
        )


class NewTechnician(Sent):
    """Somebody new. Without a territory they get the one that their base lies in."""

    name: Name
    base_lat: Latitude
    base_lon: Degrees
    territory_id: Ref | None = None
    phone: Phone | None = None
    email: EmailStr | None = Field(None, max_length=200)
    base_address: str = Field("", max_length=300)
    profile: str = Field("car", min_length=1, max_length=40)
    pace: Pace = 1
    capacity: Capacity = Field(default_factory=dict)
    costs: Costs = Field(default_factory=Costs)
    senior: bool = False
    external_id: Short | None = None
    skills: Skills = Field(default_factory=list)


class TechnicianChange(Sent):
    """What is to be changed of somebody; what is not sent stays. ``skills`` replaces all that they hold."""

    name: Name = unsent()
    base_lat: Latitude = unsent()
    base_lon: Degrees = unsent()
    territory_id: Ref | None = None
    phone: Phone | None = None
    email: EmailStr | None = Field(None, max_length=200)
    base_address: str = Field(default_factory=lambda: "", max_length=300)
    profile: str = Field(default_factory=lambda: "", min_length=1, max_length=40)
    pace: Pace = unsent()
    capacity: Capacity = unsent()
    costs: Costs = unsent()
    senior: bool = unsent()
    external_id: Short | None = None
    active: bool = unsent()
    skills: Skills = unsent()


class PositionShape(BaseModel):
    """Where somebody was last known to be, and how many seconds traffic adds."""

    model_config = ConfigDict(from_attributes=True)

    technician_id: str
    at: At
    lat: float
    lon: float
    delay: int
    heading: float | None
    speed: float | None
    accuracy: float | None


class PositionReport(Sent):
    """Where somebody is."""

    lat: Latitude
    lon: Degrees
    at: When | None = None
    delay: int = Field(0, ge=0, le=43_200)
    heading: Heading | None = None
    speed: Speed | None = None
    accuracy: Accuracy | None = None


class BreakShape(Sent):
    """A rest in a shift: it begins between ``earliest`` and ``latest`` and takes ``duration`` seconds."""

    id: str | None = Field(None, min_length=1, max_length=40)
    earliest: When
    latest: When
    duration: Seconds


class BreakSeen(BaseModel):
    """A rest in a shift, and when it was taken and over."""

    id: str
    earliest: str
    latest: str
    duration: int
    taken_at: str | None = None
    ended_at: str | None = None


class ShiftShape(Row):
    """One working period."""

    technician_id: str
    starts_at: At
    ends_at: At
    max_overtime: int
    max_duty: int | None
    breaks: list[BreakSeen]
    began_at: At | None
    ended_at: At | None


class NewShift(Sent):
    """A shift for somebody. It must not overlap another one of theirs."""

    technician_id: Ref
    starts_at: When
    ends_at: When
    max_overtime: Seconds = 0
    max_duty: Annotated[int, Field(ge=1, le=366 * 86_400)] | None = None
    breaks: list[BreakShape] = Field(default_factory=list, max_length=6)


class ShiftChange(Sent):
    """What is to be changed of a shift; what is not sent stays."""

    starts_at: When = unsent()
    ends_at: When = unsent()
    max_overtime: Seconds = unsent()
    max_duty: Annotated[int, Field(ge=1, le=366 * 86_400)] | None = None
    breaks: Annotated[list[BreakShape], Field(max_length=6)] = unsent()


class ShiftStep(Sent):
    """Something that happens in a shift; ``break`` names the break that is taken, or over."""

    action: Literal["begin", "end", "take_break", "end_break"]
    at: When | None = None
    break_id: Short | None = Field(None, alias="break")


class WeekAgain(Sent):
    """A week whose shifts are to be repeated in so many weeks after it; left out: everybody's."""

    monday: dt.date
    weeks: int = Field(1, ge=1, le=13)
    technicians: list[Ref] | None = Field(None, max_length=1000)
    territory_id: Ref | None = None


class ThoseShifts(Sent):
    """Shifts that are to be removed together."""

    shifts: list[Ref] = Field(min_length=1, max_length=5000)


class SkippedShift(BaseModel):
    """A shift that was not made, because ``shift`` is there already."""

    model_config = ConfigDict(from_attributes=True)

    technician_id: str
    starts_at: At
    ends_at: At
    shift: str


class RepeatedShape(BaseModel):
    """The shifts that were made, and those that were not."""

    model_config = ConfigDict(from_attributes=True)

    made: list[ShiftShape]
    skipped: list[SkippedShift]


class AbsenceShape(Row):
    """A time in which somebody cannot work."""

    technician_id: str
    starts_at: At
    ends_at: At
    reason: str


class NewAbsence(Sent):
    """Somebody cannot work from then to then."""

    technician_id: Ref
    starts_at: When
    ends_at: When
    reason: Short = ""


class TerritoryShape(Row):
    """An area that some technicians normally serve. ``locked_until``: before then nothing moves there."""

    name: str
    time_zone: str
    boundary: dict[str, Any] | None
    supervisor_id: str | None
    locked_until: At | None = None


class NewTerritory(Sent):
    """A new territory. ``boundary``: a GeoJSON Polygon or MultiPolygon."""

    name: str = Field(min_length=1, max_length=120)
    time_zone: Zone
    boundary: Boundary | None = None
    supervisor_id: Ref | None = None


class TerritoryChange(Sent):
    """What is to be changed of a territory; what is not sent stays."""

    name: str = Field(default_factory=lambda: "", min_length=1, max_length=120)
    time_zone: Zone = unsent()
    boundary: Boundary | None = None
    supervisor_id: Ref | None = None


class AreaAsked(Sent):
    """An area that somebody draws: a GeoJSON Polygon or MultiPolygon, for a territory or (null) for a new one."""

    boundary: Boundary
    territory_id: Ref | None = None


class SomebodyInArea(BaseModel):
    """A technician whose base lies there."""

    model_config = ConfigDict(from_attributes=True)

    id: str
    name: str
    territory_id: str | None


class AreaSeen(BaseModel):
    """Sites inside: of the territory that is drawn (``kept``), of none (``joining``), of ``others``, which stay there.
    ``leaving``: sites of the territory that would lie outside."""

    model_config = ConfigDict(from_attributes=True)

    kept: int
    joining: int
    others: int
    leaving: int
    technicians: list[SomebodyInArea]
