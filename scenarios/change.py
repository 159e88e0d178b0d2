"""What a scenario changes, as its file has it: one class for each kind of change."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from dispatch.store.tables import Priority

Name = Annotated[str, Field(min_length=1, max_length=120)]


class FilePart(BaseModel):
    """A table of the file. What is unknown in it is refused, because it is a mistake in writing."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=False, allow_inf_nan=False)


class Dispatching(FilePart):
    """Who decides. ``iterations``: rounds of each search. ``every_minutes``: of ``rolling``. ``answers_after``: seconds
    that a dispatcher takes to approve a draft of ``live``. ``policy``: fields of a planning policy.
    """

    agent: Literal["first_come", "nearest", "morning", "rolling", "live"] = "live"
    iterations: int = Field(default=300, ge=0, le=1_000_000)
    every_minutes: int = Field(default=60, ge=1, le=1440)
    answers_after: int = Field(default=180, ge=0, le=86_400)
    by_priority: bool = True
    policy: Mapping[str, Any] = Field(default_factory=dict)


class DemandChange(FilePart):
    """So many times the demand, everywhere or for some of it."""

    kind: Literal["demand"]
    factor: float = Field(ge=0, le=4)
    territory: str | None = None
    skill: str | None = None
    priority: Priority | None = None


class Leave(FilePart):
    """Technicians leave."""

    kind: Literal["leave"]
    technicians: list[Name] = Field(min_length=1)


class Hire(FilePart):
    """Technicians are added who are like one that is there."""

    kind: Literal["hire"]
    like: Name
    count: int = Field(default=1, ge=1, le=200)


class Train(FilePart):
    """Technicians learn a skill, or more of it."""

    kind: Literal["train"]
    technicians: list[Name] = Field(min_length=1)
    skill: Name
    level: int = Field(default=1, ge=1, le=9)


class MoveShifts(FilePart):
    """Shifts and their breaks begin and end later by so many minutes; all of them where nobody is named."""

    kind: Literal["move-shifts"]
    minutes: int = Field(ge=-720, le=720)
    technicians: list[Name] | None = Field(default=None, min_length=1)


class Overtime(FilePart):
    """So many minutes of overtime are allowed; to all where nobody is named."""

    kind: Literal["overtime"]
    minutes: int = Field(ge=0, le=720)
    technicians: list[Name] | None = Field(default=None, min_length=1)


class NewBase(FilePart):
    """Technicians begin and end their shifts elsewhere; all of them where nobody is named. They stay with their
    territory. Where: at the base of another technician (``like``), at a site of the situation (``site``, its id), or at
    a point (``lat`` and ``lon``, in degrees), to which the ways are measured as the situation's others were. A
    situation that was taken knows no ways to new points.
    """

    kind: Literal["base"]
    technicians: list[Name] | None = Field(default=None, min_length=1)
    like: Name | None = None
    site: Name | None = None
    lat: float | None = Field(default=None, ge=-90, le=90)
    lon: float | None = Field(default=None, ge=-180, le=180)

    @model_validator(mode="after")
    def _one_place(self) -> NewBase:
        if (self.lat is None) != (self.lon is None):
            raise ValueError("says half of a point: give both `lat` and `lon`")
        if sum(one is not None for one in (self.like, self.site, self.lat)) != 1:
            raise ValueError("says no place, or several: give `like`, `site`, or `lat` and `lon`")
        return self

    @property
    def point(self) -> tuple[float, float] | None:
        """Latitude and longitude, where it says a point."""
        return None if self.lat is None or self.lon is None else (self.lat, self.lon)


class PromiseChange(FilePart):
    """Jobs of a priority are promised something else."""

    kind: Literal["promise"]
    priority: Priority
    on_site_hours: float | None = Field(default=None, gt=0, le=1000)
    resolve_hours: float | None = Field(default=None, gt=0, le=1000)

    @model_validator(mode="after")
    def _something(self) -> PromiseChange:
        if self.on_site_hours is None and self.resolve_hours is None:
            raise ValueError("promises nothing: give `on_site_hours` or `resolve_hours`")
        return self


class TravelChange(FilePart):
    """Every way takes so many times as long, as in winter."""

    kind: Literal["travel"]
    factor: float = Field(gt=0, le=10)


class VanStock(FilePart):
    """Vans are filled better or worse, or a part that was missing is there sooner or later. ``filled``: the share of
    needed parts that the van has; ``hours``: until a missing one is there. What comes in is the same, and so is which
    job needs a part: with better filled vans every part is there that was there before, and some more.
    """

    kind: Literal["van-stock"]
    filled: float | None = Field(default=None, ge=0, le=1)
    hours: float | None = Field(default=None, ge=0, le=1000)

    @model_validator(mode="after")
    def _something(self) -> VanStock:
        if self.filled is None and self.hours is None:
            raise ValueError("changes nothing: give `filled` or `hours`")
        return self


class DispatchChange(FilePart):
    """Somebody else decides, or the same by another policy."""

    kind: Literal["dispatch"]
    dispatch: Dispatching


Change = Annotated[
    DemandChange
    | Leave
    | Hire
    | Train
    | MoveShifts
    | Overtime
    | NewBase
    | PromiseChange
    | TravelChange
    | VanStock
    | DispatchChange,
    Field(discriminator="kind"),
]
