"""What a dispatcher fixed about one visit: the meaning of ``Visit.pin``.

``{}``
    Nothing is fixed.
``{"technician": id}``
    This technician does it (one member of a crew does), whatever that costs.
``{"start": RFC 3339}``
    Service starts at this instant, give or take the planning policy's tolerance.
``{"order": true}``
    It keeps its place in the published route: all that stands before it there stays before it, in the same order.

The three may stand together. What a pin asks is a must; where it cannot be had any more (the technician is ill, the
instant has passed), it is relaxed and the snapshot says so.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dispatch.domain.errors import Invalid

KEYS = ("technician", "start", "order")


@dataclass(frozen=True, slots=True)
class Pin:
    """A pin, read. Empty: nothing is fixed."""

    technician: str | None = None
    start: dt.datetime | None = None
    order: bool = False

    def __bool__(self) -> bool:
        return self.technician is not None or self.start is not None or self.order


def read_pin(document: Mapping[str, Any]) -> Pin:
    """The pin that a document holds. Raises :class:`~dispatch.domain.errors.Invalid`, naming every bad value."""
    errors = [_error(key, document[key], "is no part of a pin", "") for key in document if key not in KEYS]
    technician, start, order = (document.get(key) for key in KEYS)
    if technician is not None and (not isinstance(technician, str) or not technician):
        errors.append(_error("technician", technician, "is no id", "give the id of a technician"))
    at: dt.datetime | None = None
    if start is not None:
        try:
            at = dt.datetime.fromisoformat(str(start))
        except ValueError:
            at = None
        if at is None or at.tzinfo is None:
            errors.append(_error("start", start, "is no instant", "give an RFC 3339 date-time with its offset"))
    if order is not None and not isinstance(order, bool):
        errors.append(_error("order", order, "is neither true nor false", ""))
    if errors:
        raise Invalid("Some of the pin makes no sense.", errors=errors)
    return Pin(technician, at, bool(order))


def _error(key: str, value: Any, problem: str, remedy: str) -> dict[str, str]:
    remedy = remedy or f"a pin may hold {', '.join(KEYS)}"
    return {"place": f"pin.{key}", "value": str(value), "problem": problem, "remedy": remedy}
