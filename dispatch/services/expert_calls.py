"""Asking somebody who knows more: who that is for a technician, and the call for help."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from dispatch.domain.errors import TooMany
from dispatch.domain.events import ExpertCalled, instant
from dispatch.domain.ids import new_id
from dispatch.services.complaints import Complaints
from dispatch.store.queries.visits import assigned_technicians
from dispatch.store.tables import ExpertCall, HeldSkill, Technician, Visit
from dispatch.store.unit_of_work import UnitOfWork

AT_MOST = 50
"""How many experts somebody can choose from."""
MOST_OF_A_VISIT = 20
"""So many calls there are about one visit at most: each is a message to somebody, whoever holds the phone."""


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody who could be called. ``skills``: (skill, level), the best first."""

    id: str
    name: str
    phone: str
    territory: str | None
    senior: bool
    skills: Sequence[tuple[str, int]]


@dataclass(frozen=True, slots=True)
class Staff:
    """Who can be called at all, by name, and what everybody can do: technician → skill → level. The same for all."""

    colleagues: Sequence[Colleague]
    levels: Mapping[str, Mapping[str, int]]


def staff(uow: UnitOfWork) -> Staff:
    """Everybody, with what they can do today."""
    held: dict[str, list[tuple[str, int]]] = {}
    valid = (HeldSkill.valid_until.is_(None)) | (HeldSkill.valid_until >= uow.now.date())
    query = select(HeldSkill.technician_id, HeldSkill.skill, HeldSkill.level).where(valid)
    for technician, skill, level in uow.session.execute(query.order_by(HeldSkill.level.desc(), HeldSkill.skill)):
        held.setdefault(technician, []).append((skill, level))
    columns = Technician.id, Technician.name, Technician.phone, Technician.territory_id, Technician.senior
    others = select(*columns).where(Technician.active, Technician.phone.is_not(None))
    rows = uow.session.execute(others.order_by(Technician.name, Technician.id))
    colleagues = [
        Colleague(one, name, phone or "", territory, senior, held.get(one, ()))
        for one, name, phone, territory, senior in rows
    ]
    return Staff(colleagues, {technician: dict(skills) for technician, skills in held.items()})


def experts(uow: UnitOfWork, technician_id: str, known: Staff | None = None) -> list[dict[str, Any]]:
    """Who can be called by a technician: ``{"id", "name", "phone", "skill"}``, those of their own territory first.

    That is who holds one of their skills at a higher level, and every senior for the skill they hold best. ``known``:
    everybody, where that was read already.
    """
    me, everybody = uow.get(Technician, technician_id), known or staff(uow)
    mine = everybody.levels.get(technician_id, {})
    found = []
    for one in everybody.colleagues:
        if one.id != technician_id:
            skills = [skill for skill, level in one.skills if level > mine.get(skill, level)]
            if one.senior and not skills:
                skills = [skill for skill, _ in one.skills[:1]] or [""]
            found += [(one.territory != me.territory_id, one, skill) for skill in skills]
    found.sort(key=lambda row: row[0])
    return [{"id": one.id, "name": one.name, "phone": one.phone, "skill": skill} for _, one, skill in found[:AT_MOST]]


def call(
    uow: UnitOfWork, visit: Visit, at: dt.datetime, *, expert: str | None = None, skill: str = "", note: str = ""
) -> ExpertCall:
    """Ask an expert (a technician's id), or the supervisor, to call about a visit that the actor may see.

    They are told by the event. Raises :class:`Invalid` for an expert who is none, and :class:`TooMany`.
    """
    complaints = Complaints()
    skill, note = complaints.text("skill", skill, 80), complaints.text("note", note, 500)
    if expert is not None:
        known = uow.session.get(Technician, expert)
        if known is None or not known.active or expert == uow.actor.technician:
            complaints.say("expert", expert, "is nobody who could be called", "choose another, or nobody")
    complaints.raise_any()
    calls = uow.session.scalar(select(func.count()).where(ExpertCall.visit_id == visit.id)) or 0
    if calls >= MOST_OF_A_VISIT:
        raise TooMany(f"There are {calls} calls about this visit, which is the most. Ring them.", limit=MOST_OF_A_VISIT)
    crew = assigned_technicians(uow.session, visit.id)
    row = ExpertCall(
        id=new_id("call"),
        visit_id=visit.id,
        technician_id=uow.actor.technician or next(iter(crew), None),
        expert_id=expert,
        skill=skill,
        note=note,
        at=at,
    )
    uow.session.add(row)
    uow.session.flush()
    uow.record(
        ExpertCalled(
            visit=visit.id,
            job=visit.job_id,
            call=row.id,
            expert=expert,
            territory=visit.territory_id,
            technician=row.technician_id,
        )
    )
    return row


def of_visit(uow: UnitOfWork, visit_id: str) -> list[dict[str, Any]]:
    """The calls about a visit in their order: ``{"id", "by", "expert", "skill", "note", "at"}``, with names."""
    mine = select(ExpertCall).where(ExpertCall.visit_id == visit_id).order_by(ExpertCall.at, ExpertCall.id)
    calls = uow.session.scalars(mine).all()
    named = {one for row in calls for one in (row.technician_id, row.expert_id) if one is not None}
    rows = uow.session.execute(select(Technician.id, Technician.name).where(Technician.id.in_(sorted(named))))
    names = {technician: name for technician, name in rows}  # noqa: C416  a result is no mapping
    return [
        {
            "id": row.id,
            "by": names.get(row.technician_id or ""),
            "expert": names.get(row.expert_id or ""),
            "skill": row.skill,
            "note": row.note,
            "at": instant(row.at),
        }
        for row in calls
    ]
