"""`fieldwright region`: what people see and what they are refused."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from dispatch import regions
from dispatch.cli import main
from tests.dispatch.regions.towns import write_small_town


@pytest.fixture
def town(tmp_path: Path) -> Path:
    return write_small_town(tmp_path / "Small Town.osm.pbf")


@pytest.fixture
def region(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):  # type: ignore[no-untyped-def]
    """The command, on a data folder of its own."""
    monkeypatch.setenv("FIELDWRIGHT_DATA_FOLDER", str(tmp_path / "data"))
    monkeypatch.setattr("sys.stdin", io.StringIO())
    return lambda *words: main(["region", *map(str, words)])


def test_a_region_is_added_listed_chosen_and_removed(region, town: Path, tmp_path: Path, capsys) -> None:  # type: ignore[no-untyped-def]
    assert region("list") == 0
    assert "There is no region in" in capsys.readouterr().out
    assert region("add", town) == 0
    said = capsys.readouterr()
    assert "Region small-town of" in said.out
    assert "MB of memory meanwhile" in said.out
    assert "16,8 km" in said.out or "17 km, 224 arcs" in said.out
    assert "8 with a number, 16 streets" in said.out
    assert "© OpenStreetMap contributors (ODbL)" in said.out
    assert "roads: reading the roads" in said.err
    assert "map: " in said.err

    assert region("add", town, "--name", "second", "--no-map") == 0
    said = capsys.readouterr()
    assert "`fieldwright region use second` makes it the current one" in said.out
    assert region("list") == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[:2] for line in lines[1:]] == [["second", "1"], ["small-town", "current"]]
    assert region("use", "second") == 0
    assert "take it up within seconds" in capsys.readouterr().out
    assert region("remove", "second", "--yes") == 2
    assert "second is the current region: without it travel times are estimated" in capsys.readouterr().err
    assert region("remove", "second", "--yes", "--force") == 0
    assert [one.name for one in regions.listed(tmp_path / "data")] == ["small-town"]


def test_a_region_that_is_there_is_said_to_be_replaced(region, town: Path, capsys) -> None:  # type: ignore[no-untyped-def]
    assert region("add", town, "--no-map") == 0
    assert "takes the place" not in capsys.readouterr().out
    assert region("add", town, "--no-map") == 0
    assert "takes the place of the one built on" in capsys.readouterr().out


def test_where_somebody_can_be_asked_they_are(region, town: Path, monkeypatch, capsys, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.setattr("sys.stdin", Terminal("n\n"))
    assert region("add", town) == 1
    assert "Nothing was built." in capsys.readouterr().out
    assert regions.listed(tmp_path / "data") == ()
    monkeypatch.setattr("sys.stdin", Terminal("y\nn\n"))
    assert region("add", town, "--no-map") == 0
    assert region("remove", "small-town", "--force") == 1
    assert "Nothing was removed." in capsys.readouterr().out
    assert len(regions.listed(tmp_path / "data")) == 1


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("add",), "region add: name the FILE of an extract"),
        (("use",), "region use: name a region"),
        (("remove",), "region remove: name a region"),
        (("list", "x"), "region list takes no name"),
        (("add", "nowhere.osm.pbf"), "There is no file nowhere.osm.pbf"),
        (("add", "README.md"), "README.md is no OpenStreetMap extract in PBF format"),
        (("use", "berlin"), "There is no region 'berlin'"),
        (("remove", "berlin", "--yes"), "There is no region 'berlin'"),
        (("remove", "../..", "--yes"), "is no name for a region"),
    ],
)
def test_what_cannot_be_done_is_said_with_the_remedy(region, words: tuple[str, ...], said: str, capsys) -> None:  # type: ignore[no-untyped-def]
    assert region(*words) == 2
    assert said in capsys.readouterr().err


def test_a_name_that_leads_elsewhere_builds_nothing(region, town: Path, tmp_path: Path, capsys) -> None:  # type: ignore[no-untyped-def]
    assert region("add", town, "--name", "../../elsewhere") == 2
    assert "is no name for a region" in capsys.readouterr().err
    assert not (tmp_path / "data").exists()


def test_nobody_is_asked_where_nobody_is_there_and_nothing_removed_without_yes(region, town: Path, capsys) -> None:  # type: ignore[no-untyped-def]
    assert region("add", town, "--no-map") == 0
    assert region("remove", "small-town", "--force") == 2
    assert "say --yes where nobody can be asked" in capsys.readouterr().err


def test_a_region_of_another_program_is_listed_as_that(region, town: Path, tmp_path: Path, capsys) -> None:  # type: ignore[no-untyped-def]
    assert region("add", town, "--no-map") == 0
    manifest = tmp_path / "data" / "regions" / "small-town" / "region.json"
    manifest.write_text(manifest.read_text().replace('"format": 1', '"format": 2'))
    capsys.readouterr()
    assert region("list") == 0
    assert "region small-town has format 2, and this program knows 1: build it again" in capsys.readouterr().err
    assert region("remove", "small-town", "--yes", "--force") == 0
