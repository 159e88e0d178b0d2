"""From an OpenStreetMap extract to a directed road graph that a car may use.

A street between two junctions is a *piece*; each direction that a car may drive along a piece is an *arc*. Driving
from one arc into the next is a *turn*, which costs time of its own (:mod:`dispatch.travel.turns`). The graph keeps
the part in which every arc can be reached from every other, so that each question for a travel time has an answer.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components

from dispatch.travel.extract import ROAD_CLASSES, Way, read_ways
from dispatch.travel.turns import turns_of

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

EARTH_RADIUS_M = 6_371_009.0

# Two lines between the same junctions whose lengths differ by no more are one street drawn twice.
SAME_STREET_M = 1.0


class RoadDataError(Exception):
    """The extract cannot serve as a road network; the message says why, for people."""


@dataclass(frozen=True, eq=False)
class RoadGraph:
    """A directed road graph; every arc reaches every other. Angles in degrees (WGS 84), times in seconds.

    Arcs: ``tail`` and ``head`` are junctions, ``seconds`` and ``metres`` the cost of the whole arc, ``piece`` the
    street piece it drives along, ``forward`` whether in the direction in which the piece is drawn, ``reverse`` the
    arc along the same piece the other way, or -1 on a one-way street.
    Pieces: piece p is drawn through points ``piece_start[p]`` to ``piece_start[p + 1]`` (exclusive) of ``shape_lat``
    and ``shape_lon``; ``piece_class`` indexes :data:`ROAD_CLASSES`, ``piece_name`` indexes ``names`` ("" unnamed).
    Turns: from arc ``turn_from`` into arc ``turn_to`` costs ``turn_seconds``, the driving not included.
    """

    node_lat: FloatArray
    node_lon: FloatArray
    tail: IntArray
    head: IntArray
    seconds: FloatArray
    metres: FloatArray
    piece: IntArray
    forward: BoolArray
    reverse: IntArray
    piece_start: IntArray
    shape_lat: FloatArray
    shape_lon: FloatArray
    piece_class: IntArray
    piece_name: IntArray
    names: tuple[str, ...]
    turn_from: IntArray
    turn_to: IntArray
    turn_seconds: FloatArray

    @property
    def arc_count(self) -> int:
        """The number of directed arcs."""
        return len(self.tail)

    @property
    def node_count(self) -> int:
        """The number of junctions."""
        return len(self.node_lat)

    @property
    def piece_count(self) -> int:
        """The number of street pieces, each counted once however it may be driven."""
        return len(self.piece_class)

    @property
    def street_kilometres(self) -> float:
        """The length of all street pieces, each counted once, in kilometres."""
        _, first = np.unique(self.piece, return_index=True)
        return float(self.metres[first].sum()) / 1000

    def arc_shape(self, arc: int) -> tuple[FloatArray, FloatArray]:
        """Latitudes and longitudes along the arc, in driving direction."""
        piece = int(self.piece[arc])
        points = slice(int(self.piece_start[piece]), int(self.piece_start[piece + 1]))
        step = 1 if self.forward[arc] else -1
        return self.shape_lat[points][::step], self.shape_lon[points][::step]

    def street(self, arc: int) -> str:
        """The street's name, "" where it has none."""
        return self.names[int(self.piece_name[self.piece[arc]])]


def metres_between(lat_a: Any, lon_a: Any, lat_b: Any, lon_b: Any) -> Any:
    """Length of the great circle between points in degrees, in metres; for numbers and arrays alike."""
    phi_a, phi_b = np.radians(lat_a), np.radians(lat_b)
    half_chord = (
        np.sin((phi_b - phi_a) / 2) ** 2
        + np.cos(phi_a) * np.cos(phi_b) * np.sin(np.radians(np.subtract(lon_b, lon_a)) / 2) ** 2
    )
    return 2 * EARTH_RADIUS_M * np.arcsin(np.sqrt(half_chord))


def build_graph(path: Path) -> RoadGraph:
    """Read an OSM extract (.osm.pbf, or any format that osmium reads) and build its road graph.

    Raises :class:`RoadDataError` for a file that is missing, unreadable or truncated, and for one without roads.
    """
    if not path.is_file():
        raise RoadDataError(f"there is no OpenStreetMap extract at {path}")
    try:
        ways = read_ways(path)
    except (RuntimeError, ValueError) as error:  # all that osmium raises: malformed, truncated, unknown format
        raise RoadDataError(
            f"{path} cannot be read as an OpenStreetMap extract: {error}. It may be truncated or of another format; "
            "fetch it again"
        ) from error
    if not ways:
        raise RoadDataError(f"{path} holds no roads for cars: no way with a highway tag that a car may use")
    pieces = _Pieces(ways)
    return _connected(pieces.graph())


class _Pieces:
    """Ways cut at their junctions, as growing lists: the raw material of a graph."""

    def __init__(self, ways: list[Way]) -> None:
        self.node_of: dict[int, int] = {}
        self.node_lat: list[float] = []
        self.node_lon: list[float] = []
        self.shape_lat: list[float] = []
        self.shape_lon: list[float] = []
        self.starts = [0]
        self.ends: list[tuple[int, int]] = []
        self.ways: list[Way] = []
        uses: dict[int, int] = {}
        for way in ways:
            for ref in way.refs:
                uses[ref] = uses.get(ref, 0) + 1
            for ref in (way.refs[0], way.refs[-1]):
                uses[ref] += 1
        for way in ways:
            first = 0
            for last in range(1, len(way.refs)):
                if uses[way.refs[last]] > 1:
                    self._cut(way, first, last)
                    first = last

    def _cut(self, way: Way, first: int, last: int) -> None:
        self.shape_lat.extend(way.lats[first : last + 1])
        self.shape_lon.extend(way.lons[first : last + 1])
        self.starts.append(len(self.shape_lat))
        self.ends.append((self._node(way, first), self._node(way, last)))
        self.ways.append(way)

    def _node(self, way: Way, position: int) -> int:
        ref = way.refs[position]
        node = self.node_of.get(ref)
        if node is None:
            node = self.node_of[ref] = len(self.node_lat)
            self.node_lat.append(way.lats[position])
            self.node_lon.append(way.lons[position])
        return node

    def graph(self) -> RoadGraph:
        """All arcs, connected or not, without turns."""
        lat, lon = np.array(self.shape_lat), np.array(self.shape_lon)
        start = np.array(self.starts, np.int64)
        step = np.zeros(len(lat))
        step[1:] = metres_between(lat[:-1], lon[:-1], lat[1:], lon[1:])
        step[start[:-1]] = 0  # from the last point of one piece to the first of the next is no road
        metres = np.add.reduceat(step, start[:-1])
        ends = np.array(self.ends, np.int64)
        kmh = np.array([way.kmh for way in self.ways])
        direction = np.array([way.direction for way in self.ways])
        along, against = np.flatnonzero(direction >= 0), np.flatnonzero(direction <= 0)
        piece = np.concatenate((along, against))
        forward = np.concatenate((np.ones(len(along), bool), np.zeros(len(against), bool)))
        tail = np.where(forward, ends[piece, 0], ends[piece, 1])
        head = np.where(forward, ends[piece, 1], ends[piece, 0])
        names = {"": 0}
        piece_name = [names.setdefault(way.name, len(names)) for way in self.ways]
        none = np.zeros(0, np.int64)
        return RoadGraph(
            node_lat=np.array(self.node_lat),
            node_lon=np.array(self.node_lon),
            tail=tail,
            head=head,
            # Nodes drawn on top of each other make pieces without length; a millisecond keeps every weight positive.
            seconds=np.maximum(metres[piece] / (kmh[piece] / 3.6), 0.001),
            metres=metres[piece],
            piece=piece,
            forward=forward,
            reverse=np.full(len(piece), -1, np.int64),
            piece_start=start,
            shape_lat=lat,
            shape_lon=lon,
            piece_class=np.array([ROAD_CLASSES.index(way.road_class) for way in self.ways], np.int64),
            piece_name=np.array(piece_name, np.int64),
            names=tuple(names),
            turn_from=none,
            turn_to=none,
            turn_seconds=np.zeros(0),
        )


def _connected(graph: RoadGraph) -> RoadGraph:
    """The part of the graph in which a car gets from everywhere to everywhere, with its turns."""
    graph = _only(graph, _without_doubles(graph))
    # First by junctions, as if one could turn round anywhere: a street cut off at the extract's edge becomes a dead
    # end, where turning round is allowed. Then by turns.
    label = _strong_components(graph.node_count, graph.tail, graph.head)
    graph = _only(graph, (label[graph.tail] == label[graph.head]) & (label[graph.tail] == _largest(label, graph.tail)))
    turn_from, turn_to, turn_seconds = turns_of(graph)
    label = _strong_components(graph.arc_count, turn_from, turn_to)
    keep = label == _largest(label, np.arange(graph.arc_count))
    inside = keep[turn_from] & keep[turn_to]
    new_arc = np.cumsum(keep) - 1
    return _only(graph, keep, turns=(new_arc[turn_from[inside]], new_arc[turn_to[inside]], turn_seconds[inside]))


def _strong_components(count: int, tail: IntArray, head: IntArray) -> IntArray:
    matrix = csr_matrix((np.ones(len(tail), np.int8), (tail, head)), (count, count))
    _, label = connected_components(matrix, connection="strong")
    return np.asarray(label, np.int64)


def _largest(label: IntArray, members: IntArray) -> int:
    """The component with the most arcs."""
    return int(np.bincount(label[members]).argmax())


def _without_doubles(graph: RoadGraph) -> BoolArray:
    """Arcs to keep: of the same street drawn twice, the faster.

    A crescent beside the straight road is no double: it is longer, addresses lie on it, and turns tell them apart.
    """
    order = np.lexsort((graph.seconds, graph.metres, graph.head, graph.tail))
    keep = np.ones(graph.arc_count, bool)
    kept = -1
    for arc in order.tolist():
        same_ends = kept >= 0 and graph.tail[arc] == graph.tail[kept] and graph.head[arc] == graph.head[kept]
        double = same_ends and graph.metres[arc] - graph.metres[kept] <= SAME_STREET_M
        if double and graph.piece[arc] != graph.piece[kept]:
            slower = arc if graph.seconds[arc] >= graph.seconds[kept] else kept
            keep[slower] = False
            kept = kept if slower == arc else arc
        else:
            kept = arc
    return keep


def _only(graph: RoadGraph, keep: BoolArray, turns: tuple[IntArray, IntArray, FloatArray] | None = None) -> RoadGraph:
    """The graph with these arcs alone; pieces and junctions that no arc needs go, and all are renumbered."""
    arcs = np.flatnonzero(keep)
    if not len(arcs):
        raise RoadDataError("the extract's roads do not connect to each other")
    pieces, piece = np.unique(graph.piece[arcs], return_inverse=True)
    nodes, ends = np.unique(np.stack((graph.tail[arcs], graph.head[arcs])), return_inverse=True)
    ends = ends.reshape(2, -1)
    lengths = np.diff(graph.piece_start)[pieces]
    start = np.concatenate(([0], np.cumsum(lengths)))
    points = np.arange(start[-1]) - np.repeat(start[:-1] - graph.piece_start[pieces], lengths)
    forward = graph.forward[arcs]
    by_direction = np.full((len(pieces), 2), -1, np.int64)
    by_direction[piece, forward.astype(np.int64)] = np.arange(len(arcs))
    none = np.zeros(0, np.int64)
    turn_from, turn_to, turn_seconds = turns or (none, none, np.zeros(0))
    return RoadGraph(
        node_lat=graph.node_lat[nodes],
        node_lon=graph.node_lon[nodes],
        tail=ends[0],
        head=ends[1],
        seconds=graph.seconds[arcs],
        metres=graph.metres[arcs],
        piece=piece,
        forward=forward,
        reverse=by_direction[piece, 1 - forward.astype(np.int64)],
        piece_start=start,
        shape_lat=graph.shape_lat[points],
        shape_lon=graph.shape_lon[points],
        piece_class=graph.piece_class[pieces],
        piece_name=graph.piece_name[pieces],
        names=graph.names,
        turn_from=turn_from,
        turn_to=turn_to,
        turn_seconds=turn_seconds,
    )
