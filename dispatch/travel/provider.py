"""How long and how far it is between the places of a plan, and who says so."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from dispatch.domain.clock import SystemClock
from dispatch.travel.cache import MatrixCache, key_of
from dispatch.travel.clusters import clusters
from dispatch.travel.crow import CrowFlight
from dispatch.travel.drawn_legs import DrawnLegs
from dispatch.travel.embedded import EmbeddedRoads
from dispatch.travel.falling_back import SURCHARGE
from dispatch.travel.health import EngineHealth, Tally, without_places
from dispatch.travel.kept_blocks import BookKey
from dispatch.travel.ports import (
    FREE,
    NO_WAY,
    EngineError,
    Fix,
    Leg,
    Measured,
    NotOffered,
    OnRoad,
    Point,
    Snapped,
    Source,
    SourceMatrix,
    Speeds,
    TravelEngine,
)
from dispatch.travel.roads import RoadNetwork
from optimizer.domain import Geodesic, Matrix, Travel

MOST_DENSE = 1500
"""Among more points, clusters of them that are too far apart for one route are only estimated from one to another."""

log = logging.getLogger(__name__)


class TravelProvider(Protocol):
    """Answers the travel between any points. Safe among threads; it always answers, and says how well it knows."""

    @property
    def name(self) -> str:
        """Of the engine that it asks first."""

    def planned(
        self, points: Sequence[Point], *, fleeting: Collection[int] = (), speeds: Speeds = FREE
    ) -> tuple[Travel, SourceMatrix | None]:
        """Travel between these points (lat, lon), in the form a problem takes, and where each cell is from.

        ``fleeting``: indexes of points that will not be asked for again, such as where somebody drives just now; they
        are measured together, and not remembered. No sources: everything is estimated.
        """

    def table(self, points: Sequence[Point], *, fleeting: Collection[int] = (), speeds: Speeds = FREE) -> Travel:
        """The travel of :meth:`planned` alone."""

    def measured(self, points: Sequence[Point], *, fleeting: Collection[int] = (), speeds: Speeds = FREE) -> Measured:
        """The same as tables of numbers. There is always a way: where no road leads, it is an estimate."""

    def row(self, start: Point, ends: Sequence[Point], speeds: Speeds = FREE) -> Measured:
        """From one point to many; never remembered."""

    def column(self, starts: Sequence[Point], end: Point, speeds: Speeds = FREE) -> Measured:
        """From many points to one; never remembered."""

    def route(self, points: Sequence[Point], speeds: Speeds = FREE) -> tuple[Leg, ...]:
        """The way through these points in this order; straight lines where no road leads."""

    def drawn(self, points: Sequence[Point]) -> tuple[Leg, ...]:
        """The way through places that last, for a map: in free traffic, each leg remembered."""

    def snap(self, points: Sequence[Point]) -> list[Snapped | None]:
        """The road nearest to each point; None beyond what can be bridged. Raises :class:`EngineError`."""

    def metres_to_road(self, points: Sequence[Point]) -> list[float | None]:
        """How far each point lies from the nearest road; None where nobody knows how far beyond what can be bridged."""

    def match(self, trace: Sequence[Fix]) -> OnRoad | None:
        """Where on the roads a trace ends; None off every road. Raises :class:`EngineError`."""

    def isochrone(self, point: Point, minutes: Sequence[int]) -> dict[str, Any]:
        """GeoJSON of where one can be within so many minutes in free traffic. Raises :class:`EngineError`:
        :class:`NotOffered` where no engine can say, :class:`NoWay` for a point off every road.
        """

    def health(self) -> tuple[EngineHealth, ...]:
        """How each engine does, in the order in which they are asked; the cache and the estimate among them."""

    def probe(self) -> tuple[EngineHealth, ...]:
        """The same, after a look whether engines that are down are back. To be called now and then."""


class EngineProvider:
    """An engine, an estimate for whatever it does not know, and what has been measured before.

    ``cache`` None: nothing is remembered between calls. Travel in a slice of time whose speeds are one factor is that
    in free traffic, multiplied; a slice with speeds of its own for classes of roads is measured, and remembered, by
    itself.
    """

    def __init__(self, engine: TravelEngine, estimate: TravelEngine, cache: MatrixCache | None = None) -> None:
        self.engine, self.estimate, self.cache = engine, estimate, cache
        self._since = SystemClock().now()
        self._drawings = DrawnLegs()
        self._tally = Tally()

    @property
    def name(self) -> str:
        return self.engine.name

    def table(self, points: Sequence[Point], *, fleeting: Collection[int] = (), speeds: Speeds = FREE) -> Travel:
        return self.planned(points, fleeting=fleeting, speeds=speeds)[0]

    def planned(
        self, points: Sequence[Point], *, fleeting: Collection[int] = (), speeds: Speeds = FREE
    ) -> tuple[Travel, SourceMatrix | None]:
        found = self.measured(points, fleeting=fleeting, speeds=speeds)
        return Matrix(found.durations, found.distances), found.sources

    def measured(self, points: Sequence[Point], *, fleeting: Collection[int] = (), speeds: Speeds = FREE) -> Measured:
        passes = set(fleeting)
        passing, lasting = sorted(passes), [at for at in range(len(points)) if at not in passes]
        kept = self._lasting([points[at] for at in lasting], speeds)
        found = kept if not passing else self._with_passing(points, lasting, passing, kept, speeds)
        return found.slowed(speeds.factor)

    def row(self, start: Point, ends: Sequence[Point], speeds: Speeds = FREE) -> Measured:
        return self._measure((start,), ends, _classes(speeds)).slowed(speeds.factor)

    def column(self, starts: Sequence[Point], end: Point, speeds: Speeds = FREE) -> Measured:
        return self._measure(starts, (end,), _classes(speeds)).slowed(speeds.factor)

    def route(self, points: Sequence[Point], speeds: Speeds = FREE) -> tuple[Leg, ...]:
        try:
            return self.engine.route(points, speeds)
        except EngineError as error:
            if len(points) > 2:  # one leg that nobody can drive must not take the others with it
                return tuple(leg for pair in pairwise(points) for leg in self.route(pair, speeds))
            log.info("a leg is drawn as the crow flies: %s", without_places(str(error)))
            return self.estimate.route(points, speeds)

    def drawn(self, points: Sequence[Point]) -> tuple[Leg, ...]:
        return self._drawings.through(points, self.engine.version, self.route)

    def snap(self, points: Sequence[Point]) -> list[Snapped | None]:
        return self.engine.snap(points)

    def metres_to_road(self, points: Sequence[Point]) -> list[float | None]:
        network = getattr(self.engine, "network", None)  # of engines whose roads are in this process
        if isinstance(network, RoadNetwork):
            return [float(metres) for metres in network.places(points)[0].metres]
        return [None if snapped is None else snapped.metres for snapped in self.engine.snap(points)]

    def match(self, trace: Sequence[Fix]) -> OnRoad | None:
        return self.engine.match(trace)

    def isochrone(self, point: Point, minutes: Sequence[int]) -> dict[str, Any]:
        asked = getattr(self.engine, "isochrone", None)
        if asked is None:
            raise NotOffered("there are no roads here to say what can be reached: only estimates")
        found: dict[str, Any] = asked(point, minutes)
        return found

    def health(self) -> tuple[EngineHealth, ...]:
        return self._told(getattr(self.engine, "health", None))  # engines with a breaker around them have one

    def probe(self) -> tuple[EngineHealth, ...]:
        return self._told(getattr(self.engine, "probe", None))

    def _told(self, asked: Callable[[], EngineHealth | tuple[EngineHealth, ...]] | None) -> tuple[EngineHealth, ...]:
        found = asked() if asked is not None else EngineHealth(self.engine.name, "up", self._since)
        engines = (found,) if isinstance(found, EngineHealth) else found
        if self.cache is None:
            return engines
        cached = self._tally.counts()["cache"]
        return (*engines, EngineHealth("cache", "up", self._since, cells=cached, kind="cache"))

    # -- measuring -------------------------------------------------------------------------------------------------

    def _lasting(self, points: Sequence[Point], speeds: Speeds) -> Measured:
        """Of many points, only those that may lie on one route are measured against each other."""
        if len(points) <= MOST_DENSE:
            return self._dense(points, speeds)
        found = clusters(points)
        if len(found) == 1:
            return self._dense(points, speeds)
        far = self.estimate.table(points, points, _classes(speeds))
        whole = Measured(far.durations.copy(), far.distances.copy(), far.sources.copy())
        for some in found:
            _lay(whole, np.ix_(some, some), self._dense([points[at] for at in some.tolist()], speeds))
        return whole

    def _dense(self, points: Sequence[Point], speeds: Speeds) -> Measured:
        classes = _classes(speeds)
        if self.cache is None:
            found = self._measure(points, points, classes)
            for table in (found.durations, found.distances):
                table[_same(points, points)] = 0
            return found
        key = BookKey(self.engine.version, "car", _words(classes))
        found = self.cache.table(key, points, lambda starts, ends: self._measure(starts, ends, classes))
        self._tally.add("cache", int(np.count_nonzero(found.sources == Source.CACHED)))
        return found

    def _with_passing(
        self, points: Sequence[Point], lasting: Sequence[int], passing: Sequence[int], kept: Measured, speeds: Speeds
    ) -> Measured:
        size, classes = len(points), _classes(speeds)
        here = [points[at] for at in passing]
        out = self._measure(here, points, classes)
        back = self._measure([points[at] for at in lasting], here, classes)
        tables = []
        for name in ("durations", "distances", "sources"):
            known = getattr(kept, name)
            table = np.zeros((size, size), known.dtype)
            table[np.ix_(lasting, lasting)] = known
            table[passing, :] = getattr(out, name)
            table[np.ix_(lasting, passing)] = getattr(back, name)
            tables.append(table)
        same = _same(points, points)
        tables[0][same] = tables[1][same] = 0
        return Measured(*tables)

    def _measure(self, starts: Sequence[Point], ends: Sequence[Point], speeds: Speeds) -> Measured:
        """As the engine says, and estimated wherever it says nothing."""
        try:
            found = self.engine.table(starts, ends, speeds)
        except EngineError as error:
            log.warning("%d x %d ways are estimated: %s", len(starts), len(ends), without_places(str(error)))
            return self.estimate.table(starts, ends, speeds).slowed(SURCHARGE)
        missing = (found.durations == NO_WAY) | (found.distances == NO_WAY)
        if not missing.any():
            return found
        rows, columns = np.flatnonzero(missing.any(axis=1)), np.flatnonzero(missing.any(axis=0))
        from_, to = [starts[at] for at in rows.tolist()], [ends[at] for at in columns.tolist()]
        whole = Measured(found.durations.copy(), found.distances.copy(), found.sources.copy())
        grid = np.ix_(rows, columns)
        _lay(whole, grid, self.estimate.table(from_, to, speeds), missing[grid])
        return whole


class EstimatedTravel(EngineProvider):
    """Along great circles, stretched by a factor, at one speed: for wherever nothing is known of the roads."""

    def __init__(self, speed_kmh: float = 40, detour: float = 1.3) -> None:
        crow = CrowFlight(speed_kmh, detour)
        super().__init__(crow, crow)
        self._speed_kmh, self._detour = speed_kmh, detour

    def planned(
        self, points: Sequence[Point], *, fleeting: Collection[int] = (), speeds: Speeds = FREE
    ) -> tuple[Travel, SourceMatrix | None]:
        """A formula rather than a table."""
        return Geodesic(self._speed_kmh / speeds.factor, self._detour), None


class RoadTravel(EngineProvider):
    """On a road network, each pair measured once. A point off every road is reached as the crow flies, stretched."""

    def __init__(
        self,
        network: RoadNetwork,
        *,
        speed_kmh: float = 40,
        detour: float = 1.3,
        most_points: int = 2500,
        folder: Path | None = None,
    ) -> None:
        """``speed_kmh`` and ``detour`` estimate the ways that the network does not know."""
        super().__init__(
            EmbeddedRoads.from_network(network), CrowFlight(speed_kmh, detour), MatrixCache(folder, most_points)
        )
        self.network = network


def _classes(speeds: Speeds) -> Speeds:
    """The part of the speeds that an engine must know to measure; the factor is applied to what it says."""
    return Speeds(speeds.slice, 1.0, speeds.by_class) if speeds.by_class else FREE


def _words(speeds: Speeds) -> str:
    """What a book is told apart by: the speeds themselves, so that a changed slice is another one."""
    if not speeds.by_class:
        return "free"
    return ",".join(f"{name}={factor:g}" for name, factor in sorted(speeds.by_class.items()))


def _lay(whole: Measured, grid: tuple[Any, ...], part: Measured, where: Any = True) -> None:
    """Write a part over the cells of a grid, or over those of them that ``where`` is true for."""
    whole.durations[grid] = np.where(where, part.durations, whole.durations[grid])
    whole.distances[grid] = np.where(where, part.distances, whole.distances[grid])
    whole.sources[grid] = np.where(where, part.sources, whole.sources[grid])


def _same(starts: Sequence[Point], ends: Sequence[Point]) -> tuple[np.ndarray[tuple[int], np.dtype[np.int64]], ...]:
    """Where a start and an end are the same point."""
    a, b = (np.array([key_of(point) for point in points]).reshape(-1, 2) for points in (starts, ends))
    rows, columns = np.nonzero((a[:, None, :] == b[None, :, :]).all(axis=2))
    return rows.astype(np.int64), columns.astype(np.int64)
