"""What the sample's customers ask for: the visits of a sample day as jobs, with the moment at which each came in.

A day is drawn as a planning problem (:mod:`dispatch.sample.city`). Here it becomes what made such a problem: people
who rang, hours or days before. A job came in just so early that its promise is due when the problem says.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from dispatch.sample.city import TIME_ZONE, DrawnDay
from dispatch.sample.customers import Client, draw_clients
from dispatch.sample.promised import OFFICE, PRIORITIES, PROMISED, received_for
from dispatch.store.tables import Priority
from optimizer.domain import Location, Visit

_APPOINTMENT = dt.timedelta(hours=3)
"""A window that is shorter has been agreed with the customer."""
_DAWDLING = 540
"""Seconds that a job may have come in earlier than its promise makes it, so that not all do on the full hour."""
_LOW_DAYS = (1.0, 4.0)
"""So many days ago came in what nobody is in a hurry for."""


@dataclass(frozen=True, slots=True)
class FollowUp:
    """A second visit of a job, with the least and the most seconds after the first."""

    title: str
    duration: int
    roles: tuple[Mapping[str, int], ...]
    demand: Mapping[str, float]
    drop_cost: float | None
    min_gap: int
    max_gap: int | None


@dataclass(frozen=True, slots=True)
class Order:
    """One job that somebody asks for. ``name`` is unique among all days; technicians are named by their names."""

    name: str
    received: dt.datetime
    kind: str
    priority: Priority
    client: Client
    place: Location
    duration: int
    roles: tuple[Mapping[str, int], ...]
    demand: Mapping[str, float]
    windows: tuple[tuple[dt.datetime, dt.datetime], ...]
    drop_cost: float | None
    never: tuple[str, ...]
    preferred: tuple[str, ...]
    follow_up: FollowUp | None = None

    @property
    def appointment(self) -> bool:
        """Whether a time was agreed with the customer."""
        return any(latest - earliest < _APPOINTMENT for earliest, latest in self.windows)


def orders(day: DrawnDay, seed: int) -> list[Order]:
    """The day's jobs in the order in which they came in, some of them days before."""
    generator = np.random.default_rng((day.date.toordinal(), seed, 2))
    first = [visit for visit in day.problem.visits if not visit.after]
    clients = draw_clients([day.kinds[visit.id].name for visit in first], generator)
    made = [_order(day, visit, client, generator) for visit, client in zip(first, clients, strict=True)]
    after = {visit.after[0].visit: visit for visit in day.problem.visits if visit.after}
    return sorted(_with_follow_ups(day, made, after), key=lambda order: (order.received, order.name))


def _order(day: DrawnDay, visit: Visit, client: Client, generator: np.random.Generator) -> Order:
    priority = PRIORITIES[day.urgencies[visit.id].name]
    return Order(
        name=_name(day, visit.id),
        received=_received(day, visit, priority, generator),
        kind=day.kinds[visit.id].name,
        priority=priority,
        client=client,
        place=day.problem.locations[visit.location],
        duration=visit.duration,
        roles=tuple(role.skills for role in visit.roles),
        demand=visit.demand,
        windows=tuple((_instant(window.earliest), _instant(window.latest)) for window in visit.windows),
        drop_cost=None if visit.drop_cost is None else float(visit.drop_cost),
        never=tuple(visit.never),
        preferred=tuple(visit.preferred),
    )


def _name(day: DrawnDay, visit: str) -> str:
    return f"{day.date.isoformat()}/{visit}"


def _received(day: DrawnDay, visit: Visit, priority: Priority, generator: np.random.Generator) -> dt.datetime:
    promised = PROMISED[priority]
    earlier = dt.timedelta(seconds=int(generator.integers(_DAWDLING)))
    ago = float(generator.uniform(*_LOW_DAYS))
    if visit.arrive_by is not None and promised.on_site is not None:
        return received_for(_instant(visit.arrive_by.at), promised.on_site, promised.calendar) - earlier
    if visit.complete_by is not None and promised.resolve is not None:
        return received_for(_instant(visit.complete_by.at), promised.resolve, promised.calendar) - earlier
    morning = dt.datetime.combine(day.date, dt.time(8), TIME_ZONE)
    office_day = 10 * 3600
    return received_for(morning, math.ceil(ago * office_day), OFFICE) - earlier


def _with_follow_ups(day: DrawnDay, made: Sequence[Order], after: Mapping[str, Visit]) -> Iterable[Order]:
    by_name = {_name(day, first): visit for first, visit in after.items()}
    for order in made:
        second = by_name.get(order.name)
        yield order if second is None else replace(order, follow_up=_follow_up(day, second))


def _follow_up(day: DrawnDay, visit: Visit) -> FollowUp:
    link = visit.after[0]
    return FollowUp(
        title=day.kinds[visit.id].name,
        duration=visit.duration,
        roles=tuple(role.skills for role in visit.roles),
        demand=visit.demand,
        drop_cost=None if visit.drop_cost is None else float(visit.drop_cost),
        min_gap=link.min_gap,
        max_gap=link.max_gap,
    )


def _instant(seconds: int) -> dt.datetime:
    return dt.datetime.fromtimestamp(seconds, TIME_ZONE)


def as_roles(roles: Iterable[Mapping[str, int]]) -> list[dict[str, Any]]:
    """Roles the way a visit keeps them."""
    return [{"skills": dict(skills)} for skills in roles]
