"""The life of a visit, as one table."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from dispatch.domain.lifecycle import Lifecycle


class VisitStatus(StrEnum):
    """Where a visit stands."""

    OPEN = "open"
    SCHEDULED = "scheduled"
    DISPATCHED = "dispatched"
    ACCEPTED = "accepted"
    EN_ROUTE = "en_route"
    ON_SITE = "on_site"
    WORKING = "working"
    PAUSED = "paused"
    COMPLETED = "completed"
    INCOMPLETE = "incomplete"
    NO_SHOW = "no_show"
    CANCELLED = "cancelled"


class VisitAction(StrEnum):
    """What can be done to a visit. The first five come from plans, the rest from people."""

    SCHEDULE = "schedule"
    UNSCHEDULE = "unschedule"
    DISPATCH = "dispatch"
    RECALL = "recall"
    REASSIGN = "reassign"
    ACCEPT = "accept"
    DECLINE = "decline"
    DEPART = "depart"
    TURN_BACK = "turn_back"
    ARRIVE = "arrive"
    START = "start"
    PAUSE = "pause"
    RESUME = "resume"
    EXTEND = "extend"
    COMPLETE = "complete"
    NEED_PARTS = "need_parts"
    NEED_VISIT = "need_visit"
    NO_SHOW = "no_show"
    CANCEL = "cancel"


_S, _A = VisitStatus, VisitAction

TRANSITIONS: Mapping[tuple[VisitStatus, VisitAction], VisitStatus] = {
    (_S.OPEN, _A.SCHEDULE): _S.SCHEDULED,
    (_S.OPEN, _A.CANCEL): _S.CANCELLED,
    (_S.SCHEDULED, _A.UNSCHEDULE): _S.OPEN,
    (_S.SCHEDULED, _A.REASSIGN): _S.SCHEDULED,
    (_S.SCHEDULED, _A.DISPATCH): _S.DISPATCHED,
    (_S.SCHEDULED, _A.CANCEL): _S.CANCELLED,
    (_S.DISPATCHED, _A.UNSCHEDULE): _S.OPEN,
    (_S.DISPATCHED, _A.RECALL): _S.SCHEDULED,
    (_S.DISPATCHED, _A.REASSIGN): _S.SCHEDULED,
    (_S.DISPATCHED, _A.ACCEPT): _S.ACCEPTED,
    (_S.DISPATCHED, _A.DECLINE): _S.OPEN,
    (_S.DISPATCHED, _A.DEPART): _S.EN_ROUTE,
    (_S.DISPATCHED, _A.CANCEL): _S.CANCELLED,
    (_S.ACCEPTED, _A.UNSCHEDULE): _S.OPEN,
    (_S.ACCEPTED, _A.RECALL): _S.SCHEDULED,
    (_S.ACCEPTED, _A.REASSIGN): _S.SCHEDULED,
    (_S.ACCEPTED, _A.DECLINE): _S.OPEN,
    (_S.ACCEPTED, _A.DEPART): _S.EN_ROUTE,
    (_S.ACCEPTED, _A.CANCEL): _S.CANCELLED,
    (_S.EN_ROUTE, _A.TURN_BACK): _S.ACCEPTED,
    (_S.EN_ROUTE, _A.RECALL): _S.SCHEDULED,
    (_S.EN_ROUTE, _A.DECLINE): _S.OPEN,
    (_S.EN_ROUTE, _A.ARRIVE): _S.ON_SITE,
    (_S.EN_ROUTE, _A.NO_SHOW): _S.NO_SHOW,
    (_S.EN_ROUTE, _A.CANCEL): _S.CANCELLED,
    (_S.ON_SITE, _A.START): _S.WORKING,
    (_S.ON_SITE, _A.PAUSE): _S.PAUSED,
    (_S.ON_SITE, _A.EXTEND): _S.ON_SITE,
    (_S.ON_SITE, _A.COMPLETE): _S.COMPLETED,
    (_S.ON_SITE, _A.NEED_PARTS): _S.INCOMPLETE,
    (_S.ON_SITE, _A.NEED_VISIT): _S.INCOMPLETE,
    (_S.ON_SITE, _A.NO_SHOW): _S.NO_SHOW,
    (_S.ON_SITE, _A.CANCEL): _S.CANCELLED,
    (_S.WORKING, _A.PAUSE): _S.PAUSED,
    (_S.WORKING, _A.EXTEND): _S.WORKING,
    (_S.WORKING, _A.COMPLETE): _S.COMPLETED,
    (_S.WORKING, _A.NEED_PARTS): _S.INCOMPLETE,
    (_S.WORKING, _A.NEED_VISIT): _S.INCOMPLETE,
    (_S.WORKING, _A.CANCEL): _S.CANCELLED,
    (_S.PAUSED, _A.RESUME): _S.WORKING,
    (_S.PAUSED, _A.EXTEND): _S.PAUSED,
    (_S.PAUSED, _A.COMPLETE): _S.COMPLETED,
    (_S.PAUSED, _A.NEED_PARTS): _S.INCOMPLETE,
    (_S.PAUSED, _A.NEED_VISIT): _S.INCOMPLETE,
    (_S.PAUSED, _A.CANCEL): _S.CANCELLED,
}
"""(status, action) -> status: all that can happen to a visit."""

NOT_DISPATCHED = frozenset({_S.OPEN, _S.SCHEDULED})
"""Nobody has been handed it: whoever a plan gives it to has nothing to do for it yet, and is told of no change."""

PLANNABLE = frozenset({_S.OPEN, _S.SCHEDULED, _S.DISPATCHED, _S.ACCEPTED})
"""A plan may still decide about it."""

COMMITTED = frozenset({_S.EN_ROUTE, _S.ON_SITE, _S.WORKING, _S.PAUSED})
"""Somebody is on the way or there: a plan takes it as it is."""

FINAL = frozenset({_S.COMPLETED, _S.INCOMPLETE, _S.NO_SHOW, _S.CANCELLED})
"""History."""

BY_TECHNICIANS = frozenset(
    {
        _A.ACCEPT,
        _A.DECLINE,
        _A.DEPART,
        _A.TURN_BACK,
        _A.ARRIVE,
        _A.START,
        _A.PAUSE,
        _A.RESUME,
        _A.EXTEND,
        _A.COMPLETE,
        _A.NEED_PARTS,
        _A.NEED_VISIT,
        _A.NO_SHOW,
    }
)
"""What a technician may do to a visit of their own."""

BY_DISPATCHERS = BY_TECHNICIANS | {_A.DISPATCH, _A.RECALL, _A.CANCEL}
"""What a dispatcher may do, for a technician who calls in as well."""

BY_PLANS = frozenset({_A.SCHEDULE, _A.UNSCHEDULE, _A.REASSIGN, _A.DISPATCH})
"""What only the publication of a plan does."""


LIFE: Lifecycle[VisitStatus, VisitAction] = Lifecycle("visit", TRANSITIONS)
advance, actions = LIFE.advance, LIFE.actions


def numbered(job: str, sequence: int) -> str:
    """What people call a visit: the number of its job, and from the second visit of a job on which one it is."""
    return job if sequence == 1 else f"{job}/{sequence}"
