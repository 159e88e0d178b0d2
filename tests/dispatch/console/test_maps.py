"""What maps are drawn from, the tiles of a region, and the pages around them."""

from __future__ import annotations

import datetime as dt
import gzip
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from pydantic import ValidationError

from dispatch.console import base_map
from dispatch.console.pages import page_policy, serve_pages
from dispatch.regions.region import Estimate, Extract, NoRegion, Part, Region
from dispatch.settings import Settings
from dispatch.store.engine import Store
from dispatch.travel.estimate import PowerLaw
from tests.dispatch.world import World

Api = Callable[..., Any]
TILES = b"PMTiles\x03" + bytes(1000)


@pytest.fixture
def region(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Region:
    """A region with a map, in use."""
    (tmp_path / "map.pmtiles").write_bytes(TILES)
    made = Region(
        name="a-town",
        folder=tmp_path,
        version="v7",
        bounds=(-30.0, -71.4, -29.8, -71.1),
        built_at=dt.datetime(2026, 11, 23, tzinfo=dt.UTC),
        extract=Extract("a-town.osm.pbf", "00", 1),
        parts={"map": Part("1", 1.0, len(TILES))},
        estimate=Estimate(PowerLaw(1.3, 0.73), 1.3, None, 0),
    )
    monkeypatch.setattr(base_map, "current", lambda _: made)
    return made


@pytest.mark.usefixtures("region")
@pytest.mark.parametrize("role", ["dispatcher", "technician"])
def test_everybody_who_is_signed_in_learns_what_maps_are_drawn_from(api: Api, role: str) -> None:
    assert api(role).get("map/source").json() == {
        "kind": "region",
        "url": "/api/v1/map/tiles/a-town.pmtiles?version=v7",
        "attribution": "© OpenStreetMap contributors",
        "bounds": [-71.4, -30.0, -71.1, -29.8],
        "missing": None,
    }


@pytest.mark.usefixtures("region")
def test_tiles_are_read_by_ranges_and_kept_for_ever_under_their_version(api: Api) -> None:
    client = api("technician")
    url = client.get("map/source").json()["url"]

    piece = client.get(url, headers={"Range": "bytes=0-6"})

    assert (piece.status_code, piece.content) == (206, b"PMTiles")
    assert piece.headers["content-type"] == "application/vnd.pmtiles"
    assert piece.headers["cache-control"] == "private, max-age=31536000, immutable"
    assert client.get(url, headers={"If-None-Match": piece.headers["etag"]}).status_code == 304
    assert client.get(url, headers={"Range": "bytes=5000-"}).status_code == 416
    assert client.get(url.replace("v7", "v6")).headers["cache-control"] == "private, no-cache"


@pytest.mark.usefixtures("region")
def test_tiles_are_for_those_who_are_signed_in_and_of_the_region_in_use(api: Api) -> None:
    assert api(None).get("map/tiles/a-town.pmtiles").status_code == 401
    assert api(None).get("map/source").status_code == 401
    for name in ("another", "..%2Fa-town", "%2e%2e"):
        assert api("dispatcher").get(f"map/tiles/{name}.pmtiles").status_code == 404, name


def test_without_a_region_the_source_says_what_is_missing(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(base_map, "current", lambda _: None)
    source = api("dispatcher").get("map/source").json()
    assert (source["kind"], source["url"]) == ("none", None)
    assert "fieldwright region add" in source["missing"]


def test_a_region_that_is_named_and_not_there_is_said(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(_: Settings) -> Region:
        raise NoRegion("There is no region 'atlantis'.")

    monkeypatch.setattr(base_map, "current", gone)
    source = api("dispatcher").get("map/source").json()
    assert (source["kind"], source["missing"]) == ("none", "There is no region 'atlantis'.")


def test_a_region_without_a_map_says_how_to_get_one(region: Region, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(base_map, "current", lambda _: replace(region, parts={}))
    source = base_map.source_of(Settings(database_url="sqlite://"))
    assert (source.kind, source.bounds) == ("none", (-71.4, -30.0, -71.1, -29.8))
    assert "tippecanoe" in (source.missing or "")


@pytest.mark.usefixtures("region")
@pytest.mark.parametrize(
    ("url", "kind"),
    [
        ("https://tiles.example.org/{z}/{x}/{y}.png", "raster"),
        ("https://tiles.example.org/{z}/{x}/{y}.mvt?key=1", "vector"),
        ("https://tiles.example.org/world.pmtiles", "vector"),
    ],
)
def test_a_configured_address_goes_before_the_region_and_browsers_may_reach_it(url: str, kind: str) -> None:
    settings = Settings(database_url="sqlite://", tile_url=url, tile_attribution="© Somebody")
    source = base_map.source_of(settings)
    assert (source.kind, source.url, source.attribution) == (kind, url, "© Somebody")
    policy = directives(page_policy(settings))
    assert policy["connect-src"] == "'self' https://tiles.example.org"
    assert policy["img-src"] == "'self' data: blob: https://tiles.example.org"
    assert policy["script-src"] == "'self'"


@pytest.mark.parametrize("url", ["ftp://tiles.example.org/", "https://a.example/; script-src *", "https://a b/", "x"])
def test_an_address_that_would_open_more_than_tiles_is_refused(url: str) -> None:
    with pytest.raises(ValidationError, match="tile_url"):
        Settings(database_url="sqlite://", tile_url=url)


def test_open_work_is_listed_with_its_place_within_ones_territories(api: Api, sqlite_store: Store) -> None:
    world = World(sqlite_store)
    north, south = world.territory("North"), world.territory("South")
    for territory, at in ((north, (-29.8, -71.2)), (south, (-30.0, -71.3))):
        world.job(at=at, territory=territory)

    everything = api("dispatcher").get("map/unassigned").json()
    mine = api("dispatcher", territories=[north]).get("map/unassigned").json()

    assert [(one["lat"], one["lon"]) for one in everything["visits"]] == [(-29.8, -71.2), (-30.0, -71.3)]
    assert [(one["lat"], one["lon"]) for one in mine["visits"]] == [(-29.8, -71.2)]
    assert (everything["cut"], everything["now"]) == (False, "2026-11-23T12:00:00Z")
    assert api("technician").get("map/unassigned").status_code == 403


# -- the pages ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def built(tmp_path: Path) -> Path:
    """What building leaves: a document, and a script named after its content."""
    assets = tmp_path / "built" / "map" / "assets"
    assets.mkdir(parents=True)
    (assets.parent / "index.html").write_text("<!doctype html><title>Map</title>")
    (assets / "index-a1B2_c3.js").write_text("export {};")
    (assets / "secret.env").write_text("not for you")
    return tmp_path / "built"


def pages(built: Path) -> TestClient:
    app = FastAPI()
    serve_pages(app, Settings(database_url="sqlite://"), built)
    return TestClient(app, follow_redirects=False)


def test_a_page_lets_nothing_run_but_its_own_files(built: Path) -> None:
    answer = pages(built).get("/map")
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-cache"
    policy = directives(answer.headers["content-security-policy"])
    assert policy["default-src"] == "'none'"
    assert (policy["script-src"], policy["style-src"], policy["worker-src"]) == ("'self'", "'self'", "'self'")
    assert policy["connect-src"] == "'self'"
    assert "unsafe" not in answer.headers["content-security-policy"]
    assert pages(built).get("/map", headers={"If-None-Match": answer.headers["etag"]}).status_code == 304


def test_files_whose_names_change_with_their_content_are_kept_for_ever(built: Path) -> None:
    answer = pages(built).get("/map/assets/index-a1B2_c3.js")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/javascript; charset=utf-8")
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"


@pytest.mark.parametrize(
    ("accepted", "sent"),
    [
        ("gzip, deflate, br", "gzip"),
        ("br;q=1.0, GZIP;q=0.3", "gzip"),
        ("*", "gzip"),
        ("gzip;q=0, *;q=1", None),
        ("gzip; q=0.0", None),
        ("br", None),
        ("", None),
    ],
)
def test_a_compressed_file_is_sent_to_whoever_can_read_it(built: Path, accepted: str, sent: str | None) -> None:
    script = built / "map" / "assets" / "index-a1B2_c3.js"
    script.with_name(f"{script.name}.gz").write_bytes(gzip.compress(script.read_bytes()))
    answer = pages(built).get("/map/assets/index-a1B2_c3.js", headers={"Accept-Encoding": accepted})
    assert (answer.status_code, answer.text) == (200, "export {};")
    assert answer.headers.get("content-encoding") == sent
    assert (answer.headers["vary"], answer.headers["content-type"]) == (
        "Accept-Encoding",
        "text/javascript; charset=utf-8",
    )
    assert pages(built).get("/map/assets/index-a1B2_c3.js.gz").status_code == 404


@pytest.mark.parametrize("name", ["secret.env", "..%2Findex.html", ".hidden.js", "none.js", "%2Fetc%2Fpasswd"])
def test_nothing_else_is_served(built: Path, name: str) -> None:
    assert pages(built).get(f"/map/assets/{name}").status_code in (404, 422)


def test_the_front_door_leads_to_the_console(built: Path) -> None:
    answer = pages(built).get("/")
    assert (answer.status_code, answer.headers["location"]) == (307, "/console")


def test_pages_that_were_not_built_say_what_is_missing(tmp_path: Path) -> None:
    answer = pages(tmp_path).get("/map")
    assert answer.status_code == 503
    assert "Node 20" in answer.text


def directives(policy: str) -> dict[str, str]:
    return dict(one.strip().split(" ", 1) for one in policy.split(";"))
