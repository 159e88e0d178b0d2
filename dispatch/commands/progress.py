"""How a search shows itself while it runs: one line that moves on a terminal, a quiet line now and then elsewhere."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol, TextIO

from rich.console import Console, RenderableType
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table

from optimizer.solve import Progress

_BAR_WIDTH = 12
_WIDE = 100
"""Columns of a terminal that has room for a hint."""
_QUIET_SECONDS = 10.0


class Face(Protocol):
    """Shows progress."""

    def show(self, progress: Progress) -> None:
        """Called several times a second while the search runs."""


@contextmanager
def face_for(stream: TextIO, seconds: float | None, iterations: int | None, began: float) -> Iterator[Face]:
    """The face that suits the stream. ``began`` (monotonic) is when the command did: ``seconds`` count from there."""
    console = Console(file=stream)
    if not console.is_terminal:
        yield _Quiet(stream, began)
        return
    with Live(console=console, auto_refresh=False, transient=True) as live:
        yield _Line(live, seconds, iterations, began)


class _Line:
    """One line: a bar of the time or the iterations, the best cost, what is unassigned."""

    def __init__(self, live: Live, seconds: float | None, iterations: int | None, began: float) -> None:
        self._live, self._seconds, self._iterations, self._began = live, seconds, iterations, began

    def show(self, progress: Progress) -> None:
        elapsed = time.monotonic() - self._began
        done, total, of = elapsed, self._seconds or 0.0, f"{elapsed:.0f} s"
        if self._seconds is not None:
            of = f"{elapsed:.0f} of {self._seconds:g} s"
        elif self._iterations:
            done, total = float(progress.iterations), float(self._iterations)
        cells: list[RenderableType] = [
            ProgressBar(total=max(total, 1e-9), completed=min(done, total), width=_BAR_WIDTH),
            of,
            f"best [bold]{progress.best:,.2f}[/bold]",
            f"{progress.unassigned} unassigned",
            f"{progress.iterations:,} iterations",
        ]
        if self._live.console.width >= _WIDE:
            cells.append("[dim]Ctrl-C keeps the best[/dim]")
        row = Table.grid(padding=(0, 2))
        for _ in cells:
            row.add_column(no_wrap=True)
        row.add_row(*cells)
        self._live.update(row, refresh=True)


class _Quiet:
    """A line when something was found first, then every ten seconds."""

    def __init__(self, stream: TextIO, began: float) -> None:
        self._stream, self._began, self._next = stream, began, 0.0

    def show(self, progress: Progress) -> None:
        elapsed = time.monotonic() - self._began
        if elapsed < self._next:
            return
        self._next = elapsed + _QUIET_SECONDS
        text = f"{elapsed:6.1f} s  best {progress.best:.2f}  {progress.unassigned} unassigned"
        self._stream.write(f"{text}  {progress.iterations} iterations\n")
        self._stream.flush()
