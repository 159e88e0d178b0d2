"""Ending politely: Ctrl-C or SIGTERM once asks, a second time insists."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from queue import SimpleQueue
from types import FrameType

INTERRUPTED = 130
"""The exit status of a program that was made to end before it had ended what it began."""


@contextmanager
def asked_to_end() -> Iterator[threading.Event]:
    """An event that is set when somebody asks the program to end; who asks again ends it at once.

    Nothing is broken off in the middle: an exception that a signal raises anywhere can get lost on its way.
    """
    ending = threading.Event()
    asked: SimpleQueue[bool] = SimpleQueue()

    def ask(_: int, __: FrameType | None) -> None:
        # A signal comes in the middle of anything, also while this thread holds the event's own lock, as it does
        # when it begins to wait: whoever set the event here would wait for themselves. This queue may be put to.
        asked.put(True)

    def hear() -> None:
        if asked.get():
            ending.set()
            if asked.get():
                os._exit(INTERRUPTED)  # the solver processes see it, and end as well

    threading.Thread(target=hear, name="asked to end", daemon=True).start()
    before = {number: signal.signal(number, ask) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield ending
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        asked.put(False)
