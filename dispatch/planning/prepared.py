"""Work that is prepared while it only reads, and written under the lock of ``plan_head``.

What takes long keeps nobody waiting. Under the lock it is made sure that nothing has happened meanwhile that matters;
otherwise it is prepared again. After a few times it is prepared under the lock itself, where nobody else plans.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TypeVar

from dispatch.domain.errors import Unavailable
from dispatch.planning.publication import lock_work, locked_head
from dispatch.store.door import Door
from dispatch.store.refusals import Collision, LostUpdate
from dispatch.store.unit_of_work import UnitOfWork

TRIES = 4
"""Attempts without the lock before the work is done under it."""

Prepared = TypeVar("Prepared")
Written = TypeVar("Written")

log = logging.getLogger(__name__)


class Changed(Unavailable):
    """Something happened meanwhile that matters; try again."""


def carried_through(
    door: Door, ready: Callable[[UnitOfWork], Prepared], write: Callable[[UnitOfWork, Prepared], Written]
) -> Written:
    """What ``write`` makes of what ``ready`` has prepared. ``write`` locks, and raises :class:`Changed` where what was
    prepared does not hold any more.
    """
    for _ in range(TRIES):
        with door.reading() as reading:
            prepared = ready(reading)
        try:
            with door.unit_of_work() as uow:
                return write(uow, prepared)
        except (Changed, LostUpdate, Collision) as error:
            log.info("prepared again: %s", type(error).__name__)
    with door.unit_of_work() as uow:
        locked_head(uow.session)
        lock_work(uow.session)  # or those who go on changing it would have the last word every time
        return write(uow, ready(uow))
