"""Moves by hand on the published plan, and taking them back."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from dispatch.console.shapes.base import Sent
from dispatch.console.shapes.plans import EditShape, PlanSummary, Whole


class MoveShape(Sent):
    """What to move, and why. ``anyway``: set aside what may be set aside; ``expected_edition``: what you have seen."""

    edits: list[EditShape] = Field(min_length=1, max_length=100)
    because: str = Field("", max_length=500)
    anyway: bool = False
    expected_edition: Whole | None = None


class StaysShape(BaseModel):
    """A visit that does not go back, and why."""

    model_config = ConfigDict(from_attributes=True)

    visit: str
    number: str
    sentence: str


class UndoneShape(BaseModel):
    """The plan that was published, which visits went back, and which did not."""

    model_config = ConfigDict(from_attributes=True)

    plan: PlanSummary
    undone: list[str]
    could_not: list[StaysShape]
