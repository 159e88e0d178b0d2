"""A first look at an extract: whether it is whole, where it lies, and what building a region of it will take.

A PBF file is a row of blobs, each behind its length and a header that says its kind and size (the format's own
documentation calls them fileblocks). Walking along them reads a few bytes of each, so that a file which ends too early
is found in milliseconds, whatever its size.
"""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import osmium

from dispatch.regions.region import Bounds, RegionRefused

_LONGEST_HEADER, _LONGEST_BLOB = 64 * 1024, 32 * 1024 * 1024
"""Bytes: what the format allows."""
_SIGNATURE = b"\x0a\x09OSMHeader"
_AGAIN = "Fetch it again"

MB = 1_000_000
_SECONDS, _SECONDS_OSRM = (6.0, 2.5), (6.0, 2.0)
_DISK, _DISK_OSRM = (5 * MB, 6.0), (10 * MB, 8.0)
_MEMORY = (200 * MB, 25.0)
"""What building takes: so much in any case, and so much for each megabyte (seconds) or byte (disk, memory) of the
extract; the files of OSRM come on top. Fitted to the extracts of which docs/how-to/regions.md has the figures.
"""
_DISK_MARGIN, _DISK_SPARE = 1.5, 200 * MB


@dataclass(frozen=True, slots=True)
class Takes:
    """What building a region takes, about: seconds, bytes that it will have on the disk, and bytes of memory at the
    height of it.
    """

    seconds: float
    disk: int
    memory: int

    @property
    def room(self) -> int:
        """The bytes that must be free on the disk before it begins: with what lies there only meanwhile."""
        return round(self.disk * _DISK_MARGIN) + _DISK_SPARE


@dataclass(frozen=True, slots=True)
class Look:
    """What can be said of an extract without reading it through. ``of``: when its data was fresh, ``bounds``: what it
    says it covers; None where its header does not say.
    """

    path: Path
    bytes: int
    blobs: int
    of: dt.datetime | None
    bounds: Bounds | None

    def takes(self, wanted: Sequence[str]) -> Takes:
        """What building these parts of it takes."""
        osrm = "osrm" in wanted
        seconds = _line(_SECONDS, self.bytes / MB) + osrm * _line(_SECONDS_OSRM, self.bytes / MB)
        disk = _line(_DISK, self.bytes) + osrm * _line(_DISK_OSRM, self.bytes)
        return Takes(seconds, round(disk), round(_line(_MEMORY, self.bytes)))


def _line(base_and_slope: tuple[float, float], size: float) -> float:
    return base_and_slope[0] + base_and_slope[1] * size


def look(path: Path) -> Look:
    """Look at an extract. Raises :class:`RegionRefused` for a file that is missing, no PBF, or not whole."""
    try:
        with path.open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            blobs = _walk(file, path, size)
    except IsADirectoryError:
        raise RegionRefused(f"{path} is a folder; name an OpenStreetMap extract (.osm.pbf).") from None
    except FileNotFoundError:
        raise RegionRefused(f"There is no file {path}; name an OpenStreetMap extract (.osm.pbf).") from None
    except OSError as error:
        raise RegionRefused(f"{path}: cannot be read: {(error.strerror or str(error)).lower()}") from None
    of, bounds = _header(path)
    return Look(path, size, blobs, of, bounds)


def _walk(file: IO[bytes], path: Path, size: int) -> int:
    """The number of data blobs, once their lengths lead to the end of the file and not beyond."""
    first = file.read(4 + len(_SIGNATURE))
    if not first.startswith(_SIGNATURE, 4):
        raise RegionRefused(f"{path} is no OpenStreetMap extract in PBF format: it does not begin as one does.")
    at, blobs = 0, -1  # the first blob is the header of the file
    while at < size:
        file.seek(at)
        length = int.from_bytes(file.read(4), "big")
        header = file.read(length) if 0 < length <= _LONGEST_HEADER else b""
        if len(header) < length or not header:
            raise _cut_short(path, at, size)
        blob = _blob_size(header)
        if blob is None or blob > _LONGEST_BLOB:
            raise RegionRefused(f"{path} is damaged at byte {at:,} of {size:,}: there is no blob. {_AGAIN}.")
        at += 4 + length + blob
        blobs += 1
    if at != size:
        raise _cut_short(path, at, size)
    if blobs < 1:
        raise RegionRefused(f"{path} ends behind its header: it holds no data at all. {_AGAIN}.")
    return blobs


def _cut_short(path: Path, at: int, size: int) -> RegionRefused:
    missing = f"at least {at - size:,} bytes are missing" if at > size else f"it is damaged at byte {at:,}"
    return RegionRefused(f"{path} is not whole: of {size:,} bytes, {missing}. {_AGAIN}.")


def _blob_size(header: bytes) -> int | None:
    """``datasize`` of a BlobHeader: field 3 of a protocol buffer whose fields 1 and 2 are bytes."""
    at = 0
    while at < len(header):
        key, at = _varint(header, at)
        value, at = _varint(header, at)
        if key == 0x18:
            return value
        if key not in (0x0A, 0x12):
            return None
        at += value
    return None


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while at < len(data) and shift < 64:
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if not byte & 0x80:
            break
        shift += 7
    return value, at


def _header(path: Path) -> tuple[dt.datetime | None, Bounds | None]:
    try:
        reader = osmium.io.Reader(str(path), osmium.osm.osm_entity_bits.NOTHING)
        try:
            header = reader.header()
            box, stamp = header.box(), header.get("osmosis_replication_timestamp")
        finally:
            reader.close()
    except (RuntimeError, ValueError) as error:  # all that osmium raises
        raise RegionRefused(f"{path} cannot be read as an OpenStreetMap extract: {error}. {_AGAIN}.") from error
    bounds = None
    if box.valid():
        bounds = (box.bottom_left.lat, box.bottom_left.lon, box.top_right.lat, box.top_right.lon)
    return _instant(stamp), bounds


def _instant(text: str) -> dt.datetime | None:
    try:
        instant = dt.datetime.fromisoformat(text)
    except ValueError:
        return None
    return instant if instant.tzinfo else instant.replace(tzinfo=dt.UTC)
