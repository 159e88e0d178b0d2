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


class Called:
    """What people call the technicians of scenarios; asks once for all that start from the same situation."""

    def __init__(self, uow: UnitOfWork) -> None:
        self._uow = uow
        self._known: dict[str, Mapping[str, str]] = {}

    def of(self, row: ScenarioRow) -> Mapping[str, str]:
        """Name in the scenario → name of the technician."""
        situation = str(row.document["situation"].get("digest", ""))
        if situation not in self._known:
            self._known[situation] = {name: one.name for name, one in people_of(self._uow, row).items()}
        return self._known[situation]
