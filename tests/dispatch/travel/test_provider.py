"""Travel between any points: estimated, or measured on the roads once and remembered."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from dispatch.sample.city import EXTRACT
from dispatch.settings import Settings
from dispatch.travel.cache import IntMatrix, PairCache, Point
from dispatch.travel.provider import EstimatedTravel, RoadTravel, provider_for
from dispatch.travel.roads import RoadNetwork
from optimizer.distance import geodesic
from optimizer.domain import Geodesic, Matrix

points = st.tuples(st.integers(0, 30), st.integers(0, 30)).map(lambda p: (float(p[0]), float(p[1])))


class Counted:
    """Measures made-up ways, and counts how many."""

    def __init__(self) -> None:
        self.pairs = 0

    def __call__(self, starts: Sequence[Point], ends: Sequence[Point]) -> tuple[IntMatrix, IntMatrix]:
        self.pairs += len(starts) * len(ends)
        seconds = np.array([[self.seconds(a, b) for b in ends] for a in starts], np.int32)
        seconds = seconds.reshape(len(starts), len(ends))
        return seconds, seconds * 10

    @staticmethod
    def seconds(a: Point, b: Point) -> int:
        return int(a[0] * 1000 + a[1] * 100 + b[0] * 10 + b[1])


@given(st.lists(st.lists(points, max_size=8), max_size=12), st.integers(4, 20))
def test_the_cache_answers_what_measuring_would_however_little_it_keeps(asked: list[list[Point]], most: int) -> None:
    cache = PairCache(Counted(), most)
    largest = 0
    for wanted in asked:
        largest = max(largest, len(set(wanted)))
        seconds, metres = cache.table(wanted)
        expected = [[0 if a == b else Counted.seconds(a, b) for b in wanted] for a in wanted]
        assert seconds.tolist() == expected
        assert metres.tolist() == [[10 * one for one in row] for row in expected]
        assert len(cache) <= max(most, largest)


def test_only_ways_from_and_to_new_points_are_measured() -> None:
    measure = Counted()
    cache = PairCache(measure)
    cache.table([(1.0, 1.0), (2.0, 2.0), (3.0, 3.0)])
    before = measure.pairs
    cache.table([(1.0, 1.0), (4.0, 4.0), (2.0, 2.0), (3.0, 3.0)])
    assert measure.pairs - before == 4 + 3  # from the new one to all four, and to it from the three that were known
    cache.table([(4.0, 4.0), (2.000001, 2.0)])  # a tenth of a metre is no new point
    assert measure.pairs - before == 7


def test_threads_share_one_cache() -> None:
    cache = PairCache(Counted(), 12)
    asked = [[(float(n % 7), float(m)) for m in range(n % 5)] for n in range(60)]
    with ThreadPoolExecutor(8) as pool:
        for wanted, (seconds, _) in zip(asked, pool.map(cache.table, asked), strict=True):
            assert seconds.tolist() == [[0 if a == b else Counted.seconds(a, b) for b in wanted] for a in wanted]


def test_ways_on_the_roads_are_those_of_the_network_whatever_was_asked_before(city: RoadNetwork) -> None:
    travel = RoadTravel(city)
    here = [(-29.9045, -71.2489), (-29.9533, -71.3436), (-29.9302, -71.2601)]
    travel.table(here[:1])
    table = travel.table(here)
    assert isinstance(table, Matrix)
    durations, distances = city.table(here)
    assert np.array_equal(table.durations, durations)
    assert np.array_equal(table.distances, distances)


def test_a_point_off_every_road_is_reached_as_the_crow_flies(city: RoadNetwork) -> None:
    near, sea = (-29.9045, -71.2489), (-29.9, -71.9)
    table = RoadTravel(city, speed_kmh=40, detour=1.3).table([near, sea])
    assert isinstance(table, Matrix)
    assert table.distances is not None
    assert (int(table.durations[0, 1]), int(table.distances[0, 1])) == geodesic(near, sea, 40, 1.3)


def test_an_installation_without_a_region_estimates() -> None:
    provider = provider_for(Settings(travel_speed_kmh=30, travel_detour=1.2))
    assert isinstance(provider, EstimatedTravel)
    assert provider.table([]) == Geodesic(30, 1.2)


def test_an_installation_with_a_region_drives_on_its_roads() -> None:
    assert provider_for(Settings(region=EXTRACT)).name == "roads"
