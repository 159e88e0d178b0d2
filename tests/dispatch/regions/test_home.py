"""Regions in the data folder: listed, chosen, removed; and what is no region is said to be none."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from dispatch import regions
from dispatch.regions import home as lying
from dispatch.regions.region import NoRegion, Region, RegionRefused
from tests.dispatch.regions.towns import everything_in


@pytest.fixture
def home(built: tuple[Path, Region], tmp_path: Path) -> Path:
    """A data folder of one's own, with the region of the small town."""
    return Path(shutil.copytree(built[0], tmp_path / "data"))


def manifest(home: Path) -> Path:
    return home / "regions" / "small-town" / "region.json"


def test_the_manifest_holds_everything_that_is_known_of_a_region(built: tuple[Path, Region]) -> None:
    home, region = built
    assert regions.get(home, "small-town") == region
    assert regions.listed(home) == (region,)
    said = json.loads(manifest(home).read_text())
    assert said["attribution"] == "© OpenStreetMap contributors (ODbL)"
    assert said["extract"]["file"] == "small-town.osm.pbf"
    assert set(said["parts"]) == {"roads", "places", "map"}
    assert said["parts"]["roads"]["counts"]["road_km"] == pytest.approx(2 * 8 * 7 * 0.15, rel=0.01)


def test_where_there_is_nothing_there_is_no_region(tmp_path: Path) -> None:
    assert regions.listed(tmp_path / "nowhere") == ()
    assert lying.current_name(tmp_path / "nowhere") is None
    with pytest.raises(NoRegion, match=r"There is no region 'berlin' in .*; there: none"):
        regions.get(tmp_path, "berlin")


@pytest.mark.parametrize(
    "name", ["", "..", "../x", "a/b", "a\\b", "/etc", "-a", "a-", "Berlin", "b.c", "ü", "a" * 65, "a\n", "a\0"]
)
def test_names_lead_nowhere_else(home: Path, name: str) -> None:
    for use in (regions.get, regions.remove, regions.use):
        with pytest.raises(RegionRefused, match="is no name for a region"):
            use(home, name)
    assert len(regions.listed(home)) == 1


def test_a_region_is_removed_with_all_that_belongs_to_it(home: Path) -> None:
    regions.remove(home, "small-town")
    assert everything_in(home) == ["regions"]
    with pytest.raises(NoRegion):
        regions.remove(home, "small-town")


def test_the_only_region_is_the_current_one_and_of_several_the_chosen(home: Path) -> None:
    shutil.copytree(home / "regions" / "small-town", home / "regions" / "other-town")
    other = home / "regions" / "other-town" / "region.json"
    other.write_text(other.read_text().replace('"name": "small-town"', '"name": "other-town"'))
    assert lying.current_name(home) == "small-town"  # the first one that was built
    regions.use(home, "other-town")
    assert lying.current_name(home) == "other-town"
    regions.remove(home, "other-town")
    assert lying.current_name(home) == "small-town"  # the only one
    with pytest.raises(NoRegion, match="there: small-town"):
        regions.use(home, "other-town")


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda text: text[: len(text) // 2], "cannot be read as JSON"),
        (lambda _: "[]", "is no manifest of a region"),
        (lambda text: text.replace('"format": 1', '"format": 99'), "has format 99, and this program knows 1"),
        (lambda text: text.replace('"factor"', '"vector"'), "is no manifest of a region"),
        (lambda text: text.replace('"version": "20', '"version": "../20'), "is no manifest of a region"),
        (lambda text: text.replace('"name": "small-town"', '"name": "../x"'), "is no name for a region"),
        (lambda text: text.replace('"south": -', '"south": "x'), "cannot be read as JSON|is no manifest"),
    ],
)
def test_a_manifest_that_says_nothing_sensible_is_named_and_harms_no_other(home: Path, spoil, said: str) -> None:  # type: ignore[no-untyped-def]
    shutil.copytree(home / "regions" / "small-town", home / "regions" / "whole")
    whole = home / "regions" / "whole" / "region.json"
    whole.write_text(whole.read_text().replace('"name": "small-town"', '"name": "whole"'))
    text = manifest(home).read_text()
    assert spoil(text) != text
    manifest(home).write_text(spoil(text))
    with pytest.raises(RegionRefused, match=said):
        regions.get(home, "small-town")
    assert [region.name for region in regions.listed(home)] == ["whole"]
    assert list(lying.unreadable(home)) == ["small-town"]
    regions.remove(home, "small-town")
    assert lying.unreadable(home) == {}


def test_one_builds_or_removes_at_a_time(home: Path) -> None:
    with lying.alone(home), pytest.raises(RegionRefused, match="Another process is building or removing a region"):
        regions.remove(home, "small-town")
    regions.remove(home, "small-town")


def test_a_data_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(RegionRefused, match=r"file/data/regions: cannot be made a folder for regions: not a directory"):
        regions.remove(tmp_path / "file" / "data", "small-town")


def test_whoever_reads_finds_the_old_text_or_the_new_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "text"
    lying.write_at_once(file, "old")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(lying.os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        lying.write_at_once(file, "new")
    assert file.read_text() == "old"
