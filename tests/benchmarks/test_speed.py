"""The speed benchmarks run and say what they are meant to say; how fast anything is, is not tested."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from benchmarks.speed.__main__ import main


def test_every_bench_has_a_table_and_every_round_a_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "speed.csv"
    short = ["--sizes", "10", "--rounds", "2", "--seconds", "0.05", "--limits", "0.1", "--out", str(out)]

    assert main(short) == 0

    printed = capsys.readouterr().out
    for word in ("lower", "kernel", "evaluate", "first plan", "search", "limit"):
        assert f"{word} plain-10-1" in printed
        assert f"{word} rich-10-1" in printed
    with out.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 6 * 2 * 2  # measurements, kinds, rounds
    assert all(row["iterations"] for row in rows if row["name"].startswith("search"))
    assert all(float(row["seconds"]) > 0 for row in rows)


def test_an_unknown_bench_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--only", "lower,luck"])

    assert ended.value.code == 2
    assert "choose from lower, evaluate, first, search, limit" in capsys.readouterr().err
