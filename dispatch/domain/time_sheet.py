"""What somebody did with their time at work, by what they tapped: a shift cut into pieces that never overlap.

Instants are compared and subtracted in UTC, so that an hour that the clock on the wall skips or repeats is as long as
it was.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from dispatch.domain.visit_lifecycle import VisitAction


class Doing(StrEnum):
    """What somebody does at work. ``WORK``: at a site, from coming there on; ``IDLE``: nothing that they tapped."""

    TRAVEL = "travel"
    WORK = "work"
    PAUSE = "pause"
    BREAK = "break"
    IDLE = "idle"


@dataclass(frozen=True, slots=True)
class Tap:
    """A step of a visit, and when it happened."""

    at: dt.datetime
    visit: str
    action: VisitAction


@dataclass(frozen=True, slots=True)
class Span:
    """From one instant to another somebody did one thing."""

    what: Doing
    starts: dt.datetime
    ends: dt.datetime
    visit: str | None = None

    @property
    def seconds(self) -> int:
        """How long, in whole seconds."""
        return whole(self.ends) - whole(self.starts)


BEGINS = {
    VisitAction.DEPART: Doing.TRAVEL,
    VisitAction.ARRIVE: Doing.WORK,
    VisitAction.START: Doing.WORK,
    VisitAction.PAUSE: Doing.PAUSE,
    VisitAction.RESUME: Doing.WORK,
}
"""What a step of a visit begins. One that neither begins nor goes on with anything ends what went on."""
_GOES_ON = frozenset({VisitAction.ACCEPT, VisitAction.DISPATCH, VisitAction.SCHEDULE, VisitAction.EXTEND})


def whole(at: dt.datetime) -> int:
    """Whole seconds since 1970. Cut each instant first and subtract then: pieces add up to the whole that way."""
    return int(at.timestamp() // 1)


def spans_of(taps: Iterable[Tap], until: dt.datetime) -> list[Span]:
    """What the steps of visits say was done; what has not ended goes on until ``until``."""
    found: list[Span] = []
    going: dict[str, Tap] = {}
    for tap in sorted(taps, key=lambda one: one.at):
        if tap.action in _GOES_ON:
            continue
        before = going.pop(tap.visit, None)
        if before is not None:
            found.append(Span(BEGINS[before.action], before.at, tap.at, tap.visit))
        if tap.action in BEGINS:
            going[tap.visit] = tap
    found += [Span(BEGINS[tap.action], tap.at, max(until, tap.at), visit) for visit, tap in going.items()]
    return sorted(found, key=lambda one: one.starts)


def cut(begins: dt.datetime, ends: dt.datetime, spans: Sequence[Span]) -> list[Span]:
    """The time between two instants, cut into pieces: nothing left out, nothing twice.

    A break goes before everything else. Of two other things that somebody seems to do at once, it is what they began
    last; what nothing covers is idle.
    """
    edges = sorted({begins, ends, *(at for span in spans for at in (span.starts, span.ends) if begins < at < ends)})
    pieces: list[Span] = []
    for start, end in pairwise(edges):
        over = [one for one in spans if one.starts <= start and one.ends >= end]
        top = max(over, key=lambda one: (one.what is Doing.BREAK, one.starts), default=None)
        piece = Span(Doing.IDLE, start, end) if top is None else Span(top.what, start, end, top.visit)
        if pieces and (pieces[-1].what, pieces[-1].visit) == (piece.what, piece.visit):
            piece = Span(piece.what, pieces.pop().starts, piece.ends, piece.visit)
        pieces.append(piece)
    return pieces
