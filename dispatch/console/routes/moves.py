"""Moves by hand: done to the published plan at once, and taken back."""

from __future__ import annotations

from fastapi import BackgroundTasks, Response

from dispatch.console.deps import Here, Travel, right
from dispatch.console.etags import tagged
from dispatch.console.problems import problems
from dispatch.console.routing import Router
from dispatch.console.shapes.common import RowId
from dispatch.console.shapes.moves import MoveShape, UndoneShape
from dispatch.console.shapes.plans import PlanSummary
from dispatch.console.shapes.trials import InLanguage
from dispatch.console.transactions import Several
from dispatch.domain.roles import Right
from dispatch.planning.edit import Edit
from dispatch.planning.moving import move_through
from dispatch.planning.undoing import undo_through

router = Router(prefix="/plans", dependencies=[right(Right.APPROVE_PLANS)])


@router.post("/today/move", summary="Move visits by hand", responses=problems(401, 403, 404, 409, 422, 503))
def move_by_hand(
    response: Response,
    transactions: Several,
    here: Here,
    travel: Travel,
    wanted: MoveShape,
    afterwards: BackgroundTasks,
    language: InLanguage = "en",
) -> PlanSummary:
    """Publish the published plan with these edits. 409 names every rule that they would break, in a sentence.

    With ``anyway``, what may be set aside is: the visits are pinned where they are put.
    """
    edits = [Edit(**one.plain()) for one in wanted.edits]
    afterwards.add_task(here.grounds.warm, here.store, travel)
    row = move_through(transactions, travel, edits, language=language, **wanted.model_dump(exclude={"edits"}))
    return PlanSummary.model_validate(tagged(response, row))


@router.post("/{plan_id}/undo", summary="Undo a published plan", responses=problems(401, 403, 404, 409, 422, 503))
def undo_plan(
    plan_id: RowId, response: Response, transactions: Several, travel: Travel, language: InLanguage = "en"
) -> UndoneShape:
    """Publish the reverse of what a plan moved, where nothing has come of it since; the answer says what stays."""
    found = undo_through(transactions, travel, plan_id, language=language)
    tagged(response, found.plan)
    return UndoneShape.model_validate(found)
