"""Where the regions of an installation lie, and how one takes the place of another.

``DATA/regions/NAME/region.json`` is the manifest; it names the version whose parts lie in ``NAME/VERSION/``. A region
is there when its manifest is, and changes when another manifest takes its place, which the file system does in one
step. Whatever else lies in ``NAME/`` was left by a build that ended early, or is the version before, which somebody may
still have open: the next build sweeps it away.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import logging
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from dispatch.regions.region import MANIFEST, NoRegion, Region, RegionRefused, checked_name, read_manifest

log = logging.getLogger(__name__)

_CURRENT = "current"


def regions_folder(home: Path) -> Path:
    """Where regions lie in the data folder."""
    return home / "regions"


def listed(home: Path) -> tuple[Region, ...]:
    """Every region that can be opened, by name. What cannot be read is said in the log: see :func:`unreadable`."""
    found = []
    for folder in _named_folders(home):
        try:
            found.append(read_manifest(folder))
        except FileNotFoundError:
            continue
        except RegionRefused as refused:
            log.warning("%s", refused)
    return tuple(found)


def unreadable(home: Path) -> dict[str, str]:
    """The regions whose manifest cannot be read: name → why."""
    found = {}
    for folder in _named_folders(home):
        with contextlib.suppress(FileNotFoundError):
            try:
                read_manifest(folder)
            except RegionRefused as refused:
                found[folder.name] = str(refused)
    return found


def _named_folders(home: Path) -> list[Path]:
    folder = regions_folder(home)
    return sorted(path for path in folder.iterdir() if path.is_dir()) if folder.is_dir() else []


def get(home: Path, name: str) -> Region:
    """The region of this name. Raises :class:`NoRegion` and :class:`RegionRefused`."""
    try:
        return read_manifest(regions_folder(home) / checked_name(name))
    except FileNotFoundError:
        there = ", ".join(region.name for region in listed(home)) or "none"
        raise NoRegion(
            f"There is no region {name!r} in {home}; there: {there}. `fieldwright region add` builds one."
        ) from None


def remove(home: Path, name: str) -> None:
    """Take a region away, and everything that belongs to it. Raises :class:`NoRegion` and :class:`RegionRefused`."""
    folder = regions_folder(home) / checked_name(name)
    with alone(home):
        try:
            (folder / MANIFEST).unlink()
        except FileNotFoundError:
            raise NoRegion(f"There is no region {name!r} in {home}.") from None
        _sync_folder(folder)
        shutil.rmtree(folder)
        if current_name(home) == name:
            _current_file(home).unlink()


def current_name(home: Path) -> str | None:
    """The region that was chosen with `fieldwright region use`; where none was, the only one there is."""
    with contextlib.suppress(FileNotFoundError):
        return _current_file(home).read_text(encoding="utf-8").strip()
    there = listed(home)
    return there[0].name if len(there) == 1 else None


def use(home: Path, name: str) -> Region:
    """Let a region be the current one. Raises :class:`NoRegion`."""
    region = get(home, name)
    write_at_once(_current_file(home), f"{name}\n")
    return region


def _current_file(home: Path) -> Path:
    return regions_folder(home) / _CURRENT


@contextlib.contextmanager
def alone(home: Path) -> Iterator[int]:
    """Nobody else builds or removes a region meanwhile; the descriptor that holds the lock.

    The lock goes with the last process that has the descriptor. Raises :class:`RegionRefused` where somebody has it.
    """
    folder = regions_folder(home)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(folder, os.O_RDONLY)
    except OSError as error:
        raise RegionRefused(f"{folder}: cannot be made a folder for regions: {_reason(error)}") from None
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise RegionRefused(
                f"Another process is building or removing a region in {folder}; wait until it is done."
            ) from None
        yield descriptor
    finally:
        os.close(descriptor)


def install(building: Path, region: Region) -> None:
    """Let what was built in ``building`` be the region: make sure that it is on the disk, then change the manifest."""
    sync_tree(building)
    building.rename(region.folder)
    _sync_folder(region.folder.parent)
    write_at_once(
        region.folder.parent / MANIFEST, json.dumps(region.as_document(), indent=2, ensure_ascii=False) + "\n"
    )


def sweep(folder: Path, *, keep: str | None) -> None:
    """Remove everything from a region's folder except its manifest and the version to keep; the folder, if that is all.

    What cannot be removed now, as where a program still has it open, is left for the next time.
    """
    if not folder.is_dir():
        return
    wanted = {MANIFEST, keep}
    for path in folder.iterdir():
        if path.name in wanted:
            continue
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path, ignore_errors=True)
        else:
            with contextlib.suppress(OSError):
                path.unlink()
    with contextlib.suppress(OSError):
        folder.rmdir()  # succeeds where nothing is left


def write_at_once(file: Path, text: str) -> None:
    """Write a file so that whoever reads it finds the old text or the new one, whatever happens meanwhile."""
    new = file.with_name(f".{file.name}.new")
    with new.open("w", encoding="utf-8") as stream:
        stream.write(text)
        stream.flush()
        os.fsync(stream.fileno())
    new.replace(file)
    _sync_folder(file.parent)


def sync_tree(folder: Path) -> None:
    """Have every file and folder below written to the disk itself."""
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            _sync(path)
        elif path.is_dir():
            _sync_folder(path)
    _sync_folder(folder)


def _sync_folder(folder: Path) -> None:
    _sync(folder)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def size_of(folder: Path) -> int:
    """The bytes of all files below a folder, or of the file itself."""
    if folder.is_file():
        return folder.stat().st_size
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def _reason(error: OSError) -> str:
    return (error.strerror or str(error)).lower()
