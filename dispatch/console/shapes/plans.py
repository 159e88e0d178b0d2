"""Plans, drafts, runs and policies as documents. The published plan of today is one by itself: see
:class:`dispatch.planning.board.Board`."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from dispatch.console.shapes.base import Sent, unsent
from dispatch.console.shapes.common import Short
from dispatch.console.shapes.work import Pin
from dispatch.planning.policies import MAX_COST, MAX_HORIZON, MAX_SECONDS, MAX_WEIGHT
from dispatch.planning.sight import certificate_of
from dispatch.store.tables import PlanRow, PlanStatus, Priority, RunStatus
from dispatch.store.unit_of_work import UnitOfWork

Id = Annotated[str, Field(min_length=1, max_length=40)]
Whole = Annotated[int, Field(ge=0, le=2**31 - 1)]
Name = Annotated[str, Field(min_length=1, max_length=120)]
Price = Annotated[float, Field(ge=0, le=MAX_COST, allow_inf_nan=False)]
Days = Annotated[int, Field(ge=1, le=MAX_HORIZON)]
Seconds = Annotated[float, Field(gt=0, le=MAX_SECONDS, allow_inf_nan=False)]
Weight = Annotated[float, Field(ge=0, le=MAX_WEIGHT, allow_inf_nan=False)]
Weights = Annotated[dict[Short, Weight], Field(max_length=20)]


class _FromRow(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class PlanSummary(_FromRow):
    """A plan in a list. ``gain``: what it saves against the plan it starts from; ``touched``: visits that move.

    ``replaced_by``: of a rejected draft, the newer one that took its place; null where somebody rejected it.
    """

    id: str
    version: int
    status: PlanStatus
    edition: int | None
    run_id: str | None
    policy_id: str | None
    based_on: str | None
    reason: str
    horizon_start: dt.datetime
    horizon_end: dt.datetime
    gain: float
    touched: int
    replaced_by: str | None
    created_by: str
    created_at: dt.datetime
    published_by: str | None
    published_at: dt.datetime | None


class Buys(BaseModel):
    """What a plan buys against the one it starts from: what is saved, below zero what it takes more.

    ``promises_kept``: those that only this one keeps; ``promises_missed``: those that only the other one keeps.
    ``unassigned``: visits that get a place, less those that lose theirs.
    """

    travel_seconds: int
    travel_metres: int
    overtime_seconds: int
    lateness_seconds: int
    promises_kept: int
    promises_missed: int
    unassigned: int
    money: float


class Certificate(BaseModel):
    """How a plan came about. ``bound``: no plan of the same problem costs less under the policy; ``gap``: the share of
    this one's cost that could be saved at most; both null where nobody has worked a bound out, as for plans that no run
    made. ``edition``: the published plan that it starts from.
    """

    bound: float | None
    gap: float | None
    seed: int | None
    policy: str | None
    seconds: float | None
    iterations: int | None
    edition: int | None


class PlanShape(PlanSummary):
    """A plan with what it would change, group by group, and what it costs, rule by rule.

    ``difference.clusters`` can be approved one by one; ``difference.curve`` says what each change budget gains.
    ``snapshot`` says what was relaxed or held, and what people call the visits and technicians.
    """

    plan: dict[str, Any] = Field(description="In the form of the planning model")
    scorecard: dict[str, Any]
    difference: dict[str, Any]
    snapshot: dict[str, Any]
    buys: Buys | None = Field(None, description="Null for plans of before it was worked out, and across territories")
    certificate: Certificate | None = None

    @classmethod
    def of(cls, uow: UnitOfWork, row: PlanRow) -> PlanShape:
        """The plan as it is answered."""
        shape = cls.model_validate(row)
        bought = row.difference.get("buys")
        shape.buys = Buys.model_validate(bought) if bought else None
        shape.certificate = Certificate.model_validate(certificate_of(uow, row))
        return shape


class Approval(Sent):
    """``clusters``: which groups of changes; left out: all. ``expected_edition``: the published plan you have seen;
    left out: the one that the draft starts from."""

    clusters: list[Id] | None = Field(None, min_length=1, max_length=1000)
    expected_edition: Whole | None = None


class Rejection(Sent):
    """Why nobody wants the draft."""

    because: str = Field("", max_length=500)


class EditShape(Sent):
    """One change to a draft: give a visit to a technician (on a shift, at a position; left out: where it is cheapest),
    or take it from everybody, or pin it."""

    visit: Id
    technician: Id | None = None
    shift: Id | None = None
    position: Whole | None = None
    role: Whole = 0
    unassign: bool = False
    pin: Pin | None = None

    def plain(self) -> dict[str, Any]:
        """As the service takes it: of a pin only what was sent."""
        return {**self.model_dump(exclude={"pin"}), "pin": None if self.pin is None else self.pin.sent()}


class Edits(Sent):
    """What to change, one after another."""

    edits: list[EditShape] = Field(min_length=1, max_length=100)


class SettingShape(BaseModel):
    """Touching at most ``touched`` visits gains ``gain`` and mends ``mended`` broken rules, by these clusters."""

    touched: int
    mended: int
    gain: float
    clusters: list[str]


class RunShape(_FromRow):
    """A planning run. ``progress``: ``elapsed`` seconds, ``best`` total so far, ``unassigned``, ``iterations``."""

    id: str
    version: int
    status: RunStatus
    reason: str
    because: str
    policy_id: str
    overrides: dict[str, Any]
    seed: int
    based_on: str | None
    progress: dict[str, Any]
    cancel_requested: bool
    requested_by: str
    attempts: int
    created_at: dt.datetime
    started_at: dt.datetime | None
    finished_at: dt.datetime | None
    failure: str
    draft_id: str | None


class Overrides(Sent):
    """What is different from the policy, this once."""

    weights: Weights = unsent()
    change_budget: Whole | None = None
    freeze: Whole = unsent()
    tolerance: Whole = unsent()
    reassign_cost: Price = unsent()
    cost_per_hour_later: Price = unsent()
    cost_per_hour_waiting: Price = unsent()
    least_gain: Price = unsent()
    horizon_days: Days = unsent()
    seconds: Seconds = unsent()
    dispatch_ahead: Whole = unsent()
    accept_ahead: Whole = unsent()


class NewRun(Sent):
    """A run to start; without a policy the standard one is used."""

    because: str = Field("", max_length=500)
    policy_id: Id | None = None
    overrides: Overrides = Field(default_factory=Overrides)
    seed: Whole = 1


class Allowance(Sent):
    """What may be published without asking: ``reason`` is a kind of event or ``*``; ``touches_at_most`` counts visits
    that had a place; with a ``priority``, only the places of visits of that priority."""

    reason: str = Field("*", max_length=40)
    touches_at_most: Whole = 0
    priority: Priority | None = None


Allowances = Annotated[list[Allowance], Field(max_length=50)]


class PolicyShape(_FromRow):
    """How an operation wants to be planned."""

    id: str
    version: int
    name: str
    standard: bool
    weights: dict[str, float]
    change_budget: int | None
    publish_without_asking: list[Allowance]
    freeze: int
    tolerance: int
    reassign_cost: float
    cost_per_hour_later: float
    cost_per_hour_waiting: float
    least_gain: float
    horizon_days: int
    seconds: float
    dispatch_ahead: int
    accept_ahead: int
    created_at: dt.datetime
    updated_at: dt.datetime


class NewPolicy(Sent):
    """A policy to create. Durations in seconds; ``weights``: soft rule → weight."""

    name: Name
    standard: bool = False
    weights: Weights = Field(default_factory=dict)
    change_budget: Whole | None = None
    publish_without_asking: Allowances = Field(default_factory=list)
    freeze: Whole = 900
    tolerance: Whole = 900
    reassign_cost: Price = 8.0
    cost_per_hour_later: Price = 5.0
    cost_per_hour_waiting: Price = 30.0
    least_gain: Price = 5.0
    horizon_days: Days = 2
    seconds: Seconds = 10.0
    dispatch_ahead: Whole = 43_200
    accept_ahead: Whole = 3600


class PolicyChange(Overrides):
    """What is to be changed of a policy; what is not sent stays."""

    name: Name = unsent()
    standard: bool = unsent()
    publish_without_asking: Allowances = unsent()
