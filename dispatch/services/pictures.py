"""Looking into a picture that somebody sent, and making a clean one of it.

A file is what its bytes say, not what it is called. It is decoded in full, turned as its camera meant it, and written
anew from its pixels: what a phone wrote beside them (where it was taken, when, with what), comments, colour profiles,
further frames, and whatever was hung onto the file are gone, because nothing but pixels is carried over. A file that is
two things at once (a photo and an archive, or a page) is only a photo afterwards.

The size in pixels is read from the file's head before anything is decoded, so that a small file that unfolds to
gigabytes costs nothing; neither does one that goes over its pixels again and again. What is decoded takes four bytes
for each pixel, twice that while it is turned; of large ones only one is decoded at a time in each process.
"""

from __future__ import annotations

import struct
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from typing import ClassVar

from PIL import Image, ImageOps

from dispatch.domain.errors import DispatchError

TYPES = ("image/jpeg", "image/png", "image/webp")
"""What phones may send."""
MOST_PIXELS = 50_000_000
_LARGE = 4_000_000
_MOST_SEGMENTS = 2000
_MOST_SCANS = 40
_QUALITY = 90
_SCAN = b"\xff\xda"
"""Begins a scan of a JPEG (SOS, ITU-T T.81, B.2.3): each goes over all pixels once more, and takes but a few bytes. In
what is coded, no byte FF stands before another than 00 or a restart, so it cannot be there by chance. Cameras make ten
of them at most."""
_one_large_at_a_time = threading.Lock()


class Unacceptable(DispatchError):  # noqa: N818  a refusal reads as what is said
    """These bytes will never be taken as a picture: there is no use in sending them again."""

    http_status, code, title = 422, "not-a-picture", "That is no picture"
    problem: ClassVar[str] = "The file is no JPEG, PNG or WebP picture, whatever it is called. Send a picture."


class TooManyPixels(Unacceptable):
    """It would take too much room once it is unfolded."""

    code, title = "too-many-pixels", "The picture has too many pixels"
    problem = f"The picture has more than {MOST_PIXELS // 1_000_000} million pixels. Send a smaller one."


class Damaged(Unacceptable):
    """It begins as a picture and does not go on as one."""

    code, title = "damaged-picture", "The picture is damaged"
    problem = "The picture cannot be read to its end. Take it anew."


REFUSALS: Mapping[str, type[Unacceptable]] = {one.code: one for one in (Unacceptable, TooManyPixels, Damaged)}
"""Why a picture was refused, by the code that is kept of it."""


@dataclass(frozen=True, slots=True)
class Clean:
    """A picture as it is kept: nothing but its pixels. ``width`` and ``height`` in pixels."""

    content: bytes
    type: str
    width: int
    height: int


def clean(content: bytes) -> Clean:
    """The picture in these bytes, made anew. Raises :class:`Unacceptable`."""
    kind = _kind(content)
    if kind is None:
        raise Unacceptable(Unacceptable.problem)
    pixels = _pixels(_head_of(kind), content)
    if kind == "JPEG" and content.count(_SCAN) > _MOST_SCANS:
        raise Damaged(Damaged.problem)
    with _turn(pixels):
        try:
            with Image.open(BytesIO(content), formats=(kind,)) as picture:
                _check(*picture.size)
                picture.load()
                ImageOps.exif_transpose(picture, in_place=True)
                return _anew(picture, kind)
        except Unacceptable:
            raise
        except Exception as error:
            # Whatever a decoder stumbles over is a fault of the file: it was in order when it left a camera.
            raise Damaged(Damaged.problem) from error


def _anew(picture: Image.Image, kind: str) -> Clean:
    pixels = _plain(picture, opaque=kind == "JPEG")
    pixels.info.clear()  # Pillow would write some of it into the new file
    options = {"quality": _QUALITY} if kind != "PNG" else {}
    written = BytesIO()
    pixels.save(written, kind, **options)
    return Clean(written.getvalue(), f"image/{kind.lower()}", *pixels.size)


def _plain(picture: Image.Image, *, opaque: bool) -> Image.Image:
    """The picture in one of the few modes that every format and every reader knows."""
    if picture.mode.startswith(("I", "F")):  # sixteen bits of grey
        return picture.convert("F").point(lambda value: value * (255 / 65_535)).convert("L")
    transparent = not opaque and ("A" in picture.getbands() or "transparency" in picture.info)
    mode = "RGBA" if transparent else "RGB"
    return picture if picture.mode in ("L", mode) and "transparency" not in picture.info else picture.convert(mode)


@contextmanager
def _turn(pixels: int) -> Iterator[None]:
    if pixels < _LARGE:
        yield
        return
    with _one_large_at_a_time:
        yield


# -- what a file's head says -------------------------------------------------------------------------------------------


def _kind(content: bytes) -> str | None:
    """What the first bytes say it is: the name that Pillow has for it."""
    if content.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "PNG"
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "WEBP"
    return None


def _pixels(head: Callable[[bytes], tuple[int, int]], content: bytes) -> int:
    try:
        width, height = head(content)
    except (struct.error, IndexError, ValueError) as error:
        raise Damaged(Damaged.problem) from error
    return _check(width, height)


def _check(width: int, height: int) -> int:
    if width <= 0 or height <= 0:
        raise Damaged(Damaged.problem)
    if width * height > MOST_PIXELS:
        raise TooManyPixels(TooManyPixels.problem, width=width, height=height)
    return width * height


def _head_of(kind: str) -> Callable[[bytes], tuple[int, int]]:
    return {"JPEG": _head_of_jpeg, "PNG": _head_of_png, "WEBP": _head_of_webp}[kind]


def _head_of_png(content: bytes) -> tuple[int, int]:
    """The chunk IHDR comes first (PNG specification, third edition, section 11.2.1)."""
    if content[12:16] != b"IHDR":
        raise ValueError("no header")
    width, height = struct.unpack(">II", content[16:24])
    return width, height


def _head_of_jpeg(content: bytes) -> tuple[int, int]:
    """The frame header SOFn (ITU-T T.81, B.2.2), after however many other segments."""
    at = 2
    for _ in range(_MOST_SEGMENTS):
        if content[at] != 0xFF:
            raise ValueError("no marker")
        marker = content[at + 1]
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack(">HH", content[at + 5 : at + 9])
            return width, height
        if marker == 0xFF:
            at += 1  # a fill byte
        elif marker == 0x01 or 0xD0 <= marker <= 0xD7:
            at += 2  # a marker that stands alone
        else:
            (length,) = struct.unpack(">H", content[at + 2 : at + 4])
            at += 2 + max(length, 2)
    raise ValueError("no frame header")


def _head_of_webp(content: bytes) -> tuple[int, int]:
    """The first chunk: VP8X, VP8L or VP8 (RFC 9649, sections 2.5 to 2.7)."""
    chunk, body = content[12:16], content[20:30]
    if chunk == b"VP8X":
        return 1 + int.from_bytes(body[4:7], "little"), 1 + int.from_bytes(body[7:10], "little")
    if chunk == b"VP8L" and body[0] == 0x2F:
        (bits,) = struct.unpack("<I", body[1:5])
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    if chunk == b"VP8 " and body[3:6] == b"\x9d\x01\x2a":
        width, height = struct.unpack("<HH", body[6:10])
        return width & 0x3FFF, height & 0x3FFF
    raise ValueError("no picture chunk")
