"""Why a visit is where it is, and what would free it."""

from __future__ import annotations

import datetime as dt
from typing import Any, Literal

from pydantic import BaseModel, Field

from dispatch.console.shapes.base import Sent
from dispatch.console.shapes.common import When
from dispatch.console.shapes.plans import EditShape, Id, Whole
from dispatch.console.shapes.work import Skills
from dispatch.planning.edit import Edit
from dispatch.planning.freed import Change
from dispatch.planning.why import Blocked, Elsewhere, Here

Kind = Literal["unpin", "widen_window", "overtime", "less_skill", "another_day", "gives_way", "unpin_other"]
"""What can free a visit."""


class RoleAsked(Sent):
    """What a member of a crew must bring."""

    skills: Skills = Field(default_factory=dict)


class VisitAsked(Sent):
    """What the visit asks for then."""

    windows: list[tuple[When, When]] | None = Field(default=None, max_length=50)
    roles: list[RoleAsked] | None = Field(default=None, max_length=10)

    def plain(self) -> dict[str, Any]:
        """Only what is asked for."""
        return self.model_dump(exclude_none=True)


class Freed(Sent):
    """What to do: as an explanation's ``free[].apply`` says it. ``expected_edition``: that of the explanation."""

    kind: Kind
    edits: list[EditShape] = Field(min_length=1, max_length=10)
    visit_change: VisitAsked = Field(default_factory=lambda: VisitAsked())
    unpin: list[Id] = Field(default_factory=list, max_length=10)
    anyway: bool = False
    because: str = Field("", max_length=500)
    expected_edition: Whole | None = None

    def change(self) -> Change:
        """As planning takes it."""
        edits = [Edit(**one.plain()) for one in self.edits]
        return Change(edits, self.visit_change.plain(), self.unpin, self.anyway, self.expected_edition)


class FreeingShape(BaseModel):
    """One thing that would free the visit; it was tried. ``apply``: what to send to do it."""

    kind: Kind
    what: str
    change: float
    technician: str
    start: dt.datetime
    verified: bool
    apply: Freed


class WhyShape(BaseModel):
    """``elsewhere``: everybody's best place, those that fit first; ``blocked``: with whom it fits nowhere, and why.

    ``edition``: of the plan that was looked at; null: a draft. On another one its edits may mean something else.
    """

    visit: str
    number: str
    edition: int | None
    here: Here | None
    elsewhere: list[Elsewhere]
    blocked: list[Blocked]
    free: list[FreeingShape]
