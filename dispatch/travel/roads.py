"""Travel times, distances and ways on the road network of an OpenStreetMap extract, without a server.

The network is held as a contraction hierarchy over arcs, so that turns cost what they cost, and answers a table of
150 places in about a second. Times are those of free traffic.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import numpy as np
import pyroutingkit
from numpy.typing import NDArray

from dispatch.travel.graph import FloatArray, IntArray, RoadGraph, build_graph
from dispatch.travel.snapping import Snap, StreetIndex

# A point farther than this from every road cannot be driven to.
FARTHEST_SNAP_M = 500.0

Point = tuple[float, float]
IntMatrix = NDArray[np.int32]


class PointOffRoadError(Exception):
    """A point is too far from every road of the network; the message says which point, and how far."""


@dataclass(frozen=True, slots=True)
class Drive:
    """The fastest way between two points: (lat, lon) along it, its time in seconds and its length in metres."""

    points: tuple[Point, ...]
    seconds: int
    metres: int


@dataclass(frozen=True, slots=True)
class _Ends:
    """Every way to set out from, or arrive at, each of a list of points: the arc, and the part of it before the point.

    A point on a two-way street has two: a car may come, and leave, in either direction.
    """

    owner: IntArray
    arc: IntArray
    share: FloatArray


class RoadNetwork:
    """A road graph ready to answer. Build one with :meth:`from_extract`; it does not change afterwards."""

    def __init__(self, graph: RoadGraph) -> None:
        """Contract the graph (about half a second for 30 000 arcs)."""
        self.graph = graph
        self._streets = StreetIndex(graph)
        self._arcs_of_piece = np.full((graph.piece_count, 2), -1, np.int64)
        self._arcs_of_piece[graph.piece, graph.forward.astype(np.int64)] = np.arange(graph.arc_count)
        order = np.argsort(graph.turn_from, kind="stable")
        self._turn_from, self._turn_to = graph.turn_from[order], graph.turn_to[order]
        # Entering arc B from arc A costs the turn and all of B: what a way costs after its first arc.
        weights = np.rint((graph.seconds[self._turn_to] + graph.turn_seconds[order]) * 1000)
        self._weights: IntArray = np.maximum(weights, 1).astype(np.int64)
        # A fastest way never drives round a whole loop street; only a way that begins and ends on it goes on into it.
        loops = self._turn_from == self._turn_to
        self._loop_weights = dict(zip(self._turn_from[loops].tolist(), self._weights[loops].tolist(), strict=True))
        self._turn_from, self._turn_to = self._turn_from[~loops], self._turn_to[~loops]
        self._weights = self._weights[~loops]
        topology = pyroutingkit.CCHTopology()
        topology.build(
            self._turn_from.astype(np.uint32),
            self._turn_to.astype(np.uint32),
            graph.node_lat[graph.head].astype(np.float32),
            graph.node_lon[graph.head].astype(np.float32),
            graph.arc_count,
        )
        self._fastest = pyroutingkit.CCHMetric(topology)
        self._fastest.customize(self._weights.astype(np.uint32))

    @classmethod
    def from_extract(cls, path: Path | str) -> RoadNetwork:
        """Build the network from an OSM extract. Raises :class:`dispatch.travel.graph.RoadDataError`."""
        return cls(build_graph(Path(path)))

    def snap(self, lat: float, lon: float) -> Snap:
        """The place on the road nearest to a point. Raises :class:`PointOffRoadError` beyond 500 m."""
        if not (-90 <= lat <= 90 and -180 <= lon <= 180):
            raise PointOffRoadError(f"({lat}, {lon}) is no point on Earth: latitude first, then longitude, in degrees")
        snap = self._streets.nearest(lat, lon)
        if snap.metres > FARTHEST_SNAP_M:
            away = f"{snap.metres / 1000:.1f} km" if snap.metres >= 1000 else f"{snap.metres:.0f} m"
            raise PointOffRoadError(
                f"point ({lat:.6f}, {lon:.6f}) lies {away} from the nearest road; at most {FARTHEST_SNAP_M:.0f} m "
                "can be bridged. Is it inside the extract, and latitude first?"
            )
        return snap

    def table(self, points: Sequence[Point]) -> tuple[IntMatrix, IntMatrix]:
        """Driving times (whole seconds) and distances (whole metres) from each point to each other, both int32.

        Points are (lat, lon). Directed; zero on the diagonal; the distance is that of the fastest way, not of the
        shortest. Raises :class:`PointOffRoadError`, naming the point.
        """
        durations, distances = self.rectangle(points, points)
        np.fill_diagonal(durations, 0)
        np.fill_diagonal(distances, 0)
        return durations, distances

    def rectangle(self, starts: Sequence[Point], ends: Sequence[Point]) -> tuple[IntMatrix, IntMatrix]:
        """Driving times and distances from each start (a row) to each end (a column), as :meth:`table` has them.

        A point to itself is not known to be the same: between equal points the way may lead round a block.
        """
        shape = (len(starts), len(ends))
        if not len(starts) or not len(ends):
            return np.zeros(shape, np.int32), np.zeros(shape, np.int32)
        sources, targets = self._ends(starts)[0], self._ends(ends)[1]
        cost = self._costs(sources, targets)
        # The best of up to 2 x 2 ways to leave one point and reach another, the first of equals.
        row_start = np.searchsorted(sources.owner, np.arange(len(starts)))
        column_start = np.searchsorted(targets.owner, np.arange(len(ends)))
        best = np.minimum.reduceat(np.minimum.reduceat(cost, row_start, axis=0), column_start, axis=1)
        hit = cost == best[sources.owner][:, targets.owner]
        rows, columns = np.nonzero(hit)
        _, first = np.unique(sources.owner[rows] * len(ends) + targets.owner[columns], return_index=True)
        rows, columns = rows[first], columns[first]
        metres = self._metres(sources, targets, rows, columns).reshape(shape)
        return np.rint(best / 1000).astype(np.int32), np.rint(metres).astype(np.int32)

    def route(self, start: Point, end: Point) -> Drive:
        """The fastest way between two points (lat, lon), the very one that :meth:`table` measures."""
        if start == end:
            snap = self.snap(*start)
            return Drive(((snap.lat, snap.lon),), 0, 0)
        sources, targets = self._ends((start,))[0], self._ends((end,))[1]
        cost = self._costs(sources, targets)
        row, column = divmod(int(cost.argmin()), cost.shape[1])
        metres = self._metres(sources, targets, np.array([row]), np.array([column]))
        first, last = float(sources.share[row]), float(targets.share[column])
        arcs = self._path(int(sources.arc[row]), int(targets.arc[column]), ahead=last >= first)
        points: list[Point] = []
        for index, arc in enumerate(arcs):
            a = first if index == 0 else 0.0
            b = last if index == len(arcs) - 1 else 1.0
            for point in self._stretch(arc, a, b):
                if not points or point != points[-1]:
                    points.append(point)
        return Drive(tuple(points), round(float(cost[row, column]) / 1000), round(float(metres[0])))

    def _ends(self, points: Sequence[Point]) -> tuple[_Ends, _Ends]:
        """The ways to leave and to reach each point: the same arcs, for a car may turn round where it has parked."""
        owner, arcs, shares = [], [], []
        for index, (lat, lon) in enumerate(points):
            snap = self.snap(lat, lon)
            against, along = self._arcs_of_piece[snap.piece].tolist()
            for arc, share in ((along, snap.share), (against, 1 - snap.share)):
                if arc >= 0:
                    owner.append(index)
                    arcs.append(arc)
                    shares.append(share)
        ends = _Ends(np.array(owner, np.int64), np.array(arcs, np.int64), np.array(shares))
        return ends, ends

    def _costs(self, sources: _Ends, targets: _Ends) -> FloatArray:
        """Milliseconds from each source to each target: the rest of the first arc, and not the rest of the last."""
        between = self._fastest.distances_many_to_many(sources.arc.astype(np.uint32), targets.arc.astype(np.uint32))
        arc_ms = self.graph.seconds * 1000
        cost = np.asarray(between, np.float64)
        cost += ((1 - sources.share) * arc_ms[sources.arc])[:, None]
        cost -= ((1 - targets.share) * arc_ms[targets.arc])[None, :]
        # On one arc, with the target behind the source, the way leads round a block and back into the arc.
        behind = (sources.arc[:, None] == targets.arc[None, :]) & (sources.share[:, None] > targets.share[None, :])
        for row, column in zip(*np.nonzero(behind), strict=True):
            cost[row, column] += self._round_the_block(int(sources.arc[row]))[0]
        return cost

    def _round_the_block(self, arc: int) -> tuple[int, int]:
        """The fastest way from an arc's end to its end again, in milliseconds, and the first arc of it."""
        span = slice(*np.searchsorted(self._turn_from, [arc, arc + 1]))
        onward = self._turn_to[span]
        ways = [(self._loop_weights[arc], arc)] if arc in self._loop_weights else []
        if len(onward):
            back = self._fastest.distances_many_to_many(onward.astype(np.uint32), np.array([arc], np.uint32))
            total = self._weights[span] + np.asarray(back, np.int64)[:, 0]
            ways.append((int(total.min()), int(onward[total.argmin()])))
        return min(ways)

    def _path(self, first: int, last: int, *, ahead: bool) -> list[int]:
        """The arcs of the fastest way from one arc into another, both included."""
        if first != last:
            return list(self._fastest.query(first, last)[1])
        if ahead:
            return [first]
        onward = self._round_the_block(first)[1]
        return [first, last] if onward == last else [first, *self._fastest.query(onward, last)[1]]

    def _metres(self, sources: _Ends, targets: _Ends, rows: IntArray, columns: IntArray) -> FloatArray:
        """The lengths of the fastest ways between pairs of ends."""
        ahead = targets.share[columns] >= sources.share[rows]
        pairs = zip(sources.arc[rows].tolist(), targets.arc[columns].tolist(), ahead.tolist(), strict=True)
        paths = [self._path(first, last, ahead=on) for first, last, on in pairs]
        lengths = np.array([len(path) for path in paths])
        arcs = np.fromiter(chain.from_iterable(paths), np.int64, int(lengths.sum()))
        arc_metres = self.graph.metres
        whole = np.add.reduceat(arc_metres[arcs], np.cumsum(lengths) - lengths)
        driven_before = sources.share[rows] * arc_metres[sources.arc[rows]]
        not_driven = (1 - targets.share[columns]) * arc_metres[targets.arc[columns]]
        return np.asarray(whole - driven_before - not_driven)

    def _stretch(self, arc: int, start: float, end: float) -> list[Point]:
        """The points along an arc between two shares of its length."""
        lat, lon = self.graph.arc_shape(arc)
        steps = np.hypot(np.diff(lat), np.diff(lon) * np.cos(np.radians(lat[:-1])))
        run = np.concatenate(([0.0], np.cumsum(steps)))
        run /= run[-1] or 1.0
        inner = (run > start) & (run < end)
        shares = np.concatenate(([start], run[inner], [end]))
        return list(zip(np.interp(shares, run, lat).tolist(), np.interp(shares, run, lon).tolist(), strict=True))
