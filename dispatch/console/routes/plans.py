"""The published plan, the history of plans, and drafts: their difference, approval, editing, rejection."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from fastapi import Query, Response

from dispatch.console.deps import Here, Reading, Travel, Uow, right
from dispatch.console.etags import UNCHANGED, IfMatch, IfNoneMatch, check_match, tagged, unless_known
from dispatch.console.paging import Page, Paging, paged
from dispatch.console.problems import problems
from dispatch.console.routing import Router
from dispatch.console.shapes.common import RowId, When
from dispatch.console.shapes.plans import Approval, Edits, PlanShape, PlanSummary, Rejection, SettingShape
from dispatch.console.transactions import Several
from dispatch.domain.roles import Right
from dispatch.planning import draft as drafts
from dispatch.planning.board import Board
from dispatch.planning.edit import Edit, edit
from dispatch.planning.publish import approve_through
from dispatch.planning.sight import plans_of, whole_plan
from dispatch.services.history import unchanged
from dispatch.store.tables import PlanRow, PlanStatus

router = Router(prefix="/plans")

_DAY = dt.timedelta(days=1)
_MAY_READ = [right(Right.READ_PLANS)]


@router.get(
    "/today",
    summary="Read the published plan",
    response_model=Board,
    dependencies=_MAY_READ,
    responses={**UNCHANGED, **problems(401, 403, 422)},
)
def todays_plan(
    uow: Reading,
    here: Here,
    since: Annotated[When | None, Query(description="Shifts that end after it; twelve hours ago, full hours")] = None,
    until: Annotated[When | None, Query(description="Shifts that start before it; a day after since")] = None,
    if_none_match: IfNoneMatch = None,
) -> Response:
    """Technician by technician, with times, statuses and promises as they are this moment."""
    begin = since or (uow.now - _DAY / 2).replace(minute=0, second=0, microsecond=0)
    sent = here.boards.sent(uow, begin, until or begin + _DAY)
    return unless_known(sent.content, sent.tag, if_none_match)


@router.get("", summary="List plans and drafts", dependencies=_MAY_READ, responses=problems(401, 403, 422))
def list_plans(uow: Reading, paging: Paging, status: PlanStatus | None = None) -> Page[PlanSummary]:
    """Plans, the latest first: drafts that wait (``status=draft``), the published one, and all that came before."""
    order = (PlanRow.created_at.desc(), PlanRow.id.desc())
    return paged(uow, plans_of(uow, status), paging, order, PlanSummary.model_validate)


@router.get("/{plan_id}", summary="Read a plan", dependencies=_MAY_READ, responses=problems(401, 403, 404))
def one_plan(plan_id: RowId, response: Response, uow: Reading) -> PlanShape:
    """A plan with its scorecard and its difference to the plan it starts from."""
    return PlanShape.of(uow, tagged(response, whole_plan(uow, plan_id)))


@router.get(
    "/{plan_id}/curve",
    summary="What each change budget gains",
    dependencies=_MAY_READ,
    responses=problems(401, 403, 404),
)
def curve_of_plan(plan_id: RowId, uow: Reading) -> list[SettingShape]:
    """For a slider: the gain of touching at most so many visits, and by which clusters."""
    return [SettingShape(**one) for one in whole_plan(uow, plan_id).difference["curve"]]


@router.post(
    "/{plan_id}/approve",
    summary="Approve a draft, or some of it",
    dependencies=[right(Right.APPROVE_PLANS)],
    responses=problems(401, 403, 404, 409, 412, 422, 503),
)
def approve_draft(
    plan_id: RowId,
    response: Response,
    transactions: Several,
    travel: Travel,
    approval: Approval,
    if_match: IfMatch = None,
) -> PlanSummary:
    """Carry the draft over onto what has happened meanwhile, check it and publish it. 409 says what changed since."""

    def as_seen(draft: PlanRow) -> None:
        check_match(draft, if_match)

    row = approve_through(transactions, plan_id, travel, **approval.model_dump(), as_seen=as_seen)
    return PlanSummary.model_validate(tagged(response, row))


@router.post(
    "/{plan_id}/reject",
    summary="Reject a draft",
    dependencies=[right(Right.EDIT_DRAFTS)],
    responses=problems(401, 403, 404, 409, 412, 422),
)
def reject_draft(
    plan_id: RowId, response: Response, uow: Uow, rejection: Rejection, if_match: IfMatch = None
) -> PlanSummary:
    """Nobody wants it."""
    unchanged(uow, PlanRow, plan_id, if_match)
    return PlanSummary.model_validate(tagged(response, drafts.reject(uow, plan_id, rejection.because)))


@router.post(
    "/{plan_id}/edit",
    summary="Edit a draft",
    dependencies=[right(Right.EDIT_DRAFTS)],
    responses=problems(401, 403, 404, 409, 412, 422),
)
def edit_draft(plan_id: RowId, response: Response, uow: Uow, wanted: Edits, if_match: IfMatch = None) -> PlanShape:
    """Move, unassign or pin visits of a draft, and price it again; it says which rules it breaks then."""
    unchanged(uow, PlanRow, plan_id, if_match)
    edit(uow, plan_id, [Edit(**one.plain()) for one in wanted.edits])
    return PlanShape.of(uow, tagged(response, whole_plan(uow, plan_id)))
