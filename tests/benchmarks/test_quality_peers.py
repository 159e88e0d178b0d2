"""The quality runner with several budgets and with peers: which runs are made, and what the tables make of them."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks.peers import PEERS
from benchmarks.quality.__main__ import main
from benchmarks.quality.beside import BEST, beside_table, entries
from benchmarks.quality.results import read_others
from benchmarks.quality.run import CANNOT_SAY, OK, OURS, VIOLATED, Row
from tests.benchmarks.test_quality_runner import LINE, folder


def row(
    solver: str, total: float | None, *, instance: str = "a", seed: int = 1, setup: str = "", **more: object
) -> Row:
    blank = Row("fsr", instance, seed, OK, solver, setup, "", 5.0, total=total, violations=0, unassigned=2)
    return replace(blank, **more)  # type: ignore[arg-type]


def test_the_best_setup_of_each_seed_counts_and_ratios_are_of_means_over_seeds() -> None:
    rows = [
        *(row(OURS, 60, seed=1), row(OURS, 80, seed=2)),
        *(row("vroom", 100, seed=1, setup="hard"), row("vroom", 90, seed=1, setup="slack")),
        *(row("vroom", 110, seed=2, setup="hard"), row("vroom", 300, seed=2, setup="slack")),
        *(row("pyvrp", 140, seed=1), row("pyvrp", 140, seed=2)),
    ]
    found = {entry.solver: entry for entry in entries(rows)}

    assert found[OURS].total == 70
    assert (found["vroom"].total, found["vroom"].ratio) == (100, 0.7)  # (90 + 110) / 2
    assert (found["pyvrp"].total, found["pyvrp"].ratio) == (140, 0.5)
    assert (found[BEST].total, found[BEST].ratio, found[BEST].why_not) == (100, 0.7, "vroom")


def test_a_peer_with_a_bad_run_has_no_ratio_and_says_why_and_the_others_are_the_best() -> None:
    rows = [
        row(OURS, 60),
        row("pyvrp", 20, status=VIOLATED, message="too late", violations=3),
        row("vrpcli", None, status=CANNOT_SAY, message="crews"),
        row("vroom", 80, setup="hard", own_visits=0),
    ]
    found = {entry.solver: entry for entry in entries(rows)}

    assert (found["pyvrp"].ratio, found["pyvrp"].why_not) == (None, "violated, seed 1: too late")
    assert (found["vrpcli"].ratio, found["vrpcli"].why_not) == (None, "cannot say, seed 1: crews")
    assert found[BEST].ratio == 0.75
    said = beside_table(rows)
    assert "80*" in said
    assert "* the peer came to no plan in its time" in said


def test_the_table_ends_with_geometric_means_and_how_many_they_are_of() -> None:
    rows = [
        *(row(OURS, 50, instance="a"), row("vroom", 100, instance="a"), row("pyvrp", 50, instance="a")),
        *(
            row(OURS, 50, instance="b"),
            row("vroom", 400, instance="b"),
            row("pyvrp", None, instance="b", status="failed"),
        ),
    ]
    lines = [line.split() for line in beside_table(rows).splitlines()]
    means = {" ".join(words[2:-6]): words[-6:] for words in lines if words[:2] == ["geometric", "mean"]}

    # sqrt(50 / 100 × 50 / 400) = 0.25; the best peer is pyvrp on a (1.0) and vroom on b (0.125): sqrt(0.125) = 0.3536
    assert " ".join(means["vroom 0.2500"]) == "over 2 of 2, worst 0.5000"
    assert " ".join(means["pyvrp 1.0000"]) == "over 1 of 2, worst 1.0000"
    assert " ".join(means[f"{BEST} 0.3536"]) == "over 2 of 2, worst 1.0000"


def test_every_budget_has_its_runs_and_its_table(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "results.csv"
    instances = folder(tmp_path / "one", line__txt=LINE)
    assert main(["--instances", str(instances), "--seconds", "0.1,0.2", "--out", str(out)]) == 0

    with out.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(one["budget_seconds"], one["solver"], one["total"]) for one in rows] == [
        ("0.1", "fieldwright", "20.0"),
        ("0.2", "fieldwright", "20.0"),
    ]
    printed = capsys.readouterr().out
    assert "solomon: VRPTW of Solomon (distance), 0.1 s" in printed
    assert "solomon: VRPTW of Solomon (distance), 0.2 s" in printed

    # Compared with itself, each budget with its own.
    assert main(["--instances", str(instances), "--seconds", "0.1,0.2", "--against", str(out)]) == 0
    said = capsys.readouterr()
    assert said.out.count("geometric mean 1.0000 over 1 of 1") == 2
    assert "budget_seconds is" not in said.err


def test_runs_of_peers_in_a_file_are_not_what_is_compared_with(tmp_path: Path) -> None:
    file = tmp_path / "with_peers.csv"
    file.write_text("family,instance,total,solver\nfsr,a,60,fieldwright\nfsr,a,90,vroom\n")
    assert [run.total for run in read_others(file).runs["fsr", "a"]] == [60]
    file.write_text("family,instance,total,solver\nfsr,a,90,mine\n")
    assert [run.total for run in read_others(file).runs["fsr", "a"]] == [90]


def test_a_peer_that_is_not_here_is_said_before_anything_is_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    gone = {**PEERS, "pyvrp": replace(PEERS["pyvrp"], lacking=lambda: "get it so")}
    monkeypatch.setattr("benchmarks.quality.__main__.PEERS", gone)
    instances = folder(tmp_path / "one", line__txt=LINE)

    assert main(["--instances", str(instances), "--peers", "pyvrp"]) == 2
    assert "--peers: pyvrp: get it so" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        main(["--instances", str(instances), "--peers", "cplex"])
    assert "cplex is no peer; known are ortools, pyvrp, vroom, vrpcli" in capsys.readouterr().err
