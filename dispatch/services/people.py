"""Technicians and what they can do; their shifts, absences and positions are re-exported from the modules beside."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any, TypedDict

from sqlalchemy import select

from dispatch.domain.errors import DispatchError
from dispatch.domain.events import PersonChanged
from dispatch.domain.ids import new_id
from dispatch.domain.roles import Right
from dispatch.domain.visit_lifecycle import FINAL
from dispatch.services import asks
from dispatch.services.absences import record_absence, remove_absence
from dispatch.services.complaints import Complaints
from dispatch.services.contacts import display_number
from dispatch.services.duty import begin_shift, end_shift, take_break
from dispatch.services.places import check_position, territory_at
from dispatch.services.positions import report_position
from dispatch.services.rights import require, require_sight
from dispatch.services.rosters import add_shift, change_shift, remove_shift
from dispatch.store.queries import trail
from dispatch.store.queries.rows import locked
from dispatch.store.tables import Assignment, HeldSkill, Technician, Territory, Visit
from dispatch.store.unit_of_work import UnitOfWork
from optimizer.validation import MAX_COST, MAX_LEVEL, MAX_PACE

__all__ = [
    "add_shift",
    "begin_shift",
    "change_shift",
    "change_technician",
    "create_technician",
    "drop_skill",
    "end_shift",
    "hold_skill",
    "record_absence",
    "remove_absence",
    "remove_shift",
    "report_position",
    "seen",
    "set_skills",
    "skills_of",
    "take_break",
]

FIELDS = (
    "name",
    "territory_id",
    "phone",
    "email",
    "base_address",
    "base_lat",
    "base_lon",
    "profile",
    "pace",
    "capacity",
    "costs",
    "senior",
    "external_id",
    "active",
)
"""What :func:`create_technician` and :func:`change_technician` take, besides ``skills``."""
COSTS = ("per_shift", "per_travel_hour", "per_km", "per_duty_hour", "per_overtime_hour")


class SkillHeld(TypedDict, total=False):
    """A skill as it is given: ``level`` 1 and no end unless it says otherwise."""

    skill: str
    level: int
    certificate: str
    valid_until: dt.date | None


class StillNeeded(DispatchError):  # noqa: N818  a refusal reads as what is said
    """Somebody cannot leave while visits of the published plan are theirs."""

    code, title = "still-needed", "There is work left that hangs on it"


def seen(uow: UnitOfWork, technician_id: str) -> Technician:
    """The technician, if the actor may see them: those of their territories, or themselves."""
    technician = uow.get(Technician, technician_id)
    if uow.actor.technician != technician_id or uow.actor.may(Right.READ_PEOPLE):
        require_sight(uow, Right.READ_PEOPLE, technician.territory_id, "technician", technician_id)
    return technician


def create_technician(
    uow: UnitOfWork,
    *,
    name: str,
    base_lat: float,
    base_lon: float,
    skills: Iterable[SkillHeld] = (),
    **fields: Any,
) -> Technician:
    """Somebody new. Without a territory they get the one that their base lies in. Raises :class:`Invalid`."""
    given = {"name": name, "base_lat": base_lat, "base_lon": base_lon, **fields}
    require(uow, Right.WRITE_PEOPLE)
    values = _checked(uow, given)
    if values.get("territory_id") is None:
        values["territory_id"] = territory_at(uow.session, base_lat, base_lon)
    require(uow, Right.WRITE_PEOPLE, values["territory_id"])
    technician = Technician(id=new_id("technician"), **values)
    uow.session.add(technician)
    uow.session.flush()
    set_skills(uow, technician.id, skills, tell=False)
    _tell(uow, technician, ("created",))
    return technician


def change_technician(uow: UnitOfWork, technician_id: str, **fields: Any) -> Technician:
    """Change somebody; ``skills`` replaces all that they hold. Raises :class:`NotFound` or :class:`Invalid`."""
    technician = _mine(uow, technician_id)
    skills = fields.pop("skills", None)
    values = _checked(uow, fields)
    changed = [name for name, value in values.items() if getattr(technician, name) != value]
    if "territory_id" in changed:
        require(uow, Right.WRITE_PEOPLE, values["territory_id"])
    if "active" in changed and not values["active"]:
        _check_nothing_left(uow, technician_id)
        trail.forget_whereabouts(uow.session, technician_id)
    for name in changed:
        setattr(technician, name, values[name])
    if skills is not None and set_skills(uow, technician_id, skills, tell=False):
        changed.append("skills")
    uow.session.flush()
    if changed:
        _tell(uow, technician, tuple(changed))
    return technician


def skills_of(uow: UnitOfWork, technician_id: str) -> list[HeldSkill]:
    """What somebody holds, by name of the skill."""
    query = select(HeldSkill).where(HeldSkill.technician_id == technician_id).order_by(HeldSkill.skill)
    return list(uow.session.scalars(query))


def set_skills(uow: UnitOfWork, technician_id: str, skills: Iterable[SkillHeld], *, tell: bool = True) -> bool:
    """Let somebody hold exactly these skills. True where that changed anything."""
    technician = _mine(uow, technician_id)
    wanted = _checked_skills(skills)
    held = {row.skill: row for row in skills_of(uow, technician_id)}
    changed = False
    for name in held.keys() - wanted.keys():
        uow.session.delete(held[name])
        changed = True
    for name, values in wanted.items():
        row = held.get(name)
        if row is None:
            uow.session.add(HeldSkill(id=new_id("skill"), technician_id=technician_id, skill=name, **values))
            changed = True
            continue
        for column, value in values.items():
            if getattr(row, column) != value:
                setattr(row, column, value)
                changed = True
    uow.session.flush()
    if changed and tell:
        _tell(uow, technician, ("skills",))
    return changed


def hold_skill(uow: UnitOfWork, technician_id: str, skill: SkillHeld) -> None:
    """Let somebody hold one skill more, or the same one at another level or for longer."""
    kept = [_as_given(row) for row in skills_of(uow, technician_id) if row.skill != skill["skill"]]
    set_skills(uow, technician_id, [*kept, skill])


def drop_skill(uow: UnitOfWork, technician_id: str, skill: str) -> None:
    """Somebody does not hold a skill any more."""
    set_skills(uow, technician_id, [_as_given(row) for row in skills_of(uow, technician_id) if row.skill != skill])


# -- parts -------------------------------------------------------------------------------------------------------------


def _mine(uow: UnitOfWork, technician_id: str) -> Technician:
    require_sight(uow, Right.WRITE_PEOPLE, uow.get(Technician, technician_id).territory_id, "technician", technician_id)
    return locked(uow, Technician, technician_id)


def _as_given(row: HeldSkill) -> SkillHeld:
    return SkillHeld(skill=row.skill, level=row.level, certificate=row.certificate, valid_until=row.valid_until)


def _checked_skills(skills: Iterable[SkillHeld]) -> dict[str, dict[str, Any]]:
    complaints = Complaints()
    wanted: dict[str, dict[str, Any]] = {}
    for at, skill in enumerate(skills):
        place = f"skills[{at}]"
        name = complaints.text(f"{place}.skill", skill.get("skill", ""), 80, required=True)
        if name in wanted:
            complaints.say(f"{place}.skill", name, "stands twice", "name each skill once, with its level")
        level = skill.get("level", 1)
        complaints.within(f"{place}.level", level, 0, MAX_LEVEL, "a level of 1 says: has the skill")
        certificate = complaints.text(f"{place}.certificate", skill.get("certificate", ""), 200)
        wanted[name] = {"level": level, "certificate": certificate, "valid_until": skill.get("valid_until")}
    complaints.raise_any()
    return wanted


def _checked(uow: UnitOfWork, fields: Mapping[str, Any]) -> dict[str, Any]:
    complaints = Complaints()
    values = dict(fields)
    for name, value in fields.items():
        if name in ("name", "base_address", "profile"):
            longest = {"name": 200, "base_address": 300, "profile": 40}[name]
            values[name] = complaints.text(name, value, longest, required=name != "base_address")
        elif name in ("phone", "email", "external_id") and value is not None:
            longest = {"phone": 40, "email": 200, "external_id": 80}[name]
            values[name] = complaints.text(name, value, longest) or None
        elif name == "pace" and not 0 < value <= MAX_PACE:
            complaints.say(name, value, f"must be greater than 0 and at most {MAX_PACE}", "1 is the usual pace")
        elif name == "capacity":
            values[name] = asks.quantities(value, complaints, name)
        elif name == "costs":
            _check_costs(complaints, value)
        elif name == "territory_id" and value is not None and uow.session.get(Territory, value) is None:
            complaints.say(name, value, "is no territory", "use the id of one")
        elif name not in FIELDS:
            complaints.say(name, value, "is nothing a technician has", f"use {', '.join(FIELDS)}")
    if isinstance(values.get("phone"), str):
        values["phone"] = display_number(values["phone"])
    check_position(complaints, values, "base_lat", "base_lon")
    complaints.raise_any()
    return values


def _check_costs(complaints: Complaints, costs: Mapping[str, float]) -> None:
    for name, value in costs.items():
        if name not in COSTS:
            complaints.say(f"costs.{name}", value, "is no cost of a technician", f"use {', '.join(COSTS)}")
        complaints.within(f"costs.{name}", value, 0, MAX_COST)


def _check_nothing_left(uow: UnitOfWork, technician_id: str) -> None:
    left = uow.session.scalars(
        select(Visit.id)
        .join(Assignment, Assignment.visit_id == Visit.id)
        .where(Assignment.technician_id == technician_id, Visit.status.not_in(FINAL))
        .limit(20)
    ).all()
    if left:
        raise StillNeeded(
            f"{len(left)} visits are assigned to them; record an absence or plan these away first.", visits=list(left)
        )


def _tell(uow: UnitOfWork, technician: Technician, changed: tuple[str, ...]) -> None:
    uow.record(
        PersonChanged(
            person=technician.id, changed=changed, territory=technician.territory_id, technician=technician.id
        )
    )
