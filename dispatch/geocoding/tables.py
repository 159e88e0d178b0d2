"""The tables of an index of addresses: one SQLite file, written once and only read from then on."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from dispatch.geocoding.reading import Point

FORMAT = 1
"""Of the file. A reader refuses another one: build the index again then."""

SCHEMA = """
CREATE TABLE about (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE thing (
    id INTEGER PRIMARY KEY, kind INTEGER NOT NULL, name TEXT NOT NULL, class TEXT NOT NULL,
    lat REAL NOT NULL, lon REAL NOT NULL, city TEXT NOT NULL, part TEXT NOT NULL, postcode TEXT NOT NULL,
    number TEXT NOT NULL, street TEXT NOT NULL, inferred TEXT NOT NULL, rank REAL NOT NULL);
CREATE TABLE name (id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, kinds INTEGER NOT NULL);
CREATE TABLE called (
    name INTEGER NOT NULL, thing INTEGER NOT NULL, usual INTEGER NOT NULL,
    PRIMARY KEY (name, thing)) WITHOUT ROWID;
CREATE TABLE word (id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE, names INTEGER NOT NULL);
CREATE TABLE posting (word INTEGER NOT NULL, name INTEGER NOT NULL, PRIMARY KEY (word, name)) WITHOUT ROWID;
CREATE TABLE slip (form TEXT NOT NULL, word INTEGER NOT NULL, PRIMARY KEY (form, word)) WITHOUT ROWID;
CREATE TABLE lies_in (thing INTEGER NOT NULL, place INTEGER NOT NULL, PRIMARY KEY (thing, place)) WITHOUT ROWID;
CREATE TABLE house (
    id INTEGER PRIMARY KEY, street INTEGER NOT NULL, number TEXT NOT NULL, digits INTEGER, shown TEXT NOT NULL,
    lat REAL NOT NULL, lon REAL NOT NULL, city TEXT NOT NULL, part TEXT NOT NULL, postcode TEXT NOT NULL,
    inferred TEXT NOT NULL, places TEXT NOT NULL);
CREATE TABLE line (id INTEGER PRIMARY KEY, street INTEGER NOT NULL, points BLOB NOT NULL);
CREATE VIRTUAL TABLE house_box USING rtree (id, south, north, west, east);
CREATE VIRTUAL TABLE line_box USING rtree (id, south, north, west, east);
"""

INDEXES = """
CREATE INDEX house_by_number ON house (street, number);
CREATE INDEX house_by_digits ON house (street, digits);
CREATE INDEX thing_by_kind ON thing (kind) WHERE kind IN (2, 8);
ANALYZE;
"""

STREET, PLACE, SITE, POSTCODE = 1, 2, 4, 8
"""Kinds of things, as bits of ``name.kinds``."""
KIND_WORDS = {STREET: "street", PLACE: "place", SITE: "site", POSTCODE: "postcode"}


def packed(line: Sequence[Point]) -> bytes:
    """A line as whole numbers of 1e-7 degrees."""
    return np.round(np.asarray(line, dtype=np.float64) * 1e7).astype("<i4").tobytes()


def unpacked(blob: bytes) -> list[Point]:
    """As :func:`packed` wrote it."""
    pairs = (np.frombuffer(blob, dtype="<i4").reshape(-1, 2) / 1e7).tolist()
    return [(lat, lon) for lat, lon in pairs]
