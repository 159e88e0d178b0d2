"""What became of promises."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from dispatch.domain.events.base import Event


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
