"""Seeing by positions that somebody has come to a place: a circle around it, and what happens inside.

One position inside is chance, a drive past the house: it takes one that stands still, or two in succession. A place
that was told of is not told of again until it has been left by a good distance.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from dispatch.travel.ports import Fix, Point
from optimizer.distance import geodesic

NEAR = 60.0
"""Metres from a place within which somebody is there, unless the operation says otherwise."""
STREET = 15.0
"""Metres besides: the van stands at the other side of the street, the pin on the roof of the house."""
LEFT = 200.0
"""Metres beyond the circle from which on somebody has left."""
STANDING = 2.0
"""Metres a second below which nobody drives."""
VAGUE = 150.0
"""Metres. A position that is less accurate says nothing about a place."""
ENOUGH = 2
"""So many positions in succession inside are no chance."""


@dataclass(frozen=True, slots=True)
class Nearness:
    """How somebody stands to a place: positions in succession inside, and when (epoch seconds) they were taken to have
    come; None: they have not, or have left again.
    """

    inside: int = 0
    come_at: float | None = None


def followed(before: Nearness, place: Point, fixes: Iterable[Fix], near: float = NEAR) -> tuple[Nearness, float | None]:
    """How they stand after these fixes, which are in order; and when they came, if it was now."""
    inside, come_at, came = before.inside, before.come_at, None
    for fix in fixes:
        if (fix.accuracy or 0) > VAGUE:
            continue
        _, metres = geodesic((fix.lat, fix.lon), place, 1, 1)
        reach = max(near, fix.accuracy or 0) + STREET
        if metres > reach:
            inside = 0
            if metres > reach + LEFT:
                come_at = None
            continue
        inside = min(inside + 1, ENOUGH)
        stands = fix.speed is not None and fix.speed < STANDING
        if come_at is None and (stands or inside == ENOUGH):
            come_at = came = fix.at
    return Nearness(inside, come_at), came
