"""What comes out of a picture is its pixels and nothing else; what is none does not come out at all."""

from __future__ import annotations

import random
import struct
import zlib
from collections.abc import Callable
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from dispatch.services import pictures
from dispatch.services.pictures import MOST_PIXELS, Damaged, TooManyPixels, Unacceptable, clean
from tests.mobile_api.media.conftest import Phone
from tests.mobile_api.media.pictures import archive, digest, photo, taken_by_a_phone

PAGE = b"<html><script>alert(document.domain)</script></html>"


def opened(content: bytes) -> Image.Image:
    picture = Image.open(BytesIO(content))
    picture.load()
    return picture


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_picture_of_each_type_keeps_its_size_and_type(kind: str) -> None:
    made = clean(photo(kind, (64, 48)))
    assert (made.type, made.width, made.height) == (f"image/{kind.lower()}", 64, 48)
    assert (opened(made.content).format, opened(made.content).size) == (kind, (64, 48))


def test_where_and_with_what_a_photo_was_taken_is_gone() -> None:
    content = taken_by_a_phone()
    assert dict(opened(content).getexif()), "it was there"
    assert b"Maker of phones" in content
    made = clean(content)
    picture = opened(made.content)
    assert dict(picture.getexif()) == {}
    assert set(picture.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
    for secret in (b"Maker of phones", b"script", b"Ana", b"Exif", b"ICC_PROFILE", b"GPS"):
        assert secret not in made.content


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_what_stands_beside_the_pixels_of_other_types_is_gone_as_well(kind: str) -> None:
    exif = Image.Exif()
    exif[0x010F] = "Maker of phones"
    made = clean(photo(kind, exif=exif, icc_profile=b"Ana's screen".ljust(160, b"\0")))
    assert dict(opened(made.content).getexif()) == {}
    assert b"Maker of phones" not in made.content
    assert b"Ana" not in made.content


@pytest.mark.parametrize(
    ("orientation", "where"),
    [(1, "left"), (2, "right"), (3, "right"), (4, "left"), (5, "top"), (6, "top"), (7, "bottom"), (8, "bottom")],
)
def test_a_photo_stands_upright_whichever_way_the_phone_was_held(orientation: int, where: str) -> None:
    picture = opened(clean(taken_by_a_phone(orientation)).content)
    width, height = picture.size
    assert (width > height) == (where in ("left", "right"))
    spots = {
        "left": (2, height // 2),
        "right": (width - 3, height // 2),
        "top": (width // 2, 2),
        "bottom": (width // 2, height - 3),
    }
    red = [name for name, spot in spots.items() if _is_red(picture.getpixel(spot))]
    assert red == [where]


def _is_red(colour: object) -> bool:
    assert isinstance(colour, tuple)
    return bool(colour[0] > 180 and colour[1] < 90)


def test_what_was_hung_onto_a_photo_is_cut_off() -> None:
    for tail in (archive(), PAGE):
        made = clean(photo() + tail)
        assert tail[:40] not in made.content
        assert b"PK\x03\x04" not in made.content


def test_of_a_moving_picture_the_first_frame_is_kept() -> None:
    frames = [Image.new("RGB", (20, 10), colour) for colour in ("red", "blue")]
    for kind in ("PNG", "WEBP"):
        moving = BytesIO()
        frames[0].save(moving, kind, save_all=True, append_images=frames[1:])
        picture = opened(clean(moving.getvalue()).content)
        assert getattr(picture, "n_frames", 1) == 1
        assert _is_red(picture.convert("RGB").getpixel((5, 5)))


def test_a_signature_stays_transparent_and_other_modes_become_plain_ones() -> None:
    modes = {"RGBA": "RGBA", "LA": "RGBA", "P": "RGB", "L": "L", "1": "RGB", "I;16": "L"}
    for before, after in modes.items():
        written = BytesIO()
        Image.new(before, (8, 8)).save(written, "PNG")
        assert opened(clean(written.getvalue()).content).mode == after
    written = BytesIO()
    Image.new("CMYK", (8, 8)).save(written, "JPEG")
    assert opened(clean(written.getvalue()).content).mode == "RGB"


def test_sixteen_bits_of_grey_keep_their_brightness() -> None:
    written = BytesIO()
    Image.new("I;16", (8, 8), 32_768).save(written, "PNG")
    grey = opened(clean(written.getvalue()).content).getpixel((4, 4))
    assert isinstance(grey, int | float)
    assert 126 <= grey <= 129


@pytest.mark.parametrize(
    "content",
    [archive(), PAGE, b"", b"GIF89a" + bytes(100), b"%PDF-1.7", b"BM" + bytes(60), b'<svg xmlns="x"/>', bytes(5000)],
    ids=["zip", "page", "nothing", "gif", "pdf", "bmp", "svg", "zeros"],
)
def test_what_is_no_picture_is_refused(content: bytes) -> None:
    with pytest.raises(Unacceptable) as refused:
        clean(content)
    assert refused.value.code == "not-a-picture"


def _png(width: int, height: int, rows: int) -> bytes:
    """A PNG whose head says one size and which holds so many rows of black."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    packed = zlib.compress((b"\0" + bytes(3 * width)) * rows, 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", packed) + chunk(b"IEND", b"")


def _bombs() -> dict[str, bytes]:
    png = _png(20_000, 20_000, 10)
    jpeg = photo()
    at = jpeg.index(b"\xff\xc0") + 5
    webp = photo("WEBP", lossless=True)
    assert webp[12:16] == b"VP8L"
    sizes = struct.pack("<I", 0x3FFF | 0x3FFF << 14)
    return {
        "png": png,
        "jpeg": jpeg[:at] + struct.pack(">HH", 60_000, 60_000) + jpeg[at + 4 :],
        "webp": webp[:21] + sizes + webp[25:],
    }


@pytest.mark.parametrize("kind", ["png", "jpeg", "webp"])
def test_a_picture_that_would_unfold_to_gigabytes_is_refused_undecoded(
    kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def decoded(*_: object, **__: object) -> None:
        raise AssertionError("nobody should have begun to decode it")

    monkeypatch.setattr(pictures.Image, "open", decoded)
    with pytest.raises(TooManyPixels):
        clean(_bombs()[kind])


def test_the_largest_picture_is_taken_and_a_row_more_is_not() -> None:
    width = 10_000
    rows = MOST_PIXELS // width
    assert clean(_png(width, rows, rows)).height == rows
    with pytest.raises(TooManyPixels):
        clean(_png(width, rows + 1, rows + 1))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_a_picture_that_stops_in_the_middle_is_damaged(kind: str, share: float) -> None:
    content = photo(kind, (120, 90))
    with pytest.raises(Damaged):
        clean(content[: int(len(content) * share)])


def test_a_head_that_goes_on_for_ever_is_given_up() -> None:
    for filler in (b"\xff" * 4_000_000, b"\xff\xd0" * 2_000_000, b"\xff\xe1\x00\x02" * 1_000_000):
        with pytest.raises(Damaged):
            clean(b"\xff\xd8\xff" + filler)


@given(st.sampled_from(("JPEG", "PNG", "WEBP")), st.integers(0, 2**32), st.integers(1, 30))
def test_whatever_is_changed_in_a_file_it_is_a_clean_picture_or_refused(kind: str, seed: int, changes: int) -> None:
    lots, content = random.Random(seed), bytearray(photo(kind, (16, 12)))
    for _ in range(changes):
        content[lots.randrange(3, len(content))] = lots.randrange(256)
    try:
        made = clean(bytes(content))
    except Unacceptable:
        return
    picture = opened(made.content)
    assert picture.size == (made.width, made.height)
    assert dict(picture.getexif()) == {}


# -- served ------------------------------------------------------------------------------------------------------------


def test_a_picture_is_served_as_what_it_is_and_runs_nothing(phone: Phone) -> None:
    content = taken_by_a_phone(6)
    assert phone.send(content, type="image/png").json()["complete"], "its bytes count, not what it is called"
    shown = phone.client.get(f"phone/media/{digest(content)}/content")
    assert shown.headers["content-type"] == "image/jpeg"
    assert shown.headers["x-content-type-options"] == "nosniff"
    assert shown.headers["content-disposition"] == "inline"
    assert shown.headers["cache-control"] == "private, no-cache"
    assert "sandbox" in shown.headers["content-security-policy"]
    assert "default-src 'none'" in shown.headers["content-security-policy"]
    assert opened(shown.content).size == (32, 64)
    assert dict(opened(shown.content).getexif()) == {}


def test_who_has_a_picture_is_not_sent_it_again_and_may_ask_for_a_piece(phone: Phone) -> None:
    content = photo()
    phone.send(content)
    path = f"phone/media/{digest(content)}/content"
    whole = phone.client.get(path)
    known = phone.client.get(path, headers={"If-None-Match": whole.headers["etag"]})
    assert (known.status_code, known.content) == (304, b"")
    piece = phone.client.get(path, headers={"Range": "bytes=10-19"})
    assert (piece.status_code, piece.content) == (206, whole.content[10:20])
    assert phone.client.get(path, headers={"Range": "bytes=999999-"}).status_code == 416


@pytest.mark.parametrize("make", [lambda: _bombs()["png"], lambda: photo()[:-400], archive])
def test_what_cannot_be_decoded_is_refused_over_the_api(phone: Phone, make: Callable[[], bytes]) -> None:
    answer = phone.send(make())
    assert answer.status_code == 422
    assert answer.json()["type"].rsplit(":", 1)[1] in ("too-many-pixels", "damaged-picture", "not-a-picture")
    assert answer.json()["detail"]
