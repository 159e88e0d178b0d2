"""What travel between the places of a problem takes, hour by hour and on the whole, and who says so.

A problem holds one table, while traffic changes through the day. The table is the mean over the working time that the
problem plans, slice by slice with its share of that time: neither do all legs fall into the rush, nor none. The plan
that comes of it is then timed leg by leg at the hour at which each leg is really driven
(:mod:`dispatch.planning.retiming`), and people see both.
"""

from __future__ import annotations

import base64
import datetime as dt
import zlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from dispatch.travel.ports import FREE, EngineError, IntMatrix, Measured, Point, Source, SourceMatrix, Speeds
from dispatch.travel.provider import TravelProvider
from dispatch.travel.roads import FARTHEST_SNAP_M
from dispatch.travel.slices import NO_SLICES, TimeSlices
from optimizer.domain import Geodesic, Matrix, Travel

Worked = tuple[int, int, ZoneInfo, str | None]
"""A stretch of working time: from and until (epoch seconds), where the day is local, and in which territory."""


@dataclass(frozen=True, eq=False)
class Traffic:
    """Travel between places.

    ``travel`` is what the problem holds: that of free traffic times ``mean``. ``own``: slice → its table without the
    slice's factor, which may be another in each territory, for slices with speeds of their own for classes of roads.
    ``sources`` None: everything is estimated. ``troubles``: what people have to know of it, in sentences.
    ``off_road``: place → metres to the nearest road (None: nobody knows how many).
    """

    travel: Travel
    slices: TimeSlices = NO_SLICES
    mean: float = 1.0
    sources: SourceMatrix | None = None
    own: Mapping[str, IntMatrix] = field(default_factory=dict)
    troubles: tuple[str, ...] = ()
    off_road: Mapping[int, float | None] = field(default_factory=dict)

    @classmethod
    def measured(
        cls,
        provider: TravelProvider,
        points: Sequence[Point],
        fleeting: Collection[int] = (),
        slices: TimeSlices = NO_SLICES,
        worked: Sequence[Worked] = (),
    ) -> Traffic:
        """Ask the provider for all that is needed."""
        shares = slices.shares(worked)
        own = [(speeds, share) for speeds, share in shares if speeds.by_class]
        if not own:
            mean = sum(speeds.factor * share for speeds, share in shares)
            speeds = Speeds("mean", mean) if mean != 1 else FREE
            travel, sources = provider.planned(points, fleeting=fleeting, speeds=speeds)
            troubles, off_road = found_wrong(provider, points, sources)
            return cls(travel, slices, mean, sources, {}, troubles, off_road)
        free = provider.measured(points, fleeting=fleeting)
        tables: dict[str, Measured] = {}
        mixed = np.zeros(free.durations.shape)
        sources = free.sources.copy()
        for speeds, share in shares:
            if speeds.by_class:
                table = tables.get(speeds.slice)
                if table is None:
                    as_classes = replace(speeds, factor=1.0)
                    table = tables[speeds.slice] = provider.measured(points, fleeting=fleeting, speeds=as_classes)
                mixed += share * speeds.factor * table.durations
                np.maximum(sources, table.sources, out=sources)
            else:
                mixed += share * speeds.factor * free.durations
        durations = np.rint(mixed).astype(np.int32)
        mean = float(durations.sum()) / max(1.0, float(free.durations.sum()))
        own_tables = {name: table.durations for name, table in tables.items()}
        troubles, off_road = found_wrong(provider, points, sources)
        return cls(Matrix(durations, free.distances), slices, mean, sources, own_tables, troubles, off_road)

    def seconds(self, planned: int, start: int, end: int, local: dt.datetime, territory: str | None) -> tuple[int, str]:
        """How long a leg takes that is planned with so many seconds, if it begins at this local time; and the slice."""
        speeds = self.slices.at(local, territory)
        if (own := self.own.get(speeds.slice)) is not None:
            return round(int(own[start, end]) * speeds.factor), speeds.slice
        return round(planned / self.mean * speeds.factor), speeds.slice

    def free(self, planned: int) -> int:
        """How long a leg takes in free traffic that is planned with so many seconds."""
        return round(planned / self.mean)

    def source(self, start: int, end: int) -> str:
        """Who says how long it takes from one place to another."""
        if isinstance(self.travel, Geodesic) or self.sources is None:
            return Source.ESTIMATE.word
        return Source(int(self.sources[start, end])).word

    # -- kept with a plan ------------------------------------------------------------------------------------------

    def as_document(self) -> dict[str, Any]:
        """What is kept beside the problem, so that a draft can be timed again after it was edited.

        Of a slice with speeds of its own the mean that these come to is kept, and not its table.
        """
        sources = None
        if self.sources is not None:
            packed = zlib.compress(np.ascontiguousarray(self.sources).tobytes(), 1)
            sources = base64.b64encode(packed).decode()
        slices = self.slices.as_documents()
        for one in slices:
            if (own := self.own.get(one["id"])) is not None and isinstance(self.travel, Matrix):
                classes = float(own.sum()) / max(1.0, float(self.travel.durations.sum())) * self.mean
                learnt = [[territory, factor * classes] for territory, factor in one["learnt"]]
                one.update(factor=one["factor"] * classes, by_class={}, learnt=learnt)
        return {"mean": self.mean, "slices": slices, "sources": sources}

    @classmethod
    def from_document(cls, document: Mapping[str, Any], travel: Travel) -> Traffic:
        """What :meth:`as_document` wrote of the traffic of a problem with this travel; free where it wrote nothing."""
        if not document:
            return cls(travel)
        sources = None
        if document["sources"] is not None and isinstance(travel, Matrix):
            flat = np.frombuffer(zlib.decompress(base64.b64decode(document["sources"])), np.uint8)
            sources = flat.reshape(travel.durations.shape)
        return cls(travel, TimeSlices.from_documents(document["slices"]), document["mean"], sources)


def found_wrong(
    provider: TravelProvider, points: Sequence[Point], sources: SourceMatrix | None
) -> tuple[tuple[str, ...], dict[int, float | None]]:
    """What people have to know of these sources, in sentences, and which places lie off every road, and how far.

    Where nothing but estimates was ever to be had, there is nothing to say.
    """
    if sources is None:
        return (), {}
    themselves = np.eye(len(points), dtype=bool)
    estimated = (sources == Source.ESTIMATE) & ~themselves
    if not estimated.any():
        return (), {}
    ways, every = len(points) * (len(points) - 1), int(estimated.sum())
    down = [one for one in provider.health() if one.state != "up"]
    alone = np.flatnonzero((estimated | themselves).all(axis=1)).tolist()
    off_road = {} if down else _off_road(provider, points, alone)
    if every == ways and not down and not off_road:
        return (), {}
    for at in off_road:
        estimated[at, :] = estimated[:, at] = False
    left = int(estimated.sum())
    if not left:
        return (), off_road
    if down:
        names = " and ".join(f"{one.name} (since {one.since:%H:%M} UTC)" for one in down)
        why = f"the travel engine {names} does not answer"
    else:
        why = "they are too far apart for one route, no road leads there, or the engine did not answer"
    return (f"{left:,} of {ways:,} ways between the places of this plan are estimated: {why}.",), off_road


def _off_road(provider: TravelProvider, points: Sequence[Point], among: Sequence[int]) -> dict[int, float | None]:
    try:
        away = provider.metres_to_road([points[at] for at in among])
    except EngineError:
        return {}  # nobody knows just now; that the ways are estimated is said all the same
    return {at: far for at, far in zip(among, away, strict=True) if far is None or far > FARTHEST_SNAP_M}


def off_road_by(metres: float | None) -> str:
    """How far off every road, in words."""
    if metres is None:
        return "too far off every road"
    away = f"{metres / 1000:.1f} km" if metres >= 1000 else f"{metres:.0f} m"
    return f"{away} off every road"
