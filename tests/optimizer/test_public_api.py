"""The public names of the package: few, pinned, and enough to plan a day from one file to another."""

import subprocess
import sys

import optimizer
from tests.tiny import problem, technician, visit

PUBLIC = {
    "Break", "Geodesic", "InvalidInput", "Location", "Matrix", "Model", "Plan", "Policy", "Problem", "Progress",
    "Promise", "Result", "Scorecard", "Shift", "Technician", "TimeWindow", "Visit", "check", "read_plan",
    "read_problem", "score", "solve", "write_plan", "write_problem",
}  # fmt: skip


def test_the_public_names_are_these_and_no_others():
    assert set(optimizer.__all__) == PUBLIC
    assert list(optimizer.__all__) == sorted(optimizer.__all__)


def test_every_public_name_is_there_and_says_what_it_is():
    for name in PUBLIC:
        assert getattr(optimizer, name).__doc__, name


def test_the_public_names_are_enough_to_go_from_a_file_to_a_plan_in_a_file(tmp_path):
    work = problem([visit("V1", minutes=30, drop_cost=5), visit("V2", minutes=600, drop_cost=5)], technician("Ann"))
    optimizer.write_problem(work, tmp_path / "problem.json")
    read = optimizer.read_problem(tmp_path / "problem.json")
    result = optimizer.solve(read, iterations=20)
    optimizer.write_plan(read, result.plan, tmp_path / "plan.json")
    plan = optimizer.read_plan(tmp_path / "plan.json", read)
    assert optimizer.check(read, plan) == []
    assert optimizer.score(read, plan).total == result.scorecard.total == 5  # V2 is longer than the shift


def test_the_package_brings_nothing_along_that_plans_no_days():
    words = "import optimizer, sys; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", words], capture_output=True, text=True, check=True).stdout.split()
    assert "numpy" in loaded
    assert not {"dispatch", "scenarios", "mobile_api", "ortools", "scipy", "osmium", "rich"} & set(loaded)
