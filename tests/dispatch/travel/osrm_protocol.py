"""A small world that answers as OSRM does; as a program of its own it stands in for ``osrm-routed``.

There are roads everywhere inside a box, at twelve metres a second and 1.4 times as long as the crow flies; north of a
river there is an island without a bridge. A point outside of the box is snapped to its edge, however far that is.
"""

from __future__ import annotations

import argparse
import itertools
import math
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote

from dispatch.travel.graph import metres_between
from dispatch.travel.polyline import decoded, encoded
from tests.dispatch.travel.faulty import Answered, Asked, Faulty

SPEED = 12.0
DETOUR = 1.4
SOUTH, NORTH, WEST, EAST = -30.2, -29.7, -71.5, -71.1
RIVER = -29.8
Point = tuple[float, float]


@dataclass(slots=True)
class OsrmWorld:
    """What the server can do: how it is set up, and how new it is."""

    data_version: str = "first"
    takes_post: bool = True
    most_cells: int = 1_000_000
    radius: float | None = None
    """Farther than this, the whole question is refused."""
    refuses_bearings: bool = False
    confidence: float = 0.9

    def answer(self, asked: Asked) -> Answered:
        """By the service that is asked."""
        if asked.method == "POST" and not self.takes_post:
            return 400, {"code": "InvalidUrl", "message": "URL string malformed"}
        options = {name: values[0] for name, values in parse_qs(asked.query, keep_blank_values=True).items()}
        if asked.body is not None:
            points = [(lat, lon) for lon, lat in asked.body["coordinates"]]
            options |= {name: asked.body[name] for name in ("sources", "destinations")}
        else:
            points = _points(unquote(asked.path).split("/", 4)[4])
        if any(abs(lat) > 90 or abs(lon) > 180 for lat, lon in points):
            return 400, {"code": "InvalidOptions", "message": "Coordinates are invalid"}
        if self.radius is not None and any(crow(point, snapped(point)) > self.radius for point in points):
            return 400, {"code": "NoSegment", "message": "Could not find a matching segment for coordinate 2"}
        status, document = getattr(self, f"_{asked.service}")(points, options)
        return status, {"data_version": self.data_version, **document}

    def _nearest(self, points: list[Point], _: Any) -> Answered:
        return 200, {"code": "Ok", "waypoints": [_waypoint(points[0])]}

    def _table(self, points: list[Point], options: Any) -> Answered:
        if len(points) < 2:
            return 400, {"code": "InvalidOptions", "message": "Number of coordinates needs to be at least two."}
        starts, ends = (
            [points[at] for at in _places(options.get(name), len(points))] for name in ("sources", "destinations")
        )
        if len(starts) * len(ends) > self.most_cells:
            return 400, {"code": "TooBig", "message": "Too many table coordinates"}
        ways = [[way(start, end) for end in ends] for start in starts]
        return 200, {
            "code": "Ok",
            "durations": [[one and one[0] for one in row] for row in ways],
            "distances": [[one and one[1] for one in row] for row in ways],
            "sources": [_waypoint(point) for point in starts],
            "destinations": [_waypoint(point) for point in ends],
        }

    def _route(self, points: list[Point], _: Any) -> Answered:
        ways = [way(start, end) for start, end in itertools.pairwise(points)]
        if None in ways:
            return 400, {"code": "NoRoute", "message": "Impossible route between points"}
        legs = [
            {"duration": one[0], "distance": one[1], "steps": [{"geometry": encoded(stretch)} for stretch in halves]}
            for one, halves in (
                (one, _halves(start, end))
                for one, start, end in zip(ways, points, points[1:], strict=False)
                if one is not None
            )
        ]
        return 200, {"code": "Ok", "routes": [{"legs": legs}], "waypoints": [_waypoint(point) for point in points]}

    def _match(self, points: list[Point], options: Any) -> Answered:
        if self.refuses_bearings and "bearings" in options:
            return 400, {"code": "NoMatch", "message": "Could not match the trace."}
        traced = [
            {**_waypoint(point), "matchings_index": 0} if crow(point, snapped(point)) < 100 else None
            for point in points
        ]
        if not any(traced):
            return 400, {"code": "NoSegment", "message": "Could not find a matching segment for any coordinate."}
        line = encoded([snapped(point) for point in points])
        return 200, {
            "code": "Ok",
            "tracepoints": traced,
            "matchings": [{"confidence": self.confidence, "geometry": line}],
        }


def snapped(point: Point) -> Point:
    """The road nearest to a point: the point itself inside of the box."""
    return min(max(point[0], SOUTH), NORTH), min(max(point[1], WEST), EAST)


def crow(start: Point, end: Point) -> float:
    """Metres as the crow flies."""
    return float(metres_between(*start, *end))


def way(start: Point, end: Point) -> tuple[float, float] | None:
    """Seconds and metres; None from and to the island."""
    a, b = snapped(start), snapped(end)
    if (a[0] > RIVER) != (b[0] > RIVER):
        return None
    metres = crow(a, b) * DETOUR
    return round(metres / SPEED, 1), round(metres, 1)


def _waypoint(point: Point) -> dict[str, Any]:
    lat, lon = snapped(point)
    return {"location": [lon, lat], "name": "Straight Street", "distance": crow(point, (lat, lon))}


def _halves(start: Point, end: Point) -> tuple[tuple[Point, Point], tuple[Point, Point]]:
    a, b = snapped(start), snapped(end)
    middle = (a[0] + b[0]) / 2, (a[1] + b[1]) / 2
    return (a, middle), (middle, b)


def _places(chosen: Any, count: int) -> list[int]:
    if chosen is None:
        return list(range(count))
    return [int(one) for one in (chosen.split(";") if isinstance(chosen, str) else chosen)]


def _points(text: str) -> list[Point]:
    if text.startswith("polyline6("):
        return list(decoded(text.removeprefix("polyline6(").removesuffix(")")))
    pairs = (pair.split(",") for pair in text.split(";"))
    return [(float(lat), float(lon)) for lon, lat in pairs]


def routed(arguments: list[str]) -> int:
    """As ``osrm-routed``: serve until somebody ends it.

    Beside its files, a file ``broken`` makes it end at once; while there is a file ``hold``, a question for a table is
    not answered, and the file ``holding`` says that one has come.
    """
    parser = argparse.ArgumentParser()
    for name in ("--ip", "--algorithm", "--threads", "--max-table-size", "--verbosity"):
        parser.add_argument(name)
    parser.add_argument("--port", type=int)
    parser.add_argument("base", type=Path)
    options = parser.parse_args(arguments)
    folder = options.base.parent
    if (folder / "broken").exists():
        sys.stderr.write("Missing/Broken File: region.osrm.names near -29.912345\n")
        return 1
    world = OsrmWorld(data_version=(folder / "version").read_text())

    def answer(asked: Asked) -> Answered:
        if asked.service == "table" and (folder / "hold").exists():
            (folder / "holding").touch()
            while (folder / "hold").exists():
                time.sleep(0.02)
        return world.answer(asked)

    with Faulty(answer, options.port):
        threading.Event().wait()
    return 0


def program(path: Path) -> Path:
    """Write :func:`routed` as a program that can be started."""
    root = Path(__file__).resolve().parents[3]
    path.write_text(
        f"#!{sys.executable}\nimport sys\nsys.path.insert(0, {str(root)!r})\n"
        "from tests.dispatch.travel.osrm_protocol import routed\nsys.exit(routed(sys.argv[1:]))\n"
    )
    path.chmod(0o755)
    return path


def somewhere(number: int) -> Point:
    """One of many points in the box, south of the river, no two alike."""
    share = number * (math.sqrt(5) - 1) / 2 % 1
    return round(-30.1 + 0.25 * share, 6), round(-71.45 + 0.0003 * number % 0.3, 6)
