"""Whose turn it is to write to a SQLite database: everybody's, one after the other, whichever process they are in.

SQLite lets whoever happens to ask at the right moment write next. Who waits asks again after pauses that grow to a
tenth of a second, so a process that writes one transaction after the other hardly ever lets others in. Here those who
wait stand in a queue: who has just written stands behind them when it wants to write again, and who is at its head
looks every millisecond whether it is their turn.

The locks are on files next to the database, and the system takes them away when their process dies. They only keep
order: what keeps two from writing at once is SQLite's own lock, for programs that know nothing of these as well.
"""

from __future__ import annotations

import fcntl
import os
import threading
import time
from pathlib import Path

_LOOK_EVERY = 0.001


class Turns:
    """The turns to write to one database, for all threads of this process."""

    def __init__(self, database: Path) -> None:
        """The locks are on ``DATABASE.next`` (who is at the head of the queue) and ``DATABASE.turn`` (who writes)."""
        self._next = database.with_name(f"{database.name}.next")
        self._turn = database.with_name(f"{database.name}.turn")
        self._here = threading.Lock()

    def take(self, seconds: float) -> int | None:
        """Wait for the turn at most so long. What :meth:`give_back` takes; None: it did not come."""
        end = time.monotonic() + seconds
        if not self._here.acquire(timeout=seconds):
            return None
        try:
            head = _locked(self._next, end)
            if head is None:
                return None
            try:
                return _locked(self._turn, end)
            finally:
                os.close(head)
        finally:
            self._here.release()

    def give_back(self, turn: int) -> None:
        """Let others write."""
        os.close(turn)


def _locked(path: Path, end: float) -> int | None:
    """The file, open and locked by us alone; None where somebody else has it until ``end``."""
    file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() >= end:
                    os.close(file)
                    return None
                time.sleep(_LOOK_EVERY)
            else:
                return file
    except BaseException:
        os.close(file)
        raise
