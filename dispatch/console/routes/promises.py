"""Promises: those of a job, and the board of all that run."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Query

from dispatch.console.deps import Reading, right
from dispatch.console.paging import Page, Paging, paged
from dispatch.console.problems import problems
from dispatch.console.routing import Router
from dispatch.console.shapes.common import Chosen, RowId
from dispatch.console.shapes.promises import PromiseShape
from dispatch.domain.roles import Right
from dispatch.domain.sla import ClockState, Target
from dispatch.services import promise_lists
from dispatch.services.promise_lists import PromiseFilter
from dispatch.store.tables import Priority, SlaClock

router = Router(dependencies=[right(Right.READ_JOBS)])


def _chosen(
    state: Annotated[tuple[ClockState, ...], Query(max_length=len(ClockState))] = (ClockState.RUNNING,),
    target: Annotated[tuple[Target, ...], Query(max_length=len(Target))] = (),
    priority: Annotated[tuple[Priority, ...], Query(max_length=len(Priority))] = (),
    territory_id: Chosen = None,
    breached: Annotated[bool | None, Query(description="Only what is missed, or is not yet")] = None,
) -> PromiseFilter:
    return PromiseFilter(state=state, target=target, priority=priority, territory_id=territory_id, breached=breached)


@router.get("/promises", summary="The promise board", responses=problems(401, 403, 422))
def list_promises(
    uow: Reading, chosen: Annotated[PromiseFilter, Depends(_chosen)], paging: Paging
) -> Page[PromiseShape]:
    """Promises by the time that is left, the most urgent first; those that run unless ``state`` says otherwise."""
    query = promise_lists.promises(uow, chosen)
    order = [SlaClock.due_at, SlaClock.id]
    return paged(uow, query, paging, order, lambda row: PromiseShape.of(row[0], row[1], uow.now))


@router.get("/jobs/{job_id}/promises", summary="A job's promises", responses=problems(401, 403, 404, 422))
def promises_of_job(job_id: RowId, uow: Reading) -> list[PromiseShape]:
    """What was promised for a job, kept or missed or still running."""
    return [PromiseShape.of(clock, job, uow.now) for clock, job in promise_lists.promises_of(uow, job_id)]
