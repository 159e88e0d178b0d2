"""Reading a PDF of ours: the text of its pages as a reader shows it, and how many pictures there are.

Only what ReportLab writes: one dictionary of fonts, each page's content one compressed stream. Fonts in the file have a
table of what their codes mean; those for Chinese are set in UCS-2.
"""

from __future__ import annotations

import base64
import re
import zlib
from dataclasses import dataclass

_OBJECT = re.compile(rb"(\d+) 0 obj\s*(.*?)endobj", re.S)
_PAGE = re.compile(rb"/Contents (\d+) 0 R.*/Type /Page\s", re.S)
_FONT = re.compile(rb"/(F[0-9+]+) (\d+) 0 R")
_SHOWN = re.compile(rb"/(F[0-9+]+) [0-9.]+ Tf|\(((?:\\.|[^\\()])*)\) Tj|(T\*)", re.S)
_ESCAPED = re.compile(rb"\\([0-7]{3}|.)", re.S)
_NAMED = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}


@dataclass(frozen=True)
class Read:
    """``pages``: the text of each page; ``pictures``: how many different ones there are."""

    pages: list[str]
    pictures: int

    @property
    def text(self) -> str:
        return "\n".join(self.pages)


def read(content: bytes) -> Read:
    """What a PDF says."""
    assert content.startswith(b"%PDF-1.")
    assert content.rstrip().endswith(b"%%EOF")
    objects = {int(match[1]): match[2] for match in _OBJECT.finditer(content)}
    fonts: dict[bytes, dict[int, str] | None] = {}
    for body in objects.values():
        if body.startswith(b"<<\n/F1 "):
            fonts = {name: _codes(objects, objects[int(number)]) for name, number in _FONT.findall(body)}
    numbers = [int(found[1]) for body in objects.values() if (found := _PAGE.search(body))]
    pages = [_text(_stream(objects[number]), fonts) for number in numbers]
    return Read(pages, sum(b"/Subtype /Image" in body for body in objects.values()))


def _codes(objects: dict[int, bytes], font: bytes) -> dict[int, str] | None:
    """Code → sign; None for a font of Chinese."""
    if b"STSong-Light" in font:
        return None
    table = re.search(rb"/ToUnicode (\d+) 0 R", font)
    if table is None:
        return {code: chr(code) for code in range(256)}
    pairs = re.findall(rb"<([0-9A-F]{2})> <([0-9A-F]{4})>", _stream(objects[int(table[1])]))
    return {int(code, 16): chr(int(sign, 16)) for code, sign in pairs}


def _stream(body: bytes) -> bytes:
    head, _, rest = body.partition(b"stream\r\n" if b"stream\r\n" in body else b"stream\n")
    data = rest.rpartition(b"endstream")[0].strip()
    if b"/ASCII85Decode" in head:
        data = base64.a85decode(b"<~" + data, adobe=True)
    return zlib.decompress(data) if b"/FlateDecode" in head else data


def _text(stream: bytes, fonts: dict[bytes, dict[int, str] | None]) -> str:
    said, codes = [], fonts[b"F1"]
    for font, string, line in _SHOWN.findall(stream):
        if font:
            codes = fonts[font]
        elif line:
            said.append("\n")
        else:
            raw = _ESCAPED.sub(_unescaped, string)
            said.append(raw.decode("utf-16-be") if codes is None else "".join(codes[code] for code in raw))
    return "".join(said)


def _unescaped(match: re.Match[bytes]) -> bytes:
    sign = match[1]
    return bytes([int(sign, 8)]) if len(sign) == 3 else _NAMED.get(sign, sign)
