"""House numbers: how they are compared, and which ones a tag like "1-5" or "36;38" stands for."""

from __future__ import annotations

import re
from collections.abc import Iterator

from dispatch.geocoding.words import loose

MOST_IN_RANGE = 100
"""A range that would hold more numbers than this is taken to be one number."""

_RANGE = re.compile(r"(\d{1,5})\s*[-–—]\s*(\d{1,5})$")
_LETTERS = re.compile(r"(\d+)\s*([a-z])(?:\s*[/+&-]\s*([a-z]))+$")
_SPACE_BEFORE_LETTER = re.compile(r"(?<=\d)\s+(?=[a-z]+$)")
_FIRST_DIGITS = re.compile(r"\d+")


def key_of(number: str) -> str:
    """A number as it is compared: ``12 A`` is ``12a``."""
    folded = loose(number).strip().strip(".")
    return _SPACE_BEFORE_LETTER.sub("", folded).replace(" ", "")[:20]


def digits_of(number: str) -> int | None:
    """The number without letters: 12 of ``12a``; None where there are no digits, or too many."""
    match = _FIRST_DIGITS.search(number)
    return int(match[0]) if match and len(match[0]) <= 9 else None


def numbers_in(tag: str) -> tuple[str, ...]:
    """All the numbers, compared as they are, that an ``addr:housenumber`` stands for.

    ``36;38`` are two; ``1-5`` are 1, 3 and 5 (one side of the street), ``1-4`` are 1 to 4; ``39A/B`` are 39a and 39b.
    What is written stands for itself as well.
    """
    found: dict[str, None] = {}
    for part in re.split(r"[;,]", tag):
        if key := key_of(part):
            found.setdefault(key)
            for one in _inside(loose(part).strip()):
                found.setdefault(one)
    return tuple(found)


def between(first: int, last: int, kind: str) -> tuple[int, ...]:
    """The numbers strictly between two that an interpolation way of this kind stands for.

    ``kind`` is the tag ``addr:interpolation``: ``odd``, ``even``, ``all`` or a step. None for one that says nothing.
    """
    low, high = sorted((first, last))
    step = {"odd": 2, "even": 2, "all": 1}.get(kind)
    if step is None:
        step = int(kind) if kind.isdigit() and 0 < int(kind) < 100 else 0
    if kind in ("odd", "even") and low % 2 != (kind == "odd"):
        return ()
    if not step or high - low > 2_000:
        return ()
    return tuple(range(low + step, high, step))


def _inside(part: str) -> Iterator[str]:
    if match := _RANGE.match(part):
        low, high = int(match[1]), int(match[2])
        step = 2 if low % 2 == high % 2 else 1
        if low < high and (high - low) // step < MOST_IN_RANGE:
            yield from (str(number) for number in range(low, high + 1, step))
    elif _LETTERS.match(part):
        digits = _FIRST_DIGITS.match(part)
        yield from (f"{digits[0] if digits else ''}{letter}" for letter in re.findall(r"[a-z]", part))
