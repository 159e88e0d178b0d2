"""Waiting for what another process does."""

from __future__ import annotations

import time
from collections.abc import Callable

LONG = 30.0


def until(holds: Callable[[], bool], seconds: float = LONG) -> None:
    """Come back as soon as it holds; AssertionError after so many seconds, which no test should ever see."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "it was waited for in vain"
        time.sleep(0.01)
