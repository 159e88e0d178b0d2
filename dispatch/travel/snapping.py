"""Finding the street piece nearest to a point, exactly, and where along it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.spatial import cKDTree

from dispatch.travel.graph import EARTH_RADIUS_M, FloatArray, IntArray, RoadGraph, metres_between

# Lines are indexed by the midpoints of bits no longer than this, in metres.
BIT_M = 100.0


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


class StreetIndex:
    """All lines of a road graph, to be searched for the nearest."""

    def __init__(self, graph: RoadGraph) -> None:
        self._graph = graph
        ends = np.zeros(len(graph.shape_lat), bool)
        ends[graph.piece_start[1:] - 1] = True
        # Line i runs from shape point _from[i] to the next one.
        self._from: IntArray = np.flatnonzero(~ends)
        self._piece: IntArray = np.repeat(np.arange(graph.piece_count), np.diff(graph.piece_start) - 1)
        lat, lon = graph.shape_lat, graph.shape_lon
        lengths = metres_between(lat[self._from], lon[self._from], lat[self._from + 1], lon[self._from + 1])
        run = np.concatenate(([0.0], np.cumsum(lengths)))
        first_line = np.searchsorted(self._piece, np.arange(graph.piece_count))
        self._before: FloatArray = run[:-1] - run[first_line][self._piece]  # metres of its piece before each line
        self._length: FloatArray = lengths
        self._piece_length: FloatArray = np.add.reduceat(lengths, first_line)

        bits = np.maximum(1, np.ceil(lengths / BIT_M)).astype(np.int64)
        self._line_of_bit: IntArray = np.repeat(np.arange(len(bits)), bits)
        number = np.arange(len(self._line_of_bit)) - np.repeat(np.cumsum(bits) - bits, bits)
        share = (number + 0.5) / bits[self._line_of_bit]
        a = self._from[self._line_of_bit]
        self._squeeze = float(np.cos(np.radians((lat.min() + lat.max()) / 2)))
        self._bits = cKDTree(
            self._plane(lat[a] + share * (lat[a + 1] - lat[a]), lon[a] + share * (lon[a + 1] - lon[a]))
        )

    def _plane(self, lat: FloatArray, lon: FloatArray) -> FloatArray:
        """Degrees to metres on a plane that is true along the extract's middle parallel."""
        return np.asarray(np.radians(np.stack((lon * self._squeeze, lat), axis=-1)) * EARTH_RADIUS_M)

    def nearest(self, lat: float, lon: float) -> Snap:
        """The place on a street nearest to the point (degrees)."""
        point = self._plane(np.array(lat), np.array(lon))
        rough, _ = self._bits.query(point)
        # A line's nearest place is at most half a bit from the midpoint of the bit it lies in.
        bits = self._bits.query_ball_point(point, rough + BIT_M / 2 + 1)
        lines = np.unique(self._line_of_bit[bits])
        graph, a = self._graph, self._from[lines]
        start = self._plane(graph.shape_lat[a], graph.shape_lon[a])
        along = self._plane(graph.shape_lat[a + 1], graph.shape_lon[a + 1]) - start
        square = np.maximum((along**2).sum(axis=1), 1e-12)
        share = np.clip(((point - start) * along).sum(axis=1) / square, 0, 1)
        away = np.hypot(*(start + share[:, None] * along - point).T)
        best = int(away.argmin())
        line, part = int(lines[best]), float(share[best])
        origin, piece = int(self._from[line]), int(self._piece[line])
        on_lat = float(graph.shape_lat[origin] + part * (graph.shape_lat[origin + 1] - graph.shape_lat[origin]))
        on_lon = float(graph.shape_lon[origin] + part * (graph.shape_lon[origin + 1] - graph.shape_lon[origin]))
        length = float(self._piece_length[piece])
        return Snap(
            lat=on_lat,
            lon=on_lon,
            metres=float(metres_between(lat, lon, on_lat, on_lon)),
            street=graph.names[int(graph.piece_name[piece])],
            piece=piece,
            share=float(self._before[line] + part * self._length[line]) / length if length else 0.0,
        )
