"""A clock on which nobody rests: how a break is told to a library that knows none.

Within each break's interval a moment is chosen, and the break's length is cut out of time there. Everybody then works
as if the break did not exist, and has had it nevertheless. A route planned on this clock may be wrong by a little where
it crosses the cut (a service cannot be interrupted, a window may close in between): it is repaired afterwards.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from benchmarks.peers.stating import StatedBreak, StatedShift

WHERE = 1 / 3
"""How far into the interval of a break time is cut. Of a lunch that starts between 11:30 and 13:00, at 12:00: the
break has then room to move to either side."""


@dataclass(frozen=True, slots=True)
class Clock:
    """Cuts: a moment, and how many seconds are taken out after it, in their order."""

    cuts: tuple[tuple[int, int], ...] = ()

    def __call__(self, moment: int) -> int:
        """What this clock shows at a moment."""
        return moment - sum(min(length, max(0, moment - at)) for at, length in self.cuts)


def without_breaks(shifts: Iterable[StatedShift]) -> Clock:
    """The clock of shifts whose breaks are alike; of breaks that overlap the first to begin is cut out."""
    cuts: list[tuple[int, int]] = []
    rests = {shift.rest for shift in shifts if shift.rest is not None}
    for rest in sorted(rests, key=lambda rest: (rest.earliest, rest.latest, rest.duration)):
        at = _cut(rest)
        if not cuts or at >= sum(cuts[-1]):
            cuts.append((at, rest.duration))
    return Clock(tuple(cuts))


def _cut(rest: StatedBreak) -> int:
    return round(rest.earliest + (rest.latest - rest.earliest) * WHERE)
