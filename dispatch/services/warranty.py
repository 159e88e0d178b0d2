"""Whether a machine is under warranty."""

from __future__ import annotations

import datetime as dt
import enum

SOON = dt.timedelta(days=60)


class Warranty(enum.StrEnum):
    """Where a machine's warranty stands. ``ENDING``: it ends within two months."""

    UNKNOWN = "unknown"
    VALID = "valid"
    ENDING = "ending"
    ENDED = "ended"


def warranty(until: dt.date | None, today: dt.date) -> Warranty:
    """Where a warranty stands that lasts until a day, that day included."""
    if until is None:
        return Warranty.UNKNOWN
    if until < today:
        return Warranty.ENDED
    return Warranty.ENDING if until <= today + SOON else Warranty.VALID
