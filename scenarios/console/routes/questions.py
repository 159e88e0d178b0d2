"""What came of scenarios of which something else is asked than what their changes do."""

from __future__ import annotations

from fastapi import Response

from dispatch.console.deps import Reading, Uow, right
from dispatch.console.etags import tagged
from dispatch.console.problems import problems
from dispatch.console.routing import Router
from dispatch.console.shapes.common import RowId
from dispatch.domain.roles import Right
from dispatch.store.tables import ScenarioAsks
from scenarios.console.answer_shapes import ReplayShape, StaffingShape, SweepShape, TakingOver, WorthShape
from scenarios.console.answers_told import replay_told, staffing_told, sweep_told, worth_told
from scenarios.console.asking import Language
from scenarios.console.routes.form import names_in
from scenarios.console.shapes import ScenarioShape
from scenarios.planner import questions, shelf
from scenarios.planner.outcomes import answer_kept, scenario_in
from scenarios.planner.people import Called
from scenarios.planner.taking_over import take_over

router = Router(dependencies=[right(Right.READ_SCENARIOS)])
_ANSWERS = problems(401, 403, 404, 409, 422)


@router.get("/{scenario_id}/sweep", summary="What came of a sweep", responses=_ANSWERS)
def read_sweep(scenario_id: RowId, uow: Reading, language: Language) -> SweepShape:
    """The figure at every value, what each step brings, and the knee."""
    row = shelf.seen(uow, scenario_id, outcome=True)
    kept, scenario = answer_kept(row, ScenarioAsks.SWEEP), scenario_in(row)
    assert scenario.sweep is not None
    return sweep_told(questions.figures_in(kept), scenario.sweep, scenario.kpis, language)


@router.get("/{scenario_id}/staffing", summary="What came of a search for a staffing", responses=_ANSWERS)
def read_staffing(scenario_id: RowId, uow: Reading, language: Language) -> StaffingShape:
    """The cheapest staffing that meets the targets, and every other one that was simulated."""
    row = shelf.seen(uow, scenario_id, outcome=True)
    kept, scenario = answer_kept(row, ScenarioAsks.STAFFING), scenario_in(row)
    assert scenario.staffing is not None
    names = names_in(uow, scenario.situation)
    return staffing_told(questions.staffing_in(kept), scenario.staffing, names, language)


@router.post(
    "/{scenario_id}/staffing/scenario",
    status_code=201,
    summary="Make a scenario of a staffing",
    dependencies=[right(Right.RUN_SCENARIOS)],
    responses=_ANSWERS,
)
def add_scenario_of_staffing(
    scenario_id: RowId, response: Response, uow: Uow, language: Language, wanted: TakingOver
) -> ScenarioShape:
    """Who leaves and who is hired as changes, and the targets as conditions; it is not run yet."""
    return ScenarioShape.of(tagged(response, take_over(uow, scenario_id, wanted.counts)), Called(uow), language)


@router.get("/{scenario_id}/worth", summary="What one more is worth", responses=_ANSWERS)
def read_worth(scenario_id: RowId, uow: Reading, language: Language) -> WorthShape:
    """Of each thing that there may be one more of: what it brings in a week, what is worth most first."""
    row = shelf.seen(uow, scenario_id, outcome=True)
    return worth_told(questions.worth_in(answer_kept(row, ScenarioAsks.WORTH)), language)


@router.get("/{scenario_id}/replay", summary="What came of a replay", responses=_ANSWERS)
def read_replay(scenario_id: RowId, uow: Reading, language: Language) -> ReplayShape:
    """Minutes lost by cause, stage by stage, and what was decided by hand with what each cost."""
    row = shelf.seen(uow, scenario_id, outcome=True)
    kept = answer_kept(row, ScenarioAsks.REPLAY)
    return replay_told(questions.replay_in(kept), kept, scenario_in(row), language)
