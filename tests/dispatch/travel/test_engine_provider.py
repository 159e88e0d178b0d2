"""A provider: what engines know, what was measured before, and estimates for the rest, each saying what it is."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pytest

from dispatch.travel.cache import MatrixCache
from dispatch.travel.clusters import clusters
from dispatch.travel.crow import CrowFlight
from dispatch.travel.estimate import EstimateEngine
from dispatch.travel.falling_back import SURCHARGE
from dispatch.travel.ports import (
    FREE,
    NO_WAY,
    EngineDown,
    Fix,
    Leg,
    Measured,
    NoWay,
    OnRoad,
    Point,
    Snapped,
    Source,
    Speeds,
)
from dispatch.travel.provider import MOST_DENSE, EngineProvider, EstimatedTravel
from optimizer.distance import geodesic
from optimizer.domain import Geodesic, Matrix

ESTIMATE = EstimateEngine()
A, B, C, SEA = (-29.90, -71.25), (-29.95, -71.30), (-29.92, -71.26), (-29.9, -73.0)


class Engine:
    """Roads that take a second for each thousandth of a degree; off them in the sea; may be down."""

    name, version = "made up", "1"

    def __init__(self) -> None:
        self.down = False
        self.calls: list[tuple[int, int, str]] = []

    def table(self, starts: Sequence[Point], ends: Sequence[Point], speeds: Speeds = FREE) -> Measured:
        self.calls.append((len(starts), len(ends), speeds.slice))
        if self.down:
            raise EngineDown("made up is down")
        seconds = np.array([[self.seconds(a, b, speeds) for b in ends] for a in starts], np.int32)
        seconds = seconds.reshape(len(starts), len(ends))
        return Measured(seconds, seconds.copy(), np.full(seconds.shape, Source.ROAD, np.uint8))

    def seconds(self, a: Point, b: Point, speeds: Speeds = FREE) -> int:
        if SEA in (a, b):
            return NO_WAY
        slow = speeds.by_class.get("primary", 1.0)
        return round((abs(a[0] - b[0]) + 2 * abs(a[1] - b[1])) * 1000 * slow * speeds.factor) + 1

    def route(self, points: Sequence[Point], speeds: Speeds = FREE) -> tuple[Leg, ...]:
        if self.down:
            raise EngineDown("made up is down")
        if SEA in points:
            raise NoWay("into the sea")
        self.calls.append((len(points), 0, "route"))
        return tuple(Leg(1, 1, (a, b), Source.ROAD) for a, b in pairwise(points))

    def snap(self, points: Sequence[Point]) -> list[Snapped | None]:
        return [None if point == SEA else Snapped(*point, 1.0) for point in points]

    def match(self, trace: Sequence[Fix]) -> OnRoad | None:
        return None


def test_what_no_road_leads_to_is_estimated_and_says_so() -> None:
    found = EngineProvider(Engine(), ESTIMATE).measured([A, B, SEA])
    guess = ESTIMATE.table([A, B], [SEA])
    assert found.sources.tolist() == [[0, 0, 2], [0, 0, 2], [2, 2, 2]]
    assert found.durations[:2, 2].tolist() == guess.durations[:, 0].tolist()
    assert found.durations.diagonal().tolist() == [0, 0, 0]


def test_while_the_engine_is_down_what_is_known_is_used_and_the_rest_is_estimated_until_it_is_back() -> None:
    engine = Engine()
    provider = EngineProvider(engine, ESTIMATE, MatrixCache())
    provider.measured([A, B])
    engine.down = True
    degraded = provider.measured([A, B, C])
    assert degraded.sources[0, 1] == degraded.sources[1, 0] == Source.CACHED
    assert set(degraded.sources[2, :2].tolist()) == {Source.ESTIMATE}
    guess = ESTIMATE.table([C], [A])
    assert degraded.durations[2, 0] == round(int(guess.durations[0, 0]) * SURCHARGE)
    engine.down = False
    back = provider.measured([A, B, C])
    assert set(back.sources[2, :2].tolist()) == {Source.ROAD}
    assert set(provider.measured([A, B, C]).sources[2, :2].tolist()) == {Source.CACHED}


def test_where_somebody_is_just_now_is_measured_in_one_batch_and_not_remembered() -> None:
    engine, cache = Engine(), MatrixCache()
    provider = EngineProvider(engine, ESTIMATE, cache)
    provider.measured([A, B])
    engine.calls.clear()
    here = [(-29.91, -71.27), (-29.93, -71.28)]
    found = provider.measured([here[0], A, here[1], B], fleeting=[0, 2])
    assert engine.calls == [(2, 4, "free"), (2, 2, "free")]
    every = [here[0], A, here[1], B]
    assert found.durations.tolist() == [[0 if a == b else engine.seconds(a, b) for b in every] for a in every]
    assert found.sources[1, 3] == Source.CACHED
    assert found.sources[0, 1] == found.sources[1, 0] == Source.ROAD
    engine.calls.clear()
    provider.measured([here[0], A])
    assert engine.calls  # it was not known


def test_a_row_is_never_remembered() -> None:
    engine = Engine()
    provider = EngineProvider(engine, ESTIMATE, MatrixCache())
    for _ in range(2):
        assert provider.row(A, [B, C, SEA]).sources.tolist() == [[0, 0, 2]]
    assert engine.calls == [(1, 3, "free")] * 2


def test_a_slice_of_one_factor_is_free_traffic_multiplied_and_one_of_classes_is_measured_by_itself() -> None:
    engine = Engine()
    provider = EngineProvider(engine, ESTIMATE, MatrixCache())
    free = provider.measured([A, B]).durations[0, 1]
    assert provider.measured([A, B], speeds=Speeds("rush", 1.3)).durations[0, 1] == round(free * 1.3)
    assert len(engine.calls) == 1
    own = Speeds("rush", 1.1, {"primary": 2.0})
    expected = round(engine.seconds(A, B, Speeds("rush", 1.0, {"primary": 2.0})) * 1.1)
    assert provider.measured([A, B], speeds=own).durations[0, 1] == expected
    assert provider.measured([A, B], speeds=Speeds("another name", 1.0, {"primary": 2.0})).sources[0, 1] == 1
    assert len(engine.calls) == 2


def test_one_leg_that_nobody_can_drive_leaves_the_others_on_roads() -> None:
    legs = EngineProvider(Engine(), ESTIMATE).route([A, B, SEA, C, A])
    assert [leg.source for leg in legs] == [Source.ROAD, Source.ESTIMATE, Source.ESTIMATE, Source.ROAD]


def test_legs_that_are_drawn_again_are_not_asked_for_again_unless_they_were_estimated() -> None:
    engine = Engine()
    provider = EngineProvider(engine, ESTIMATE)
    first = provider.drawn([A, B, SEA, A])
    engine.calls.clear()
    again = provider.drawn([C, A, B, SEA, A])
    assert [leg.source for leg in first] == [Source.ROAD, Source.ESTIMATE, Source.ESTIMATE]
    assert [leg.source for leg in again] == [Source.ROAD, Source.CACHED, Source.ESTIMATE, Source.ESTIMATE]
    assert engine.calls == [(2, 0, "route")]


def test_among_very_many_points_far_clusters_are_only_estimated_from_one_to_another() -> None:
    engine = Engine()
    some = MOST_DENSE // 40 + 1
    points = [(lat + n * 1e-3, -71.25 + m * 1e-3) for lat in (-29.9, -33.4) for n in range(20) for m in range(some)]
    half = 20 * some
    found = EngineProvider(engine, ESTIMATE).measured(points)
    assert len(points) > MOST_DENSE
    assert sorted(call[:2] for call in engine.calls) == [(half, half)] * 2
    assert (found.sources[:half, half:] == Source.ESTIMATE).all()
    assert (found.sources[:half, :half] == Source.ROAD).all()
    assert found.durations[0, half] == ESTIMATE.table([points[0]], [points[half]]).durations[0, 0]


@pytest.mark.parametrize(("gap", "count"), [(20_000, 1), (70_000, 2)])
def test_a_chain_of_near_points_is_one_cluster(gap: float, count: int) -> None:
    chain = [(-30.0 + at * gap / 111_195, -71.0) for at in range(2)]
    assert len(clusters(chain)) == count
    assert sorted(one for some in clusters(chain) for one in some.tolist()) == [0, 1]


def test_a_point_off_every_road_is_so_far_off() -> None:
    assert EngineProvider(Engine(), ESTIMATE).metres_to_road([A, SEA]) == [1.0, None]


def test_the_plainest_estimate_is_that_of_the_planning_model() -> None:
    provider = EstimatedTravel(30, 1.2)
    assert provider.planned([A, B], speeds=Speeds("rush", 1.5)) == (Geodesic(20, 1.2), None)
    found = CrowFlight(30, 1.2).table([A, B], [B, C])
    for row, start in enumerate((A, B)):
        for column, end in enumerate((B, C)):
            cell = int(found.durations[row, column]), int(found.distances[row, column])
            assert cell == geodesic(start, end, 30, 1.2)
    table = EngineProvider(Engine(), ESTIMATE).table([A, B])
    assert isinstance(table, Matrix)
