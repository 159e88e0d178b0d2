"""A server of our own: it answers, comes back when it is killed, and ends when we end, however that happens."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from dispatch.travel import osrm_binaries
from dispatch.travel.breaker import Breaker
from dispatch.travel.osrm_binaries import NAME, OsrmMissing, OsrmRefused, find, prepare, prepared_version
from dispatch.travel.osrm_server import OsrmServer
from dispatch.travel.ports import EngineDown
from tests.dispatch.travel.osrm_protocol import program, way
from tests.dispatch.travel.waiting import until

HERE, THERE = (-29.9, -71.25), (-29.95, -71.26)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """What a server answers from."""
    folder = tmp_path / "osrm"
    folder.mkdir()
    (folder / "version").write_text("of-the-extract")
    return folder


@pytest.fixture
def routed(tmp_path: Path) -> Path:
    return program(tmp_path / "osrm-routed")


def _seconds() -> int:
    found = way(HERE, THERE)
    assert found is not None
    return round(found[0])


def _gone(pid: int) -> bool:
    """Whether there is no such process, or only what its parent has not yet looked at."""
    return not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE


def test_a_server_is_started_on_loopback_and_answers(folder: Path, routed: Path) -> None:
    with OsrmServer(folder, routed) as server:
        engine = server.engine()
        assert engine.table([HERE], [THERE]).durations.tolist() == [[_seconds()]]
        assert server.url.startswith("http://127.0.0.1:")
        pid = server.pid
        assert pid is not None
        listening = {one.laddr.ip for one in psutil.Process(pid).net_connections() if one.status == "LISTEN"}
        assert listening == {"127.0.0.1"}
        engine.close()
    assert _gone(pid)
    server.stop()


def test_the_engine_of_a_server_has_the_version_of_its_files(folder: Path, routed: Path) -> None:
    one, same = OsrmServer(folder, routed), OsrmServer(folder, routed)
    engines = [one.engine(), same.engine()]
    (folder / "version").write_text("newer")
    engines.append(OsrmServer(folder, routed).engine())
    assert engines[0].version == engines[1].version != engines[2].version
    for engine in engines:
        engine.close()


def test_a_server_that_is_killed_is_started_again_at_the_same_address(folder: Path, routed: Path) -> None:
    with OsrmServer(folder, routed, first_pause=0.05) as server:
        engine, url = server.engine(), server.url
        for _ in range(2):
            killed = server.pid
            assert killed is not None
            os.kill(killed, signal.SIGKILL)
            until(lambda killed=killed: server.pid not in (None, killed))
            until(lambda: _answers(engine.table))
        assert server.url == url
        assert server.starts == 3
        engine.close()


def _answers(table: Callable[..., object]) -> bool:
    try:
        table([HERE], [THERE])
    except EngineDown:
        return False
    return True


def test_a_server_that_hangs_is_ended_and_started_again(folder: Path, routed: Path) -> None:
    with OsrmServer(folder, routed, first_pause=0.05, look_every=0.05, look_seconds=0.2) as server:
        hanging = server.pid
        assert hanging is not None
        os.kill(hanging, signal.SIGSTOP)
        until(lambda: server.pid not in (None, hanging), seconds=60)
        assert _gone(hanging)


def test_a_breaker_before_it_comes_back_with_it(folder: Path, routed: Path) -> None:
    with OsrmServer(folder, routed, first_pause=0.05) as server:
        engine = server.engine()
        breaker = Breaker(engine, most_failures=1, rest=0.01)
        breaker.table([HERE], [THERE])
        assert server.pid is not None
        os.kill(server.pid, signal.SIGKILL)
        until(lambda: not _answers(breaker.table) or server.starts > 1)
        until(lambda: breaker.probe().state == "up" and _answers(breaker.table))
        engine.close()


def test_a_server_that_cannot_start_says_why_and_is_not_tried_for_ever(folder: Path, routed: Path) -> None:
    (folder / "broken").touch()
    server = OsrmServer(folder, routed)
    with pytest.raises(OsrmRefused, match=r"osrm-routed does not start: code 1 Missing/Broken File: .* near …"):
        server.start()
    assert server.starts == 1


def test_a_server_does_not_outlive_who_started_it(folder: Path, routed: Path) -> None:
    script = (
        "import sys; from pathlib import Path; from dispatch.travel.osrm_server import OsrmServer\n"
        f"server = OsrmServer(Path({str(folder)!r}), Path({str(routed)!r}))\n"
        "server.start(); print(server.pid, flush=True); sys.stdin.read()\n"
    )
    root = Path(__file__).resolve().parents[3]
    ours = subprocess.Popen(
        [sys.executable, "-c", script], cwd=root, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert ours.stdout is not None
    assert ours.stdin is not None
    pid = int(ours.stdout.readline())
    assert psutil.pid_exists(pid)
    ours.kill()
    ours.wait()
    until(lambda: _gone(pid))
    ours.stdout.close()
    ours.stdin.close()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends a process with its parent")
def test_a_server_does_not_outlive_its_guard(folder: Path, routed: Path) -> None:
    with OsrmServer(folder, routed, first_pause=0.05) as server:
        pid = server.pid
        assert pid is not None
        os.kill(psutil.Process(pid).ppid(), signal.SIGKILL)
        until(lambda: _gone(pid) and server.pid not in (None, pid))


# Programs and files ---------------------------------------------------------------------------------------------------

_STEP = """#!{python}
import sys, pathlib
name, arguments = pathlib.Path(sys.argv[0]).name, sys.argv[1:]
if arguments == ["--version"]:
    print("v26")
    sys.exit()
base = pathlib.Path(arguments[arguments.index("-o") + 1] if "-o" in arguments else arguments[-1])
if name == "{failing}":
    sys.stderr.write("[error] Input file is truncated at -29.912345\\n")
    sys.exit(3)
with base.with_name(base.name + ".made").open("a") as made:
    made.write(name + " " + " ".join(arguments[:2]) + "\\n")
"""


@pytest.fixture
def binaries(tmp_path: Path) -> Callable[..., Path]:
    """A folder with programs that only note that they were called."""

    def made(failing: str = "") -> Path:
        folder = tmp_path / "bin"
        (folder / "profiles").mkdir(parents=True, exist_ok=True)
        (folder / "profiles" / "car.lua").write_text("-- rules")
        for step in ("extract", "partition", "customize"):
            path = folder / f"osrm-{step}"
            path.write_text(_STEP.format(python=sys.executable, failing=failing))
            path.chmod(0o755)
        return folder

    return made


@pytest.fixture
def extract(tmp_path: Path) -> Path:
    path = tmp_path / "region.osm.pbf"
    path.write_bytes(b"roads")
    return path


def test_the_files_are_made_in_three_steps_and_put_in_place(
    binaries: Callable[..., Path], extract: Path, tmp_path: Path
) -> None:
    told: list[tuple[str, float]] = []
    folder = prepare(extract, tmp_path / "region" / "osrm", lambda *said: told.append(said), binaries=binaries())
    steps = (folder / f"{NAME}.made").read_text().splitlines()
    assert steps == [f"osrm-{step} -t 1" for step in ("extract", "partition", "customize")]
    assert [share for _, share in told] == [0.0, 0.75, 0.9, 1.0]
    assert [one.name for one in folder.parent.iterdir()] == ["osrm"]
    before = prepared_version(folder)
    extract.write_bytes(b"other roads")
    prepare(extract, folder, binaries=binaries())
    assert prepared_version(folder) != before


def test_no_folder_on_the_way_is_called_so_that_osrm_cuts_its_path(
    binaries: Callable[..., Path], extract: Path, tmp_path: Path
) -> None:
    """It takes what comes before the first ".osrm" of a path for the name of its files."""
    programs = binaries()
    noting = programs / "osrm-extract"
    noting.write_text(noting.read_text() + 'base.with_name("path").write_text(str(base))\n')
    folder = prepare(extract, tmp_path / "osrm", binaries=programs)
    assert (folder / "path").read_text().split(".osrm") == [
        str(Path((folder / "path").read_text()).with_suffix("")),
        "",
    ]


def test_where_a_step_fails_the_old_files_stay(binaries: Callable[..., Path], extract: Path, tmp_path: Path) -> None:
    folder = prepare(extract, tmp_path / "osrm", binaries=binaries())
    before = prepared_version(folder)
    extract.write_bytes(b"half of the roads")
    with pytest.raises(OsrmRefused, match=r"osrm-extract failed with code 3: \[error\] Input file is truncated at …"):
        prepare(extract, folder, binaries=binaries("osrm-extract"))
    assert prepared_version(folder) == before
    assert [one.name for one in tmp_path.iterdir() if "osrm" in one.name] == ["osrm"]


def test_an_extract_that_is_not_there_is_named(binaries: Callable[..., Path], tmp_path: Path) -> None:
    with pytest.raises(OsrmRefused, match=r"There is no extract .*nowhere\.osm\.pbf"):
        prepare(tmp_path / "nowhere.osm.pbf", tmp_path / "osrm", binaries=binaries())


def test_what_is_missing_is_said_with_how_to_get_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, folder: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv(osrm_binaries.BINARIES_VARIABLE, raising=False)
    monkeypatch.setattr(osrm_binaries.importlib.util, "find_spec", lambda _: None)
    with pytest.raises(OsrmMissing, match="pip install osrm-bindings"):
        find("osrm-routed")
    with pytest.raises(OsrmMissing, match=f"no osrm-routed in {tmp_path}"):
        find("osrm-routed", tmp_path)
    with pytest.raises(OsrmMissing, match="There are no files of OSRM in"):
        OsrmServer(tmp_path / "nothing")
    with pytest.raises(OsrmMissing, match="pip install osrm-bindings"):
        OsrmServer(folder)


def test_programs_are_found_where_the_setting_says_in_the_wheel_and_on_the_path(
    binaries: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = binaries()
    monkeypatch.setenv(osrm_binaries.BINARIES_VARIABLE, str(made))
    assert find("osrm-extract") == made / "osrm-extract"
    monkeypatch.delenv(osrm_binaries.BINARIES_VARIABLE)
    wheel = tmp_path / "site" / "osrm"
    (wheel / "bin").mkdir(parents=True)
    (wheel / "__init__.py").touch()
    (wheel / "bin" / "osrm-routed").touch()
    monkeypatch.syspath_prepend(str(tmp_path / "site"))
    monkeypatch.setenv("PATH", str(made))
    assert find("osrm-routed") == wheel / "bin" / "osrm-routed"
    assert find("osrm-extract") == made / "osrm-extract"


def test_a_profile_may_be_a_file_of_ones_own(binaries: Callable[..., Path], extract: Path, tmp_path: Path) -> None:
    own = tmp_path / "van.lua"
    own.write_text("-- slower")
    car = prepared_version(prepare(extract, tmp_path / "car", binaries=binaries()))
    van = prepared_version(prepare(extract, tmp_path / "van", profile=str(own), binaries=binaries()))
    assert car != van
    with pytest.raises(OsrmMissing, match=r"There is no profile .*lorry\.lua"):
        prepare(extract, tmp_path / "lorry", profile=str(tmp_path / "lorry.lua"), binaries=binaries())
    with pytest.raises(OsrmMissing, match=r"OSRM's profile boat\.lua is in none of"):
        prepare(extract, tmp_path / "boat", profile="boat", binaries=binaries())
