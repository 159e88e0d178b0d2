"""The master: which shares of which routes do everything for the least cost. A linear programme, by OR-Tools."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ortools.linear_solver import pywraplp

from optimizer.bound.columns import Column, Prices
from optimizer.bound.cuts import Cut

_USED, _OVER = 1e-6, 1e-4
_LARGEST = 1e5
_USUAL, _ANEW = "use_preprocessing: false", "use_preprocessing: true use_dual_simplex: true"


@dataclass(frozen=True, slots=True)
class Rows:
    """What a plan must keep to, and what leaving it undone costs.

    Visit v is done ``roles[v]`` times or left out for ``absent[v]``; of kind k there are ``shifts[k]``, all of them
    driven where ``needed[k]``. Not ``exactly``: a visit may be done more often than it needs to be, which hardly ever
    pays, and keeps what visits are worth from falling below zero.
    """

    roles: tuple[int, ...]
    absent: tuple[int, ...]
    shifts: tuple[int, ...]
    needed: tuple[bool, ...]
    exactly: bool = False

    @property
    def scale(self) -> float:
        """What the solver's costs are divided by, so that they are numbers it likes."""
        return max(1, *self.absent, 1) / _LARGEST


@dataclass(frozen=True, slots=True)
class Solved:
    """A solution: what it costs (1/unit), what things are worth in it, and which routes it uses by which share.

    ``left``: the visits that it leaves out, in part at least; ``over``: it does some more often than needed.
    """

    cost: float
    prices: Prices
    used: tuple[tuple[Column, float], ...]
    left: tuple[int, ...]
    over: bool


class Master:
    """Grows by columns; knows each of them once."""

    def __init__(self, rows: Rows, cuts: Sequence[Cut] = ()) -> None:
        self.rows, self.cuts = rows, tuple(cuts)
        self._scale = rows.scale
        self.columns: dict[Column, pywraplp.Variable] = {}
        self._solver = solver = pywraplp.Solver("master", pywraplp.Solver.GLOP_LINEAR_PROGRAMMING)
        solver.SetSolverSpecificParametersAsString(_USUAL)
        infinity = solver.infinity()
        self._visits = [solver.Constraint(roles, roles if rows.exactly else infinity) for roles in rows.roles]
        self._shifts = [
            solver.Constraint(count if needed else -infinity, count)
            for count, needed in zip(rows.shifts, rows.needed, strict=True)
        ]
        self._cuts = [solver.Constraint(-infinity, 1) for _ in self.cuts]
        self._objective = solver.Objective()
        self._objective.SetMinimization()
        self._left = []
        for row, roles, cost in zip(self._visits, rows.roles, rows.absent, strict=True):
            variable = solver.NumVar(0, 1, "")
            self._left.append(variable)
            row.SetCoefficient(variable, roles)
            self._objective.SetCoefficient(variable, cost / self._scale)
        # A committed shift may stay unused in the beginning, when no column of it is known.
        for row, needed in zip(self._shifts, rows.needed, strict=True):
            if needed:
                variable = solver.NumVar(0, infinity, "")
                row.SetCoefficient(variable, 1)
                self._objective.SetCoefficient(variable, _LARGEST)

    def add(self, column: Column) -> bool:
        """Whether it was new."""
        if column in self.columns:
            return False
        variable = self._solver.NumVar(0, self._solver.infinity(), "")
        self._objective.SetCoefficient(variable, column.cost / self._scale)
        for visit in set(column.visits):
            self._visits[visit].SetCoefficient(variable, column.visits.count(visit))
        self._shifts[column.kind].SetCoefficient(variable, 1)
        for cut, row in zip(self.cuts, self._cuts, strict=True):
            if count := cut.count(column.visits):
                row.SetCoefficient(variable, count)
        self.columns[column] = variable
        return True

    def solve(self) -> Solved | None:
        """None where the numbers are such that the solver gives up, from where it stands and from anew."""
        if self._solver.Solve() != pywraplp.Solver.OPTIMAL:
            self._solver.SetSolverSpecificParametersAsString(_ANEW)
            again = self._solver.Solve(_from_anew())
            self._solver.SetSolverSpecificParametersAsString(_USUAL)
            if again != pywraplp.Solver.OPTIMAL:
                return None
        unit = self._scale
        prices = Prices(
            tuple(round(row.dual_value() * unit) for row in self._visits),
            tuple(
                round((row.dual_value() if needed else min(0.0, row.dual_value())) * unit)
                for row, needed in zip(self._shifts, self.rows.needed, strict=True)
            ),
            tuple(
                (cut, max(0, round(-row.dual_value() * unit))) for cut, row in zip(self.cuts, self._cuts, strict=True)
            ),
        )
        left = [variable.solution_value() for variable in self._left]
        shares = tuple((column, variable.solution_value()) for column, variable in self.columns.items())
        done = [roles * (1 - out) for roles, out in zip(self.rows.roles, left, strict=True)]
        for column, share in shares:
            for visit in column.visits if share > _USED else ():
                done[visit] -= share
        return Solved(
            cost=self._objective.Value() * unit,
            prices=prices,
            used=tuple((column, share) for column, share in shares if share > _USED),
            left=tuple(visit for visit, share in enumerate(left) if share > _USED),
            over=min(done, default=0.0) < -_OVER,
        )


def _from_anew() -> pywraplp.MPSolverParameters:
    """So that nothing is left of the basis from which the solver did not get on."""
    parameters = pywraplp.MPSolverParameters()
    parameters.SetIntegerParam(parameters.INCREMENTALITY, parameters.INCREMENTALITY_OFF)
    return parameters
