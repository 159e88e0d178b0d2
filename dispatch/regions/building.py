"""Building a region: first in a folder of its own, and only when it is whole does it take its place."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import secrets
import shutil
import threading
from collections.abc import Callable, Sequence
from pathlib import Path

from dispatch.regions.apart import Cancelled, made_apart
from dispatch.regions.home import alone, current_name, install, regions_folder, sweep, use
from dispatch.regions.looking import MB, Look, look
from dispatch.regions.order import USUAL, Order, Step, Told
from dispatch.regions.region import MANIFEST, Region, RegionRefused, checked_name

_BUILDING = "building-"

Maker = Callable[[Order, Told, threading.Event, int], Region]
"""Makes what was ordered; see :func:`dispatch.regions.apart.made_apart`."""


def _silently(_: Step) -> None:
    """For callers who need not know how far it is."""


def build(
    extract: Path,
    home: Path,
    name: str,
    progress: Told = _silently,
    cancel: threading.Event | None = None,
    *,
    wanted: tuple[str, ...] = USUAL,
    make: Maker = made_apart,
) -> Region:
    """Build the region ``name`` of an extract in the data folder ``home``; the first region becomes the current one.

    Until it is whole, the region that has this name goes on as it is, whatever happens meanwhile; nothing is left of a
    build that fails. Raises :class:`RegionRefused` for what people can mend, and :class:`Cancelled` once ``cancel`` is
    set.
    """
    folder = regions_folder(home) / checked_name(name)
    seen = look(extract)
    with alone(home) as lock:
        now = _version_in(folder)
        first = current_name(home) is None
        sweep(folder, keep=now)
        require_room(home, seen, wanted)
        try:
            building = folder / f"{_BUILDING}{secrets.token_hex(4)}"
            building.mkdir(parents=True)
            version = f"{dt.datetime.now(dt.UTC):%Y%m%dT%H%M%S}-{secrets.token_hex(4)}"
            order = Order(extract.resolve(), building, name, version, seen.of, wanted)
            region = make(order, progress, cancel or threading.Event(), lock)
            install(building, region)
        except OSError as error:
            sweep(folder, keep=_version_in(folder))
            where = f"{error.filename}: " if error.filename else ""
            raise RegionRefused(
                f"The region could not be put into {folder}: {where}{(error.strerror or str(error)).lower()}."
            ) from error
        except BaseException:
            sweep(folder, keep=_version_in(folder))
            raise
        if first:
            use(home, name)
    return region


def is_up_to_date(region: Region, extract: Path) -> bool:
    """Whether building the region again, of this extract and by this program, would make the same."""
    from dispatch.regions.parts import VERSIONS  # reads much that a region which is there does not need

    if region.extract.bytes != extract.stat().st_size or region.extract.sha256 != sha256_of(extract):
        return False
    return all(part.version == VERSIONS.get(name) for name, part in region.parts.items())


def sha256_of(extract: Path) -> str:
    """The content of a file, in a word."""
    with extract.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def require_room(home: Path, seen: Look, wanted: Sequence[str]) -> None:
    """Raise :class:`RegionRefused` where the disk has too little room for a region of this extract."""
    there = home
    while not there.exists():
        there = there.parent
    free = shutil.disk_usage(there).free
    needed = seen.takes(wanted).room
    if free < needed:
        raise RegionRefused(
            f"The disk of {home} has {free / MB:,.0f} MB free; building a region of {seen.path.name} needs about "
            f"{needed / MB:,.0f} MB. Make room, or name another data folder with FIELDWRIGHT_DATA_FOLDER."
        )


def _version_in(folder: Path) -> str | None:
    """The version that the manifest names, be it one that this program can open or not."""
    try:
        return str(json.loads((folder / MANIFEST).read_text(encoding="utf-8"))["version"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


__all__ = ["Cancelled", "Maker", "build", "is_up_to_date", "require_room"]
