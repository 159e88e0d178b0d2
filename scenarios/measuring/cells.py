"""Where promises are missed: so many a day in each cell of a grid over the places of a situation.

They stand among the figures of a replication under names of their own, so that they are kept, averaged and compared
pair by pair like every other figure. The grid is that of the places alone: alternatives with the same places share it.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping

from scenarios.measuring.kpis import Measured
from scenarios.situation.situation import Place, Situation

ACROSS = 14
"""So many cells lie along the longer side of the grid."""
_PREFIX = "missed@"


class Grid:
    """Squares, by their middles in degrees; as many as there are sites in."""

    def __init__(self, situation: Situation) -> None:
        places = [situation.places[site] for site in situation.sites]
        self._south, self._west = min(one.lat for one in places), min(one.lon for one in places)
        north, east = max(one.lat for one in places), max(one.lon for one in places)
        self._narrower = math.cos(math.radians((self._south + north) / 2))
        wide = (east - self._west) * self._narrower
        self._size = max(north - self._south, wide, 1e-4) / ACROSS * (1 + 1e-9)
        self.names = {site: self._name(situation.places[site]) for site in situation.sites}

    def _name(self, place: Place) -> str:
        row = int((place.lat - self._south) / self._size)
        column = int((place.lon - self._west) * self._narrower / self._size)
        lat = self._south + (row + 0.5) * self._size
        lon = self._west + (column + 0.5) * self._size / self._narrower
        return f"{_PREFIX}{lat:.4f},{lon:.4f}"


def missed_by_cell(measured: Measured) -> dict[str, float]:
    """Promises missed in each cell, a day: zero where there are sites and none was missed."""
    grid = Grid(measured.operation.situation)
    counts = dict.fromkeys(sorted(set(grid.names.values())), 0)
    for story in measured.stories:
        for promise, when, told in story.due_by(measured.end):
            missed = when > promise.at if when is not None else promise.at < told
            if missed and story.job.site in grid.names:
                counts[grid.names[story.job.site]] += 1
    return {name: count / measured.days for name, count in counts.items()}


def cells_in(figures: Iterable[Mapping[str, float | None]]) -> Iterator[tuple[str, float, float]]:
    """The cells that all of these replications tell of: their names, latitudes and longitudes."""
    several = list(figures)
    shared = set.intersection(*(set(one) for one in several)) if several else set()
    for name in sorted(one for one in shared if one.startswith(_PREFIX)):
        lat, lon = name.removeprefix(_PREFIX).split(",")
        yield name, float(lat), float(lon)
