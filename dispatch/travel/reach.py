"""Where one can be within so many minutes, on the roads in this process: an isochrone.

The land around is cut into square cells, at most :data:`CELLS` in each direction. A cell belongs to an area where the
road nearest to its middle, at most 500 m from it, is reached within the time in free traffic; the way from the road to
the middle is not counted. So an area is right to about the size of a cell, which is told with it, and what lies farther
than 500 m from every road belongs to none. How far the cells have to go is seen from a sample of junctions beforehand.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dispatch.travel.ports import NO_WAY, NoWay, Point
from dispatch.travel.roads import FARTHEST_SNAP_M, RoadNetwork

MOST_MINUTES = 120
CELLS = 96
_SAMPLE = 2000
_FASTEST = 36.2
"""Metres a second: 130 km/h, which nobody's way exceeds as the crow flies."""
_MARGIN = 500.0
_METRES_PER_DEGREE = 111_195.0

Mask = NDArray[np.bool_]
Corner = tuple[int, int]
"""Row and column of a corner of cells; rows go north, columns go east."""


def checked_minutes(minutes: Sequence[int]) -> list[int]:
    """The widest first, each once. Raises ValueError for minutes below 1 or above 120, and for none."""
    wanted = sorted(set(minutes), reverse=True)
    if not wanted or not all(1 <= one <= MOST_MINUTES for one in wanted):
        raise ValueError(f"minutes are 1 to {MOST_MINUTES}, not {list(minutes)}")
    return wanted


def isochrone(network: RoadNetwork, point: Point, minutes: Sequence[int]) -> dict[str, Any]:
    """A GeoJSON FeatureCollection (RFC 7946) of multipolygons with the properties ``minutes`` and ``cell_metres``, the
    widest area first. Raises :class:`NoWay` for a point off every road, and ValueError for minutes that are none.
    """
    wanted = checked_minutes(minutes)
    places, on_road = network.places([point])
    if not on_road[0]:
        raise NoWay("the point is off every road")
    start = float(places.lat[0]), float(places.lon[0])
    grid = _Grid.around(network, start, wanted[0] * 60)
    seconds = grid.seconds(network, start)
    features = []
    for one in wanted:
        mask = (seconds != NO_WAY) & (seconds <= one * 60)
        mask[grid.cell_of(start)] = True
        area = [[grid.ring(ring) for ring in polygon] for polygon in polygons(mask)]
        features.append(
            {
                "type": "Feature",
                "properties": {"minutes": one, "cell_metres": round(grid.cell)},
                "geometry": {"type": "MultiPolygon", "coordinates": area},
            }
        )
    return {"type": "FeatureCollection", "features": features}


class _Grid:
    """Square cells over a box. ``cell``: the side of one in metres."""

    def __init__(self, south: float, west: float, north: float, east: float) -> None:
        self.south, self.west = south, west
        shrink = math.cos(math.radians((south + north) / 2))
        height, width = (north - south) * _METRES_PER_DEGREE, (east - west) * _METRES_PER_DEGREE * shrink
        self.cell = max(height, width) / CELLS
        self.rows, self.columns = math.ceil(height / self.cell), math.ceil(width / self.cell)
        self.step_lat = self.cell / _METRES_PER_DEGREE
        self.step_lon = self.cell / (_METRES_PER_DEGREE * shrink)

    @classmethod
    def around(cls, network: RoadNetwork, start: Point, limit: int) -> _Grid:
        """Over what seems to be within so many seconds."""
        lat, lon = network.graph.node_lat, network.graph.node_lon
        shrink = max(0.01, math.cos(math.radians(start[0])))
        radius = limit * _FASTEST / _METRES_PER_DEGREE
        near = np.flatnonzero((np.abs(lat - start[0]) <= radius) & (np.abs(lon - start[1]) <= radius / shrink))
        near = near[:: max(1, -(-len(near) // _SAMPLE))]
        here, _ = network.places([start])
        seconds = network.between(here, network.streets.nearest(lat[near], lon[near]))[0][0]
        reached = near[(seconds != NO_WAY) & (seconds <= limit)]
        lats, lons = np.append(lat[reached], start[0]), np.append(lon[reached], start[1])
        # A tenth more on each side: the sample has not met the farthest junction.
        high = float(np.ptp(lats)) / 10 + _MARGIN / _METRES_PER_DEGREE
        wide = float(np.ptp(lons)) / 10 + _MARGIN / (_METRES_PER_DEGREE * shrink)
        south, north = float(lats.min()) - high, float(lats.max()) + high
        return cls(max(-90.0, south), float(lons.min()) - wide, min(90.0, north), float(lons.max()) + wide)

    def seconds(self, network: RoadNetwork, start: Point) -> NDArray[np.int32]:
        """From the start to the road at the middle of each cell; ``NO_WAY`` where there is none."""
        lat = self.south + (np.arange(self.rows) + 0.5) * self.step_lat
        lon = self.west + (np.arange(self.columns) + 0.5) * self.step_lon
        # Not through what remembers the places of points: nobody asks for these middles again.
        places = network.streets.nearest(np.repeat(lat, self.columns), np.tile(lon, self.rows))
        found = np.full(len(places), NO_WAY, np.int32)
        beside = np.flatnonzero(places.metres <= FARTHEST_SNAP_M)
        if len(beside):
            here, _ = network.places([start])
            found[beside] = network.between(here, places.only(beside))[0][0]
        return found.reshape(self.rows, self.columns)

    def cell_of(self, point: Point) -> Corner:
        """The cell in which a point lies."""
        row, column = int((point[0] - self.south) / self.step_lat), int((point[1] - self.west) / self.step_lon)
        return min(row, self.rows - 1), min(column, self.columns - 1)

    def ring(self, corners: Sequence[Corner]) -> list[list[float]]:
        """Corners as GeoJSON has them: longitude first, the first of them again at the end."""
        closed = [*corners, corners[0]]
        return [
            [round(self.west + column * self.step_lon, 6), round(self.south + row * self.step_lat, 6)]
            for row, column in closed
        ]


def polygons(mask: Mask) -> list[list[list[Corner]]]:
    """The areas that cells make which touch along a side: of each its outer ring, counter-clockwise, then its holes,
    clockwise. Rings are not closed, and have no corner in the middle of a straight side.
    """
    labels = _labels(mask)
    outer: dict[int, list[Corner]] = {}
    holes: dict[int, list[list[Corner]]] = {}
    for label, ring in _rings(mask, labels):
        if _doubled_area(ring) > 0:
            outer[label] = _straightened(ring)
        else:
            holes.setdefault(label, []).append(_straightened(ring))
    return [[ring, *holes.get(label, [])] for label, ring in sorted(outer.items())]


def _labels(mask: Mask) -> NDArray[np.int32]:
    """Each cell with the number of its area, counted from 1; 0 outside."""
    labels = np.zeros(mask.shape, np.int32)
    count = 0
    for first in zip(*(axis.tolist() for axis in np.nonzero(mask)), strict=True):
        if labels[first]:
            continue
        count += 1
        labels[first] = count
        waiting = deque([first])
        while waiting:
            row, column = waiting.popleft()
            for cell in ((row + 1, column), (row - 1, column), (row, column + 1), (row, column - 1)):
                inside = 0 <= cell[0] < mask.shape[0] and 0 <= cell[1] < mask.shape[1]
                if inside and mask[cell] and not labels[cell]:
                    labels[cell] = count
                    waiting.append(cell)
    return labels


def _rings(mask: Mask, labels: NDArray[np.int32]) -> list[tuple[int, list[Corner]]]:
    """The outlines, walked with the area to the left, each with the number of its area."""
    padded = np.pad(mask, 1)
    leaving: dict[Corner, list[tuple[Corner, int]]] = {}
    for row, column in zip(*(axis.tolist() for axis in np.nonzero(mask)), strict=True):
        label = int(labels[row, column])
        sides = (
            (padded[row, column + 1], (row, column), (row, column + 1)),  # nothing to the south: eastwards
            (padded[row + 1, column + 2], (row, column + 1), (row + 1, column + 1)),
            (padded[row + 2, column + 1], (row + 1, column + 1), (row + 1, column)),
            (padded[row + 1, column], (row + 1, column), (row, column)),
        )
        for beyond, start, end in sides:
            if not beyond:
                leaving.setdefault(start, []).append((end, label))
    rings = []
    while leaving:
        start, ways = next(iter(leaving.items()))
        end, label = ways[0]
        ring, at, came = [start], end, start
        _take(leaving, start, end)
        while at != start:
            ring.append(at)
            following = _rightmost(came, at, [to for to, of in leaving[at] if of == label])
            _take(leaving, at, following)
            came, at = at, following
        rings.append((label, ring))
    return rings


def _take(leaving: dict[Corner, list[tuple[Corner, int]]], start: Corner, end: Corner) -> None:
    left = [one for one in leaving[start] if one[0] != end]
    if left:
        leaving[start] = left
    else:
        del leaving[start]


def _rightmost(came: Corner, at: Corner, ends: Sequence[Corner]) -> Corner:
    """Where two cells of an area meet at a corner only, the outline goes over to the other one: so no ring touches
    itself, for the two sides of that corner are separated by the area.
    """
    north, east = at[0] - came[0], at[1] - came[1]
    return min(ends, key=lambda end: (end[0] - at[0]) * east - (end[1] - at[1]) * north)


def _doubled_area(ring: Sequence[Corner]) -> int:
    """Twice its area, below zero where it goes clockwise."""
    return sum(a[1] * b[0] - b[1] * a[0] for a, b in zip(ring, [*ring[1:], ring[0]], strict=True))


def _straightened(ring: list[Corner]) -> list[Corner]:
    around = zip([ring[-1], *ring[:-1]], ring, [*ring[1:], ring[0]], strict=True)
    return [at for came, at, to in around if (at[0] - came[0], at[1] - came[1]) != (to[0] - at[0], to[1] - at[1])]
