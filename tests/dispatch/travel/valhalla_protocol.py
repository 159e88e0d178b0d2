"""The small world of :mod:`tests.dispatch.travel.osrm_protocol`, answering as Valhalla does."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from dispatch.travel.polyline import encoded
from tests.dispatch.travel.faulty import Answered, Asked
from tests.dispatch.travel.osrm_protocol import Point, crow, snapped, way

NO_EDGES = {"error_code": 171, "error": "No suitable edges near location", "status_code": 400}


@dataclass(slots=True)
class ValhallaWorld:
    """What the server can do, and how new its tiles are."""

    tiles: int = 1_700_000_000
    most_pairs: int = 2500
    refuses_islands: bool = False
    confidence: Any = 0.8

    def answer(self, asked: Asked) -> Answered:
        """By the service that is asked."""
        status, document = getattr(self, f"_{asked.service}")(asked.body)
        return status, document

    def _status(self, _: Any) -> Answered:
        return 200, {"version": "3.9.1", "tileset_last_modified": self.tiles}

    def _locate(self, body: Any) -> Answered:
        return 200, [{"input_lat": one["lat"], "edges": _edges(one), "nodes": []} for one in body["locations"]]

    def _sources_to_targets(self, body: Any) -> Answered:
        starts, ends = ([_point(one) for one in body[name]] for name in ("sources", "targets"))
        if len(starts) * len(ends) > self.most_pairs:
            return 400, {"error_code": 153, "error": "Exceeded max locations"}
        if any(crow(point, snapped(point)) > 500 for point in (*starts, *ends)):
            return 400, NO_EDGES
        ways = [[way(start, end) for end in ends] for start in starts]
        if self.refuses_islands and any(one is None for row in ways for one in row):
            return 400, {"error_code": 442, "error": "No path could be found for input"}
        return 200, {
            "sources_to_targets": {
                "durations": [[one and round(one[0]) for one in row] for row in ways],
                "distances": [[one and round(one[1] / 1000, 3) for one in row] for row in ways],
            },
            "units": body["units"],
        }

    def _route(self, body: Any) -> Answered:
        points = [_point(one) for one in body["locations"]]
        if len(points) > 20:
            return 400, {"error_code": 150, "error": "Exceeded max locations"}
        legs = []
        for start, end in pairwise(points):
            found = way(start, end)
            if found is None:
                return 400, {"error_code": 442, "error": "No path could be found for input"}
            legs.append({"summary": {"time": found[0], "length": found[1] / 1000}, "shape": encoded([start, end])})
        return 200, {"trip": {"legs": legs}}

    def _isochrone(self, body: Any) -> Answered:
        if len(body["contours"]) > 4:
            return 400, {"error_code": 152, "error": "Exceeded max contours: 4"}
        centre = _point(body["locations"][0])
        minutes = [one["time"] for one in reversed(body["contours"])]
        return 200, {"type": "FeatureCollection", "features": [_area(centre, one) for one in minutes]}

    def _trace_attributes(self, body: Any) -> Answered:
        points = [_point(one) for one in body["shape"]]
        if len(points) < 2:
            return 400, {"error_code": 123, "error": "Insufficient shape provided"}
        near = [crow(point, snapped(point)) < 100 for point in points]
        if not any(near):
            return 400, {"error_code": 444, "error": "Map Match algorithm failed to find path"}
        matched = [
            {"lat": point[0], "lon": point[1], "type": "matched", "edge_index": 0, "distance_along_edge": 0.9}
            if is_near
            else {"lat": point[0], "lon": point[1], "type": "unmatched"}
            for point, is_near in zip(points, near, strict=True)
        ]
        edge = {"names": ["Straight Street"], "begin_heading": 80, "end_heading": 90}
        return 200, {"edges": [edge], "matched_points": matched, "confidence_score": self.confidence}


def _point(location: Any) -> Point:
    return location["lat"], location["lon"]


def _edges(location: Any) -> list[dict[str, Any]]:
    point = _point(location)
    lat, lon = snapped(point)
    if crow(point, (lat, lon)) > location["search_cutoff"]:
        return []
    names = {"names": ["Straight Street"]}
    return [
        {"correlated_lat": lat + 0.002, "correlated_lon": lon, "edge_info": {"names": ["Far Street"]}},
        {"correlated_lat": lat, "correlated_lon": lon, "edge_info": names},
    ]


def _area(centre: Point, minutes: int) -> dict[str, Any]:
    corners = [(math.cos(math.radians(turn)), math.sin(math.radians(turn))) for turn in (0, 90, 180, 270, 360)]
    ring = [[centre[1] + 0.001 * minutes * east, centre[0] + 0.001 * minutes * north] for east, north in corners]
    return {
        "type": "Feature",
        "properties": {"contour": float(minutes), "metric": "time", "fill": "#bf4040"},
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }
