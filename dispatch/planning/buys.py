"""What a plan buys against the one before it, in people's terms."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from optimizer.domain import Problem
from optimizer.scoring import Scorecard


def buys(problem: Problem, before: Scorecard, after: Scorecard) -> dict[str, Any]:
    """What is saved, in seconds, metres and money; below zero: what it takes more.

    ``promises_kept``: promises that only the plan after keeps, of visits that have a place in it; ``promises_missed``:
    those that only the plan before keeps. ``unassigned``: visits that get a place, less those that lose theirs.
    """
    old, new = (dict(_promises(problem, card)) for card in (before, after))
    lines = before.schedule.timelines, after.schedule.timelines
    return {
        "travel_seconds": sum(one.drive for one in lines[0]) - sum(one.drive for one in lines[1]),
        "travel_metres": sum(one.metres for one in lines[0]) - sum(one.metres for one in lines[1]),
        "overtime_seconds": sum(one.overtime for one in lines[0]) - sum(one.overtime for one in lines[1]),
        "lateness_seconds": sum(late or 0 for late in old.values()) - sum(late or 0 for late in new.values()),
        "promises_kept": sum(new[key] == 0 and old[key] != 0 for key in old),
        "promises_missed": sum(old[key] == 0 and new[key] != 0 for key in old),
        "unassigned": len(after.schedule.starts) - len(before.schedule.starts),
        "money": round(float(before.total - after.total), 4),
    }


def _promises(problem: Problem, card: Scorecard) -> Iterator[tuple[tuple[str, str], int | None]]:
    """(visit, promise) → seconds late; None where the visit has no place."""
    for visit in problem.visits:
        for name, promise, moments in (
            ("arrive_by", visit.arrive_by, card.schedule.starts),
            ("complete_by", visit.complete_by, card.schedule.ends),
        ):
            if promise is not None:
                at = moments.get(visit.id)
                yield (visit.id, name), None if at is None else max(0, at - promise.at)
