"""Lists of technicians, shifts and absences: what the actor may see of them. Technicians see themselves."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ColumnElement, Select, or_, select, true

from dispatch.domain.errors import NotFound
from dispatch.domain.roles import Right
from dispatch.domain.words import fold
from dispatch.services.people import seen
from dispatch.services.positions import may_be_shown
from dispatch.services.rights import require
from dispatch.store.tables import Absence, HeldSkill, Position, Shift, Technician
from dispatch.store.unit_of_work import UnitOfWork


def technicians(
    uow: UnitOfWork,
    words: str = "",
    *,
    territory_id: str | None = None,
    skill: str | None = None,
    active: bool | None = None,
) -> Select[Technician]:
    """Technicians by name; ``skill``: those whose certificate for it, where it needs one, is valid today."""
    query = select(Technician).where(_visible(uow))
    query = query.where(*(Technician.search_key.contains(word, autoescape=True) for word in fold(words).split()))
    if territory_id is not None:
        query = query.where(Technician.territory_id == territory_id)
    if skill is not None:
        valid = or_(HeldSkill.valid_until.is_(None), HeldSkill.valid_until >= uow.now.date())
        held = select(HeldSkill.id).where(HeldSkill.technician_id == Technician.id, HeldSkill.skill == skill, valid)
        query = query.where(held.exists())
    return query if active is None else query.where(Technician.active.is_(active))


def shifts(
    uow: UnitOfWork,
    *,
    technician_id: str | None = None,
    territory_id: str | None = None,
    since: dt.datetime | None = None,
    until: dt.datetime | None = None,
) -> Select[Shift]:
    """Shifts that overlap the time from ``since`` to ``until``."""
    query = select(Shift).where(*_within(Shift, technician_id, since, until))
    query = query.join(Technician, Technician.id == Shift.technician_id).where(_visible(uow))
    return query if territory_id is None else query.where(Technician.territory_id == territory_id)


def absences(
    uow: UnitOfWork,
    *,
    technician_id: str | None = None,
    since: dt.datetime | None = None,
    until: dt.datetime | None = None,
) -> Select[Absence]:
    """Absences that overlap the time from ``since`` to ``until``."""
    query = select(Absence).where(*_within(Absence, technician_id, since, until))
    return query.join(Technician, Technician.id == Absence.technician_id).where(_visible(uow))


def position_of(uow: UnitOfWork, technician_id: str) -> Position:
    """Where somebody was last known to be, while they work. Raises :class:`NotFound` otherwise."""
    seen(uow, technician_id)
    position = uow.session.get(Position, technician_id)
    if position is None or not may_be_shown(uow, technician_id):
        raise NotFound("Nobody knows where they are: they are not at work, or have not said.", what="position")
    return position


def _visible(uow: UnitOfWork) -> ColumnElement[bool]:
    if not uow.actor.may(Right.READ_PEOPLE):
        require(uow, Right.WORK_VISITS)
        return Technician.id == (uow.actor.technician or "")
    mine = sorted(uow.actor.territories)
    return or_(Technician.territory_id.is_(None), Technician.territory_id.in_(mine)) if mine else true()


def _within(
    table: type[Shift] | type[Absence],
    technician_id: str | None,
    since: dt.datetime | None,
    until: dt.datetime | None,
) -> list[ColumnElement[bool]]:
    conditions = []
    if technician_id is not None:
        conditions.append(table.technician_id == technician_id)
    if since is not None:
        conditions.append(table.ends_at > since)
    if until is not None:
        conditions.append(table.starts_at < until)
    return conditions
