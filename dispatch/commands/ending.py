"""Ending politely: Ctrl-C or SIGTERM once asks, a second time insists."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

INTERRUPTED = 130
"""The exit status of a program that was made to end before it had ended what it began."""


@contextmanager
def asked_to_end() -> Iterator[threading.Event]:
    """An event that is set when somebody asks the program to end; who asks again ends it at once.

    Nothing is broken off in the middle: an exception that a signal raises anywhere can get lost on its way.
    """
    ending = threading.Event()

    def ask(_: int, __: FrameType | None) -> None:
        if ending.is_set():
            os._exit(INTERRUPTED)  # the solver processes see it, and end as well
        ending.set()

    before = {number: signal.signal(number, ask) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield ending
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
