"""`fieldwright region`: build regions of OpenStreetMap extracts, list them, choose one, remove one."""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

from rich.console import Console
from rich.table import Table

from dispatch import regions
from dispatch.commands.base import CannotStart
from dispatch.commands.ending import INTERRUPTED, asked_to_end
from dispatch.commands.opening import settings_for
from dispatch.commands.region_progress import progress_on
from dispatch.regions.home import current_name, unreadable
from dispatch.regions.looking import MB, Look, Takes, look
from dispatch.regions.order import USUAL
from dispatch.regions.region import Region, RegionRefused, name_for
from dispatch.settings import Settings

_PLAIN_WIDTH = 140


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument(
        "what",
        choices=("add", "list", "use", "remove"),
        help="build a region of an extract, list what is there, choose the current one, remove one",
    )
    parser.add_argument(
        "which", metavar="FILE|NAME", nargs="?", help="the extract to add, or the region to use or remove"
    )
    parser.add_argument("--name", help="of the new region (default: what the file's name says)")
    parser.add_argument("--osrm", action="store_true", help="prepare the files of a local OSRM server as well")
    parser.add_argument("--no-map", action="store_true", help="build no base map")
    parser.add_argument("--yes", action="store_true", help="do not ask")
    parser.add_argument("--force", action="store_true", help="remove the current region, too")
    parser.add_argument(
        "--data",
        dest="data_folder",
        type=Path,
        metavar="FOLDER",
        help="the data folder (default FIELDWRIGHT_DATA_FOLDER)",
    )


def run(options: argparse.Namespace) -> int:
    """Do it. Raises :class:`RegionRefused` and :class:`CannotStart` with what people can mend."""
    settings = settings_for(options)
    if (options.what == "list") != (options.which is None):
        wanted = {"add": "the FILE of an extract (.osm.pbf)", "use": "a region", "remove": "a region"}
        raise CannotStart(
            f"region {options.what}: name {wanted[options.what]}"
            if options.which is None
            else "region list takes no name"
        )
    match options.what:
        case "add":
            return _add(settings, options)
        case "use":
            return _use(settings, options.which)
        case "remove":
            return _remove(settings, options)
    return _list(settings)


# -- add -----------------------------------------------------------------------------------------------------------


def _add(settings: Settings, options: argparse.Namespace) -> int:
    extract = Path(options.which)
    seen = look(extract)
    name = options.name or name_for(extract)
    wanted = tuple(part for part in (*USUAL, "osrm") if _is_wanted(part, options))
    _say(_before(seen, seen.takes(wanted), name, settings.home))
    if not _agreed("Build it?", options):
        _say("Nothing was built.")
        return 1
    began = time.monotonic()
    with asked_to_end() as ending, progress_on(sys.stderr) as told:
        try:
            region = regions.build(extract, settings.home, name, told, ending, wanted=wanted)
        except regions.Cancelled:
            _say("Stopped; nothing was changed.")
            return INTERRUPTED
    _say(_after(region, time.monotonic() - began))
    if current_name(settings.home) != name:
        _say(f"`fieldwright region use {name}` makes it the current one.")
    return 0


def _is_wanted(part: str, options: argparse.Namespace) -> bool:
    return bool({"places": True, "map": not options.no_map, "osrm": options.osrm}[part])


def _before(seen: Look, takes: Takes, name: str, home: Path) -> str:
    of = f", as of {seen.of:%Y-%m-%d}" if seen.of else ""
    where = ""
    if seen.bounds is not None:
        south, west, north, east = seen.bounds
        where = f"  it covers {south:.3f} to {north:.3f} north, {west:.3f} to {east:.3f} east\n"
    try:
        old = regions.get(home, name)
        replaced = f"  it takes the place of the one built on {old.built_at:%Y-%m-%d}, which serves until then\n"
    except (regions.NoRegion, RegionRefused):
        replaced = ""
    return (
        f"Region {name} of {seen.path} ({seen.bytes / MB:,.1f} MB{of}) in {home}\n{where}{replaced}"
        f"  about {_duration(takes.seconds)}, {takes.disk / MB:,.0f} MB on the disk, {takes.memory / MB:,.0f} MB of "
        "memory meanwhile"
    )


def _after(region: Region, seconds: float) -> str:
    counts = region.counts
    lines = [
        f"Region {region.name} is ready after {_duration(seconds)}: {region.bytes / MB:,.1f} MB",
        f"  roads      {counts['road_km']:,.0f} km, {counts['arcs']:,} arcs",
    ]
    if "places" in region.parts:
        lines.append(
            f"  addresses  {counts.get('addresses', 0):,} with a number, {counts.get('streets', 0):,} streets, "
            f"{counts.get('places', 0):,} places"
        )
    if "map" in region.parts:
        lines.append(f"  map        {counts.get('tiles', 0):,} tiles, {region.parts['map'].bytes / MB:,.1f} MB")
    error = region.estimate.median_error
    if error is not None:
        lines.append(f"  estimate   {100 * error:.0f} % off in the median, where no road is known")
    lines += [f"  note: {note}" for note in region.notes]
    return "\n".join([*lines, f"  map data {region.attribution}"])


# -- list, use, remove ---------------------------------------------------------------------------------------------


def _list(settings: Settings) -> int:
    there = regions.listed(settings.home)
    chosen = str(settings.region) if settings.region is not None else current_name(settings.home)
    table = Table(
        "region",
        "",
        "area",
        "roads",
        "addresses",
        "map",
        "estimate off",
        "size",
        "built",
        "data of",
        box=None,
        pad_edge=False,
    )
    for column in table.columns[2:8]:
        column.justify = "right"
    for region in there:
        counts, error = region.counts, region.estimate.median_error
        table.add_row(
            region.name,
            "current" if region.name == chosen else "",
            f"{region.square_kilometres:,.0f} km²",
            f"{counts.get('road_km', 0):,.0f} km",
            f"{counts.get('addresses', 0):,}",
            "yes" if region.map_file else "no",
            "" if error is None else f"{100 * error:.0f} %",
            f"{region.bytes / MB:,.1f} MB",
            f"{region.built_at:%Y-%m-%d %H:%M}",
            f"{region.extract.of:%Y-%m-%d}" if region.extract.of else "",
        )
    broken = unreadable(settings.home)
    if there:
        console = Console()
        (console if console.is_terminal else Console(width=_PLAIN_WIDTH)).print(table)
    elif not broken:
        _say(f"There is no region in {settings.home}; `fieldwright region add FILE.osm.pbf` builds one.")
    for why in broken.values():
        sys.stderr.write(f"{why}\n")
    return 0


def _use(settings: Settings, name: str) -> int:
    region = regions.use(settings.home, name)
    _say(f"Region {region.name} is the current one; servers that go by it take it up within seconds.")
    if settings.region is not None and str(settings.region) != name:
        _say(f"But FIELDWRIGHT_REGION={settings.region} goes before it here.")
    return 0


def _remove(settings: Settings, options: argparse.Namespace) -> int:
    name = options.which
    broken = unreadable(settings.home)
    size = "" if name in broken else f" ({regions.get(settings.home, name).bytes / MB:,.1f} MB)"
    chosen = str(settings.region) if settings.region is not None else current_name(settings.home)
    if name == chosen and not options.force:
        raise RegionRefused(
            f"{name} is the current region: without it travel times are estimated, and there are no addresses and no "
            "map. Choose another one with `fieldwright region use`, or say --force."
        )
    if not options.yes and not sys.stdin.isatty():
        raise CannotStart(f"region remove {name}: say --yes where nobody can be asked")
    if not _agreed(f"Remove region {name}{size} from {settings.home}?", options):
        _say("Nothing was removed.")
        return 1
    regions.remove(settings.home, name)
    _say(f"Region {name} is gone.")
    return 0


def _agreed(question: str, options: argparse.Namespace) -> bool:
    """Whether somebody agrees; where nobody can be asked, nobody objects."""
    if options.yes or not sys.stdin.isatty():
        return True
    sys.stdout.write(f"{question} [y/N] ")
    sys.stdout.flush()
    return sys.stdin.readline().strip().lower() in ("y", "yes")


def _duration(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 90 else f"{seconds / 60:.0f} minutes"


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()
