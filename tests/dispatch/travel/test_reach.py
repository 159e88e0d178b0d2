"""What can be reached within a time, drawn as areas."""

from __future__ import annotations

import itertools
import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from dispatch.sample.city import EXTRACT
from dispatch.travel.breaker import Breaker
from dispatch.travel.embedded import EmbeddedRoads
from dispatch.travel.estimate import EstimateEngine
from dispatch.travel.falling_back import FallingBack
from dispatch.travel.ports import NO_WAY, EngineDown, NotOffered, NoWay, Point
from dispatch.travel.provider import EngineProvider
from dispatch.travel.reach import Corner, Mask, polygons
from dispatch.travel.roads import RoadNetwork
from tests.dispatch.travel.test_engine_provider import SEA, Engine

HERE: Point = (-29.9045, -71.2489)


@pytest.fixture(scope="module")
def roads() -> EmbeddedRoads:
    return EmbeddedRoads.from_network(RoadNetwork.from_extract(EXTRACT))


def inside(rings: list[list[list[float]]], lat: float, lon: float) -> bool:
    """Whether a ray from the point crosses the rings an odd number of times."""
    crossed = False
    for ring in rings:
        for (x1, y1), (x2, y2) in itertools.pairwise(ring):
            if (y1 > lat) != (y2 > lat) and lon < (x2 - x1) * (lat - y1) / (y2 - y1) + x1:
                crossed = not crossed
    return crossed


@given(arrays.arrays(np.bool_, st.tuples(st.integers(1, 7), st.integers(1, 7))))
def test_areas_cover_the_cells_and_nothing_else_and_no_ring_touches_itself(mask: Mask) -> None:
    found = polygons(mask)
    rings = [ring for area in found for ring in area]
    assert all(len(set(ring)) == len(ring) >= 4 for ring in rings)
    for outer, *holes in found:
        assert turned(outer) > 0
        assert all(turned(hole) < 0 for hole in holes)
    assert sum(turned(ring) for ring in rings) == 2 * int(mask.sum())
    closed = [[[float(column), float(row)] for row, column in (*ring, ring[0])] for ring in rings]
    covered = [[inside(closed, row + 0.5, column + 0.5) for column in range(mask.shape[1])] for row in range(len(mask))]
    assert covered == mask.tolist()


def turned(ring: list[Corner]) -> int:
    """Twice the area within, below zero where it goes clockwise."""
    return sum(a[1] * b[0] - b[1] * a[0] for a, b in zip(ring, [*ring[1:], ring[0]], strict=True))


def test_who_is_well_inside_gets_there_in_time_and_who_is_outside_does_not(roads: EmbeddedRoads) -> None:
    found = roads.isochrone(HERE, [5, 10, 5])
    assert [one["properties"]["minutes"] for one in found["features"]] == [10, 5]
    json.dumps(found)
    luck = np.random.default_rng(4)
    graph = roads.network.graph
    chosen = luck.choice(graph.node_count, 400, replace=False)
    points = list(zip(graph.node_lat[chosen].tolist(), graph.node_lon[chosen].tolist(), strict=True))
    seconds = roads.table([HERE], points).durations[0]
    for area in found["features"]:
        limit, cell = area["properties"]["minutes"] * 60, area["properties"]["cell_metres"]
        assert 10 < cell < 1000
        told = np.array([any(inside(rings, *point) for rings in area["geometry"]["coordinates"]) for point in points])
        driven = (seconds != NO_WAY) & (seconds <= limit)
        assert driven.any()
        assert not driven.all()
        sure = np.abs(seconds - limit) > 60
        assert (told == driven)[sure].mean() > 0.97
    wide, narrow = (area["geometry"]["coordinates"] for area in found["features"])
    assert any(inside(rings, *HERE) for rings in narrow)
    assert any(inside(rings, *HERE) for rings in wide)


def test_a_point_off_every_road_reaches_nothing_and_minutes_are_bounded(roads: EmbeddedRoads) -> None:
    with pytest.raises(NoWay):
        roads.isochrone(SEA, [5])
    for minutes in ([], [0], [121]):
        with pytest.raises(ValueError, match="minutes are 1 to 120"):
            roads.isochrone(HERE, minutes)


def test_the_first_engine_that_can_says_it_and_it_is_never_estimated(roads: EmbeddedRoads) -> None:
    estimate = EstimateEngine()
    chain = FallingBack([Engine(), roads], estimate)
    (area,) = EngineProvider(chain, estimate).isochrone(HERE, [5])["features"]
    assert area["properties"]["engine"] == "roads"
    for unable in (EngineProvider(FallingBack([Engine()], estimate), estimate), EngineProvider(estimate, estimate)):
        with pytest.raises(NotOffered):
            unable.isochrone(HERE, [5])


def test_an_engine_that_fails_at_it_is_left_alone_like_at_anything_else() -> None:
    class Failing(Engine):
        def isochrone(self, point: Point, minutes: list[int]) -> dict[str, object]:
            raise EngineDown(f"nothing within {max(minutes)} minutes of {len(point)} numbers")

    breaker = Breaker(Failing(), most_failures=1)
    with pytest.raises(EngineDown):
        FallingBack([breaker], EstimateEngine()).isochrone(HERE, [5])
    assert breaker.health().state == "down"
