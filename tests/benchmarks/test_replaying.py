"""The benchmark of replays: what it tells of a day that was replayed."""

from __future__ import annotations

import pytest

from benchmarks.replaying.__main__ import _tell
from scenarios.measuring.minutes import MINUTES
from scenarios.replaying.running import Replayed
from scenarios.replaying.stages import STAGES
from scenarios.scenario import Dispatching


def test_causes_add_up_to_what_lies_between_the_first_stage_and_the_last(capsys: pytest.CaptureFixture[str]) -> None:
    all_minutes = dict(zip(STAGES, (90, 85, 85, 70, 60, 45, 40), strict=True))
    figures = {
        stage: [{**dict.fromkeys(MINUTES, 1.0), "minutes": float(minutes), "jobs_per_day": 9.0}]
        for stage, minutes in all_minutes.items()
    }
    _tell(Replayed("sha256:0", [], figures, {}, Dispatching()))
    rows = [line.split("  ") for line in capsys.readouterr().out.splitlines()]
    causes = {row[0]: float(row[-1]) for row in rows if len([one for one in row if one]) == 2 and row[0] in STAGES}
    assert causes == {"recorded": 5, "published": 0, "by hand": 15, "policy": 10, "announced": 15, "foreseen": 5}
    assert any(row[0] == "hindsight" and row[-1].strip() == "9.0" for row in rows)
