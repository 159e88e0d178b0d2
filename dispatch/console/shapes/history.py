"""A day to be played again, as a document; see :mod:`dispatch.planning.replay`."""

from __future__ import annotations

import datetime as dt
from typing import Any, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from dispatch.console.shapes.board import BoardAbsence, BoardRole, BoardShiftRow, BoardSkill, BoardVisit
from dispatch.planning.replay.replay import Replay


class _FromReplay(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class ReplayVisit(BoardVisit):
    """A visit of the day. ``planned``: where the first plan had it; ``done``: where it came to be."""

    done: list[BoardRole]


class ReplayPerson(BaseModel):
    """A technician of the day, with the shifts as they were in the end."""

    id: str
    name: str
    phone: str | None
    territory: str | None
    skills: list[BoardSkill]
    absences: list[BoardAbsence]
    shifts: list[BoardShiftRow]


class ReplayFrame(_FromReplay):
    """One thing that happened, and what it was about. What ``data`` holds depends on the kind."""

    at: AwareDatetime
    kind: Literal[
        "received",
        "status",
        "extended",
        "assigned",
        "published",
        "promise",
        "jeopardy",
        "duty",
        "absence",
        "dispute",
        "settled",
        "position",
    ]
    visit: str | None
    technician: str | None
    plan: str | None
    edition: int | None
    job: str | None
    data: dict[str, Any]


class ReplayTotals(_FromReplay):
    """A day in a few numbers; everybody of a crew counts. Promises: to be on site, and to be done, by then."""

    visits: int = Field(description="Planned, or completed")
    travel_seconds: int
    travel_metres: int | None = Field(description="Null where nobody measured it")
    service_seconds: int
    late: int = Field(description="Visits that began after their appointment")
    late_seconds: int
    kept: int = Field(description="Promises that were kept")
    missed: int = Field(description="Promises that were missed")


class ReplayPlan(BaseModel):
    """The plan with which the day began."""

    plan: str
    edition: int
    at: AwareDatetime


class ReplayDay(BaseModel):
    """A day of the operation to be played again.

    ``complete``: whether all that happened is still known; otherwise the frames are what the visits themselves say.
    """

    day: dt.date
    time_zone: str
    since: AwareDatetime
    until: AwareDatetime
    now: AwareDatetime
    first: ReplayPlan | None
    complete: bool
    technicians: list[ReplayPerson]
    visits: list[ReplayVisit]
    frames: list[ReplayFrame]
    planned: ReplayTotals
    done: ReplayTotals

    @classmethod
    def document(cls, found: Replay) -> dict[str, Any]:
        """What is sent. It is made of what was read a moment ago, so it is not checked once more."""
        first = found.first
        plan = {"plan": first.plan, "edition": first.edition, "at": first.at} if first.plan is not None else None
        return {
            "day": found.day.date,
            "time_zone": found.day.zone.key,
            "since": found.day.since,
            "until": found.day.until,
            "now": found.now,
            "first": plan,
            "complete": found.complete,
            "technicians": found.technicians,
            "visits": [{**one, "reasons": []} for one in found.visits],
            "frames": found.frames,
            "planned": found.planned,
            "done": found.done,
        }
