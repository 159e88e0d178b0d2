"""OSRM over HTTP: the same answers however they are asked for, and no answer at all rather than a wrong one."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs

import numpy as np
import pytest

from dispatch.travel import osrm
from dispatch.travel.breaker import Breaker
from dispatch.travel.estimate import EstimateEngine
from dispatch.travel.falling_back import FallingBack
from dispatch.travel.osrm import OsrmEngine
from dispatch.travel.ports import NO_WAY, EngineDown, EngineError, EngineNonsense, Fix, NoWay, Point, Source, Speeds
from tests.dispatch.travel.faulty import DOWN, NONSENSE, Asked, Faulty
from tests.dispatch.travel.osrm_protocol import OsrmWorld, crow, somewhere, way

FAR = (0.0, 0.0)
ISLAND = (-29.75, -71.3)
HERE, THERE = (-29.9, -71.25), (-29.95, -71.26)


@pytest.fixture
def world() -> OsrmWorld:
    return OsrmWorld()


@pytest.fixture
def server(world: OsrmWorld) -> Iterator[Faulty]:
    with Faulty(world.answer) as server:
        yield server


@pytest.fixture
def engine(server: Faulty) -> Iterator[OsrmEngine]:
    engine = OsrmEngine(server.url)
    yield engine
    engine.close()


@pytest.fixture
def hasty(server: Faulty) -> Iterator[OsrmEngine]:
    """Waits for a quarter of a second and no more."""
    engine = OsrmEngine(server.url, timeout=0.25)
    yield engine
    engine.close()


def _expected(starts: list[Point], ends: list[Point]) -> list[list[int]]:
    return [[NO_WAY if (one := way(start, end)) is None else round(one[0]) for end in ends] for start in starts]


# Tables ---------------------------------------------------------------------------------------------------------------


def test_a_table_holds_seconds_and_metres_of_roads_from_each_start_to_each_end(engine: OsrmEngine) -> None:
    starts, ends = [somewhere(1), somewhere(2)], [somewhere(3), somewhere(1), somewhere(4)]
    measured = engine.table(starts, ends)
    assert measured.durations.tolist() == _expected(starts, ends)
    assert measured.distances[0, 0] == round(crow(starts[0], ends[0]) * 1.4)
    assert measured.durations.dtype == measured.distances.dtype == np.int32
    assert (measured.sources == Source.ROAD).all()


def test_one_point_alone_makes_a_table(engine: OsrmEngine) -> None:
    assert engine.table([HERE], [HERE]).durations.tolist() == [[0]]


def test_a_table_without_points_asks_nobody(engine: OsrmEngine, server: Faulty) -> None:
    assert engine.table([], [HERE]).durations.shape == (0, 1)
    assert not server.asked


def test_where_no_way_leads_there_is_none(engine: OsrmEngine) -> None:
    durations = engine.table([HERE, ISLAND], [HERE, ISLAND]).durations
    assert durations.tolist() == [[0, NO_WAY], [NO_WAY, 0]]


def test_a_point_off_every_road_has_no_way_though_the_server_finds_one(engine: OsrmEngine, server: Faulty) -> None:
    points = [HERE, FAR, (91.0, 0.0), (float("nan"), 0.0), THERE]
    measured = engine.table(points, points)
    assert measured.durations[[0, 4]][:, [0, 4]].tolist() == _expected([HERE, THERE], [HERE, THERE])
    assert (measured.durations[1:4] == NO_WAY).all()
    assert (measured.durations[:, 1:4] == NO_WAY).all()
    assert (measured.distances[1:4] == NO_WAY).all()
    assert server.count("table") == 1


def test_a_server_that_refuses_all_for_one_point_is_asked_without_it(engine: OsrmEngine, world: OsrmWorld) -> None:
    world.radius = 300
    measured = engine.table([HERE, FAR], [THERE, FAR])
    assert measured.durations.tolist() == [[*_expected([HERE], [THERE])[0], NO_WAY], [NO_WAY, NO_WAY]]


def test_slices_of_time_multiply_what_free_traffic_takes(engine: OsrmEngine) -> None:
    free = engine.table([HERE, ISLAND], [THERE]).durations
    slow = engine.table([HERE, ISLAND], [THERE], Speeds("rush", 1.5)).durations
    assert slow.tolist() == [[round(free[0, 0] * 1.5)], [NO_WAY]]


def test_a_short_question_is_put_as_get_and_a_long_one_as_post(engine: OsrmEngine, server: Faulty) -> None:
    few, many = [somewhere(at) for at in range(5)], [somewhere(at) for at in range(1500)]
    assert engine.table(few, few).durations.tolist() == _expected(few, few)
    assert engine.table(few, many).durations.tolist() == _expected(few, many)
    assert [asked.method for asked in server.asked] == ["GET", "POST"]
    assert all(len(asked.path) + len(asked.query) < osrm.LONGEST_ADDRESS for asked in server.asked)


def test_a_server_without_post_is_asked_in_tiles_and_tried_only_once(
    engine: OsrmEngine, server: Faulty, world: OsrmWorld
) -> None:
    world.takes_post = False
    points = [somewhere(at) for at in range(1500)]
    for _ in range(2):
        assert engine.table(points[:5], points).durations.tolist() == _expected(points[:5], points)
    assert [asked.method for asked in server.asked].count("POST") == 1
    assert all(len(asked.path) + len(asked.query) < osrm.LONGEST_ADDRESS + 10 for asked in server.asked)


def test_a_server_with_a_small_limit_is_asked_in_tiles_and_the_limit_is_learnt(
    engine: OsrmEngine, server: Faulty, world: OsrmWorld
) -> None:
    world.most_cells = 30
    starts, ends = [somewhere(at) for at in range(11)], [somewhere(at) for at in range(40, 53)]
    assert engine.table(starts, ends).durations.tolist() == _expected(starts, ends)
    before = len(server.asked)
    assert engine.table(starts, ends).durations.tolist() == _expected(starts, ends)
    assert len(server.asked) - before <= 16  # no attempt that is too large


def test_what_came_before_a_tile_failed_is_kept(
    server: Faulty, world: OsrmWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.most_cells = 30
    points = [somewhere(number) for number in range(10)]
    whole_engine, engine = OsrmEngine(server.url), OsrmEngine(server.url, timeout=0.3)
    expected = whole_engine.table(points, points)
    engine.table(points, points)  # it knows how large a tile may be
    passed = server.count("table")
    tiles = iter([None, None, None])
    monkeypatch.setattr(server, "next_fault", lambda _: next(tiles, "error"))
    found = FallingBack([engine], EstimateEngine()).table(points, points, Speeds("slow", 2.0))
    assert server.count("table") > passed
    on_road = found.sources == Source.ROAD
    assert 0 < on_road.sum() < on_road.size
    assert found.durations[on_road].tolist() == (2 * expected.durations)[on_road].tolist()
    engine.close()
    whole_engine.close()


def test_what_came_of_the_small_question_of_a_probe_is_not_taken_for_the_great_one(
    server: Faulty, monkeypatch: pytest.MonkeyPatch
) -> None:
    points = [somewhere(number) for number in range(20)]
    engine = OsrmEngine(server.url, timeout=0.3)
    breaker = Breaker(engine, most_failures=1, rest=0.0, longest_rest=0.0)
    chain = FallingBack([breaker], EstimateEngine())
    monkeypatch.setattr(server, "next_fault", lambda _: "error")
    for _ in range(3):  # the first brings it down, the others try a small question first
        found = chain.table(points, points)
        assert (found.sources == Source.ESTIMATE).all()
    assert breaker.health().state == "down"
    engine.close()


def test_no_tile_has_more_than_500_starts(engine: OsrmEngine, server: Faulty) -> None:
    points = [somewhere(at) for at in range(1100)]
    durations = engine.table(points, [HERE]).durations
    assert durations.tolist() == _expected(points, [HERE])
    assert [_starts(asked) for asked in server.asked] == [275, 275, 275, 275]


def _starts(asked: Asked) -> int:
    return len(asked.body["sources"] if asked.body else parse_qs(asked.query)["sources"][0].split(";"))


@pytest.mark.parametrize("fault", sorted(DOWN))
def test_a_server_that_fails_is_down(hasty: OsrmEngine, server: Faulty, fault: str) -> None:
    server.fault = fault
    with pytest.raises(EngineDown, match=r"^OSRM at 127\.0\.0\.1:\d+ "):
        hasty.table([HERE], [THERE])


@pytest.mark.parametrize("fault", sorted(NONSENSE))
def test_an_answer_that_cannot_be_is_nonsense(engine: OsrmEngine, server: Faulty, fault: str) -> None:
    server.fault = fault
    with pytest.raises(EngineNonsense, match=r"^OSRM at 127\.0\.0\.1:\d+ "):
        engine.table([HERE, THERE], [THERE, HERE])


def test_a_server_that_is_not_there_is_down(world: OsrmWorld) -> None:
    with Faulty(world.answer) as gone:
        url = gone.url
    engine = OsrmEngine(url)
    with pytest.raises(EngineDown, match="cannot be reached"):
        engine.table([HERE], [THERE])
    engine.close()


@pytest.mark.parametrize("fault", ["broken", "overloaded", "reset", "too many"])
def test_what_passes_at_once_is_tried_again(engine: OsrmEngine, server: Faulty, fault: str) -> None:
    server.faults = [fault, fault]
    assert engine.table([HERE], [THERE]).durations.tolist() == _expected([HERE], [THERE])
    assert server.count("table") == 3


def test_messages_name_no_places(hasty: OsrmEngine, server: Faulty) -> None:
    for fault in sorted({**DOWN, **NONSENSE}):
        server.fault = fault
        with pytest.raises(EngineError) as told:
            hasty.table([HERE, THERE], [THERE, HERE])
        assert not re.search(r"29\.9|71\.2|" + re.escape(server.asked[-1].path[10:]), str(told.value)), fault


def test_an_address_that_is_none_is_refused_with_the_reason() -> None:
    for url in ("localhost:5000", "ftp://somewhere", "http://"):
        with pytest.raises(ValueError, match="has to begin with http"):
            OsrmEngine(url)


def test_tenths_of_a_metre_less_than_nothing_are_nothing(engine: OsrmEngine, server: Faulty, world: OsrmWorld) -> None:
    def almost(asked: object) -> tuple[int, object]:
        status, document = world.answer(asked)  # type: ignore[arg-type]
        document["distances"] = [[-0.6]]
        return status, document

    server.answer = almost
    assert engine.table([HERE], [HERE]).distances.tolist() == [[0]]


# Ways -----------------------------------------------------------------------------------------------------------------


def test_a_route_takes_what_the_table_says_and_goes_through_its_stops(engine: OsrmEngine) -> None:
    stops = [somewhere(at) for at in range(5)]
    legs = engine.route(stops)
    table = engine.table(stops, stops)
    assert [leg.seconds for leg in legs] == [int(table.durations[at, at + 1]) for at in range(4)]
    assert [leg.metres for leg in legs] == [int(table.distances[at, at + 1]) for at in range(4)]
    assert [leg.points[0] for leg in legs] == stops[:-1]
    assert [leg.points[-1] for leg in legs] == stops[1:]
    assert {len(leg.points) for leg in legs} == {3}
    assert {leg.source for leg in legs} == {Source.ROAD}


def test_a_long_route_is_asked_for_in_parts_that_join(engine: OsrmEngine, server: Faulty) -> None:
    stops = [somewhere(at) for at in range(230)]
    legs = engine.route(stops, Speeds("rush", 1.2))
    assert len(legs) == 229
    assert server.count("route") == 3
    assert all(a.points[-1] == b.points[0] for a, b in itertools.pairwise(legs))


@pytest.mark.parametrize("other", [FAR, ISLAND, (95.0, 0.0)], ids=["off the roads", "no bridge", "not on Earth"])
def test_where_no_way_leads_a_route_says_so(engine: OsrmEngine, other: Point) -> None:
    with pytest.raises(NoWay):
        engine.route([HERE, other])


@pytest.mark.parametrize("fault", ["another object", "html", "elsewhere"])
def test_a_route_that_cannot_be_is_nonsense(engine: OsrmEngine, server: Faulty, fault: str) -> None:
    server.fault = fault
    with pytest.raises(EngineNonsense):
        engine.route([HERE, THERE])


# Places and traces ----------------------------------------------------------------------------------------------------


def test_points_are_snapped_once_and_those_too_far_away_not_at_all(engine: OsrmEngine, server: Faulty) -> None:
    points = [somewhere(at) for at in range(9)]
    snapped = engine.snap([*points, FAR, (91.0, 0.0), points[0]])
    assert [snap and (snap.lat, snap.lon) for snap in snapped] == [*points, None, None, points[0]]
    assert snapped[0] is not None
    assert snapped[0].street == "Straight Street"
    assert server.count("nearest") == 10
    engine.snap([*points, FAR])
    assert server.count("nearest") == 10


def test_the_points_of_a_table_are_snapped_already(engine: OsrmEngine, server: Faulty) -> None:
    engine.table([HERE, FAR], [THERE])
    assert [snap is not None for snap in engine.snap([HERE, FAR, THERE])] == [True, False, True]
    assert server.count("nearest") == 0


@pytest.mark.parametrize("fault", ["error", "reset", "slow"])
def test_snapping_many_points_ends_with_the_first_failure(hasty: OsrmEngine, server: Faulty, fault: str) -> None:
    server.fault = fault
    with pytest.raises(EngineDown):
        hasty.snap([somewhere(at) for at in range(300)])
    assert len(server.asked) < 100


def _trace(count: int, *, speed: float | None = 9.0, every: float = 10) -> list[Fix]:
    """Driving east."""
    return [Fix(1000 + every * at, -29.9, -71.3 + 0.001 * at, 90.0, 8.0, speed) for at in range(count)]


def test_a_trace_is_matched_with_its_times_headings_and_accuracies(engine: OsrmEngine, server: Faulty) -> None:
    trace = _trace(4)
    matched = engine.match(trace)
    assert matched is not None
    assert (matched.lat, matched.lon) == pytest.approx((trace[-1].lat, trace[-1].lon))
    assert matched.heading == pytest.approx(90, abs=1)
    assert (matched.street, matched.confidence) == ("Straight Street", 0.9)
    query = server.asked[-1].query
    assert "timestamps=1000;1010;1020;1030" in query
    assert "radiuses=8;8;8;8" in query
    assert "bearings=90,45;90,45;90,45;90,45" in query


def test_a_phone_that_hardly_moves_does_not_know_where_it_heads(engine: OsrmEngine, server: Faulty) -> None:
    assert engine.match(_trace(3, speed=1.0)) is not None
    assert "bearings" not in server.asked[-1].query


def test_fixes_that_crowd_are_thinned_and_only_the_last_ones_count(engine: OsrmEngine, server: Faulty) -> None:
    assert engine.match(_trace(180, every=1)) is not None
    times = [int(one) for one in re.findall(r"timestamps=([\d;]+)", server.asked[-1].query)[0].split(";")]
    assert times[-1] == 1179
    assert all(later - earlier >= 5 for earlier, later in itertools.pairwise(times))
    assert len(times) == 36


def test_headings_that_rule_out_every_road_are_left_out(engine: OsrmEngine, world: OsrmWorld, server: Faulty) -> None:
    world.refuses_bearings = True
    assert engine.match(_trace(3)) is not None
    assert server.count("match") == 2


def test_a_trace_off_every_road_is_nowhere(engine: OsrmEngine) -> None:
    assert engine.match([]) is None
    assert engine.match([Fix(1.0, *FAR), Fix(20.0, 0.0, 0.1)]) is None
    assert engine.match([Fix(1.0, *HERE), Fix(20.0, *FAR)]) is None
    assert engine.match([Fix(1.0, *FAR)]) is None


def test_a_single_fix_is_put_on_the_nearest_road(engine: OsrmEngine) -> None:
    matched = engine.match([Fix(1.0, *HERE, heading=10.0)])
    assert matched is not None
    assert (matched.lat, matched.lon, matched.heading) == (*HERE, None)


# Versions -------------------------------------------------------------------------------------------------------------


def test_the_version_changes_with_the_data_of_the_server(engine: OsrmEngine, world: OsrmWorld) -> None:
    first = engine.version
    assert engine.version == first
    engine.table([HERE], [THERE])
    assert engine.version == first
    world.data_version = "second"
    engine.table([HERE], [THERE])
    assert engine.version != first


def test_a_version_that_was_configured_is_the_same_at_another_address() -> None:
    here, there, other = (
        OsrmEngine(url, data=data)
        for url, data in (("http://127.0.0.1:1", "a"), ("http://127.0.0.1:2", "a"), ("http://127.0.0.1:1", "b"))
    )
    assert here.version == there.version != other.version
    for engine in (here, there, other):
        engine.close()


def test_a_server_that_is_down_at_the_start_has_the_version_it_had_before(world: OsrmWorld, tmp_path: Path) -> None:
    kept = tmp_path / "kept" / "osrm"
    with Faulty(world.answer) as server:
        before = OsrmEngine(server.url, kept_version=kept)
        version = before.version
        before.close()
    down, forgetful = OsrmEngine(server.url, kept_version=kept), OsrmEngine(server.url)
    assert down.version == version
    assert forgetful.version != version
    down.close()
    forgetful.close()
