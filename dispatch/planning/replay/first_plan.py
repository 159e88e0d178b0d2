"""The plan with which a day began: who was to be where, and when, before anything happened."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from dispatch.planning.day_board.published import Published, breaks_of
from dispatch.store.tables import PlanRow


@dataclass(frozen=True, slots=True)
class FirstPlan:
    """``planned``: visit → where its roles stood, as rows of the board have it. Nothing where no plan was published."""

    plan: str | None = None
    edition: int | None = None
    at: dt.datetime | None = None
    planned: Mapping[str, Sequence[dict[str, Any]]] = field(default_factory=dict)
    published: Published = field(default_factory=Published)


def first_plan(session: Session, shifts: Collection[str], began: dt.datetime, until: dt.datetime) -> FirstPlan:
    """The plan that stood when the first of these shifts ``began``; without one, the first before ``until``."""
    of_plan = select(PlanRow.id).where(PlanRow.edition.is_not(None))
    stood = session.scalar(
        of_plan.where(PlanRow.published_at <= began).order_by(PlanRow.edition.desc()).limit(1)
    ) or session.scalar(of_plan.where(PlanRow.published_at < until).order_by(PlanRow.edition).limit(1))
    if stood is None:
        return FirstPlan()
    row = session.execute(
        select(PlanRow.id, PlanRow.edition, PlanRow.published_at, PlanRow.plan, PlanRow.timing).where(
            PlanRow.id == stood
        )
    ).one()
    legs = {
        (stop["visit"], stop["role"]): stop["travel"]
        for route in row.timing.get("routes", ())
        for stop in route["stops"]
    }
    planned: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for route in row.plan["routes"]:
        if route["shift"] in shifts:
            for stop in route["stops"]:
                planned[stop["visit"]].append(_role(route, stop, legs.get((stop["visit"], stop["role"]))))
    published = Published(row.id, 0, row.edition or 0, row.published_at, breaks=breaks_of(row.plan))
    return FirstPlan(row.id, row.edition, row.published_at, planned, published)


def _role(route: Mapping[str, Any], stop: Mapping[str, Any], leg: Mapping[str, Any] | None) -> dict[str, Any]:
    arrival, start, end = (
        dt.datetime.fromisoformat(stop[name]).astimezone(dt.UTC) for name in ("arrival", "start", "end")
    )
    seconds = None if leg is None else int(leg["planned"])
    return {
        "role": stop["role"],
        "technician": route["technician"],
        "shift": route["shift"],
        "arrival": arrival,
        "start": start,
        "end": end,
        "travel_seconds": seconds,
        "travel_metres": None if leg is None else leg["metres"],
        "travel_source": None if leg is None else leg["source"],
        "leave_at": None if seconds is None else arrival - dt.timedelta(seconds=seconds),
    }
