"""Processes that simulate: one that dies is replaced, and nothing of the result is lost."""

import os
import signal

import pytest

from dispatch.cli import main
from scenarios import team
from scenarios.running import run_scenario
from tests.scenarios.test_keeping import TEXT, kept_files, known, scenario

__all__ = ["known", "scenario"]


@pytest.fixture
def deadly(monkeypatch, tmp_path):
    """Let the process that begins a replication die, so many times; they are counted in files."""

    def times(most, number=2):
        real = team.replicate

        def dies(alternative, horizon, seed, which):
            deaths = len(list(tmp_path.glob("death-*")))
            if which == number and deaths < most:
                (tmp_path / f"death-{deaths}").touch()
                os.kill(os.getpid(), signal.SIGKILL)
            return real(alternative, horizon, seed, which)

        monkeypatch.setattr(team, "replicate", dies)

    return times


@pytest.mark.parametrize("number", [0, 2, 3])
def test_a_process_that_is_killed_is_replaced_and_the_result_is_the_same(scenario, known, deadly, tmp_path, number):
    deadly(2, number)
    assert run_scenario(scenario, processes=2, keep=tmp_path / "kept") == known
    assert len(list(tmp_path.glob("death-*"))) == 2
    assert len(kept_files(tmp_path / "kept")) == 4


def test_what_kills_every_process_ends_the_run_and_is_not_tried_forever(deadly, tmp_path, capsys):
    deadly(1000)
    (tmp_path / "small.toml").write_text(TEXT)
    assert main(["scenario", "run", str(tmp_path / "small.toml"), "--processes", "2"]) == 2
    assert "killed again and again; mostly there is too little memory" in capsys.readouterr().err
    assert team.MOST_DEATHS < len(list(tmp_path.glob("death-*"))) <= 2 * team.MOST_DEATHS + 2
