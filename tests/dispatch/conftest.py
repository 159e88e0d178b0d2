"""What several tests of the dispatch side look at: the sample city's roads, a day in it, and a plan for that day."""

from __future__ import annotations

import pytest

from dispatch.report.geometry import Geometry, road_geometry
from dispatch.sample.city import EXTRACT, sample_day
from dispatch.travel.roads import RoadNetwork
from optimizer.domain import Problem
from optimizer.solve import Result, solve


@pytest.fixture(scope="session")
def city() -> RoadNetwork:
    return RoadNetwork.from_extract(EXTRACT)


@pytest.fixture(scope="session")
def day(city: RoadNetwork) -> Problem:
    return sample_day(seed=3, network=city)


@pytest.fixture(scope="session")
def planned(day: Problem) -> Result:
    """A plan as a short search leaves it: good enough to read, with visits late and left out."""
    return solve(day, iterations=300, seed=1)


@pytest.fixture(scope="session")
def drawn(day: Problem, planned: Result, city: RoadNetwork) -> Geometry:
    return road_geometry(day, planned.plan, city)
