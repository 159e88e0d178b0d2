"""Who can do visits, and what they hold: a skill whose certificate has expired by their first shift does not count."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import fields

from dispatch.planning.facts import Facts
from dispatch.planning.shifts_now import ShiftNow
from dispatch.planning.visits_now import People
from optimizer.domain import Costs, Technician

_RATES = frozenset(one.name for one in fields(Costs))


def people_now(facts: Facts, shifts: Mapping[str, ShiftNow]) -> tuple[People, dict[str, Technician]]:
    """The technicians of the problem, without their shifts, and what holds of their skills."""
    days: dict[str, list[dt.date]] = {}
    works_from: dict[str, int] = {}
    for one in shifts.values():
        zone = facts.zone_of(one.technician)
        days.setdefault(one.technician, []).append(dt.datetime.fromtimestamp(one.shift.start, zone).date())
        if one.shift.end + one.shift.max_overtime > one.shift.start:
            works_from[one.technician] = min(one.shift.start, works_from.get(one.technician, one.shift.start))
    levels: dict[str, dict[str, int]] = {}
    expiring: dict[tuple[str, str], int] = {}
    technicians = {}
    for key, row in facts.technicians.items():
        if not row.active and key not in days:
            continue
        zone = facts.zone_of(key)
        here = days.get(key) or [facts.now.astimezone(zone).date()]
        levels[key] = {}
        for skill in facts.skills.get(key, ()):
            if skill.valid_until is not None and skill.valid_until < min(here):
                continue
            levels[key][skill.skill] = skill.level
            if skill.valid_until is not None and skill.valid_until < max(here):
                midnight = dt.datetime.combine(skill.valid_until + dt.timedelta(days=1), dt.time(), zone)
                expiring[key, skill.skill] = int(midnight.timestamp())
        technicians[key] = Technician(
            id=key,
            skills=levels[key],
            capacity={resource: round(quantity, 3) for resource, quantity in row.capacity.items()},
            pace=row.pace,
            profile=row.profile,
            costs=Costs(**{rate: cost for rate, cost in row.costs.items() if rate in _RATES}),
        )
    return People(levels, expiring, works_from), technicians
