"""Finding the power law of a region: its factor and exponent, and the detour, from ways that an engine measures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize

from dispatch.travel.estimate import PowerLaw
from dispatch.travel.graph import FloatArray, metres_between
from dispatch.travel.ports import NO_WAY, Point, TravelEngine

Bounds = tuple[float, float, float, float]
"""South, west, north, east, in degrees."""

SAMPLE = 450
"""Of these, 300 teach and 150 are held out."""
SHORTEST_M = 200.0
"""Nearer pairs say more about the two ends than about the ways of the region."""
FEWEST_PAIRS = 30
SHARE_HELD_OUT = 1 / 3
MOST_ROUNDS = 20


class CannotFitError(Exception):
    """Too few ways could be measured to fit a law; the message says how many, and what to do."""


@dataclass(frozen=True, slots=True)
class Fit:
    """The law that fits a region best, its detour, and how far off it is.

    ``median_error`` is the median of |estimate - measured| / measured over pairs of places that the law was not fitted
    to; ``pairs`` says how many those are.
    """

    law: PowerLaw
    detour: float
    median_error: float
    pairs: int


def fit(engine: TravelEngine, where: Bounds | Sequence[Point], seed: int = 1, sample: int = SAMPLE) -> Fit:
    """Fit the law to ways between ``sample`` places, drawn from the points given or anywhere in the bounds.

    A third of the places is held out: the error is that of the ways among them. Raises :class:`CannotFitError`, and
    what the engine raises.
    """
    generator = np.random.default_rng(seed)
    points = _places(engine, where, sample, generator)
    measured = engine.table(points, points)
    at = np.array(points, np.float64).reshape(-1, 2)
    crow = np.asarray(metres_between(at[:, :1], at[:, 1:], at[:, 0], at[:, 1]), np.float64)
    usable = (crow >= SHORTEST_M) & (measured.durations > 0) & (measured.durations != NO_WAY)
    held_out = np.zeros(len(points), np.bool_)
    held_out[: int(len(points) * SHARE_HELD_OUT)] = True
    tried = usable & np.outer(held_out, held_out)
    learnt = usable & np.outer(~held_out, ~held_out)
    if min(int(tried.sum()), int(learnt.sum())) < FEWEST_PAIRS:
        raise CannotFitError(
            f"of {len(points)} places on roads, only {int(usable.sum())} pairs can be driven: too few to fit an "
            "estimate. Does the extract hold a connected network of roads?"
        )
    law = _law(crow[learnt], measured.durations[learnt].astype(np.float64))
    error = _errors(law, crow[tried], measured.durations[tried].astype(np.float64))
    detour = float(np.median(measured.distances[learnt] / crow[learnt]))
    return Fit(law, max(1.0, detour), float(np.median(error)), int(tried.sum()))


def _places(
    engine: TravelEngine, where: Bounds | Sequence[Point], sample: int, generator: np.random.Generator
) -> list[Point]:
    """Places on roads, in no order: of many draws, those that the engine can snap, where they snap."""
    if len(where) == 4 and not isinstance(where[0], Sequence):
        south, west, north, east = np.array(where, np.float64)
        drawn = generator.uniform((south, west), (north, east), (sample * MOST_ROUNDS, 2))
    else:
        known = np.array(where, np.float64).reshape(-1, 2)
        drawn = known[generator.permutation(len(known))[: sample * MOST_ROUNDS]]
    places: list[Point] = []
    for first in range(0, len(drawn), sample):
        snapped = engine.snap([(float(lat), float(lon)) for lat, lon in drawn[first : first + sample]])
        places += [(place.lat, place.lon) for place in snapped if place is not None]
        if len(places) >= sample:
            break
    return places[:sample]


def _law(crow: FloatArray, seconds: FloatArray) -> PowerLaw:
    """The law with the least median relative error.

    A straight line through the logarithms, by least squares, is where the search for the least median begins: the
    median has no slope to follow, but few valleys (Nelder & Mead 1965).
    """
    exponent, height = np.polyfit(np.log(crow), np.log(seconds), 1)

    def law(numbers: FloatArray) -> PowerLaw:
        # What ways take halfway between the shortest and the longest, and how fast it grows: two numbers that do not
        # pull at each other.
        return PowerLaw(float(np.exp(numbers[0] - numbers[1] * middle)), float(np.clip(numbers[1], 0.3, 1.2)))

    middle = float(np.log(crow).mean())
    start = np.array([height + exponent * middle, exponent])
    found = minimize(
        lambda numbers: float(np.median(_errors(law(numbers), crow, seconds))),
        start,
        method="Nelder-Mead",
        options={
            "initial_simplex": start + np.array([[0.0, 0.0], [0.05, 0.0], [0.0, 0.05]]),
            "xatol": 1e-4,
            "fatol": 1e-5,
        },
    )
    return law(found.x)


def _errors(law: PowerLaw, crow: FloatArray, seconds: FloatArray) -> FloatArray:
    return np.abs(np.asarray(law.seconds(crow), np.float64) - seconds) / seconds
