from __future__ import annotations

import argparse
from pathlib import Path

import pytest

from dispatch.commands import sample
from dispatch.commands.base import CannotWrite
from optimizer.check import check
from optimizer.io import read_plan, read_problem


def options(*arguments: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    sample.configure(parser)
    return parser.parse_args(arguments)


def test_the_sample_is_planned_checked_and_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "new" / "out"
    assert sample.run(options("--seconds", "0.5", "--seed", "2", "--out", str(out))) == 0
    problem = read_problem(out / "problem.json")
    plan = read_plan(out / "plan.json", problem)
    assert check(problem, plan) == []
    assert "J-" in (out / "plan.html").read_text("utf-8")
    said = capsys.readouterr().out
    for words in ("15,492 junctions", "130 × 130", "every must holds", "What it costs", "OpenStreetMap contributors"):
        assert words in said
    assert (out / "plan.html").resolve().as_uri() in said


def test_a_folder_that_cannot_be_is_refused_before_the_work(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(CannotWrite, match="cannot be made a folder"):
        sample.run(options("--out", str(tmp_path / "file" / "out")))


@pytest.mark.parametrize("bad", [("--seconds", "-1"), ("--seconds", "soon"), ("--seed", "x"), ("--threads", "0")])
def test_nonsense_is_refused(bad: tuple[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        options(*bad)
    assert bad[0] in capsys.readouterr().err
