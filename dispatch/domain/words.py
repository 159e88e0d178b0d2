"""Words the way they are searched: without case, accents, or more than one space between them."""

from __future__ import annotations

import unicodedata

# Letters of their own that no decomposition takes apart, but that people type without the stroke.
_STROKES = str.maketrans({"ø": "o", "đ": "d", "ł": "l", "ħ": "h", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th", "ð": "d"})


def fold(text: str) -> str:
    """``"  Núñez & Söhne"`` becomes ``"nunez & sohne"``: what is found by what people type."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(letter for letter in apart if not unicodedata.combining(letter))
    return " ".join(unicodedata.normalize("NFC", bare).translate(_STROKES).split())
