"""What passes between a run and its process: the task and the outcome."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Task:
    """What is to be solved, and how long."""

    path: str
    reader: str
    convention: str
    seconds: float
    seed: int
    threads: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of it. Costs are the checker's, not the plan's own claims."""

    visits: int
    cost: dict[str, float]
    routes: int
    unassigned: int
    violations: int
    first_violation: str
    iterations: int
    read_seconds: float
    solve_seconds: float
    cpu_seconds: float
    check_seconds: float
    peak_mb: float
