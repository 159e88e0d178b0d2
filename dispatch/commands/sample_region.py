"""Having the sample's region there, for the commands that play in it."""

from __future__ import annotations

import sys
import threading
from pathlib import Path

from dispatch import regions
from dispatch.commands.region_progress import progress_on
from dispatch.sample.region import build_region, region_of_sample


def ensure_region(home: Path, ending: threading.Event, *, osrm: bool = False) -> bool:
    """Build the sample's region where it is not there yet. False where ``ending`` was set before it was.

    ``osrm``: it has to hold the files of a local OSRM server, too.

    Raises :class:`dispatch.regions.RegionRefused`.
    """
    region = region_of_sample(home)
    if region is not None and (region.osrm_folder is not None or not osrm):
        return True
    sys.stdout.write("Building the region of La Serena and Coquimbo: roads, addresses and map\n")
    sys.stdout.flush()
    try:
        with progress_on(sys.stderr, quiet=True) as told:
            build_region(home, told, ending, osrm=osrm)
    except regions.Cancelled:
        return False
    return True
