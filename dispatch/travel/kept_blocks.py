"""Measured rectangles on disk, for the next start and for the other processes on this machine.

One SQLite file in write-ahead mode, blocks appended to it. SQLite was chosen over a mapped file because several
processes write (the server, workers), any of which may be killed at any moment: a transaction is there whole or not at
all. Each block carries a checksum over all it says besides; one that does not match is dropped and measured again,
never read. A file that is no database any more is put aside and begun anew.
"""

from __future__ import annotations

import hashlib
import logging
import sqlite3
import threading
import zlib
from collections.abc import Callable, Container, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from dispatch.travel.ports import IntMatrix, Point

FILE = "travel.sqlite"
FORMAT = 1
MOST_BLOCKS = 200
"""More blocks of one book are written anew as few."""
_BUSY_S = 1.0
_SCALE = 100_000
_MINE = "version = ? AND profile = ? AND slice = ?"
_QUICKLY = 1

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class BookKey:
    """Of what a book holds the travel. ``slice``: what its speeds are, not what it is called."""

    version: str
    profile: str = "car"
    slice: str = "free"


@dataclass(frozen=True, eq=False, slots=True)
class Block:
    """A rectangle of travel: seconds and metres, -1 where nothing is known."""

    starts: tuple[Point, ...]
    ends: tuple[Point, ...]
    seconds: IntMatrix
    metres: IntMatrix


class KeptBlocks:
    """The file. Safe among threads; what cannot be read or written is logged, and measured again when asked for."""

    def __init__(self, folder: Path, most_bytes: int) -> None:
        self.path = folder / FILE
        self._most_bytes = most_bytes
        self._lock = threading.RLock()
        self._connection: sqlite3.Connection | None = None

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            if self._connection is not None:
                self._connection.close()
                self._connection = None

    def add(self, key: BookKey, block: Block) -> int:
        """Append a block; its number, 0 where it could not be kept."""
        added: list[int] = []
        self._try(lambda db: added.extend(_insert(db, key, (block,))), "be written")
        return added[-1] if added else 0

    def since(self, key: BookKey, number: int, known: Container[int] = ()) -> Iterator[tuple[int, Block | None]]:
        """The book's blocks with higher numbers, oldest first; None for one that is ``known``, and for one that is
        damaged, which is dropped.
        """
        while numbers := self._numbers(key, number):
            for number in numbers:
                yield number, None if number in known else self._read_one(key, number)

    def _numbers(self, key: BookKey, above: int) -> list[int]:
        found: list[int] = []
        own = (key.version, key.profile, key.slice)
        query = f"SELECT number FROM block WHERE {_MINE} AND number > ? ORDER BY number"
        self._try(lambda db: found.extend(row[0] for row in db.execute(query, (*own, above))), "be read")
        return found

    def _read_one(self, key: BookKey, number: int) -> Block | None:
        """None where it has gone meanwhile, or is damaged."""
        found: list[Block | None] = []

        def read(db: sqlite3.Connection) -> None:
            query = "SELECT starts, ends, seconds, metres, checksum FROM block WHERE number = ?"
            found.extend(_read(key, row) for row in db.execute(query, (number,)))

        self._try(read, "be read")
        if found and found[0] is None:
            log.warning("%s: block %d is damaged; it is dropped and will be measured again", self.path, number)
            self._try(lambda db: db.execute("DELETE FROM block WHERE number = ?", (number,)), "be mended")
        return found[0] if found else None

    def drop_other_versions(self, key: BookKey) -> None:
        """Forget what was measured under another version: it holds no longer."""

        def drop(db: sqlite3.Connection) -> None:
            other = db.execute("SELECT 1 FROM block WHERE version <> ? LIMIT 1", (key.version,)).fetchone()
            if other is not None:
                db.execute("DELETE FROM block WHERE version <> ?", (key.version,))

        self._try(drop, "be tidied")

    def full(self, key: BookKey) -> bool:
        """Whether the book has many blocks, or the file is too large."""
        found: list[bool] = []

        def count(db: sqlite3.Connection) -> None:
            own = (key.version, key.profile, key.slice)
            blocks = db.execute(f"SELECT count(*) FROM block WHERE {_MINE}", own).fetchone()[0]
            found.append(blocks > MOST_BLOCKS or _bytes(db) > self._most_bytes)

        self._try(count, "be read")
        return found == [True]

    def rewrite(self, key: BookKey, blocks: Iterable[Block]) -> None:
        """Write the book anew, as these blocks say it; of what is still too much, what is oldest goes."""

        def tidy(db: sqlite3.Connection) -> None:
            last = db.execute("SELECT coalesce(max(number), 0) FROM block").fetchone()[0]
            _insert(db, key, blocks)
            own = (key.version, key.profile, key.slice, last)
            db.execute(f"DELETE FROM block WHERE {_MINE} AND number <= ?", own)
            while (size := _bytes(db)) > self._most_bytes:
                # A quarter at a time, for what a block takes is not known without reading it.
                share = max(1, db.execute("SELECT count(*) FROM block").fetchone()[0] // 4)
                log.info("%s holds %d bytes of tables, too many; the oldest %d blocks go", self.path, size, share)
                db.execute(
                    "DELETE FROM block WHERE number IN (SELECT number FROM block ORDER BY number LIMIT ?)", (share,)
                )

        self._try(tidy, "be tidied")

    # -- the file --------------------------------------------------------------------------------------------------

    def _try(self, work: Callable[[sqlite3.Connection], object], what: str) -> None:
        """Do it in one transaction. What is remembered is a convenience: nothing fails because it cannot be kept."""
        with self._lock:
            try:
                with self._opened() as db:
                    db.execute("BEGIN IMMEDIATE" if what != "be read" else "BEGIN")
                    work(db)
            except sqlite3.OperationalError as error:  # locked, disk full, read-only
                log.warning("%s cannot %s (%s); travel is remembered in memory meanwhile", self.path, what, error)
            except sqlite3.DatabaseError as error:
                log.warning("%s is damaged (%s); it is put aside and begun anew", self.path, error)
                self._put_aside()
            except OSError as error:
                log.warning("%s cannot %s (%s); travel is remembered in memory meanwhile", self.path, what, error)

    def _opened(self) -> sqlite3.Connection:
        if self._connection is None:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            db = sqlite3.connect(self.path, timeout=_BUSY_S, isolation_level=None, check_same_thread=False)
            try:
                _prepare(db)
            except BaseException:
                db.close()
                raise
            self._connection = db
        return self._connection

    def _put_aside(self) -> None:
        self.close()
        for name in (FILE, f"{FILE}-wal", f"{FILE}-shm"):
            path = self.path.with_name(name)
            if path.exists():
                path.replace(path.with_name(f"{name}.damaged"))


def _prepare(db: sqlite3.Connection) -> None:
    db.execute("PRAGMA journal_mode = WAL")
    db.execute("PRAGMA synchronous = NORMAL")
    db.execute("BEGIN IMMEDIATE")
    with db:
        if db.execute("PRAGMA user_version").fetchone()[0] != FORMAT:
            db.execute("DROP TABLE IF EXISTS block")
            db.execute(
                "CREATE TABLE block (number INTEGER PRIMARY KEY AUTOINCREMENT, version TEXT NOT NULL, "
                "profile TEXT NOT NULL, slice TEXT NOT NULL, starts BLOB NOT NULL, ends BLOB NOT NULL, "
                "seconds BLOB NOT NULL, metres BLOB NOT NULL, checksum BLOB NOT NULL)"
            )
            db.execute("CREATE INDEX ix_block ON block (version, profile, slice, number)")
            db.execute(f"PRAGMA user_version = {FORMAT}")


def _bytes(db: sqlite3.Connection) -> int:
    """What the tables take, free pages not counted."""
    pages, free, size = (
        db.execute(f"PRAGMA {what}").fetchone()[0] for what in ("page_count", "freelist_count", "page_size")
    )
    return int((pages - free) * size)


def _insert(db: sqlite3.Connection, key: BookKey, blocks: Iterable[Block]) -> list[int]:
    numbers = []
    for block in blocks:
        parts = (
            _points_as_bytes(block.starts),
            _points_as_bytes(block.ends),
            *(zlib.compress(np.ascontiguousarray(t, "<i4").tobytes(), _QUICKLY) for t in (block.seconds, block.metres)),
        )
        added = db.execute(
            "INSERT INTO block (version, profile, slice, starts, ends, seconds, metres, checksum) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (key.version, key.profile, key.slice, *parts, _checksum(key, parts)),
        )
        numbers.append(added.lastrowid or 0)
    return numbers


def _read(key: BookKey, row: tuple[bytes, bytes, bytes, bytes, bytes]) -> Block | None:
    *parts, checksum = row
    if _checksum(key, parts) != checksum:
        return None
    starts, ends = (_points_from(part) for part in parts[:2])
    seconds, metres = (
        np.frombuffer(zlib.decompress(part), "<i4").reshape(len(starts), len(ends)).astype(np.int32)
        for part in parts[2:]
    )
    return Block(starts, ends, seconds, metres)


def _checksum(key: BookKey, parts: Iterable[bytes]) -> bytes:
    digest = hashlib.blake2b(repr((key.version, key.profile, key.slice)).encode(), digest_size=16)
    for part in parts:
        digest.update(len(part).to_bytes(8, "little"))
        digest.update(part)
    return digest.digest()


def _points_as_bytes(points: tuple[Point, ...]) -> bytes:
    return np.rint(np.array(points, np.float64).reshape(-1, 2) * _SCALE).astype("<i4").tobytes()


def _points_from(data: bytes) -> tuple[Point, ...]:
    numbers = np.frombuffer(data, "<i4").reshape(-1, 2).tolist()
    return tuple((round(lat / _SCALE, 5), round(lon / _SCALE, 5)) for lat, lon in numbers)
