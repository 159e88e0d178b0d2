"""What has happened, as facts in the past tense, written to the outbox in the transaction that made them true.

An event is thin: it says what it is about and what a reader needs to decide whether to look closer. Every class here
is registered by its name; its fields are JSON values (instants as RFC 3339 strings, see :func:`instant`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any, ClassVar

REGISTRY: dict[str, type[Event]] = {}
"""Every kind of event by its name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Base of all events. ``ABOUT`` names the field that holds the id of what the event is about, after a word for it.

    ``territory`` says where it happened, for readers whose rights end at a territory; None concerns everybody.
    ``technician`` says whose phone should hear of it.
    """

    ABOUT: ClassVar[tuple[str, str]] = ("", "")
    territory: str | None = None
    technician: str | None = None

    def __init_subclass__(cls) -> None:
        REGISTRY[cls.__name__] = cls

    @property
    def kind(self) -> str:
        """The event's name."""
        return type(self).__name__

    @property
    def subject(self) -> tuple[str, str]:
        """What it is about: a word and an id, such as ``("job", "job_01…")``."""
        word, name = self.ABOUT
        return word, str(getattr(self, name)) if name else ""

    def payload(self) -> dict[str, Any]:
        """The fields as JSON values."""
        return asdict(self)


def instant(at: dt.datetime) -> str:
    """An instant the way events carry it."""
    return at.astimezone(dt.UTC).isoformat().replace("+00:00", "Z")


def restored(kind: str, payload: Mapping[str, Any]) -> Event:
    """The event that an outbox entry holds. Raises :class:`KeyError` for a kind that no longer exists.

    Fields that a newer version has dropped are left out; what it has added takes its default.
    """
    known = {one.name for one in fields(REGISTRY[kind])}
    return REGISTRY[kind](**{name: value for name, value in payload.items() if name in known})


# Jobs and visits -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class JobReceived(Event):
    """A job came in."""

    ABOUT: ClassVar = ("job", "job")
    job: str
    number: str
    priority: str
    customer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class JobMoved(Event):
    """A job went from one status to another. ``action`` is a job action, or ``follow`` where its visits led it."""

    ABOUT: ClassVar = ("job", "job")
    job: str
    before: str
    after: str
    action: str


@dataclass(frozen=True, slots=True, kw_only=True)
class JobChanged(Event):
    """Something of a job was changed: the names of the fields."""

    ABOUT: ClassVar = ("job", "job")
    job: str
    changed: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitAdded(Event):
    """A job got another visit."""

    ABOUT: ClassVar = ("visit", "visit")
    visit: str
    job: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitMoved(Event):
    """A visit went from one status to another."""

    ABOUT: ClassVar = ("visit", "visit")
    visit: str
    job: str
    before: str
    after: str
    action: str
    reason: str = ""
    at: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitChanged(Event):
    """Something of a visit was changed that a plan looks at: the names of the fields."""

    ABOUT: ClassVar = ("visit", "visit")
    visit: str
    job: str
    changed: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitExtended(Event):
    """A technician needs so many seconds more than planned."""

    ABOUT: ClassVar = ("visit", "visit")
    visit: str
    job: str
    seconds: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaAttached(Event):
    """A picture belongs to a visit; ``awaited`` while it has not come yet. Told again once it is there.

    ``sha256`` is the digest under which it was sent; ``purpose``: ``photo``, ``signature`` or ``scan``.
    """

    ABOUT: ClassVar = ("visit", "visit")
    visit: str
    job: str
    sha256: str
    purpose: str
    awaited: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportMade(Event):
    """The service report of a visit was made, or made again: ``edition`` counts."""

    ABOUT: ClassVar = ("visit", "visit")
    visit: str
    job: str
    report: str
    edition: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ChecklistAnswered(Event):
    """Something of a visit's checklist was answered: so many questions are by now, and so many still have to be."""

    ABOUT: ClassVar = ("visit", "visit")
    visit: str
    job: str
    answered: int
    missing: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PartUsed(Event):
    """So much of a part was taken from a van for a visit; put back where it is negative.

    ``left``: how much the van should still carry; negative where more was used than it is known to have carried.
    """

    ABOUT: ClassVar = ("visit", "visit")
    visit: str
    job: str
    part: str
    quantity: float
    left: float


@dataclass(frozen=True, slots=True, kw_only=True)
class PartRequested(Event):
    """A part is needed for a job, or stands elsewhere now: ``open``, ``ordered``, ``arrived`` or ``cancelled``."""

    ABOUT: ClassVar = ("part request", "request")
    request: str
    visit: str
    job: str
    part: str
    quantity: float
    urgent: bool
    status: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpertCalled(Event):
    """A technician asks ``expert``, or whoever supervises where that is None, to call them about a visit."""

    ABOUT: ClassVar = ("visit", "visit")
    visit: str
    job: str
    call: str
    expert: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SitePlaced(Event):
    """It is known where a site is: for the first time, or better than before (``moved``).

    ``placed_by``: ``address``, ``map``, ``import`` or ``given``.
    """

    ABOUT: ClassVar = ("site", "site")
    site: str
    customer: str
    placed_by: str
    moved: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionRefused(Event):
    """What a technician did could not be applied, and somebody must look at it: ``action`` of ``user``, and why.

    ``visit`` is empty where it is about no visit.
    """

    ABOUT: ClassVar = ("action", "action")
    action: str
    user: str
    kind_of_action: str
    code: str
    visit: str = ""
    at: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DisputeSettled(Event):
    """Somebody has looked at an action that was refused: ``leave`` or ``apply``; ``with_it`` those that it follows.

    ``given_back``: the visit had moved away, and is the technician's again.
    """

    ABOUT: ClassVar = ("action", "action")
    action: str
    user: str
    kind_of_action: str
    decision: str
    visit: str = ""
    with_it: tuple[str, ...] = ()
    given_back: bool = False


# Conversations -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageWritten(Event):
    """Something was said about a job (``note``, ``to_technician``, ``from_technician``); one for each who is told."""

    ABOUT: ClassVar = ("message", "message")
    message: str
    job: str
    what: str
    visit: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MessagesRead(Event):
    """The office, or a technician, has read so many messages about a job that were new to them."""

    ABOUT: ClassVar = ("job", "job")
    job: str
    count: int
    visit: str = ""


# People --------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonChanged(Event):
    """A technician's skills, base, pay or the like was changed."""

    ABOUT: ClassVar = ("technician", "person")
    person: str
    changed: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShiftChanged(Event):
    """A shift was added, changed or removed; with ``duty``, somebody on it ``began``, took a ``break`` or ``ended``."""

    ABOUT: ClassVar = ("shift", "shift")
    shift: str
    person: str
    removed: bool = False
    duty: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AbsenceRecorded(Event):
    """Somebody cannot work for a while (or can after all)."""

    ABOUT: ClassVar = ("absence", "absence")
    absence: str
    person: str
    start: str
    end: str
    removed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PositionReported(Event):
    """A phone said where it is, or a dispatcher that traffic holds somebody up: so many seconds more."""

    ABOUT: ClassVar = ("technician", "person")
    person: str
    delay: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ArrivalExpected(Event):
    """Somebody on the way to a visit is expected there at another time than was said last; ``late`` by so many seconds
    against the appointment.
    """

    ABOUT: ClassVar = ("visit", "visit")
    visit: str
    job: str
    expected: str
    late: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ArrivalProposed(Event):
    """By their phone's position somebody has come to a visit, and has not said so: people decide."""

    ABOUT: ClassVar = ("visit", "visit")
    visit: str
    job: str
    at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TrailRead(Event):
    """Somebody else looked at where a technician was between two instants."""

    ABOUT: ClassVar = ("technician", "person")
    person: str
    since: str
    until: str


# Promises ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseStarted(Event):
    """A promise began to run: it is due at ``due``."""

    ABOUT: ClassVar = ("job", "job")
    job: str
    target: str
    due: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseWarned(Event):
    """A share of the time of a promise has gone by."""

    ABOUT: ClassVar = ("job", "job")
    job: str
    target: str
    share: float
    due: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseBreached(Event):
    """A promise was missed."""

    ABOUT: ClassVar = ("job", "job")
    job: str
    target: str
    due: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Escalated(Event):
    """A step of the ladder after a breach was taken: ``raise_priority``, ``tell_supervisor`` or ``replan``.

    With the ``target`` "intake": what an SLA policy asks for as soon as a job comes under it.
    """

    ABOUT: ClassVar = ("job", "job")
    job: str
    target: str
    step: int
    action: str


@dataclass(frozen=True, slots=True, kw_only=True)
class JeopardyChanged(Event):
    """On today's plan a promise will be missed by so many seconds; 0: not any more."""

    ABOUT: ClassVar = ("visit", "visit")
    visit: str
    job: str
    promise: str
    late: int
    expected: str


# Plans ---------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRequested(Event):
    """A planning run was asked for, and why."""

    ABOUT: ClassVar = ("run", "run")
    run: str
    reason: str
    policy: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RunEnded(Event):
    """A planning run ended: ``done``, ``failed`` or ``cancelled``."""

    ABOUT: ClassVar = ("run", "run")
    run: str
    status: str
    draft: str | None = None
    because: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftProposed(Event):
    """A draft waits for a decision: what it changes in the total cost, and how many visits it touches."""

    ABOUT: ClassVar = ("plan", "plan")
    plan: str
    run: str
    gain: float
    touched: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftRejected(Event):
    """Nobody wants a draft (any more)."""

    ABOUT: ClassVar = ("plan", "plan")
    plan: str
    because: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanPublished(Event):
    """A plan is the one that everybody acts on. ``edition`` counts them."""

    ABOUT: ClassVar = ("plan", "plan")
    plan: str
    edition: int
    touched: int
    automatic: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class LegsMeasured(Event):
    """So many ``legs`` of the published plan that were estimated are measured on roads now; who does what stays."""

    ABOUT: ClassVar = ("plan", "plan")
    plan: str
    edition: int
    legs: int


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitAssigned(Event):
    """A published plan put a visit somewhere else than before: who and when, each before and after."""

    ABOUT: ClassVar = ("visit", "visit")
    visit: str
    job: str
    technicians_before: tuple[str, ...] = ()
    technicians_after: tuple[str, ...] = ()
    start_before: str | None = None
    start_after: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TerritoryLocked(Event):
    """Nothing planned in a territory is moved by runs and reactions until an instant; none: the lock was lifted."""

    ABOUT: ClassVar = ("territory", "territory")
    until: str | None = None
    because: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FenceSet(Event):
    """Nothing of the plan is changed before an instant; none: only the policy's freeze holds again."""

    until: str | None = None
    because: str = ""


# Appointments --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class SlotHeld(Event):
    """A slot is kept for a customer until ``expires``."""

    ABOUT: ClassVar = ("visit", "visit")
    visit: str
    job: str
    hold: str
    earliest: str
    latest: str
    expires: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldEnded(Event):
    """A hold ended: ``confirmed``, ``released`` or ``expired``."""

    ABOUT: ClassVar = ("visit", "visit")
    visit: str
    job: str
    hold: str
    outcome: str


# The program itself ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class TravelDegraded(Event):
    """A travel engine does not answer: until it does, the next one is asked, or ways are estimated and marked."""

    ABOUT: ClassVar = ("engine", "engine")
    engine: str
    because: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TravelRecovered(Event):
    """A travel engine answers again; it was down since ``down_since``."""

    ABOUT: ClassVar = ("engine", "engine")
    engine: str
    down_since: str


# The rest ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordChanged(Event):
    """A customer, site, piece of equipment, territory, policy, calendar, user … was created, changed or removed."""

    ABOUT: ClassVar = ("record", "record")
    record: str
    table: str
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportApplied(Event):
    """A sheet was taken over: how many rows."""

    ABOUT: ClassVar = ("import", "sheet")
    sheet: str
    kind_of_rows: str
    rows: int


@dataclass(frozen=True, slots=True, kw_only=True)
class HandlerParked(Event):
    """A handler could not deal with an event after several attempts; an administrator must look at it."""

    ABOUT: ClassVar = ("handler", "handler")
    handler: str
    position: int
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceRegistered(Event):
    """A technician has signed in with a phone for the first time, or with another key on it."""

    ABOUT: ClassVar = ("device", "device")
    device: str
    user: str
    platform: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceRevoked(Event):
    """A phone opens nothing any more; with ``wipe`` it is told to remove the day that it holds."""

    ABOUT: ClassVar = ("device", "device")
    device: str
    user: str
    wipe: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn(Event):
    """Somebody signed in, or tried to."""

    ABOUT: ClassVar = ("user", "user")
    user: str
    succeeded: bool
    detail: Mapping[str, str] = field(default_factory=dict)
