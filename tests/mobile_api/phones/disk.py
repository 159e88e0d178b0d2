"""What a phone remembers when it is switched off."""

from __future__ import annotations

import pickle
from typing import Any


class Killed(Exception):  # noqa: N818  it happens to a phone, nobody makes a mistake
    """The phone died just before a write."""


class Disk:
    """Named values. One :meth:`write` is one transaction of IndexedDB: all of it is kept, or nothing.

    They are kept as bytes, which are quicker to read again and again than a value is copied.
    """

    def __init__(self) -> None:
        self._kept: dict[str, bytes] = {}
        self._writes_left: int | None = None

    def copy(self) -> Disk:
        """Another disk with the same on it."""
        other = Disk()
        other._kept = dict(self._kept)
        return other

    def read(self, name: str, default: Any = None) -> Any:
        """The value as it was last written; a copy, so that nothing is changed but by a write."""
        return pickle.loads(self._kept[name]) if name in self._kept else default

    def write(self, **values: Any) -> None:
        """Keep these values, all at once. Raises :class:`Killed` where the phone's time has come."""
        self._live_on()
        self._kept |= {name: pickle.dumps(value) for name, value in values.items()}

    def clear(self) -> None:
        """Forget everything, at once."""
        self._live_on()
        self._kept = {}

    def people(self) -> list[str]:
        """Everybody of whom something is kept."""
        return [name.removeprefix("people/") for name in sorted(self._kept) if name.startswith("people/")]

    def dies_after(self, writes: int | None) -> None:
        """Die before the write that comes after so many others; None: live on."""
        self._writes_left = writes

    def _live_on(self) -> None:
        if self._writes_left is None:
            return
        self._writes_left -= 1
        if self._writes_left < 0:
            self._writes_left = None
            raise Killed("before a write")
