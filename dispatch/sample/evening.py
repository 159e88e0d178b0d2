"""Yesterday evening's plan for the sample day: a draft by hand, from which today's should not stray for nothing."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

from optimizer.domain import IntMatrix, Previous, Technician, Visit

FIVE_MINUTES = 300
ALL_DAY_S = 8 * 3600


def with_evening_plan(
    visits: Sequence[Visit],
    known: Sequence[bool],
    technicians: Sequence[Technician],
    durations: IntMatrix,
    reassign_cost: float,
    cost_per_hour_later: float,
) -> tuple[Visit, ...]:
    """Give each known visit the technician and start it has in a plan made by hand: earliest window first, whoever
    can be there soonest. Visits that do not fit anybody's day, and those for a crew, stay without one.
    """
    free = {technician.id: technician.shifts[0].start for technician in technicians}
    place = {technician.id: technician.shifts[0].start_location for technician in technicians}
    previous: dict[str, Previous] = {}
    draft = [visit for visit, is_known in zip(visits, known, strict=True) if is_known and len(visit.roles) == 1]
    for visit in sorted(draft, key=lambda visit: (visit.windows[0].earliest if visit.windows else 0, visit.id)):
        best: tuple[int, str] | None = None
        for technician in technicians:
            if not _may(technician, visit):
                continue
            start = _start(visit, free[technician.id] + int(durations[place[technician.id], visit.location]))
            if start is None or start + _service(visit, technician) > technician.shifts[0].end - 2 * FIVE_MINUTES:
                continue
            if best is None or (start, technician.id) < best:
                best = (start, technician.id)
        if best is None:
            continue
        start, who = best
        technician = next(technician for technician in technicians if technician.id == who)
        free[who], place[who] = start + _service(visit, technician) + FIVE_MINUTES, visit.location
        lunch = technician.shifts[0].breaks[0]
        if start <= lunch.latest and free[who] > lunch.earliest:
            free[who] = max(free[who], lunch.earliest) + lunch.duration
        # Who stays at home all day has been told no time, only who comes.
        told = any(window.latest - window.earliest < ALL_DAY_S for window in visit.windows)
        previous[visit.id] = Previous(who, start if told else None)
    return tuple(
        replace(
            visit,
            previous=previous[visit.id],
            reassign_cost=reassign_cost,
            cost_per_hour_later=cost_per_hour_later,
        )
        if visit.id in previous
        else visit
        for visit in visits
    )


def _may(technician: Technician, visit: Visit) -> bool:
    needed = visit.roles[0].skills
    return (
        technician.id not in visit.never
        and (not visit.only or technician.id in visit.only)
        and all(technician.skills.get(skill, 0) >= level for skill, level in needed.items())
    )


def _service(visit: Visit, technician: Technician) -> int:
    return math.ceil(visit.duration * technician.pace)


def _start(visit: Visit, arrival: int) -> int | None:
    """The first full five minutes in a window at or after the arrival; None where no window is left."""
    arrival = -(-arrival // FIVE_MINUTES) * FIVE_MINUTES
    if not visit.windows:
        return arrival
    for window in visit.windows:
        if arrival <= window.latest:
            return max(arrival, window.earliest)
    return None
