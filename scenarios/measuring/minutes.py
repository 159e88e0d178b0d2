"""What a time costs in minutes: driving, overtime, and lateness against what was promised.

They are told of any operation in the same way, whether it was simulated or recorded. Overtime lasts until somebody
could be home again after their last visit: when they said that the shift was over is another matter. A promise is late
until it is met, until the customer calls the job off, or until the time is over.
"""

from __future__ import annotations

from collections.abc import Mapping

from scenarios.measuring.kpis import Measured
from scenarios.simulation.operation import Operation, ShiftNow

MINUTES: Mapping[str, str] = {
    "driving_minutes": "driving, the way home included",
    "overtime_minutes": "beyond the ends of shifts, until home again",
    "late_minutes": "by which promises are missed",
    "minutes": "all three together",
    "cost": "what driving and overtime cost, and what missed promises do",
}
"""What is told, in minutes but for the cost, with its meaning."""
_HOUR = 3600


def minutes_of(measured: Measured) -> dict[str, float]:
    """The minutes and the cost of a time."""
    operation = measured.operation
    shifts = [one for one in operation.shifts.values() if measured.start <= one.start < measured.end]
    over = {one.id: _overtime(operation, one) for one in shifts}
    driving, overtime, late = sum(one.driven for one in shifts), sum(over.values()), _late(measured)
    paid = sum(
        one.person.costs.per_travel_hour * one.driven / _HOUR
        + one.person.costs.per_km * one.metres / 1000
        + one.person.costs.per_overtime_hour * over[one.id] / _HOUR
        for one in shifts
    )
    return {
        "driving_minutes": driving / 60,
        "overtime_minutes": overtime / 60,
        "late_minutes": late / 60,
        "minutes": (driving + overtime + late) / 60,
        "cost": paid + measured.lateness_cost(),
    }


def _overtime(operation: Operation, shift: ShiftNow) -> int:
    """Seconds beyond the end of a shift until its technician could be home after the last visit."""
    visits = [operation.visits[name] for name in shift.done]
    ended = [(one.finished_at, one.job.site) for one in visits if one.finished_at is not None]
    if not ended:
        return 0
    last, place = max(ended)
    return max(0, last + operation.drive(place, shift.person.home) - shift.end)


def _late(measured: Measured) -> int:
    """Seconds by which promises are missed."""
    return sum(
        max(0, (told if when is None else when) - promise.at)
        for one in measured.stories
        for promise, when, told in one.due_by(measured.end)
    )
