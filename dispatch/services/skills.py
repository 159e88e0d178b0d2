"""The skills of an operation by name, and the certificates among them that run out."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ColumnElement, Select, and_, func, or_, select

from dispatch.domain.roles import Right
from dispatch.services.rights import require
from dispatch.store.tables import HeldSkill, Technician
from dispatch.store.unit_of_work import UnitOfWork


def held(uow: UnitOfWork) -> Select[str, int, int]:
    """Each skill by name: how many active technicians whom the actor may see hold it today, and the highest level."""
    valid = or_(HeldSkill.valid_until.is_(None), HeldSkill.valid_until >= uow.now.date())
    query = select(HeldSkill.skill, func.count(), func.max(HeldSkill.level)).join(Technician)
    return query.where(valid, _of_the_actors(uow)).group_by(HeldSkill.skill)


def running_out(uow: UnitOfWork, until: dt.date) -> Select[HeldSkill, Technician]:
    """Skills of active technicians whose certificate ends by that day, or has ended."""
    query = select(HeldSkill, Technician).join(Technician)
    return query.where(HeldSkill.valid_until <= until, _of_the_actors(uow))


def _of_the_actors(uow: UnitOfWork) -> ColumnElement[bool]:
    require(uow, Right.READ_PEOPLE)
    mine = sorted(uow.actor.territories)
    if not mine:
        return and_(Technician.active)
    return and_(Technician.active, or_(Technician.territory_id.is_(None), Technician.territory_id.in_(mine)))
