"""The region of the sample city: built of the extract that comes with the program when it is first needed."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from threading import Event

from dispatch import regions
from dispatch.regions.apart import NORMAL, made_apart
from dispatch.regions.building import is_up_to_date
from dispatch.regions.order import USUAL, Told
from dispatch.regions.region import Region, RegionRefused
from dispatch.sample.city import EXTRACT
from dispatch.settings import Settings

NAME = "la-serena-coquimbo"


def in_sample(settings: Settings) -> Settings:
    """The settings, in the sample's region."""
    return settings.model_copy(update={"region": Path(NAME)})


def region_of_sample(home: Path) -> Region | None:
    """The sample's region in a data folder; None where there is none, or one of another extract or program."""
    try:
        region = regions.get(home, NAME)
    except (regions.NoRegion, RegionRefused):
        return None
    return region if is_up_to_date(region, EXTRACT) else None


def build_region(home: Path, told: Told, ending: Event, *, osrm: bool = False) -> Region:
    """Build it; seconds. ``osrm``: with the files of a local OSRM server.

    Raises :class:`RegionRefused`, and :class:`regions.Cancelled` once ``ending`` is set.
    """
    somebody_waits = partial(made_apart, nice=NORMAL)
    wanted = (*USUAL, "osrm") if osrm else USUAL
    return regions.build(EXTRACT, home, NAME, told, ending, wanted=wanted, make=somebody_waits)
