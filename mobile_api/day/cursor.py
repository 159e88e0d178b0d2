"""The cursor: what a phone knows, written so small that the phone itself carries it.

It holds, for each document, the id and the version that the phone has, and how often what phones show had been changed
in the whole operation when that was read. So the server keeps nothing for a phone, a lost answer does no harm, and
who comes with a cursor of yesterday hears what is gone as well as what is new. It is no secret and proves nothing:
whoever makes one up hears of nothing that they could not ask for anyway.
"""

from __future__ import annotations

import binascii
import datetime as dt
import hashlib
import struct
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass

from mobile_api.day.document import VERSION_BYTES

LONGEST = 7000
"""Characters: it stands in the address of a request, whose first line proxies read up to 8 KiB. It is room for some
220 documents.
"""
_WHOLE, _TOO_FULL = 1, 2
"""How a cursor is written: with what the phone has, or, of a day that is too full for that, with the counts alone."""
_HEAD = struct.Struct(">B6sQQIH")
_KINDS = ("me", "shift", "visit", "notice", "message")
_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_ULID = 26
_LAST_DATE = dt.date.max.toordinal()


@dataclass(frozen=True, slots=True)
class Cursor:
    """``whose``: the account that it was made for. ``changes``: the count of changes at which it was read.
    ``until``: the instant (seconds since 1970) up to which nothing changes by itself. ``date``: its ordinal.
    ``versions``: document → the version that the phone has; None where these were too many to be written down.
    """

    whose: str
    changes: int
    until: int
    date: int
    versions: Mapping[str, bytes] | None

    def of(self, user: str) -> bool:
        """Whether it was made for this account."""
        return self.whose == _short(user)


def cursor_for(user: str, changes: int, until: int, date: int, versions: Mapping[str, bytes]) -> Cursor:
    """A cursor for an account."""
    return Cursor(_short(user), changes, until, date, versions)


def written(cursor: Cursor) -> str:
    """As text. A day that is too full for it makes one that says whether anything is new, not what."""
    if cursor.versions is not None and len(text := _text(cursor, _WHOLE, cursor.versions)) <= LONGEST:
        return text
    return _text(cursor, _TOO_FULL, {})


def _text(cursor: Cursor, form: int, versions: Mapping[str, bytes]) -> str:
    head = _HEAD.pack(form, bytes.fromhex(cursor.whose), cursor.changes, cursor.until, cursor.date, len(versions))
    parts = [head, *(_packed(name) + version for name, version in versions.items())]
    return urlsafe_b64encode(b"".join(parts)).decode().rstrip("=")


def read_cursor(text: str | None) -> Cursor | None:
    """What a cursor says; None for one that says nothing (any more), whatever is wrong with it."""
    if not text or len(text) > LONGEST:
        return None
    try:
        return _read(urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except (binascii.Error, struct.error, ValueError, IndexError):
        return None


def _read(content: bytes) -> Cursor | None:
    form, whose, changes, until, date, count = _HEAD.unpack_from(content)
    if form not in (_WHOLE, _TOO_FULL) or (form == _TOO_FULL and count) or not 1 <= date <= _LAST_DATE:
        return None
    at, versions = _HEAD.size, {}
    for _ in range(count):
        name, at = _unpacked(content, at)
        if not name.isprintable():  # databases know no character NUL
            return None
        versions[name] = content[at : at + VERSION_BYTES]
        at += VERSION_BYTES
    if at != len(content):
        return None
    return Cursor(whose.hex(), changes, until, date, versions if form == _WHOLE else None)


def _short(user: str) -> str:
    return hashlib.blake2s(user.encode(), digest_size=6).hexdigest()


def _packed(name: str) -> bytes:
    """A name as its kind and its ULID in sixteen bytes; one of another form as it stands, after its length."""
    kind, _, row = name.partition(":")
    word, _, ulid = row.rpartition("_")
    if word == kind and len(ulid) == _ULID and ulid[0] < "8" and not set(ulid) - set(_ALPHABET):
        number = 0
        for letter in ulid:
            number = number << 5 | _ALPHABET.index(letter)
        return bytes([_KINDS.index(kind)]) + number.to_bytes(16)
    whole = name.encode()
    return bytes([0x80 | len(whole)]) + whole


def _unpacked(content: bytes, at: int) -> tuple[str, int]:
    first = content[at]
    if first & 0x80:
        end = at + 1 + (first & 0x7F)
        return content[at + 1 : end].decode(), end
    kind, number = _KINDS[first], int.from_bytes(content[at + 1 : at + 17])
    ulid = "".join(_ALPHABET[number >> shift & 31] for shift in range(125, -1, -5))
    return f"{kind}:{kind}_{ulid}", at + 17
