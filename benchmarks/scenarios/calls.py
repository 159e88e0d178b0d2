"""A company's demand shaped after a sample of real calls: when they came in, and how they crowd together in a city.

The samples are of San Francisco's 311 and fire department (DataSF, PDDL), drawn evenly from years, so that they tell
the hour, the day of the week and the place of a call, and not how many there are. What the calls ask for is left to the
company: its kinds of work, promises and prices.
"""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from scenarios.situation.situation import Demand, Situation

SAMPLES = {
    "311": ("311_service_requests.csv", "created_date", "unique_key"),
    "fire": ("sffd_service_calls.csv", "received_timestamp", "call_number"),
}
"""File, the column of the time, and the column that tells calls apart, by the name of the sample."""


@dataclass(frozen=True)
class Shape:
    """When calls come, and where: weights of the hours of a day, factors of the days of a week (Monday first, mean 1),
    and the places of calls, [call, latitude and longitude].
    """

    hours: tuple[float, ...]
    weekdays: tuple[float, ...]
    places: NDArray[np.float64]


def shape_of(folder: Path, sample: str) -> Shape:
    """The shape of a sample below a folder. Raises :class:`FileNotFoundError` where it is not there."""
    name, column, key = SAMPLES[sample]
    file = next(iter(sorted(folder.rglob(name))), None)
    if file is None:
        raise FileNotFoundError(f"{folder}: there is no {name} below it")
    hours, weekdays, places, seen = np.zeros(24), np.zeros(7), [], set()
    for row in _rows(file):
        if row[key] in seen:  # several vehicles of one alarm
            continue
        seen.add(row[key])
        at = dt.datetime.fromisoformat(row[column])
        hours[at.hour] += 1
        weekdays[at.weekday()] += 1
        lat, lon = float(row["latitude"] or 0), float(row["longitude"] or 0)
        if lat and lon:
            places.append((lat, lon))
    return Shape(tuple(hours.tolist()), tuple((7 * weekdays / weekdays.sum()).tolist()), np.array(places))


def shaped(situation: Situation, shape: Shape, jobs_per_day: float) -> Situation:
    """The situation with so many jobs on the mean day of a week, which come in and lie as the calls do.

    Each call is laid over the city with its distance from the middle in units of the usual distance, and becomes the
    site that is nearest: so a site where many calls fall has many jobs.
    """
    sites = np.array([(situation.places[site].lat, situation.places[site].lon) for site in situation.sites])
    middle, reach = _spread(sites)
    center, width = _spread(shape.places)
    laid = middle + (shape.places - center) / width * reach
    squeeze = np.array([1.0, np.cos(np.radians(middle[0]))])
    apart = ((laid[:, None, :] - sites[None, :, :]) * squeeze) ** 2
    nearest = apart.sum(axis=2).argmin(axis=1)
    return replace(
        situation,
        sites=tuple(situation.sites[one] for one in nearest.tolist()),
        demand=Demand(jobs_per_day, shape.hours, shape.weekdays),
    )


def all_week(situation: Situation) -> Situation:
    """The same people on a rota: each works five days in a row, and each day the same number, give or take one."""
    people = tuple(
        replace(person, days=tuple(sorted((number + day) % 7 for day in range(5))))
        for number, person in enumerate(situation.people)
    )
    return replace(situation, people=people)


def _spread(points: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The middle of points, and half of what the middle half of them spans, in each direction."""
    low, middle, high = np.percentile(points, (25, 50, 75), axis=0)
    return middle, (high - low) / 2


def _rows(file: Path) -> Iterator[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as text:
        yield from csv.DictReader(text)
