"""Valhalla over HTTP: tables in small tiles, ways, places, traces, and what can be reached in time."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
import pytest

from dispatch.travel.ports import NO_WAY, EngineDown, EngineNonsense, Fix, NoWay, Point, Source, Speeds
from dispatch.travel.valhalla import ValhallaEngine
from tests.dispatch.travel.faulty import DOWN, NONSENSE, Faulty
from tests.dispatch.travel.osrm_protocol import somewhere, way
from tests.dispatch.travel.valhalla_protocol import ValhallaWorld

FAR = (0.0, 0.0)
ISLAND = (-29.75, -71.3)
HERE, THERE = (-29.9, -71.25), (-29.95, -71.26)
ELSEWHERE = {"elsewhere"}
"""Valhalla's tables name no places."""


@pytest.fixture
def world() -> ValhallaWorld:
    return ValhallaWorld()


@pytest.fixture
def server(world: ValhallaWorld) -> Iterator[Faulty]:
    with Faulty(world.answer) as server:
        yield server


@pytest.fixture
def engine(server: Faulty) -> Iterator[ValhallaEngine]:
    engine = ValhallaEngine(server.url)
    yield engine
    engine.close()


def _expected(starts: list[Point], ends: list[Point]) -> list[list[int]]:
    return [[NO_WAY if (one := way(start, end)) is None else round(one[0]) for end in ends] for start in starts]


def test_a_table_is_asked_for_in_tiles_of_fifty_by_fifty(engine: ValhallaEngine, server: Faulty) -> None:
    starts, ends = [somewhere(at) for at in range(60)], [somewhere(at) for at in range(30, 85)]
    measured = engine.table(starts, ends)
    assert measured.durations.tolist() == _expected(starts, ends)
    assert (measured.sources == Source.ROAD).all()
    assert server.count("sources_to_targets") == 4
    assert server.count("locate") == 2


def test_points_off_the_roads_are_left_out_so_that_the_others_are_answered(
    engine: ValhallaEngine, server: Faulty
) -> None:
    points = [HERE, FAR, (91.0, 0.0), THERE]
    durations = engine.table(points, points).durations
    assert durations[[0, 3]][:, [0, 3]].tolist() == _expected([HERE, THERE], [HERE, THERE])
    assert (durations[1:3] == NO_WAY).all()
    assert (durations[:, 1:3] == NO_WAY).all()
    engine.table(points, points)
    assert server.count("locate") == 1


@pytest.mark.parametrize("refuses", [False, True], ids=["nothing in the cell", "the whole table refused"])
def test_where_no_way_leads_there_is_none(engine: ValhallaEngine, world: ValhallaWorld, refuses: bool) -> None:
    world.refuses_islands = refuses
    points = [somewhere(1), ISLAND, somewhere(2), somewhere(3)]
    assert engine.table(points, points).durations.tolist() == _expected(points, points)


def test_slices_of_time_multiply_what_free_traffic_takes(engine: ValhallaEngine) -> None:
    free = engine.table([HERE, ISLAND], [THERE]).durations
    slow = engine.table([HERE, ISLAND], [THERE], Speeds("rush", 1.5)).durations
    assert slow.tolist() == np.where(free == NO_WAY, NO_WAY, np.rint(free * 1.5)).tolist()


@pytest.mark.parametrize("fault", sorted(DOWN))
def test_a_server_that_fails_is_down(world: ValhallaWorld, fault: str) -> None:
    with Faulty(world.answer) as server:
        engine = ValhallaEngine(server.url, timeout=0.25)
        server.fault, server.only = fault, "locate"
        with pytest.raises(EngineDown, match=r"^Valhalla at 127\.0\.0\.1:\d+ "):
            engine.table([HERE], [THERE])
        engine.close()


@pytest.mark.parametrize("fault", sorted(set(NONSENSE) - ELSEWHERE))
def test_an_answer_that_cannot_be_is_nonsense(engine: ValhallaEngine, server: Faulty, fault: str) -> None:
    server.fault, server.only = fault, "sources_to_targets"
    with pytest.raises(EngineNonsense, match=r"^Valhalla at 127\.0\.0\.1:\d+ "):
        engine.table([HERE, THERE], [THERE, HERE])


@pytest.mark.parametrize("service", ["locate", "route"])
@pytest.mark.parametrize("fault", ["another object", "html", "a list"])
def test_so_is_one_about_places_and_ways(engine: ValhallaEngine, server: Faulty, service: str, fault: str) -> None:
    server.fault, server.only = fault, service
    with pytest.raises(EngineNonsense):
        engine.route([HERE, THERE])


def test_a_route_takes_what_the_table_says_and_goes_through_its_stops(engine: ValhallaEngine, server: Faulty) -> None:
    stops = [somewhere(at) for at in range(45)]
    legs = engine.route(stops, Speeds("rush", 2.0))
    durations = engine.table(stops, stops).durations
    assert [leg.seconds for leg in legs] == pytest.approx([2 * durations[at, at + 1] for at in range(44)], abs=1)
    assert [(leg.points[0], leg.points[-1]) for leg in legs] == list(pairwise(stops))
    assert server.count("route") == 3


@pytest.mark.parametrize("other", [FAR, ISLAND, (95.0, 0.0)], ids=["off the roads", "no bridge", "not on Earth"])
def test_where_no_way_leads_a_route_says_so(engine: ValhallaEngine, other: Point) -> None:
    with pytest.raises(NoWay):
        engine.route([HERE, other])


def test_points_are_snapped_to_the_nearest_of_their_roads(engine: ValhallaEngine) -> None:
    here, far = engine.snap([HERE, FAR])
    assert here is not None
    assert (here.lat, here.lon, here.street) == (*HERE, "Straight Street")
    assert here.metres == pytest.approx(0, abs=0.1)
    assert far is None


def test_a_trace_is_matched(engine: ValhallaEngine, server: Faulty) -> None:
    trace = [Fix(1000.5 + 10 * at, -29.9, -71.3 + 0.001 * at, 90.0, 8.0 + at, 9.0) for at in range(5)]
    matched = engine.match(trace)
    assert matched is not None
    assert (matched.lat, matched.lon) == pytest.approx((trace[-1].lat, trace[-1].lon))
    assert (matched.heading, matched.street, matched.confidence) == (90.0, "Straight Street", 0.8)
    assert [one["time"] for one in server.asked[-1].body["shape"]] == [1000, 1010, 1020, 1030, 1040]
    assert server.asked[-1].body["trace_options"] == {"gps_accuracy": 10.0}


def test_a_trace_off_every_road_is_nowhere(engine: ValhallaEngine) -> None:
    assert engine.match([]) is None
    assert engine.match([Fix(1.0, *FAR), Fix(20.0, 0.0, 0.1)]) is None
    assert engine.match([Fix(1.0, *HERE), Fix(20.0, *FAR)]) is None
    assert engine.match([Fix(1.0, *FAR)]) is None
    assert engine.match([Fix(1.0, *HERE)]) is not None


def test_a_match_without_a_number_for_its_confidence_is_nonsense(engine: ValhallaEngine, world: ValhallaWorld) -> None:
    world.confidence = "much"
    with pytest.raises(EngineNonsense):
        engine.match([Fix(1.0, *HERE), Fix(20.0, *THERE)])


def test_what_can_be_reached_in_time_is_geojson_with_the_widest_area_first(
    engine: ValhallaEngine, server: Faulty
) -> None:
    found = engine.isochrone(HERE, [5, 30, 10, 15, 20, 5])
    assert found["type"] == "FeatureCollection"
    assert [one["properties"] for one in found["features"]] == [{"minutes": one} for one in (30, 20, 15, 10, 5)]
    assert {one["geometry"]["type"] for one in found["features"]} == {"Polygon"}
    assert server.count("isochrone") == 2
    with pytest.raises(NoWay):
        engine.isochrone(FAR, [5])
    for minutes in ([], [0], [121]):
        with pytest.raises(ValueError, match="minutes are 1 to 120"):
            engine.isochrone(HERE, minutes)


@pytest.mark.parametrize(
    "geometry",
    [
        {"type": "Point", "coordinates": [1, 2]},
        {"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [0, 0]]]},
        {"type": "Polygon", "coordinates": [[[0, 0], [500, 1], [1, 1], [0, 0]]]},
        {"type": "Polygon"},
        None,
    ],
    ids=["a point", "too few corners", "not on Earth", "no corners", "nothing"],
)
def test_an_area_that_is_none_is_nonsense(
    engine: ValhallaEngine, server: Faulty, world: ValhallaWorld, geometry: object
) -> None:
    def wrong(asked: object) -> tuple[int, object]:
        status, document = world.answer(asked)  # type: ignore[arg-type]
        if isinstance(document, dict):
            document["features"][0]["geometry"] = geometry
        return status, document

    server.answer = wrong  # type: ignore[assignment]
    with pytest.raises(EngineNonsense):
        engine.isochrone(HERE, [5])


def test_the_version_is_that_of_the_tiles_and_survives_that_the_server_is_down(
    server: Faulty, world: ValhallaWorld, engine: ValhallaEngine
) -> None:
    first = engine.version
    server.fault = "error"
    assert engine.version == first
    server.fault = None
    world.tiles += 1
    newer = ValhallaEngine(server.url)
    assert newer.version != first
    newer.close()
