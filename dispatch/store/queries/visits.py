"""Visits: who has them."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from dispatch.store.queries.rows import chunks
from dispatch.store.tables import Assignment


def assigned_technicians(session: Session, visit_id: str) -> tuple[str, ...]:
    """Who is to do the visit by the published plan, role by role; empty where nobody is."""
    return tuple(
        session.scalars(
            select(Assignment.technician_id).where(Assignment.visit_id == visit_id).order_by(Assignment.role)
        )
    )


def crews(session: Session, visit_ids: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """:func:`assigned_technicians` of many visits; those that nobody has are left out."""
    found: dict[str, tuple[str, ...]] = {}
    for chunk in chunks(visit_ids):
        rows = select(Assignment.visit_id, Assignment.technician_id).where(Assignment.visit_id.in_(chunk))
        for visit_id, technician in session.execute(rows.order_by(Assignment.visit_id, Assignment.role)):
            found[visit_id] = (*found.get(visit_id, ()), technician)
    return found
