"""An index of addresses as it is read: one connection for each thread, and nothing is ever written."""

from __future__ import annotations

import sqlite3
import threading
from pathlib import Path

from dispatch.geocoding import tables
from dispatch.geocoding.candidates import Candidate
from dispatch.geocoding.interpreting import Interpreter
from dispatch.geocoding.nearby import Nearby
from dispatch.geocoding.reading import Point
from dispatch.geocoding.words import tokens

MOST_CANDIDATES = 20


class IndexUnreadable(Exception):  # noqa: N818  a refusal reads as what is said
    """The file is no index of addresses, or one of another version. Build the region again."""


class _Open(threading.local):
    interpreter: Interpreter | None = None
    nearby: Nearby | None = None


class Index:
    """Searches an index file. Safe among threads.

    The file may be replaced while it is open: what was opened goes on answering from the old one.
    """

    def __init__(self, file: Path) -> None:
        self.file = file
        self._open = _Open()
        self._interpreter()

    def search(self, query: str, limit: int = 5, around: Point | None = None) -> list[Candidate]:
        """What a text may mean, the best first; at most ``limit`` and :data:`MOST_CANDIDATES`. No text makes it raise.

        ``around``: between equals, what is nearer to this point goes first.
        """
        most = max(1, min(limit, MOST_CANDIDATES))
        return self._interpreter().candidates(tokens(query), most, around)

    def near(self, point: Point) -> list[Candidate]:
        """The address or street nearest to a point, then the place that it lies in; empty far from everything."""
        self._interpreter()
        assert self._open.nearby is not None
        return self._open.nearby.candidates(point)

    def _interpreter(self) -> Interpreter:
        if self._open.interpreter is None:
            try:
                connection = sqlite3.connect(
                    f"{self.file.absolute().as_uri()}?mode=ro&immutable=1", uri=True, check_same_thread=False
                )
                found = dict(connection.execute("SELECT key, value FROM about"))
            except sqlite3.DatabaseError as error:
                raise IndexUnreadable(
                    f"{self.file}: this is no index of addresses ({error}). Build it again."
                ) from error
            if found.get("format") != str(tables.FORMAT):
                connection.close()
                was = found.get("format")
                raise IndexUnreadable(f"{self.file}: format {was}, but {tables.FORMAT} is read. Build it again.")
            self._open.interpreter = Interpreter(connection)
            self._open.nearby = Nearby(connection)
        return self._open.interpreter
