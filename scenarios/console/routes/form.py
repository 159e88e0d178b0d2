"""What a form for scenarios needs: what may be chosen, and what a scenario starts from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import get_args

from sqlalchemy import select

from dispatch.console.deps import Reading, Travel, right
from dispatch.console.problems import problems
from dispatch.console.routing import Router
from dispatch.console.transactions import Several
from dispatch.domain.roles import Right
from dispatch.planning.day_board.day import operation_zone
from dispatch.store.tables import Technician
from dispatch.store.unit_of_work import UnitOfWork
from scenarios.console.asking import Language, TheGrounds
from scenarios.console.shapes import (
    AgentShape,
    FileSent,
    FormShape,
    Looking,
    ReadFile,
    SituationShape,
    Taking,
)
from scenarios.console.telling import kpi_told, situation_told
from scenarios.measuring.kpis import KPIS
from scenarios.planner.grounds import keep_situation, people_named, take_here
from scenarios.planner.live_changes import policy_now
from scenarios.planner.refusing import as_refusal
from scenarios.planner.shelf import require_everywhere
from scenarios.reading import scenario_of, situation_named
from scenarios.scenario import Dispatching, Ground, TakenSituation
from scenarios.words import said
from scenarios.writing import as_document

router = Router(dependencies=[right(Right.READ_SCENARIOS)])
AGENTS = get_args(Dispatching.model_fields["agent"].annotation)


@router.get("/form", summary="What scenarios may say", responses=problems(401, 403))
def read_form(uow: Reading, language: Language) -> FormShape:
    """Figures and ways to dispatch in the reader's language, and the policy that the operation plans by."""
    return FormShape(
        kpis=[kpi_told(kpi, language) for kpi in KPIS.values()],
        agents=[AgentShape(agent=agent, label=said(agent, language)) for agent in AGENTS],
        policy=policy_now(uow),
        today=uow.now.astimezone(operation_zone(uow.session)).date(),
    )


@router.post("/look", summary="Look at a situation", responses=problems(401, 403, 404, 422))
def look(uow: Reading, grounds: TheGrounds, language: Language, wanted: Looking) -> SituationShape:
    """Who works in a situation, what is asked for and what is promised; nothing is changed."""
    with as_refusal():
        named = situation_named(wanted.situation)
        if isinstance(named, TakenSituation):
            require_everywhere(uow)
        situation = grounds.situation(named)
    return situation_told(named, situation, names_in(uow, named), language)


@router.post(
    "/situations",
    status_code=201,
    summary="Take a situation from the operation",
    dependencies=[right(Right.RUN_SCENARIOS)],
    responses=problems(401, 403, 409, 422),
)
def take_situation(transactions: Several, travel: Travel, language: Language, wanted: Taking) -> SituationShape:
    """The operation as a day begins, or what days that are over were, kept for scenarios to start from; taking it
    reads, and keeps nobody waiting.
    """
    with as_refusal(), transactions.reading() as reading:
        situation, people = take_here(reading, travel, wanted.first, wanted.history, wanted.days)
    with transactions.unit_of_work() as uow:
        digest = keep_situation(uow, situation, people)
        named = TakenSituation(kind="taken", digest=digest, file=f"situation-{wanted.first}.json")
        return situation_told(named, situation, names_in(uow, named), language)


@router.post(
    "/file",
    summary="Read a scenario file",
    dependencies=[right(Right.RUN_SCENARIOS)],
    responses=problems(401, 403, 422),
)
def read_file(grounds: TheGrounds, wanted: FileSent) -> ReadFile:
    """The scenario in a TOML file, once it is certain that it makes sense here; nothing is kept."""
    with as_refusal():
        scenario = scenario_of(wanted.toml)
        grounds.check(scenario)
    return ReadFile(document=as_document(scenario))


def names_in(uow: UnitOfWork, named: Ground) -> Mapping[str, str]:
    """What those are called in this operation who go by other names in a situation."""
    if not isinstance(named, TakenSituation):
        return {}
    people = people_named(uow, named.digest)
    rows = uow.session.execute(select(Technician.id, Technician.name).where(Technician.id.in_(people.values())))
    names = {row.id: row.name for row in rows}
    return {name: names.get(there, name) for name, there in people.items()}
