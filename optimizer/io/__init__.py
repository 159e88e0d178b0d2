"""Problems and plans as JSON files (``.json`` or ``.json.gz``): read without trust, written whole or not at all."""

from __future__ import annotations

import os

from optimizer.domain import Plan, Problem
from optimizer.invalid import InvalidInput
from optimizer.io.files import MAX_INPUT_MB, read_json, write_json
from optimizer.io.plan import COST_TERMS, plan_from, plan_to
from optimizer.io.problem import problem_from, problem_to

__all__ = [
    "COST_TERMS",
    "MAX_INPUT_MB",
    "InvalidInput",
    "plan_from",
    "plan_to",
    "problem_from",
    "problem_to",
    "read_plan",
    "read_problem",
    "write_plan",
    "write_problem",
]


def read_problem(path: str | os.PathLike[str], max_bytes: int | None = None) -> Problem:
    """The problem in a file.

    At most ``max_bytes`` are read, unpacked; without it, :data:`MAX_INPUT_MB` megabytes or what the environment
    variable ``FIELDWRIGHT_MAX_INPUT_MB`` says. Raises :class:`InvalidInput` where the file holds no valid problem, and
    :class:`OSError` where it cannot be opened.
    """
    return problem_from(read_json(path, max_bytes))


def read_plan(path: str | os.PathLike[str], problem: Problem | None = None, max_bytes: int | None = None) -> Plan:
    """The plan in a file; with ``problem``, everything the plan names must exist in it. Raises as
    :func:`read_problem` does."""
    return plan_from(read_json(path, max_bytes), problem)


def write_problem(problem: Problem, path: str | os.PathLike[str]) -> None:
    """Write a problem; gzipped where the name ends in ``.gz``. Raises :class:`OSError` where that cannot be."""
    write_json(problem_to(problem), path)


def write_plan(problem: Problem, plan: Plan, path: str | os.PathLike[str]) -> None:
    """Write a plan for ``problem``; gzipped where the name ends in ``.gz``. Raises :class:`OSError`."""
    write_json(plan_to(problem, plan), path)
