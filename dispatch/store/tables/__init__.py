"""The mapped classes. Importing this package makes all of them known, which migrations and tests rely on."""

from __future__ import annotations

from dispatch.domain.sla import ClockState, Target
from dispatch.store.tables.access import AccessToken, BrowserSession, IdempotencyKey, SignInAttempt, User
from dispatch.store.tables.base import Base, Identified, Versioned
from dispatch.store.tables.customers import Contact, Customer, Equipment, GeocodedAnswer, PlacedBy, Site
from dispatch.store.tables.devices import Device, InstallationKey
from dispatch.store.tables.field_actions import Decision, Dispute, FieldAction, Outcome
from dispatch.store.tables.field_work import (
    ChecklistAnswers,
    ChecklistVersion,
    ExpertCall,
    PartRequest,
    PartRequestStatus,
    PartUse,
)
from dispatch.store.tables.locks import PlanFence, TerritoryLock
from dispatch.store.tables.media import Media, Purpose, ReportSending, ServiceReport, VisitMedia
from dispatch.store.tables.messages import Message, MessageKind, MessageReader
from dispatch.store.tables.messaging import (
    AuditEntry,
    ClockSetting,
    HandlerCursor,
    Notification,
    NotificationStatus,
    OutboxEntry,
    ParkedEvent,
    SheetImport,
    Webhook,
    WebhookDelivery,
)
from dispatch.store.tables.operation import JobRecord, Leader, TravelEngineRecord
from dispatch.store.tables.people import (
    Absence,
    ExpectedArrival,
    HeldSkill,
    Position,
    Shift,
    Technician,
    Territory,
    TrailPoint,
)
from dispatch.store.tables.phone_notices import PhoneNotice
from dispatch.store.tables.plans import (
    Assignment,
    PlanHead,
    PlanningPolicy,
    PlanningRun,
    PlanRow,
    PlanStatus,
    ReplanRequest,
    RunStatus,
)
from dispatch.store.tables.promises import BusinessCalendar, SlaClock, SlaPolicy
from dispatch.store.tables.scenarios import (
    ScenarioAsks,
    ScenarioReport,
    ScenarioRow,
    ScenarioSituation,
    ScenarioStatus,
)
from dispatch.store.tables.travel import LearntFactor, ObservedLeg, TravelSlice
from dispatch.store.tables.views import SavedView
from dispatch.store.tables.work import Counter, Hold, Job, JobType, Priority, Visit

__all__ = [
    "Absence",
    "AccessToken",
    "Assignment",
    "AuditEntry",
    "Base",
    "BrowserSession",
    "BusinessCalendar",
    "ChecklistAnswers",
    "ChecklistVersion",
    "ClockSetting",
    "ClockState",
    "Contact",
    "Counter",
    "Customer",
    "Decision",
    "Device",
    "Dispute",
    "Equipment",
    "ExpectedArrival",
    "ExpertCall",
    "FieldAction",
    "GeocodedAnswer",
    "HandlerCursor",
    "HeldSkill",
    "Hold",
    "IdempotencyKey",
    "Identified",
    "InstallationKey",
    "Job",
    "JobRecord",
    "JobType",
    "Leader",
    "LearntFactor",
    "Media",
    "Message",
    "MessageKind",
    "MessageReader",
    "Notification",
    "NotificationStatus",
    "ObservedLeg",
    "OutboxEntry",
    "Outcome",
    "ParkedEvent",
    "PartRequest",
    "PartRequestStatus",
    "PartUse",
    "PhoneNotice",
    "PlacedBy",
    "PlanFence",
    "PlanHead",
    "PlanRow",
    "PlanStatus",
    "PlanningPolicy",
    "PlanningRun",
    "Position",
    "Priority",
    "Purpose",
    "ReplanRequest",
    "ReportSending",
    "RunStatus",
    "SavedView",
    "ScenarioAsks",
    "ScenarioReport",
    "ScenarioRow",
    "ScenarioSituation",
    "ScenarioStatus",
    "ServiceReport",
    "SheetImport",
    "Shift",
    "SignInAttempt",
    "Site",
    "SlaClock",
    "SlaPolicy",
    "Target",
    "Technician",
    "Territory",
    "TerritoryLock",
    "TrailPoint",
    "TravelEngineRecord",
    "TravelSlice",
    "User",
    "Versioned",
    "Visit",
    "VisitMedia",
    "Webhook",
    "WebhookDelivery",
]
