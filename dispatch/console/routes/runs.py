"""Planning runs."""

from __future__ import annotations

from fastapi import Response
from sqlalchemy import select

from dispatch.console.deps import Reading, Uow, right
from dispatch.console.etags import IfMatch, tagged
from dispatch.console.paging import Page, Paging, paged
from dispatch.console.problems import problems
from dispatch.console.routing import Router
from dispatch.console.shapes.common import RowId
from dispatch.console.shapes.plans import NewRun, RunShape
from dispatch.domain.roles import Right
from dispatch.planning.run import cancel_run, request_run
from dispatch.services.history import unchanged
from dispatch.store.tables import PlanningRun, RunStatus

router = Router(prefix="/runs")

ASKED = "asked"
"""The reason of a run that a person started."""


@router.get("", summary="List planning runs", dependencies=[right(Right.READ_PLANS)], responses=problems(401, 403, 422))
def list_runs(uow: Reading, paging: Paging, status: RunStatus | None = None) -> Page[RunShape]:
    """Runs, the latest first."""
    query = select(PlanningRun)
    query = query if status is None else query.where(PlanningRun.status == status)
    order = (PlanningRun.created_at.desc(), PlanningRun.id.desc())
    return paged(uow, query, paging, order, RunShape.model_validate)


@router.post(
    "",
    status_code=202,
    summary="Start a planning run",
    dependencies=[right(Right.START_RUNS)],
    responses=problems(401, 403, 404, 422),
)
def start_run(response: Response, uow: Uow, wanted: NewRun) -> RunShape:
    """Ask for a run; a worker takes it up. Its progress stands in the run, its draft among the plans."""
    named = wanted.model_dump(exclude={"overrides"})
    run = request_run(uow, reason=ASKED, overrides=wanted.overrides.sent(), **named)
    return RunShape.model_validate(tagged(response, run))


@router.get(
    "/{run_id}",
    summary="Read a planning run",
    dependencies=[right(Right.READ_PLANS)],
    responses=problems(401, 403, 404),
)
def one_run(run_id: RowId, response: Response, uow: Reading) -> RunShape:
    """A run with its progress."""
    return RunShape.model_validate(tagged(response, uow.get(PlanningRun, run_id)))


@router.post(
    "/{run_id}/cancel",
    summary="Cancel a planning run",
    dependencies=[right(Right.START_RUNS)],
    responses=problems(401, 403, 404, 409, 412),
)
def stop_run(run_id: RowId, response: Response, uow: Uow, if_match: IfMatch = None) -> RunShape:
    """Stop a run; the best plan it has found by then becomes its draft."""
    unchanged(uow, PlanningRun, run_id, if_match)
    return RunShape.model_validate(tagged(response, cancel_run(uow, run_id)))
