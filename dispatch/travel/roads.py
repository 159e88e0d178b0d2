"""Travel times, distances and ways on the road network of an OpenStreetMap extract, without a server.

The network is held as a contraction hierarchy over arcs, so that turns cost what they cost; a table of 1,000 places
takes a fraction of a second, its distances included. Times are those of free traffic unless speeds are given.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from dispatch.travel.fastest import Costs, Ends, FastestWays, Weighed, packed, unpacked
from dispatch.travel.graph import BoolArray, FloatArray, IntArray, RoadGraph, build_graph
from dispatch.travel.native import NO_WAY as NO_WAY_COST
from dispatch.travel.ports import FREE, NO_WAY, IntMatrix, NoWay, Point, Speeds
from dispatch.travel.snapping import Places, RememberedPlaces, Snap, StreetIndex

# A point farther than this from every road cannot be driven to.
FARTHEST_SNAP_M = 500.0
# So many pairs are measured at once, which takes 130 MB on the way; larger tables are put together from parts.
MOST_CELLS = 4_000_000


class PointOffRoadError(Exception):
    """A point is too far from every road of the network; the message says which point, and how far."""


@dataclass(frozen=True, slots=True)
class Drive:
    """The fastest way between two points: (lat, lon) along it, its time in seconds and its length in metres, and the
    names of the streets in the order in which they are driven along."""

    points: tuple[Point, ...]
    seconds: int
    metres: int
    streets: tuple[str, ...] = ()


class RoadNetwork:
    """A road graph ready to answer. Build one with :meth:`from_extract`; it does not change afterwards."""

    def __init__(self, graph: RoadGraph, rank: NDArray[np.uint32] | None = None) -> None:
        """Contract the graph (about a second for 100,000 arcs, or a tenth of one where the ``rank`` is known)."""
        self.graph = graph
        self.fastest = FastestWays(graph, rank)
        self.streets = StreetIndex(graph)
        self._remembered = RememberedPlaces(self.streets)
        self.arcs_of_piece: IntArray = np.full((graph.piece_count, 2), -1, np.int64)
        """The arcs along each piece: against the way it is drawn, and as it is drawn; -1 where there is none."""
        self.arcs_of_piece[graph.piece, graph.forward.astype(np.int64)] = np.arange(graph.arc_count)

    @classmethod
    def from_extract(cls, path: Path | str) -> RoadNetwork:
        """Build the network from an OSM extract. Raises :class:`dispatch.travel.graph.RoadDataError`."""
        return cls(build_graph(Path(path)))

    def snap(self, lat: float, lon: float) -> Snap:
        """The place on the road nearest to a point. Raises :class:`PointOffRoadError` beyond 500 m."""
        if not (-90 <= lat <= 90 and -180 <= lon <= 180):
            raise PointOffRoadError(f"({lat}, {lon}) is no point on Earth: latitude first, then longitude, in degrees")
        snap = self.streets.snap(lat, lon)
        if snap.metres > FARTHEST_SNAP_M:
            away = f"{snap.metres / 1000:.1f} km" if snap.metres >= 1000 else f"{snap.metres:.0f} m"
            raise PointOffRoadError(
                f"point ({lat:.6f}, {lon:.6f}) lies {away} from the nearest road; at most {FARTHEST_SNAP_M:.0f} m "
                "can be bridged. Is it inside the extract, and latitude first?"
            )
        return snap

    def places(self, points: Sequence[Point]) -> tuple[Places, BoolArray]:
        """The nearest places on the road, and whether they are near enough; a point that is none is not."""
        at = np.array(points, np.float64).reshape(-1, 2)
        on_earth = (np.abs(at[:, 0]) <= 90) & (np.abs(at[:, 1]) <= 180)  # not a number is on Earth neither
        at = np.where(on_earth[:, None], at, [self.graph.shape_lat[0], self.graph.shape_lon[0]])
        places = self._remembered.nearest(at)
        return places, on_earth & (places.metres <= FARTHEST_SNAP_M)

    def table(self, points: Sequence[Point]) -> tuple[IntMatrix, IntMatrix]:
        """Driving times (whole seconds) and distances (whole metres) from each point to each other, both int32.

        Points are (lat, lon). Directed; zero on the diagonal; the distance is that of the fastest way, not of the
        shortest; :data:`~dispatch.travel.ports.NO_WAY` between parts of the network that no way joins. Raises
        :class:`PointOffRoadError`, naming the point.
        """
        durations, distances = self.rectangle(points, points)
        np.fill_diagonal(durations, 0)
        np.fill_diagonal(distances, 0)
        return durations, distances

    def rectangle(
        self, starts: Sequence[Point], ends: Sequence[Point], speeds: Speeds = FREE
    ) -> tuple[IntMatrix, IntMatrix]:
        """Driving times and distances from each start (a row) to each end (a column), as :meth:`table` has them."""
        from_here = self._on_road(starts)
        return self.between(from_here, from_here if ends is starts else self._on_road(ends), speeds)

    def between(self, starts: Places, ends: Places, speeds: Speeds = FREE) -> tuple[IntMatrix, IntMatrix]:
        """As :meth:`rectangle`, for places on the roads."""
        rows = max(1, MOST_CELLS // max(1, len(ends)))
        if len(starts) > rows:
            parts = [starts.only(np.arange(at, min(at + rows, len(starts)))) for at in range(0, len(starts), rows)]
            tables = [self.between(part, ends, speeds) for part in parts]
            return np.concatenate([one for one, _ in tables]), np.concatenate([one for _, one in tables])
        weighed = self.fastest.under(speeds)
        costs = weighed.table(self._leaving(weighed, starts), self._reaching(weighed, ends))
        self._mend_same_street(weighed, starts, ends, costs)
        none = costs >= NO_WAY_COST // 2
        milliseconds, centimetres = unpacked(costs)
        durations = np.rint(milliseconds * (speeds.factor / 1000))
        distances = np.rint(centimetres / 100)
        durations[none] = distances[none] = NO_WAY
        return durations.astype(np.int32), distances.astype(np.int32)

    def route(self, start: Point, end: Point, speeds: Speeds = FREE) -> Drive:
        """The fastest way between two points (lat, lon), the very one that :meth:`table` measures.

        Raises :class:`PointOffRoadError`, and :class:`~dispatch.travel.ports.NoWay` where the points lie in parts of
        the network that no way joins.
        """
        places = self._on_road((start, end))
        if start == end:
            return Drive(((float(places.lat[0]), float(places.lon[0])),), 0, 0)
        a, b = places.only(np.array([0])), places.only(np.array([1]))
        durations, distances = self.between(a, b, speeds)
        if durations[0, 0] == NO_WAY:
            raise NoWay(
                f"no way leads from ({start[0]:.6f}, {start[1]:.6f}) to ({end[0]:.6f}, {end[1]:.6f}) on these roads"
            )
        arcs, first, last = self._path(self.fastest.under(speeds), a, b)
        points: list[Point] = []
        streets: list[str] = []
        for index, arc in enumerate(arcs):
            begin = first if index == 0 else 0.0
            until = last if index == len(arcs) - 1 else 1.0
            for point in self._stretch(arc, begin, until):
                if not points or point != points[-1]:
                    points.append(point)
            street = self.graph.street(arc)
            if street and street not in streets[-1:]:
                streets.append(street)
        return Drive(tuple(points), int(durations[0, 0]), int(distances[0, 0]), tuple(streets))

    def _on_road(self, points: Sequence[Point]) -> Places:
        places, found = self.places(points)
        if not found.all():
            self.snap(*points[int(found.argmin())])  # says what is wrong with it
        return places

    def _arcs(self, places: Places) -> tuple[NDArray[np.int64], IntArray, FloatArray]:
        """Of each place the arcs, two on a two-way street, for a car may turn round where it has parked: where those
        of each place begin, the arcs, and the share of each that lies before the place."""
        arcs = self.arcs_of_piece[places.piece][:, ::-1]
        shares = np.stack((places.share, 1 - places.share), axis=1)
        driven = arcs >= 0
        first = np.concatenate(([0], np.cumsum(driven.sum(axis=1))))
        return first, arcs[driven], shares[driven]

    def _leaving(self, weighed: Weighed, places: Places) -> Ends:
        """From places to the ends of their arcs: the rest of each arc is driven."""
        first, arcs, shares = self._arcs(places)
        return Ends(first, arcs.astype(np.uint32), self._rest(weighed, arcs, shares))

    def _reaching(self, weighed: Weighed, places: Places) -> Ends:
        """From the ends of their arcs back to places: the rest of each arc is not driven."""
        first, arcs, shares = self._arcs(places)
        return Ends(first, arcs.astype(np.uint32), -self._rest(weighed, arcs, shares))

    def _rest(self, weighed: Weighed, arcs: IntArray, shares: FloatArray) -> Costs:
        return packed((1 - shares) * weighed.arc_ms[arcs], (1 - shares) * self.graph.metres[arcs])

    def _mend_same_street(self, weighed: Weighed, starts: Places, ends: Places, costs: Costs) -> None:
        """Between places on one street piece, count ways by where on it they lie.

        The table goes from the end of an arc to the end of an arc, so to a place behind it would drive backwards. The
        way there leads round a block and back into the arc, or along the arc of the other direction.
        """
        order = np.argsort(ends.piece, kind="stable")
        low = np.searchsorted(ends.piece[order], starts.piece)
        high = np.searchsorted(ends.piece[order], starts.piece, side="right")
        rows = np.repeat(np.arange(len(starts)), high - low)
        within = np.arange(len(rows)) - np.repeat(np.cumsum(high - low) - (high - low), high - low)
        columns = order[np.repeat(low, high - low) + within]
        if not len(rows):
            return
        pieces, which = np.unique(starts.piece[rows], return_inverse=True)
        arcs = self.arcs_of_piece[pieces][:, ::-1]
        best = np.full(len(rows), NO_WAY_COST, np.int64)
        start_share = np.stack((starts.share[rows], 1 - starts.share[rows]))
        end_share = np.stack((ends.share[columns], 1 - ends.share[columns]))
        for out in (0, 1):
            for into in (0, 1):
                driven = (arcs[:, out] >= 0) & (arcs[:, into] >= 0)
                among = np.full(len(pieces), NO_WAY_COST, np.int64)
                if out == into:
                    among[driven] = weighed.round_the_block(arcs[driven, out])
                else:
                    among[driven] = weighed.pairs(Ends.at(arcs[driven, out]), Ends.at(arcs[driven, into]))
                ways = driven[which]
                a, b = start_share[out][ways], end_share[into][ways]
                middle = among[which][ways]
                if out == into:
                    middle = np.where(b >= a, 0, middle)
                total = (
                    middle
                    + self._rest(weighed, arcs[which[ways], out], a)
                    - self._rest(weighed, arcs[which[ways], into], b)
                )
                best[ways] = np.minimum(best[ways], np.where(middle >= NO_WAY_COST, NO_WAY_COST, total))
        costs[rows, columns] = best

    def _path(self, weighed: Weighed, start: Places, end: Places) -> tuple[list[int], float, float]:
        """The arcs of the fastest way, and the shares of the first and the last of them that lie before its ends."""
        _, out, before_start = self._arcs(start)
        _, into, before_end = self._arcs(end)
        if start.piece[0] != end.piece[0]:
            arcs = weighed.path(self._leaving(weighed, start), self._reaching(weighed, end))
        else:
            ways: list[tuple[int, list[int]]] = []
            for arc, a in zip(out.tolist(), before_start.tolist(), strict=True):
                for other, b in zip(into.tolist(), before_end.tolist(), strict=True):
                    if arc != other:
                        middle = weighed.path(Ends.at(np.array([arc])), Ends.at(np.array([other])))
                        cost = int(weighed.pairs(Ends.at(np.array([arc])), Ends.at(np.array([other])))[0])
                    elif b >= a:
                        middle, cost = [arc], 0
                    else:
                        middle = weighed.path_round_the_block(arc)
                        cost = int(weighed.round_the_block(np.array([arc]))[0])
                    ends = self._rest(weighed, np.array([arc, other]), np.array([a, b]))
                    ways.append((cost + int(ends[0]) - int(ends[1]), middle))
            arcs = min(ways)[1]
        first = float(before_start[out.tolist().index(arcs[0])])
        return arcs, first, float(before_end[into.tolist().index(arcs[-1])])

    def _stretch(self, arc: int, start: float, end: float) -> list[Point]:
        """The points along an arc between two shares of its length."""
        lat, lon = self.graph.arc_shape(arc)
        steps = np.hypot(np.diff(lat), np.diff(lon) * np.cos(np.radians(lat[:-1])))
        run = np.concatenate(([0.0], np.cumsum(steps)))
        run /= run[-1] or 1.0
        inner = (run > start) & (run < end)
        shares = np.concatenate(([start], run[inner], [end]))
        return list(zip(np.interp(shares, run, lat).tolist(), np.interp(shares, run, lon).tolist(), strict=True))
