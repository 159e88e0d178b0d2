"""How much a phone may say: enough for any day's work at once, too little to fill a disk.

What a phone says is kept for as long as events are. A token in the wrong hands could write without end, so what is new
is counted in buckets (a token bucket): how many actions a user says, and how many bytes a device. A bucket holds an
hour's actions or a day's bytes, and fills again at that rate. What was said before, and what is to wait, is not
counted: nobody is punished for answers that got lost.

Buckets are kept in this process and are full after a restart. Several servers each have their own; that is as many
times too much, and still an end. They go by the clock of this machine.
"""

from __future__ import annotations

import datetime as dt
import math
import threading
from collections import OrderedDict
from dataclasses import dataclass, field
from weakref import WeakKeyDictionary

from dispatch.domain.errors import TooMany
from dispatch.settings import Settings
from dispatch.store.engine import Store

_HOUR, _DAY = 3600.0, 86_400.0
_MEGABYTE = 1_000_000
_MOST_KNOWN = 20_000
"""So many buckets are kept; the one that was not used for longest, which is full by then, is forgotten first."""


@dataclass(slots=True)
class _Bucket:
    """``left`` of so much ``at`` an instant, in seconds since 1970."""

    left: float
    at: float


@dataclass(frozen=True, slots=True)
class Spending:
    """What one batch takes: so many actions of a user, so many bytes of a device."""

    user: str
    device: str
    actions: int
    size: int


@dataclass
class Allowance:
    """The buckets. ``actions``: of a user in an hour, and at once. ``size``: bytes of a device in a day, and at once.

    May be used from several threads.
    """

    actions: float
    size: float
    _buckets: OrderedDict[tuple[str, str], _Bucket] = field(default_factory=OrderedDict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def spend(self, wanted: Spending, now: dt.datetime) -> None:
        """Take it, or nothing: raises :class:`TooMany` with the seconds after which there will be as much."""
        with self._lock:
            asked = [
                (self._bucket("user", wanted.user, self.actions, _HOUR, now), wanted.actions, self.actions / _HOUR),
                (self._bucket("device", wanted.device, self.size, _DAY, now), wanted.size, self.size / _DAY),
            ]
            wait = max((amount - bucket.left) / rate for bucket, amount, rate in asked)
            if wait > 0:
                detail = "This phone has said very much. Nothing is lost: it sends the rest by and by."
                raise TooMany(detail, retry_after=math.ceil(wait))
            for bucket, amount, _ in asked:
                bucket.left -= amount

    def give_back(self, unused: Spending) -> None:
        """What was taken and then not written."""
        with self._lock:
            for key, amount, most in (
                (("user", unused.user), unused.actions, self.actions),
                (("device", unused.device), unused.size, self.size),
            ):
                if (bucket := self._buckets.get(key)) is not None:
                    bucket.left = min(most, bucket.left + amount)

    def _bucket(self, what: str, whose: str, most: float, fills_in: float, now: dt.datetime) -> _Bucket:
        at, key = now.timestamp(), (what, whose)
        bucket = self._buckets.setdefault(key, _Bucket(most, at))
        # A clock that was put back fills nothing, and takes nothing away.
        bucket.left = min(most, bucket.left + max(0.0, at - bucket.at) * most / fills_in)
        bucket.at = at
        self._buckets.move_to_end(key)
        if len(self._buckets) > _MOST_KNOWN:
            self._buckets.popitem(last=False)
        return bucket


_OF: WeakKeyDictionary[Store, Allowance] = WeakKeyDictionary()


def allowance_of(store: Store, settings: Settings) -> Allowance:
    """The buckets of the phones of a store, in this process."""
    return _OF.setdefault(store, Allowance(settings.phone_actions, settings.phone_day_mb * _MEGABYTE))
