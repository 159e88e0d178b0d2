"""How soon an answer to what happened is wanted."""

from __future__ import annotations

from enum import StrEnum


class Urgency(StrEnum):
    """How soon an answer is wanted, the soonest first."""

    EMERGENCY = "emergency"
    SOON = "soon"
    LATER = "later"
