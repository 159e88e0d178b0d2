"""What the sample's company promises: its hours, and how soon it comes, by priority."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from dispatch.sample.work import CRITICAL, HIGH, LOW, NORMAL, Urgency
from dispatch.store.tables import Priority

_MINUTE, _HOUR = 60, 3600

ROUND_THE_CLOCK, OFFICE = "Round the clock", "Office hours"

_ALWAYS = [["00:00", "24:00"]]
_WEEKDAY, _SATURDAY = [["08:00", "18:00"]], [["09:00", "13:00"]]
HOURS: Mapping[str, dict[str, Any]] = {
    ROUND_THE_CLOCK: dict.fromkeys(("mon", "tue", "wed", "thu", "fri", "sat", "sun"), _ALWAYS),
    OFFICE: dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), _WEEKDAY) | {"sat": _SATURDAY},
}
"""The business calendars, by name."""

PRIORITIES: Mapping[str, Priority] = {
    CRITICAL.name: Priority.CRITICAL,
    HIGH.name: Priority.HIGH,
    NORMAL.name: Priority.NORMAL,
    LOW.name: Priority.LOW,
}


@dataclass(frozen=True, slots=True)
class Promised:
    """The SLA policy of one priority. Durations in seconds of the calendar's time; None: not promised."""

    name: str
    calendar: str
    respond: int | None = None
    dispatch: int | None = None
    on_site: int | None = None
    resolve: int | None = None
    on_intake: tuple[str, ...] = ()
    ladder: tuple[Mapping[str, Any], ...] = ()
    costs: Mapping[str, Mapping[str, float]] = field(default_factory=dict)


def _costs(urgency: Urgency) -> dict[str, Mapping[str, float]]:
    """What missing a promise costs the plan."""
    named = {"on_site": urgency.arrive, "resolve": urgency.complete}
    return {
        target: {"breach_cost": float(terms[0]), "cost_per_hour_late": float(terms[1])}
        for target, terms in named.items()
        if terms is not None
    }


def _step(after: int, action: str) -> Mapping[str, Any]:
    return {"after": after, "action": action}


PROMISED: Mapping[Priority, Promised] = {
    Priority.CRITICAL: Promised(
        "Critical: on site within 90 minutes",
        ROUND_THE_CLOCK,
        respond=15 * _MINUTE,
        dispatch=_HOUR,
        on_site=90 * _MINUTE,
        resolve=4 * _HOUR,
        on_intake=("tell_supervisor", "require_senior"),
        ladder=(_step(0, "tell_supervisor"), _step(0, "replan"), _step(30 * _MINUTE, "tell_supervisor")),
        costs=_costs(CRITICAL),
    ),
    Priority.HIGH: Promised(
        "High: resolved within six office hours",
        OFFICE,
        respond=_HOUR,
        resolve=6 * _HOUR,
        ladder=(_step(0, "tell_supervisor"), _step(_HOUR, "raise_priority")),
        costs=_costs(HIGH),
    ),
    Priority.NORMAL: Promised(
        "Normal: resolved within twelve office hours",
        OFFICE,
        respond=4 * _HOUR,
        resolve=12 * _HOUR,
        ladder=(_step(2 * _HOUR, "raise_priority"),),
        costs=_costs(NORMAL),
    ),
    Priority.LOW: Promised("Low: resolved within a week", OFFICE, resolve=54 * _HOUR),
}
"""What is promised, by priority."""


def received_for(due: dt.datetime, allowed: int, calendar: str) -> dt.datetime:
    """When a job must have come in so that a promise of ``allowed`` seconds of the calendar's time is due then.

    ``due`` is local to the calendar.
    """
    hours, left = HOURS[calendar], dt.timedelta(seconds=allowed)
    day, until = due.date(), due
    while True:
        midnight = dt.datetime.combine(day, dt.time(), due.tzinfo)
        for opens, closes in reversed(hours.get(f"{day:%a}".lower(), [])):
            begin, end = midnight + _since_midnight(opens), min(until, midnight + _since_midnight(closes))
            if end - begin >= left:
                return end - left
            left -= max(end - begin, dt.timedelta())
        day -= dt.timedelta(days=1)


def _since_midnight(clock: str) -> dt.timedelta:
    hours, minutes = clock.split(":")
    return dt.timedelta(hours=int(hours), minutes=int(minutes))
