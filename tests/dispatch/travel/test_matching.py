"""On which road a vehicle is, judged by noisy positions."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from benchmarks.roads.traces import random_traces
from dispatch.travel.embedded import EmbeddedRoads
from dispatch.travel.graph import metres_between
from dispatch.travel.ports import Fix
from dispatch.travel.roads import RoadNetwork
from tests.dispatch.travel.streets import place, street, write_town


def motorway(tmp_path: Path) -> EmbeddedRoads:
    """Two carriageways 20 m apart, eastwards in the south and westwards in the north, joined at both ends."""
    nodes = {1: (0.0, 0.0), 2: (2000.0, 0.0), 3: (2000.0, 20.0), 4: (0.0, 20.0)}
    ways = [
        ((1, 2), street(name="Eastwards", oneway="yes")),
        ((3, 4), street(name="Westwards", oneway="yes")),
        ((2, 3), street(name="Turn")),
        ((4, 1), street(name="Turn")),
    ]
    return EmbeddedRoads.from_network(RoadNetwork.from_extract(write_town(tmp_path / "way.osm.pbf", nodes, ways)))


def fix(at: float, east: float, north: float, heading: float | None = None, **more: float) -> Fix:
    lat, lon = place(east, north)
    return Fix(at, lat, lon, heading, **more)


def test_the_heading_tells_one_carriageway_from_the_other(tmp_path: Path) -> None:
    engine = motorway(tmp_path)
    for heading, street_name in ((90.0, "Eastwards"), (270.0, "Westwards")):
        found = engine.match([fix(0, 1000, 10, heading)])
        assert found is not None
        assert found.street == street_name
        assert found.heading == pytest.approx(heading, abs=0.1)
        assert found.confidence > 0.9
    unsure = engine.match([fix(0, 1000, 10)])
    assert unsure is not None
    assert unsure.confidence < 0.6


def test_a_phone_that_stands_still_does_not_know_its_heading(tmp_path: Path) -> None:
    found = motorway(tmp_path).match([fix(0, 1000, 10, 90.0, speed=0.3)])
    assert found is not None
    assert found.confidence < 0.6


def test_the_trace_tells_what_the_last_position_does_not(tmp_path: Path) -> None:
    engine = motorway(tmp_path)
    # At 10 m/s eastwards, each position nearer to the wrong carriageway.
    trace = [fix(10.0 * n, 500 + 100 * n, 11) for n in range(6)]
    found, alone = engine.match(trace), engine.match(trace[-1:])
    assert found is not None
    assert alone is not None
    assert (alone.street, found.street) == ("Westwards", "Eastwards")
    assert found.confidence > 0.95
    assert engine.match(trace[::-1]) == found, "the order in which positions arrive does not matter"


def test_there_is_no_road_around_and_nothing_to_match(tmp_path: Path) -> None:
    engine = motorway(tmp_path)
    assert engine.match([]) is None
    assert engine.match([fix(0, 1000, 0), fix(10, 1000, 900)]) is None
    assert engine.match([Fix(0, float("nan"), 0.0)]) is None
    assert engine.match_all([]) == []


def test_positions_between_which_nobody_can_drive_begin_anew(tmp_path: Path) -> None:
    engine = motorway(tmp_path)
    found = engine.match([fix(0, 100, 0, 90.0), fix(10, 1900, 0, 90.0)])
    assert found is not None
    assert found.street == "Eastwards"
    later = engine.match([fix(0, 100, 0, 90.0), fix(9000, 1900, 0, 90.0)])
    assert later is not None
    assert later.street == "Eastwards", "after hours, too"
    alone = engine.match([fix(9000, 1900, 0, 90.0)])
    assert alone is not None
    assert later.confidence == pytest.approx(alone.confidence), "the position of hours ago says nothing"


def test_far_from_the_road_it_is_doubtful_that_the_vehicle_is_on_it(tmp_path: Path) -> None:
    engine = motorway(tmp_path)
    on, off = (engine.match([fix(0, 1000, north, 90.0, accuracy=8.0)]) for north in (0, -30))
    assert on is not None
    assert off is not None
    assert on.confidence > 0.9
    assert off.confidence < 0.2


def test_noisy_drives_through_the_city_end_on_the_road_they_are_on(city: RoadNetwork) -> None:
    engine = EmbeddedRoads.from_network(city)
    traces = random_traces(city, 150, seed=4)
    found = engine.match_all([trace.fixes for trace in traces])
    assert found[:5] == [engine.match(trace.fixes) for trace in traces[:5]]
    right, sure, late = [], [], []
    for trace, end in zip(traces, found, strict=True):
        assert end is not None
        assert end.heading is not None
        away = float(metres_between(end.lat, end.lon, *trace.truth))
        right.append(away < 25 and abs((end.heading - trace.heading + 180) % 360 - 180) < 45)
        sure.append(end.confidence)
        times = engine.table([trace.truth, (end.lat, end.lon)], [trace.destination]).durations[:, 0]
        late.append(abs(int(times[0]) - int(times[1])) > 60)
    assert np.mean(right) > 0.95
    assert np.mean(late) <= 0.02
    assert all(0 <= confidence <= 1 for confidence in sure)
    # Who is sure is right at least as often as said.
    among = np.array(sure) > 0.9
    assert among.mean() > 0.4
    assert np.array(right)[among].mean() >= np.array(sure)[among].mean() - 0.02
