"""The master programme answers, also where the solver does not get on from where it stands."""

import pytest
from ortools.linear_solver import pywraplp

from optimizer.bound.columns import Column
from optimizer.bound.master import Master, Rows

# Two visits that cost 100 each to leave out; there is one shift. Doing both costs 50, one of them 30.
ROWS = Rows(roles=(1, 1), absent=(100, 100), shifts=(1,), needed=(False,))
COLUMNS = (Column(0, (0, 1), 50), Column(0, (0,), 30), Column(0, (1,), 30))


class Stumbling(pywraplp.Solver):
    """A solver that fails the first so many times that it is asked; ``asked``: with how many parameters each time."""

    times = 0
    asked: list[int]

    def Solve(self, *parameters):  # noqa: N802  the solver's own name
        self.asked.append(len(parameters))
        status = super().Solve(*parameters)
        return pywraplp.Solver.ABNORMAL if len(self.asked) <= self.times else status


@pytest.fixture
def asked(monkeypatch):
    """How often solvers are asked from now on."""
    monkeypatch.setattr(Stumbling, "asked", [], raising=False)
    monkeypatch.setattr(pywraplp, "Solver", Stumbling)
    return Stumbling.asked


def master():
    made = Master(ROWS)
    assert all(made.add(column) for column in COLUMNS)
    return made


def test_it_begins_anew_where_the_solver_gives_up(asked, monkeypatch):
    plain = master().solve()
    assert plain.cost == pytest.approx(50)
    asked.clear()
    monkeypatch.setattr(Stumbling, "times", 1)
    stumbled = master()
    assert stumbled.solve() == plain
    assert asked == [0, 1]  # the second time with parameters: from anew
    assert stumbled.solve().cost == plain.cost
    assert asked == [0, 1, 0]  # and afterwards it goes on as before


def test_it_says_so_where_that_does_not_help_either(asked, monkeypatch):
    monkeypatch.setattr(Stumbling, "times", 2)
    assert master().solve() is None
    assert asked == [0, 1]
