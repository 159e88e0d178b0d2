"""What reacts to what: the one table from events to handlers.

Each handler reads the outbox in order and at its own pace, see :mod:`dispatch.messaging.handlers`. Their names are kept
in the database.
"""

from __future__ import annotations

from dispatch.domain.events import VisitMoved
from dispatch.messaging import notices, webhooks
from dispatch.messaging.handlers import Handler
from dispatch.planning import booking, jeopardy, replan
from dispatch.services import escalation, observed_legs, phone_notices, service_reports

REACTIONS: tuple[Handler, ...] = (
    Handler("escalation", frozenset(escalation.REACTIONS), escalation.react),
    Handler("re-planning", replan.KINDS, replan.react),
    Handler("jeopardy", frozenset({VisitMoved.__name__}), jeopardy.react),
    Handler("holds", frozenset({VisitMoved.__name__}), booking.react),
    Handler("driven legs", observed_legs.KINDS, observed_legs.react),
    Handler("notices", notices.KINDS, notices.react),
    Handler("phone notices", phone_notices.KINDS, phone_notices.react),
    Handler("service reports", service_reports.KINDS, service_reports.react),
    Handler("webhooks", None, webhooks.react),
)

TOLD_ONLY = frozenset(
    {
        "ArrivalExpected",
        "ArrivalProposed",
        "DeviceRegistered",
        "DeviceRevoked",
        "DraftRejected",
        "FenceSet",
        "ImportApplied",
        "LegsMeasured",
        "MessagesRead",
        "PlanPublished",
        "PromiseBreached",
        "PromiseStarted",
        "PromiseWarned",
        "ReportMade",
        "RunEnded",
        "RunRequested",
        "SignedIn",
        "SlotHeld",
        "TerritoryLocked",
        "TrailRead",
    }
)
"""Kinds that nothing in this program reacts to: they are for webhooks, the stream and the history."""
