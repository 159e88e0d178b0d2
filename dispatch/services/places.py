"""Places: which territory a point lies in, and whether coordinates make sense."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from dispatch.services.complaints import Complaints
from dispatch.store.tables import Territory

Ring = Sequence[Sequence[float]]


def check_position(complaints: Complaints, values: Mapping[str, Any], lat: str = "lat", lon: str = "lon") -> None:
    """Note degrees that lie nowhere on earth."""
    for name, most, remedy in ((lat, 90, "degrees north, in WGS 84"), (lon, 180, "degrees east, in WGS 84")):
        value = values.get(name)
        if value is not None and not (math.isfinite(value) and -most <= value <= most):
            complaints.say(name, value, f"must lie between -{most} and {most}", remedy)


def territory_at(session: Session, lat: float, lon: float) -> str | None:
    """The territory whose boundary holds the point; the smallest where several do, None where none does."""
    drawn = session.execute(select(Territory.id, Territory.boundary).where(Territory.boundary.is_not(None)))
    holding = [(area(boundary), name) for name, boundary in drawn if boundary and contains(boundary, lat, lon)]
    return min(holding)[1] if holding else None


def contains(boundary: Mapping[str, Any], lat: float, lon: float) -> bool:
    """Whether a GeoJSON polygon (or several) holds the point. Even-odd: a hole in a polygon is outside."""
    return any(sum(_crosses(ring, lat, lon) for ring in polygon) % 2 for polygon in polygons(boundary))


def polygons(boundary: Mapping[str, Any]) -> list[list[Ring]]:
    """The rings of each polygon of a GeoJSON ``Polygon`` or ``MultiPolygon``: longitude first, as GeoJSON has it."""
    return [boundary["coordinates"]] if boundary["type"] == "Polygon" else list(boundary["coordinates"])


def area(boundary: Mapping[str, Any]) -> float:
    """The area in square degrees: enough to tell the smaller of two territories."""
    return sum(
        abs(_shoelace(polygon[0])) - sum(abs(_shoelace(ring)) for ring in polygon[1:]) for polygon in polygons(boundary)
    )


def _crosses(ring: Ring, lat: float, lon: float) -> int:
    """How many edges of the ring a ray from the point to the east crosses."""
    count = 0
    for (x1, y1, *_), (x2, y2, *_) in pairwise(ring):
        if (y1 > lat) != (y2 > lat) and lon < x1 + (lat - y1) / (y2 - y1) * (x2 - x1):
            count += 1
    return count


def _shoelace(ring: Ring) -> float:
    return sum(x1 * y2 - x2 * y1 for (x1, y1, *_), (x2, y2, *_) in pairwise(ring)) / 2
