"""What else a worker works on, without `dispatch` knowing of it: other packages announce it by entry points."""

from __future__ import annotations

from importlib.metadata import entry_points
from typing import Protocol

from dispatch.settings import Settings
from dispatch.store.engine import Store

ANNOUNCED = "fieldwright.work"
"""The group of entry points that name it: functions of the store and the settings that answer a :class:`Beside`."""


class Beside(Protocol):
    """Works in threads of its own from :meth:`start` to :meth:`stop`, once each."""

    def start(self) -> None:
        """Begin; what fails later is this one's own business."""

    def stop(self) -> None:
        """End everything that was begun, and wait until it has ended."""


def besides(store: Store, settings: Settings) -> list[Beside]:
    """All that is announced, by its name."""
    announced = sorted(entry_points(group=ANNOUNCED), key=lambda one: one.name)
    return [one.load()(store, settings) for one in announced]
