"""Histories made up from a known truth: what a forecast should say of them can be told exactly."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

import numpy as np

from scenarios.forecast.covariates import Covariates
from scenarios.forecast.days import YEAR, Days
from scenarios.forecast.history import HOURS, History, Real, Series

TERRITORIES = {"north": 0.45, "south": 0.35, "coast": 0.2}
SKILLS = {"gas": 0.4, "electrical": 0.3, "fibre": 0.2, "pumps": 0.1}
_WEEKDAYS = {
    "gas": (1.2, 1.0, 1.0, 1.0, 1.1, 0.7, 0.6),
    "electrical": (1.1, 1.0, 1.0, 1.0, 1.0, 0.5, 0.4),
    "fibre": (1.3, 1.1, 1.0, 1.0, 0.9, 0.2, 0.1),
    "pumps": (1.0, 1.0, 1.0, 1.0, 1.0, 0.8, 0.8),
}
_COLD = {"gas": 0.06, "electrical": 0.01, "fibre": 0.0, "pumps": -0.03}
"""How the logarithm of demand rises with each degree that it is colder."""
_OFFICE = np.array([1, 1, 1, 1, 1, 2, 6, 16, 30, 36, 33, 27, 21, 21, 24, 24, 21, 16, 11, 8, 6, 4, 2, 1], dtype=float)
_EVEN = np.array([2, 2, 1, 1, 1, 2, 4, 8, 11, 13, 13, 13, 13, 12, 12, 12, 12, 12, 11, 10, 8, 6, 4, 3], dtype=float)


@dataclass(frozen=True)
class Truth:
    """What a history is made from: ``jobs_per_day`` on average, ``days`` from ``first`` on, ``busy`` the variance of
    the factor by which whole days differ by chance, ``drift`` the deviation by which the level moves from day to day
    (of its logarithm), ``holiday`` the factor of a public holiday.
    """

    seed: int = 1
    jobs_per_day: float = 60.0
    days: int = 900
    first: dt.date = dt.date(2023, 1, 2)
    country: str = "CL"
    busy: float = 0.02
    drift: float = 0.003
    holiday: float = 0.4


@dataclass(frozen=True)
class Made:
    """A history, its weather, and the rates that it was drawn from: [series, day, hour]."""

    history: History
    weather: Covariates
    rates: Real = field(repr=False)


def made(truth: Truth) -> Made:
    """The history of a truth."""
    generator = np.random.default_rng([truth.seed, 4])
    series = tuple(sorted(Series(territory, skill) for territory in TERRITORIES for skill in SKILLS))
    days = Days(truth.first, truth.days, truth.country)
    warmth = _weather(days, generator)
    level = np.exp(np.cumsum(generator.normal(0, truth.drift, truth.days)))
    busy = generator.gamma(1 / truth.busy, truth.busy, truth.days) if truth.busy > 0 else np.ones(truth.days)
    rates = np.stack([_rates(one, days, warmth, truth) for one in series]) * level[None, :, None]
    counts = generator.poisson(rates * busy[None, :, None])
    cells = np.repeat(np.arange(counts.size), counts.ravel())
    which, rest = np.divmod(cells, truth.days * HOURS)
    day, hour = np.divmod(rest, HOURS)
    minutes = {"gas": 50.0, "electrical": 60.0, "fibre": 45.0, "pumps": 55.0}
    history = History(ZoneInfo("America/Santiago"), truth.first, truth.days, series, which, day, hour, minutes)
    return Made(history, Covariates(("warmth",), truth.first, warmth[:, None]), rates)


def _weather(days: Days, generator: np.random.Generator) -> Real:
    """Degrees: the season of the south, and days that are like the one before."""
    season = 15 + 6 * np.cos(2 * np.pi * np.array([date.toordinal() - 20 for date in days.dates()]) / YEAR)
    chance = np.zeros(days.count)
    for day in range(1, days.count):
        chance[day] = 0.75 * chance[day - 1] + generator.normal(0, 2)
    return season + chance


def _rates(one: Series, days: Days, warmth: Real, truth: Truth) -> Real:
    share = TERRITORIES[one.territory] * SKILLS[one.skill]
    dates, types = days.dates(), days.types()
    free = types == len(_WEEKDAYS["gas"])
    weekday = np.array([_WEEKDAYS[one.skill][date.weekday()] for date in dates])
    shape = np.where((one.skill == "pumps") | free[:, None], _EVEN / _EVEN.sum(), _OFFICE / _OFFICE.sum())
    daily = truth.jobs_per_day * share * weekday * np.where(free, truth.holiday, 1)
    rates: Real = (daily * np.exp(-_COLD[one.skill] * (warmth - 15)))[:, None] * shape
    return rates
