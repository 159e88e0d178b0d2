"""Lines for the page's map: the streets of the extract by class, and the way that each leg of a plan takes.

Positions are whole metres east and south of the middle of the map, on a plane that is true along its middle parallel;
a city is small enough for that.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from dispatch.travel.extract import ROAD_CLASSES
from dispatch.travel.graph import EARTH_RADIUS_M, RoadGraph
from dispatch.travel.roads import RoadNetwork
from optimizer.domain import Plan, Problem

Line = NDArray[np.int64]
Places = tuple[tuple[float, float], ...]

# A line may run this far beside the street it stands for, in metres: less than a pixel until one zooms far in.
STREET_TOLERANCE_M, WAY_TOLERANCE_M = 4.0, 2.0
NAMED_CLASSES = ("motorway", "trunk", "primary", "secondary", "tertiary")
NAME_EVERY_M = 1500.0


@dataclass(frozen=True, slots=True)
class StreetName:
    """A name to write along a street: where, in which direction (degrees clockwise from east), of which class."""

    name: str
    x: int
    y: int
    angle: int
    road_class: str


@dataclass(frozen=True, slots=True)
class Geometry:
    """What a map needs besides the plan. ``legs[(technician, shift)]`` holds one line for each drive of the route:
    to the first stop, between stops, and home where the shift ends somewhere. ``middle`` is (lat, lon) in degrees.
    """

    middle: tuple[float, float]
    streets: Mapping[str, tuple[Line, ...]]
    names: tuple[StreetName, ...]
    legs: Mapping[tuple[str, str], tuple[Line, ...]]
    attribution: str

    def project(self, lat: float, lon: float) -> tuple[int, int]:
        """Degrees to whole metres east and south of the middle."""
        x, y = project(self.middle, np.array([lat]), np.array([lon]))[0].tolist()
        return x, y


def project(middle: tuple[float, float], lat: NDArray[np.float64], lon: NDArray[np.float64]) -> Line:
    """Degrees to whole metres east and south of the middle, one row a point."""
    squeeze = np.cos(np.radians(middle[0]))
    plane = np.radians(np.stack(((lon - middle[1]) * squeeze, middle[0] - lat), axis=-1)) * EARTH_RADIUS_M
    return np.asarray(np.rint(plane), np.int64)


def straight_geometry(problem: Problem, plan: Plan) -> Geometry:
    """A map without streets: straight lines from stop to stop, for a problem that has no road network."""
    places = [(location.lat, location.lon) for location in problem.locations]
    middle = _middle(places)
    legs = {
        key: tuple(project(middle, np.array([a[0], b[0]]), np.array([a[1], b[1]])) for a, b in drives)
        for key, drives in _drives(problem, plan).items()
    }
    return Geometry(middle, {}, (), legs, attribution="")


def road_geometry(problem: Problem, plan: Plan, network: RoadNetwork) -> Geometry:
    """The streets of the network, and the fastest way along them for every drive of the plan."""
    graph = network.graph
    middle = _middle(list(zip(graph.node_lat.tolist(), graph.node_lon.tolist(), strict=True)))
    shapes = project(middle, graph.shape_lat, graph.shape_lon)
    legs = {}
    for key, drives in _drives(problem, plan).items():
        ways = []
        for a, b in drives:
            points = np.array([a, *network.route(a, b).points, b])
            ways.append(simplified(project(middle, points[:, 0], points[:, 1]), WAY_TOLERANCE_M))
        legs[key] = tuple(ways)
    streets = {name: _streets(graph, shapes, index) for index, name in enumerate(ROAD_CLASSES)}
    names = _names(graph, shapes)
    return Geometry(middle, streets, names, legs, attribution="© OpenStreetMap contributors")


def simplified(line: Line, tolerance: float) -> Line:
    """The line with fewer points (Douglas and Peucker 1973): none left out lies farther away than the tolerance."""
    keep = np.zeros(len(line), bool)
    keep[[0, -1]] = True
    open_parts = [(0, len(line) - 1)]
    while open_parts:
        first, last = open_parts.pop()
        if last - first < 2:
            continue
        along = (line[last] - line[first]).astype(np.float64)
        inner = (line[first + 1 : last] - line[first]).astype(np.float64)
        share = np.clip(inner @ along / max(float(along @ along), 1e-9), 0, 1)
        away = np.hypot(*(inner - share[:, None] * along).T)
        worst = int(away.argmax())
        if away[worst] > tolerance:
            keep[first + 1 + worst] = True
            open_parts += [(first, first + 1 + worst), (first + 1 + worst, last)]
    return line[keep]


def _middle(places: Sequence[tuple[float, float]]) -> tuple[float, float]:
    points = np.array(places or [(0.0, 0.0)])
    lat, lon = (points.min(axis=0) + points.max(axis=0)) / 2
    return float(lat), float(lon)


def _drives(problem: Problem, plan: Plan) -> dict[tuple[str, str], list[Places]]:
    """The places (lat, lon) that each drive of each route connects."""
    drives: dict[tuple[str, str], list[Places]] = {}
    for route in plan.routes:
        _, shift = problem.shifts[problem.shift_index[route.technician, route.shift]]
        stops = [problem.visits[problem.visit_index[stop.visit]].location for stop in route.stops]
        end = [] if shift.end_location is None else [shift.end_location]
        places = [problem.locations[index] for index in (shift.start_location, *stops, *end)]
        points = [(place.lat, place.lon) for place in places]
        drives[route.technician, route.shift] = list(pairwise(points))
    return drives


def _streets(graph: RoadGraph, shapes: Line, road_class: int) -> tuple[Line, ...]:
    """All streets of a class, joined end to end into long lines and simplified."""
    pieces = np.flatnonzero(graph.piece_class == road_class).tolist()
    ends: dict[int, tuple[int, int]] = {}
    for arc in np.flatnonzero(np.isin(graph.piece, pieces)).tolist():
        tail, head = int(graph.tail[arc]), int(graph.head[arc])
        ends[int(graph.piece[arc])] = (tail, head) if graph.forward[arc] else (head, tail)
    at: dict[int, list[int]] = {}
    for piece in pieces:
        for node in ends[piece]:
            at.setdefault(node, []).append(piece)
    unused = set(pieces)
    lines = []
    for seed in pieces:
        if seed not in unused:
            continue
        unused.discard(seed)
        ahead = _follow(ends[seed][1], ends, at, unused)
        behind = _follow(ends[seed][0], ends, at, unused)
        chain = [(piece, not forward) for piece, forward in reversed(behind)] + [(seed, True)] + ahead
        parts = [_shape(graph, shapes, piece, forward) for piece, forward in chain]
        lines.append(simplified(np.concatenate([parts[0], *(part[1:] for part in parts[1:])]), STREET_TOLERANCE_M))
    return tuple(lines)


def _follow(
    node: int, ends: Mapping[int, tuple[int, int]], at: Mapping[int, Sequence[int]], unused: set[int]
) -> list[tuple[int, bool]]:
    """Pieces not drawn yet, one after another from this junction on, each with whether it runs as it is drawn."""
    chain: list[tuple[int, bool]] = []
    while onward := [piece for piece in at[node] if piece in unused]:
        piece = onward[0]
        unused.discard(piece)
        forward = ends[piece][0] == node
        chain.append((piece, forward))
        node = ends[piece][1] if forward else ends[piece][0]
    return chain


def _shape(graph: RoadGraph, shapes: Line, piece: int, forward: bool) -> Line:
    points = shapes[int(graph.piece_start[piece]) : int(graph.piece_start[piece + 1])]
    return points if forward else points[::-1]


def _names(graph: RoadGraph, shapes: Line) -> tuple[StreetName, ...]:
    """Names of the main streets, each once in a while along its course, wide roads first."""
    names: list[StreetName] = []
    written: dict[str, list[tuple[int, int]]] = {}
    for road_class in NAMED_CLASSES:
        pieces = np.flatnonzero(graph.piece_class == ROAD_CLASSES.index(road_class))
        first, last = graph.piece_start[pieces], graph.piece_start[pieces + 1] - 1
        length = np.hypot(*(shapes[last] - shapes[first]).T)
        for index in np.argsort(-length, kind="stable").tolist():
            name = graph.names[int(graph.piece_name[pieces[index]])]
            a, b = shapes[first[index]], shapes[last[index]]
            x, y = ((a + b) // 2).tolist()
            if not name or any(_near(x, y, other) for other in written.get(name, ())):
                continue
            written.setdefault(name, []).append((x, y))
            angle = round(float(np.degrees(np.arctan2(b[1] - a[1], b[0] - a[0])))) % 180
            names.append(StreetName(name, x, y, angle - 180 if angle > 90 else angle, road_class))
    return tuple(names)


def _near(x: int, y: int, other: tuple[int, int]) -> bool:
    return float(np.hypot(x - other[0], y - other[1])) < NAME_EVERY_M


DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_"


def packed(lines: Iterable[Line]) -> str:
    """Lines as text, about two characters a coordinate: differences from point to point, zigzag, five bits a digit,
    the lowest first, with the sixth bit set where more follow. Lines are told apart by spaces.
    """
    texts = []
    for line in lines:
        steps = np.diff(line, axis=0, prepend=np.zeros((1, 2), np.int64)).ravel()
        texts.append("".join(_digits(int(value)) for value in (steps << 1) ^ (steps >> 63)))
    return " ".join(texts)


def _digits(value: int) -> str:
    text = ""
    while value >= 32:
        text += DIGITS[32 | value & 31]
        value >>= 5
    return text + DIGITS[value]
