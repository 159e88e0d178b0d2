"""The command line: what it writes, what it says, and its exit status."""

import json
import os
import signal
import subprocess
import sys
import time

import pytest

from dispatch.cli import main
from dispatch.commands import COMMANDS
from optimizer.check import check
from optimizer.io import read_plan, read_problem
from tests.optimizer.io.good import GOOD, GOOD_PLAN

SOLOMON = """TINY
VEHICLE
NUMBER CAPACITY
 2 20
CUSTOMER
CUST NO. X Y DEMAND READY DUE SERVICE
 0 0 0  0  0 100  0
 1 1 1 10  0  50 10
 2 3 4 15 20  30 10
"""


@pytest.fixture
def files(tmp_path):
    (tmp_path / "problem.json").write_text(json.dumps(GOOD))
    (tmp_path / "plan.json").write_text(json.dumps(GOOD_PLAN))
    return tmp_path


def run(*words):
    return main([str(word) for word in words])


def test_solve_writes_a_plan_that_the_checker_accepts(files, capsys):
    assert run("solve", files / "problem.json", "--iterations", 50, "--out", files / "out.json.gz") == 0
    problem = read_problem(files / "problem.json")
    plan = read_plan(files / "out.json.gz", problem)
    assert check(problem, plan) == []
    said = capsys.readouterr().out
    assert said.startswith(f"total {plan.cost['total']:.2f}, ")
    assert "no violations" in said
    assert len(said.splitlines()) == 1


def test_solve_says_the_same_with_the_same_seed(files):
    for name in ("a.json", "b.json"):
        run("solve", files / "problem.json", "--iterations", 40, "--seed", 7, "--out", files / name)
    assert (files / "a.json").read_bytes() == (files / "b.json").read_bytes()


def test_solve_begins_from_a_plan(files):
    run("solve", files / "problem.json", "--iterations", 50, "--out", files / "first.json")
    first = read_plan(files / "first.json")
    again = "--start", files / "first.json", "--iterations", 0
    assert run("solve", files / "problem.json", *again, "--out", files / "second.json") == 0
    assert read_plan(files / "second.json").cost["total"] <= first.cost["total"]


def test_a_plan_that_cannot_do_a_must_is_written_and_status_1(files, capsys):
    data = json.loads(json.dumps(GOOD))
    data["visits"][0]["skills"] = {"boiler": 9}
    data["technicians"][0]["shifts"][0]["committed"] = []
    (files / "problem.json").write_text(json.dumps(data))
    assert run("solve", files / "problem.json", "--iterations", 20, "--out", files / "out.json") == 1
    said = capsys.readouterr()
    assert "Visit 'v1': must be done, and nobody does it." in said.err
    assert (files / "out.json").exists()


def test_seconds_count_from_the_start_of_the_command(files):
    began = time.monotonic()
    words = "solve", files / "problem.json", "--seconds", "1.5", "--out", files / "out.json"
    done = subprocess.run([sys.executable, "-m", "dispatch.cli", *words], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert time.monotonic() - began < 30  # far from the limit: only a solve that ignores it fails
    assert "iterations" in done.stdout


def test_ctrl_c_keeps_the_best_plan(files):
    words = "solve", files / "problem.json", "--seconds", "600", "--out", files / "out.json"
    running = subprocess.Popen(
        [sys.executable, "-m", "dispatch.cli", *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert running.stderr is not None
    assert "best" in running.stderr.readline()  # the search runs
    os.kill(running.pid, signal.SIGINT)
    out, err = running.communicate(timeout=60)
    assert (running.returncode, err) == (0, "")
    assert "no violations" in out
    assert check(read_problem(files / "problem.json"), read_plan(files / "out.json")) == []


def test_check_is_silent_of_a_good_plan(files, capsys):
    run("solve", files / "problem.json", "--iterations", 20, "--out", files / "out.json")
    capsys.readouterr()
    assert run("check", files / "problem.json", files / "out.json") == 0
    assert capsys.readouterr().out.startswith("valid: total ")


def test_check_tells_what_is_wrong_of_any_plan(files, capsys):
    plan = json.loads(json.dumps(GOOD_PLAN))
    plan["routes"][1]["technician"] = "nobody"
    (files / "plan.json").write_text(json.dumps(plan))
    assert run("check", files / "problem.json", files / "plan.json") == 1
    said = capsys.readouterr().out
    assert "There is no shift 'mon' of a technician 'nobody'." in said
    assert "Cost: the plan says total is 1.5000" in said


def test_score_says_why(files, capsys):
    run("solve", files / "problem.json", "--iterations", 20, "--out", files / "out.json")
    capsys.readouterr()
    assert run("score", files / "problem.json", files / "out.json") == 0
    said = capsys.readouterr().out
    assert "ana works on mon" in said
    assert "every must holds" in said


def test_score_of_a_broken_plan_is_status_1(files, capsys):
    plan = {"routes": [{"technician": "ben", "shift": "mon", "stops": [{"visit": "v3"}]}]}
    (files / "plan.json").write_text(json.dumps(plan))
    assert run("score", files / "problem.json", files / "plan.json") == 1
    assert "cannot be published" in capsys.readouterr().out


def test_convert_writes_a_problem(files, capsys):
    (files / "tiny.txt").write_text(SOLOMON)
    assert run("convert", "--from", "solomon", files / "tiny.txt", "--out", files / "tiny.json.gz") == 0
    assert "2 visits, 2 technicians, 3 locations" in capsys.readouterr().out
    assert read_problem(files / "tiny.json.gz").name == "TINY"


BAD_WORDS = [
    (("solve", "{problem}", "--seconds", "-1", "--out", "{out}"), "'-1' is no number of seconds"),
    (("solve", "{problem}", "--seconds", "nan", "--out", "{out}"), "'nan' is no number of seconds"),
    (("solve", "{problem}", "--iterations", "-1", "--out", "{out}"), "is no whole number from 0"),
    (("solve", "{problem}", "--seed", "x", "--out", "{out}"), "is no whole number from 0"),
    (("solve", "{problem}", "--threads", "0", "--out", "{out}"), "is no whole number from 1"),
    (("solve", "{problem}"), "required: --out"),
    (("solve", "{folder}/none.json", "--out", "{out}"), "none.json: no such file or directory"),
    (("solve", "{folder}", "--out", "{out}"), "is a directory"),
    (("solve", "{problem}", "--start", "{folder}/none.json", "--out", "{out}"), "no such file or directory"),
    (("solve", "{problem}", "--out", "{folder}/none/out.json"), "cannot be written: there is no directory"),
    (("solve", "{problem}", "--out", "{folder}"), "cannot be written: is a directory"),
    (("check", "{problem}", "{problem}"), "problem.json: name: is an unknown key"),
    (("check", "{problem}", "{folder}/none.json"), "no such file or directory"),
    (("convert", "--from", "vrplib", "{problem}", "--out", "{out}"), "has no heading TYPE"),
    (("convert", "--from", "nope", "{problem}", "--out", "{out}"), "invalid choice: 'nope'"),
    (("nope",), "invalid choice: 'nope'"),
    ((), "required: COMMAND"),
]


@pytest.mark.parametrize(("words", "said"), BAD_WORDS, ids=lambda value: value if isinstance(value, str) else "")
def test_what_cannot_be_done_is_an_error_and_status_2(files, capsys, words, said):
    places = {"problem": files / "problem.json", "out": files / "out.json", "folder": files}
    try:
        status = run(*(word.format(**places) for word in words))
    except SystemExit as refused:  # the parser of arguments leaves at once
        status = refused.code
    assert status == 2
    err = capsys.readouterr().err
    assert err.startswith("error: ")
    assert said in err
    assert not (files / "out.json").exists()


def test_a_mistake_of_the_program_is_neither_an_answer_nor_bad_input(files, capsys, monkeypatch):
    monkeypatch.setattr("dispatch.commands.check.check", lambda *_: 1 / 0)
    assert run("check", files / "problem.json", files / "plan.json") == 3
    assert "ZeroDivisionError" in capsys.readouterr().err


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help(capsys, name):
    with pytest.raises(SystemExit) as left:
        run(name, "--help")
    assert left.value.code == 0
    assert capsys.readouterr().out.startswith(f"usage: fieldwright {name}")
