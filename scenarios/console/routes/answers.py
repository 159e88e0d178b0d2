"""What came of scenarios: figures, comparisons, the page that stands alone, and the files."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Query, Response
from sqlalchemy import select

from dispatch.console.deps import Reading, right
from dispatch.console.problems import problems
from dispatch.console.routing import Router
from dispatch.console.shapes.common import RowId
from dispatch.console.shapes.plans import Id
from dispatch.domain.errors import Invalid
from dispatch.domain.roles import Right
from dispatch.store.tables import ScenarioReport
from scenarios.console.asking import Language, TheGrounds
from scenarios.console.shapes import OutcomeShape
from scenarios.console.telling import outcome_told
from scenarios.planner import outcomes, shelf
from scenarios.planner.refusing import NotThere
from scenarios.scenario import Scenario, TakenSituation
from scenarios.writing import as_toml

router = Router(dependencies=[right(Right.READ_SCENARIOS)])
MOST = 6
"""So many scenarios are compared at most."""

Described = dict[int | str, dict[str, Any]]
PAGE: Described = {
    200: {"description": "A page that stands alone", "content": {"text/html": {"schema": {"type": "string"}}}}
}
TOML: Described = {200: {"description": "The file", "content": {"application/toml": {"schema": {"type": "string"}}}}}
JSON_FILE: Described = {
    200: {"description": "The file", "content": {"application/json": {"schema": {"type": "object"}}}}
}
_STANDS_ALONE = (
    "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
)
"""The page's own style, and nothing else: no program, no address."""


@router.get("/compared", summary="Compare scenarios", responses=problems(401, 403, 404, 409, 422))
def compare_scenarios(
    uow: Reading,
    language: Language,
    scenario: Annotated[list[Id], Query(min_length=2, max_length=MOST, description="Their ids, each once")],
) -> OutcomeShape:
    """Several beside each other, pair by pair over the same days: first what they start from, where that is one."""
    if len(set(scenario)) < len(scenario):
        error = {"place": "query.scenario", "problem": "names one twice", "remedy": "name each once"}
        raise Invalid("A scenario cannot be compared with itself.", errors=[error])
    rows = [shelf.seen(uow, one, outcome=True) for one in scenario]
    found = outcomes.compared(rows)
    return outcome_told(found, outcomes.scenario_in(rows[0]).kpis, language)


@router.get("/{scenario_id}/outcome", summary="What came of a scenario", responses=problems(401, 403, 404, 409, 422))
def read_outcome(scenario_id: RowId, uow: Reading, language: Language) -> OutcomeShape:
    """Every figure with its interval, the differences, and the conditions."""
    row = shelf.seen(uow, scenario_id, outcome=True)
    return outcome_told(outcomes.outcome_of(row), outcomes.scenario_in(row).kpis, language)


@router.get(
    "/{scenario_id}/report",
    summary="Read the report of a scenario",
    response_class=Response,
    responses={**PAGE, **problems(401, 403, 404, 409, 422)},
)
def read_report(
    scenario_id: RowId, uow: Reading, language: Language, lang: Annotated[str | None, Query(max_length=10)] = None
) -> Response:
    """One page in English or Chinese (`lang=zh`) that asks nothing of any network."""
    row = shelf.seen(uow, scenario_id)
    wanted = lang or language
    query = select(ScenarioReport.html).where(ScenarioReport.scenario_id == row.id, ScenarioReport.language == wanted)
    html = uow.session.scalar(query)
    if html is None:
        raise NotThere(f"There is no report of {row.title} in {wanted!r}; it has one in en and zh once it was run.")
    return Response(html, media_type="text/html", headers={"Content-Security-Policy": _STANDS_ALONE})


@router.get(
    "/{scenario_id}/file",
    summary="Download a scenario",
    response_class=Response,
    responses={**TOML, **problems(401, 403, 404, 422)},
)
def read_scenario_file(scenario_id: RowId, uow: Reading) -> Response:
    """The scenario as a TOML file that `fieldwright scenario run` takes."""
    row = shelf.seen(uow, scenario_id)
    return _file(as_toml(_beside(outcomes.scenario_in(row))), "application/toml", f"{row.id}.toml")


@router.get(
    "/{scenario_id}/situation",
    summary="Download the situation of a scenario",
    response_class=Response,
    responses={**JSON_FILE, **problems(401, 403, 404, 409, 422)},
)
def read_situation_file(scenario_id: RowId, uow: Reading, grounds: TheGrounds) -> Response:
    """The situation that its file names, to lie beside it; only where it was taken from the operation."""
    row = shelf.seen(uow, scenario_id)
    named = outcomes.scenario_in(row).situation
    if not isinstance(named, TakenSituation):
        raise NotThere(f"{row.title} starts from a situation that is made anew each time; it has no file.")
    return _file(grounds.content(named.digest or "").decode(), "application/json", _file_name(named))


def _beside(scenario: Scenario) -> Scenario:
    """The scenario naming its situation by the file that is downloaded with it."""
    if not isinstance(scenario.situation, TakenSituation):
        return scenario
    named = scenario.situation.model_copy(update={"file": _file_name(scenario.situation)})
    return scenario.model_copy(update={"situation": named})


def _file_name(named: TakenSituation) -> str:
    return f"situation-{(named.digest or '').removeprefix('sha256:')[:12]}.json"


def _file(content: str, kind: str, name: str) -> Response:
    return Response(content, media_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})
