"""What stands on the road and what is forbidden, on small towns."""

from __future__ import annotations

from pathlib import Path

import pytest

from dispatch.travel import graph as graphs
from dispatch.travel.car import carries_cars, delays, driving_speeds, ferry_seconds
from dispatch.travel.graph import RoadGraph, build_graph
from dispatch.travel.ports import NO_WAY, NoWay, Speeds
from dispatch.travel.roads import RoadNetwork
from tests.dispatch.travel.streets import BLOCK, place, street, write_town

#        North (4)
#          |
# West 1 - 2 - 3 East, and a way round from 3 to 4 and from 4 to 1
CROSSING = {1: (-200.0, 0.0), 2: (0.0, 0.0), 3: (200.0, 0.0), 4: (0.0, 200.0)}
STREETS = [
    ((1, 2), street(name="West")),
    ((2, 3), street(name="East")),
    ((2, 4), street(name="North")),
    ((3, 4), street(name="Back")),
    ((4, 1), street(name="Home")),
]
WEST, EAST, NORTH = 1, 2, 3


def turns(graph: RoadGraph) -> set[tuple[str, str]]:
    pairs = zip(graph.turn_from.tolist(), graph.turn_to.tolist(), strict=True)
    at_the_crossing = ((a, b) for a, b in pairs if graph.node_ref[graph.head[a]] == 2)
    return {(graph.street(a), graph.street(b)) for a, b in at_the_crossing}


@pytest.mark.parametrize(
    ("kind", "gone"),
    [
        ("no_left_turn", {("West", "North")}),
        ("only_left_turn", {("West", "East")}),
        ("turn_left_if_you_like", set()),
    ],
)
def test_forbidden_turns_are_not_driven(tmp_path: Path, kind: str, gone: set[tuple[str, str]]) -> None:
    free = turns(build_graph(write_town(tmp_path / "free.osm.pbf", CROSSING, STREETS)))
    ruled = write_town(tmp_path / "ruled.osm.pbf", CROSSING, STREETS, restrictions=[(kind, WEST, 2, NORTH)])
    assert free - turns(build_graph(ruled)) == gone


def test_a_turn_that_must_be_taken_into_nothing_forbids_nothing(tmp_path: Path) -> None:
    rule = ("only_straight_on", WEST, 2, 99)
    town = write_town(tmp_path / "town.osm.pbf", CROSSING, STREETS, restrictions=[rule])
    assert ("West", "East") in turns(build_graph(town))


def test_nobody_drives_through_a_bollard_but_up_to_it_from_both_sides(tmp_path: Path) -> None:
    nodes = BLOCK | {5: (50.0, 0.0)}
    ways = [((1, 5, 2), street(name="South")), ((2, 3, 4, 1), street(name="Round"))]
    open_town = RoadNetwork.from_extract(write_town(tmp_path / "open.osm.pbf", nodes, ways))
    shut = write_town(tmp_path / "shut.osm.pbf", nodes, ways, {5: {"barrier": "bollard"}})
    west, east = place(40, 0), place(60, 0)
    assert open_town.route(west, east).metres == 20
    assert RoadNetwork.from_extract(shut).route(west, east).metres == 40 + 300 + 40


@pytest.mark.parametrize(
    ("tags", "lost"),
    [
        ({"highway": "traffic_signals"}, (2, 2)),
        ({"highway": "traffic_signals", "traffic_signals:direction": "forward"}, (2, 0)),
        ({"highway": "stop", "direction": "backward"}, (0, 2)),
        ({"highway": "give_way"}, (1, 1)),
        ({"barrier": "gate"}, (60, 60)),
        ({"barrier": "gate", "access": "yes"}, (0, 0)),
        ({"highway": "crossing"}, (0, 0)),
    ],
)
def test_what_stands_on_the_road_costs_time(tags: dict[str, str], lost: tuple[float, float]) -> None:
    assert delays(tags) == lost


def test_a_signal_between_junctions_and_one_at_a_junction_each_count_once(tmp_path: Path) -> None:
    nodes = BLOCK | {5: (50.0, 0.0)}
    ways = [((1, 5, 2), street(name="South")), ((2, 3, 4, 1), street(name="Round"))]
    signal = {"highway": "traffic_signals"}
    free = RoadNetwork.from_extract(write_town(tmp_path / "free.osm.pbf", nodes, ways))
    lit = RoadNetwork.from_extract(write_town(tmp_path / "lit.osm.pbf", nodes, ways, {5: signal, 2: signal}))
    a, b, c = place(10, 0), place(90, 0), place(100, 10)
    assert lit.route(b, c).seconds - free.route(b, c).seconds == 2
    # The time of an arc is spread along it, so from a to b is 80 of 100 metres and as much of the delay.
    assert lit.route(a, c).seconds - free.route(a, c).seconds == pytest.approx(3.8, abs=0.51)


def test_each_direction_has_its_own_limit() -> None:
    tags = {"highway": "secondary", "maxspeed": "50", "maxspeed:forward": "70"}
    assert driving_speeds(tags) == (56, 40)
    assert driving_speeds(tags | {"surface": "cobblestone"}) == (30, 30)


def test_nobody_drives_through_a_private_street_but_everybody_reaches_its_houses(tmp_path: Path) -> None:
    nodes = BLOCK | {5: (50.0, -20.0), 6: (-300.0, 0.0)}
    private = street(name="Private", access="private")
    ways = [((1, 5, 2), private), ((2, 3, 4, 1), street(name="Round")), ((1, 6), street(name="Out"))]
    network = RoadNetwork.from_extract(write_town(tmp_path / "town.osm.pbf", nodes, ways))
    outside, behind, house, next_door = place(-50, 0), place(100, 10), place(40, -16), place(60, -16)
    assert network.route(outside, behind).streets == ("Out", "Round")
    there = network.route(outside, house)
    assert there.streets == ("Out", "Private")
    assert there.metres < 110
    assert there.seconds < 30, "entering counts when ways are chosen, and is no time"
    assert network.route(house, behind).streets == ("Private", "Round")
    assert network.route(house, next_door).streets == ("Private",)


def test_a_ferry_is_taken_but_nobody_sets_out_from_its_middle(tmp_path: Path) -> None:
    nodes = BLOCK | {5: (300.0, 0.0), 6: (1300.0, 0.0), 7: (1400.0, 0.0)}
    ferry = {"route": "ferry", "motor_vehicle": "yes", "duration": "0:10", "name": "Ferry"}
    ways = [((1, 2, 3, 4, 1), street()), ((2, 5), street()), ((5, 6), ferry), ((6, 7), street())]
    network = RoadNetwork.from_extract(write_town(tmp_path / "town.osm.pbf", nodes, ways))
    over = network.route(place(250, 0), place(1350, 0))
    assert over.streets == ("Ferry",)
    assert over.seconds == pytest.approx(610, abs=2)
    assert network.snap(*place(700, 0)).metres == pytest.approx(400, abs=1)


@pytest.mark.parametrize(
    ("tags", "seconds"),
    [
        ({"duration": "0:25"}, 1500),
        ({"duration": "01:10:00"}, 4200),
        ({"duration": "12"}, 720),
        ({"duration": "PT1H5M"}, 3900),
        ({}, 720),
    ],
)
def test_a_crossing_takes_what_is_tagged_or_what_ferries_take(tags: dict[str, str], seconds: float) -> None:
    assert ferry_seconds(tags, 1000.0) == seconds


def test_a_ferry_for_people_on_foot_carries_no_car() -> None:
    assert not carries_cars({"route": "ferry", "foot": "yes"})
    assert not carries_cars({"route": "ferry", "motor_vehicle": "no"})
    assert carries_cars({"route": "ferry", "motor_vehicle": "yes", "foot": "yes"})


def test_no_way_leads_between_two_islands_and_both_have_roads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(graphs, "LARGE_PART_ARCS", 2)
    near = BLOCK | {5: (-50.0, 0.0)}  # at the stub one turns round
    far = {node + 10: (east + 5000, north) for node, (east, north) in near.items()}
    ways = [((1, 2, 3, 4, 1), street()), ((1, 5), street()), ((11, 12, 13, 14, 11), street()), ((11, 15), street())]
    network = RoadNetwork.from_extract(write_town(tmp_path / "islands.osm.pbf", near | far, ways))
    here, there = [place(10, 0), place(60, 0)], [place(5010, 0), place(5060, 0)]
    durations, distances = network.rectangle(here, [*here, *there])
    assert durations[0].tolist() == [0, 5, NO_WAY, NO_WAY]
    assert distances[0].tolist() == [0, 50, NO_WAY, NO_WAY]
    assert network.table(there)[1].tolist() == [[0, 50], [50, 0]]
    with pytest.raises(NoWay, match=r"no way leads from \(-30\.0+, -70\.99"):
        network.route(here[0], there[0])


def test_speeds_by_class_change_which_way_is_fastest(tmp_path: Path) -> None:
    ways = [
        ((1, 2), {"highway": "primary", "maxspeed": "45", "name": "Main"}),
        ((2, 3, 4, 1), street(name="Round")),
        ((1, 5), street(name="Stub")),
    ]
    nodes = BLOCK | {5: (-50.0, 0.0)}  # at the stub one turns round
    network = RoadNetwork.from_extract(write_town(tmp_path / "town.osm.pbf", nodes, ways))
    a, b = place(0, 10), place(100, 10)
    assert network.route(a, b).streets == ("Round", "Main", "Round")
    jam = Speeds("jam", by_class={"primary": 10.0})
    assert network.route(a, b, jam).streets == ("Round",)
    free, slow = network.rectangle([a], [b])[0], network.rectangle([a], [b], Speeds("slow", 1.5))[0]
    assert slow[0, 0] == pytest.approx(1.5 * free[0, 0], abs=1)
