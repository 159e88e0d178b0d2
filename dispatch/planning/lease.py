"""The lease of a planning run while somebody works on it, kept up beside the work.

A thread extends it, so that no part of the work, however long it takes, is taken for the death of its worker; what
the solver says is only remembered for the next beat. When the process dies, the beats end with it.
"""

from __future__ import annotations

import datetime as dt
import logging
import threading
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Any, Self

from dispatch.domain.errors import DispatchError

LEASE = dt.timedelta(seconds=10)
"""How long nobody else takes a run after the last beat."""
BEAT = 0.4
"""Seconds between two beats."""

log = logging.getLogger(__name__)


class LeaseLost(Exception):  # noqa: N818  it is
    """Somebody else has taken the run over; what was found here is of no use."""


Beat = Callable[[Mapping[str, Any] | None], bool]
"""Extends the lease and notes the progress. False where somebody asked to stop. Raises :class:`LeaseLost`."""


class KeptLease:
    """Beats from entering to leaving; called with a solver's progress, it says whether to go on."""

    def __init__(self, run_id: str, beat: Beat) -> None:
        self.cancelled = False
        self._run_id, self._beat = run_id, beat
        self._progress: Mapping[str, Any] | None = None
        self._lost = False
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._keep, name="lease")

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self._over.set()
        self._thread.join()

    def __call__(self, progress: Mapping[str, Any] | None) -> bool:
        """Hear what a solver says. Raises :class:`LeaseLost`."""
        if self._lost:
            raise LeaseLost
        if progress is not None:
            self._progress = progress
        return not self.cancelled

    def _keep(self) -> None:
        while not self._over.wait(BEAT):
            try:
                self.cancelled = not self._beat(self._progress) or self.cancelled
            except LeaseLost:
                self._lost = True
                return
            except DispatchError as error:
                log.warning(
                    "the progress of run %s could not be noted (%s); the work goes on", self._run_id, error.code
                )
