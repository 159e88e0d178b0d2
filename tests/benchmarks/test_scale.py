"""A day of thousands is planned for several times, and told beside the longest one."""

import subprocess
import sys

import pytest

from benchmarks.generate import generate
from benchmarks.machine import ROOT
from benchmarks.scale.__main__ import main
from benchmarks.scale.search import Asked, searched


def test_a_search_tells_its_first_plan_its_cost_and_what_it_took():
    found = searched(Asked("plain", 40, 6, 0.5, 1, 3))
    assert 0 < found.first <= found.seconds
    assert found.cost > 0
    assert found.left_out < 40
    assert found.peak > 1
    assert found.broken == ()


def test_each_time_has_a_row_and_the_longest_is_the_measure(capsys):
    assert main(["--visits", "40", "--technicians", "6", "--seconds", "0.6,0.3"]) == 0
    _, what, heading, _, first, second, verdict = capsys.readouterr().out.splitlines()
    assert what == "plain: 40 visits, 6 technicians, seed 1"
    assert heading.split()[:2] == ["seconds", "threads"]
    assert float(first.split()[0]) < float(second.split()[0])
    assert second.split()[5] == "1.000"
    assert verdict == "0 violations"


def test_it_runs_as_it_is_called_and_says_what_problem_there_is_none_of():
    words = [sys.executable, "-m", "benchmarks.scale", "--visits", "30", "--seconds", "0.2"]
    done = subprocess.run([*words, "--technicians", "4"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout.splitlines()[-1]) == (0, "0 violations")
    done = subprocess.run([*words, "--technicians", "1"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "error: 1 technicians are too few; give 2 or more\n" in done.stderr


@pytest.mark.parametrize("times", ["0", "5,-1", "soon"])
def test_times_that_make_no_sense_are_refused(times, capsys):
    with pytest.raises(SystemExit) as caught:
        main(["--seconds", times])
    assert caught.value.code == 2
    assert "--seconds" in capsys.readouterr().err


def test_as_many_technicians_are_made_as_are_asked_for():
    assert len(generate("plain", 30, 1, technicians=9).technicians) == 9
    with pytest.raises(ValueError, match="1 technicians are too few"):
        generate("plain", 30, 1, technicians=1)
