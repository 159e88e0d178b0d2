"""The benchmark of forecasts, at a size at which it only shows that it works."""

from __future__ import annotations

import csv
import datetime as dt
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from benchmarks.forecast.__main__ import main
from benchmarks.forecast.calls import histories
from scenarios.forecast.gathering import ELSEWHERE


def test_made_up_histories_are_forecast_and_held_against_the_truth(capsys: pytest.CaptureFixture[str]) -> None:
    main(["--made", "1", "--days", "154", "--weeks", "1", "--hold-out", "4"])
    said = capsys.readouterr().out
    assert "4 forecasts of 1 weeks judged" in said
    row = next(line for line in said.splitlines() if line.startswith("territory and skill by hour"))
    loss, _, naive = (float(word) for word in row.split()[5:8])
    assert loss < naive
    told = said.split("who knows the truth")[1].splitlines()
    assert float(told[-1].split()[5]) >= 0.97 * float(told[-1].split()[6])


def test_a_sample_is_read_with_each_call_once_and_rare_kinds_together(tmp_path: Path) -> None:
    day = dt.date(2009, 1, 1)
    with (tmp_path / "311_service_requests.csv").open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(["unique_key", "created_date", "supervisor_district", "category"])
        for number in range(3287):
            kind = f"kind {number % 7}" if number % 50 else "rare"
            row = [number, f"{day + dt.timedelta(days=number)} 10:00:00+00:00", "" if number % 3 else "4.0", kind]
            rows.writerows([row, row])
    ((name, history, country),) = histories(tmp_path, ZoneInfo("UTC"), None)
    assert (name, country) == ("311_service_requests.csv", "US-CA")
    assert len(history.which) == 3287
    assert {one.skill for one in history.series} >= {"other", "kind 1"}
    assert "rare" not in {one.skill for one in history.series}
    assert {one.territory for one in history.series} == {"4.0", ELSEWHERE}
