"""Which critical visits are urgent: those that the published plan leaves out, or is late for, and nobody is on."""

from __future__ import annotations

from collections.abc import Mapping

from dispatch.planning.facts import Work
from dispatch.store.tables import Priority
from optimizer.domain import Visit

GRACE = 60
"""Seconds that are not called late: an estimate is not so sure."""


def urgent_visits(work: Mapping[str, Work], visits: Mapping[str, Visit], starts: Mapping[str, int]) -> frozenset[str]:
    """The urgent ones of ``work``. ``starts``: when each visit of the published plan starts as things stand."""
    found = set()
    for key, one in work.items():
        promise = visits[key].arrive_by
        if one.job.priority is not Priority.CRITICAL or one.active or promise is None:
            continue
        if key not in starts or starts[key] > promise.at + GRACE:
            found.add(key)
    return frozenset(found)
