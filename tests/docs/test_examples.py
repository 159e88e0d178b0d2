"""What the documentation shows is what happens: commands are run, programs are run, outputs are compared.

In a block of ``console``, a line after ``$`` is run, and what stands below it is what it prints; ``…`` is anything.
``make sample`` is run as the command behind it, for a moment only. Every page has a folder of its own.
"""

import re
import shlex
from pathlib import Path

import pytest

from dispatch.cli import main
from optimizer.check import check
from optimizer.io import read_plan, read_problem
from optimizer.scoring import score
from optimizer.solve import solve
from tests.docs.pages import page, pages

WITH_COMMANDS = [one for one in pages() if any(block.language == "console" for block in one.blocks)]
WITH_PYTHON = [one for one in pages() if any(block.language == "python" for block in one.blocks)]
MAKE_SAMPLE = ["sample", "--seconds", "1", "--out", "out"]


def test_there_are_examples():
    assert {"docs/tutorials/first-plan.md", "docs/how-to/benchmark-files.md"} <= set(map(str, WITH_COMMANDS))
    assert {"README.md", "docs/how-to/write-a-problem-in-python.md"} <= set(map(str, WITH_PYTHON))


@pytest.mark.parametrize("one", WITH_COMMANDS, ids=str)
def test_commands_print_what_the_page_says(one, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    for block in one.blocks:
        if block.file:
            Path(block.file).parent.mkdir(exist_ok=True)
            Path(block.file).write_text(block.text, encoding="utf-8")
        elif block.language == "console":
            for line, shown in commands(block.text):
                assert main(arguments(line)) == 0, line
                assert re.fullmatch(shown, capsys.readouterr().out), line


def commands(text):
    """Each command of a block with a pattern of what it prints."""
    for part in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]:
        line, _, output = part.partition("\n")
        pattern = r"(?:.|\n)*" if output.strip() == "…" else ""
        for shown in [] if pattern else output.splitlines():
            pattern += r"(?:.*\n)*" if shown == "…" else re.escape(shown).replace("…", ".*") + r" *\n"
        yield line, pattern


def arguments(line):
    words = shlex.split(line)
    if words == ["make", "sample"]:
        return MAKE_SAMPLE
    assert words[0] == ".venv/bin/fieldwright", line
    return words[1:]


@pytest.mark.parametrize("one", WITH_PYTHON, ids=str)
def test_programs_run_from_top_to_bottom(one, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {}
    for block in one.blocks:
        if block.language == "python":
            exec(compile(block.text, str(one), "exec"), names)
    if str(one) == "README.md":
        assert capsys.readouterr().out.startswith("ana ['oven', 'leak']\n")


@pytest.fixture
def example(tmp_path):
    """The problem and the plan of the planning model's page."""
    for block in page("docs/reference/planning-model.md").blocks:
        (tmp_path / block.file).write_text(block.text, encoding="utf-8")
    problem = read_problem(tmp_path / "problem.json")
    return problem, read_plan(tmp_path / "plan.json", problem)


def test_the_example_plan_holds_and_claims_what_is_so(example):
    assert check(*example) == []
    assert check(*example, tolerance=0) == []


def test_the_example_plan_is_scored_as_it_claims(example):
    problem, plan = example
    assert score(problem, plan).cost == pytest.approx(plan.cost)


def test_the_search_finds_no_better_plan_than_the_example_and_one_as_good(example):
    problem, plan = example
    result = solve(problem, iterations=500)
    assert result.plan.cost["total"] == pytest.approx(plan.cost["total"])
    assert result.plan.unassigned == plan.unassigned


def test_the_example_shows_most_keys():
    text = page("docs/reference/planning-model.md").blocks[0].text
    for key in ("breaks", "roles", "after", "previous", "arrive_by", "preferred", "demand", "balance", "end_location"):
        assert f'"{key}"' in text
