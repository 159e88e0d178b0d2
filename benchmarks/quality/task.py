"""What passes between a run and its process: the task and the outcome."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Task:
    """What is to be solved, and how long; by a ``peer`` in one of its set-ups, or by this project's own search."""

    path: str
    reader: str
    convention: str
    seconds: float
    seed: int
    threads: int
    peer: str = ""
    setup: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of it. Costs are the checker's, not the plan's own claims.

    A peer's plan is completed: ``own_visits`` were in it before, of which ``taken_out`` had to leave their place, and
    ``put_in`` came in.
    """

    visits: int
    cost: dict[str, float]
    routes: int
    unassigned: int
    violations: int
    first_violation: str
    iterations: int | None
    read_seconds: float
    solve_seconds: float
    cpu_seconds: float
    check_seconds: float
    peak_mb: float
    own_visits: int | None = None
    taken_out: int | None = None
    put_in: int | None = None
    complete_seconds: float | None = None
