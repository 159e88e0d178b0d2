"""Whoever is killed while building a region, at whatever moment, leaves a region that is whole and answers."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
import pytest

from dispatch import regions
from dispatch.geocoding.offline import OfflineGeocoder
from dispatch.regions import building
from dispatch.regions import home as lying
from dispatch.regions.region import RegionRefused
from dispatch.travel.embedded import EmbeddedRoads
from tests.dispatch.regions.towns import corner, made_here

TIMES = 6
PATIENCE = 120.0
"""Seconds after which something hangs."""


def adding(town: Path, home: Path) -> subprocess.Popen[bytes]:
    words = ["region", "add", str(town), "--name", "small-town", "--yes", "--data", str(home)]
    return subprocess.Popen(
        [sys.executable, "-m", "dispatch.cli", *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )


def ended(process: psutil.Process) -> bool:
    return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE


def test_killed_at_any_moment_a_whole_region_is_there_which_answers(town: Path, tmp_path: Path) -> None:
    home = tmp_path / "data"
    began = time.monotonic()
    process = adding(town, home)
    assert process.communicate()[1] and process.returncode == 0  # noqa: PT018  it says on stderr how far it is
    whole = time.monotonic() - began
    chance = random.Random(5)
    for number in range(TIMES):
        process = adding(town, home)
        moment = whole * (number + chance.random()) / TIMES
        try:
            process.wait(moment)
        except subprocess.TimeoutExpired:
            process.kill()
        process.communicate()
        (region,) = regions.listed(home)
        roads = EmbeddedRoads.open(region.roads_folder)
        assert roads.table([corner(0, 0)], [corner(3, 3)]).distances[0, 0] == pytest.approx(900, abs=3)
        assert OfflineGeocoder(region.places_file).geocode("Row 3 Street 4") is not None
        assert region.map_file is not None
        assert region.map_file.stat().st_size == region.parts["map"].bytes
        assert lying.unreadable(home) == {}
        _wait_for_the_lock(home)
    before = regions.get(home, "small-town").version
    last = regions.build(town, home, "small-town", make=made_here)
    there = sorted(path.name for path in (home / "regions" / "small-town").iterdir())
    assert there == sorted([before, last.version, "region.json"])


class Crash(BaseException):
    """The program is gone: nothing is tidied."""


class Steps:
    """Counts what is done on the disk to put a region in its place, and crashes before or behind one of the steps."""

    def __init__(self, patch: pytest.MonkeyPatch, at: int = -1, *, behind: bool = False) -> None:
        self.done, self.crashed = 0, False
        for where, name in ((lying.os, "fsync"), (Path, "rename"), (Path, "replace")):
            patch.setattr(where, name, self._watched(getattr(where, name), at, behind))
        sweep = building.sweep
        patch.setattr(building, "sweep", lambda *a, **k: None if self.crashed else sweep(*a, **k))

    def _watched(self, step: Callable[..., Any], at: int, behind: bool) -> Callable[..., Any]:
        def watched(*arguments: Any) -> Any:
            now, self.done = self.done, self.done + 1
            if now == at and not behind:
                self.crashed = True
                raise Crash
            answer = step(*arguments)
            if now == at:
                self.crashed = True
                raise Crash
            return answer

        return watched


def test_a_crash_between_any_two_steps_of_the_swap_leaves_the_old_region_or_the_new(town: Path, tmp_path: Path) -> None:
    old = regions.build(town, tmp_path, "small-town", wanted=(), make=made_here)
    with pytest.MonkeyPatch.context() as patch:
        steps = Steps(patch)
        new = regions.build(town, tmp_path, "small-town", wanted=(), make=made_here)
    assert steps.done > 10
    outcomes = []
    for at in range(steps.done):
        for behind in (False, True):
            before = new.version
            with pytest.MonkeyPatch.context() as patch:
                Steps(patch, at, behind=behind)
                with pytest.raises(Crash):
                    regions.build(town, tmp_path, "small-town", wanted=(), make=made_here)
            (new,) = regions.listed(tmp_path)
            outcomes.append(new.version != before)
            assert EmbeddedRoads.open(new.roads_folder).table([corner(0, 0)], [corner(3, 3)]).distances[0, 0] > 0
    assert outcomes == sorted(outcomes)  # from one step on it is the new one
    assert 0 < sum(outcomes) < len(outcomes)
    assert not old.folder.exists()


def test_what_builds_ends_with_whoever_asked_for_it(town: Path, tmp_path: Path) -> None:
    process = adding(town, tmp_path)
    assert process.stderr is not None
    process.stderr.readline()
    family = psutil.Process(process.pid).children(recursive=True)
    assert family
    process.kill()
    process.communicate()
    _, alive = psutil.wait_procs(family, timeout=PATIENCE)
    assert [one for one in alive if not ended(one)] == []
    assert regions.listed(tmp_path) == ()


def test_ctrl_c_ends_it_cleanly(town: Path, tmp_path: Path) -> None:
    process = adding(town, tmp_path)
    assert process.stderr is not None
    process.stderr.readline()
    process.send_signal(signal.SIGINT)
    said, _ = process.communicate(timeout=PATIENCE)
    assert process.returncode == 130
    assert b"Stopped; nothing was changed." in said
    assert list((tmp_path / "regions").iterdir()) == []


def _wait_for_the_lock(home: Path) -> None:
    """The process that was building notices within moments that nobody waits for it."""
    until = time.monotonic() + PATIENCE
    while True:
        try:
            with lying.alone(home):
                return
        except RegionRefused:
            assert time.monotonic() < until
