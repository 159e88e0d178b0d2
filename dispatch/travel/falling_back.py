"""Several engines in order, and the estimate behind them all: there is always an answer, and each says who gave it."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dispatch.travel.breaker import Breaker
from dispatch.travel.health import EngineHealth, Tally, utc_now
from dispatch.travel.ports import (
    FREE,
    NO_WAY,
    EngineError,
    Fix,
    Leg,
    Measured,
    NotOffered,
    NoWay,
    OnRoad,
    Point,
    Snapped,
    Source,
    Speeds,
    TravelEngine,
)

SURCHARGE = 1.1
"""Estimates that stand in for roads take so many times as long: rather early at the customer's than late."""


class FallingBack:
    """An engine that never fails: what no engine answers is estimated, and marked. Safe among threads."""

    def __init__(
        self,
        engines: Sequence[TravelEngine],
        estimate: TravelEngine,
        *,
        on_change: Callable[[EngineHealth], None] | None = None,
        clock: Callable[[], float] = time.monotonic,
        now: Callable[[], dt.datetime] = utc_now,
    ) -> None:
        """``engines`` in the order in which they are asked, each behind a breaker (one is made where it has none).

        ``on_change`` hears of each engine that goes down or comes back.
        """
        self.engines = [
            engine if isinstance(engine, Breaker) else Breaker(engine, clock=clock, now=now) for engine in engines
        ]
        self.estimate = estimate
        self.name = " or ".join([*(engine.name for engine in self.engines), estimate.name])
        if on_change is not None:
            for engine in self.engines:
                engine.on_change = on_change
        self._tally = Tally(clock)
        self._since = now()

    @property
    def version(self) -> str:
        """Of all engines together: any of them may have answered. Without engines, that of the estimate."""
        return "+".join(engine.version for engine in self.engines) or self.estimate.version

    def health(self) -> tuple[EngineHealth, ...]:
        """Each engine, and the estimate as the last of them, with the cells that each answered within the last hour."""
        cells = self._tally.counts()
        estimate = EngineHealth(self.estimate.name, "up", self._since, kind="estimate")
        every = (*(engine.health() for engine in self.engines), estimate)
        return tuple(replace(health, cells=cells[health.name]) for health in every)

    def probe(self) -> tuple[EngineHealth, ...]:
        """See whether engines that are down are back; to be called now and then, so that they recover unasked."""
        for engine in self.engines:
            engine.probe()
        return self.health()

    def table(self, starts: Sequence[Point], ends: Sequence[Point], speeds: Speeds = FREE) -> Measured:
        """Never raises an EngineError, and holds no NO_WAY: such cells are estimated."""
        shape = len(starts), len(ends)
        durations, distances = np.full(shape, NO_WAY, np.int32), np.full(shape, NO_WAY, np.int32)
        sources = np.full(shape, Source.ESTIMATE, np.uint8)
        whole = Measured(durations, distances, sources)
        for engine in self.engines:
            for rows, columns in _unknown(durations):
                failed = False
                try:
                    part = engine.table([starts[at] for at in rows], [ends[at] for at in columns], speeds)
                except EngineError as error:  # its breaker has counted and told it
                    if error.answered is None:
                        break
                    part, failed = error.answered, True
                known = part.durations != NO_WAY
                _fill(whole, np.ix_(rows, columns), part, known)
                self._tally.add(engine.name, int(np.count_nonzero(known)))
                if failed:
                    break
        self._estimate(whole, starts, ends, speeds)
        return whole

    def route(self, points: Sequence[Point], speeds: Speeds = FREE) -> tuple[Leg, ...]:
        """Never raises an EngineError: a leg that no engine knows is a straight line, timed and marked as estimate."""
        for engine in self.engines:
            try:
                return engine.route(points, speeds)
            except NoWay:
                if len(points) > 2:
                    return tuple(leg for pair in pairwise(points) for leg in self.route(pair, speeds))
            except EngineError:
                continue
        legs = self.estimate.route(points, speeds)
        return tuple(replace(leg, seconds=round(leg.seconds * SURCHARGE)) for leg in legs)

    def snap(self, points: Sequence[Point]) -> list[Snapped | None]:
        """None for a point that is off the roads of every engine that answers; as it is while none answers."""
        snapped: list[Snapped | None] = [None] * len(points)
        answered = False
        for engine in self.engines:
            missing = [at for at, snap in enumerate(snapped) if snap is None]
            try:
                found = engine.snap([points[at] for at in missing]) if missing else []
            except EngineError:
                continue
            answered = True
            for at, snap in zip(missing, found, strict=True):
                snapped[at] = snap
        return snapped if answered else self.estimate.snap(points)

    def match(self, trace: Sequence[Fix]) -> OnRoad | None:
        """None off the roads of every engine that answers; where it is said to be, without confidence, if none does."""
        answered = False
        for engine in self.engines:
            try:
                matched = engine.match(trace)
            except EngineError:
                continue
            if matched is not None:
                return matched
            answered = True
        return None if answered else self.estimate.match(trace)

    def isochrone(self, point: Point, minutes: Sequence[int]) -> dict[str, Any]:
        """Where one can be within so many minutes, as the first engine says that can; each area names it as ``engine``.

        Raises :class:`NotOffered` where none of them can, :class:`NoWay` for a point off their roads,
        :class:`EngineDown` where those that could do not answer. It is never estimated: a circle would be a lie.
        """
        failed: EngineError = NotOffered("no travel engine here says what can be reached: roads and Valhalla do")
        for engine in self.engines:
            try:
                found = engine.isochrone(point, minutes)
            except NotOffered:
                continue
            except EngineError as error:
                failed = error
                continue
            for feature in found["features"]:
                feature["properties"]["engine"] = engine.name
            return found
        raise failed

    def _estimate(self, whole: Measured, starts: Sequence[Point], ends: Sequence[Point], speeds: Speeds) -> None:
        unknown = whole.durations == NO_WAY
        rows, columns = np.flatnonzero(unknown.any(axis=1)), np.flatnonzero(unknown.any(axis=0))
        if not len(rows):
            return
        grid = np.ix_(rows, columns)
        part = self.estimate.table([starts[at] for at in rows.tolist()], [ends[at] for at in columns.tolist()], speeds)
        _fill(whole, grid, part.slowed(SURCHARGE), unknown[grid])
        self._tally.add(self.estimate.name, int(np.count_nonzero(unknown)))


def _unknown(durations: NDArray[np.int32]) -> list[tuple[list[int], list[int]]]:
    """What is left to ask: the rows of which nothing is known, and the columns of which nothing is known besides.

    Single cells without a way are not asked for again: the next engine has the same rivers.
    """
    unknown = durations == NO_WAY
    rows, columns = unknown.all(axis=1), unknown.all(axis=0)
    every = list(range(durations.shape[1]))
    blocks = [
        (np.flatnonzero(rows).tolist(), every),
        (np.flatnonzero(~rows).tolist(), np.flatnonzero(columns).tolist()),
    ]
    return [(starts, ends) for starts, ends in blocks if starts and ends]


def _fill(whole: Measured, grid: tuple[NDArray[np.intp], ...], part: Measured, where: NDArray[np.bool_]) -> None:
    for table, piece in (
        (whole.durations, part.durations),
        (whole.distances, part.distances),
        (whole.sources, part.sources),
    ):
        table[grid] = np.where(where, piece, table[grid])
