"""Building a region: it is whole or it is not there, and until it is, the one before goes on."""

from __future__ import annotations

import errno
import json
import os
import resource
import shutil
import sqlite3
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import psutil
import pytest

from dispatch import basemap, regions
from dispatch.basemap.errors import NoTileCutterError
from dispatch.geocoding.offline import OfflineGeocoder
from dispatch.regions import building, parts
from dispatch.regions.apart import made_apart
from dispatch.regions.order import Order, Step, Told
from dispatch.regions.region import Region, RegionRefused
from dispatch.travel.embedded import EmbeddedRoads
from tests.dispatch.regions.towns import corner, everything_in, made_here, write_small_town


@pytest.fixture
def home(built: tuple[Path, Region], tmp_path: Path) -> Path:
    """A data folder of one's own, with the region of the small town."""
    return Path(shutil.copytree(built[0], tmp_path / "data"))


def still_serves(home: Path, before: list[str]) -> None:
    """The region is as it was, answers, and nothing else lies about."""
    assert everything_in(home) == before
    region = regions.get(home, "small-town")
    roads = EmbeddedRoads.open(region.roads_folder)
    assert roads.table([corner(0, 0)], [corner(3, 3)]).durations[0, 0] > 0
    assert OfflineGeocoder(region.places_file).geocode("Row 3 Street 4, Smalltown") is not None


# -- what comes of it ----------------------------------------------------------------------------------------------


def test_a_region_has_roads_addresses_a_map_and_an_estimate_that_fits(built: tuple[Path, Region]) -> None:
    home, region = built
    still_serves(home, everything_in(home))
    assert region.map_file is not None
    assert region.map_file.read_bytes().startswith(b"PMTiles\x03")
    assert region.counts["addresses"] == 8
    assert region.counts["streets"] == 16
    assert region.counts["tiles"] > 0
    assert region.estimate.median_error is not None
    assert region.estimate.median_error < 0.25
    assert region.estimate.pairs > 100
    south, west, north, east = region.bounds
    for lat, lon in (corner(0, 0), corner(7, 7)):
        assert south - 1e-5 <= lat <= north + 1e-5
        assert west - 1e-5 <= lon <= east + 1e-5
    assert region.square_kilometres == pytest.approx(1.05**2, rel=0.02)
    assert region.notes == ()
    assert region.osrm_folder is None


def test_a_process_of_its_own_makes_the_very_same(town: Path, built: tuple[Path, Region], tmp_path: Path) -> None:
    told: list[Step] = []
    region = regions.build(town, tmp_path, "again", told.append)
    assert [step.overall for step in told] == sorted(step.overall for step in told)
    assert told[-1].overall == pytest.approx(1)
    assert {step.part for step in told} == {"extract", "roads", "estimate", "places", "map"}
    assert (region.counts, region.estimate, region.bounds) == (
        built[1].counts,
        built[1].estimate,
        built[1].bounds,
    )
    assert regions.listed(tmp_path) == (region,)
    assert building.is_up_to_date(region, town)
    assert sorted(path.name for path in (tmp_path / "regions" / "again").iterdir()) == [region.version, "region.json"]


def test_a_new_version_takes_the_place_of_the_old_one_which_goes_on_for_whoever_has_it(home: Path, town: Path) -> None:
    old = regions.get(home, "small-town")
    roads, places = EmbeddedRoads.open(old.roads_folder), OfflineGeocoder(old.places_file)
    new = regions.build(town, home, "small-town", make=made_here)
    assert new.version != old.version
    assert regions.listed(home) == (new,)
    assert roads.table([corner(0, 0)], [corner(3, 3)]).durations[0, 0] > 0
    assert places.geocode("Row 3 Street 4") is not None
    assert OfflineGeocoder(old.places_file).geocode("Row 3 Street 4") is not None  # what is opened late is there, too
    regions.build(town, home, "small-town", make=made_here)
    assert not old.folder.exists()
    assert new.folder.exists()


def test_another_extract_makes_another_region(home: Path, tmp_path: Path) -> None:
    other = write_small_town(tmp_path / "other.osm.pbf", addresses=False)
    assert not building.is_up_to_date(regions.get(home, "small-town"), other)


# -- what an extract may lack --------------------------------------------------------------------------------------


@pytest.mark.parametrize(("named", "said"), [(True, "found by its street only"), (False, "cannot be found offline")])
def test_an_extract_without_addresses_makes_a_region_that_says_so(tmp_path: Path, named: bool, said: str) -> None:
    extract = write_small_town(tmp_path / "bare.osm.pbf", addresses=False, named=named)
    region = regions.build(extract, tmp_path, "bare", wanted=("places",), make=made_here)
    assert region.counts["addresses"] == 0
    assert [note for note in region.notes if said in note]


def test_an_extract_without_roads_makes_no_region(home: Path, tmp_path: Path) -> None:
    before = everything_in(home)
    extract = write_small_town(tmp_path / "park.osm.pbf", roads=False)
    with pytest.raises(RegionRefused, match="no roads for cars"):
        regions.build(extract, home, "small-town", make=made_here)
    with pytest.raises(RegionRefused, match="no roads for cars"):
        regions.build(extract, home, "park")
    still_serves(home, before)


def test_without_a_tile_cutter_there_is_a_region_without_a_map(
    town: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing(*_: object) -> None:
        raise NoTileCutterError("No base map without tippecanoe: install it.")

    monkeypatch.setattr(basemap, "build", missing)
    region = regions.build(town, tmp_path, "small-town", make=made_here)
    assert region.map_file is None
    assert region.notes == ("There is no base map: No base map without tippecanoe: install it.",)
    assert building.is_up_to_date(regions.get(tmp_path, "small-town"), town)


def test_of_a_hamlet_no_estimate_is_fitted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def too_few(*_: object, **__: object) -> None:
        raise parts.fitting.CannotFitError("too few")

    monkeypatch.setattr(parts.fitting, "fit", too_few)
    extract = write_small_town(tmp_path / "hamlet.osm.pbf")
    region = regions.build(extract, tmp_path, "hamlet", wanted=(), make=made_here)
    assert region.estimate.median_error is None
    assert [note for note in region.notes if "too small to fit" in note]


# -- what may go wrong ---------------------------------------------------------------------------------------------


def no_space() -> OSError:
    return OSError(errno.ENOSPC, "No space left on device")


def full_database() -> sqlite3.Error:
    error = sqlite3.OperationalError("database or disk is full")
    error.sqlite_errorcode = sqlite3.SQLITE_FULL
    return error


STEPS: dict[str, tuple[object, str]] = {
    "roads": (parts.EmbeddedRoads, "build"),
    "estimate": (parts.fitting, "fit"),
    "places": (parts.index, "build"),
    "map": (basemap, "build"),
}


@pytest.mark.parametrize("step", sorted(STEPS))
@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (no_space, "The disk is full: there was no room for"),
        (full_database, "The disk is full: there was no room for"),
        (lambda: RuntimeError("tippecanoe: No space left on device"), "The disk is full"),
        (
            lambda: PermissionError(errno.EACCES, "Permission denied", "/x/y"),
            "could not be made: /x/y: permission denied",
        ),
        (MemoryError, "There is too little memory for"),
    ],
)
def test_whatever_goes_wrong_in_a_step_the_old_region_goes_on_and_nothing_is_left(
    home: Path, town: Path, monkeypatch: pytest.MonkeyPatch, step: str, fault: Callable[[], BaseException], said: str
) -> None:
    before = everything_in(home)
    where, name = STEPS[step]

    def fail(*arguments: Any, **_: Any) -> None:
        for path in arguments:
            if isinstance(path, Path) and path != town:
                path.with_name(f"{path.name}-half").write_bytes(b"half")
        raise fault()

    monkeypatch.setattr(where, name, fail)
    with pytest.raises(RegionRefused, match=said):
        regions.build(town, home, "small-town", make=made_here)
    with pytest.raises(RegionRefused, match=said):
        regions.build(town, home, "another", make=made_here)
    monkeypatch.undo()
    still_serves(home, before)


def test_a_mistake_of_ours_is_no_refusal_but_leaves_nothing_either(
    home: Path, town: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = everything_in(home)

    def fail(*_: object, **__: object) -> None:
        raise KeyError("ours")

    monkeypatch.setattr(parts.fitting, "fit", fail)
    with pytest.raises(KeyError):
        regions.build(town, home, "small-town", make=made_here)
    monkeypatch.undo()
    still_serves(home, before)


@pytest.mark.parametrize("step", ["sync_tree", "write_at_once"])
def test_a_disk_that_is_full_at_the_very_end_leaves_the_old_region(
    home: Path, town: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    before = everything_in(home)

    def fail(*_: object) -> None:
        raise no_space()

    monkeypatch.setattr(regions.home, step, fail)
    with pytest.raises(RegionRefused, match=r"could not be put into .*: no space left on device"):
        regions.build(town, home, "small-town", make=made_here)
    monkeypatch.undo()
    still_serves(home, before)


def test_a_disk_with_too_little_room_is_seen_before_anything_is_done(
    home: Path, town: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = everything_in(home)
    usage = shutil.disk_usage(home)._replace(free=50_000_000)
    monkeypatch.setattr(building.shutil, "disk_usage", lambda _: usage)

    def never(*_: object) -> Region:
        raise AssertionError

    with pytest.raises(
        RegionRefused, match=r"has 50 MB free; building a region of small-town.osm.pbf needs about \d+ MB"
    ):
        regions.build(town, home, "small-town", make=never)
    still_serves(home, before)


def test_files_that_may_not_grow_any_more_end_the_process_with_a_refusal(home: Path, town: Path) -> None:
    before = everything_in(home)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, hard))
    try:
        with pytest.raises(RegionRefused, match="The disk is full: there was no room for"):
            regions.build(town, home, "small-town")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    still_serves(home, before)


def test_a_data_folder_that_may_not_be_written_is_named(home: Path, town: Path) -> None:
    (home / "regions" / "taken").write_text("a file where a folder should be")
    before = everything_in(home)
    with pytest.raises(RegionRefused, match=r"could not be put into .*taken"):
        regions.build(town, home, "taken", make=made_here)
    still_serves(home, before)


# -- processes that end --------------------------------------------------------------------------------------------


def test_a_process_that_is_killed_for_want_of_memory_is_told_as_that(home: Path, town: Path) -> None:
    before = everything_in(home)

    def kill(step: Step) -> None:
        if step.part == "roads":
            for child in psutil.Process().children():
                # What another test has left may end while it is looked at.
                with suppress(psutil.NoSuchProcess):
                    if "dispatch.regions" in " ".join(child.cmdline()):
                        child.kill()

    with pytest.raises(RegionRefused, match="was killed, as the system does where memory runs out"):
        regions.build(town, home, "small-town", kill)
    still_serves(home, before)


@pytest.mark.parametrize("part", ["extract", "roads", "places", "map"])
def test_who_cancels_gets_back_what_was_there(home: Path, town: Path, part: str) -> None:
    before = everything_in(home)
    cancel = threading.Event()
    with pytest.raises(regions.Cancelled):
        regions.build(town, home, "small-town", lambda step: cancel.set() if step.part == part else None, cancel)
    still_serves(home, before)
    assert not [one for one in psutil.Process().children(recursive=True) if "tippecanoe" in one.name()]


def test_what_an_earlier_build_left_is_swept_away_by_the_next(home: Path, town: Path) -> None:
    folder = home / "regions" / "small-town"
    (folder / "building-0123abcd" / "roads").mkdir(parents=True)
    (folder / "building-0123abcd" / "roads" / "half").write_bytes(b"x")
    (folder / ".region.json.new").write_text("{")
    (folder / "20200101T000000-00000000").mkdir()
    old = regions.get(home, "small-town")
    new = regions.build(town, home, "small-town", make=made_here)
    assert sorted(path.name for path in folder.iterdir()) == sorted([old.version, new.version, "region.json"])


def test_the_version_of_a_manifest_that_nobody_can_read_stays_until_the_new_one_is_whole(
    home: Path, town: Path
) -> None:
    manifest = home / "regions" / "small-town" / "region.json"
    document = json.loads(manifest.read_text())
    manifest.write_text(json.dumps({**document, "format": 99}))
    seen: list[bool] = []

    def look_first(order: Order, told: Told, cancel: threading.Event, lock: int) -> Region:
        seen.append((manifest.parent / document["version"]).is_dir())
        return made_here(order, told, cancel, lock)

    region = regions.build(town, home, "small-town", make=look_first)
    assert seen == [True]
    assert regions.get(home, "small-town") == region


def test_two_do_not_build_at_the_same_time(town: Path, tmp_path: Path) -> None:
    def try_another(order: Order, told: Told, cancel: threading.Event, lock: int) -> Region:
        with pytest.raises(RegionRefused, match="Another process is building"):
            regions.build(town, tmp_path, "second", make=made_here)
        return made_here(order, told, cancel, lock)

    region = regions.build(town, tmp_path, "first", wanted=(), make=try_another)
    assert regions.listed(tmp_path) == (region,)


def test_what_libraries_print_is_no_answer(town: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    noisy = tmp_path / "noisy"
    noisy.mkdir()
    (noisy / "sitecustomize.py").write_text("import atexit, os\nos.write(2, b'noise\\n')\n")
    monkeypatch.setenv("PYTHONPATH", f"{noisy}{os.pathsep}{Path.cwd()}")
    region = regions.build(town, tmp_path, "small-town", wanted=(), make=made_apart)
    assert region.name == "small-town"
