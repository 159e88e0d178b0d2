"""What a rule is: one meaning (``judge``) and one translation for the kernel (``lower``)."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from enum import StrEnum
from fractions import Fraction
from functools import lru_cache
from typing import ClassVar

from optimizer.domain import Problem, Shift
from optimizer.kernel.data import KernelData
from optimizer.money import Scale
from optimizer.timeline import Schedule


class Level(StrEnum):
    """A *must* is hard, a *prefer* is soft. There is nothing between."""

    HARD = "hard"
    SOFT = "soft"


@dataclass(frozen=True, slots=True)
class Match:
    """One reason for one part of a score, in words a dispatcher understands.

    ``amount`` counts broken places (hard) or is money before any weight (soft). ``technician`` and ``shift`` are
    given where one is concerned.
    """

    rule: str
    amount: int | Fraction
    because: str
    visit: str | None = None
    technician: str | None = None
    shift: str | None = None


class Rule(ABC):
    """One constraint (hard) or one term of the cost (soft). Its id is the name of its file and of its channel."""

    id: ClassVar[str]
    level: ClassVar[Level]

    @abstractmethod
    def judge(self, problem: Problem, schedule: Schedule) -> Iterator[Match]:
        """The meaning. Complete, explains itself; the only source of explanations. Yields no match of amount 0."""

    @abstractmethod
    def lower(self, problem: Problem, scale: Scale, out: KernelData) -> None:
        """The same meaning, as kernel primitives. ``scale`` turns prices into kernel counts."""


def clock(instant: int, shift: Shift) -> str:
    """An instant as the people on this shift read it: ``14:05``, with the date where the shift starts on another."""
    return _clock(instant, shift.start, shift.utc_offset)


@lru_cache(maxsize=65_536)
def _clock(instant: int, start: int, utc_offset: int) -> str:
    zone = timezone(timedelta(seconds=utc_offset))
    moment, first = datetime.fromtimestamp(instant, zone), datetime.fromtimestamp(start, zone)
    return f"{moment:%H:%M}" if moment.date() == first.date() else f"{moment:%Y-%m-%d %H:%M}"


def span(seconds: int) -> str:
    """A length of time in words: ``40 s``, ``25 min``, ``1 h 05 min``; minutes are rounded up."""
    if seconds < 60:
        return f"{seconds} s"
    hours, minutes = divmod(-(-seconds // 60), 60)
    return f"{hours} h {minutes:02d} min" if hours else f"{minutes} min"
