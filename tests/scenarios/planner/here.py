"""Planners of a live system for tests: small scenarios, and somebody who simulates them without another process."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from scenarios.planner.apart import Asked, Listener, Refused, Stopped, answered
from scenarios.planner.questions import Found
from scenarios.planner.working import Simulating

TOWN = {"kind": "generated", "technicians": 4, "jobs_per_day": 25, "sites": 40}
LEAVE = {"kind": "leave", "technicians": ["T01"]}


def document(title: str = "One leaves", **more: Any) -> dict[str, Any]:
    """A scenario that is simulated in a moment."""
    return {
        "format": "fieldwright scenario 1",
        "title": title,
        "situation": TOWN,
        "horizon": {"first": "2026-11-23", "days": 2, "warm_up": 1},
        "dispatch": {"agent": "nearest"},
        "changes": [LEAVE],
        "replications": {"least": 3, "most": 3},
        "kpis": ["sla", "backlog"],
        "accept": [{"kpi": "backlog", "may_rise_by": 100}],
        **more,
    }


def at_once(asked: Asked, keep: Path, listen: Listener) -> Found:
    """As :func:`scenarios.planner.apart.simulate`, in this process."""

    def heard(done: int, most: int) -> None:
        progress: Mapping[str, Any] = {"done": done, "most": most, "elapsed": 1.0, "left": None}
        if not listen(progress):
            raise Stopped

    kind, body = answered(asked, keep, heard)
    if kind == "refused":
        raise Refused(body)
    assert isinstance(body, Found)
    return body


def run_all(simulating: Simulating) -> int:
    """Work until nothing waits; how much was done."""
    done = 0
    while simulating.work_once(simulating.queues[0]):
        done += 1
    return done
