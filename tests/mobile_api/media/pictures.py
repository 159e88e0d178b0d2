"""Pictures for tests, and files that only look like some."""

from __future__ import annotations

import hashlib
import random
import zipfile
from io import BytesIO
from typing import Any

from PIL import Image
from PIL.ExifTags import GPS, IFD, Base


def photo(kind: str = "JPEG", size: tuple[int, int] = (64, 48), seed: int = 0, **options: Any) -> bytes:
    """A picture of coloured noise, as a file."""
    noise = random.Random(seed).randbytes(size[0] * size[1] * 3)
    written = BytesIO()
    Image.frombytes("RGB", size, noise).save(written, kind, **options)
    return written.getvalue()


def taken_by_a_phone(orientation: int = 1) -> bytes:
    """A JPEG with what a phone writes into it: where, when, with what, a comment, a colour profile."""
    exif = Image.Exif()
    exif[Base.Make], exif[Base.Orientation] = "Maker of phones", orientation
    exif.get_ifd(IFD.GPSInfo).update({GPS.GPSLatitude: (29.0, 54.0, 0.0), GPS.GPSLatitudeRef: "S"})
    written = BytesIO()
    picture = Image.new("RGB", (64, 32), "white")
    picture.paste("red", (0, 0, 16, 32))  # its left quarter
    profile = b"A colour profile of Ana's screen".ljust(160, b"\0")
    picture.save(written, "JPEG", quality=95, exif=exif, comment=b"<script>alert(1)</script>", icc_profile=profile)
    return written.getvalue()


def archive() -> bytes:
    """A zip file."""
    written = BytesIO()
    with zipfile.ZipFile(written, "w") as file:
        file.writestr("run.exe", "MZ" * 500)
    return written.getvalue()


def digest(content: bytes) -> str:
    """The name under which a file is sent."""
    return hashlib.sha256(content).hexdigest()
