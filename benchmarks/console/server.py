"""Milliseconds of the server for the board: whole, cold and warm, and for what changed after so many events."""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from pydantic_core import from_json

from benchmarks.machine import peak_mb
from dispatch.domain.roles import SYSTEM
from dispatch.messaging.relay import relay
from dispatch.planning.day_board.boards import DayBoards
from dispatch.store.engine import Store

_NEVER = 1e9
_ROUNDS = 15
_Asked = tuple[float, float, int]
"""Milliseconds, those of the processor, and bytes."""


@dataclass(frozen=True, slots=True)
class Measured:
    """One thing that was asked: each time in milliseconds, how many of the processor's in all, and the bytes that came.

    What the machine does besides makes the first longer, and not the second.
    """

    what: str
    milliseconds: Sequence[float]
    size: int
    processor: float | None = None

    def row(self) -> list[str]:
        """For a table."""
        times = sorted(self.milliseconds)
        numbers = (statistics.median(times), times[-1])
        own = "-" if self.processor is None else f"{self.processor / len(times):.1f}"
        return [self.what, str(len(times)), *(f"{value:.1f}" for value in numbers), own, f"{self.size / 1024:.0f}"]


def measure(store: Store, happening: Iterator[str]) -> list[Measured]:
    """Ask a board in this process, as the server does, while things happen between two questions."""
    found = [
        _measured("whole board, cold", [_whole(store, DayBoards(store.clock, every=_NEVER)) for _ in range(5)]),
    ]
    boards = DayBoards(store.clock, every=_NEVER)
    _whole(store, boards)
    found.append(_measured("whole board, warm", [_whole(store, boards) for _ in range(_ROUNDS)]))
    found.append(
        _measured("nothing changed", [_changes(store, boards, _position(store, boards)) for _ in range(_ROUNDS)])
    )
    for events in (1, 10, 100):
        asked = []
        for _ in range(_ROUNDS if events < 100 else 5):
            since = _position(store, boards)
            if len(list(islice(happening, events))) < events:
                break
            relay(store)
            asked.append(_changes(store, boards, since))
        if asked:
            found.append(_measured(f"changes after {events} event{'s' if events > 1 else ''}", asked))
    return found


def memory() -> str:
    """The most memory that this process has held."""
    return f"{peak_mb():.0f} MB"


def _whole(store: Store, boards: DayBoards) -> _Asked:
    began, used = time.perf_counter(), time.process_time()
    with store.reading(SYSTEM) as uow:
        content, _ = boards.sent(uow, None, "en")
    return 1000 * (time.perf_counter() - began), 1000 * (time.process_time() - used), len(content)


def _changes(store: Store, boards: DayBoards, since: int) -> _Asked:
    began, used = time.perf_counter(), time.process_time()
    with store.reading(SYSTEM) as uow:
        content = boards.changes(uow, None, since, "en")
    return 1000 * (time.perf_counter() - began), 1000 * (time.process_time() - used), len(content)


def _position(store: Store, boards: DayBoards) -> int:
    with store.reading(SYSTEM) as uow:
        return int(from_json(boards.sent(uow, None, "en")[0])["position"])


def _measured(what: str, asked: Sequence[_Asked]) -> Measured:
    took, used, sizes = zip(*asked, strict=True)
    return Measured(what, took, max(sizes), sum(used))
