"""What has been measured is remembered: travel between points, cell by cell, for each engine version and slice.

A table is asked for by its points. Cells that are known are read; the rest is measured, new points in one batch: one
call from them to all points of the table, one from the others to them. Only cells that were measured on roads are
remembered; estimates are asked again, so that a plan is on roads as soon as it can be. Whoever asks for what is known
does not wait for an engine, and nobody measures what somebody else is measuring already.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from dispatch.travel.kept_blocks import Block, BookKey, KeptBlocks
from dispatch.travel.ports import NO_WAY, IntMatrix, Measured, Point, Source, SourceMatrix

Measure = Callable[[Sequence[Point], Sequence[Point]], Measured]
"""From each start (rows) to each end (columns); as :meth:`dispatch.travel.ports.TravelEngine.table` answers."""

KEY_DIGITS = 5
"""Points are told apart by so many decimals of a degree: about a metre."""
MOST_POINTS = 4000
MOST_BOOKS = 8
MOST_BYTES = 256_000_000
_UNKNOWN = np.int32(NO_WAY)
_FEW_CALLS = 4
"""Cells that are missing in more patterns than this are measured as one rectangle."""


def key_of(point: Point) -> Point:
    """The point as the cache tells it apart."""
    return round(point[0], KEY_DIGITS), round(point[1], KEY_DIGITS)


class MatrixCache:
    """A book of travel for each engine version, profile and slice of time. Safe among threads and processes.

    ``folder``: where it is kept, too, for later and for others; None: in memory only. ``most_points``: beyond so many
    in one book, those asked for least recently are forgotten (4,000 take 130 MB when all is known). ``most_bytes``:
    what the kept file may grow to.
    """

    def __init__(
        self, folder: Path | None = None, most_points: int = MOST_POINTS, *, most_bytes: int = MOST_BYTES
    ) -> None:
        self._most = most_points
        self._kept = None if folder is None else KeptBlocks(folder, most_bytes)
        self._lock = threading.Lock()
        self._books: dict[BookKey, _Book] = {}

    def table(self, key: BookKey, points: Sequence[Point], measure: Measure) -> Measured:
        """The square table over these points; zero between points that are the same. What ``measure`` raises is raised.

        Sources: :attr:`Source.CACHED` for what was known before, else what ``measure`` said.
        """
        return self._book(key).table(points, measure)

    def points(self, key: BookKey) -> int:
        """How many points the book knows."""
        return len(self._book(key))

    def close(self) -> None:
        """Let go of the file."""
        if self._kept is not None:
            self._kept.close()

    def _book(self, key: BookKey) -> _Book:
        with self._lock:
            book = self._books.pop(key, None)
            if book is None:
                book = _Book(key, self._most, self._kept)
            self._books[key] = book
            for old in list(self._books)[: max(0, len(self._books) - MOST_BOOKS)]:
                del self._books[old]
            return book


@dataclass(frozen=True, eq=False)
class _Job:
    """A rectangle that somebody is measuring."""

    starts: frozenset[Point]
    ends: frozenset[Point]
    done: threading.Event


class _Book:
    """Travel in one slice by one engine version. Rows and columns are slots; a forgotten point's slot is used again."""

    def __init__(self, key: BookKey, most: int, kept: KeptBlocks | None) -> None:
        self._key, self._most, self._kept = key, most, kept
        self._lock = threading.Lock()
        self._slots: dict[Point, int] = {}  # in the order of their last use
        self._free: list[int] = []
        # The last row and column are those of all points that nobody knows.
        self._seconds: IntMatrix = np.full((1, 1), _UNKNOWN, np.int32)
        self._metres: IntMatrix = np.full((1, 1), _UNKNOWN, np.int32)
        self._jobs: list[_Job] = []
        self._read_to = 0
        self._written: set[int] = set()
        self._reading = threading.Lock()
        if kept is not None:
            kept.drop_other_versions(key)
            self._catch_up()

    def __len__(self) -> int:
        return len(self._slots)

    def table(self, points: Sequence[Point], measure: Measure) -> Measured:
        keys = [key_of(point) for point in points]
        names = list(dict.fromkeys(keys))
        at = {name: number for number, name in enumerate(names)}
        answer = _Answer(names)
        self._look(names, answer)
        if self._kept is not None and answer.open.any() and self._catch_up():
            self._look(names, answer)
        for others in (True, False):  # what others are measuring is waited for once, then measured here
            if not answer.open.any():
                break
            waits = self._fill(answer, measure, heed=others)
            for job in waits:
                job.done.wait()
            if not waits:
                break
            self._look(names, answer)
        chosen = np.array([at[key] for key in keys], np.int64)
        return answer.measured(chosen)

    # -- reading ---------------------------------------------------------------------------------------------------

    def _look(self, names: Sequence[Point], answer: _Answer) -> None:
        """Read what is known into the answer; the points become those used last."""
        with self._lock:
            slots = np.array([self._slots.get(name, len(self._seconds) - 1) for name in names], np.int64)
            # Rows first and columns of these, not both at once: a third of the time.
            seconds, metres = (table.take(slots, 0).take(slots, 1) for table in (self._seconds, self._metres))
            for name in names:
                if (slot := self._slots.pop(name, None)) is not None:
                    self._slots[name] = slot
        answer.read(seconds, metres)

    # -- measuring -------------------------------------------------------------------------------------------------

    def _fill(self, answer: _Answer, measure: Measure, *, heed: bool) -> list[_Job]:
        """Measure what is open, and what others are not measuring; the jobs of those."""
        names = answer.names
        with self._lock:
            mine, waits = answer.open.copy(), []
            for job in self._jobs if heed else ():
                theirs = np.ix_([name in job.starts for name in names], [name in job.ends for name in names])
                if mine[theirs].any():
                    mine[theirs] = False
                    waits.append(job)
            work = [
                (rows, columns, _Job(_named(names, rows), _named(names, columns), threading.Event()))
                for rows, columns in rectangles(mine)
            ]
            self._jobs += [job for _, _, job in work]
        try:
            for rows, columns, job in work:
                starts, ends = [names[row] for row in rows], [names[column] for column in columns]
                measured = measure(starts, ends)
                answer.measured_now(rows, columns, measured)
                block = _block(starts, ends, measured)
                with self._lock:
                    self._write(block)
                    self._jobs.remove(job)
                job.done.set()
                if self._kept is not None:
                    self._keep(block)
        finally:
            with self._lock:
                self._jobs = [job for job in self._jobs if all(job is not mine for _, _, mine in work)]
            for _, _, job in work:
                job.done.set()
        return waits

    def _write(self, block: Block) -> None:
        """Put a block's known cells into the tables. The lock is held."""
        names = list(dict.fromkeys((*block.starts, *block.ends)))
        self._make_room(names)
        rows = np.array([self._slots[name] for name in block.starts], np.int64)
        columns = np.array([self._slots[name] for name in block.ends], np.int64)
        known = block.seconds != _UNKNOWN
        grid = np.ix_(rows, columns)
        self._seconds[grid] = np.where(known, block.seconds, self._seconds[grid])
        self._metres[grid] = np.where(known, block.metres, self._metres[grid])

    def _make_room(self, names: Sequence[Point]) -> None:
        """Give each of these points a slot; where there are too many, forget those used least recently."""
        new = [name for name in names if name not in self._slots]
        excess = len(self._slots) + len(new) - self._most
        if excess > 0:
            wanted = set(names)
            # Half of the room is made free at once, so that this is not done at every call.
            spare = [name for name in self._slots if name not in wanted][: excess + self._most // 2]
            freed = [self._slots.pop(name) for name in spare]
            self._seconds[freed, :] = self._seconds[:, freed] = _UNKNOWN
            self._metres[freed, :] = self._metres[:, freed] = _UNKNOWN
            self._free += freed
        if len(new) > len(self._free):
            self._grow(len(self._slots) + len(new))
        for name in new:
            self._slots[name] = self._free.pop()

    def _grow(self, least: int) -> None:
        old = len(self._seconds) - 1
        size = max(least, min(old * 3 // 2, self._most), 16)
        for name in ("_seconds", "_metres"):
            table = np.full((size + 1, size + 1), _UNKNOWN, np.int32)
            table[:old, :old] = getattr(self, name)[:old, :old]
            setattr(self, name, table)
        self._free += range(size - 1, old - 1, -1)

    # -- keeping ---------------------------------------------------------------------------------------------------

    def _keep(self, block: Block) -> None:
        assert self._kept is not None
        if not (block.seconds != _UNKNOWN).any():
            return
        self._written.add(self._kept.add(self._key, block))
        if self._kept.full(self._key):
            self._catch_up()  # what others have kept is not to be lost
            self._kept.rewrite(self._key, self._everything())

    def _catch_up(self) -> bool:
        """Read the blocks that others, or somebody before, have kept since this book looked last; whether any were."""
        assert self._kept is not None
        read = False
        with self._reading:
            for number, block in self._kept.since(self._key, self._read_to, self._written):
                self._read_to = number
                self._written.discard(number)
                if block is not None:
                    read = True
                    with self._lock:
                        self._write(block)
        return read

    def _everything(self) -> Iterator[Block]:
        """All that is known, in blocks of some rows each."""
        with self._lock:
            names = list(self._slots)
            slots = np.array([self._slots[name] for name in names], np.int64)
            grid = np.ix_(slots, slots)
            seconds, metres = self._seconds[grid], self._metres[grid]
        step = max(1, 500_000 // max(1, len(names)))
        for first in range(0, len(names), step):
            rows = slice(first, first + step)
            yield Block(tuple(names[rows]), tuple(names), seconds[rows], metres[rows])


class _Answer:
    """A table over distinct points on its way to being whole. ``open``: the cells of which nothing is known."""

    def __init__(self, names: Sequence[Point]) -> None:
        self.names = names
        size = len(names)
        self.seconds: IntMatrix = np.zeros((0, 0), np.int32)
        self.metres: IntMatrix = np.zeros((0, 0), np.int32)
        self.sources: SourceMatrix = np.full((size, size), Source.CACHED, np.uint8)
        self.open: NDArray[np.bool_] = np.ones((size, size), np.bool_)

    def read(self, seconds: IntMatrix, metres: IntMatrix) -> None:
        """Take over what a book knows, where nothing is known yet. The tables are given away."""
        if not self.seconds.size:  # the first look
            self.seconds, self.metres, self.open = seconds, metres, seconds == _UNKNOWN
            return
        fresh = self.open & (seconds != _UNKNOWN)
        np.copyto(self.seconds, seconds, where=fresh)
        np.copyto(self.metres, metres, where=fresh)
        self.open &= ~fresh

    def measured_now(self, rows: NDArray[np.int64], columns: NDArray[np.int64], measured: Measured) -> None:
        """Take over what has just been measured."""
        grid = np.ix_(rows, columns)
        self.seconds[grid], self.metres[grid] = measured.durations, measured.distances
        self.sources[grid] = measured.sources
        self.open[grid] = False

    def measured(self, chosen: NDArray[np.int64]) -> Measured:
        """The table over the points as they were asked for."""
        np.fill_diagonal(self.seconds, 0)
        np.fill_diagonal(self.metres, 0)
        tables = self.seconds, self.metres, self.sources
        if len(chosen) > len(self.names):  # a place that is named twice
            grid = np.ix_(chosen, chosen)
            tables = self.seconds[grid], self.metres[grid], self.sources[grid]
        for table in tables:
            table.flags.writeable = False
        return Measured(*tables)


def rectangles(wanted: NDArray[np.bool_]) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64]]]:
    """Rows and columns of the few rectangles that cover the wanted cells.

    Rows that want the same columns make one. New points make two: from them to all, and from all others to them.
    """
    rows = np.flatnonzero(wanted.any(axis=1))
    if not len(rows):
        return
    alike: dict[bytes, list[int]] = {}
    for row, pattern in zip(rows.tolist(), np.packbits(wanted[rows], axis=1), strict=True):
        alike.setdefault(pattern.tobytes(), []).append(row)
    if len(alike) > _FEW_CALLS:
        yield rows, np.flatnonzero(wanted.any(axis=0))
        return
    for some in alike.values():
        yield np.array(some, np.int64), np.flatnonzero(wanted[some[0]])


def _block(starts: Sequence[Point], ends: Sequence[Point], measured: Measured) -> Block:
    """What of it may be remembered."""
    on_road = (measured.sources != Source.ESTIMATE) & (measured.durations != NO_WAY)
    seconds, metres = (
        np.where(on_road, table, _UNKNOWN).astype(np.int32) for table in (measured.durations, measured.distances)
    )
    return Block(tuple(starts), tuple(ends), seconds, metres)


def _named(names: Sequence[Point], at: NDArray[np.int64]) -> frozenset[Point]:
    return frozenset(names[number] for number in at.tolist())
