"""Roads inside this process: built, written, opened again, and asked as every engine is asked."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from dispatch.sample.city import EXTRACT
from dispatch.travel import storage
from dispatch.travel.embedded import EmbeddedRoads
from dispatch.travel.fastest import MOST_WEIGHED
from dispatch.travel.graph import RoadDataError
from dispatch.travel.ports import NO_WAY, NoWay, Point, Source, Speeds
from dispatch.travel.roads import RoadNetwork
from tests.dispatch.travel.streets import BLOCK, place, street, write_town
from tests.dispatch.travel.test_roads import near_streets

SEA = (-29.9, -71.9)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("region") / "roads"


@pytest.fixture(scope="module")
def built(folder: Path) -> EmbeddedRoads:
    said: list[tuple[str, float]] = []
    engine = EmbeddedRoads.build(EXTRACT, folder, lambda doing, share: said.append((doing, share)))
    assert said[0] == ("reading the roads", 0.0)
    assert said[-1] == ("contracting the roads", 1.0)
    return engine


@pytest.fixture(scope="module")
def points(built: EmbeddedRoads) -> list[Point]:
    return near_streets(built.network, 40, seed=3)


def test_what_was_written_opens_as_what_was_built(built: EmbeddedRoads, folder: Path, points: list[Point]) -> None:
    opened = EmbeddedRoads.open(folder)
    assert opened.version == built.version
    for name in storage.COLUMNS:
        mine, theirs = getattr(opened.network.graph, name), getattr(built.network.graph, name)
        assert mine.dtype == theirs.dtype, name
        assert np.array_equal(mine, theirs), name
    assert opened.network.graph.names == built.network.graph.names
    for mine, theirs in zip(
        (opened.table(points, points).durations, opened.table(points, points).distances),
        (built.table(points, points).durations, built.table(points, points).distances),
        strict=True,
    ):
        assert np.array_equal(mine, theirs)


def test_the_version_is_that_of_the_extract_and_of_the_rules(
    built: EmbeddedRoads, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert storage.version_of(EXTRACT) == built.version
    other = write_town(tmp_path / "town.osm.pbf", BLOCK, [((1, 2, 3, 4, 1), street())])
    assert storage.version_of(other) != built.version
    monkeypatch.setattr(storage, "RULES", storage.RULES + 1)
    assert storage.version_of(EXTRACT) != built.version


def test_a_network_at_hand_is_known_by_its_graph(city: RoadNetwork) -> None:
    engine = EmbeddedRoads.from_network(city)
    assert engine.version == EmbeddedRoads.from_network(city).version
    assert len(engine.version) == 16


@pytest.mark.parametrize("name", ["seconds.npy", storage.RANK, storage.NAMES, "turn_to.npy"])
@pytest.mark.parametrize("damage", ["cut", "turned", "gone"])
def test_a_damaged_folder_is_refused_with_the_file_and_the_remedy(tmp_path: Path, name: str, damage: str) -> None:
    town = write_town(tmp_path / "town.osm.pbf", BLOCK, [((1, 2, 3, 4, 1), street())])
    folder = tmp_path / "roads"
    EmbeddedRoads.build(town, folder)
    content = bytearray((folder / name).read_bytes())
    if damage == "gone":
        (folder / name).unlink()
    elif damage == "cut":
        (folder / name).write_bytes(content[: len(content) // 2])
    else:
        content[len(content) // 2] ^= 0x10
        (folder / name).write_bytes(content)
    with pytest.raises(RoadDataError, match=rf"{name}.*fieldwright region add") as refused:
        EmbeddedRoads.open(folder)
    assert str(folder) in str(refused.value)


@pytest.mark.parametrize("manifest", ["", "[]", "{}", '{"format": 1}', '{"format": 1, "files": {}, "version": "x"}'])
def test_a_manifest_that_says_nothing_is_refused(tmp_path: Path, manifest: str) -> None:
    (tmp_path / storage.MANIFEST).write_text(manifest, encoding="utf-8")
    with pytest.raises(RoadDataError, match=r"roads\.json is damaged.*fieldwright region add"):
        EmbeddedRoads.open(tmp_path)


def test_a_folder_of_something_else_or_of_another_format_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RoadDataError, match=r"holds no roads: roads\.json is missing.*fieldwright region add"):
        EmbeddedRoads.open(tmp_path)
    (tmp_path / storage.MANIFEST).write_text(json.dumps({"format": 99}), encoding="utf-8")
    with pytest.raises(RoadDataError, match="in format 99, and this version reads 1"):
        EmbeddedRoads.open(tmp_path)


def test_a_table_is_the_networks_and_every_cell_comes_from_the_road(built: EmbeddedRoads, points: list[Point]) -> None:
    measured = built.table(points[:15], points[15:])
    durations, distances = built.network.rectangle(points[:15], points[15:])
    assert np.array_equal(measured.durations, durations)
    assert np.array_equal(measured.distances, distances)
    assert (measured.sources == Source.ROAD).all()
    assert measured.durations.dtype == measured.distances.dtype == np.int32


def test_a_point_off_every_road_has_no_way_and_disturbs_nobody(built: EmbeddedRoads, points: list[Point]) -> None:
    nowhere = (float("nan"), 0.0)
    asked = [points[0], SEA, points[1], (-171.0, -30.0), nowhere]
    measured = built.table(asked, asked)
    on_road = np.array([True, False, True, False, False])
    assert ((measured.durations == NO_WAY) == ~np.outer(on_road, on_road)).all()
    assert ((measured.distances == NO_WAY) == ~np.outer(on_road, on_road)).all()
    assert measured.durations[0, 2] == built.table(points[:1], points[1:2]).durations[0, 0]
    assert [found is not None for found in built.snap(asked)] == on_road.tolist()
    with pytest.raises(NoWay, match=r"point \(-29\.9000"):
        built.route([points[0], SEA])


def test_tables_of_nothing_are_empty(built: EmbeddedRoads, points: list[Point]) -> None:
    assert built.table([], points).durations.shape == (0, 40)
    assert built.table(points, []).distances.shape == (40, 0)
    assert built.snap([]) == []
    assert built.route(points[:1]) == ()


def test_a_way_through_points_is_the_ways_between_them(built: EmbeddedRoads, points: list[Point]) -> None:
    through = points[:6]
    legs = built.route(through)
    measured = built.table(through, through)
    assert len(legs) == 5
    for at, leg in enumerate(legs):
        assert (leg.seconds, leg.metres) == (measured.durations[at, at + 1], measured.distances[at, at + 1])
        assert leg.source is Source.ROAD
    assert any(leg.streets for leg in legs)
    for before, after in pairwise(legs):
        assert before.points[-1] == pytest.approx(after.points[0], abs=1e-6)


def test_slices_scale_times_and_leave_lengths(built: EmbeddedRoads, points: list[Point]) -> None:
    free = built.table(points, points)
    slow = built.table(points, points, Speeds("slow", 1.25))
    assert np.array_equal(slow.distances, free.distances)
    assert np.abs(slow.durations - 1.25 * free.durations).max() <= 1.2
    everywhere = dict.fromkeys(("primary", "secondary", "tertiary", "unclassified", "residential"), 2.0)
    jam = built.table(points, points, Speeds("jam", 1.0, everywhere))
    assert (jam.durations >= free.durations).all()
    assert (jam.durations <= 2 * free.durations + 1).all()
    assert jam.durations.sum() > 1.5 * free.durations.sum()
    legs = built.route(points[:3], Speeds("jam", 1.0, everywhere))
    assert [leg.seconds for leg in legs] == [jam.durations[0, 1], jam.durations[1, 2]]


def test_a_slice_in_which_nobody_moves_is_refused(built: EmbeddedRoads, points: list[Point]) -> None:
    for speeds in (Speeds("night", 0.0), Speeds("night", 1.0, {"primary": float("nan")})):
        with pytest.raises(ValueError, match="in the slice 'night', a way takes"):
            built.table(points, points, speeds)


def test_a_large_table_is_put_together_from_parts(
    built: EmbeddedRoads, points: list[Point], monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = built.table(points, points[:7])
    monkeypatch.setattr("dispatch.travel.roads.MOST_CELLS", 50)
    parts = built.table(points, points[:7])
    assert np.array_equal(parts.durations, whole.durations)
    assert np.array_equal(parts.distances, whole.distances)


def test_many_slices_at_once_from_many_threads_each_get_their_own(built: EmbeddedRoads, points: list[Point]) -> None:
    few = points[:6]
    slices = [Speeds(f"{n}", 1.0, {"residential": 1 + n / 10}) for n in range(MOST_WEIGHED + 4)]
    alone = [built.table(few, few, speeds).durations.tolist() for speeds in slices]
    with ThreadPoolExecutor(4) as pool:
        together = pool.map(lambda speeds: built.table(few, few, speeds).durations.tolist(), slices * 2)
        assert list(together) == alone * 2


def test_a_point_asked_for_again_is_where_it_was(built: EmbeddedRoads, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = near_streets(built.network, 30, seed=12)
    first = built.snap(asked)
    monkeypatch.setattr("dispatch.travel.snapping.MOST_REMEMBERED", 20)
    assert built.snap(asked) == first, "even where everything had to be forgotten"
    assert built.snap(asked[::-1]) == first[::-1]


def test_places_beside_a_street_snap_to_it_by_name(tmp_path: Path) -> None:
    ways = [((1, 2), street(name="South")), ((2, 3, 4, 1), street(name="Rest"))]
    town = write_town(tmp_path / "town.osm.pbf", BLOCK, ways)
    engine = EmbeddedRoads.from_network(RoadNetwork.from_extract(town))
    (snapped,) = engine.snap([place(30, -12)])
    assert snapped is not None
    assert (snapped.street, snapped.metres) == ("South", pytest.approx(12, abs=0.05))
