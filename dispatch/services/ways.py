"""Ways between points, for whoever asks how far it is."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from dispatch.domain.errors import DispatchError, Invalid, Unavailable
from dispatch.domain.roles import Right
from dispatch.services.rights import require
from dispatch.services.travel import slices_now
from dispatch.store.tables import Territory
from dispatch.store.unit_of_work import UnitOfWork
from dispatch.travel.ports import FREE, EngineError, NotOffered, NoWay, Point, Source, Speeds
from dispatch.travel.provider import TravelProvider


def way(
    uow: UnitOfWork,
    travel: TravelProvider,
    *,
    points: Sequence[Point],
    departs: dt.datetime | None = None,
    territory: str | None = None,
) -> dict[str, Any]:
    """The way through points; at the speeds of the slice that it begins in, where a departure is named."""
    require(uow, Right.READ_JOBS, territory)
    speeds = FREE if departs is None else _speeds(uow, departs, territory)
    legs = travel.route(points, speeds)
    told = [
        {"seconds": leg.seconds, "metres": leg.metres, "source": leg.source.word, "points": leg.points} for leg in legs
    ]
    total = {name: sum(getattr(leg, name) for leg in legs) for name in ("seconds", "metres")}
    return {**total, "slice": "" if speeds is FREE else speeds.slice, "legs": told}


def table(
    uow: UnitOfWork, travel: TravelProvider, *, starts: Sequence[Point], ends: Sequence[Point]
) -> dict[str, list[list[Any]]]:
    """From each start to each end in free traffic. Nothing of it is remembered: anybody may ask for any points."""
    require(uow, Right.READ_JOBS)
    rows = [travel.row(start, ends) for start in starts]
    return {
        "seconds": [row.durations[0].tolist() for row in rows],
        "metres": [row.distances[0].tolist() for row in rows],
        "sources": [[Source(one).word for one in row.sources[0].tolist()] for row in rows],
    }


class NoReach(DispatchError):  # noqa: N818  a refusal reads as what is said
    """No travel engine here can say what is reached within a time."""

    code, title = "no-reach", "Nobody here knows what can be reached"


def reach(uow: UnitOfWork, travel: TravelProvider, *, point: Point, minutes: Sequence[int]) -> dict[str, Any]:
    """Where one can be within so many minutes in free traffic, as GeoJSON, the widest area first.

    Raises :class:`NoReach` where no engine can say, :class:`Unavailable` where those that can do not answer, and
    :class:`Invalid` for a point off every road. Nothing is estimated.
    """
    require(uow, Right.READ_JOBS)
    try:
        return travel.isochrone(point, minutes)
    except NotOffered as error:
        raise NoReach(
            f"What can be reached cannot be told: {error}. Add a region (`fieldwright region add FILE`) and have "
            "`embedded` among the travel engines, or `valhalla`."
        ) from error
    except NoWay as error:
        remedy = "choose a point within 500 m of a road of the region"
        errors = [{"place": "lat", "value": list(point), "problem": "lies off every road", "remedy": remedy}]
        raise Invalid(f"The point lies off every road; {remedy}.", errors=errors) from error
    except EngineError as error:
        raise Unavailable(
            "No travel engine that knows what can be reached answers just now.", retry_after=30
        ) from error


def _speeds(uow: UnitOfWork, departs: dt.datetime, territory: str | None) -> Speeds:
    zones = select(Territory.time_zone).order_by(Territory.id)
    named = zones if territory is None else zones.where(Territory.id == territory)
    zone = ZoneInfo(uow.session.scalar(named.limit(1)) or "UTC")
    return slices_now(uow.session).at(departs.astimezone(zone), territory)
