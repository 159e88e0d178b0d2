"""A scenario as its file has it: what it starts from, what is changed, who dispatches, for how long, and what it must
not make worse. The JSON Schema is made from these classes.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from scenarios.change import (
    Change,
    DemandChange,
    DispatchChange,
    Dispatching,
    FilePart,
    Hire,
    Leave,
    MoveShifts,
    Name,
    NewBase,
    Overtime,
    PromiseChange,
    Train,
    TravelChange,
    VanStock,
)
from scenarios.measuring.kpis import KPIS

__all__ = [
    "ADDITIONS",
    "FORMAT",
    "MOST_STAFFINGS",
    "Acceptance",
    "Addition",
    "Change",
    "DemandChange",
    "DispatchChange",
    "Dispatching",
    "GeneratedTown",
    "Ground",
    "Group",
    "Hire",
    "Horizon",
    "KpiName",
    "Leave",
    "MoveShifts",
    "Name",
    "NewBase",
    "Overtime",
    "Parts",
    "PromiseChange",
    "Replications",
    "SampleCity",
    "Scenario",
    "Staffing",
    "Sweep",
    "TakenSituation",
    "Train",
    "TravelChange",
    "VanStock",
    "Worth",
    "json_schema",
]

FORMAT = "fieldwright scenario 1"
MOST_STAFFINGS = 20_000

KpiName = Annotated[str, Field(json_schema_extra={"enum": list(KPIS)})]
"""The name of a figure."""


# What it starts from ---------------------------------------------------------------------------------------------


class _WithForecast(FilePart):
    """What may take its demand from a forecast."""

    demand: str | None = Field(
        default=None,
        min_length=1,
        max_length=4000,
        description="the file of a forecast, beside the scenario's own unless it is an absolute path: what comes in on "
        "the days that it is for",
    )

    @model_validator(mode="after")
    def _one_demand(self) -> _WithForecast:
        if self.demand is not None and "jobs_per_day" in self.model_fields_set:
            raise ValueError("says twice how much comes in: leave out `jobs_per_day`, or `demand`")
        return self


class Parts(FilePart):
    """Parts that work needs, and vans carry. ``needed``: of the jobs of kinds that use parts, the share that needs one;
    ``filled``: of those, the share for which the van that comes has it; ``hours``: until a part that was missing is
    there, and somebody can come again.
    """

    needed: float = Field(default=0.5, ge=0, le=1)
    filled: float = Field(default=0.8, ge=0, le=1)
    hours: float = Field(default=24, ge=0, le=1000)


class GeneratedTown(_WithForecast):
    """A town made up from a seed (:mod:`scenarios.situation.generated`). ``demand``: the file of a forecast that says
    what comes in, instead of ``jobs_per_day``. ``parts``: what work needs and vans carry; without it no part is ever
    missing. ``crews``: the share of jobs that need two technicians at a time.
    """

    kind: Literal["generated"]
    digest: str | None = Field(default=None, description="what the situation is known to be; another one is refused")
    seed: int = Field(default=1, ge=0, le=2**31 - 1)
    technicians: int = Field(default=8, ge=1, le=200)
    jobs_per_day: float = Field(default=45, gt=0, le=5000)
    sites: int = Field(default=240, ge=1, le=5000)
    radius_km: float = Field(default=5, gt=0, le=100)
    parts: Parts | None = None
    crews: float = Field(default=0, ge=0, le=0.5)


class SampleCity(_WithForecast):
    """The sample's company in La Serena and Coquimbo, on the real streets (:mod:`scenarios.situation.sample_city`).
    ``demand``: the file of a forecast that says what comes in, instead of ``jobs_per_day``. ``parts``: what work needs
    and vans carry; without it no part is ever missing. ``crews``: the share of jobs that need two technicians at a
    time.
    """

    kind: Literal["sample-city"]
    digest: str | None = Field(default=None, description="what the situation is known to be; another one is refused")
    seed: int = Field(default=1, ge=0, le=2**31 - 1)
    jobs_per_day: float = Field(default=70, gt=0, le=1000)
    parts: Parts | None = None
    crews: float = Field(default=0, ge=0, le=0.5)


class TakenSituation(_WithForecast):
    """A live system as a day began, or a period of its history (`fieldwright scenario take`). ``file``: the situation's
    file, beside the scenario's own unless it is an absolute path. ``demand``: the file of a forecast that says what
    comes in on days that are not recorded.
    """

    kind: Literal["taken"]
    digest: str | None = Field(default=None, description="what the situation is known to be; another one is refused")
    file: str = Field(min_length=1, max_length=4000)


Ground = Annotated[GeneratedTown | SampleCity | TakenSituation, Field(discriminator="kind")]


class Horizon(FilePart):
    """Which days are simulated. The first ``warm_up`` days happen and are not counted."""

    first: dt.date
    days: int = Field(ge=1, le=400)
    warm_up: int = Field(default=0, ge=0, le=399)

    @model_validator(mode="after")
    def _something_is_left(self) -> Horizon:
        if self.warm_up >= self.days:
            raise ValueError(f"leaves no day to count: choose fewer than {self.days} days of warm-up")
        return self


class Replications(FilePart):
    """How often it is simulated: from ``least`` on until each figure in ``until`` is known to within so much on either
    side (95 %), and ``most`` times at most.
    """

    seed: int = Field(default=1, ge=0, le=2**31 - 1)
    least: int = Field(default=5, ge=1, le=10_000)
    most: int = Field(default=20, ge=1, le=10_000)
    until: Mapping[KpiName, Annotated[float, Field(gt=0)]] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _ordered(self) -> Replications:
        if self.least > self.most:
            raise ValueError(f"asks for at least {self.least} and at most {self.most}: raise `most`")
        return self


# What it must not make worse -------------------------------------------------------------------------------------


class Acceptance(FilePart):
    """One condition for accepting the changes. ``at_least`` and ``at_most`` are of the figure with the changes,
    ``may_fall_by`` and ``may_rise_by`` of its difference to the same days without them.

    ``sure``: the condition has to hold on the whole 95 % interval; otherwise its mean counts.
    """

    kpi: KpiName
    at_least: float | None = None
    at_most: float | None = None
    may_fall_by: float | None = Field(default=None, ge=0)
    may_rise_by: float | None = Field(default=None, ge=0)
    sure: bool = True

    @model_validator(mode="after")
    def _one_condition(self) -> Acceptance:
        given = (self.at_least, self.at_most, self.may_fall_by, self.may_rise_by)
        if sum(one is not None for one in given) != 1:
            raise ValueError("says no condition, or several: give one of at_least, at_most, may_fall_by, may_rise_by")
        return self

    @property
    def compares(self) -> bool:
        """Whether it is about the difference to the same days without the changes."""
        return self.may_fall_by is not None or self.may_rise_by is not None


# Sweeps ----------------------------------------------------------------------------------------------------------


class Sweep(FilePart):
    """One thing varied, for `fieldwright scenario sweep`: the number of all technicians, or the factor of demand.

    ``values`` rise. ``kpi``: the figure of which the knee is looked for.
    """

    kind: Literal["technicians", "demand"]
    values: list[Annotated[float, Field(gt=0, le=200)]] = Field(min_length=2, max_length=50)
    kpi: KpiName = "sla"

    @model_validator(mode="after")
    def _rising(self) -> Sweep:
        if self.values != sorted(set(self.values)):
            raise ValueError("has values that do not rise: write each once, the smallest first")
        if self.kind == "technicians" and any(value != round(value) for value in self.values):
            raise ValueError("has a broken number of technicians: give whole numbers")
        return self


# How many it takes, and what one more is worth --------------------------------------------------------------------


class Group(FilePart):
    """Technicians of whom the planner may have more or fewer, for `fieldwright scenario staff`.

    ``technicians``: who they are today; fewer are the first of them, more are like them in turn. ``cost_per_day``: what
    each costs on every day, whether there is work or not.
    """

    technicians: list[Name] = Field(min_length=1)
    least: int = Field(default=0, ge=0, le=200)
    most: int = Field(ge=1, le=200)
    cost_per_day: float = Field(gt=0)

    @model_validator(mode="after")
    def _ordered(self) -> Group:
        if self.least > self.most:
            raise ValueError(f"has at least {self.least} and at most {self.most} technicians: raise `most`")
        return self


class Staffing(FilePart):
    """The cheapest staffing that meets targets, for `fieldwright scenario staff`. Targets are conditions with
    ``at_least`` or ``at_most``.
    """

    targets: list[Acceptance] = Field(min_length=1)
    groups: list[Group] = Field(min_length=1, max_length=8)

    @model_validator(mode="after")
    def _can_be_searched(self) -> Staffing:
        if any(one.compares for one in self.targets):
            raise ValueError("has a target that compares with other days: give at_least or at_most")
        named = [name for group in self.groups for name in group.technicians]
        twice = sorted({name for name in named if named.count(name) > 1})
        if twice:
            raise ValueError(f"has {twice[0]} twice: name each technician once")
        if math.prod(one.most - one.least + 1 for one in self.groups) > MOST_STAFFINGS:
            raise ValueError(f"has more than {MOST_STAFFINGS} staffings: narrow `least` to `most`, or drop a group")
        return self


Addition = Literal["technician", "hour", "skill"]
ADDITIONS: tuple[Addition, ...] = ("technician", "hour", "skill")


class Worth(FilePart):
    """What one more is worth, for `fieldwright scenario worth`: a technician, an hour on every shift, or a technician's
    new skill, in each territory. ``by_weekday``: a technician and an hour on each day of the week by itself as well.
    """

    of: list[Addition] = Field(default_factory=lambda: list(ADDITIONS), min_length=1)
    by_weekday: bool = False


class Scenario(FilePart):
    """A whole file."""

    format: Literal["fieldwright scenario 1"]
    title: Name
    question: str = ""
    situation: Ground
    horizon: Horizon
    dispatch: Dispatching = Dispatching()
    changes: list[Change] = Field(default_factory=list)
    replications: Replications = Replications()
    kpis: list[KpiName] = Field(default_factory=lambda: list(KPIS), min_length=1)
    accept: list[Acceptance] = Field(default_factory=list)
    sweep: Sweep | None = None
    staffing: Staffing | None = None
    worth: Worth | None = None

    @property
    def agent_after(self) -> Dispatching:
        """Who decides once the changes are made."""
        named = [one.dispatch for one in self.changes if isinstance(one, DispatchChange)]
        return named[-1] if named else self.dispatch


def json_schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of a scenario file."""
    named = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Fieldwright scenario"}
    return {**Scenario.model_json_schema(), **named}
