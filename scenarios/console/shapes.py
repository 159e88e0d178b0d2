"""Scenarios as documents."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any

from pydantic import BaseModel, Field

from dispatch.console.shapes.base import Sent
from dispatch.console.shapes.common import At, Reason
from dispatch.console.shapes.plans import Id, Whole
from dispatch.domain.roles import Right
from dispatch.store.tables import Priority, ScenarioAsks, ScenarioRow, ScenarioStatus
from scenarios.console.failures import failure_told
from scenarios.planner.outcomes import scenario_in
from scenarios.planner.people import Called
from scenarios.report.assumed import changes
from scenarios.situation.taking import MOST_DAYS

Document = Annotated[
    dict[str, Any],
    Field(
        max_length=40,
        description="As docs/reference/scenarios.md has the file, and its JSON Schema: what is wrong is told by place",
    ),
]


class ProgressShape(BaseModel):
    """How far it is, in replications; of `staffing` in staffings, of `replay` in runs of the days."""

    done: int = Field(0, description="So many are done")
    most: int = Field(0, description="So many there may be at most")
    elapsed: float = Field(0, description="Seconds")
    left: float | None = Field(None, description="Seconds that it takes at most; null: not known yet")


class PublishedShape(BaseModel):
    """A change that was made true."""

    change: int = Field(description="Its place among the changes, from 0")
    said: str
    at: str
    by_name: str


class ScenarioShape(BaseModel):
    """A scenario, and where it stands."""

    id: str
    version: int
    title: str
    document: dict[str, Any]
    asks: ScenarioAsks = Field(description="What is asked of it; the answer is read under that name")
    changes: list[str] = Field(description="What is changed, a sentence for each")
    operation: bool = Field(description="Whether it starts from this operation, and not from a made-up town")
    status: ScenarioStatus
    progress: ProgressShape
    cancel_requested: bool
    created_at: At
    created_by_name: str
    asked_at: At | None
    started_at: At | None
    finished_at: At | None
    failure: str = Field(description="Why it could not be simulated, a line for each thing that is wrong")
    kept: bool | None = Field(
        description="Whether its conditions hold, or its targets are met; null: it has none, or no answer"
    )
    accepted_at: At | None
    accepted_by_name: str
    accepted_because: str
    published: list[PublishedShape]

    @classmethod
    def of(cls, row: ScenarioRow, called: Called, language: str) -> ScenarioShape:
        """A scenario, its sentences in the language of who reads it."""
        columns = {name: getattr(row, name) for name in cls.model_fields if name not in ("changes", "progress")}
        told = {
            "changes": changes(scenario_in(row), language, called.of(row)),
            "failure": failure_told(row.failure, language),
        }
        return cls.model_validate({**columns, **told, "progress": row.progress}, from_attributes=True)


class NewScenario(Sent):
    """A scenario to keep, and what is asked of it."""

    document: Document
    asks: ScenarioAsks = ScenarioAsks.EFFECT


class FileSent(Sent):
    """A scenario as the text of its file."""

    toml: str = Field(max_length=1_000_000)


class ReadFile(BaseModel):
    """What stands in a file."""

    document: dict[str, Any]


class Accepting(Sent):
    """That it is to be done, and why; without a reason only where every condition is kept."""

    because: Reason = ""


# The form ------------------------------------------------------------------------------------------------------------


class Looking(Sent):
    """Which situation to look at, as the file has it."""

    situation: dict[str, Any] = Field(max_length=40)


class Taking(Sent):
    """The operation as a day begins, or what so many days that are over were. ``history``: so many days up to then say
    what demand is like.
    """

    first: dt.date
    days: int = Field(0, ge=0, le=MOST_DAYS, description="0: as the day begins; else so many days that are over")
    history: int = Field(28, ge=1, le=400)


class PersonShape(BaseModel):
    """A technician of a situation."""

    id: str
    name: str = Field(description="Of the technician who is meant, where the situation is of this operation")
    territory: str
    skills: dict[str, int]
    start: int = Field(description="Minutes after midnight")
    end: int
    max_overtime: int


class SitePlaceShape(BaseModel):
    """A site of a situation, in degrees; of one that was taken, to about a hundred metres."""

    id: str
    lat: float
    lon: float


class StockShape(BaseModel):
    """How often the van has the part that a job needs, and hours until it is there where it has not."""

    filled: float
    hours: float


class SituationShape(BaseModel):
    """What a scenario starts from."""

    situation: dict[str, Any] = Field(description="As a scenario names it")
    name: str
    digest: str
    recorded_days: int = Field(description="So many days that are over; 0: it is how things stood, or made up")
    jobs_per_day: float
    sites: int
    places: list[SitePlaceShape] = Field(description="The sites, among which a base may be chosen")
    stock: StockShape | None = Field(description="What vans carry; null: it says nothing of parts")
    people: list[PersonShape]
    skills: list[str]
    territories: list[str]
    promises: list[PromisedShape]


class PromisedShape(BaseModel):
    """What is promised to a priority, in hours; null: nothing."""

    priority: Priority
    share: float
    on_site_hours: float | None
    resolve_hours: float | None


class KpiShape(BaseModel):
    """A figure."""

    name: str
    label: str
    unit: str
    share: bool = Field(description="It counts from 0 to 1 and is shown in percent, its differences in points")
    more_is_better: bool
    most: float | None = Field(description="It is never above that, and never below zero; null: without a bound")
    meaning: str


class FormShape(BaseModel):
    """What a form offers."""

    kpis: list[KpiShape]
    agents: list[AgentShape]
    policy: dict[str, Any] = Field(description="Fields of the operation's planning policy that are not as by default")
    today: dt.date = Field(description="Where the operation is at home")


class AgentShape(BaseModel):
    """Somebody who may decide."""

    agent: str
    label: str


# What came of it -----------------------------------------------------------------------------------------------------


class IntervalShape(BaseModel):
    """A mean with half of its 95 % interval; null: nothing was counted, or one replication says nothing of it."""

    mean: float | None
    half: float | None
    count: int
    tells: bool = Field(description="Zero lies outside: a difference is more than chance")


class FigureShape(KpiShape):
    """A figure of each alternative, and its difference to the first one (null for that one itself)."""

    means: list[IntervalShape]
    differences: list[IntervalShape | None]
    each: list[list[float | None]]


class ConditionShape(BaseModel):
    """A condition, what it was held against, and whether it holds."""

    said: str
    kpi: str
    unit: str
    share: bool = Field(description="Its figure counts from 0 to 1 and is shown in percent")
    compares: bool
    found: IntervalShape
    holds: bool


class OutcomeShape(BaseModel):
    """What came of a scenario, or of several beside each other."""

    digest: str
    replications: int
    alternatives: list[str]
    figures: list[FigureShape]
    conditions: list[ConditionShape]
    accepted: bool


# Publishing ----------------------------------------------------------------------------------------------------------


class StepShape(BaseModel):
    """A row that is changed, what is in it now and then."""

    id: str
    version: int
    name: str
    now: dict[str, Any]
    then: dict[str, Any]


class ShiftSpanShape(BaseModel):
    """A shift by the clocks of its territory."""

    date: dt.date
    start: str = Field(description="Such as 08:00")
    end: str


class AlikeShape(BaseModel):
    """What is to be entered by hand of people who are hired: the same as of somebody who is there."""

    technician: str = Field(description="The id of whom they are like")
    name: str
    count: int
    territory: str = Field(description="Its name; empty: none")
    skills: dict[str, int]
    base_address: str
    shifts: list[ShiftSpanShape] = Field(description="Those of a week from the day on")


class PartShape(BaseModel):
    """One change, as publishing it would go."""

    change: int
    said: str
    can: bool = Field(description="It can be published, by whoever has the right")
    may: bool = Field(description="You have the right")
    right: Right | None
    why_not: str
    steps: list[StepShape]
    alike: AlikeShape | None = Field(description="Of people who are hired, what is to be entered by hand")
    published: PublishedShape | None


class PublicationShape(BaseModel):
    """Every change, as publishing it would go."""

    since: dt.date
    parts: list[PartShape]


class Publishing(Sent):
    """Which changes to publish: all of them, or none. ``seen``: id → version of each row that is changed."""

    changes: list[Annotated[int, Field(ge=0, le=1000)]] = Field(min_length=1, max_length=100)
    seen: dict[Id, Whole] = Field(max_length=10_000)
    since: dt.date
