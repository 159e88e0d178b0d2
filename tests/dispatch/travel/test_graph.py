from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from dispatch.travel.car import driving_direction, driving_kmh, limit_kmh
from dispatch.travel.graph import RoadDataError, RoadGraph, build_graph
from dispatch.travel.turns import TURNING_ROUND_S, turn_seconds
from tests.dispatch.travel.streets import BLOCK, street, write_town


def arcs(graph: RoadGraph) -> set[tuple[str, bool]]:
    """Each arc as its street's name and whether it runs as drawn."""
    return {(graph.street(arc), bool(graph.forward[arc])) for arc in range(graph.arc_count)}


def turn(graph: RoadGraph, before: str, after: str, *, forward: tuple[bool, bool] = (True, True)) -> float | None:
    """Seconds of the turn from one street into another; None where there is none."""
    for a, b, seconds in zip(graph.turn_from, graph.turn_to, graph.turn_seconds, strict=True):
        names, ways = (graph.street(a), graph.street(b)), (bool(graph.forward[a]), bool(graph.forward[b]))
        if names == (before, after) and ways == forward:
            return float(seconds)
    return None


def test_a_street_is_cut_at_its_junctions_and_can_be_driven_both_ways(tmp_path: Path) -> None:
    nodes = BLOCK | {5: (50.0, 0.0), 6: (50.0, -80.0)}
    town = write_town(
        tmp_path / "town.osm.pbf",
        nodes,
        [((1, 5, 2), street(name="South")), ((2, 3, 4, 1), street(name="Round")), ((5, 6), street(name="Stub"))],
    )
    graph = build_graph(town)
    # South is cut at 5; 3 and 4 are bends, not junctions.
    assert graph.piece_count == 4
    assert graph.arc_count == 8
    assert graph.node_count == 4
    lengths = sorted(float(graph.metres[graph.piece == piece][0]) for piece in range(4))
    assert lengths == pytest.approx([50, 50, 80, 300], abs=0.1)
    # 45 km/h allowed, of which 80 % are driven: 10 m/s.
    assert graph.seconds == pytest.approx(graph.metres / 10)
    assert graph.street_kilometres == pytest.approx(0.48, abs=0.001)


def test_a_one_way_street_is_driven_one_way(tmp_path: Path) -> None:
    ways = [
        ((1, 2), street(name="South", oneway="yes")),
        ((2, 3), street(name="East")),
        ((4, 3), street(name="North", oneway="-1")),
        ((4, 1), street(name="West")),
    ]
    graph = build_graph(write_town(tmp_path / "town.osm.pbf", BLOCK, ways))
    assert arcs(graph) == {("South", True), ("East", True), ("North", False), ("West", True)}, (
        "the ways back of East and West lead nowhere: their arcs cannot be reached"
    )


@pytest.mark.parametrize(
    ("tags", "direction"),
    [
        ({"highway": "residential"}, 0),
        ({"highway": "residential", "oneway": "yes"}, 1),
        ({"highway": "residential", "oneway": "-1"}, -1),
        ({"highway": "motorway"}, 1),
        ({"highway": "motorway", "oneway": "no"}, 0),
        ({"highway": "tertiary", "junction": "roundabout"}, 1),
    ],
)
def test_the_direction_is_tagged_or_implied(tags: dict[str, str], direction: int) -> None:
    assert driving_direction(tags) == direction


@pytest.mark.parametrize(
    ("tags", "kmh"),
    [
        ({"highway": "residential"}, 24),
        ({"highway": "primary", "maxspeed": "50"}, 40),
        ({"highway": "primary", "maxspeed": "30 mph"}, 38.624256),
        ({"highway": "primary", "maxspeed": "signals"}, 45),
        ({"highway": "footway"}, None),
        ({"highway": "residential", "access": "private"}, 24),
        ({"highway": "residential", "access": "agricultural"}, None),
        ({"highway": "residential", "access": "agricultural;destination"}, 24),
        ({"highway": "secondary", "source:maxspeed": "DE:rural"}, 80),
        ({"highway": "secondary", "maxspeed": "DE:zone:30"}, 24),
        ({"highway": "secondary", "maxspeed": "70", "surface": "cobblestone"}, 30),
        ({"highway": "unclassified", "smoothness": "impassable"}, None),
        ({"highway": "residential", "access": "private", "motor_vehicle": "yes"}, 24),
        ({"highway": "residential", "motorcar": "no"}, None),
        ({"highway": "service", "service": "parking_aisle"}, None),
        ({"highway": "pedestrian", "area": "yes"}, None),
    ],
)
def test_a_way_is_driven_at_its_speed_or_not_at_all(tags: dict[str, str], kmh: float | None) -> None:
    found = driving_kmh(tags)
    assert found is None if kmh is None else found == pytest.approx(kmh)


def test_a_limit_of_zero_is_no_limit() -> None:
    assert limit_kmh("0") is None
    assert limit_kmh("walk") == 7


def test_of_a_street_drawn_twice_the_faster_is_kept_and_a_crescent_stays(tmp_path: Path) -> None:
    nodes = BLOCK | {5: (50.0, 60.0)}
    ways = [
        ((1, 2), street(name="Slow", maxspeed="20")),
        ((1, 2), street(name="Fast", maxspeed="60")),
        ((1, 5, 2), street(name="Crescent")),
        ((2, 3, 4, 1), street(name="Round")),
    ]
    graph = build_graph(write_town(tmp_path / "town.osm.pbf", nodes, ways))
    assert {name for name, _ in arcs(graph)} == {"Fast", "Crescent", "Round"}


def test_what_the_rest_cannot_be_reached_from_is_left_out(tmp_path: Path) -> None:
    nodes = BLOCK | {7: (900.0, 0.0), 8: (960.0, 0.0), 9: (-50.0, 0.0)}
    ways = [
        ((1, 2, 3, 4, 1), street(name="Round")),
        ((7, 8), street(name="Island")),
        ((1, 9), street(name="Way out", oneway="yes")),
    ]
    graph = build_graph(write_town(tmp_path / "town.osm.pbf", nodes, ways))
    assert {name for name, _ in arcs(graph)} == {"Round"}


def test_left_costs_more_than_right_and_straight_on_next_to_nothing() -> None:
    straight, left, right, sharp = turn_seconds(np.array([0.0, 90.0, -90.0, 170.0])).tolist()
    assert straight < 0.1
    assert right < left < sharp < 7.5


def test_turning_round_is_allowed_at_dead_ends_alone_and_a_bend_is_free(tmp_path: Path) -> None:
    #            North end
    #               |
    #   West ---- Cross ---- Bend
    #                          |   (one way on: no junction)
    #                        South end
    nodes = {1: (-100.0, 0.0), 2: (0.0, 0.0), 3: (100.0, 0.0), 4: (100.0, -100.0), 5: (0.0, 100.0)}
    ways = [
        ((1, 2), street(name="West")),
        ((2, 3), street(name="East")),
        ((3, 4), street(name="South")),
        ((2, 5), street(name="North")),
    ]
    graph = build_graph(write_town(tmp_path / "town.osm.pbf", nodes, ways))
    assert turn(graph, "West", "West", forward=(True, False)) is None, "the crossing is no dead end"
    assert turn(graph, "West", "West", forward=(False, True)) == TURNING_ROUND_S
    assert turn(graph, "South", "South", forward=(True, False)) == TURNING_ROUND_S
    assert turn(graph, "East", "South") == 0, "a bend is no junction"
    left, straight = turn(graph, "West", "North"), turn(graph, "West", "East")
    right = turn(graph, "North", "West", forward=(False, False))  # southwards, then west: to the right
    assert left is not None
    assert right is not None
    assert straight is not None
    assert straight < right < left


def test_a_missing_file_is_said_to_be_missing(tmp_path: Path) -> None:
    with pytest.raises(RoadDataError, match=r"there is no OpenStreetMap extract at .*nowhere\.osm\.pbf"):
        build_graph(tmp_path / "nowhere.osm.pbf")


def test_a_truncated_file_is_said_to_be_unreadable(tmp_path: Path) -> None:
    whole = write_town(tmp_path / "town.osm.pbf", BLOCK, [((1, 2, 3, 4, 1), street())]).read_bytes()
    for size in (10, len(whole) // 2, len(whole) - 20):
        cut = tmp_path / f"cut-{size}.osm.pbf"
        cut.write_bytes(whole[:size])
        with pytest.raises(RoadDataError, match="cannot be read as an OpenStreetMap extract"):
            build_graph(cut)


@pytest.mark.parametrize("name", ["town.osm.pbf", "town.txt"])
def test_a_file_of_another_kind_is_said_to_be_unreadable(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_text("Dear sir or madam,", encoding="utf-8")
    with pytest.raises(RoadDataError, match="cannot be read as an OpenStreetMap extract"):
        build_graph(path)


def test_an_extract_without_roads_is_said_to_have_none(tmp_path: Path) -> None:
    town = write_town(
        tmp_path / "town.osm.pbf", BLOCK, [((1, 2), {"highway": "footway"}), ((2, 3), {"building": "yes"})]
    )
    with pytest.raises(RoadDataError, match="holds no roads for cars"):
        build_graph(town)


def test_roads_that_lead_nowhere_are_said_to_be_unconnected(tmp_path: Path) -> None:
    town = write_town(tmp_path / "town.osm.pbf", BLOCK, [((1, 2), street(oneway="yes"))])
    with pytest.raises(RoadDataError, match="do not connect"):
        build_graph(town)
