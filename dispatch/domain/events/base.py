"""What every event is: a fact in the past tense, about something, registered by its name."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
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
