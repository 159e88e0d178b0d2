"""What rows have in common that wait in a queue and are worked on by one process at a time, under a lease."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from dispatch.store.tables.base import BULK, Versioned


class Leased(Versioned):
    """``worker`` has the lease until ``lease_until``, on the clock of its machine; ``attempts`` have been made.
    ``progress``: how far it is; ``failure``: why the last attempt came to nothing.

    The row has a ``status`` besides, whose values are at least ``queued``, ``running``, ``failed`` and ``cancelled``.
    """

    if TYPE_CHECKING:
        status: Mapped[Any]

    progress: Mapped[dict[str, Any]] = mapped_column(default=dict, info=BULK)
    cancel_requested: Mapped[bool] = mapped_column(default=False)
    worker: Mapped[str | None] = mapped_column(String(80))
    lease_until: Mapped[dt.datetime | None] = mapped_column(info=BULK)
    attempts: Mapped[int] = mapped_column(default=0)
    started_at: Mapped[dt.datetime | None]
    finished_at: Mapped[dt.datetime | None]
    failure: Mapped[str] = mapped_column(default="")
