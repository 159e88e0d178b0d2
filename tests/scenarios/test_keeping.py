"""What was simulated once: kept, found again, and never mistaken for anything else."""

import json
import logging
from pathlib import Path

import pytest

from dispatch.cli import main
from scenarios import team
from scenarios.keeping import Kept, key_of
from scenarios.reading import scenario_of
from scenarios.replication import Alternative
from scenarios.running import Outcome, ground, run_scenario
from scenarios.scenario import Scenario
from scenarios.situation.situation import Situation
from tests.scenarios.small import small

TEXT = small(least=4, most=4)


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    return scenario_of(TEXT)


@pytest.fixture(scope="module")
def start(scenario: Scenario) -> Situation:
    return ground(scenario.situation)


@pytest.fixture(scope="module")
def known(scenario: Scenario) -> Outcome:
    """What comes of it without keeping anything."""
    return run_scenario(scenario)


@pytest.fixture
def simulated(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The numbers of the replications that are really simulated, in this process."""
    numbers: list[int] = []
    real = team.replicate

    def counted(alternative, horizon, seed, number):
        numbers.append(number)
        return real(alternative, horizon, seed, number)

    monkeypatch.setattr(team, "replicate", counted)
    return numbers


def kept_files(folder: Path) -> list[Path]:
    # Who is killed while it writes leaves a part behind, which nobody reads.
    return sorted(folder.rglob("*.json"))


def test_a_second_run_simulates_nothing_and_says_the_same(scenario, known, simulated, tmp_path):
    assert run_scenario(scenario, keep=tmp_path) == known
    assert run_scenario(scenario, keep=tmp_path) == known
    assert simulated == [0, 1, 2, 3]


def test_a_run_that_was_cut_off_goes_on_where_it_stood(scenario, known, simulated, tmp_path):
    def cut_off(done, _):
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_scenario(scenario, keep=tmp_path, on_progress=cut_off)
    assert run_scenario(scenario, keep=tmp_path) == known
    assert simulated == [0, 1, 2, 3]


def test_what_was_kept_by_several_processes_is_found_by_one(scenario, known, simulated, tmp_path):
    assert run_scenario(scenario, processes=2, keep=tmp_path) == known
    assert run_scenario(scenario, keep=tmp_path) == known
    assert simulated == []


@pytest.mark.parametrize("damage", [b"", b'{"sla": 0.', b'{"sla": "high"}', b"[1]", b"\xff\xfe"])
def test_what_cannot_be_read_is_simulated_again_and_said(scenario, known, simulated, tmp_path, caplog, damage):
    run_scenario(scenario, keep=tmp_path)
    kept_files(tmp_path)[1].write_bytes(damage)
    with caplog.at_level(logging.WARNING):
        assert run_scenario(scenario, keep=tmp_path) == known
    assert "simulated again" in caplog.text
    assert len(simulated) == 5
    assert all(isinstance(json.loads(path.read_text()), dict) for path in kept_files(tmp_path))


def test_whatever_a_replication_depends_on_is_in_its_key(scenario, start, monkeypatch):
    alternative = Alternative("as it is", start, scenario.dispatch)
    horizon = scenario.horizon
    first = key_of(alternative, horizon, 1, 0)
    assert key_of(Alternative("called otherwise", start, scenario.dispatch), horizon, 1, 0) == first
    other = ground(scenario.situation.model_copy(update={"seed": 2}))
    keys = {
        first,
        key_of(Alternative("as it is", other, scenario.dispatch), horizon, 1, 0),
        key_of(Alternative("as it is", start, scenario.dispatch.model_copy(update={"iterations": 7})), horizon, 1, 0),
        key_of(alternative, horizon.model_copy(update={"days": 3}), 1, 0),
        key_of(alternative, horizon, 2, 0),
        key_of(alternative, horizon, 1, 1),
    }
    monkeypatch.setattr("scenarios.keeping.program", lambda: "another release")
    keys.add(key_of(alternative, horizon, 1, 0))
    assert len(keys) == 7


def test_where_there_is_no_room_nothing_half_written_is_left(tmp_path, monkeypatch):
    kept = Kept(tmp_path)

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(json, "dump", full)
    with pytest.raises(OSError, match="No space"):
        kept.keep("ab" * 32, {"sla": 0.5})
    assert kept_files(tmp_path) == []
    assert kept.figures("ab" * 32) is None


def test_a_folder_that_cannot_be_made_is_refused_with_its_name(tmp_path, capsys):
    (tmp_path / "taken").write_text("")
    (tmp_path / "small.toml").write_text(TEXT)
    keep = str(tmp_path / "taken")
    assert main(["scenario", "run", str(tmp_path / "small.toml"), "--keep", keep]) == 2
    assert f"--keep {keep}: the folder cannot be made: file exists; name another one" in capsys.readouterr().err
