"""What came of sweeps, staffings, worths and replays, as documents."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from pydantic import BaseModel, Field

from dispatch.console.shapes.base import Sent
from scenarios.console.shapes import FigureShape, IntervalShape, KpiShape


class PointShape(BaseModel):
    """One value of a sweep: the figure there, and what the step to it brings (null for the first)."""

    value: float
    mean: IntervalShape
    step: IntervalShape | None


class SweepShape(BaseModel):
    """A figure over the values of a sweep."""

    digest: str
    replications: int
    kind: str
    varied: str = Field(description="What is varied, in words")
    kpi: KpiShape
    points: list[PointShape]
    knee: float | None = Field(description="The value where more stops bringing much; null: there is none")
    sure: float | None = Field(
        description="The share of curves drawn again from the same replications that bend there; null: there is no knee"
    )
    figures: list[FigureShape] = Field(description="Every figure at every value")


class TargetShape(BaseModel):
    """What a staffing has to meet."""

    said: str
    kpi: KpiShape
    limit: float


class GroupShape(BaseModel):
    """Technicians who can stand in for each other."""

    technicians: list[str]
    names: list[str] = Field(description="Of those who are meant, where the situation is of this operation")
    least: int
    most: int
    cost_per_day: float


class TriedShape(BaseModel):
    """A staffing that was simulated: how many of each group, and what was found of each target."""

    counts: list[int]
    cost_per_day: float
    found: list[IntervalShape]
    replications: int
    meets: bool


class StaffingShape(BaseModel):
    """The cheapest staffing that meets the targets, and all others that were simulated, the cheapest first."""

    digest: str
    said: str
    targets: list[TargetShape]
    groups: list[GroupShape]
    tried: list[TriedShape]
    best: int | None = Field(description="Its place among those that were simulated; null: none meets every target")
    possible: int = Field(description="So many staffings there were to choose from")


class TakingOver(Sent):
    """Which staffing to make a scenario of; null: the cheapest one that meets the targets."""

    counts: list[Annotated[int, Field(ge=0, le=200)]] | None = Field(None, min_length=1, max_length=8)


class MoreShape(BaseModel):
    """One more of something, and what it brings in a week."""

    of: str
    said: str
    territory: str
    weekday: str | None
    skill: str | None
    hours: float = Field(description="Technician hours that it adds to a week")
    money: IntervalShape
    an_hour: float | None
    sla: IntervalShape
    backlog: IntervalShape


class WorthShape(BaseModel):
    """What one more is worth, what is worth most first."""

    digest: str
    replications: int
    said: str
    kpis: list[KpiShape] = Field(description="Those that are told beside the money")
    more: list[MoreShape]


class ColumnShape(BaseModel):
    """A column of a replay: minutes of one sort, or the cost."""

    name: str
    label: str


class StageShape(BaseModel):
    """The days, each time with one thing more as it could have been."""

    name: str
    label: str
    meaning: str
    minutes: list[IntervalShape] = Field(description="One for each column")
    jobs_per_day: IntervalShape


class CauseShape(BaseModel):
    """What lies between one stage and the next; below zero: it gained."""

    label: str
    because: str
    minutes: list[IntervalShape]


class DecisionShape(BaseModel):
    """Something that was decided by hand, and what it cost; below zero: it gained."""

    at: dt.datetime
    kind: str
    label: str
    about: str
    minutes: list[IntervalShape]


class ReplayShape(BaseModel):
    """What days that are over could have been, and what was lost by cause."""

    digest: str
    first: dt.date
    days: int
    time_zone: str
    replications: int
    said: str
    dispatch: str = Field(description="Who decides under today's policy, in words")
    columns: list[ColumnShape]
    stages: list[StageShape]
    causes: list[CauseShape] = Field(description="They add up to the whole")
    whole: CauseShape
    by_hand: list[DecisionShape] = Field(description="They work on one another, and do not add up")
    uncertain: list[str]
