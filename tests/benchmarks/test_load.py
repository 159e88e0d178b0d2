"""The benchmark of the server under load, at a size at which it only shows that it works."""

from __future__ import annotations

import pytest

from benchmarks.load.__main__ import main


def test_a_small_day_is_filled_planned_and_served(capsys: pytest.CaptureFixture[str]) -> None:
    size = ["--jobs", "12", "--technicians", "4", "--reads", "4", "--writes", "2", "--seconds", "2"]
    assert main(size) == 0
    printed = capsys.readouterr().out
    assert "SQLite: 12 jobs, 4 technicians" in printed
    counts = {line.split("  ")[0]: line.split()[-5:] for line in printed.splitlines()}
    assert counts["all reads"][:2] == ["8", "0"]
    assert counts["all writes"][:2] == ["5", "0"]
