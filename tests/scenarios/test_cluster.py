"""Scenarios on a Dask cluster: the same bytes, whoever is killed, and nobody who runs something else may answer.

The scheduler and its workers are real processes on loopback, as `dask scheduler` and `dask worker` start them.
"""

import os
import signal
import subprocess
import sys
import threading
from dataclasses import replace
from pathlib import Path

import pytest
from distributed import Client, LocalCluster

from dispatch.cli import main
from scenarios import cluster, work
from scenarios.cluster import Cluster, running_here
from scenarios.reading import scenario_of
from scenarios.replaying.running import run_replay
from scenarios.replaying.telling import document
from scenarios.running import compare, run_scenario
from scenarios.scenario import Dispatching
from scenarios.simulation.agents.greedy import Nearest
from scenarios.simulation.recording import Recording, record_of
from scenarios.sweeping import run_sweep
from scenarios.telling import as_text
from tests.scenarios.situations import environment, hamlet
from tests.scenarios.test_keeping import TEXT, kept_files, known, scenario, simulated

__all__ = ["known", "scenario", "simulated"]

ROOT = Path(__file__).parents[2]
LEAVE = '[[changes]]\nkind = "leave"\ntechnicians = ["T01"]\n'


class Machines:
    """A scheduler and workers of it, each one process; all are ended by their ids."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._running: list[subprocess.Popen[str]] = []
        self.scheduler = self._start(
            "scheduler", "--port", "0", "--host", "127.0.0.1", "--dashboard-address", "127.0.0.1:0"
        )
        self.address = self._said(self.scheduler, "Scheduler at:").split()[-1]

    def work(self, name: str) -> subprocess.Popen[str]:
        """One more worker of one thread, which has joined."""
        more = ("--preload", str(ROOT / "tests/scenarios/dying.py"))
        options = ("--nthreads", "1", "--no-nanny", "--no-dashboard", "--host", "127.0.0.1", "--name", name)
        worker = self._start("worker", self.address, *options, "--local-directory", str(self.folder), *more)
        self._said(worker, "Registered to:")
        return worker

    def end(self, process: subprocess.Popen[str]) -> None:
        process.kill()
        process.wait()

    def close(self) -> None:
        for process in self._running:
            self.end(process)
            assert process.stderr is not None
            process.stderr.close()

    def _start(self, what: str, *words: str) -> subprocess.Popen[str]:
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "DYING_IN": str(self.folder), "PYTHONWARNINGS": ""}
        process = subprocess.Popen(
            [sys.executable, "-m", "dask", what, *words],
            stderr=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            text=True,
            cwd=ROOT,
            env=environment,
        )
        self._running.append(process)
        return process

    def _said(self, process: subprocess.Popen[str], words: str) -> str:
        """The line that says so; from then on what it says is read and forgotten, so that it can go on."""
        assert process.stderr is not None
        for line in process.stderr:
            if words in line:
                threading.Thread(target=process.stderr.read, daemon=True).start()
                return line.strip()
        raise AssertionError(f"ended without {words!r}")


@pytest.fixture
def machines(tmp_path):
    """A scheduler alone, to begin with."""
    (tmp_path / "machines").mkdir()
    made = Machines(tmp_path / "machines")
    yield made
    made.close()


@pytest.fixture(scope="module")
def beside():
    """A scheduler and a worker with two threads in this process: quick, and can be lied to."""
    with LocalCluster(
        n_workers=1, threads_per_worker=2, processes=False, dashboard_address="127.0.0.1:0", protocol="tcp"
    ) as one:
        yield one.scheduler_address


def test_one_setting_gives_the_same_bytes_and_a_killed_worker_loses_nothing(machines, tmp_path, capsys):
    path = tmp_path / "small.toml"
    path.write_text(TEXT + LEAVE)
    assert main(["scenario", "run", str(path), "--out", str(tmp_path / "here.json")]) == 0
    told = capsys.readouterr().out
    workers = {worker.pid: worker for worker in (machines.work(name) for name in ("one", "two"))}

    def killing():
        while not (begun := list(machines.folder.glob("begun-*"))):
            threading.Event().wait(0.01)
        os.kill(int(begun[0].name.removeprefix("begun-")), signal.SIGKILL)

    killer = threading.Thread(target=killing, daemon=True)
    killer.start()
    there = ["--on", machines.address, "--keep", str(tmp_path / "kept"), "--out", str(tmp_path / "there.json")]
    assert main(["scenario", "run", str(path), *there]) == 0
    assert capsys.readouterr().out == told
    assert (tmp_path / "there.json").read_bytes() == (tmp_path / "here.json").read_bytes()
    (killed,) = (int(one.name.removeprefix("begun-")) for one in machines.folder.glob("begun-*"))
    assert workers[killed].wait() == -signal.SIGKILL
    assert [worker.poll() for pid, worker in workers.items() if pid != killed] == [None]
    assert len(kept_files(tmp_path / "kept")) == 8  # two alternatives, four replications each: kept on this side


def test_workers_that_die_on_and_on_end_the_run(machines, tmp_path, capsys):
    machines.work("one")
    with Client(machines.address, set_as_default=False) as client:
        client.run_on_scheduler(lambda dask_scheduler: setattr(dask_scheduler, "allowed_failures", 0))
    (machines.folder / "always").touch()
    (tmp_path / "small.toml").write_text(TEXT)
    assert main(["scenario", "run", str(tmp_path / "small.toml"), "--on", machines.address]) == 2
    assert "workers were killed again and again at the same replication" in capsys.readouterr().err


def test_where_the_scheduler_is_gone_what_is_left_can_be_done_later(tmp_path, capsys, monkeypatch):
    alone = LocalCluster(n_workers=0, processes=False, dashboard_address="127.0.0.1:0", protocol="tcp")
    address, told = alone.scheduler_address, []

    def ending(words, *values):
        told.append(words % values)
        alone.close()

    monkeypatch.setattr(cluster, "_LOOKING", 0.2)
    monkeypatch.setattr(cluster.log, "warning", ending)
    (tmp_path / "small.toml").write_text(TEXT)
    keep = ["--keep", str(tmp_path / "kept")]
    assert main(["scenario", "run", str(tmp_path / "small.toml"), "--on", address, *keep]) == 2
    assert told == [f"{address}: no worker is there; what is left waits until one joins"]
    said = f"{address}: the scheduler is gone; start it again, and the same command goes on where it stood"
    assert said in capsys.readouterr().err


def test_sweeps_and_comparisons_run_there_too(beside, scenario):
    swept = scenario_of(TEXT + '[sweep]\nkind = "technicians"\nvalues = [3, 4]\n')
    assert run_sweep(swept, cluster=beside) == run_sweep(swept)
    pair = {"as it is": scenario, "one leaves": scenario_of(TEXT + LEAVE)}
    assert compare(pair, cluster=beside) == compare(pair)


def test_a_replay_runs_there_too_and_is_kept_here(beside, tmp_path, monkeypatch):
    recording = Recording(Nearest())
    made = environment(hamlet(technicians=3, jobs_per_day=12.0), recording, 1)
    made.run()
    situation = replace(made.situation, record=record_of(made, recording))
    told = [
        as_text(document(run_replay(situation, Dispatching(iterations=5), cluster=where, keep=keep)))
        for where, keep in ((None, None), (beside, tmp_path), (beside, None))
    ]
    assert told[0] == told[1] == told[2]
    assert len(kept_files(tmp_path)) == 6  # one for each stage
    monkeypatch.setattr(cluster, "_replicated", None)
    again = run_replay(situation, Dispatching(iterations=5), cluster=beside, keep=tmp_path)
    assert as_text(document(again)) == told[0]


def test_what_is_done_is_kept_when_somebody_stops_it(beside, scenario, known, simulated, tmp_path, capsys, monkeypatch):
    def stopped(done, _):
        if done == 2:
            raise KeyboardInterrupt

    monkeypatch.setattr("scenarios.command._progress", lambda: stopped)
    (tmp_path / "small.toml").write_text(TEXT)
    keep = tmp_path / "kept"
    words = ["scenario", "run", str(tmp_path / "small.toml"), "--keep", str(keep), "--on", beside]
    assert main(words) == 130
    assert f"what is done is kept in {keep}: the same command goes on from there" in capsys.readouterr().err
    there = len(kept_files(keep))
    assert there >= 2
    assert run_scenario(scenario, keep=keep) == known
    assert len(simulated) == 4 - there


def test_what_is_kept_already_is_not_sent(beside, scenario, known, tmp_path, monkeypatch):
    run_scenario(scenario, keep=tmp_path)
    monkeypatch.setattr(cluster, "_replicated", None)
    assert run_scenario(scenario, cluster=beside, keep=tmp_path) == known


@pytest.mark.parametrize(
    ("other", "late", "said"),
    [
        ("program", False, "runs another build of Fieldwright (0.0.0 there, "),
        ("program", True, "runs another build of Fieldwright (0.0.0 there, "),  # it joins after the others were asked
        ("NumPy", False, "runs another NumPy (0.0.0 there, "),
    ],
)
def test_a_worker_that_runs_something_else_is_refused(beside, tmp_path, capsys, monkeypatch, other, late, said):
    here = running_here()

    def running():
        mine = threading.current_thread() is threading.main_thread()
        return here if mine else {**here, other: "0.0.0"}

    monkeypatch.setattr(cluster, "running_here", running)
    if late:
        monkeypatch.setattr(Cluster, "_refuse_others", lambda _: None)
    (tmp_path / "small.toml").write_text(TEXT)
    assert main(["scenario", "run", str(tmp_path / "small.toml"), "--on", beside]) == 2
    told = capsys.readouterr().err
    assert f"{said}{here[other][:12]} here); install the same release and the same lock on both sides" in told


def test_what_goes_wrong_on_a_worker_is_said_here_as_it_was_there(beside, scenario, monkeypatch):
    def broken(*_):
        raise ValueError("this is our mistake")

    monkeypatch.setattr(work, "replicate", broken)
    with pytest.raises(RuntimeError, match=r"on a worker of tcp(?s:.)*ValueError: this is our mistake"):
        run_scenario(scenario, cluster=beside)


def test_an_address_where_nobody_answers_is_said(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(cluster, "_CONNECTING", 0.2)
    (tmp_path / "small.toml").write_text(TEXT)
    for address in ("tcp://127.0.0.1:9", "nonsense://x"):
        assert main(["scenario", "run", str(tmp_path / "small.toml"), "--on", address]) == 2
        told = capsys.readouterr().err
        assert f"{address}: no scheduler can be reached there" in told
        assert "start one with `dask scheduler`" in told


def test_the_extra_is_named_where_it_is_missing_and_the_setting_is_as_good_as_the_option(tmp_path, capsys, monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    monkeypatch.setenv("FIELDWRIGHT_SCENARIO_CLUSTER", "tcp://127.0.0.1:1")
    (tmp_path / "small.toml").write_text(TEXT)
    assert main(["scenario", "run", str(tmp_path / "small.toml")]) == 2
    told = capsys.readouterr().err
    assert "tcp://127.0.0.1:1: the package `distributed` is not installed" in told
    assert "pip install 'fieldwright[dask]'" in told
    assert main(["scenario", "run", str(tmp_path / "small.toml"), "--processes", "1"]) == 0
