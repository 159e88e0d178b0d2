"""A first look at an extract finds what is wrong with it before anything is built."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import osmium
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from dispatch.regions.looking import Look, look
from dispatch.regions.order import USUAL
from dispatch.regions.region import RegionRefused, name_for
from dispatch.sample.city import EXTRACT

WHOLE = EXTRACT.read_bytes()


def test_a_whole_extract_is_looked_at_without_being_read() -> None:
    seen = look(EXTRACT)
    assert (seen.bytes, seen.blobs) == (len(WHOLE), 7)
    assert (seen.of, seen.bounds) == (None, None)


def test_the_header_says_where_it_lies_and_when_its_data_was_fresh(tmp_path: Path) -> None:
    header = osmium.io.Header()
    header.add_box(osmium.osm.Box(9.4, 47.0, 9.7, 47.3))
    header.set("osmosis_replication_timestamp", "2021-10-28T20:21:09Z")
    path = tmp_path / "there.osm.pbf"
    writer = osmium.SimpleWriter(str(path), header=header)
    writer.add_node(osmium.osm.mutable.Node(id=1, version=1, location=(9.5, 47.1)))
    writer.close()
    seen = look(path)
    assert seen.bounds == pytest.approx((47.0, 9.4, 47.3, 9.7))
    assert seen.of == dt.datetime(2021, 10, 28, 20, 21, 9, tzinfo=dt.UTC)


def test_what_building_takes_grows_with_the_extract_and_with_what_is_wanted() -> None:
    small, large = (Look(Path("x"), size, 1, None, None).takes(USUAL) for size in (10**6, 10**8))
    assert small.seconds < large.seconds
    assert small.memory < large.memory
    assert small.disk < large.disk < large.room
    with_server = Look(Path("x"), 10**6, 1, None, None).takes((*USUAL, "osrm"))
    assert (with_server.seconds, with_server.disk) > (small.seconds, small.disk)


@given(st.integers(0, len(WHOLE) - 1))
def test_a_file_that_ends_too_early_is_found_unless_it_ends_between_two_blobs(
    tmp_path_factory: pytest.TempPathFactory, end: int
) -> None:
    assume(
        not WHOLE[end + 4 :].startswith(b"\x0a\x07OSMData")
    )  # another blob begins here: nothing tells that it is gone
    path = tmp_path_factory.mktemp("cut") / "cut.osm.pbf"
    path.write_bytes(WHOLE[:end])
    with pytest.raises(RegionRefused, match=r"is not whole|does not begin as one does|holds no data"):
        look(path)


def test_a_header_without_data_is_no_extract(tmp_path: Path) -> None:
    path = tmp_path / "empty.osm.pbf"
    osmium.SimpleWriter(str(path)).close()
    with pytest.raises(RegionRefused, match="holds no data at all"):
        look(path)


def test_damage_in_the_middle_is_named_with_its_place(tmp_path: Path) -> None:
    path = tmp_path / "damaged.osm.pbf"
    spot = WHOLE.index(b"OSMData") - 6
    path.write_bytes(WHOLE[:spot] + b"\0" * 40 + WHOLE[spot + 40 :])
    with pytest.raises(RegionRefused, match=f"damaged at byte|{path} is not whole"):
        look(path)


@pytest.mark.parametrize("text", ["", "<osm/>", "PK\x03\x04 something else"])
def test_what_is_no_pbf_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "other.osm.pbf"
    path.write_text(text)
    with pytest.raises(RegionRefused, match="is no OpenStreetMap extract in PBF format"):
        look(path)


def test_what_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(RegionRefused, match=r"There is no file .*nowhere\.osm\.pbf"):
        look(tmp_path / "nowhere.osm.pbf")
    with pytest.raises(RegionRefused, match="is a folder; name an OpenStreetMap extract"):
        look(tmp_path)


@pytest.mark.parametrize(
    ("file", "name"),
    [
        ("Rhein-Neckar_2024.osm.pbf", "rhein-neckar-2024"),
        ("liechtenstein-latest.osm.pbf", "liechtenstein"),
        ("São Paulo.pbf", "s-o-paulo"),
    ],
)
def test_a_region_is_called_as_its_extract_unless_said(file: str, name: str) -> None:
    assert name_for(Path("somewhere") / file) == name
