"""A place more in a situation, with the ways between it and all others."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from dispatch.travel.cache import key_of
from dispatch.travel.ports import Point
from optimizer.domain import IntMatrix
from optimizer.invalid import InvalidInput
from scenarios.situation.situation import Place, Situation
from scenarios.situation.ways import NoWayThereError, metres_between

FARTHEST_KM = 50
"""A place farther than this from every other one lies in another region."""


def with_place(situation: Situation, at: Point, where: str) -> tuple[Situation, int]:
    """The situation with a place at a point (latitude and longitude in degrees), and its index among the places.

    Where a place lies there already it is that one. ``where`` names the point in an error. Raises
    :class:`InvalidInput` for a point that lies in another region or cannot be driven to, and where nobody knows any
    more how the ways of the situation were measured.
    """
    points = [(one.lat, one.lon) for one in situation.places]
    known = {key_of(point): number for number, point in enumerate(points)}
    if key_of(at) in known:
        return situation, known[key_of(at)]
    away, nearest = min((metres_between(at, points[site]), site) for site in situation.sites)
    told, name = f"{at[0]:g}, {at[1]:g}", situation.places[nearest].id
    if away > FARTHEST_KM * 1000:
        remedy = f'give a point within {FARTHEST_KM} km of a site, latitude first; the nearest site is "{name}"'
        raise InvalidInput(where, told, f"lies {away / 1000:.0f} km from every site", remedy)
    if situation.ways is None:
        remedy = f'name a place whose ways it knows: site = "{name}" lies {_said(away)} from there'
        raise InvalidInput(where, told, "is a place to which this situation knows no ways: it was taken", remedy)
    try:
        there = situation.ways.measured(points, [at])
        back = situation.ways.measured([at], points)
    except NoWayThereError as error:
        remedy = f'give a point beside a road; site = "{name}" lies {_said(away)} from there'
        raise InvalidInput(where, told, f"cannot be driven to: {error}", remedy) from None
    place = Place(f"base {told}", *at, situation.places[nearest].territory)
    seconds, metres = (
        _grown(table, to, fro)
        for table, to, fro in zip((situation.seconds, situation.metres), there, back, strict=True)
    )
    made = replace(situation, places=(*situation.places, place), seconds=seconds, metres=metres)
    return made, len(situation.places)


def _grown(table: IntMatrix, there: IntMatrix, back: IntMatrix) -> IntMatrix:
    """A row and a column more."""
    grown = np.zeros((len(table) + 1, len(table) + 1), np.int32)
    grown[:-1, :-1], grown[:-1, -1], grown[-1, :-1] = table, there[:, 0], back[0]
    return grown


def _said(metres: float) -> str:
    return f"{metres / 1000:.1f} km" if metres >= 1000 else f"{metres:.0f} m"
