"""When an action happened, by the operation's clock: phones' clocks are wrong, differences between their readings less.

An action says when it happened and the batch when it was sent, both by the phone's clock; so it happened that long
before it was received. Where the phone still runs since then, it says how long ago by a clock that nobody sets
(``elapsed``), and that is believed first. A sample day may run faster than phones do: their seconds count ``pace``
times.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Reception:
    """When a batch was received, by the operation's clock and by this machine's, and sent by the phone's."""

    received_at: dt.datetime
    real: dt.datetime
    sent_at: dt.datetime
    pace: float

    @property
    def skew(self) -> float:
        """By how many seconds the phone's clock is ahead, the time on the way included."""
        return (self.sent_at - self.real).total_seconds()

    def happened(self, at: dt.datetime, elapsed: float | None) -> dt.datetime:
        """When an action happened, by the operation's clock; not in the future, and nothing before the year 1900."""
        ago = elapsed if elapsed is not None else (self.sent_at - at).total_seconds()
        longest = (self.received_at - _EARLIEST).total_seconds()
        return self.received_at - dt.timedelta(seconds=min(max(ago * self.pace, 0.0), longest))


_EARLIEST = dt.datetime(1900, 1, 1, tzinfo=dt.UTC)
