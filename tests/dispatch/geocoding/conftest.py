"""Indexes that several tests search: the two towns, and the sample city."""

from __future__ import annotations

from pathlib import Path

import pytest

from dispatch.geocoding.index import build
from dispatch.geocoding.opened import Index
from dispatch.sample.city import EXTRACT
from tests.dispatch.geocoding.towns import two_towns


@pytest.fixture(scope="session")
def towns_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The index of the two towns, as a file."""
    folder = tmp_path_factory.mktemp("towns")
    build(two_towns(folder / "towns.osm.pbf"), folder / "places.db")
    return folder / "places.db"


@pytest.fixture(scope="session")
def towns(towns_file: Path) -> Index:
    """The index of the two towns."""
    return Index(towns_file)


@pytest.fixture(scope="session")
def coquimbo(tmp_path_factory: pytest.TempPathFactory) -> Index:
    """The index of the sample city, which has streets and no addresses."""
    file = tmp_path_factory.mktemp("coquimbo") / "places.db"
    build(EXTRACT, file)
    return Index(file)
