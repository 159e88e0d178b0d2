"""Skills: which there are, and whose certificates run out."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from fastapi import Query
from pydantic import BaseModel

from dispatch.console.deps import Reading, right
from dispatch.console.paging import Page, Paging, paged
from dispatch.console.problems import problems
from dispatch.console.routing import Router
from dispatch.domain.roles import Right
from dispatch.services import skills
from dispatch.store.tables import HeldSkill, Technician

router = Router(prefix="/skills", dependencies=[right(Right.READ_PEOPLE)])


class SkillHeldShape(BaseModel):
    """A skill by its name: how many hold it today, and how well the best of them."""

    skill: str
    technicians: int
    highest_level: int


class RunningOutShape(BaseModel):
    """A certificate that runs out after a day, or has run out."""

    technician_id: str
    technician_name: str
    skill: str
    level: int
    certificate: str
    valid_until: dt.date

    @classmethod
    def of(cls, row: tuple[HeldSkill, Technician]) -> RunningOutShape:
        """The skill and whose it is, as a document."""
        skill, technician = row
        named = {"technician_id": technician.id, "technician_name": technician.name}
        columns = {name: getattr(skill, name) for name in ("skill", "level", "certificate", "valid_until")}
        return cls.model_validate({**named, **columns})


@router.get("", summary="List skills", responses=problems(401, 403, 422))
def list_skills(uow: Reading, paging: Paging) -> Page[SkillHeldShape]:
    """Skills by name."""

    def shape(row: tuple[str, int, int]) -> SkillHeldShape:
        return SkillHeldShape(skill=row[0], technicians=row[1], highest_level=row[2])

    return paged(uow, skills.held(uow), paging, [HeldSkill.skill], shape)


@router.get("/running-out", summary="List certificates that run out", responses=problems(401, 403, 422))
def list_running_out(
    uow: Reading, paging: Paging, until: Annotated[dt.date, Query(description="The last day that is looked at")]
) -> Page[RunningOutShape]:
    """Skills whose certificate ends by a day, the earliest first; what has ended already as well."""
    order = [HeldSkill.valid_until, HeldSkill.id]
    return paged(uow, skills.running_out(uow, until), paging, order, RunningOutShape.of)
