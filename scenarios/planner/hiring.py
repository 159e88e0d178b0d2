"""Whom somebody who is hired is like, in the live system: what has to be entered once there is a person.

A person cannot be published: they have a name, a telephone and a first day. Everything else that the scenario took for
granted of them is that of somebody who is there.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from dispatch.services.people import skills_of
from dispatch.store.tables import Technician, Territory
from dispatch.store.unit_of_work import UnitOfWork
from scenarios.planner.live_changes import People, shifts_of
from scenarios.scenario import Hire

_WEEK = dt.timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Alike:
    """``count`` people like ``technician``. ``shifts``: when that one begins and ends within a week, on the clocks of
    their territory.
    """

    technician: Technician
    count: int
    territory: str
    skills: Mapping[str, int]
    shifts: tuple[tuple[dt.datetime, dt.datetime], ...]


def alike(uow: UnitOfWork, asked: Hire, known: People, since: dt.date) -> Alike | None:
    """Those who are to be entered; None where they are like nobody of this operation."""
    if asked.like not in known:
        return None
    person = known[asked.like]
    territory = None if person.territory_id is None else uow.session.get(Territory, person.territory_id)
    week = tuple(
        (shift.starts_at.astimezone(zone), shift.ends_at.astimezone(zone))
        for _, shift, zone in shifts_of(uow, [asked.like], known, since)
        if shift.starts_at.astimezone(zone).date() < since + _WEEK
    )
    skills = {one.skill: one.level for one in skills_of(uow, person.id)}
    return Alike(person, asked.count, "" if territory is None else territory.name, skills, week)
