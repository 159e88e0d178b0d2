"""Small histories for tests."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from benchmarks.forecast.made import Made, Truth, made
from scenarios.forecast.forecast import Forecast, make
from scenarios.forecast.history import HOURS, History, Series
from scenarios.forecast.issuing import Outside

MONDAY = dt.date(2026, 1, 5)
ZONE = ZoneInfo("America/Santiago")


def past(daily: Mapping[Series, list[int]], *, hour: int = 9, first: dt.date = MONDAY, **more: Any) -> History:
    """So many jobs of each series on each day, all of them in one hour."""
    series = tuple(sorted(daily))
    jobs = [
        (number, day) for number, one in enumerate(series) for day, count in enumerate(daily[one]) for _ in range(count)
    ]
    which, day = (np.array(column, dtype=np.int64) for column in zip(*jobs, strict=True))
    days = len(next(iter(daily.values())))
    return History(ZONE, first, days, series, which, day, np.full(len(which), hour, dtype=np.int64), **more)


@lru_cache(maxsize=8)
def made_up(**truth: Any) -> Made:
    """A history made up from a truth, once."""
    return made(Truth(**{"days": 140, "jobs_per_day": 40.0, "drift": 0.0} | truth))


@lru_cache(maxsize=1)
def forecast() -> Forecast:
    """A forecast of two weeks, once."""
    return make(made_up().history, Outside("CL"), 2)


def altered(history: History, day: int) -> History:
    """The same history, in which everything from a day on is otherwise: twice the jobs, at other hours and places."""
    later = history.day >= day
    series = len(history.series)
    return History(
        history.zone,
        history.first,
        history.days,
        history.series,
        np.concatenate([history.which, (history.which[later] + 1) % series]),
        np.concatenate([history.day, history.day[later]]),
        np.concatenate([np.where(later, 3, history.hour), (history.hour[later] + 7) % HOURS]),
        history.minutes,
    )
