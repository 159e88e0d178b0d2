"""Where the programs of OSRM are, and making a server's files with them."""

from __future__ import annotations

import hashlib
import importlib.util
import os
import secrets
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from dispatch.travel.health import without_places
from dispatch.travel.ports import EngineError

GUARD = Path(__file__).with_name("guard.py")
BINARIES_VARIABLE = "FIELDWRIGHT_OSRM_BINARIES"
NAME = "region.osrm"
"""What a server's files begin with."""
VERSION_FILE = "version"
_STEPS = (("extract", 0.0), ("partition", 0.75), ("customize", 0.9))
"""The programs in their order, and the share of the time that has gone by when each begins."""
_LAST_WORDS = 400


class OsrmMissing(EngineError):  # noqa: N818  it is said to people as it is
    """A program of OSRM, or a file of it, is not on this machine; the message says how to get it."""


class OsrmRefused(EngineError):  # noqa: N818
    """A program of OSRM ended with a failure; the message says which, and its last words."""


Progress = Callable[[str, float], None]


def _silently(_doing: str, _share: float) -> None:
    """For callers who need not know how far it is."""


def find(program: str, folder: Path | None = None) -> Path:
    """Where ``osrm-routed`` or another of them is: in ``folder``, in the one that FIELDWRIGHT_OSRM_BINARIES names, in
    an installed wheel, or on the PATH. Raises :class:`OsrmMissing`.
    """
    named = os.environ.get(BINARIES_VARIABLE)
    if folder is None and named:
        folder = Path(named)
    if folder is not None:
        if (folder / program).is_file():
            return folder / program
        raise OsrmMissing(
            f"There is no {program} in {folder}; {BINARIES_VARIABLE} has to name the folder that holds it."
        )
    wheel = importlib.util.find_spec("osrm")
    for root in (wheel.submodule_search_locations or []) if wheel is not None else []:
        if (Path(root) / "bin" / program).is_file():
            return Path(root) / "bin" / program
    on_path = shutil.which(program)
    if on_path is not None:
        return Path(on_path)
    raise OsrmMissing(
        f"OSRM is not installed: there is no {program}. `pip install osrm-bindings` brings it (Python 3.12 or later; "
        f"this is {sys.version_info[0]}.{sys.version_info[1]}), so does a package of your system; where it is on "
        f"another path, {BINARIES_VARIABLE} names the folder."
    )


def find_profile(profile: str, binaries: Path | None = None) -> Path:
    """The rules for a way of travelling, such as ``car``. Raises :class:`OsrmMissing`."""
    if profile.endswith(".lua"):
        given = Path(profile)
        if given.is_file():
            return given
        raise OsrmMissing(f"There is no profile {given}.")
    program = find("osrm-extract", binaries).resolve()
    places = [
        program.parent / "profiles",  # a container's image
        program.parent.parent / "share" / "profiles",  # the wheel
        program.parent.parent / "share" / "osrm" / "profiles",  # a system's package
    ]
    for place in places:
        if (place / f"{profile}.lua").is_file():
            return place / f"{profile}.lua"
    looked = ", ".join(str(place) for place in places)
    raise OsrmMissing(f"OSRM's profile {profile}.lua is in none of {looked}; give the path of a .lua file.")


def prepare(
    extract: Path,
    folder: Path,
    progress: Progress = _silently,
    *,
    profile: str = "car",
    binaries: Path | None = None,
) -> Path:
    """Make the files that a server answers from, in ``folder``; what is there is replaced once all are made.

    Takes about ten seconds and 150 MB for a metropolitan region; one thread. Raises :class:`OsrmMissing` and
    :class:`OsrmRefused`; then the folder is as it was.
    """
    programs = {step: find(f"osrm-{step}", binaries) for step, _ in _STEPS}
    rules = find_profile(profile, binaries)
    if not extract.is_file():
        raise OsrmRefused(f"There is no extract {extract}.")
    version = _version(extract, rules, programs["extract"])
    folder.parent.mkdir(parents=True, exist_ok=True)
    # OSRM cuts the path of its files at the first ".osrm": no folder that we make may be called so.
    building = folder.with_name(f"building-{folder.name.replace('.osrm', '-osrm')}-{secrets.token_hex(4)}")
    building.mkdir()
    try:
        base = building / NAME
        options = {"extract": ["-p", str(rules), "--data_version", version, "-o", str(base), str(extract.resolve())]}
        for step, share in _STEPS:
            progress(f"OSRM: {step}", share)
            _run([str(programs[step]), "-t", "1", "--verbosity", "WARNING", *options.get(step, [str(base)])])
        (building / VERSION_FILE).write_text(version)
        _put_in_place(building, folder)
    finally:
        shutil.rmtree(building, ignore_errors=True)
    progress("OSRM: ready", 1.0)
    return folder


def prepared_version(folder: Path) -> str:
    """What a folder's files were made from. Raises :class:`OsrmMissing` where there are none."""
    try:
        return (folder / VERSION_FILE).read_text().strip()
    except OSError as error:
        raise OsrmMissing(f"There are no files of OSRM in {folder}: {error.strerror}.") from error


def guarded(command: Sequence[str]) -> list[str]:
    """The command, run so that it ends with this process."""
    return [sys.executable, "-I", "-S", str(GUARD), *command]


def _version(extract: Path, rules: Path, program: Path) -> str:
    digest = hashlib.sha256()
    with extract.open("rb") as file:
        for part in iter(lambda: file.read(1 << 20), b""):
            digest.update(part)
    digest.update(rules.read_bytes())
    said = subprocess.run([program, "--version"], capture_output=True, timeout=30, check=False)
    digest.update(said.stdout + said.stderr)
    return digest.hexdigest()[:16]


def _run(command: Sequence[str]) -> None:
    with tempfile.TemporaryFile() as told:
        process = subprocess.Popen(guarded(command), stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=told)
        assert process.stdin is not None
        try:
            code = process.wait()
        finally:
            process.stdin.close()  # the guard ends it where we were interrupted
            process.wait()
        if code:
            told.seek(0)
            words = without_places(told.read().decode(errors="replace")[-_LAST_WORDS:].strip())
            raise OsrmRefused(f"{Path(command[0]).name} failed with code {code}: {words or 'it said nothing more'}")


def _put_in_place(building: Path, folder: Path) -> None:
    old = folder.with_name(f".{folder.name}-old-{secrets.token_hex(4)}")
    if folder.exists():
        folder.rename(old)
    building.rename(folder)
    shutil.rmtree(old, ignore_errors=True)
