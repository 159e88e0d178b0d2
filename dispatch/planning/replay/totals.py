"""A day in a few numbers, as it was planned and as it was done."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dispatch.domain.sla import ClockState
from dispatch.domain.visit_lifecycle import VisitStatus

_ON_TIME = {"on_site": "start", "resolve": "end"}
"""Promise → the instant of a stop by which it is kept."""


@dataclass(frozen=True, slots=True)
class Totals:
    """``travel_seconds`` and ``service_seconds`` count everybody of a crew. ``late``: visits that began after their
    appointment, by ``late_seconds`` in all. ``kept`` and ``missed``: promises.
    """

    visits: int
    travel_seconds: int
    travel_metres: int | None
    service_seconds: int
    late: int
    late_seconds: int
    kept: int
    missed: int


def planned_totals(visits: Collection[Mapping[str, Any]]) -> Totals:
    """Of what was planned first. What is not known of a leg counts nothing."""
    placed = [one for one in visits if one["planned"]]
    roles = [role for one in placed for role in one["planned"]]
    late = [_late(one, min(role["start"] for role in one["planned"])) for one in placed]
    kept = [
        max(role[_ON_TIME[promise["target"]]] for role in one["planned"]) <= promise["due"]
        for one in placed
        for promise in one["promises"]
        if promise["target"] in _ON_TIME
    ]
    return Totals(
        visits=len(placed),
        travel_seconds=sum(role["travel_seconds"] or 0 for role in roles),
        travel_metres=sum(role["travel_metres"] or 0 for role in roles),
        service_seconds=sum(_seconds(role["end"] - role["start"]) for role in roles),
        late=sum(seconds > 0 for seconds in late),
        late_seconds=sum(late),
        kept=sum(kept),
        missed=len(kept) - sum(kept),
    )


def done_totals(visits: Collection[Mapping[str, Any]]) -> Totals:
    """Of what was done. How far people really drove is not kept, only how long."""
    begun = [one for one in visits if _began(one) is not None]
    late = [_late(one, _began(one)) for one in begun]
    promises = [
        promise for one in _one_of_each_job(visits) for promise in one["promises"] if promise["target"] in _ON_TIME
    ]
    return Totals(
        visits=sum(one["status"] == VisitStatus.COMPLETED for one in visits),
        travel_seconds=sum(len(one["done"]) * _between(one, "departed_at", "arrived_at") for one in visits),
        travel_metres=None,
        service_seconds=sum(len(one["done"]) * _between(one, "started_at", "finished_at") for one in visits),
        late=sum(seconds > 0 for seconds in late),
        late_seconds=sum(late),
        kept=sum(one["state"] == ClockState.MET.value and not one["breached"] for one in promises),
        missed=sum(one["breached"] for one in promises),
    )


def _began(visit: Mapping[str, Any]) -> dt.datetime | None:
    actual = visit["actual"]
    began: dt.datetime | None = actual["started_at"] or actual["arrived_at"]
    return began


def _late(visit: Mapping[str, Any], began: dt.datetime | None) -> int:
    appointment = visit["appointment"]
    if appointment is None or began is None:
        return 0
    return max(0, _seconds(began - dt.datetime.fromisoformat(appointment["latest"])))


def _between(visit: Mapping[str, Any], first: str, last: str) -> int:
    begin, end = visit["actual"][first], visit["actual"][last]
    return 0 if begin is None or end is None else max(0, _seconds(end - begin))


def _one_of_each_job(visits: Collection[Mapping[str, Any]]) -> Sequence[Mapping[str, Any]]:
    return list({one["job"]: one for one in visits}.values())


def _seconds(span: dt.timedelta) -> int:
    return round(span.total_seconds())
