"""Jobs one by one, from wherever they come, gathered into a history."""

from __future__ import annotations

import datetime as dt
import itertools
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

import numpy as np

from optimizer.invalid import InvalidInput
from scenarios.forecast.history import History, Series

ELSEWHERE, ANY = "elsewhere", "any"
"""The territory of jobs that lie in none, and the skill of jobs that ask for none."""

LEAST_DAYS = 84
MOST_SERIES = 500
MOST_DAYS = 40 * 366
LONGEST_HOLE = 28
"""So many days without any job are no chance: something is missing."""


@dataclass(frozen=True, slots=True)
class Received:
    """One job: when it came in (aware, or as the clock on the wall shows it), where, and what it asks for."""

    at: dt.datetime
    territory: str = ELSEWHERE
    skill: str = ANY
    priority: str | None = None
    minutes: float | None = None


@dataclass(frozen=True, slots=True)
class Period:
    """The days of a history: from ``since`` on, up to but without ``until``. Without them: from the day of the first
    job, up to the day of the last one, which may not be over.
    """

    since: dt.date | None = None
    until: dt.date | None = None


ALL_OF_IT = Period()


def joined(skills: Iterable[str]) -> str:
    """The skills of one piece of work as one name."""
    return "+".join(sorted(skills)) or ANY


def gather(jobs: Iterable[Received], zone: ZoneInfo, period: Period = ALL_OF_IT) -> History:
    """The history of jobs, in any order.

    Raises :class:`InvalidInput` where there are too few days, a hole in them, or too many series.
    """
    local = [(_local(job.at, zone), job) for job in jobs]
    if not local:
        raise InvalidInput("the history", "", "has no job", "give one line for each job that came in")
    first = period.since or min(at for at, _ in local).date()
    end = period.until or max(at for at, _ in local).date()
    dated = ((at, job) for at, job in local if first <= at.date() < end)
    inside = sorted(dated, key=lambda one: (one[0], one[1].territory, one[1].skill))
    days = (end - first).days
    if days < LEAST_DAYS or not inside:
        found = f"{max(0, days)} days, {len(inside)} jobs"
        remedy = (
            f"{LEAST_DAYS} days are the least; the day of the last job may not be over and is left out unless --until"
        )
        raise InvalidInput("the history", found, "is too short", f"{remedy} says otherwise")
    if days > MOST_DAYS:
        remedy = "give --since; demand of that long ago says nothing of today's"
        raise InvalidInput("the history", f"{first} to {end}", "is too long", remedy)
    _refuse_holes([at.date() for at, _ in inside], first, end)
    return _counted(inside, zone, first, days)


def _counted(inside: Sequence[tuple[dt.datetime, Received]], zone: ZoneInfo, first: dt.date, days: int) -> History:
    of = [Series(job.territory, job.skill) for _, job in inside]
    series = sorted(set(of))
    if len(series) > MOST_SERIES:
        remedy = f"{MOST_SERIES} pairs of a territory and a skill are the most; group them"
        raise InvalidInput("the history", f"{len(series)} pairs", "is cut into too many parts", remedy)
    number = {one: at for at, one in enumerate(series)}
    return History(
        zone=zone,
        first=first,
        days=days,
        series=tuple(series),
        which=np.array([number[one] for one in of], dtype=np.int64),
        day=np.array([(at.date() - first).days for at, _ in inside], dtype=np.int64),
        hour=np.array([at.hour for at, _ in inside], dtype=np.int64),
        minutes=_minutes([job for _, job in inside]),
        priorities=_priorities([job for _, job in inside]),
    )


def _local(at: dt.datetime, zone: ZoneInfo) -> dt.datetime:
    return at if at.tzinfo is None else at.astimezone(zone).replace(tzinfo=None)


def _refuse_holes(dates: Sequence[dt.date], first: dt.date, end: dt.date) -> None:
    marks = [first, *dates, end]
    for before, after in itertools.pairwise(marks):
        if (after - before).days > LONGEST_HOLE:
            found = f"no job from {before} to {after}"
            day = dt.timedelta(days=1)
            remedy = f"leave it out by --until {before + day} or --since {after}, or complete the history"
            raise InvalidInput("the history", found, "has a hole", remedy)


def _minutes(jobs: Sequence[Received]) -> dict[str, float]:
    known: dict[str, list[float]] = defaultdict(list)
    for job in jobs:
        if job.minutes is not None:
            known[job.skill].append(job.minutes)
    return {skill: round(sum(all_of) / len(all_of), 3) for skill, all_of in sorted(known.items())}


def _priorities(jobs: Sequence[Received]) -> dict[str, dict[str, float]]:
    counted: dict[str, Counter[str]] = defaultdict(Counter)
    for job in jobs:
        if job.priority is not None:
            counted[job.skill][job.priority] += 1
    return {
        skill: {name: round(number / sum(of.values()), 6) for name, number in sorted(of.items())}
        for skill, of in sorted(counted.items())
    }
