"""Which regions there are, over HTTP."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from dispatch import regions
from dispatch.settings import Settings
from tests.dispatch.regions.towns import made_here, write_small_town

Api = Callable[..., Any]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(database_url="sqlite://", data_folder=tmp_path)


@pytest.mark.parametrize("role", ["administrator", "dispatcher"])
def test_without_regions_there_are_none(api: Api, role: str) -> None:
    assert api(role).get("regions").json() == {"current": None, "used": None, "items": []}


def test_a_region_is_shown_with_its_bounds_counts_and_what_it_owes(api: Api, tmp_path: Path) -> None:
    extract = write_small_town(tmp_path / "small-town.osm.pbf")
    region = regions.build(extract, tmp_path, "small-town", wanted=("places",), make=made_here)
    answer = api("dispatcher").get("regions")
    assert answer.status_code == 200, answer.text
    shown = answer.json()
    assert (shown["current"], shown["used"]) == ("small-town", region.version)
    (one,) = shown["items"]
    assert one["bounds"] == list(region.bounds)
    assert one["counts"]["addresses"] == 8
    assert one["estimate"]["median_error"] == region.estimate.median_error
    assert one["attribution"] == "© OpenStreetMap contributors (ODbL)"
    assert one["has_map"] is False
    assert str(tmp_path) not in answer.text


def test_technicians_have_no_use_for_it(api: Api) -> None:
    answer = api("technician").get("regions")
    assert answer.status_code == 403
