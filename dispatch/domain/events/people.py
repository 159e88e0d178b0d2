"""What happened to people, where they were, and what they said to each other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from dispatch.domain.events.base import Event


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
