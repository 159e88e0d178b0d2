"""Engines of the region as it is now: when a newer version takes its place, it is taken up without a restart."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from dispatch.domain.errors import DispatchError
from dispatch.regions.region import Region
from dispatch.travel.falling_back import FallingBack
from dispatch.travel.health import EngineHealth
from dispatch.travel.ports import FREE, EngineError, Fix, Leg, Measured, OnRoad, Point, Snapped, Speeds, TravelEngine
from dispatch.travel.roads import RoadNetwork

LOOK_EVERY = 10.0
"""Seconds between two looks at the manifest."""
_LET_FINISH = 60.0
"""Seconds that what was asked of the old version has to be answered."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Opened:
    """What answers for one version of a region (None: for no region), with the estimate behind it.

    ``network`` is the roads that it drives on, where they are in this process; ``closing`` is called once nobody asks
    it any more.
    """

    region: Region | None
    engine: FallingBack
    estimate: TravelEngine
    network: RoadNetwork | None = None
    closing: Sequence[Callable[[], None]] = field(default=())

    def close(self) -> None:
        """Let go of what it holds."""
        for close in self.closing:
            close()


class Followed:
    """What is open of a region, which changes with the region. Safe among threads.

    A version that cannot be opened is said in the log, once, and the version before goes on.
    """

    def __init__(
        self,
        look: Callable[[], Region | None],
        open_region: Callable[[Region | None], Opened],
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Raises what ``look`` and ``open_region`` raise: what cannot be opened to begin with is no beginning."""
        self._look, self._open, self._clock = look, open_region, clock
        self._opened = open_region(look())
        self._refused: Region | None = None
        self._looked_at = clock()
        self._looking = threading.Lock()
        self._old: list[tuple[threading.Timer, Opened]] = []

    def now(self) -> Opened:
        """What is open, after a look for something newer where one is due. While one thread looks, others go on."""
        if self._clock() - self._looked_at >= LOOK_EVERY and self._looking.acquire(blocking=False):
            try:
                self._take_up_what_is_new()
                self._looked_at = self._clock()
            finally:
                self._looking.release()
        return self._opened

    def close(self) -> None:
        """Let go of everything: servers of our own, files, connections."""
        with self._looking:
            for timer, old in self._old:
                timer.cancel()
                old.close()
            self._old.clear()
            self._opened.close()

    def _take_up_what_is_new(self) -> None:
        before, region = self._opened.region, self._refused
        try:
            region = self._look()
            if region in (before, self._refused):
                return
            opened = self._open(region)
        except (DispatchError, EngineError, OSError, ValueError) as error:
            if region is None or region != self._refused:
                log.warning("the region %s goes on as it is: %s", before.name if before else "(none)", error)
            self._refused = region
            return
        old, self._opened = self._opened, opened
        log.info("the region %s is used in its version %s", opened.region and opened.region.name, opened.engine.version)
        timer = threading.Timer(_LET_FINISH, old.close)
        timer.daemon = True
        self._old = [(timer, old), *(pair for pair in self._old if pair[0].is_alive())]
        timer.start()


class FollowingEngine:
    """The engines of what is open now, as one :class:`TravelEngine`."""

    def __init__(self, followed: Followed) -> None:
        self.followed = followed

    @property
    def name(self) -> str:
        """Of the engines that are asked."""
        return self.followed.now().engine.name

    @property
    def version(self) -> str:
        """Of their data."""
        return self.followed.now().engine.version

    @property
    def network(self) -> RoadNetwork | None:
        """The roads in this process, where there are any."""
        return self.followed.now().network

    def table(self, starts: Sequence[Point], ends: Sequence[Point], speeds: Speeds = FREE) -> Measured:
        return self.followed.now().engine.table(starts, ends, speeds)

    def route(self, points: Sequence[Point], speeds: Speeds = FREE) -> tuple[Leg, ...]:
        return self.followed.now().engine.route(points, speeds)

    def snap(self, points: Sequence[Point]) -> list[Snapped | None]:
        return self.followed.now().engine.snap(points)

    def match(self, trace: Sequence[Fix]) -> OnRoad | None:
        return self.followed.now().engine.match(trace)

    def isochrone(self, point: Point, minutes: Sequence[int]) -> dict[str, Any]:
        """Where one can be within so many minutes, as :meth:`FallingBack.isochrone` has it."""
        return self.followed.now().engine.isochrone(point, minutes)

    def health(self) -> tuple[EngineHealth, ...]:
        """How each engine fares."""
        return self.followed.now().engine.health()

    def probe(self) -> tuple[EngineHealth, ...]:
        """See whether engines that are down are back."""
        return self.followed.now().engine.probe()


class FollowingEstimate:
    """The estimate of what is open now, as a :class:`TravelEngine`."""

    def __init__(self, followed: Followed) -> None:
        self.followed = followed

    @property
    def name(self) -> str:
        """Of the estimate."""
        return self.followed.now().estimate.name

    @property
    def version(self) -> str:
        """Of its law."""
        return self.followed.now().estimate.version

    def table(self, starts: Sequence[Point], ends: Sequence[Point], speeds: Speeds = FREE) -> Measured:
        return self.followed.now().estimate.table(starts, ends, speeds)

    def route(self, points: Sequence[Point], speeds: Speeds = FREE) -> tuple[Leg, ...]:
        return self.followed.now().estimate.route(points, speeds)

    def snap(self, points: Sequence[Point]) -> list[Snapped | None]:
        return self.followed.now().estimate.snap(points)

    def match(self, trace: Sequence[Fix]) -> OnRoad | None:
        return self.followed.now().estimate.match(trace)
