"""Valhalla over HTTP (https://valhalla.github.io/valhalla/api): slow for tables, good for what can be reached in time.

Its tables cost about a millisecond a pair, so they go in tiles of 50 by 50, which is also what its limits are set to.
One point off the roads fails a whole table: points are located first, and those are left out.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import httpx2
import numpy as np

from dispatch.travel.data_version import DataVersion, short_hash
from dispatch.travel.over_http import Line, Question, Reply
from dispatch.travel.plausible import (
    FARTHEST_SNAP_M,
    LONGEST_METRES,
    LONGEST_SECONDS,
    matrix,
    on_earth,
    snapped,
    whole,
)
from dispatch.travel.polyline import decoded
from dispatch.travel.ports import (
    FREE,
    NO_WAY,
    EngineDown,
    EngineNonsense,
    Fix,
    Leg,
    Measured,
    NoWay,
    OnRoad,
    Point,
    Snapped,
    Source,
    Speeds,
)
from dispatch.travel.reach import checked_minutes
from dispatch.travel.snapped_points import SnappedPoints
from dispatch.travel.traces import accuracy, thinned

TILE = 50
"""Starts and ends of one question; Valhalla's own limit is 2,500 pairs."""
_SECONDS_PER_END = 0.12
"""Of a table: each start and each end is searched from."""
_MOST_STOPS = 20
_MOST_FIXES = 60
_MOST_CONTOURS = 4
_NO_WAY = frozenset({154, 170, 171, 442})
"""Too far, not connected, no road near, no path."""
_NO_MATCH = frozenset({123, 171, 442, 443, 444})


class ValhallaEngine:
    """A Valhalla server as a travel engine. Safe among threads; close it at the end."""

    name = "valhalla"

    def __init__(
        self,
        url: str,
        costing: str = "auto",
        *,
        timeout: float = 2.0,
        kept_version: Path | None = None,
        client: httpx2.Client | None = None,
    ) -> None:
        """``timeout``: seconds for a question; points and pairs add theirs. ``kept_version``: see :class:`DataVersion`.

        Raises ValueError for an address that is none.
        """
        self._line = Line("Valhalla", url, client=client)
        self._costing = costing
        self._timeout = timeout
        self._data = DataVersion(f"valhalla-{short_hash(url, costing)}", kept=kept_version)
        self._snaps = SnappedPoints()

    def close(self) -> None:
        """End the connections."""
        self._line.close()

    @property
    def version(self) -> str:
        """Of address, costing, program, and the day its tiles were built."""
        return self._data.now(self._learn)

    def patience(self, points: int, cells: int) -> float:
        """Seconds after which an answer comes too late: tables take their time here."""
        tiles = 1 + cells // TILE**2
        return self._seconds(points) * tiles + (_SECONDS_PER_END * 2 * TILE * tiles if cells else 0)

    def table(self, starts: Sequence[Point], ends: Sequence[Point], speeds: Speeds = FREE) -> Measured:
        """``speeds`` counts by its factor alone: the server's speeds are those of its data."""
        shape = len(starts), len(ends)
        sources = np.full(shape, Source.ROAD, np.uint8)
        found = Measured(np.full(shape, NO_WAY, np.int32), np.full(shape, NO_WAY, np.int32), sources)
        places = self.snap([*starts, *ends])
        rows = [at for at in range(len(starts)) if places[at] is not None]
        columns = [at for at in range(len(ends)) if places[len(starts) + at] is not None]
        try:
            for first in range(0, len(rows), TILE):
                for left in range(0, len(columns), TILE):
                    self._tile(found, starts, ends, places, rows[first : first + TILE], columns[left : left + TILE])
        except EngineDown as error:
            error.answered = found.slowed(speeds.factor)
            raise
        return found.slowed(speeds.factor)

    def _tile(
        self,
        found: Measured,
        starts: Sequence[Point],
        ends: Sequence[Point],
        places: Sequence[Snapped | None],
        rows: Sequence[int],
        columns: Sequence[int],
    ) -> None:
        what = f"table of {len(rows)} by {len(columns)}"
        pairs = len(rows) * len(columns)
        body = {
            "sources": [_location(starts[at]) for at in rows],
            "targets": [_location(ends[at]) for at in columns],
            "costing": self._costing,
            "units": "kilometers",
            "verbose": False,
        }
        seconds = self._seconds(0) + _SECONDS_PER_END * (len(rows) + len(columns))
        reply = self._line.ask(Question(what, "/sources_to_targets", seconds, 100_000 + 64 * pairs, body))
        if _error(reply) in _NO_WAY:
            if pairs > 1:
                # Which pair it was is not said; halves find out, and there are few such points.
                self._halves(found, starts, ends, places, rows, columns)
            return
        document = self._good(what, reply)
        who, shape = f"{self._line.name} ({what})", (len(rows), len(columns))
        with self._reading(what):
            told = document["sources_to_targets"]
            durations = matrix(who, told["durations"], shape, LONGEST_SECONDS)
            distances = matrix(who, told["distances"], shape, LONGEST_METRES / 1000) * 1000
        from_ = [place for at in rows if (place := places[at]) is not None]
        to = [place for at in columns if (place := places[len(starts) + at]) is not None]
        into = np.ix_(rows, columns)
        found.durations[into], found.distances[into] = whole(who, durations, distances, from_, to)

    def _halves(
        self,
        found: Measured,
        starts: Sequence[Point],
        ends: Sequence[Point],
        places: Sequence[Snapped | None],
        rows: Sequence[int],
        columns: Sequence[int],
    ) -> None:
        if len(rows) >= len(columns):
            middle = len(rows) // 2
            for half in (rows[:middle], rows[middle:]):
                self._tile(found, starts, ends, places, half, columns)
        else:
            middle = len(columns) // 2
            for half in (columns[:middle], columns[middle:]):
                self._tile(found, starts, ends, places, rows, half)

    def route(self, points: Sequence[Point], speeds: Speeds = FREE) -> tuple[Leg, ...]:
        for number, place in enumerate(self.snap(points), 1):
            if place is None:
                raise NoWay(f"stop {number} of {len(points)} is off every road of {self._line.name}")
        legs: list[Leg] = []
        for first in range(0, len(points) - 1, _MOST_STOPS - 1):
            legs += self._legs(points[first : first + _MOST_STOPS], speeds)
        return tuple(legs)

    def _legs(self, points: Sequence[Point], speeds: Speeds) -> list[Leg]:
        what = f"way through {len(points)} stops"
        body = {
            "locations": [_location(point) for point in points],
            "costing": self._costing,
            "units": "kilometers",
            "directions_type": "none",
        }
        reply = self._line.ask(Question(what, "/route", self._seconds(10 * len(points)), 50_000_000, body))
        if _error(reply) in _NO_WAY:
            raise NoWay(f"{self._line.name} knows no {what}")
        document = self._good(what, reply)
        with self._reading(what):
            told = document["trip"]["legs"]
            if len(told) != len(points) - 1:
                raise ValueError("a leg is missing")
            legs = [_leg(leg) for leg in told]
        places = [place or Snapped(*point, 0.0) for place, point in zip(self.snap(points), points, strict=True)]
        for leg, (start, end) in zip(legs, pairwise(places), strict=True):
            seconds, metres = np.array([[float(leg.seconds)]]), np.array([[float(leg.metres)]])
            whole(f"{self._line.name} ({what})", seconds, metres, [start], [end])
        return [replace(leg, seconds=round(leg.seconds * speeds.factor)) for leg in legs]

    def snap(self, points: Sequence[Point]) -> list[Snapped | None]:
        """Fifty points a question; what was found is remembered."""
        unknown = [point for point in dict.fromkeys(points) if on_earth(point) and point not in self._snaps]
        found: dict[Point, Snapped | None] = {point: self._snaps.get(point) for point in points if point in self._snaps}
        for first in range(0, len(unknown), TILE):
            batch = unknown[first : first + TILE]
            for point, place in zip(batch, self._located(batch), strict=True):
                self._snaps.keep(point, place)
                found[point] = place
        return [found.get(point) for point in points]

    def _located(self, points: Sequence[Point]) -> list[Snapped | None]:
        what = f"nearest roads of {len(points)} points"
        locations = [_location(point) | {"search_cutoff": FARTHEST_SNAP_M} for point in points]
        body = {"locations": locations, "costing": self._costing, "verbose": True}
        reply = self._line.ask(
            Question(what, "/locate", self._seconds(10 * len(points)), 100_000 + 50_000 * len(points), body)
        )
        document = self._good(what, reply)
        with self._reading(what):
            told = document["list"]
            if len(told) != len(points):
                raise ValueError("a place for each point is missing")
            return [_nearest(point, one["edges"]) for point, one in zip(points, told, strict=True)]

    def match(self, trace: Sequence[Fix]) -> OnRoad | None:
        """Judged by the last fixes, 5 s apart at least: dense ones contradict each other."""
        fixes = [fix for fix in thinned(trace, _MOST_FIXES) if on_earth((fix.lat, fix.lon))]
        if not fixes or fixes[-1] is not trace[-1]:
            return None
        if len(fixes) == 1:
            place = self.snap([(fixes[0].lat, fixes[0].lon)])[0]
            return OnRoad(place.lat, place.lon, None, place.street, 0.5) if place is not None else None
        what = f"trace of {len(fixes)} fixes"
        body = {
            "shape": [_location((fix.lat, fix.lon)) | {"time": math.floor(fix.at)} for fix in fixes],
            "costing": self._costing,
            "shape_match": "map_snap",
            "trace_options": {"gps_accuracy": statistics.median(accuracy(fix) for fix in fixes)},
            "filters": {"action": "include", "attributes": list(_ATTRIBUTES)},
        }
        question = Question(what, "/trace_attributes", self._seconds(10 * len(fixes)), 5_000_000, body)
        reply = self._line.ask(question)
        if _error(reply) in _NO_MATCH:
            return None
        document = self._good(what, reply)
        with self._reading(what):
            return _matched(document, fixes)

    def isochrone(self, point: Point, minutes: Sequence[int]) -> dict[str, Any]:
        """Where one can be within so many minutes: a GeoJSON FeatureCollection (RFC 7946), the widest area first.

        Each feature is a (multi)polygon with the property ``minutes``. Raises :class:`NoWay` for a point off every
        road, and ValueError for minutes below 1 or above 120.
        """
        wanted = checked_minutes(minutes)
        if self.snap([point])[0] is None:
            raise NoWay(f"the point is off every road of {self._line.name}")
        features: list[dict[str, Any]] = []
        for first in range(0, len(wanted), _MOST_CONTOURS):
            features += self._contours(point, wanted[first : first + _MOST_CONTOURS])
        return {"type": "FeatureCollection", "features": features}

    def _contours(self, point: Point, minutes: Sequence[int]) -> list[dict[str, Any]]:
        what = f"what can be reached in {max(minutes)} minutes"
        contours = [{"time": one} for one in sorted(minutes)]
        body = {"locations": [_location(point)], "costing": self._costing, "contours": contours, "polygons": True}
        seconds = self._seconds(1) + 0.2 * max(minutes)
        document = self._good(what, self._line.ask(Question(what, "/isochrone", seconds, 20_000_000, body)))
        with self._reading(what):
            areas = {round(one["properties"]["contour"]): _area(one["geometry"]) for one in document["features"]}
            return [{"type": "Feature", "properties": {"minutes": one}, "geometry": areas[one]} for one in minutes]

    def _learn(self) -> None:
        what = "status"
        document = self._good(what, self._line.ask(Question(what, "/status", self._seconds(0), 100_000, {})))
        with self._reading(what):
            if self._data.said(f"{document['version']} {document.get('tileset_last_modified', '')}"):
                self._snaps.clear()  # the roads may be others

    def _seconds(self, points: int) -> float:
        return self._timeout + 0.003 * points

    def _good(self, what: str, reply: Reply) -> dict[str, Any]:
        if reply.status != 200 or reply.document is None:
            code = _error(reply)
            raise EngineDown(f"{self._line.name} refuses the {what}: HTTP {reply.status}, error {code}")
        return reply.document

    @contextmanager
    def _reading(self, what: str) -> Iterator[None]:
        """Whatever does not have the promised form is nonsense."""
        try:
            yield
        except (AttributeError, IndexError, KeyError, OverflowError, TypeError, ValueError) as error:
            said = f"{type(error).__name__}: {error}"
            raise EngineNonsense(f"{self._line.name} answers in another form ({what}): {said}") from error


_ATTRIBUTES = (
    *("edge.names", "edge.begin_heading", "edge.end_heading", "confidence_score"),
    *("matched.point", "matched.type", "matched.edge_index", "matched.distance_along_edge"),
)


def _location(point: Point) -> dict[str, float]:
    return {"lat": round(point[0], 6), "lon": round(point[1], 6)}


def _error(reply: Reply) -> int:
    """Valhalla's own number of what is wrong; 0 where it has none."""
    code = (reply.document or {}).get("error_code", 0)
    return code if isinstance(code, int) else 0


def _nearest(point: Point, edges: Sequence[Any]) -> Snapped | None:
    places = [
        snapped(point, edge["correlated_lat"], edge["correlated_lon"], _first(edge["edge_info"].get("names")))
        for edge in edges
    ]
    return min((place for place in places if place is not None), key=lambda place: place.metres, default=None)


def _first(names: Any) -> str:
    return str(names[0]) if names else ""


def _leg(told: Any) -> Leg:
    seconds, metres = float(told["summary"]["time"]), float(told["summary"]["length"]) * 1000
    if not (0 <= seconds <= LONGEST_SECONDS and 0 <= metres <= LONGEST_METRES):
        raise ValueError("a leg takes or measures what cannot be")
    return Leg(round(seconds), round(metres), decoded(told["shape"]), Source.ROAD)


def _matched(document: dict[str, Any], fixes: Sequence[Fix]) -> OnRoad | None:
    points = document["matched_points"]
    if len(points) != len(fixes):
        raise ValueError("a matched point for each fix is missing")
    last, fix = points[-1], fixes[-1]
    if last["type"] == "unmatched":
        return None
    edge = document["edges"][last["edge_index"]] if last["edge_index"] < len(document["edges"]) else {}
    place = snapped((fix.lat, fix.lon), last["lat"], last["lon"], _first(edge.get("names")))
    if place is None:
        return None
    heading = edge.get("end_heading" if last.get("distance_along_edge", 0) >= 0.5 else "begin_heading")
    confidence = float(document.get("confidence_score", 0.5))
    if not math.isfinite(confidence):
        raise ValueError("no confidence")
    found = None if heading is None else float(heading) % 360
    return OnRoad(place.lat, place.lon, found, place.street, min(max(confidence, 0.0), 1.0))


def _area(geometry: Any) -> dict[str, Any]:
    """A polygon or several, all of whose corners are on Earth; anything else is a ValueError."""
    polygons = {"Polygon": [geometry["coordinates"]], "MultiPolygon": geometry["coordinates"]}[geometry["type"]]
    for polygon in polygons:
        for ring in polygon:
            if len(ring) < 4 or not all(on_earth((float(lat), float(lon))) for lon, lat, *_ in ring):
                raise ValueError("an area that is none")
    return {"type": geometry["type"], "coordinates": geometry["coordinates"]}
