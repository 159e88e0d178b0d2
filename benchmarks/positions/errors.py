"""By how much expected arrivals are wrong: at moments of simulated drives, by way of expecting."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from benchmarks.positions.drives import Drive, phone
from benchmarks.tables import number, table
from dispatch.planning.remaining import WINDOW, Believed, UnderWay, believed, thinned, way_ahead
from dispatch.travel.ports import Fix
from dispatch.travel.provider import TravelProvider

EVERY = 10.0
"""Seconds between what a phone says."""
BAD = 60.0
"""Seconds of error that customers notice."""


@dataclass(frozen=True, slots=True)
class Way:
    """A way of expecting: what is taken of a trace."""

    name: str
    of: Callable[[Sequence[Fix]], Sequence[Fix]]


def _bare(trace: Sequence[Fix]) -> list[Fix]:
    return [replace(fix, heading=None) for fix in trace]


WAYS: tuple[Way, ...] = (
    Way("last position", lambda trace: _bare(trace[-1:])),
    Way("last position, heading", lambda trace: trace[-1:]),
    Way("trace", _bare),
    Way("trace, heading", lambda trace: trace),
)


@dataclass(frozen=True, eq=False)
class Errors:
    """Of one way of expecting under one noise: the errors in seconds, later than true counting as more."""

    name: str
    noise: float
    seconds: np.ndarray[tuple[int], np.dtype[np.float64]]

    @property
    def bad(self) -> float:
        """The share that is wrong by more than :data:`BAD`."""
        return float((np.abs(self.seconds) > BAD).mean())


def errors(
    travel: TravelProvider, driven: Sequence[Drive], noise: float, moments: int, seed: int, ways: Sequence[Way] = WAYS
) -> list[Errors]:
    """At so many moments of each drive, expected by each of the ways from the same positions."""
    generator = np.random.default_rng(seed)
    found: Mapping[str, list[float]] = {way.name: [] for way in ways}
    for drive in driven:
        said = _said(drive, noise, generator)
        chosen = generator.choice(len(said), min(moments, len(said)), replace=False)
        for last in sorted(chosen.tolist()):
            whole = _until(said, last)
            for way in ways:
                ahead = way_ahead(travel, _under_way(drive, thinned(way.of(whole))))
                found[way.name].append(ahead.seconds - (drive.takes - said[last].at))
    return [Errors(name, noise, np.array(values)) for name, values in found.items()]


def kept_errors(travel: TravelProvider, driven: Sequence[Drive], noise: float, seed: int) -> Errors:
    """At every position of every drive, as one round after the other keeps it: what leaps without need is doubted."""
    generator = np.random.default_rng(seed)
    found = []
    for drive in driven:
        said = _said(drive, noise, generator)
        kept: Believed | None = None
        for last, fix in enumerate(said):
            ahead = way_ahead(travel, _under_way(drive, thinned(_until(said, last))))
            kept = believed(kept, fix.at, ahead)
            found.append(kept.arrival - drive.takes)
    return Errors("as kept", noise, np.array(found))


def _said(drive: Drive, noise: float, generator: np.random.Generator) -> list[Fix]:
    return [phone(drive, at, noise, generator) for at in np.arange(0.0, drive.takes, EVERY).tolist()]


def _until(said: Sequence[Fix], last: int) -> list[Fix]:
    """The trace that ends there."""
    return [fix for fix in said[: last + 1] if fix.at >= said[last].at - WINDOW.total_seconds()]


def _under_way(drive: Drive, trace: tuple[Fix, ...]) -> UnderWay:
    at = dt.datetime.fromtimestamp(trace[-1].at, dt.UTC)
    return UnderWay("visit", "technician", drive.end, at, 0, trace, at)


def error_table(found: Sequence[Errors]) -> str:
    """One line each."""
    headings = ("expected by", "noise m", "moments", "median s", "p95 s", "max s", "over 60 s %")
    rows = []
    for one in found:
        size = np.abs(one.seconds)
        rows.append(
            (
                one.name,
                f"{one.noise:g}",
                str(len(size)),
                number(float(np.median(size)), 1),
                number(float(np.quantile(size, 0.95)), 1),
                number(float(size.max()), 0),
                number(100 * one.bad, 2),
            )
        )
    return table(headings, rows)
