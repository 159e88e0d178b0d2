"""`fieldwright bound`: what it says, what it writes, and its exit status."""

import json
import re
from dataclasses import replace

import pytest

from dispatch.cli import main
from optimizer.check import check
from optimizer.io import read_plan, write_plan, write_problem
from optimizer.solve import solve
from tests.optimizer.io.good import GOOD
from tests.tiny import problem, technician, visit, window


def run(*words):
    return main([str(word) for word in words])


@pytest.fixture
def day(tmp_path):
    """A day of two visits of which one must be left out, in a file, and a plan that leaves out both."""
    work = problem([visit("V1", minutes=30, drop_cost=5), visit("V2", minutes=600, drop_cost=7)], technician("Ann"))
    write_problem(work, tmp_path / "problem.json")
    write_plan(work, replace(solve(work, iterations=0).plan, routes=()), tmp_path / "plan.json")
    return work


def test_bound_says_how_good_a_plan_is_and_writes_a_better_one(day, tmp_path, capsys):
    words = (tmp_path / "problem.json", tmp_path / "plan.json", "--seconds", 60, "--out", tmp_path / "better.json")
    assert run("bound", *words) == 0
    said = capsys.readouterr()
    assert re.match(r"bound 7\.00, plan 7\.00, gap 0\.00 %, optimal: no plan is better, \d+\.\d s\n\Z", said.out)
    assert check(day, read_plan(tmp_path / "better.json", day)) == []


def test_bound_without_a_plan_looks_for_one_and_names_what_it_relaxes(tmp_path, capsys):
    (tmp_path / "problem.json").write_text(json.dumps(GOOD))
    assert run("bound", tmp_path / "problem.json", "--seconds", 5) == 0
    said = capsys.readouterr()
    assert re.match(r"bound \d+\.\d\d, plan \d+\.\d\d, gap \d+\.\d\d %, ", said.out)
    assert "relaxed: " in said.out
    assert re.match(r" +\d+\.\d s  bound \d+\.\d\d  plan \d+\.\d\d  gap \d+\.\d\d %  \d+ rounds\n", said.err)


def test_a_problem_without_any_plan_is_status_1(tmp_path, capsys):
    write_problem(problem(visit("V1", drop_cost=None, windows=(window("05:00", "06:00"),))), tmp_path / "problem.json")
    assert run("bound", tmp_path / "problem.json", "--seconds", 5) == 1
    assert "infeasible: no plan keeps every must" in capsys.readouterr().out
