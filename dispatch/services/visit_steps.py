"""What each step writes on a visit: when it happened, and what it ended with. Tables, one row for each action."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from dispatch.domain.visit_lifecycle import VisitAction, VisitStatus
from dispatch.store.tables import Visit

INSTANTS = ("dispatched_at", "accepted_at", "departed_at", "arrived_at", "started_at", "paused_at")
"""The columns that say when a step happened, in the order of a visit's life."""

SETS: Mapping[VisitAction, str] = {
    VisitAction.DISPATCH: "dispatched_at",
    VisitAction.ACCEPT: "accepted_at",
    VisitAction.DEPART: "departed_at",
    VisitAction.ARRIVE: "arrived_at",
    VisitAction.START: "started_at",
    VisitAction.PAUSE: "paused_at",
}
"""Which column keeps the step's instant."""

CLEARS: Mapping[VisitAction, tuple[str, ...]] = {
    VisitAction.UNSCHEDULE: INSTANTS[:3],
    VisitAction.RECALL: INSTANTS[:3],
    VisitAction.REASSIGN: INSTANTS[:3],
    VisitAction.DECLINE: INSTANTS[:3],
    VisitAction.TURN_BACK: ("departed_at",),
}
"""Which steps have been taken back; the audit trail still has them."""

ENDS: Mapping[VisitAction, str] = {
    VisitAction.COMPLETE: "",
    VisitAction.NEED_PARTS: "needs parts",
    VisitAction.NEED_VISIT: "needs another visit",
    VisitAction.NO_SHOW: "nobody was there",
    VisitAction.CANCEL: "cancelled",
}
"""How a visit ended, in words before those of whoever ended it."""

WORKED = frozenset({VisitAction.COMPLETE, VisitAction.NEED_PARTS, VisitAction.NEED_VISIT})
"""Ends after which there was work: from the arrival on, where nobody said when it started."""

_KNOWN_TO_THEM = frozenset({VisitAction.ACCEPT, VisitAction.DEPART})
"""Steps after which nobody need be asked any more: they have answered, or begun."""


def write(visit: Visit, action: VisitAction, at: dt.datetime, reason: str) -> None:
    """Write what the action leaves on the visit. Its status, still the one before, is the lifecycle's business."""
    if visit.status is VisitStatus.PAUSED and visit.paused_at is not None:
        visit.paused_for += round((at - visit.paused_at).total_seconds())
        visit.paused_at = None
    for column in CLEARS.get(action, ()):
        setattr(visit, column, None)
    if (column_set := SETS.get(action)) is not None:
        setattr(visit, column_set, at)
    if "dispatched_at" in CLEARS.get(action, ()):
        visit.asked_at = None
    elif action in _KNOWN_TO_THEM:
        visit.asked_at = visit.asked_at or at
    if action is VisitAction.DEPART:
        visit.accepted_at = visit.accepted_at or at
    elif action is VisitAction.RESUME:
        visit.started_at = visit.started_at or at
    elif action is VisitAction.DECLINE:
        visit.outcome = _sentence("declined", reason)
    elif action in ENDS:
        visit.finished_at = at
        visit.outcome = _sentence(ENDS[action], reason)
        if action in WORKED:
            visit.started_at = visit.started_at or visit.arrived_at


def latest(visit: Visit) -> dt.datetime | None:
    """The last thing that is known to have happened to the visit; a step cannot lie before it."""
    happened = (getattr(visit, column) for column in INSTANTS)
    return max((one for one in happened if one is not None), default=None)


def _sentence(*words: str) -> str:
    return ": ".join(word for word in words if word)
