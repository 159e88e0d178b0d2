"""A small town with addresses, as an extract; and a region built of it once, to be looked at."""

from __future__ import annotations

from pathlib import Path

import pytest

from dispatch import regions
from dispatch.regions.region import Region
from tests.dispatch.regions.towns import made_here, write_small_town


@pytest.fixture(scope="session")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The extract of a town of eight streets each way, with a house on every corner."""
    return write_small_town(tmp_path_factory.mktemp("extracts") / "small-town.osm.pbf")


@pytest.fixture(scope="session")
def built(town: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Region]:
    """A data folder with the region of the town, and the region; only to be read."""
    home = tmp_path_factory.mktemp("home")
    return home, regions.build(town, home, "small-town", make=made_here)
