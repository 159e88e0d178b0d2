"""What is cleared away: what nobody used, and nothing that somebody else wrote."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path

import pytest

from dispatch.cli import main
from scenarios.keeping import Kept
from scenarios.reading import scenario_of
from scenarios.running import run_scenario
from scenarios.situation.files import as_document, write_situation
from scenarios.tidying import PART_LASTS, found_in, span
from tests.scenarios.situations import hamlet
from tests.scenarios.small import small

DAY = 86_400


def unused(path: Path, days: float) -> Path:
    """The file as it is after so many days."""
    at = time.time() - days * DAY
    os.utime(path, (at, at), follow_symlinks=False)
    return path


@pytest.fixture
def folder(tmp_path):
    """Three replications, a situation that goes by its digest, and a part of a file, all of forty days ago."""
    run_scenario(scenario_of(small()), keep=tmp_path / "kept")
    kept = tmp_path / "kept"
    digest = as_document(hamlet())["digest"].removeprefix("sha256:")
    write_situation(hamlet(), kept / f"{digest}.json")
    shelf = next(path for path in kept.iterdir() if path.is_dir())
    (shelf / ".new-a1b2c3d4").write_text("{")
    for path in kept.rglob("*"):
        if path.is_file():
            unused(path, 40)
    return kept


def tidied(folder, *words):
    return main(["scenario", "tidy", str(folder), *words])


def test_what_nobody_used_for_thirty_days_goes_with_its_empty_shelves(folder, capsys):
    assert tidied(folder) == 0
    assert capsys.readouterr().out.startswith(
        f"{folder}: 3 replications, 1 situation and 1 part of a file removed (0.0 MB), 0 used since, 0 other files"
    )
    assert list(folder.iterdir()) == []


def test_what_was_used_since_stays(folder, capsys):
    one, *_ = sorted(folder.rglob("??/*.json"))
    key = one.parent.name + one.stem
    assert Kept(folder).figures(key) is not None  # that is a use
    assert tidied(folder) == 0
    assert "2 replications, 1 situation and 1 part of a file removed" in capsys.readouterr().out
    assert [path for path in folder.rglob("*") if path.is_file()] == [one]
    assert tidied(folder, "--older", "0h") == 0
    assert list(folder.iterdir()) == []


def test_a_dry_run_removes_nothing(folder, capsys):
    before = sorted(folder.rglob("*"))
    assert tidied(folder, "--dry-run") == 0
    assert "1 part of a file would be removed" in capsys.readouterr().out
    assert sorted(folder.rglob("*")) == before


def test_a_part_that_somebody_may_still_be_writing_stays(folder):
    (part,) = folder.rglob(".new-*")
    unused(part, PART_LASTS / DAY - 0.01)
    assert tidied(folder, "--older", "0h") == 0
    assert [path for path in folder.rglob("*") if path.is_file()] == [part]


def test_what_this_program_did_not_write_stays_whatever_it_is_called(folder, tmp_path, capsys):
    shelf = next(path for path in folder.iterdir() if path.is_dir())
    mine = [
        folder / "monday.json",  # a situation that somebody took and named
        folder / ("0" * 64 + ".json"),  # named as one, and none
        folder / "notes.txt",
        folder / ".new-a1b2c3d4",  # on no shelf
        shelf / "figures.json",
        shelf / ("0" * 62 + ".json"),  # named as a replication, and none
        shelf / ("1" * 62 + ".json"),
        folder / "abc" / ("0" * 62 + ".json"),
    ]
    (folder / "abc").mkdir()
    write_situation(hamlet(), mine[0])
    for path in mine[1:5]:
        path.write_text("mine")
    mine[5].write_text(json.dumps({"sla": "good"}))
    mine[6].write_text("[1, 2]")
    mine[7].write_text(json.dumps({"sla": 1.0}))
    elsewhere = tmp_path / "elsewhere.json"
    elsewhere.write_text(json.dumps({"sla": 1.0}))
    link = shelf / ("2" * 62 + ".json")
    link.symlink_to(elsewhere)
    outside = tmp_path / "ab"
    outside.mkdir()
    kept = outside / ("3" * 62 + ".json")
    kept.write_text(json.dumps({"sla": 1.0}))
    (folder / "cd").symlink_to(outside, target_is_directory=True)
    for path in (*mine, link, elsewhere, kept):
        unused(path, 400)
    assert tidied(folder, "--older", "1d") == 0
    assert "10 other files left alone" in capsys.readouterr().out
    assert all(path.is_file() for path in (*mine, link, elsewhere, kept))
    assert [one.what for one in found_in(folder)] == [""] * 10


@pytest.mark.parametrize(("text", "seconds"), [("12h", 12 * 3600), ("30d", 30 * DAY), ("8w", 56 * DAY), ("0h", 0)])
def test_times_are_hours_days_or_weeks(text, seconds):
    assert span(text) == seconds


@pytest.mark.parametrize("text", ["", "d", "30", "-1d", "1.5d", "30 days", "3m", "999999d"])
def test_another_time_is_refused(text, tmp_path, capsys):
    with pytest.raises(SystemExit):
        tidied(tmp_path, f"--older={text}")
    assert "write hours, days or weeks: 12h, 30d, 8w" in capsys.readouterr().err


def test_a_folder_that_there_is_not_is_told(tmp_path, capsys):
    assert tidied(tmp_path / "nowhere") == 2
    assert "nowhere is no folder; name that of --keep" in capsys.readouterr().err
    assert main(["scenario", "tidy"]) == 2
    assert "name one FOLDER" in capsys.readouterr().err
