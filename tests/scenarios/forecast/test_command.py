"""`fieldwright forecast` from the outside: what it prints, writes and answers."""

import csv
import datetime as dt
import json

import pytest

from dispatch.cli import main
from scenarios.forecast.files import as_text
from tests.scenarios.forecast.pasts import forecast, made_up


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """A history, its weather, and a forecast."""
    folder = tmp_path_factory.mktemp("forecast")
    history, weather = made_up().history, made_up().weather
    with (folder / "history.csv").open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(["received", "territory", "kind", "minutes"])
        for which, day, hour in zip(history.which, history.day, history.hour, strict=True):
            one = history.series[which]
            rows.writerow([f"{history.date(int(day))} {hour:02d}:10", one.territory, one.skill, 45])
    with (folder / "weather.csv").open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(["date", "warmth"])
        for day, (warmth,) in enumerate(weather.values[:138]):
            rows.writerow([history.date(day), f"{warmth:.2f}"])
    (folder / "forecast.json").write_text(as_text(forecast()), encoding="utf-8")
    return folder


def rows_of(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def learning(files):
    return [str(files / "history.csv"), "--columns", "skill=kind", "--zone", "America/Santiago", "--country", "CL"]


def test_a_forecast_is_made_shown_and_written(files, tmp_path, capsys):
    out, table = tmp_path / "forecast.json", tmp_path / "forecast.csv"
    more = ["--weather", str(files / "weather.csv"), "--weeks", "1", "--out", str(out), "--table", str(table)]
    assert main(["forecast", "make", *learning(files), *more]) == 0
    said = capsys.readouterr()
    told = json.loads(out.read_text(encoding="utf-8"))
    assert told["learnt"]["covariates"] == ["warmth"]
    assert told["minutes"] == {"electrical": 45, "fibre": 45, "gas": 45, "pumps": 45}
    assert told["digest"] in said.out
    assert "--weather: nothing is known of 7 of the next 7 days: the usual is taken" in said.err
    rows = rows_of(table)
    assert len(rows) == 7 * 24 * 12
    assert sum(float(row["expected"]) for row in rows) == pytest.approx(7 * 40, rel=0.25)
    assert all(int(row["q10"]) <= int(row["q50"]) <= int(row["q95"]) for row in rows)

    assert main(["forecast", "show", str(out)]) == 0
    assert capsys.readouterr().out == said.out


def test_the_days_that_are_forecast_are_those_that_were_asked_for(files, tmp_path):
    out = tmp_path / "forecast.json"
    assert main(["forecast", "make", *learning(files), "--weeks", "1", "--until", "2023-05-08", "--out", str(out)]) == 0
    told = json.loads(out.read_text(encoding="utf-8"))
    assert told["first"] == told["learnt"]["until"] == "2023-05-08"


def test_forecasts_of_the_past_are_held_against_guesses(files, capsys):
    assert main(["forecast", "prove", *learning(files), "--weeks", "1", "--hold-out", "4"]) == 0
    said = capsys.readouterr().out
    assert "4 forecasts of 1 weeks, held against the last 4 weeks" in said
    losses = next(line for line in said.splitlines() if line.startswith("all by day")).split()[3:6]
    assert float(losses[0]) < float(losses[1])


def test_technicians_are_told_and_written(files, tmp_path, capsys):
    table = tmp_path / "staff.csv"
    words = [str(files / "forecast.json"), "--hours", "8-18", "--weekdays", "mon-fri", "--table", str(table)]
    assert main(["forecast", "staff", *words]) == 0
    said = capsys.readouterr().out
    assert [line.split()[0] for line in said.splitlines()[3:]] == ["electrical", "fibre", "gas", "pumps"]
    rows = rows_of(table)
    working = {row["hour"] for row in rows if int(row["technicians"])}
    assert working == {str(hour) for hour in range(8, 18)}
    weekend = [row for row in rows if dt.date.fromisoformat(row["date"]).weekday() > 4]
    assert all(row["technicians"] == "0" for row in weekend)


def test_a_busier_day_asks_for_more_hours(files, tmp_path):
    hours = []
    for quantile in ("0.5", "0.95"):
        table = tmp_path / f"{quantile}.csv"
        words = ["forecast", "staff", str(files / "forecast.json"), "--quantile", quantile, "--table", str(table)]
        assert main(words) == 0
        hours.append(sum(float(row["hours"]) for row in rows_of(table)))
    assert hours[1] > 1.2 * hours[0]


def test_the_jobs_of_a_store_are_a_history(sqlite_store, capsys):
    assert main(["forecast", "make", "--database", sqlite_store.url.render_as_string(), "--zone", "UTC"]) == 2
    assert "the store: the history: has no job" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["show"], "forecast show: name the FILE of a forecast"),
        (["staff", "nowhere.json"], "nowhere.json: no such file"),
        (["make", "nowhere.csv"], "nowhere.csv: no such file"),
        (["make", "a.csv", "--database", "sqlite:///x.db"], "give a FILE or --database, not both"),
        (["make", "--columns", "skill=kind"], "--columns: is of a history in a FILE"),
        (["make", "a.csv", "--zone", "Mars/Base"], "Mars/Base: is no time zone"),
        (["make", "a.csv", "--columns", "skil=kind"], "'skil=kind' names no column"),
        (["make", "a.csv", "--until", "soon"], "'soon' is no date"),
        (["make", "a.csv", "--since", "2026-02-01", "--until", "2026-01-01"], "is not before --until 2026-01-01"),
        (["show", "a.json", "--out", "b.json"], "forecast show: --out is of make"),
        (["staff", "a.json", "--hours", "18-8"], "'18-8' are no hours of a day"),
        (["staff", "a.json", "--weekdays", "fri-mon"], "'fri-mon' are no days of the week"),
        (["staff", "a.json", "--travel-share", "1"], "'1' is no share"),
        (["staff", "a.json", "--utilisation", "0"], "'0' is no share"),
        (["staff", "a.json", "--minutes", "gas=-1"], "'gas=-1' says no minutes of a skill"),
    ],
)
def test_what_cannot_be_used_is_refused(words, said, capsys):
    try:
        status = main(["forecast", *words])
    except SystemExit as stopped:
        status = stopped.code
    assert status == 2
    assert said in capsys.readouterr().err


def test_a_country_is_looked_at_before_the_work(files, capsys):
    words = [*learning(files)[:-1], "XX"]
    assert main(["forecast", "make", *words]) == 2
    assert 'country: is none whose public holidays are known (found "XX")' in capsys.readouterr().err
