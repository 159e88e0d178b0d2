"""A company of two, Ana and Ben, to start scenarios from and to publish into."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from dispatch.store.engine import Store
from dispatch.store.tables import Priority
from tests.dispatch.world import World


@dataclass
class Company:
    """Ana and Ben, with shifts today and on the two days after it."""

    store: Store
    ana: str
    ben: str
    shifts: dict[str, list[str]]
    sla: str


def company_of_two(world: World) -> Company:
    """Their jobs were there before the day began."""
    north = world.territory("North")
    ana = world.technician("Ana", territory=north, skills={"gas": 2})
    ben = world.technician("Ben", territory=north, skills={"gas": 1}, at=(-29.91, -71.25))
    shifts = {
        one: [world.shift(one, start=24.0 * day, breaks=_lunch(world, day)) for day in range(3)] for one in (ana, ben)
    }
    kind = world.job_type("Boiler", skills={"gas": 1})
    for number in range(6):
        received = world.now() - dt.timedelta(hours=20 + number)
        place = (-29.905 + number / 500, -71.25)
        visit = {"created_at": received}
        world.job(territory=north, job_type=kind, at=place, received_at=received, created_at=received, visit=visit)
    return Company(world.store, ana, ben, shifts, world.sla_policy("High", priority=Priority.HIGH))


def _lunch(world: World, day: int) -> list[dict[str, Any]]:
    earliest = world.now() + dt.timedelta(days=day, hours=3)
    latest = earliest + dt.timedelta(hours=1)
    return [{"id": "lunch", "earliest": earliest.isoformat(), "latest": latest.isoformat(), "duration": 1800}]
