"""Finding the street pieces nearest to points, exactly, and where along them."""

from __future__ import annotations

import threading
from dataclasses import dataclass, fields

import numpy as np
from scipy.spatial import cKDTree

from dispatch.travel.extract import ROAD_CLASSES
from dispatch.travel.graph import EARTH_RADIUS_M, FloatArray, IntArray, RoadGraph, metres_between

# Lines are indexed by the midpoints of bits no longer than this, in metres.
BIT_M = 100.0
# So many points are remembered with their places; 50,000 take 10 MB.
MOST_REMEMBERED = 50_000


@dataclass(frozen=True, slots=True)
class Snap:
    """Where a point meets the road: ``lat``, ``lon`` on the street ``street``, ``metres`` away from the point.

    ``piece`` is the street piece, ``share`` the part of its length (0 to 1) from its start, as drawn, to this place.
    """

    lat: float
    lon: float
    metres: float
    street: str
    piece: int
    share: float


@dataclass(frozen=True, eq=False)
class Places:
    """Places on the roads, in columns: the fields of :class:`Snap` without the street.

    ``line`` is the number of the straight line that the place lies on: it runs from the shape point of that number to
    the next one.
    """

    lat: FloatArray
    lon: FloatArray
    metres: FloatArray
    piece: IntArray
    share: FloatArray
    line: IntArray

    def __len__(self) -> int:
        return len(self.piece)

    def only(self, chosen: IntArray) -> Places:
        """Those of these positions, in this order."""
        return Places(*(getattr(self, field.name)[chosen] for field in fields(self)))

    def __add__(self, others: Places) -> Places:
        pairs = ((getattr(self, field.name), getattr(others, field.name)) for field in fields(self))
        return Places(*(np.concatenate(pair) for pair in pairs))


class StreetIndex:
    """All lines of a road graph, to be searched for the nearest."""

    def __init__(self, graph: RoadGraph) -> None:
        self._graph = graph
        ends = np.zeros(len(graph.shape_lat), bool)
        ends[graph.piece_start[1:] - 1] = True
        # Line i runs from shape point _from[i] to the next one. Nobody sets out from the middle of a ferry's way.
        self._from: IntArray = np.flatnonzero(~ends)
        self._piece: IntArray = np.repeat(np.arange(graph.piece_count), np.diff(graph.piece_start) - 1)
        ferries = graph.piece_class == ROAD_CLASSES.index("ferry")
        lat, lon = graph.shape_lat, graph.shape_lon
        lengths = metres_between(lat[self._from], lon[self._from], lat[self._from + 1], lon[self._from + 1])
        run = np.concatenate(([0.0], np.cumsum(lengths)))
        first_line = np.searchsorted(self._piece, np.arange(graph.piece_count))
        self._before: FloatArray = run[:-1] - run[first_line][self._piece]  # metres of its piece before each line
        self._length: FloatArray = lengths
        self._piece_length: FloatArray = np.add.reduceat(lengths, first_line)

        self._squeeze = float(np.cos(np.radians((lat.min() + lat.max()) / 2)))
        self._start = self._plane(lat[self._from], lon[self._from])
        self._along = self._plane(lat[self._from + 1], lon[self._from + 1]) - self._start
        self._square: FloatArray = np.maximum((self._along**2).sum(axis=1), 1e-12)

        bits = np.maximum(1, np.ceil(lengths / BIT_M)).astype(np.int64) * ~ferries[self._piece]
        self._line_of_bit: IntArray = np.repeat(np.arange(len(bits)), bits)
        number = np.arange(len(self._line_of_bit)) - np.repeat(np.cumsum(bits) - bits, bits)
        share = (number + 0.5) / bits[self._line_of_bit]
        self._bits = cKDTree(self._start[self._line_of_bit] + share[:, None] * self._along[self._line_of_bit])

    def _plane(self, lat: FloatArray, lon: FloatArray) -> FloatArray:
        """Degrees to metres on a plane that is true along the extract's middle parallel."""
        return np.asarray(np.radians(np.stack((lon * self._squeeze, lat), axis=-1)) * EARTH_RADIUS_M)

    def snap(self, lat: float, lon: float) -> Snap:
        """The place on a street nearest to the point (degrees)."""
        place = self.nearest(np.array([lat]), np.array([lon]))
        piece = int(place.piece[0])
        return Snap(
            lat=float(place.lat[0]),
            lon=float(place.lon[0]),
            metres=float(place.metres[0]),
            street=self._graph.names[int(self._graph.piece_name[piece])],
            piece=piece,
            share=float(place.share[0]),
        )

    def nearest(self, lat: FloatArray, lon: FloatArray) -> Places:
        """For each point (degrees), the place on a street nearest to it."""
        points = self._plane(lat, lon)
        rough, bit = self._bits.query(points)
        if not len(points):
            return self._places(points, lat, lon, np.zeros(0, np.int64), np.zeros(0, np.int64))
        # What is found roughly bounds how far the nearest can be; a line's nearest place is at most half a bit from
        # the midpoint of the bit it lies in.
        lines = self._line_of_bit[bit]
        bound = np.minimum(rough, self._away(points, np.arange(len(points)), lines)[0])
        owner, lines = self._lines_around(points, bound)
        away, _ = self._away(points, owner, lines)
        order = np.lexsort((lines, away, owner))
        first = np.searchsorted(owner[order], np.arange(len(points)))
        chosen = order[first]
        return self._places(points, lat, lon, owner[chosen], lines[chosen])

    def within(self, lat: FloatArray, lon: FloatArray, radius: FloatArray) -> tuple[IntArray, Places]:
        """For each point, the nearest place on each street piece within its radius (metres), the nearest first.

        The first of the two says to which point each place belongs; in the order of the points.
        """
        points = self._plane(lat, lon)
        owner, lines = self._lines_around(points, radius)
        away, _ = self._away(points, owner, lines)
        near = away <= radius[owner]
        owner, lines, away = owner[near], lines[near], away[near]
        order = np.lexsort((away, self._piece[lines], owner))
        owner, lines, away = owner[order], lines[order], away[order]
        piece = self._piece[lines]
        best = np.ones(len(owner), bool)
        best[1:] = (owner[1:] != owner[:-1]) | (piece[1:] != piece[:-1])
        owner, lines, away = owner[best], lines[best], away[best]
        order = np.lexsort((away, owner))
        owner, lines = owner[order], lines[order]
        return owner, self._places(points, lat, lon, owner, lines)

    def _lines_around(self, points: FloatArray, radius: FloatArray) -> tuple[IntArray, IntArray]:
        """Points and the lines that may come as near to them as the radius, each pair once."""
        bits = self._bits.query_ball_point(points, radius + BIT_M / 2 + 1)
        counts = np.fromiter((len(found) for found in bits), np.int64, len(points))
        flat = np.concatenate([np.zeros(0, np.int64), *(np.array(found, np.int64) for found in bits)])
        pairs = np.unique(np.repeat(np.arange(len(points)), counts) * len(self._from) + self._line_of_bit[flat])
        return pairs // len(self._from), pairs % len(self._from)

    def _away(self, points: FloatArray, owner: IntArray, lines: IntArray) -> tuple[FloatArray, FloatArray]:
        """How far each point is from a line (metres), and the share of the line at its nearest place."""
        offset = points[owner] - self._start[lines]
        share = np.clip((offset * self._along[lines]).sum(axis=1) / self._square[lines], 0, 1)
        return np.hypot(*(share[:, None] * self._along[lines] - offset).T), share

    def _places(self, points: FloatArray, lat: FloatArray, lon: FloatArray, owner: IntArray, lines: IntArray) -> Places:
        graph, origin, piece = self._graph, self._from[lines], self._piece[lines]
        _, part = self._away(points, owner, lines)
        on_lat = graph.shape_lat[origin] + part * (graph.shape_lat[origin + 1] - graph.shape_lat[origin])
        on_lon = graph.shape_lon[origin] + part * (graph.shape_lon[origin + 1] - graph.shape_lon[origin])
        length = self._piece_length[piece]
        return Places(
            lat=on_lat,
            lon=on_lon,
            metres=np.asarray(metres_between(lat[owner], lon[owner], on_lat, on_lon)),
            piece=piece,
            share=np.minimum((self._before[lines] + part * self._length[lines]) / np.maximum(length, 1e-9), 1.0),
            line=origin,
        )


class RememberedPlaces:
    """The nearest places of points, each looked for once: plans ask for the same points again and again. Safe among
    threads."""

    def __init__(self, streets: StreetIndex) -> None:
        self._streets = streets
        self._lock = threading.Lock()
        self._forget()

    def _forget(self) -> None:
        self._row: dict[tuple[float, float], int] = {}
        self._places = self._streets.nearest(np.zeros(0), np.zeros(0))

    def nearest(self, points: FloatArray) -> Places:
        """The place on a street nearest to each point: a row of latitude and longitude."""
        keys = [(lat, lon) for lat, lon in points.tolist()]
        with self._lock:
            if len(self._row) + len(keys) > MOST_REMEMBERED:
                self._forget()
            unseen = [key for key in dict.fromkeys(keys) if key not in self._row]
            if unseen:
                lat, lon = np.array(unseen).T
                self._row |= {key: len(self._row) + at for at, key in enumerate(unseen)}
                self._places = self._places + self._streets.nearest(lat, lon)
            return self._places.only(np.fromiter(map(self._row.__getitem__, keys), np.int64, len(keys)))
