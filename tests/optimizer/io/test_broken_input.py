"""Every kind of broken input is refused with its place, its value and a remedy, by Python and by the command line."""

import copy
import json

import pytest

from dispatch.cli import main
from optimizer.io import InvalidInput, plan_from, problem_from, read_problem
from tests.optimizer.io.broken import PAGE, ROWS, page, said
from tests.optimizer.io.good import GOOD, GOOD_PLAN


def by_name(row):
    return row.name


def test_the_good_files_are_good():
    plan_from(copy.deepcopy(GOOD_PLAN), problem_from(copy.deepcopy(GOOD)))


def test_no_kind_is_listed_twice():
    assert len({row.name for row in ROWS}) == len(ROWS)


@pytest.mark.parametrize("row", ROWS, ids=by_name)
def test_broken_input_is_refused_by_place_and_in_words(row):
    message = said(row)
    assert message.startswith(f"{row.place}: ")
    assert row.words in message


@pytest.mark.parametrize("row", ROWS, ids=by_name)
def test_the_command_line_says_it_and_ends_with_status_2(row, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("FIELDWRIGHT_MAX_INPUT_MB", "1")
    problem, plan, out = tmp_path / "problem.json", tmp_path / "plan.json", tmp_path / "out.json"
    problem.write_text(json.dumps(GOOD))
    (plan if row.plan else problem).write_bytes(row.content())
    start = ["--start", str(plan)] if row.plan else []
    assert main(["solve", str(problem), *start, "--iterations", "0", "--out", str(out)]) == 2
    said_there = capsys.readouterr()
    assert said_there.out == ""
    assert said_there.err.startswith(f"error: {plan if row.plan else problem}: {row.place}: ")
    assert not out.exists()


def test_the_page_of_the_reference_is_in_step():
    assert PAGE.read_text(encoding="utf-8") == page(), "run `python -m tests.optimizer.io.broken`"


def test_many_complaints_come_together():
    data = copy.deepcopy(GOOD)
    data["visits"][0]["duration"] = 3
    data["visits"][1]["colour"] = "red"
    with pytest.raises(InvalidInput) as refused:
        problem_from(data)
    assert [complaint.place for complaint in refused.value.complaints] == ["visits[0].duration", "visits[1].colour"]
    assert len(str(refused.value).splitlines()) == 2


def test_no_more_than_twenty_complaints_are_made():
    data = copy.deepcopy(GOOD)
    data["visits"] = [{"id": 1}] * 500
    with pytest.raises(InvalidInput) as refused:
        problem_from(data)
    assert len(refused.value.complaints) == 20


def test_a_limit_that_is_no_number_is_refused(tmp_path, monkeypatch):
    monkeypatch.setenv("FIELDWRIGHT_MAX_INPUT_MB", "much")
    (tmp_path / "problem.json").write_text(json.dumps(GOOD))
    with pytest.raises(InvalidInput, match="FIELDWRIGHT_MAX_INPUT_MB: must be a positive number of megabytes"):
        read_problem(tmp_path / "problem.json")


def test_a_gzip_that_is_none_is_refused(tmp_path):
    (tmp_path / "problem.json.gz").write_text(json.dumps(GOOD))
    with pytest.raises(InvalidInput, match=r"is named \.gz and is not gzip"):
        read_problem(tmp_path / "problem.json.gz")
