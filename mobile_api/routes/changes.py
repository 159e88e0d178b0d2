"""What the phone asks most often: what is new?"""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any

from fastapi import Query, Response
from pydantic import BaseModel, ConfigDict, Field

from dispatch.console.deps import Clocked, Reading, TheSettings, right
from dispatch.console.problems import problems
from dispatch.console.routing import Router
from dispatch.console.shapes.common import At
from dispatch.domain.roles import Right
from mobile_api.day.changes import changes

router = Router()

Known = Annotated[str | None, Query(max_length=8192, description="The `cursor` of the last answer; none: everything")]


class DocumentShape(BaseModel):
    """What a phone keeps under one id; what else it holds depends on its ``kind``."""

    model_config = ConfigDict(extra="allow")

    id: str = Field(description="`me`, `shift:ID`, `visit:ID` or `notice:ID`")
    version: str = Field(description="Another one exactly when the content is")
    kind: str


class GoneShape(BaseModel):
    """A document that is not the phone's any more, and why, in the technician's language."""

    id: str
    why: str


class ChangesShape(BaseModel):
    """What is new. ``now`` is the operation's clock, which runs ``pace`` times as fast as a clock on the wall."""

    cursor: str
    now: At
    pace: float
    date: dt.date = Field(description="The day that the technician works")
    expires_at: At = Field(description="Without contact until then, the phone forgets its day")
    full: bool = Field(description="This is everything: drop what is held besides")
    documents: list[DocumentShape]
    gone: list[GoneShape]


@router.get(
    "/changes",
    summary="What is new on my day",
    dependencies=[right(Right.WORK_VISITS)],
    responses=problems(401, 403, 422),
    response_model=ChangesShape,
)
def read_changes(uow: Reading, settings: TheSettings, clock: Clocked, response: Response, cursor: Known = None) -> Any:
    """The documents of your day that are new or changed since a cursor, and which of them are gone and why."""
    response.headers["Cache-Control"] = "no-store"
    pace = float(getattr(clock, "factor", 1.0))
    found = changes(uow, cursor)
    return {
        "cursor": found.cursor,
        "now": uow.now,
        "pace": pace,
        "date": found.date,
        "expires_at": uow.now + dt.timedelta(hours=settings.phone_cache_hours) * pace,
        "full": found.full,
        "documents": found.documents,
        "gone": [{"id": name, "why": why} for name, why in found.gone.items()],
    }
