"""What was planned, published and promised as an appointment."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from dispatch.domain.events.base import Event


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
    """A published plan put a visit somewhere else than before: who, when, whether dispatched and whether asked to
    accept it, before and after."""

    ABOUT: ClassVar = ("visit", "visit")
    visit: str
    job: str
    technicians_before: tuple[str, ...] = ()
    technicians_after: tuple[str, ...] = ()
    start_before: str | None = None
    start_after: str | None = None
    # Events from before these fields were there tell everybody, as they did.
    dispatched_before: bool = True
    dispatched_after: bool = True
    asked_before: bool = True
    asked_after: bool = True

    @property
    def told_before(self) -> bool:
        """Whether those who had it knew that it was theirs."""
        return self.dispatched_before and self.asked_before

    @property
    def told_after(self) -> bool:
        """Whether those who have it now are to know that it is theirs."""
        return self.dispatched_after and self.asked_after


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
