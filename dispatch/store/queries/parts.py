"""Parts: what was taken from vans for visits."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from dispatch.domain.visit_lifecycle import COMMITTED, VisitStatus
from dispatch.store.queries.rows import chunks
from dispatch.store.tables import PartUse, Visit

Uses = Mapping[str, Mapping[str, Mapping[str, float]]]
"""Visit → technician → part → how much they took from their van for it."""


def uses_of(session: Session, visit_ids: Iterable[str]) -> Uses:
    """What people said they used on visits; those of which nobody said anything are left out."""
    found: dict[str, dict[str, dict[str, float]]] = {}
    total = func.sum(PartUse.quantity)
    for chunk in chunks(visit_ids):
        query = select(PartUse.visit_id, PartUse.technician_id, PartUse.part, total).where(PartUse.visit_id.in_(chunk))
        query = query.group_by(PartUse.visit_id, PartUse.technician_id, PartUse.part)
        for visit, technician, part, quantity in session.execute(query.order_by(PartUse.visit_id)):
            found.setdefault(visit, {}).setdefault(technician, {})[part] = round(quantity, 3)
    return found


def gone_from_van(
    visits: Iterable[Visit], uses: Uses, technician: str, *, beyond_demand: bool = False
) -> dict[str, float]:
    """What is gone from a technician's van after these visits of one shift.

    Where somebody said what they used on a visit, that is gone. Where nobody said anything, it is what was to be taken
    along, once the visit is completed. ``beyond_demand``: while somebody is there, only what they used besides the
    demand counts, because a plan still reckons with the whole demand.
    """
    gone: dict[str, float] = {}
    for visit in visits:
        used: Mapping[str, float] = {}
        if visit.id in uses:
            used = uses[visit.id].get(technician, {})
            if beyond_demand and visit.status in COMMITTED:
                used = {part: max(0.0, quantity - visit.demand.get(part, 0)) for part, quantity in used.items()}
        elif visit.status is VisitStatus.COMPLETED:
            used = visit.demand
        for part, quantity in used.items():
            gone[part] = round(gone.get(part, 0) + quantity, 3)
    return {part: quantity for part, quantity in gone.items() if quantity}
