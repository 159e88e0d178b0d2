"""Identifiers: a word for what it is, and a ULID, so that they sort by the time they were made.

ULID: 48 bits of milliseconds and 80 random bits in Crockford's base 32 (https://github.com/ulid/spec).
"""

from __future__ import annotations

import secrets
import time

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"


def new_id(word: str) -> str:
    """A new identifier such as ``job_01j9…``; ``word`` says what it names."""
    number = time.time_ns() // 1_000_000 << 80 | secrets.randbits(80)
    return word + "_" + "".join(_ALPHABET[number >> shift & 31] for shift in range(125, -1, -5))
