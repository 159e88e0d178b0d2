"""The life of a job, as one table, and how it follows its visits."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum

from dispatch.domain.lifecycle import Lifecycle
from dispatch.domain.visit_lifecycle import FINAL, VisitStatus


class JobStatus(StrEnum):
    """Where a job stands."""

    RECEIVED = "received"
    TRIAGED = "triaged"
    SCHEDULED = "scheduled"
    DISPATCHED = "dispatched"
    ACCEPTED = "accepted"
    EN_ROUTE = "en_route"
    ON_SITE = "on_site"
    PAUSED = "paused"
    WAITING_FOR_PARTS = "waiting_for_parts"
    WAITING_FOR_CUSTOMER = "waiting_for_customer"
    NEEDS_VISIT = "needs_visit"
    NO_SHOW = "no_show"
    COMPLETED = "completed"
    CLOSED = "closed"
    DECLINED = "declined"
    CANCELLED = "cancelled"


class JobAction(StrEnum):
    """What people do to a job as a whole; the rest follows from its visits."""

    TRIAGE = "triage"
    DECLINE = "decline"
    AWAIT_CUSTOMER = "await_customer"
    CUSTOMER_ANSWERED = "customer_answered"
    PARTS_ARRIVED = "parts_arrived"
    ADD_VISIT = "add_visit"
    CLOSE = "close"
    REOPEN = "reopen"
    CANCEL = "cancel"


_S, _A = JobStatus, JobAction

_LIVE = (_S.TRIAGED, _S.SCHEDULED, _S.DISPATCHED, _S.ACCEPTED)

TRANSITIONS: Mapping[tuple[JobStatus, JobAction], JobStatus] = {
    (_S.RECEIVED, _A.TRIAGE): _S.TRIAGED,
    (_S.RECEIVED, _A.DECLINE): _S.DECLINED,
    (_S.RECEIVED, _A.CANCEL): _S.CANCELLED,
    (_S.RECEIVED, _A.AWAIT_CUSTOMER): _S.WAITING_FOR_CUSTOMER,
    (_S.TRIAGED, _A.DECLINE): _S.DECLINED,
    **{(status, _A.AWAIT_CUSTOMER): _S.WAITING_FOR_CUSTOMER for status in _LIVE},
    **{(status, _A.ADD_VISIT): status for status in (*_LIVE, _S.EN_ROUTE, _S.ON_SITE, _S.PAUSED)},
    **{(status, _A.CANCEL): _S.CANCELLED for status in (*_LIVE, _S.EN_ROUTE, _S.ON_SITE, _S.PAUSED)},
    (_S.WAITING_FOR_CUSTOMER, _A.CUSTOMER_ANSWERED): _S.TRIAGED,
    (_S.WAITING_FOR_CUSTOMER, _A.CANCEL): _S.CANCELLED,
    (_S.WAITING_FOR_PARTS, _A.PARTS_ARRIVED): _S.NEEDS_VISIT,
    (_S.WAITING_FOR_PARTS, _A.ADD_VISIT): _S.TRIAGED,
    (_S.WAITING_FOR_PARTS, _A.CANCEL): _S.CANCELLED,
    (_S.NEEDS_VISIT, _A.ADD_VISIT): _S.TRIAGED,
    (_S.NEEDS_VISIT, _A.CLOSE): _S.CLOSED,
    (_S.NEEDS_VISIT, _A.CANCEL): _S.CANCELLED,
    (_S.NO_SHOW, _A.ADD_VISIT): _S.TRIAGED,
    (_S.NO_SHOW, _A.AWAIT_CUSTOMER): _S.WAITING_FOR_CUSTOMER,
    (_S.NO_SHOW, _A.CANCEL): _S.CANCELLED,
    (_S.COMPLETED, _A.CLOSE): _S.CLOSED,
    (_S.COMPLETED, _A.REOPEN): _S.NEEDS_VISIT,
    (_S.CLOSED, _A.REOPEN): _S.NEEDS_VISIT,
}
"""(status, action) -> status: all that people can do to a job."""

FOLLOWS: Mapping[VisitStatus, JobStatus] = {
    VisitStatus.WORKING: _S.ON_SITE,
    VisitStatus.ON_SITE: _S.ON_SITE,
    VisitStatus.PAUSED: _S.PAUSED,
    VisitStatus.EN_ROUTE: _S.EN_ROUTE,
    VisitStatus.ACCEPTED: _S.ACCEPTED,
    VisitStatus.DISPATCHED: _S.DISPATCHED,
    VisitStatus.SCHEDULED: _S.SCHEDULED,
    VisitStatus.OPEN: _S.TRIAGED,
    VisitStatus.NO_SHOW: _S.NO_SHOW,
    VisitStatus.INCOMPLETE: _S.NEEDS_VISIT,
    VisitStatus.COMPLETED: _S.COMPLETED,
}
"""Where a visit puts its job. While visits are to be done, the first of these that one of them is in counts; once all
are over, the last of them does. Cancelled visits do not count; a job that has no other needs a visit."""

HELD = frozenset({_S.RECEIVED, _S.WAITING_FOR_CUSTOMER, _S.WAITING_FOR_PARTS, _S.CLOSED, _S.DECLINED, _S.CANCELLED})
"""People put it there, and only people take it out again: visits do not move it."""

ENDED = frozenset({_S.CLOSED, _S.DECLINED, _S.CANCELLED})
"""Nothing is to be done any more."""

PLANNABLE = frozenset(_S) - ENDED - {_S.RECEIVED, _S.WAITING_FOR_CUSTOMER, _S.WAITING_FOR_PARTS, _S.COMPLETED}
"""Visits of such a job may be planned."""


LIFE: Lifecycle[JobStatus, JobAction] = Lifecycle("job", TRANSITIONS)
advance, actions = LIFE.advance, LIFE.actions


def followed(status: JobStatus, visits: Iterable[VisitStatus]) -> JobStatus:
    """Where a job stands once its visits, in their sequence, stand where they do (see :data:`FOLLOWS`)."""
    if status in HELD:
        return status
    counted = [visit for visit in visits if visit is not VisitStatus.CANCELLED]
    if not counted:
        return _S.NEEDS_VISIT
    open_ones = set(counted) - FINAL
    return next((after for at, after in FOLLOWS.items() if at in open_ones), FOLLOWS[counted[-1]])
