"""The jobs of a live store as a history. It is read, and nothing is written."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from zoneinfo import ZoneInfo

from dispatch.store.engine import Store
from dispatch.store.queries.demand import jobs_received
from scenarios.forecast.gathering import ALL_OF_IT, ELSEWHERE, Period, Received, gather, joined
from scenarios.forecast.history import History


def stored_history(store: Store, zone: ZoneInfo, period: Period = ALL_OF_IT) -> History:
    """The history of all jobs that came in, in the time of one zone. Work for several is counted for each of its roles.

    Raises :class:`~optimizer.invalid.InvalidInput` where that is too little, as :func:`gather` does.
    """
    with store.reading() as uow:
        jobs = [
            Received(at, territory or ELSEWHERE, joined(skills), priority.value, seconds / 60 if seconds else None)
            for at, territory, priority, roles, seconds in uow.session.execute(jobs_received())
            for skills in _asked(roles)
        ]
    return gather(jobs, zone, period)


def _asked(roles: list[Any]) -> Iterator[list[str]]:
    for role in roles or [{}]:
        yield sorted(role.get("skills", {}))
