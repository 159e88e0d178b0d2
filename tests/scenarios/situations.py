"""Small situations for tests: a hamlet with a few technicians, and days in it."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

from scenarios.scenario import Dispatching
from scenarios.simulation.environment import Environment
from scenarios.simulation.streams import Streams
from scenarios.situation.generated import Town, generated
from scenarios.situation.situation import Situation, Spread

MONDAY = dt.date(2026, 11, 23)


def hamlet(**more: Any) -> Situation:
    """Four technicians and twenty jobs a day, a few kilometres apart."""
    return generated(Town(**{"technicians": 4, "jobs_per_day": 20.0, "sites": 40, "radius_km": 4.0} | more))


def calm(situation: Situation) -> Situation:
    """The same where everything goes as planned."""
    as_planned = Spread(0, 0, no_show=0, incomplete=0, illness=0, late_start=0, reaction=(60, 60))
    return replace(situation, spread=as_planned)


def environment(situation: Situation, agent: Any, days: int = 1, *, seed: int = 1, number: int = 0) -> Environment:
    """So many days from a Monday on."""
    return Environment(situation, agent, Streams(seed, number), MONDAY, days)


def dispatching(agent: str, **more: Any) -> Dispatching:
    """Who decides, with brief searches."""
    return Dispatching(**{"agent": agent, "iterations": 30} | more)
