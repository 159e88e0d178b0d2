"""Past days, to be played again."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from fastapi import Query, Response
from pydantic_core import to_json

from dispatch.console.deps import right
from dispatch.console.problems import problems
from dispatch.console.routing import Router
from dispatch.console.shapes.history import ReplayDay
from dispatch.console.transactions import Several
from dispatch.domain.roles import Right
from dispatch.planning.replay.replay import replayed

router = Router(prefix="/history", dependencies=[right(Right.READ_PLANS)])


@router.get("/{day}", summary="Play a day again", response_model=ReplayDay, responses=problems(401, 403, 422))
def replay_day(
    day: dt.date,
    transactions: Several,
    positions: Annotated[
        bool, Query(description="Also where people were; that you looked is recorded for each of them")
    ] = False,
) -> Response:
    """The day as it was planned when it began, what happened minute by minute, and what was done in the end."""
    found = replayed(transactions, day, positions=positions)
    return Response(to_json(ReplayDay.document(found)), media_type="application/json")
