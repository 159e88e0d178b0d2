"""What happened to jobs and their visits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from dispatch.domain.events.base import Event


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
class SitePlaced(Event):
    """It is known where a site is: for the first time, or better than before (``moved``).

    ``placed_by``: ``address``, ``map``, ``import`` or ``given``.
    """

    ABOUT: ClassVar = ("site", "site")
    site: str
    customer: str
    placed_by: str
    moved: bool = False
