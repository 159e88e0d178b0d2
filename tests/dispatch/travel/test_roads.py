from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from dispatch.travel.graph import metres_between
from dispatch.travel.roads import Point, PointOffRoadError, RoadNetwork
from tests.dispatch.travel.split import split_table
from tests.dispatch.travel.streets import BLOCK, place, street, write_town


def near_streets(city: RoadNetwork, count: int, seed: int) -> list[Point]:
    """Random places some metres beside random streets."""
    generator = np.random.default_rng(seed)
    graph = city.graph
    chosen = generator.choice(len(graph.shape_lat), count)
    away = generator.normal(0, 0.0004, (count, 2))
    return [
        (float(graph.shape_lat[index] + north), float(graph.shape_lon[index] + east))
        for index, (north, east) in zip(chosen, away, strict=True)
    ]


def ring(tmp_path: Path) -> RoadNetwork:
    """A one-way ring of 100 m a side, anticlockwise, at 10 m/s."""
    ways = [
        ((1, 2), street(name="South", oneway="yes")),
        ((2, 3), street(name="East", oneway="yes")),
        ((3, 4), street(name="North", oneway="yes")),
        ((4, 1), street(name="West", oneway="yes")),
    ]
    return RoadNetwork.from_extract(write_town(tmp_path / "ring.osm.pbf", BLOCK, ways))


def test_the_table_agrees_with_dijkstra_on_a_graph_that_is_cut_at_the_points(city: RoadNetwork) -> None:
    points = near_streets(city, 30, seed=5)
    durations, distances = city.table(points)
    seconds, metres = split_table(city, points)
    assert np.abs(durations - seconds).max() <= 1
    # Where two ways are equally fast to the millisecond, they may differ in length; hardly ever.
    assert (np.abs(distances - metres) <= 2).mean() > 0.995


def test_a_detour_is_never_faster(city: RoadNetwork) -> None:
    durations, _ = city.table(near_streets(city, 40, seed=6))
    detour = (durations[:, :, None] + durations[None, :, :]).min(axis=1)
    assert (durations <= detour + 2).all(), "each time is rounded by half a second at most"


def test_the_table_is_directed_with_zeros_on_its_diagonal(city: RoadNetwork) -> None:
    durations, distances = city.table(near_streets(city, 40, seed=7))
    assert durations.dtype == distances.dtype == np.int32
    assert not durations.diagonal().any()
    assert not distances.diagonal().any()
    assert (durations != durations.T).any()
    assert (durations[~np.eye(40, dtype=bool)] >= 0).all()


def test_no_point_needs_no_table(city: RoadNetwork) -> None:
    durations, distances = city.table([])
    assert durations.shape == distances.shape == (0, 0)


def test_the_partial_arcs_at_both_ends_count_by_their_share(tmp_path: Path) -> None:
    network = ring(tmp_path)
    a, b = place(25, -3), place(62, 4)
    durations, distances = network.table([a, b])
    # Along the ring from 25 m to 62 m, at 10 m/s; back: the other 363 m. Bends without a choice cost nothing.
    assert distances.tolist() == [[0, 37], [363, 0]]
    assert durations.tolist() == [[0, 4], [36, 0]]


def test_a_target_behind_on_a_one_way_street_is_reached_round_the_block(tmp_path: Path) -> None:
    network = ring(tmp_path)
    way = network.route(place(62, 4), place(25, -3))
    assert (way.seconds, way.metres) == (36, 363)
    corners = [place(*BLOCK[node]) for node in (2, 3, 4, 1)]
    assert len(way.points) == 6
    for point, corner in zip(way.points[1:-1], corners, strict=True):
        assert point == pytest.approx(corner, abs=1e-6)


def test_on_a_two_way_street_one_sets_out_either_way(tmp_path: Path) -> None:
    ways = [((1, 2, 3, 4, 1), street(name="Ring")), ((1, 9), street(name="Stub"))]
    town = write_town(tmp_path / "town.osm.pbf", BLOCK | {9: (-50.0, 0.0)}, ways)
    network = RoadNetwork.from_extract(town)
    _, distances = network.table([place(10, 0), place(90, 0), place(0, 10)])
    assert distances[0].tolist() == [0, 80, 20]
    assert distances[1].tolist() == [80, 0, 100]


def test_a_route_is_what_the_table_measures_and_its_line_is_as_long(city: RoadNetwork) -> None:
    points = near_streets(city, 24, seed=8)
    durations, distances = city.table(points)
    for a, b in zip(range(12), range(12, 24), strict=True):
        way = city.route(points[a], points[b])
        assert (way.seconds, way.metres) == (durations[a, b], distances[a, b])
        line = np.array(way.points)
        length = metres_between(line[:-1, 0], line[:-1, 1], line[1:, 0], line[1:, 1]).sum()
        assert length == pytest.approx(way.metres, abs=1.5)
        start, end = city.snap(*points[a]), city.snap(*points[b])
        assert way.points[0] == pytest.approx((start.lat, start.lon), abs=2e-6)
        assert way.points[-1] == pytest.approx((end.lat, end.lon), abs=2e-6)


def test_the_way_from_a_place_to_itself_is_no_way(city: RoadNetwork) -> None:
    (point,) = near_streets(city, 1, seed=9)
    way = city.route(point, point)
    assert (way.seconds, way.metres, len(way.points)) == (0, 0, 1)


def test_a_point_snaps_to_the_nearest_place_on_the_nearest_street(tmp_path: Path) -> None:
    network = RoadNetwork.from_extract(
        write_town(
            tmp_path / "town.osm.pbf", BLOCK, [((1, 2), street(name="South")), ((2, 3, 4, 1), street(name="Rest"))]
        )
    )
    snap = network.snap(*place(30, 12))
    assert snap.street == "South"
    assert snap.metres == pytest.approx(12, abs=0.05)
    assert (snap.lat, snap.lon) == pytest.approx(place(30, 0), abs=1e-7)
    assert snap.share == pytest.approx(0.3, abs=1e-3)
    around_a_corner = network.snap(*place(-40, -30))
    assert around_a_corner.metres == pytest.approx(50, abs=0.1)


def test_snapping_finds_no_worse_a_place_than_looking_at_every_line(city: RoadNetwork) -> None:
    graph = city.graph
    last = np.zeros(len(graph.shape_lat), bool)
    last[graph.piece_start[1:] - 1] = True
    a = np.flatnonzero(~last)
    for lat, lon in near_streets(city, 25, seed=10):
        squeeze = np.cos(np.radians(lat))
        start = np.stack(((graph.shape_lon[a] - lon) * squeeze, graph.shape_lat[a] - lat))
        along = np.stack(((graph.shape_lon[a + 1] - graph.shape_lon[a]) * squeeze, np.diff(graph.shape_lat)[a]))
        share = np.clip(-(start * along).sum(axis=0) / np.maximum((along**2).sum(axis=0), 1e-30), 0, 1)
        nearest = np.radians(np.hypot(*(start + share * along)).min()) * 6_371_009
        assert city.snap(lat, lon).metres == pytest.approx(nearest, rel=2e-3, abs=0.05)


def test_a_point_far_from_every_road_is_refused_with_its_distance(tmp_path: Path) -> None:
    network = ring(tmp_path)
    assert network.snap(*place(-450, 0)).metres == pytest.approx(450, abs=1)
    with pytest.raises(PointOffRoadError, match=r"lies 520 m from the nearest road; at most 500 m"):
        network.snap(*place(-520, 0))
    with pytest.raises(PointOffRoadError, match=r"point \(-29\.\d+, -71\.\d+\) lies \d+\.\d km"):
        network.table([place(0, 0), place(0, 30_000)])
    with pytest.raises(PointOffRoadError, match="latitude first"):
        network.snap(-171.0, -30.0)


def test_a_lone_loop_street_leads_round_into_itself(tmp_path: Path) -> None:
    town = write_town(tmp_path / "loop.osm.pbf", BLOCK, [((1, 2, 3, 4, 1), street(oneway="yes"))])
    network = RoadNetwork.from_extract(town)
    _, distances = network.table([place(25, 0), place(62, 0)])
    assert distances.tolist() == [[0, 37], [363, 0]]
    assert network.route(place(62, 0), place(25, 0)).metres == 363
