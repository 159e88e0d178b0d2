"""What a technician has to know besides the board, to do a day's visits from a sheet of paper."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from dispatch.domain.roles import Right
from dispatch.planning.day_board.day import day_of
from dispatch.planning.day_board.visits import planned_on
from dispatch.services.rights import require
from dispatch.store.queries.rows import chunks
from dispatch.store.tables import Contact, Equipment, Job, Site, Technician, Visit
from dispatch.store.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class SheetNotes:
    """A visit's job in words, how to get in, whom to ask for, and what is to be looked after; empty where unknown."""

    visit: str
    description: str
    access_notes: str
    site_name: str
    contact: str
    contact_phone: str
    equipment: str
    serial: str


def notes_of(uow: UnitOfWork, date: dt.date | None = None) -> Sequence[SheetNotes]:
    """The notes of all visits that are planned on a day (None: today), as far as the actor may see them.

    Raises :class:`Invalid` for a date that no clock shows, and :class:`Forbidden`.
    """
    for right in (Right.READ_PLANS, Right.READ_CUSTOMERS, Right.READ_JOBS):
        require(uow, right)
    planned = planned_on(uow.session, day_of(uow, date))
    people = uow.session.execute(select(Technician.id, Technician.territory_id))
    mine = {key for key, territory in people if uow.actor.covers(territory)}
    return [
        _notes(row)
        for chunk in chunks(sorted(planned))
        for row in uow.session.execute(_NOTES.where(Visit.id.in_(chunk)).order_by(Visit.id))
        if uow.actor.covers(row.territory_id) or any(role["technician"] in mine for role in planned[row.id])
    ]


_NOTES = (
    select(
        Visit.id,
        Visit.territory_id,
        Job.description,
        Site.access_notes,
        Site.name.label("site_name"),
        Contact.name.label("contact"),
        Contact.phone,
        Equipment.kind,
        Equipment.maker,
        Equipment.model,
        Equipment.serial,
    )
    .join(Job, Job.id == Visit.job_id)
    .join(Site, Site.id == Visit.site_id)
    .outerjoin(Contact, Contact.id == Job.contact_id)
    .outerjoin(Equipment, Equipment.id == Job.equipment_id)
)


def _notes(row: Any) -> SheetNotes:
    return SheetNotes(
        visit=row.id,
        description=row.description,
        access_notes=row.access_notes,
        site_name=row.site_name,
        contact=row.contact or "",
        contact_phone=row.phone or "",
        equipment=" ".join(part for part in (row.kind, row.maker, row.model) if part),
        serial=row.serial or "",
    )
