"""Gives the peers an environment of their own, on top of the one that this runs in, whose locked packages stay as they
are: ``python -m benchmarks.peers --install FOLDER``.

The packages are those of the extra ``peers`` in ``pyproject.toml``, each at the newest release that comes built for
this Python. What cannot be had is said, and does not keep the others from coming.
"""

from __future__ import annotations

import subprocess
import sys
import sysconfig
import tomllib
import venv
from pathlib import Path

from benchmarks.machine import ROOT

BELOW = "below.pth"
"""The file by which an environment finds the packages of the one that it stands on; its own come first."""


def requirements(project: Path = ROOT / "pyproject.toml") -> list[str]:
    """The requirements of the extra, as ``pyproject.toml`` has them."""
    found = tomllib.loads(project.read_text(encoding="utf-8"))["project"]["optional-dependencies"]["peers"]
    return [str(requirement) for requirement in found]


def install(folder: Path) -> list[str]:
    """Make the environment, anew where it exists. Answers the requirements that could not be installed, with why."""
    venv.create(folder, clear=True, with_pip=True)
    python = folder / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    failed = []
    for requirement in requirements():
        command = [str(python), "-m", "pip", "--disable-pip-version-check", "install", "--quiet", requirement]
        ended = subprocess.run([*command, "--only-binary", ":all:"], capture_output=True, text=True, check=False)
        if ended.returncode:
            said = [line for line in ended.stderr.splitlines() if line.startswith("ERROR")]
            failed.append(f"{requirement}: {said[-1] if said else f'pip ended with status {ended.returncode}'}")
    stand_on(folder, Path(sysconfig.get_paths()["purelib"]))
    return failed


def stand_on(folder: Path, packages: Path) -> None:
    """Let the environment in ``folder`` find what is installed in ``packages`` as well, editable projects included."""
    own = Path(sysconfig.get_path("purelib", vars={"base": str(folder), "platbase": str(folder)}))
    line = f"import site; site.addsitedir({str(packages)!r})\n"
    (own / BELOW).write_text(line, encoding="utf-8")
