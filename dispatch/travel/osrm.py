"""OSRM over HTTP (https://project-osrm.org/docs): one that runs beside us, or one somewhere else.

Tables go in tiles of at most 500 starts, so that neither side needs much memory; as GET where the address stays short,
as POST where the server takes that (version 26 does), else in tiles that are small enough for GET. Points are judged by
the place that the answer names for them: without ``radiuses``, because with them one bad point fails a whole table.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx2
import numpy as np

from dispatch.travel.data_version import DataVersion, short_hash
from dispatch.travel.osrm_matching import matched, matching_query
from dispatch.travel.over_http import Line, Question, Reply
from dispatch.travel.plausible import LONGEST_METRES, LONGEST_SECONDS, matrix, on_earth, snapped, whole
from dispatch.travel.polyline import decoded, encoded
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
from dispatch.travel.snapped_points import SnappedPoints
from dispatch.travel.traces import moving_heading, thinned

MOST_STARTS = 500
"""Of a tile: the server holds the whole answer as one text, 490 MB for 2,000 by 2,000."""
MOST_CELLS = 1_000_000
LONGEST_ADDRESS = 7000
"""Bytes of a path that every server and proxy takes."""
_MOST_STOPS = 100
_MOST_FIXES = 60
_AT_ONCE = 4
_NO_POST = frozenset({400, 404, 405, 411, 415, 501})
_TOO_LARGE = frozenset({413, 414, 431})


class OsrmEngine:
    """An OSRM server as a travel engine. Safe among threads; close it at the end."""

    name = "osrm"

    def __init__(
        self,
        url: str,
        profile: str = "driving",
        *,
        data: str = "",
        timeout: float = 2.0,
        kept_version: Path | None = None,
        client: httpx2.Client | None = None,
    ) -> None:
        """``timeout``: seconds for a question; each point adds 3 ms.

        ``data`` names what the server was set up with (a date, a hash). Without it the server's own word counts
        (``osrm-extract --data_version``), and the address; ``kept_version``: see :class:`DataVersion`. Raises
        ValueError for an address that is none.
        """
        self._line = Line("OSRM", url, client=client)
        self._profile = quote(profile, safe="")
        self._timeout = timeout
        self._fixed_version = f"osrm-{short_hash(profile, data)}" if data else ""
        self._data = DataVersion(f"osrm-{short_hash(url, profile)}", kept=kept_version)
        self._most_cells = MOST_CELLS
        self._takes_post: bool | None = None
        self._snaps = SnappedPoints()

    def close(self) -> None:
        """End the connections."""
        self._line.close()

    @property
    def version(self) -> str:
        """Of profile and data: what it was set up with, or else where it is and what data it says it has.

        A server that says nothing is told apart by its address alone: then ``data`` has to change with its data.
        """
        return self._fixed_version or self._data.now(lambda: self._nearest((0.0, 0.0)))

    # Tables ----------------------------------------------------------------------------------------------------------

    def table(self, starts: Sequence[Point], ends: Sequence[Point], speeds: Speeds = FREE) -> Measured:
        """``speeds`` counts by its factor alone: the server's speeds are those of its data."""
        shape = len(starts), len(ends)
        sources = np.full(shape, Source.ROAD, np.uint8)
        found = Measured(np.full(shape, NO_WAY, np.int32), np.full(shape, NO_WAY, np.int32), sources)
        rows = [at for at, point in enumerate(starts) if on_earth(point)]
        columns = [at for at, point in enumerate(ends) if on_earth(point)]
        try:
            self._fill(found, starts, ends, rows, columns)
        except EngineDown as error:
            error.answered = found.slowed(speeds.factor)
            raise
        return found.slowed(speeds.factor)

    def _fill(
        self, found: Measured, starts: Sequence[Point], ends: Sequence[Point], rows: list[int], columns: list[int]
    ) -> None:
        """Fill in a rectangle, in halves where it is too large for one question."""
        if not rows or not columns:
            return
        cells = len(rows) * len(columns)
        if len(rows) <= MOST_STARTS and cells <= self._most_cells:
            try:
                self._tile(found, starts, ends, rows, columns)
                return
            except _TooLargeError as error:
                if cells == 1:
                    raise EngineNonsense(f"{self._line.name} takes no table at all: {error}") from error
        if len(rows) >= len(columns) or len(rows) > MOST_STARTS:
            middle = -(-len(rows) // 2)
            self._fill(found, starts, ends, rows[:middle], columns)
            self._fill(found, starts, ends, rows[middle:], columns)
        else:
            middle = -(-len(columns) // 2)
            self._fill(found, starts, ends, rows, columns[:middle])
            self._fill(found, starts, ends, rows, columns[middle:])

    def _tile(
        self, found: Measured, starts: Sequence[Point], ends: Sequence[Point], rows: list[int], columns: list[int]
    ) -> None:
        from_, to = [starts[at] for at in rows], [ends[at] for at in columns]
        what = f"table of {len(from_)} by {len(to)}"
        document = self._asked_for_table(what, from_, to)
        if document is None:
            # A server with a radius of its own refuses all for one point that is off its roads.
            on_road = [snap is not None for snap in self.snap([*from_, *to])]
            kept = [at for at, on in zip(rows, on_road, strict=False) if on]
            kept_columns = [at for at, on in zip(columns, on_road[len(rows) :], strict=True) if on]
            if len(kept) == len(rows) and len(kept_columns) == len(columns):
                raise EngineNonsense(f"{self._line.name} finds a road for each point, and then does not ({what})")
            self._fill(found, starts, ends, kept, kept_columns)
            return
        with self._reading(what):
            at_start = self._places(from_, document["sources"])
            at_end = self._places(to, document["destinations"])
            who, shape = f"{self._line.name} ({what})", (len(from_), len(to))
            seconds = matrix(who, document["durations"], shape, LONGEST_SECONDS)
            metres = matrix(who, document["distances"], shape, LONGEST_METRES)
        on_rows = [at for at, place in enumerate(at_start) if place is not None]
        on_columns = [at for at, place in enumerate(at_end) if place is not None]
        if not on_rows or not on_columns:
            return
        grid = np.ix_(on_rows, on_columns)
        into = np.ix_([rows[at] for at in on_rows], [columns[at] for at in on_columns])
        found.durations[into], found.distances[into] = whole(
            who, seconds[grid], metres[grid], [one for one in at_start if one], [one for one in at_end if one]
        )

    def _asked_for_table(self, what: str, from_: Sequence[Point], to: Sequence[Point]) -> dict[str, Any] | None:
        """The answer; None where a point has no road. Raises :class:`_TooLargeError`."""
        index = {point: at for at, point in enumerate(dict.fromkeys([*from_, *to]))}
        points = list(index) if len(index) > 1 else list(index) * 2  # one point alone is no table
        sources, destinations = [index[point] for point in from_], [index[point] for point in to]
        chosen = "".join(
            f"&{name}={';'.join(map(str, places))}"
            for name, places in (("sources", sources), ("destinations", destinations))
            if places != list(range(len(points)))
        )
        path = self._path("table", points, f"annotations=duration,distance&{_NO_HINTS}{chosen}")
        body: dict[str, Any] | None = None
        if len(path) > LONGEST_ADDRESS:
            if self._takes_post is False:
                raise _TooLargeError("its address is too long")
            path = f"/table/v1/{self._profile}"
            body = {
                "coordinates": [[round(lon, 6), round(lat, 6)] for lat, lon in points],
                "annotations": ["duration", "distance"],
                "generate_hints": False,
                "sources": sources,
                "destinations": destinations,
            }
        most = 100_000 + 64 * len(from_) * len(to) + 1000 * len(points)
        question = Question(what, path, self._seconds(len(points)), most, body)
        reply = self._line.ask(question)
        code = self._code(reply)
        if code == "TooBig" or reply.status in _TOO_LARGE:
            self._most_cells = max(1, min(self._most_cells, len(from_) * len(to)) // 2)
            raise _TooLargeError(f"HTTP {reply.status} {code}")
        if body is not None and not self._takes_post:
            self._takes_post = reply.status not in _NO_POST or code == "NoSegment"
            if not self._takes_post:
                raise _TooLargeError(f"POST: HTTP {reply.status}")
        return None if code == "NoSegment" else self._good(what, reply)

    def _places(self, points: Sequence[Point], waypoints: Any) -> list[Snapped | None]:
        if len(waypoints) != len(points):
            raise ValueError("a place for each point is missing")
        places = [_place(point, waypoint) for point, waypoint in zip(points, waypoints, strict=True)]
        for point, place in zip(points, places, strict=True):
            self._snaps.keep(point, place)
        return places

    # Ways, places and traces -----------------------------------------------------------------------------------------

    def route(self, points: Sequence[Point], speeds: Speeds = FREE) -> tuple[Leg, ...]:
        """At each stop one may turn round, as in tables: a stop is parked at."""
        for number, point in enumerate(points, 1):
            if not on_earth(point):
                raise NoWay(f"stop {number} of {len(points)} is no point on Earth")
        legs: list[Leg] = []
        for first in range(0, len(points) - 1, _MOST_STOPS - 1):
            legs += self._legs(points[first : first + _MOST_STOPS], speeds)
        return tuple(legs)

    def _legs(self, points: Sequence[Point], speeds: Speeds) -> list[Leg]:
        what = f"way through {len(points)} stops"
        options = f"geometries=polyline6&overview=false&steps=true&continue_straight=false&{_NO_HINTS}"
        reply = self._line.ask(
            Question(what, self._path("route", points, options), self._seconds(len(points)), 50_000_000)
        )
        if self._code(reply) in ("NoRoute", "NoSegment"):
            raise NoWay(f"{self._line.name} knows no {what}")
        document = self._good(what, reply)
        with self._reading(what):
            places = [_place(*pair) for pair in zip(points, document["waypoints"], strict=True)]
            told = document["routes"][0]["legs"]
            if len(told) != len(points) - 1:
                raise ValueError("a leg is missing")
            legs = [_leg(leg) for leg in told]
        for number, place in enumerate(places, 1):
            if place is None:
                raise NoWay(f"stop {number} of {len(points)} is off every road ({what})")
        for leg, (start, end) in zip(legs, pairwise([place for place in places if place]), strict=True):
            seconds, metres = np.array([[float(leg.seconds)]]), np.array([[float(leg.metres)]])
            whole(f"{self._line.name} ({what})", seconds, metres, [start], [end])
        return [replace(leg, seconds=round(leg.seconds * speeds.factor)) for leg in legs]

    def snap(self, points: Sequence[Point]) -> list[Snapped | None]:
        """One question for each point, some at once; what was found is remembered."""
        found = {point: self._snaps.get(point) for point in points if point in self._snaps}
        unknown = [point for point in dict.fromkeys(points) if on_earth(point) and point not in found]
        found |= zip(unknown, _several(self._nearest, unknown), strict=True)
        return [found.get(point) for point in points]

    def _nearest(self, point: Point) -> Snapped | None:
        what = "nearest road"
        path = f"/nearest/v1/{self._profile}/{point[1]:.6f},{point[0]:.6f}?number=1&{_NO_HINTS}"
        reply = self._line.ask(Question(what, path, self._seconds(1), 100_000))
        if self._code(reply) == "NoSegment":
            place = None
        else:
            document = self._good(what, reply)
            with self._reading(what):
                place = _place(point, document["waypoints"][0])
        self._snaps.keep(point, place)
        return place

    def match(self, trace: Sequence[Fix]) -> OnRoad | None:
        """Judged by the last fixes, 5 s apart at least: dense ones contradict each other."""
        fixes = [fix for fix in thinned(trace, _MOST_FIXES) if on_earth((fix.lat, fix.lon))]
        if not fixes or fixes[-1] is not trace[-1]:
            return None
        if len(fixes) == 1:
            place = self.snap([(fixes[0].lat, fixes[0].lon)])[0]
            return OnRoad(place.lat, place.lon, None, place.street, 0.5) if place is not None else None
        what = f"trace of {len(fixes)} fixes"
        points = [(fix.lat, fix.lon) for fix in fixes]
        # A phone held askew can rule out every road; then the places alone are to decide.
        for headings in (True, False) if any(moving_heading(fix) is not None for fix in fixes) else (False,):
            path = self._path("match", points, f"{matching_query(fixes, headings=headings)}&{_NO_HINTS}")
            reply = self._line.ask(Question(what, path, self._seconds(len(points)), 5_000_000))
            if self._code(reply) in ("NoMatch", "NoSegment"):
                continue
            document = self._good(what, reply)
            with self._reading(what):
                found = matched(document, fixes)
            if found is not None:
                return found
        return None

    # Questions and answers -------------------------------------------------------------------------------------------

    def _path(self, service: str, points: Sequence[Point], options: str) -> str:
        return f"/{service}/v1/{self._profile}/polyline6({quote(encoded(points), safe='')})?{options}"

    def _seconds(self, points: int) -> float:
        return self._timeout + 0.003 * points

    def _code(self, reply: Reply) -> str:
        return str((reply.document or {}).get("code", ""))

    def _good(self, what: str, reply: Reply) -> dict[str, Any]:
        if reply.status != 200 or reply.document is None or self._code(reply) != "Ok":
            code = self._code(reply)[:40]
            kind = EngineNonsense if reply.status == 200 else EngineDown
            raise kind(f"{self._line.name} refuses the {what}: HTTP {reply.status} {code}".rstrip())
        said = reply.document.get("data_version")
        if isinstance(said, str) and said and self._data.said(said):
            self._snaps.clear()  # the roads may be others
        return reply.document

    @contextmanager
    def _reading(self, what: str) -> Iterator[None]:
        """Whatever does not have the promised form is nonsense."""
        try:
            yield
        except (AttributeError, IndexError, KeyError, OverflowError, TypeError, ValueError) as error:
            said = f"{type(error).__name__}: {error}"
            raise EngineNonsense(f"{self._line.name} answers in another form ({what}): {said}") from error


_NO_HINTS = "generate_hints=false"


class _TooLargeError(Exception):
    """The server does not take a table of this size."""


def _place(point: Point, waypoint: Any) -> Snapped | None:
    lon, lat = waypoint["location"]
    return snapped(point, lat, lon, waypoint.get("name"))


def _leg(told: Any) -> Leg:
    seconds, metres = float(told["duration"]), float(told["distance"])
    if not (0 <= seconds <= LONGEST_SECONDS and 0 <= metres <= LONGEST_METRES):
        raise ValueError("a leg takes or measures what cannot be")
    points: list[Point] = []
    for step in told["steps"]:
        for point in decoded(step["geometry"]):
            if not points or point != points[-1]:
                points.append(point)
    return Leg(round(seconds), round(metres), tuple(points), Source.ROAD)


def _several(ask: Callable[[Point], Snapped | None], points: Sequence[Point]) -> list[Snapped | None]:
    """Answers for all points, some asked at once; the first failure ends it."""
    if len(points) <= _AT_ONCE:
        return [ask(point) for point in points]
    threads = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="nearest")
    try:
        return list(threads.map(ask, points))
    finally:
        threads.shutdown(cancel_futures=True)
