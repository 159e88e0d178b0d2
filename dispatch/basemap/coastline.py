"""The sea, which no extract draws: only its shore, as lines with the land on their left.

An extract is cut out along a frame, so a shore may end at it. Lines are joined end to end; those that close are
islands (or, the other way round, bays without an opening); those that end at the frame are closed along it, with the
water on their right. (The rule of the sides: https://wiki.openstreetmap.org/wiki/Tag:natural%3Dcoastline.)
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

Point = tuple[float, float]
Ring = list[Point]
Bounds = tuple[float, float, float, float]


class Coast:
    """Collects the pieces of the shore."""

    def __init__(self) -> None:
        self._pieces: list[Ring] = []

    def add(self, piece: Sequence[Point]) -> None:
        """A way of the shore, as (longitude, latitude), with the land on its left."""
        if len(piece) > 1:
            self._pieces.append(list(piece))

    def sea(self, bounds: Bounds) -> Iterator[dict[str, Any]]:
        """The sea within the frame as GeoJSON polygons, with the islands as their holes."""
        lines = [clipped for joined in _joined(self._pieces) for clipped in _clipped(joined, bounds)]
        closed = [line for line in lines if line[0] == line[-1] and len(line) > 3]
        open_ended = [line for line in lines if line[0] != line[-1] and _at_the_frame(line, bounds)]
        islands = [ring for ring in closed if _area(ring) > 0]
        waters = [ring for ring in closed if _area(ring) < 0]
        waters += _closed_along_the_frame(open_ended, bounds)
        if not waters and islands:
            waters = [_corners(bounds)]
        for water in waters:
            holes = [island for island in islands if _holds(water, island[0])]
            yield {"type": "Polygon", "coordinates": [[list(point) for point in ring] for ring in (water, *holes)]}


def _joined(pieces: Sequence[Ring]) -> list[Ring]:
    """Pieces joined where one ends and another begins."""
    beginnings = {piece[0]: index for index, piece in enumerate(pieces)}
    ends = {piece[-1] for piece in pieces}
    used: set[int] = set()
    lines = []
    # First those that nothing leads to; what is left then are rings.
    order = sorted(range(len(pieces)), key=lambda index: pieces[index][0] in ends)
    for first in order:
        if first in used:
            continue
        line = [pieces[first][0]]
        following: int | None = first
        while following is not None and following not in used:
            used.add(following)
            line += pieces[following][1:]
            following = beginnings.get(line[-1])
        lines.append(line)
    return lines


def _clipped(line: Ring, bounds: Bounds) -> list[Ring]:
    """The parts of a line that lie within the frame (Liang and Barsky 1984, segment by segment)."""
    parts: list[Ring] = []
    part: Ring = []
    for begin, end in pairwise(line):
        inside = _segment_within(begin, end, bounds)
        if inside is None:
            continue
        if part and part[-1] == inside[0]:
            part.append(inside[1])
        else:
            part = [*inside]
            parts.append(part)
    # A ring that leaves the frame and comes back may have begun in the middle of a part.
    if len(parts) > 1 and parts[-1][-1] == parts[0][0]:
        parts[0] = parts.pop() + parts[0][1:]
    return parts


def _segment_within(begin: Point, end: Point, bounds: Bounds) -> tuple[Point, Point] | None:
    west, south, east, north = bounds
    (x, y), (dx, dy) = begin, (end[0] - begin[0], end[1] - begin[1])
    enters, leaves = 0.0, 1.0
    for step, room in ((-dx, x - west), (dx, east - x), (-dy, y - south), (dy, north - y)):
        if step == 0:
            if room < 0:
                return None
        elif step < 0:
            enters = max(enters, room / step)
        else:
            leaves = min(leaves, room / step)
    if enters >= leaves:
        return None
    first = begin if enters == 0 else (x + enters * dx, y + enters * dy)
    last = end if leaves == 1 else (x + leaves * dx, y + leaves * dy)
    return first, last


def _closed_along_the_frame(lines: list[Ring], bounds: Bounds) -> list[Ring]:
    """Rings around water: along a shore against its direction is land, so from its end the frame is followed clockwise
    to the next beginning of a shore.
    """
    left = dict(enumerate(lines))
    rings = []
    while left:
        first = min(left)
        ring = list(left[first])
        current = left.pop(first)
        while True:
            at = _along(current[-1], bounds)
            candidates = {first: lines[first], **left}
            following = min(candidates, key=lambda index: (_along(candidates[index][0], bounds) - at) % 4)
            ring += _corners_between(at, _along(candidates[following][0], bounds), bounds)
            if following == first:
                break
            current = left.pop(following)
            ring += current
        rings.append([*ring, ring[0]])
    return rings


def _along(point: Point, bounds: Bounds) -> float:
    """How far along the frame a point at it lies, clockwise from the south-west corner: 0 to 4, a side each."""
    west, south, east, north = bounds
    x = (point[0] - west) / (east - west)
    y = (point[1] - south) / (north - south)
    side = min(range(4), key=lambda one: (x, 1 - y, 1 - x, y)[one])
    return side + (y, x, 1 - y, 1 - x)[side]


def _corners_between(begin: float, end: float, bounds: Bounds) -> Ring:
    west, south, east, north = bounds
    corners = [(west, south), (west, north), (east, north), (east, south)]
    span = (end - begin) % 4
    passed = [step for step in range(int(begin) + 1, int(begin) + 5) if step - begin < span]
    return [corners[step % 4] for step in passed]


def _at_the_frame(line: Ring, bounds: Bounds) -> bool:
    """Whether a line begins and ends at the frame; what ends within it is a shore that the extract has lost."""
    west, south, east, north = bounds
    width, height = (east - west) * 1e-6, (north - south) * 1e-6
    return all(
        min(abs(x - west), abs(x - east)) <= width or min(abs(y - south), abs(y - north)) <= height
        for x, y in (line[0], line[-1])
    )


def _corners(bounds: Bounds) -> Ring:
    west, south, east, north = bounds
    return [(west, south), (west, north), (east, north), (east, south), (west, south)]


def _area(ring: Ring) -> float:
    """Twice the signed area: positive where the ring runs anticlockwise, with the land on its left inside."""
    return sum(x * after_y - after_x * y for (x, y), (after_x, after_y) in pairwise(ring))


def _holds(ring: Ring, point: Point) -> bool:
    """Whether a point lies within a ring, by the crossings of a ray to the east."""
    x, y = point
    inside = False
    for (x1, y1), (x2, y2) in pairwise(ring):
        if (y1 > y) != (y2 > y) and x < (x2 - x1) * (y - y1) / (y2 - y1) + x1:
            inside = not inside
    return inside
