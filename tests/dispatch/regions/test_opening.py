"""What an installation works with is what its settings and its region say."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from dispatch import regions
from dispatch.commands.opening import settings_for
from dispatch.geocoding.providers import GeocoderDown
from dispatch.regions import following
from dispatch.regions.addresses import finder_for
from dispatch.regions.opening import (
    close,
    current,
    geocoder_for,
    map_for,
    network_of,
    provider_for,
    region_in_use,
)
from dispatch.regions.region import NoRegion, Region, RegionRefused
from dispatch.settings import Settings
from dispatch.travel.ports import Source
from dispatch.travel.provider import EngineProvider, EstimatedTravel, TravelProvider
from optimizer.domain import Geodesic, Matrix
from tests.dispatch.regions.towns import corner, made_here

HERE, THERE, FAR = corner(0, 0), corner(3, 3), (-31.0, -71.0)
NOBODY = "http://127.0.0.1:9"


@pytest.fixture
def home(built: tuple[Path, Region], tmp_path: Path) -> Path:
    """A data folder of one's own, with the region of the small town."""
    return Path(shutil.copytree(built[0], tmp_path / "data"))


@pytest.fixture
def opened() -> Iterator[list[TravelProvider]]:
    """Providers that are closed at the end."""
    providers: list[TravelProvider] = []
    yield providers
    for provider in providers:
        close(provider)


def test_an_installation_without_a_region_estimates(tmp_path: Path) -> None:
    settings = Settings(travel_speed_kmh=30, travel_detour=1.2, data_folder=tmp_path)
    provider = provider_for(settings)
    assert isinstance(provider, EstimatedTravel)
    assert provider.table([]) == Geodesic(30, 1.2)
    assert (current(settings), map_for(settings), geocoder_for(settings)) == (None, None, None)
    assert network_of(provider) is None
    assert list(tmp_path.iterdir()) == []


def test_an_installation_with_a_region_drives_on_its_roads(home: Path, opened: list[TravelProvider]) -> None:
    settings = Settings(data_folder=home)
    provider = provider_for(settings)
    opened.append(provider)
    measured = provider.measured([HERE, THERE])
    assert measured.sources[0, 1] == Source.ROAD
    assert measured.distances[0, 1] == pytest.approx(900, abs=3)
    assert isinstance(provider.table([HERE, THERE]), Matrix)
    assert provider.measured([HERE, THERE]).sources[0, 1] == Source.CACHED
    assert provider.route([HERE, THERE])[0].metres == pytest.approx(900, abs=3)
    assert {"roads", "estimate"} <= {health.name for health in provider.health() if health.state == "up"}
    assert region_in_use(provider) == regions.get(home, "small-town")
    assert network_of(provider) is not None


def test_what_was_measured_is_there_after_the_next_start(home: Path) -> None:
    for expected in (Source.ROAD, Source.CACHED):
        provider = provider_for(Settings(data_folder=home))
        assert provider.measured([HERE, THERE]).sources[0, 1] == expected
        close(provider)


def test_off_the_roads_the_regions_own_estimate_answers(home: Path, opened: list[TravelProvider]) -> None:
    provider = provider_for(Settings(data_folder=home))
    opened.append(provider)
    region = regions.get(home, "small-town")
    measured = provider.measured([HERE, FAR])
    guess = region.estimate.engine().table([HERE], [FAR]).durations[0, 0]
    assert measured.sources[0, 1] == Source.ESTIMATE
    assert measured.durations[0, 1] == pytest.approx(guess * 1.1, abs=1)


def test_addresses_and_the_map_are_those_of_the_region(home: Path) -> None:
    settings = Settings(data_folder=home)
    geocoder, file = geocoder_for(settings), map_for(settings)
    assert geocoder is not None
    assert geocoder_for(settings) is geocoder
    assert "Row 3 Street" in geocoder.geocode("Row 3 Street 4").address
    assert file == regions.get(home, "small-town").map_file


def test_the_data_folder_lies_beside_the_database_unless_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("FIELDWRIGHT_DATA_FOLDER")
    homes = {
        "sqlite:///fieldwright.db": "fieldwright-data",
        "sqlite:////var/lib/us/city.db": "/var/lib/us/fieldwright-data",
        "sqlite:///out/city.db?timeout=3": "out/fieldwright-data",
        "sqlite://": "fieldwright-data",
        "sqlite:///:memory:": "fieldwright-data",
        "postgresql://me:secret@host/name": "fieldwright-data",
    }
    assert {url: str(Settings(database_url=url).home) for url in homes} == homes
    assert Settings(database_url="sqlite://", data_folder=Path("/x")).home == Path("/x")


def test_a_region_is_named_and_must_be_there(home: Path) -> None:
    named = Settings(data_folder=home, region=Path("small-town"))
    assert current(named) == regions.get(home, "small-town")
    with pytest.raises(NoRegion, match=r"There is no region 'berlin' in .*; there: small-town"):
        provider_for(Settings(data_folder=home, region=Path("berlin")))


def test_of_an_extract_that_is_named_only_the_roads_are_read(
    town: Path, tmp_path: Path, opened: list[TravelProvider]
) -> None:
    settings = Settings(data_folder=tmp_path / "data", region=town)
    provider = provider_for(settings)
    opened.append(provider)
    assert provider.measured([HERE, THERE]).sources[0, 1] == Source.ROAD
    assert (current(settings), map_for(settings), geocoder_for(settings)) == (None, None, None)
    with pytest.raises(RegionRefused, match=r"The roads cannot be opened: there is no .* at .*nowhere\.osm\.pbf"):
        provider_for(Settings(data_folder=tmp_path, region=tmp_path / "nowhere.osm.pbf"))


def test_roads_that_cannot_be_read_are_said_to_be_built_again(home: Path) -> None:
    region = regions.get(home, "small-town")
    for file in region.roads_folder.iterdir():
        file.write_bytes(file.read_bytes()[:40])
    with pytest.raises(RegionRefused, match=r"The roads cannot be opened: .*--name small-town"):
        provider_for(Settings(data_folder=home))


def test_addresses_that_cannot_be_read_are_said_to_be(home: Path) -> None:
    regions.get(home, "small-town").places_file.write_bytes(b"no index at all")
    with pytest.raises(RegionRefused, match="The addresses of region small-town cannot be opened"):
        geocoder_for(Settings(data_folder=home))


def test_damaged_addresses_are_said_to_be_down_so_that_nobody_is_kept_from_adding_a_site(home: Path) -> None:
    regions.get(home, "small-town").places_file.write_bytes(b"not an index")
    with pytest.raises(GeocoderDown, match="cannot be opened"):
        finder_for(Settings(data_folder=home)).find("Hauptstrasse 1")


def test_whoever_wants_estimates_gets_those_of_the_region(home: Path) -> None:
    provider = provider_for(Settings(data_folder=home, travel_engines=("estimate",)))
    law = regions.get(home, "small-town").estimate.engine()
    assert provider.measured([HERE, THERE]).durations[0, 1] == law.table([HERE], [THERE]).durations[0, 0]
    assert network_of(provider) is None


def test_where_a_server_is_away_the_roads_answer_and_its_health_says_so(
    home: Path, opened: list[TravelProvider]
) -> None:
    settings = Settings(
        data_folder=home,
        travel_engines=("osrm", "valhalla", "embedded"),
        osrm_url=NOBODY,
        valhalla_url=NOBODY,
    )
    provider = provider_for(settings)
    opened.append(provider)
    assert provider.measured([HERE, THERE]).sources[0, 1] == Source.ROAD
    health = {one.name: one for one in provider.health()}
    assert list(health)[:4] == ["osrm", "valhalla", "roads", "estimate"]
    assert health["osrm"].failures > 0
    assert health["roads"].failures == 0


def test_a_server_of_our_own_wants_files_that_were_prepared(home: Path, tmp_path: Path) -> None:
    for folder, said in ((home, "region small-town was built without them"), (tmp_path, "there is no region")):
        settings = Settings(data_folder=folder, travel_engines=("osrm",), osrm_local=True)
        with pytest.raises(RegionRefused, match=f"{said}.*region add FILE --osrm"):
            provider_for(settings)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"travel_engines": ""}, "names no engine"),
        ({"travel_engines": "osrm,embedded"}, "the engine osrm needs FIELDWRIGHT_OSRM_URL"),
        ({"travel_engines": "valhalla"}, "the engine valhalla needs FIELDWRIGHT_VALHALLA_URL"),
        ({"travel_engines": "embedded,embedded"}, "names an engine twice"),
        ({"travel_engines": "estimate,embedded"}, "the estimate always answers"),
        ({"travel_engines": "horses"}, "Input should be 'embedded', 'osrm', 'valhalla' or 'estimate'"),
        ({"osrm_url": NOBODY}, "say FIELDWRIGHT_TRAVEL_ENGINES=osrm,embedded"),
        ({"travel_engines": "osrm", "osrm_url": NOBODY, "osrm_local": "true"}, "name two servers"),
        ({"travel_engines": "osrm", "osrm_url": "localhost:5000"}, "write http://HOST:PORT"),
        ({"travel_engines": "valhalla", "valhalla_url": "ftp://x"}, "write http://HOST:PORT"),
    ],
)
def test_engines_that_make_no_sense_are_refused_with_the_remedy(
    monkeypatch: pytest.MonkeyPatch, given: dict[str, str], said: str
) -> None:
    for name, value in given.items():
        monkeypatch.setenv(f"FIELDWRIGHT_{name.upper()}", value)
    with pytest.raises(ValidationError, match=said):
        Settings()


@pytest.mark.parametrize("written", ["osrm, embedded", '["osrm", "embedded"]'])
def test_engines_are_named_with_commas_between(monkeypatch: pytest.MonkeyPatch, written: str) -> None:
    monkeypatch.setenv("FIELDWRIGHT_TRAVEL_ENGINES", written)
    monkeypatch.setenv("FIELDWRIGHT_OSRM_URL", NOBODY)
    assert Settings().travel_engines == ("osrm", "embedded")


def test_the_command_line_says_settings_that_do_not_go_together_as_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    from argparse import Namespace

    from dispatch.commands.base import CannotStart

    monkeypatch.setenv("FIELDWRIGHT_TRAVEL_ENGINES", "osrm")
    with pytest.raises(CannotStart, match=r"^the engine osrm needs FIELDWRIGHT_OSRM_URL, or .*; correct it"):
        settings_for(Namespace())


# -- a newer version -----------------------------------------------------------------------------------------------


class Clock:
    """Moves when it is told to."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The clock by which newer versions are looked for."""
    clock = Clock()
    init = following.Followed.__init__

    def with_clock(self: Any, *arguments: Any) -> None:
        init(self, *arguments, clock=clock)

    monkeypatch.setattr(following.Followed, "__init__", with_clock)
    return clock


def test_a_newer_version_is_taken_up_while_running(
    home: Path, town: Path, clock: Clock, opened: list[TravelProvider]
) -> None:
    provider = provider_for(Settings(data_folder=home))
    opened.append(provider)
    assert isinstance(provider, EngineProvider)
    old = regions.get(home, "small-town")
    new = regions.build(town, home, "small-town", make=made_here)
    assert region_in_use(provider) == old
    clock.seconds += following.LOOK_EVERY
    assert region_in_use(provider) == new
    assert provider.measured([HERE, THERE]).durations[0, 1] > 0


def test_another_region_is_taken_up_once_it_is_chosen(
    home: Path, town: Path, clock: Clock, opened: list[TravelProvider]
) -> None:
    provider = provider_for(Settings(data_folder=home))
    opened.append(provider)
    other = regions.build(town, home, "other-town", wanted=(), make=made_here)
    clock.seconds += following.LOOK_EVERY
    assert region_in_use(provider) == regions.get(home, "small-town")
    regions.use(home, "other-town")
    clock.seconds += following.LOOK_EVERY
    assert region_in_use(provider) == other


def test_what_cannot_be_opened_is_said_once_and_the_old_version_goes_on(
    home: Path, town: Path, clock: Clock, opened: list[TravelProvider], caplog: pytest.LogCaptureFixture
) -> None:
    provider = provider_for(Settings(data_folder=home))
    opened.append(provider)
    old = regions.get(home, "small-town")
    broken = regions.build(town, home, "small-town", make=made_here)
    shutil.rmtree(broken.roads_folder)
    for _ in range(3):
        clock.seconds += following.LOOK_EVERY
        assert region_in_use(provider) == old
        assert provider.measured([HERE, THERE], fleeting=[0]).sources[0, 1] == Source.ROAD
    assert [record.message for record in caplog.records if "goes on as it is" in record.message] != []
    assert len([record for record in caplog.records if "goes on as it is" in record.message]) == 1
    mended = regions.build(town, home, "small-town", make=made_here)
    clock.seconds += following.LOOK_EVERY
    assert region_in_use(provider) == mended


def test_a_region_that_is_taken_away_goes_on_for_whoever_has_it(
    home: Path, clock: Clock, opened: list[TravelProvider]
) -> None:
    settings = Settings(data_folder=home, region=Path("small-town"))
    provider = provider_for(settings)
    opened.append(provider)
    regions.remove(home, "small-town")
    clock.seconds += following.LOOK_EVERY
    assert provider.measured([HERE, THERE]).sources[0, 1] == Source.ROAD
    with pytest.raises(NoRegion):
        current(settings)
