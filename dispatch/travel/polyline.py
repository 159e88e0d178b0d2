"""Lines as short texts: Google's encoded polyline format, with six decimals as OSRM and Valhalla use it."""

from __future__ import annotations

from collections.abc import Iterable

from dispatch.travel.ports import Point

_PRECISION = 1_000_000
_LONGEST = 12
"""Characters of one number, more than which no number of degrees needs."""


def encoded(points: Iterable[Point]) -> str:
    """Points (lat, lon) as a text of ASCII characters from ``?`` to ``~``."""
    text: list[str] = []
    before = (0, 0)
    for point in points:
        now = (round(point[0] * _PRECISION), round(point[1] * _PRECISION))
        for old, new in zip(before, now, strict=True):
            step = new - old
            left = ~(step << 1) if step < 0 else step << 1
            while left >= 0x20:
                text.append(chr((0x20 | (left & 0x1F)) + 63))
                left >>= 5
            text.append(chr(left + 63))
        before = now
    return "".join(text)


def decoded(text: str) -> tuple[Point, ...]:
    """The points of a text. Raises ValueError for one that is cut off, has other characters, or leaves the Earth."""
    numbers: list[int] = []
    value = shift = 0
    for letter in text:
        bits = ord(letter) - 63
        if not 0 <= bits < 64 or shift > 5 * _LONGEST:
            raise ValueError("this is no encoded line")
        value |= (bits & 0x1F) << shift
        shift += 5
        if bits < 0x20:
            numbers.append(~(value >> 1) if value & 1 else value >> 1)
            value = shift = 0
    if shift or len(numbers) % 2:
        raise ValueError("this encoded line is cut off")
    points: list[Point] = []
    lat = lon = 0
    for north, east in zip(numbers[::2], numbers[1::2], strict=True):
        lat, lon = lat + north, lon + east
        if abs(lat) > 90 * _PRECISION or abs(lon) > 180 * _PRECISION:
            raise ValueError("this encoded line leaves the Earth")
        points.append((lat / _PRECISION, lon / _PRECISION))
    return tuple(points)
