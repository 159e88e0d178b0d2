"""Visits: who has them."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from dispatch.store.tables import Assignment


def assigned_technicians(session: Session, visit_id: str) -> tuple[str, ...]:
    """Who is to do the visit by the published plan, role by role; empty where nobody is."""
    return tuple(
        session.scalars(
            select(Assignment.technician_id).where(Assignment.visit_id == visit_id).order_by(Assignment.role)
        )
    )
