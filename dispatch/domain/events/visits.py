"""What happened to visits: their steps, and what was done at them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from dispatch.domain.events.base import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitAdded(Event):
    """A job got another visit."""

    ABOUT: ClassVar = ("visit", "visit")
    visit: str
    job: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitMoved(Event):
    """A visit went from one status to another. ``asked``: whether its technicians had been asked to accept it."""

    ABOUT: ClassVar = ("visit", "visit")
    visit: str
    job: str
    before: str
    after: str
    action: str
    reason: str = ""
    at: str = ""
    # Events from before there was asking are about what had been asked for.
    asked: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitAsked(Event):
    """Its technicians are asked to accept a visit that their phones hold: from now on they are told of its changes."""

    ABOUT: ClassVar = ("visit", "visit")
    visit: str
    job: str


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
