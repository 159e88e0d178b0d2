"""The sheet of technicians: one row for each, known by its ``external_id`` (or our own identifier)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import or_, select

from dispatch.services import people, people_lists
from dispatch.services.sheet_columns import (
    BadCell,
    Column,
    Values,
    number,
    quantities,
    shown_quantities,
    shown_skills,
    skills,
    yes_or_no,
)
from dispatch.store.tables import Technician, Territory
from dispatch.store.unit_of_work import UnitOfWork

COSTS = tuple(f"cost_{name}" for name in people.COSTS)
COLUMNS = (
    Column("external_id", required=True),
    Column("name", required=True),
    Column("territory"),
    Column("phone"),
    Column("email"),
    Column("base_address"),
    Column("base_lat", number, required=True),
    Column("base_lon", number, required=True),
    Column("profile"),
    Column("pace", number),
    Column("skills", skills),
    Column("capacity", quantities),
    *(Column(name, number) for name in COSTS),
    Column("senior", yes_or_no),
    Column("active", yes_or_no),
)
REPEATED: tuple[str, ...] = ()
"""Columns that say the same in every row of one thing; here each has one row."""
_WHEN_EMPTY: Values = {
    "base_address": "",
    "profile": "car",
    "pace": 1.0,
    "skills": [],
    "capacity": {},
    "senior": False,
    "active": True,
}


def key(values: Values) -> str:
    """What names the row."""
    return str(values["external_id"])


def rows(uow: UnitOfWork) -> Iterator[Values]:
    """Every technician whom the actor may see, as rows of the sheet."""
    names = {one.id: one.name for one in uow.session.scalars(select(Territory))}
    query = people_lists.technicians(uow).order_by(Technician.name, Technician.id)
    for technician in uow.session.scalars(query).all():
        yield shown(uow, technician, names)


def shown(uow: UnitOfWork, technician: Technician, names: dict[str, str] | None = None) -> Values:
    """One technician as a row of the sheet."""
    held = people.skills_of(uow, technician.id)
    territory = technician.territory_id
    if names is None and territory is not None:
        names = {territory: uow.get(Territory, territory).name}
    return {
        "external_id": technician.external_id or technician.id,
        "name": technician.name,
        "territory": (names or {}).get(territory or "", None),
        "phone": technician.phone,
        "email": technician.email,
        "base_address": technician.base_address,
        "base_lat": technician.base_lat,
        "base_lon": technician.base_lon,
        "profile": technician.profile,
        "pace": technician.pace,
        "skills": shown_skills((one.skill, one.level, one.valid_until) for one in held),
        "capacity": shown_quantities(technician.capacity),
        **{f"cost_{name}": technician.costs.get(name, 0) for name in people.COSTS},
        "senior": technician.senior,
        "active": technician.active,
    }


def known(uow: UnitOfWork, values: Values) -> Technician | None:
    """The technician whom a row is about."""
    name = key(values)
    query = select(Technician).where(or_(Technician.external_id == name, Technician.id == name))
    return uow.session.scalars(query).first()


def before(uow: UnitOfWork, values: Values) -> Values | None:
    """What the row would say if it were written now; None for somebody new."""
    technician = known(uow, values)
    return None if technician is None else shown(uow, technician)


def take(uow: UnitOfWork, values: Values) -> None:
    """Create or change the technician that the row is about."""
    technician = known(uow, values)
    fields: dict[str, Any] = {
        name: _WHEN_EMPTY.get(name) if value is None else value
        for name, value in values.items()
        if name not in COSTS and name not in ("territory", "external_id")
    }
    if "territory" in values:
        fields["territory_id"] = territory_named(uow, values["territory"])
    costs = {name.removeprefix("cost_"): values[name] or 0 for name in COSTS if name in values}
    if costs:
        fields["costs"] = {**(technician.costs if technician is not None else {}), **costs}
        fields["costs"] = {name: value for name, value in fields["costs"].items() if value}
    if technician is None:
        people.create_technician(uow, external_id=key(values), **fields)
        return
    if fields.get("skills") is not None:
        certificates = {one.skill: one.certificate for one in people.skills_of(uow, technician.id)}
        fields["skills"] = [{**one, "certificate": certificates.get(one["skill"], "")} for one in fields["skills"]]
    people.change_technician(uow, technician.id, **fields)


def territory_named(uow: UnitOfWork, name: str | None) -> str | None:
    """The territory of that name. Raises :class:`BadCell`."""
    if name is None:
        return None
    found = uow.session.scalar(select(Territory.id).where(Territory.name == name))
    if found is None or not uow.actor.covers(found):
        names = uow.session.scalars(select(Territory.name).order_by(Territory.name)).all()
        raise BadCell("territory", "is no territory of yours", f"use one of {', '.join(names[:10])}" if names else "")
    return found
