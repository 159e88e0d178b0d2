"""Travel times held against those of an OSRM server, pair by pair."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlsplit

import numpy as np
from numpy.typing import NDArray

from dispatch.travel.ports import NO_WAY, Point
from dispatch.travel.roads import FARTHEST_SNAP_M, RoadNetwork

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Comparison:
    """``pairs`` were routed by both. Errors are (ours - theirs) / theirs."""

    asked: int
    pairs: int
    too_far: int
    only_they: int
    only_we: int
    seconds_errors: Floats
    metres_errors: Floats
    same_road_errors: Floats
    """Errors of time where both found the same places on the roads, to 5 m."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What OSRM says about a pair; ``snapped`` are the places and ``away`` their metres from the points."""

    seconds: float | None
    metres: float
    snapped: tuple[Point, Point]
    away: tuple[float, float]


class Osrm:
    """An OSRM server, asked for one way after another over one connection."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme != "http" or not parts.hostname:
            raise ValueError(f"the server's address must look like http://127.0.0.1:5000, not {url}")
        self._connection = HTTPConnection(parts.hostname, parts.port or 80, timeout=30)

    def way(self, start: Point, end: Point) -> Answer:
        """The way from one point to another; no seconds where there is none."""
        line = ";".join(f"{lon:.7f},{lat:.7f}" for lat, lon in (start, end))
        document = self._get(f"/route/v1/driving/{line}?overview=false&continue_straight=false")
        ends = document.get("waypoints") or [{"location": (0.0, 0.0), "distance": 0.0}] * 2
        places = tuple((place["location"][1], place["location"][0]) for place in ends)
        away = tuple(place["distance"] for place in ends)
        found = document.get("code") == "Ok"
        seconds = float(document["routes"][0]["duration"]) if found else None
        metres = float(document["routes"][0]["distance"]) if found else 0.0
        return Answer(seconds, metres, (places[0], places[1]), (away[0], away[1]))

    def _get(self, path: str) -> Any:
        """The answer's document. The server hangs up after some hundred questions; then it is called again."""
        for attempt in (1, 2):
            try:
                self._connection.request("GET", path)
                return json.loads(self._connection.getresponse().read())
            except ConnectionError:
                self._connection.close()
                if attempt == 2:
                    raise
        return None


def random_pairs(network: RoadNetwork, count: int, seed: int) -> list[tuple[Point, Point]]:
    """Pairs of places anywhere in the rectangle around the roads, not farther from a road than can be bridged."""
    generator = np.random.default_rng(seed)
    lat, lon = network.graph.shape_lat, network.graph.shape_lon
    points: list[Point] = []
    while len(points) < 2 * count:
        drawn = generator.uniform((lat.min(), lon.min()), (lat.max(), lon.max()), (2 * count, 2))
        near = network.places([(float(a), float(b)) for a, b in drawn])[1]
        points += [(float(a), float(b)) for a, b in drawn[near]]
    return list(zip(points[:count], points[count : 2 * count], strict=True))


def compare(network: RoadNetwork, osrm: Osrm, pairs: Sequence[tuple[Point, Point]]) -> Comparison:
    """Ask both for every pair."""
    theirs = [osrm.way(start, end) for start, end in pairs]
    near = np.array([max(answer.away) <= FARTHEST_SNAP_M for answer in theirs])
    ours = [network.rectangle([start], [end]) for start, end in pairs]
    seconds = np.array([float(durations[0, 0]) for durations, _ in ours])
    metres = np.array([float(distances[0, 0]) for _, distances in ours])
    their_seconds = np.array([np.nan if answer.seconds is None else answer.seconds for answer in theirs])
    their_metres = np.array([answer.metres for answer in theirs])
    found, they_found = seconds != NO_WAY, ~np.isnan(their_seconds)
    both = near & found & they_found & (their_seconds > 0) & (their_metres > 0)
    same = both & np.array([_same_places(network, pair, answer) for pair, answer in zip(pairs, theirs, strict=True)])
    return Comparison(
        asked=len(pairs),
        pairs=int(both.sum()),
        too_far=int((~near).sum()),
        only_they=int((near & they_found & ~found).sum()),
        only_we=int((near & found & ~they_found).sum()),
        seconds_errors=seconds[both] / their_seconds[both] - 1,
        metres_errors=metres[both] / their_metres[both] - 1,
        same_road_errors=seconds[same] / their_seconds[same] - 1,
    )


def _same_places(network: RoadNetwork, pair: tuple[Point, Point], answer: Answer) -> bool:
    places, _ = network.places(pair)
    mine = np.stack((places.lat, places.lon), axis=1)
    return bool((np.abs(mine - np.array(answer.snapped)) <= 5e-5).all())
