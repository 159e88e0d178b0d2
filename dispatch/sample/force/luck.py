"""Chance, drawn from a seed and a name: whoever asks again, in whatever order, hears the same."""

from __future__ import annotations

import datetime as dt
import zlib
from dataclasses import dataclass

import numpy as np

_DECLINES = 0.025
_NOBODY_HOME = 0.03
_NEEDS_PARTS = 0.03
_NEEDS_VISIT = 0.02
_PAUSES = 0.04
_CALLED_OFF = 0.05
_FALLS_ILL = 0.055
"""The share of a day's people: of fourteen on most days one, or nobody."""
NOISE = 8.0
"""Metres by which a phone is wrong in each direction, as its accuracy says (68 %)."""
_NOISE_DEGREES = 5.0
_COMES_AGAIN = 0.8
"""Of jobs that need another visit, the share for which the desk agrees on one the same day."""


@dataclass(frozen=True, slots=True)
class VisitLuck:
    """How one visit goes. Durations in seconds; ``work`` and ``traffic`` multiply what was planned."""

    reaction: int
    declines: bool
    traffic: float
    settling: int
    nobody_home: bool
    waiting: int
    work: float
    pause: int
    needs_parts: bool
    needs_visit: bool


@dataclass(frozen=True, slots=True)
class DayLuck:
    """How somebody's day begins, and whether they fall ill: the share of the shift after which they go home."""

    late_start: int
    ill_after: float | None


@dataclass(frozen=True, slots=True)
class JobLuck:
    """What a customer may do: call it off after so many seconds; and whether, and when, a second visit is agreed on."""

    called_off_after: int | None
    comes_again: bool
    desk_takes: int


class Luck:
    """All chance of a sample, from one seed."""

    def __init__(self, seed: int) -> None:
        self.seed = seed

    def _generator(self, what: str, name: str) -> np.random.Generator:
        return np.random.default_rng((self.seed, zlib.crc32(f"{what}/{name}".encode())))

    def visit(self, name: str) -> VisitLuck:
        """Of a visit, by its job's number and its own."""
        generator = self._generator("visit", name)
        chance = generator.random(5)
        parts = bool(chance[2] < _NEEDS_PARTS)
        return VisitLuck(
            reaction=int(generator.integers(60, 480)),
            declines=bool(chance[0] < _DECLINES),
            traffic=float(np.clip(generator.lognormal(0.04, 0.16), 0.8, 1.9)),
            settling=int(generator.integers(60, 300)),
            nobody_home=bool(chance[1] < _NOBODY_HOME),
            waiting=int(generator.integers(420, 900)),
            work=float(np.clip(generator.lognormal(-0.02, 0.2), 0.6, 1.8)),
            pause=int(generator.integers(300, 900)) if chance[3] < _PAUSES else 0,
            needs_parts=parts,
            needs_visit=not parts and bool(chance[4] < _NEEDS_VISIT),
        )

    def day(self, name: str, date: dt.date) -> DayLuck:
        """Of a technician on a day."""
        generator = self._generator("day", f"{name}/{date.isoformat()}")
        late, ill, when = generator.random(3)
        return DayLuck(
            late_start=round(late * 300),
            ill_after=0.2 + 0.4 * float(when) if ill < _FALLS_ILL else None,
        )

    def job(self, number: str) -> JobLuck:
        """Of a job, by its number."""
        generator = self._generator("job", number)
        off, again = generator.random(2)
        after = int(generator.integers(1800, 6 * 3600))
        return JobLuck(
            called_off_after=after if off < _CALLED_OFF else None,
            comes_again=bool(again < _COMES_AGAIN),
            desk_takes=int(generator.integers(300, 1500)),
        )

    def noise(self, at: dt.datetime) -> tuple[float, float, float]:
        """By how many metres north and east, and by how many degrees, a phone is wrong at an instant."""
        north, east, turned = self._generator("noise", at.isoformat()).normal(0, (NOISE, NOISE, _NOISE_DEGREES))
        return float(north), float(east), float(turned)
