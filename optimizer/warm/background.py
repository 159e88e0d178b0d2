"""Improving a running plan while nobody asks it for anything."""

from __future__ import annotations

from collections.abc import Iterable
from threading import Event, Thread
from types import TracebackType

from optimizer.warm.running import RunningPlan

_SLICE = 0.5
"""Seconds of one search, between two looks at what has happened."""


class Background:
    """A thread that searches for a better plan for some seconds after every :meth:`wake`, and sleeps otherwise.

    >>> from optimizer.warm import RunningPlan
    >>> def carry_on(running: RunningPlan) -> None:
    ...     with Background(running, seconds=10) as background:
    ...         running.remove("v17")
    ...         background.wake()
    """

    def __init__(self, running: RunningPlan, *, seconds: float = 10.0, seed: int = 1) -> None:
        self._running, self._seconds, self._seed = running, seconds, seed
        self._woken, self._ended = Event(), False
        self._around: tuple[str, ...] = ()
        self._failure: BaseException | None = None
        self._thread = Thread(target=self._work, name="improving a running plan", daemon=True)

    def __enter__(self) -> Background:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def wake(self, around: Iterable[str] = ()) -> None:
        """Search from now on for as long as was said, first near these visits."""
        self._around = tuple(around)
        self._woken.set()

    def close(self) -> None:
        """End the thread and wait for it. Raises what the search raised, if it did."""
        self._ended = True
        self._woken.set()
        self._running.interrupt()
        self._thread.join()
        if self._failure is not None:
            raise self._failure

    def _work(self) -> None:
        try:
            while not self._ended:
                self._woken.wait()
                self._woken.clear()
                self._search()
        except BaseException as error:  # told to whoever closes
            self._failure = error

    def _search(self) -> None:
        left = self._seconds
        while left > 0 and not self._ended:
            around, self._around = self._around, ()
            known = [visit for visit in around if visit in self._running.problem.visit_index]
            self._seed += 1
            done = self._running.improve(seconds=min(_SLICE, left), seed=self._seed, around=known)
            left -= done.seconds
            if self._woken.is_set():
                return
