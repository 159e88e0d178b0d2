"""A map of the difference: where more promises are missed than before, and where fewer. It loads no tiles: places alone
say where they are.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from scenarios.measuring.cells import cells_in
from scenarios.measuring.intervals import Interval
from scenarios.running import Outcome

WIDTH, MARGIN, LARGEST = 460, 24, 20.0
"""In pixels: the picture, its edge, and the radius of the largest difference."""
_NOTHING = 1e-9
_ROOM = 7
"""The radius from which on a circle has room for its sign: colours alone say nothing to some."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A place in degrees, and how many more promises are missed there a day."""

    lat: float
    lon: float
    change: Interval

    @property
    def mean(self) -> float:
        """How many more; below zero: fewer."""
        return self.change.mean or 0.0


def changes_by_place(outcome: Outcome, alternative: str) -> list[Cell]:
    """The difference of an alternative to the first one, everywhere."""
    first = outcome.alternatives[0]
    told = [*outcome.figures[first], *outcome.figures[alternative]]
    return [Cell(lat, lon, outcome.change(alternative, name)) for name, lat, lon in cells_in(told)]


def difference_map(cells: Sequence[Cell], said: str) -> str:
    """The picture; empty where nothing differs anywhere. ``said`` is what a screen reader says instead."""
    most = max((abs(one.mean) for one in cells), default=0.0)
    if most <= _NOTHING:
        return ""
    south, north = min(one.lat for one in cells), max(one.lat for one in cells)
    west, east = min(one.lon for one in cells), max(one.lon for one in cells)
    narrower = math.cos(math.radians((south + north) / 2))
    extent = max(north - south, (east - west) * narrower, 1e-6)
    scale = (WIDTH - 2 * MARGIN) / extent
    width = round((east - west) * narrower * scale + 2 * MARGIN)
    height = round((north - south) * scale + 2 * MARGIN)

    def circle(one: Cell) -> str:
        x, y = MARGIN + (one.lon - west) * narrower * scale, MARGIN + (north - one.lat) * scale
        at = f'cx="{x:.1f}" cy="{y:.1f}"'
        if abs(one.mean) <= _NOTHING:
            return f'<circle class="place" {at} r="3"/>'
        word, sign = ("more", "+") if one.mean > 0 else ("fewer", "−")
        sure = "" if one.change.tells else " unsure"
        radius = max(2.5, LARGEST * math.sqrt(abs(one.mean) / most))
        mark = f'<text class="sign{sure}" x="{x:.1f}" y="{y + 5:.1f}">{sign}</text>' if radius > _ROOM else ""
        return f'<circle class="{word}{sure}" {at} r="{radius:.1f}"/>{mark}'

    # The largest lie below, so that none hides a smaller one.
    drawn = "".join(circle(one) for one in sorted(cells, key=lambda one: -abs(one.mean)))
    size = f'width="{width}" height="{height}" viewBox="0 0 {width} {height}"'
    return f'<svg class="map" role="img" aria-label="{said}" {size}>{drawn}</svg>'
