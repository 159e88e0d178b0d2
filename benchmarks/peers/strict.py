"""Promises for peers that know no lateness: hard windows, a little wider where they could not be kept at all."""

from __future__ import annotations

from benchmarks.peers.stating import StatedVisit

HARD, SLACK = "hard", "slack"
"""Ways of putting promises: to be kept, or to be missed by up to :data:`GRACE`."""

GRACE = 3600
"""Seconds: how late a visit may be where that is allowed, or where it cannot be on time."""

WORTH = 0.7
"""The part of its drop cost that a visit's lateness may come to: beyond, there is more in leaving it out."""


def latest(visit: StatedVisit, promises: str) -> int:
    """The latest start that is told to the peer, never before the earliest."""
    if visit.due is None or not visit.late_rate:
        return visit.latest
    if promises == HARD and visit.due >= visit.earliest:
        return min(visit.latest, visit.due)
    until = min(visit.latest, max(visit.earliest, visit.due) + GRACE)
    if visit.drop_cost is not None:
        until = min(until, visit.due + int(visit.drop_cost / visit.late_rate * WORTH))
    return max(visit.earliest, until)
