"""Scenarios as planners keep them: made, looked for, accepted, removed."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import undefer

from dispatch.domain.errors import Forbidden, Invalid, NotFound
from dispatch.domain.events import RecordChanged
from dispatch.domain.ids import new_id
from dispatch.domain.roles import Right
from dispatch.services.history import unchanged
from dispatch.services.rights import require
from dispatch.store.tables import ScenarioAsks, ScenarioRow, ScenarioStatus
from dispatch.store.unit_of_work import UnitOfWork
from scenarios.planner.refusing import NotThere
from scenarios.scenario import Scenario
from scenarios.writing import as_document

UNDER_WAY = frozenset({ScenarioStatus.QUEUED, ScenarioStatus.RUNNING})


def create(uow: UnitOfWork, scenario: Scenario, asks: ScenarioAsks = ScenarioAsks.EFFECT) -> ScenarioRow:
    """Keep a scenario of which it was found to make sense to ask that. Raises :class:`Forbidden`."""
    require(uow, Right.RUN_SCENARIOS)
    operation = starts_here(scenario)
    if operation:
        require_everywhere(uow)
    row = ScenarioRow(
        id=new_id("scenario"),
        title=scenario.title,
        document=as_document(scenario),
        asks=asks,
        operation=operation,
        created_by=uow.actor.id,
        created_by_name=uow.actor.name,
    )
    uow.session.add(row)
    uow.session.flush()
    tell(uow, row, "created")
    return row


def starts_here(scenario: Scenario) -> bool:
    """Whether it starts from a situation that was taken from an operation."""
    return scenario.situation.kind not in ("generated", "sample-city")


def require_everywhere(uow: UnitOfWork) -> None:
    """Raise :class:`Forbidden` for somebody whose rights end at a territory: a situation shows all of them."""
    if uow.actor.territories:
        raise Forbidden("A scenario of the operation shows all its territories, and your rights end at some.")


def listed(uow: UnitOfWork) -> Select[Any]:
    """All that the actor may see."""
    require(uow, Right.READ_SCENARIOS)
    query = select(ScenarioRow)
    return query.where(ScenarioRow.operation.is_(False)) if uow.actor.territories else query


def seen(uow: UnitOfWork, scenario_id: str, *, outcome: bool = False) -> ScenarioRow:
    """One of them; ``outcome``: with what came of it. Raises :class:`NotFound`."""
    query = listed(uow).where(ScenarioRow.id == scenario_id)
    if outcome:
        query = query.options(undefer(ScenarioRow.outcome))
    row: ScenarioRow | None = uow.session.scalar(query)
    if row is None:
        raise NotFound(f"There is no scenario {scenario_id!r}.", what="scenario", id=scenario_id)
    return row


def changing(uow: UnitOfWork, scenario_id: str, right: Right, versions: str | None) -> ScenarioRow:
    """The row, locked and of the version that was named. Raises :class:`Forbidden`, :class:`NotFound`, or
    :class:`Stale`.
    """
    seen(uow, scenario_id)
    require(uow, right)
    unchanged(uow, ScenarioRow, scenario_id, versions)
    return uow.get(ScenarioRow, scenario_id, lock=True)


def remove(uow: UnitOfWork, scenario_id: str, versions: str | None = None) -> None:
    """Remove one that is not under way and of which nothing was published."""
    row = changing(uow, scenario_id, Right.RUN_SCENARIOS, versions)
    if row.status in UNDER_WAY:
        raise NotThere(f"{row.title} is under way; cancel it first.")
    if row.published:
        raise NotThere(f"Something of {row.title} was published; it is kept as the reason.")
    uow.session.delete(row)
    tell(uow, row, "removed")


def accept(uow: UnitOfWork, scenario_id: str, because: str, versions: str | None = None) -> ScenarioRow:
    """Say that this is to be done. Where a condition is not kept, it takes a reason. Raises :class:`Invalid`."""
    row = changing(uow, scenario_id, Right.RUN_SCENARIOS, versions)
    if row.asks is not ScenarioAsks.EFFECT:
        raise NotThere(f"{row.title} asks and proposes nothing; make a scenario of what it found, and accept that.")
    if row.status is not ScenarioStatus.DONE:
        raise NotThere(f"{row.title} has no answer yet; run it first.")
    if row.kept is False and not because.strip():
        error = {"place": "because", "value": "", "problem": "is missing", "remedy": "say why, or change the scenario"}
        raise Invalid("Not every condition is kept, so accepting it takes a reason.", errors=[error])
    row.accepted_by, row.accepted_by_name, row.accepted_at = uow.actor.id, uow.actor.name, uow.now
    row.accepted_because = because.strip()
    uow.session.flush()
    tell(uow, row, "accepted")
    return row


def tell(uow: UnitOfWork, row: ScenarioRow, what: str) -> None:
    """Tell that a scenario was created, changed, accepted …"""
    uow.record(RecordChanged(record=row.id, table="scenario", what=what))
