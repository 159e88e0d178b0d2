"""How the building of a region shows itself: two bars on a terminal, a line for each step elsewhere."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

from dispatch.regions.order import Step, Told

_PARTS = {
    "extract": "extract",
    "roads": "roads",
    "estimate": "estimate",
    "places": "addresses",
    "map": "map",
    "osrm": "OSRM",
}


@contextmanager
def progress_on(stream: TextIO, *, quiet: bool = False) -> Iterator[Told]:
    """Whoever builds tells this; it shows what suits the stream. ``quiet``: nothing but on a terminal."""
    console = Console(file=stream)
    if not console.is_terminal:
        yield (lambda _: None) if quiet else _Lines(stream).show
        return
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        whole, step = progress.add_task("region", total=1.0), progress.add_task("", total=1.0)
        at = ""

        def show(told: Step) -> None:
            nonlocal at
            doing = _words(told)
            if doing != at:
                at = doing
                progress.reset(step)
            progress.update(whole, completed=told.overall)
            progress.update(step, completed=told.share, description=doing)

        yield show


def _words(step: Step) -> str:
    name = _PARTS[step.part]
    return f"{name}: {step.doing.removeprefix(f'{name}: ')}"


class _Lines:
    """A line when something else is begun."""

    def __init__(self, stream: TextIO) -> None:
        self._stream, self._began, self._at = stream, time.monotonic(), ""

    def show(self, step: Step) -> None:
        doing = _words(step)
        if doing == self._at:
            return
        self._at = doing
        self._stream.write(f"{time.monotonic() - self._began:6.1f} s  {100 * step.overall:3.0f} %  {doing}\n")
        self._stream.flush()
