"""The mathematics of field-service planning. No database, no web, no clock.

What is named here is what others may rely on; everything else may change from one version to the next.
"""

from __future__ import annotations

from optimizer.check import check
from optimizer.domain import (
    Break,
    Geodesic,
    Location,
    Matrix,
    Plan,
    Problem,
    Promise,
    Shift,
    Technician,
    TimeWindow,
    Visit,
)
from optimizer.io import InvalidInput, read_plan, read_problem, write_plan, write_problem
from optimizer.model import Model
from optimizer.policy import Policy
from optimizer.scoring import Scorecard, score
from optimizer.solve import Progress, Result, solve

__all__ = [
    "Break",
    "Geodesic",
    "InvalidInput",
    "Location",
    "Matrix",
    "Model",
    "Plan",
    "Policy",
    "Problem",
    "Progress",
    "Promise",
    "Result",
    "Scorecard",
    "Shift",
    "Technician",
    "TimeWindow",
    "Visit",
    "check",
    "read_plan",
    "read_problem",
    "score",
    "solve",
    "write_plan",
    "write_problem",
]
