"""From an OpenStreetMap extract to a directed road graph that a car may use.

A street between two junctions is a *piece*; each direction that a car may drive along a piece is an *arc*. Driving
from one arc into the next is a *turn*, which costs time of its own (:mod:`dispatch.travel.turns`). The graph keeps
the parts in which every arc can be reached from every other: the largest one, and those that are large themselves, as
islands are. Between places of one part, each question for a travel time has an answer.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components

from dispatch.travel.extract import EARTH_RADIUS_M, ROAD_CLASSES, Roads, Way, read_roads
from dispatch.travel.turns import Turns, turns_of

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

__all__ = ["EARTH_RADIUS_M", "RoadDataError", "RoadGraph", "build_graph", "metres_between"]

# Two lines between the same junctions whose lengths differ by no more are one street drawn twice.
SAME_STREET_M = 1.0
UNCONNECTED = "the extract's roads do not connect to each other"
# Beside the largest part, one of so many arcs is a network of its own; less is a drawing slip or a closed site.
LARGE_PART_ARCS = 1000


class RoadDataError(Exception):
    """The extract cannot serve as a road network; the message says why, for people."""


@dataclass(frozen=True, eq=False)
class RoadGraph:
    """A directed road graph; in each part of it, every arc reaches every other. Degrees (WGS 84), seconds, metres.

    Junctions: ``node_ref`` is the number of the node in OpenStreetMap, ``node_delay`` what passing it costs beside the
    turn. Arcs: ``tail`` and ``head`` are junctions, ``seconds`` and ``metres`` the cost of the whole arc, ``piece`` the
    street piece it drives along, ``forward`` whether in the direction in which the piece is drawn, ``reverse`` the
    arc along the same piece the other way, or -1 on a one-way street.
    Pieces: piece p is drawn through points ``piece_start[p]`` to ``piece_start[p + 1]`` (exclusive) of ``shape_lat``
    and ``shape_lon``; ``piece_class`` indexes :data:`ROAD_CLASSES`, ``piece_name`` indexes ``names`` ("" unnamed);
    ``piece_way`` is the number of its way in OpenStreetMap; through those of ``piece_visitors`` nobody drives whose
    way neither begins nor ends there; those of ``piece_round`` go round an island.
    Turns: from arc ``turn_from`` into arc ``turn_to`` costs ``turn_seconds``, the driving not included.
    """

    node_lat: FloatArray
    node_lon: FloatArray
    node_ref: IntArray
    node_delay: FloatArray
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
    piece_way: IntArray
    piece_visitors: BoolArray
    piece_round: BoolArray
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
        roads = read_roads(path)
    except (RuntimeError, ValueError) as error:  # all that osmium raises: malformed, truncated, unknown format
        raise RoadDataError(
            f"{path} cannot be read as an OpenStreetMap extract: {error}. It may be truncated or of another format; "
            "fetch it again"
        ) from error
    if not roads.ways:
        raise RoadDataError(f"{path} holds no roads for cars: no way with a highway tag that a car may use")
    return _connected(_Pieces(roads).graph(), roads)


class _Pieces:
    """Ways cut at their junctions, as growing lists: the raw material of a graph."""

    def __init__(self, roads: Roads) -> None:
        self._roads = roads
        self.node_of: dict[int, int] = {}
        self.node_lat: list[float] = []
        self.node_lon: list[float] = []
        self.node_ref: list[int] = []
        self.shape_lat: list[float] = []
        self.shape_lon: list[float] = []
        self.starts = [0]
        self.ends: list[tuple[int, int]] = []
        self.delays: list[tuple[float, float]] = []
        self.ways: list[Way] = []
        uses: dict[int, int] = {}
        for way in roads.ways:
            for ref in way.refs:
                uses[ref] = uses.get(ref, 0) + 1
            for ref in (way.refs[0], way.refs[-1]):
                uses[ref] += 1
        for way in roads.ways:
            first = 0
            for last in range(1, len(way.refs)):
                if uses[way.refs[last]] > 1 or way.refs[last] in roads.blocked:
                    self._cut(way, first, last)
                    first = last

    def _cut(self, way: Way, first: int, last: int) -> None:
        self.shape_lat.extend(way.lats[first : last + 1])
        self.shape_lon.extend(way.lons[first : last + 1])
        self.starts.append(len(self.shape_lat))
        self.ends.append((self._node(way, first), self._node(way, last)))
        self.ways.append(way)
        lost = [self._roads.delays[ref] for ref in way.refs[first + 1 : last] if ref in self._roads.delays]
        self.delays.append((sum(along for along, _ in lost), sum(against for _, against in lost)))

    def _node(self, way: Way, position: int) -> int:
        ref = way.refs[position]
        # Where nobody passes, each piece has a dead end of its own.
        node = None if ref in self._roads.blocked else self.node_of.get(ref)
        if node is None:
            node = self.node_of[ref] = len(self.node_lat)
            self.node_lat.append(way.lats[position])
            self.node_lon.append(way.lons[position])
            self.node_ref.append(ref)
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
        kmh = np.array([(way.kmh_back, way.kmh) for way in self.ways])
        delay = np.array(self.delays)[:, ::-1]
        direction = np.array([way.direction for way in self.ways])
        along, against = np.flatnonzero(direction >= 0), np.flatnonzero(direction <= 0)
        piece = np.concatenate((along, against))
        forward = np.concatenate((np.ones(len(along), bool), np.zeros(len(against), bool)))
        tail = np.where(forward, ends[piece, 0], ends[piece, 1])
        head = np.where(forward, ends[piece, 1], ends[piece, 0])
        names = {"": 0}
        piece_name = [names.setdefault(way.name, len(names)) for way in self.ways]
        none = np.zeros(0, np.int64)
        driving = metres[piece] / (kmh[piece, forward.astype(np.int64)] / 3.6) + delay[piece, forward.astype(np.int64)]
        return RoadGraph(
            node_lat=np.array(self.node_lat),
            node_lon=np.array(self.node_lon),
            node_ref=np.array(self.node_ref, np.int64),
            node_delay=np.array([max(self._roads.delays.get(ref, (0.0, 0.0))) for ref in self.node_ref]),
            tail=tail,
            head=head,
            # Nodes drawn on top of each other make pieces without length; a millisecond keeps every weight positive.
            seconds=np.maximum(driving, 0.001),
            metres=metres[piece],
            piece=piece,
            forward=forward,
            reverse=np.full(len(piece), -1, np.int64),
            piece_start=start,
            shape_lat=lat,
            shape_lon=lon,
            piece_class=np.array([ROAD_CLASSES.index(way.road_class) for way in self.ways], np.int64),
            piece_name=np.array(piece_name, np.int64),
            piece_way=np.array([way.id for way in self.ways], np.int64),
            piece_visitors=np.array([way.for_visitors for way in self.ways], np.bool_),
            piece_round=np.array([way.round_an_island for way in self.ways], np.bool_),
            names=tuple(names),
            turn_from=none,
            turn_to=none,
            turn_seconds=np.zeros(0),
        )


def _connected(graph: RoadGraph, roads: Roads) -> RoadGraph:
    """The parts of the graph in which a car gets from everywhere to everywhere, with their turns."""
    graph = _only(graph, _without_doubles(graph))
    # First by junctions, as if one could turn round anywhere: a street cut off at the extract's edge becomes a dead
    # end, where turning round is allowed. Then by turns.
    label = _strong_components(graph.node_count, graph.tail, graph.head)
    inside = label[graph.tail] == label[graph.head]
    graph = _only(graph, inside & _large(label[graph.tail], inside))
    turns = turns_of(graph, roads.restrictions)
    label = _strong_components(graph.arc_count, turns.start, turns.end)
    keep = _large(label, np.ones(graph.arc_count, np.bool_))
    kept = keep[turns.start] & keep[turns.end] & (label[turns.start] == label[turns.end])
    if not kept.any():
        raise RoadDataError(UNCONNECTED)
    new_arc = np.cumsum(keep) - 1
    return _only(graph, keep, Turns(new_arc[turns.start[kept]], new_arc[turns.end[kept]], turns.seconds[kept]))


def _strong_components(count: int, tail: IntArray, head: IntArray) -> IntArray:
    matrix = csr_matrix((np.ones(len(tail), np.int8), (tail, head)), (count, count))
    _, label = connected_components(matrix, connection="strong")
    return np.asarray(label, np.int64)


def _large(label: IntArray, counted: BoolArray) -> BoolArray:
    """Which arcs belong to the component with the most arcs, or to one with so many that it is no slip."""
    arcs = np.bincount(label[counted], minlength=int(label.max()) + 1)
    large = arcs >= LARGE_PART_ARCS
    large[arcs.argmax()] = True
    return np.asarray(large[label])


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


def _only(graph: RoadGraph, keep: BoolArray, turns: Turns | None = None) -> RoadGraph:
    """The graph with these arcs alone; pieces and junctions that no arc needs go, and all are renumbered."""
    arcs = np.flatnonzero(keep)
    if not len(arcs):
        raise RoadDataError(UNCONNECTED)
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
    turns = turns or Turns(none, none, np.zeros(0))
    return RoadGraph(
        node_lat=graph.node_lat[nodes],
        node_lon=graph.node_lon[nodes],
        node_ref=graph.node_ref[nodes],
        node_delay=graph.node_delay[nodes],
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
        piece_way=graph.piece_way[pieces],
        piece_visitors=graph.piece_visitors[pieces],
        piece_round=graph.piece_round[pieces],
        names=graph.names,
        turn_from=turns.start,
        turn_to=turns.end,
        turn_seconds=turns.seconds,
    )
