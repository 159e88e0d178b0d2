"""The board of a day, whole, and what was changed of it since."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal

from fastapi import Query, Response

from dispatch.console.deps import Here, Reading, right
from dispatch.console.etags import UNCHANGED, IfNoneMatch, unless_known
from dispatch.console.problems import problems
from dispatch.console.routing import Router
from dispatch.console.shapes.board import BoardChanges, DayBoard, SheetNotesShape
from dispatch.domain.roles import Right
from dispatch.planning.day_board.sheets import notes_of

router = Router(prefix="/board", dependencies=[right(Right.READ_PLANS)])

OnDay = Annotated[dt.date | None, Query(alias="day", description="Of the operation's calendar; today where left out")]
Spoken = Annotated[Literal["en", "zh"], Query(description="The language of the sentences")]


@router.get(
    "", summary="Read the board of a day", response_model=DayBoard, responses={**UNCHANGED, **problems(401, 403, 422)}
)
def read_board(
    uow: Reading, here: Here, day: OnDay = None, language: Spoken = "en", if_none_match: IfNoneMatch = None
) -> Response:
    """Every technician and every visit of the day as they are this moment, within your territories.

    `position` is that of the log of events that all of it has seen: ask `/board/changes` for what comes after it.
    """
    return unless_known(*here.day_boards.sent(uow, day, language), if_none_match)


@router.get(
    "/changes", summary="Read what changed on the board", response_model=BoardChanges, responses=problems(401, 403, 422)
)
def read_board_changes(
    uow: Reading,
    here: Here,
    since: Annotated[int, Query(ge=0, lt=1 << 63, description="The position that you have seen everything up to")],
    day: OnDay = None,
    language: Spoken = "en",
) -> Response:
    """Whole rows in the place of those that you have. With `reset`, read the board anew."""
    return Response(here.day_boards.changes(uow, day, since, language), media_type="application/json")


@router.get("/sheets", summary="Read what day sheets say besides the board", responses=problems(401, 403, 422))
def read_sheets(uow: Reading, day: OnDay = None) -> list[SheetNotesShape]:
    """For each visit that is planned: the job in words, how to get in, whom to ask for, what is to be looked after."""
    return [SheetNotesShape.model_validate(one) for one in notes_of(uow, day)]
