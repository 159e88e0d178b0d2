"""What happened to the program, its records and who uses it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from dispatch.domain.events.base import Event


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
