"""What a browser did, by its own tracing (Chrome DevTools Protocol, domain Tracing; the Trace Event Format)."""

from __future__ import annotations

import json
import statistics
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playwright.sync_api import CDPSession, Page

_CATEGORIES = [
    "devtools.timeline",
    "devtools.timeline.frame",
    "disabled-by-default-devtools.timeline",
]
"""Not the tasks of all threads (toplevel): a minute of those is longer to read than to happen."""
_KINDS = {
    "scripts": {
        "FunctionCall",
        "EvaluateScript",
        "v8.compile",
        "FireAnimationFrame",
        "TimerFire",
        "EventDispatch",
        "RunMicrotasks",
    },
    "style": {"UpdateLayoutTree", "ScheduleStyleRecalculation"},
    "layout": {"Layout"},
    "paint": {"Paint", "PrePaint", "Layerize", "Commit"},
}
_LATE = 25.0
"""Milliseconds between two frames from which on one of sixty a second is missing."""
_LONG = 50.0
"""Milliseconds from which on a task is long (W3C, Long Tasks API): what a person does meanwhile waits."""


@dataclass
class Trace:
    """The events of a time, as the browser wrote them down."""

    events: Sequence[dict[str, Any]]

    def _main(self) -> tuple[int, int] | None:
        """The renderer's main thread: of those that are named so, the busiest."""
        named = [
            (one["pid"], one["tid"])
            for one in self.events
            if one["name"] == "thread_name" and one.get("args", {}).get("name") == "CrRendererMain"
        ]
        spent = dict.fromkeys(named, 0.0)
        for one in self.events:
            thread = (one.get("pid"), one.get("tid"))
            if one["name"].endswith("RunTask") and thread in spent:
                spent[thread] += one.get("dur", 0)
        return max(spent, key=lambda thread: spent[thread]) if spent else None

    def _spent(self, names: set[str], clock: str = "dur") -> list[float]:
        """Milliseconds of the events of these names on the main thread, without those inside of another of them.

        ``clock``: ``dur`` by the wall, ``tdur`` by the thread's own processor time, which neighbours do not lengthen.
        """
        main = self._main()
        found = sorted(
            (one["ts"], one["ts"] + one["dur"], one.get(clock, 0))
            for one in self.events
            if one["name"] in names and "dur" in one and (one["pid"], one["tid"]) == main
        )
        outer: list[float] = []
        end = -1.0
        for begin, finish, spent in found:
            if begin >= end:
                outer.append(spent / 1000)
                end = finish
        return outer

    def tasks(self, clock: str = "dur") -> list[float]:
        """How long each task of the main thread took, in milliseconds."""
        names = {one["name"] for one in self.events if one["name"].endswith("RunTask")}
        return self._spent(names, clock)

    def busy(self) -> float:
        """Milliseconds of the processor that the main thread took."""
        return sum(self.tasks("tdur"))

    def work(self) -> str:
        """What the main thread did, in a line: by its own processor time, and the longest task by the wall."""
        tasks = self.tasks()
        long = [one for one in tasks if one >= _LONG]
        kinds = ", ".join(f"{kind} {sum(self._spent(names, 'tdur')):.0f}" for kind, names in _KINDS.items())
        return f"{self.busy():.0f} ms ({kinds}); longest task {max(tasks, default=0):.0f}, {len(long)} over {_LONG:.0f}"

    def commits(self) -> list[float]:
        """When the main thread handed over a frame, in milliseconds."""
        main = self._main()
        handed = (one for one in self.events if one["name"] == "Commit" and (one["pid"], one["tid"]) == main)
        return sorted(one["ts"] / 1000 for one in handed)

    def presented(self) -> list[float]:
        """When a frame was drawn, in milliseconds: a scroll is drawn also where the main thread has nothing new."""
        return sorted(one["ts"] / 1000 for one in self.events if one["name"] == "DrawFrame")

    def dropped(self) -> int:
        """Frames that were begun and not drawn in time."""
        return len({one["args"].get("frameSeqId", one["ts"]) for one in self.events if one["name"] == "DroppedFrame"})


def evenness(times: Sequence[float]) -> str:
    """How evenly these follow each other."""
    between = [after - before for before, after in pairwise(times)]
    if len(between) < 2:
        return f"{len(times)}"
    slow = sum(one > _LATE for one in between)
    worst = statistics.quantiles(between, n=20)[-1]
    return f"{len(times)}, {statistics.median(between):.1f} ms apart, 95 % within {worst:.1f}, {slow} over {_LATE:.0f}"


@contextmanager
def tracing(tools: CDPSession, page: Page) -> Iterator[Trace]:
    """Trace what happens in here; the trace is filled at the end."""
    pieces: list[dict[str, Any]] = []
    trace = Trace(pieces)
    ended: list[str | None] = []

    def complete(event: dict[str, Any]) -> None:
        ended.append(event.get("stream"))

    tools.on("Tracing.tracingComplete", complete)
    options = {"transferMode": "ReturnAsStream", "traceConfig": {"includedCategories": _CATEGORIES}}
    tools.send("Tracing.start", options)
    try:
        yield trace
    finally:
        tools.send("Tracing.end")
        while not ended:
            page.wait_for_timeout(20)
        tools.remove_listener("Tracing.tracingComplete", complete)
    pieces.extend(_read(tools, ended[0]))


def _read(tools: CDPSession, stream: str | None) -> list[dict[str, Any]]:
    if stream is None:
        return []
    text = []
    while True:
        part = tools.send("IO.read", {"handle": stream, "size": 1 << 20})
        text.append(part["data"])
        if part["eof"]:
            break
    tools.send("IO.close", {"handle": stream})
    found: list[dict[str, Any]] = json.loads("".join(text))["traceEvents"]
    return found
