"""Trying something by hand on the published plan or on a draft: what it costs and breaks, before it is done."""

from __future__ import annotations

from fastapi import BackgroundTasks

from dispatch.console.deps import Here, Reading, Travel, right
from dispatch.console.problems import problems
from dispatch.console.routing import Router
from dispatch.console.shapes.common import RowId
from dispatch.console.shapes.trials import InLanguage, Tried
from dispatch.domain.roles import Right
from dispatch.planning.edit import Edit
from dispatch.planning.trial import Trial, tried

router = Router(prefix="/plans")


@router.post(
    "/{plan_id}/try",
    summary="Try edits without doing them",
    dependencies=[right(Right.READ_PLANS)],
    responses=problems(401, 403, 404, 422),
)
def try_edits(
    plan_id: RowId,
    uow: Reading,
    here: Here,
    travel: Travel,
    wanted: Tried,
    afterwards: BackgroundTasks,
    language: InLanguage = "en",
) -> Trial:
    """What edits of a draft, or of the published plan (``today``), would cost by rule, break and move.

    Nothing is written. Each rule that would be broken is told in a sentence.
    """
    afterwards.add_task(here.grounds.warm, here.store, travel)
    edits = [Edit(**one.plain()) for one in wanted.edits]
    return tried(here.grounds.ground(uow, travel, plan_id, edits), edits, uow.actor, language)
