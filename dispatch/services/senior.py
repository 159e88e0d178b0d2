"""Asking for a senior technician where an SLA policy says so.

Whether it does is data of the policy: ``require_senior`` or ``prefer_senior`` in its ``on_intake``. It is written on
the visit as the technicians who alone may do it, or who are preferred: so the planner sees it like every other wish,
whoever looks at the visit sees it too, and a dispatcher can take it back.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from dispatch.domain.events import VisitChanged
from dispatch.domain.visit_lifecycle import PLANNABLE
from dispatch.store.tables import Absence, HeldSkill, Job, Shift, SlaPolicy, Technician, Visit
from dispatch.store.unit_of_work import UnitOfWork

REQUIRE, PREFER = "require_senior", "prefer_senior"

AHEAD = dt.timedelta(hours=24)
"""Seniors count who work within this time: an emergency must not wait for somebody's holidays to end."""


def ask_for_senior(uow: UnitOfWork, job: Job, policy: SlaPolicy) -> None:
    """Ask for a senior technician of the job's territory for its visits that can still be planned.

    Wishes that a visit has already stay. A crew needs one senior among it, so there it is a preference. Where no senior
    who has the skills works within :data:`AHEAD`, nothing is asked: anybody is better than nobody, and the supervisor
    knows.
    """
    if not {REQUIRE, PREFER} & set(policy.on_intake):
        return
    visits = select(Visit).where(Visit.job_id == job.id, Visit.status.in_(PLANNABLE)).order_by(Visit.sequence)
    for visit in uow.session.scalars(visits):
        wish = "only" if REQUIRE in policy.on_intake and len(visit.roles) == 1 else "preferred"
        asked = working_seniors(uow.session, job.territory_id, visit.roles, uow.now)
        if asked and not visit.only and not getattr(visit, wish):
            setattr(visit, wish, asked)
            uow.record(VisitChanged(visit=visit.id, job=job.id, changed=(wish,), territory=visit.territory_id))


def working_seniors(
    session: Session, territory_id: str | None, roles: Sequence[Mapping[str, Any]], now: dt.datetime
) -> list[str]:
    """The senior technicians of a territory who can fill one of the roles and work within :data:`AHEAD`."""
    seniors = session.scalars(
        select(Technician.id)
        .where(Technician.senior, Technician.active, Technician.territory_id == territory_id)
        .order_by(Technician.id)
    ).all()
    held: dict[str, dict[str, int]] = {}
    for skill in session.scalars(select(HeldSkill).where(HeldSkill.technician_id.in_(seniors))):
        if skill.valid_until is None or skill.valid_until >= now.date():
            held.setdefault(skill.technician_id, {})[skill.skill] = skill.level
    working = _working(session, seniors, now)
    return [one for one in seniors if one in working and any(_fills(role, held.get(one, {})) for role in roles)]


def _fills(role: Mapping[str, Any], held: Mapping[str, int]) -> bool:
    return all(held.get(skill, 0) >= level for skill, level in role.get("skills", {}).items())


def _working(session: Session, technicians: Sequence[str], now: dt.datetime) -> set[str]:
    until = now + AHEAD
    absences = session.scalars(
        select(Absence).where(Absence.technician_id.in_(technicians), Absence.ends_at > now, Absence.starts_at < until)
    ).all()

    def is_there(shift: Shift) -> bool:
        """Whether some of what is left of the shift is no absence."""
        begins, ends = max(shift.starts_at, now), min(shift.ends_at, until)
        return not any(
            one.technician_id == shift.technician_id and one.starts_at <= begins and ends <= one.ends_at
            for one in absences
        )

    shifts = session.scalars(
        select(Shift).where(
            Shift.technician_id.in_(technicians),
            Shift.ends_at > now,
            Shift.starts_at < until,
            Shift.ended_at.is_(None),
        )
    )
    return {shift.technician_id for shift in shifts if is_there(shift)}
