"""What data a server answers from: as it says itself, learnt when it is first needed, and remembered for later."""

from __future__ import annotations

import hashlib
import logging
import os
import secrets
import time
from collections.abc import Callable
from pathlib import Path

from dispatch.travel.ports import EngineError

_LEARN_AGAIN = 30.0

log = logging.getLogger(__name__)


def short_hash(*words: str) -> str:
    """Twelve hexadecimal digits that stand for these words."""
    return hashlib.sha256("\n".join(words).encode()).hexdigest()[:12]


class DataVersion:
    """The version of an engine over HTTP: of its address and set-up, and of the data that the server says it has.

    A server that is down when the program starts says nothing. What it said last is read from ``kept`` then, so that
    what was measured before is found again just when it is needed most.
    """

    def __init__(
        self, configured: str, *, kept: Path | None = None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._configured, self._kept, self._clock = configured, kept, clock
        self._said = ""
        self._asked_at = float("-inf")

    def said(self, version: str) -> bool:
        """The server has just said which data it has; whether that is news."""
        fresh = short_hash(version)
        if fresh == self._said:
            return False
        self._said = fresh
        if self._kept is not None:
            self._keep(self._kept)
        return True

    def _keep(self, kept: Path) -> None:
        try:
            kept.parent.mkdir(parents=True, exist_ok=True)
            written = kept.with_name(f".{kept.name}-{os.getpid()}-{secrets.token_hex(4)}")
            written.write_text(f"{self._configured} {self._said}\n")
            written.replace(kept)
        except OSError as error:
            log.warning("The data version of a travel engine cannot be kept in %s: %s", kept, error.strerror)

    def now(self, learn: Callable[[], object]) -> str:
        """The version. ``learn`` asks the server, at the first use and while it fails every half minute at most."""
        if not self._said and self._clock() >= self._asked_at + _LEARN_AGAIN:
            self._asked_at = self._clock()
            try:
                learn()
            except EngineError:
                self._said = self._remembered()
        return f"{self._configured}-{self._said}" if self._said else self._configured

    def _remembered(self) -> str:
        try:
            configured, _, fresh = (self._kept.read_text() if self._kept is not None else "").strip().partition(" ")
        except (OSError, UnicodeError):
            return ""
        return fresh if configured == self._configured else ""
