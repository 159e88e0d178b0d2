"""Whom the names of technicians in a scenario mean."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import select

from dispatch.store.tables import ScenarioRow, ScenarioSituation, Technician
from dispatch.store.unit_of_work import UnitOfWork


def people_of(uow: UnitOfWork, row: ScenarioRow) -> Mapping[str, Technician]:
    """Name in the scenario → technician of this operation; empty where it does not start from it."""
    if not row.operation:
        return {}
    kept = uow.session.get(ScenarioSituation, str(row.document["situation"].get("digest", "")))
    if kept is None:
        return {}
    rows = {
        one.id: one for one in uow.session.scalars(select(Technician).where(Technician.id.in_(kept.people.values())))
    }
    return {name: rows[there] for name, there in kept.people.items() if there in rows}
