"""Scenarios of the planner's page: kept, run, cancelled, accepted, published, removed."""

from __future__ import annotations

import datetime as dt
from functools import partial
from typing import Annotated

from fastapi import Query, Response

from dispatch.console.deps import Reading, Uow, right
from dispatch.console.etags import IfMatch, tagged
from dispatch.console.paging import Page, Paging, paged
from dispatch.console.problems import problems
from dispatch.console.routing import Router
from dispatch.console.shapes.common import RowId
from dispatch.domain.roles import Right
from dispatch.store.tables import ScenarioRow, ScenarioStatus
from scenarios.console.asking import Language, TheGrounds
from scenarios.console.shapes import Accepting, NewScenario, PublicationShape, Publishing, ScenarioShape
from scenarios.console.telling import parts_told
from scenarios.planner import publishing, queue, shelf
from scenarios.planner.people import Called
from scenarios.planner.refusing import as_refusal
from scenarios.reading import scenario_of_document

router = Router(dependencies=[right(Right.READ_SCENARIOS)])
_RUN = right(Right.RUN_SCENARIOS)


@router.get("", summary="List scenarios", responses=problems(401, 403, 422))
def list_scenarios(
    uow: Reading, paging: Paging, language: Language, status: ScenarioStatus | None = None
) -> Page[ScenarioShape]:
    """Scenarios, the latest first."""
    query = shelf.listed(uow)
    query = query if status is None else query.where(ScenarioRow.status == status)
    order = (ScenarioRow.created_at.desc(), ScenarioRow.id.desc())
    return paged(uow, query, paging, order, partial(ScenarioShape.of, called=Called(uow), language=language))


@router.post(
    "", status_code=201, summary="Keep a scenario", dependencies=[_RUN], responses=problems(401, 403, 409, 422)
)
def add_scenario(
    response: Response, uow: Uow, grounds: TheGrounds, language: Language, wanted: NewScenario
) -> ScenarioShape:
    """Keep a scenario that makes sense; what does not is told by place, value and remedy. It is not run yet."""
    with as_refusal():
        scenario = scenario_of_document(wanted.document)
        grounds.check(scenario, wanted.asks)
    return ScenarioShape.of(tagged(response, shelf.create(uow, scenario, wanted.asks)), Called(uow), language)


@router.get("/{scenario_id}", summary="Read a scenario", responses=problems(401, 403, 404, 422))
def one_scenario(scenario_id: RowId, response: Response, uow: Reading, language: Language) -> ScenarioShape:
    """A scenario with its progress."""
    return ScenarioShape.of(tagged(response, shelf.seen(uow, scenario_id)), Called(uow), language)


@router.delete(
    "/{scenario_id}",
    status_code=204,
    summary="Remove a scenario",
    dependencies=[_RUN],
    responses=problems(401, 403, 404, 409, 412, 422),
)
def remove_scenario(scenario_id: RowId, uow: Uow, if_match: IfMatch = None) -> None:
    """Remove a scenario that is not under way, and of which nothing was published."""
    shelf.remove(uow, scenario_id, if_match)


@router.post(
    "/{scenario_id}/run",
    status_code=202,
    summary="Run a scenario",
    dependencies=[_RUN],
    responses=problems(401, 403, 404, 409, 412, 422),
)
def run_scenario(
    scenario_id: RowId, response: Response, uow: Uow, language: Language, if_match: IfMatch = None
) -> ScenarioShape:
    """Ask for it to be simulated; what is kept of an earlier run is not simulated again."""
    return ScenarioShape.of(tagged(response, queue.request(uow, scenario_id, if_match)), Called(uow), language)


@router.post(
    "/{scenario_id}/cancel",
    summary="Cancel the run of a scenario",
    dependencies=[_RUN],
    responses=problems(401, 403, 404, 409, 412, 422),
)
def cancel_scenario(
    scenario_id: RowId, response: Response, uow: Uow, language: Language, if_match: IfMatch = None
) -> ScenarioShape:
    """Stop it; its replications are kept, and running it again goes on behind them."""
    return ScenarioShape.of(tagged(response, queue.cancel(uow, scenario_id, if_match)), Called(uow), language)


@router.post(
    "/{scenario_id}/accept",
    summary="Accept a scenario",
    dependencies=[_RUN],
    responses=problems(401, 403, 404, 409, 412, 422),
)
def accept_scenario(
    scenario_id: RowId, response: Response, uow: Uow, language: Language, wanted: Accepting, if_match: IfMatch = None
) -> ScenarioShape:
    """Say that its changes are to be made true; where a condition is not kept, with a reason."""
    return ScenarioShape.of(
        tagged(response, shelf.accept(uow, scenario_id, wanted.because, if_match)), Called(uow), language
    )


@router.get(
    "/{scenario_id}/publication", summary="What publishing a scenario does", responses=problems(401, 403, 404, 422)
)
def read_publication(
    scenario_id: RowId,
    uow: Reading,
    language: Language,
    since: Annotated[dt.date, Query(description="Shifts from this day on")],
) -> PublicationShape:
    """Every change: what would be different, by which right; or why it cannot be published."""
    row = shelf.seen(uow, scenario_id)
    found = publishing.parts(uow, row, since)
    return PublicationShape(since=since, parts=list(parts_told(found, Called(uow).of(row), uow.actor, language)))


@router.post("/{scenario_id}/publish", summary="Publish a scenario", responses=problems(401, 403, 404, 409, 412, 422))
def publish_scenario(
    scenario_id: RowId, response: Response, uow: Uow, language: Language, wanted: Publishing, if_match: IfMatch = None
) -> ScenarioShape:
    """Make changes of an accepted scenario true in the operation, all that are named or none."""
    row = publishing.publish(uow, scenario_id, **wanted.model_dump(), versions=if_match)
    return ScenarioShape.of(tagged(response, row), Called(uow), language)
