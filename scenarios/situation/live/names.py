"""What people and places are called in a situation that was taken from a live store, so that it names nobody.

Technicians become T01, T02 … in the order of their names, visits go by the numbers of their jobs, and a place is told
to about a hundred metres: the ways between places are measured from where they really are.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from dispatch.store.tables import Technician, Territory
from dispatch.travel.cache import key_of
from dispatch.travel.ports import Point
from dispatch.travel.provider import TravelProvider
from optimizer.domain import IntMatrix
from scenarios.situation.situation import Place

NOWHERE = "elsewhere"
"""The territory of what lies in none."""
_COARSE = 3
"""Decimals of degrees: about a hundred metres."""
_NUDGE = 1e-4


class Names:
    """The names of everybody and of every territory, and ids of the store → what the situation calls them."""

    def __init__(self, session: Session) -> None:
        rows = session.scalars(select(Technician).order_by(Technician.name, Technician.id)).all()
        self.rows: Mapping[str, Technician] = {row.id: row for row in rows}
        width = max(2, len(str(len(rows))))
        self.technicians = {row.id: f"T{number:0{width}d}" for number, row in enumerate(rows, 1)}
        self._territories = {row.id: row.name for row in session.scalars(select(Territory))}
        self._on_day: Counter[str] = Counter()
        self.shifts: dict[str, str] = {}
        self.visits: dict[tuple[str, int], str] = {}

    def territory(self, territory_id: str | None) -> str:
        """Its name."""
        return self._territories.get(territory_id or "", NOWHERE)

    def people(self, ids: Iterable[str]) -> tuple[str, ...]:
        """These technicians, without those that there are no more."""
        return tuple(self.technicians[one] for one in ids if one in self.technicians)

    def shift(self, shift_id: str, technician_id: str, date: dt.date) -> str:
        """A shift's name: whose it is and on which day, numbered where there are several."""
        plain = f"{self.technicians[technician_id]}/{date:%y%m%d}"
        self._on_day[plain] += 1
        name = self.shifts[shift_id] = plain if self._on_day[plain] == 1 else f"{plain}.{self._on_day[plain]}"
        return name


class Places:
    """Places as they turn up, each once."""

    def __init__(self) -> None:
        self._points: list[Point] = []
        self._territories: list[str] = []
        self._at: dict[tuple[str, str], int] = {}

    def index(self, kind: str, name: str, point: Point, territory: str) -> int:
        """The place of a base or a site, by the id of whose it is."""
        if (kind, name) not in self._at:
            self._at[kind, name] = len(self._points)
            self._points.append(point)
            self._territories.append(territory)
        return self._at[kind, name]

    def measured(self, travel: TravelProvider) -> tuple[tuple[Place, ...], IntMatrix, IntMatrix]:
        """All of them, with the seconds and metres between them in free traffic."""
        table = travel.measured(self._points)
        taken: set[tuple[float, float]] = set()
        places = []
        for number, (point, territory) in enumerate(zip(self._points, self._territories, strict=True)):
            lat, lon = _coarse(point, taken)
            places.append(Place(f"P{number:04d}", lat, lon, territory))
        return tuple(places), table.durations.astype(np.int32), table.distances.astype(np.int32)

    def __len__(self) -> int:
        return len(self._points)


def _coarse(point: Point, taken: set[Point]) -> Point:
    """The point to about a hundred metres, and a little beside where another one lies there already."""
    lat, lon = (round(value, _COARSE) for value in point)
    while key_of((lat, lon)) in taken:
        lon = round(lon + _NUDGE, 4)
    taken.add(key_of((lat, lon)))
    return lat, lon


def seconds(instant: dt.datetime) -> int:
    """Whole seconds since the epoch."""
    return int(instant.timestamp())


def most_common(values: Sequence[object]) -> object:
    """The value that stands there most often; the first of equals."""
    return max(dict.fromkeys(values), key=values.count)
