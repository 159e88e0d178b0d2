"""Travel between any points: estimated, or measured on the roads once and remembered."""

from __future__ import annotations

import numpy as np

from dispatch.travel.provider import RoadTravel
from dispatch.travel.roads import RoadNetwork
from optimizer.distance import geodesic
from optimizer.domain import Matrix


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
