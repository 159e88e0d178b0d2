"""The sea, from its shore: with the land on the left of every line."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from dispatch.basemap.coastline import Coast

FRAME = (0.0, 0.0, 10.0, 10.0)


def sea(*pieces: list[tuple[float, float]]) -> list[dict[str, Any]]:
    coast = Coast()
    for piece in pieces:
        coast.add(piece)
    return list(coast.sea(FRAME))


def area(polygon: dict[str, Any]) -> float:
    """Of its outer ring, less its holes."""

    def of_ring(ring: list[list[float]]) -> float:
        pairs = pairwise(ring)
        return abs(sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in pairs)) / 2

    outer, *holes = polygon["coordinates"]
    return of_ring(outer) - sum(of_ring(hole) for hole in holes)


def test_without_a_shore_there_is_no_sea() -> None:
    assert sea() == []


def test_a_shore_from_north_to_south_has_the_sea_in_the_west() -> None:
    # Going south, the land lies on the left: in the east.
    (water,) = sea([(4, 12), (4, -2)])
    assert area(water) == 40
    assert {tuple(point) for point in water["coordinates"][0]} == {(4, 10), (4, 0), (0, 0), (0, 10)}


def test_a_shore_in_pieces_is_joined_whatever_their_order() -> None:
    (water,) = sea([(4, 5), (4, -2)], [(4, 12), (4, 5)])
    assert area(water) == 40


def test_an_island_makes_everything_around_it_sea() -> None:
    (water,) = sea([(4, 4), (6, 4), (6, 6), (4, 6), (4, 4)])
    assert area(water) == 96
    assert len(water["coordinates"]) == 2


def test_an_island_before_a_coast_is_a_hole_in_its_sea() -> None:
    (water,) = sea([(4, 12), (4, -2)], [(1, 1), (2, 1), (2, 2), (1, 2), (1, 1)])
    assert area(water) == 39


def test_a_spit_of_land_between_two_seas_leaves_both() -> None:
    west, east = sorted(sea([(4, 12), (4, -2)], [(7, -2), (7, 12)]), key=lambda one: one["coordinates"][0][0][0])
    assert (area(west), area(east)) == (40, 30)


def test_a_shore_that_the_extract_has_lost_half_of_is_left_out() -> None:
    assert sea([(4, 12), (4, 5)]) == []
