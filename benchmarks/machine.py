"""What was measured, and on what: everything that a reader needs to repeat a measurement."""

from __future__ import annotations

import hashlib
import os
import platform
import subprocess
import sys
import tomllib
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import metadata, util
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
"""The tree these benchmarks stand in; what is measured is the optimizer beside them."""


@dataclass(frozen=True, slots=True)
class Conditions:
    """The software and the machine. Empty where something cannot be known."""

    started: str
    version: str
    commit: str
    kernel: str
    python: str
    cpu: str
    cores: int
    load: float

    def sentence(self) -> str:
        """One line for people."""
        commit = f", commit {self.commit}" if self.commit else ""
        kernel = f", kernel {self.kernel}" if self.kernel else ""
        return (
            f"fieldwright {self.version}{commit}{kernel}; Python {self.python}; {self.cpu or 'unknown processor'},"
            f" {self.cores} cores, load {self.load:.2f}; {self.started}"
        )


def conditions() -> Conditions:
    """The conditions as they are now."""
    return Conditions(
        started=datetime.now(UTC).isoformat(timespec="seconds"),
        version=_version(),
        commit=_commit(),
        kernel=_kernel(),
        python=platform.python_version(),
        cpu=_cpu(),
        cores=os.cpu_count() or 1,
        load=load(),
    )


def load() -> float:
    """Processes that wanted to run in the last minute, on average; 0 where the system does not say."""
    return round(os.getloadavg()[0], 2) if hasattr(os, "getloadavg") else 0.0


def peak_mb() -> float:
    """The most memory this process has held so far, in megabytes (of 1,048,576 bytes).

    Linux is asked for the peak of the program itself: what ``getrusage`` says there may be inherited from the process
    that started it.
    """
    status = Path("/proc/self/status")
    if status.exists():
        for line in status.read_text(encoding="ascii", errors="replace").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) / 1024
    try:
        import resource
    except ImportError:
        return 0.0
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1024 * 1024 if sys.platform == "darwin" else 1024)


def children_peak_mb() -> float:
    """The most memory that any process started and waited for by this one has held, in megabytes; 0 without any."""
    try:
        import resource
    except ImportError:
        return 0.0
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    return peak / (1024 * 1024 if sys.platform == "darwin" else 1024)


def _version() -> str:
    project = ROOT / "pyproject.toml"
    if project.exists():
        return str(tomllib.loads(project.read_text(encoding="utf-8"))["project"]["version"])
    try:
        return metadata.version("fieldwright")
    except metadata.PackageNotFoundError:
        return "unknown"


def _commit() -> str:
    """The commit of the tree, with a ``+`` where files have been changed since."""

    def git(*words: str) -> str:
        # Without optional locks, looking changes nothing in the repository.
        command = ["git", "--no-optional-locks", *words]
        return subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True, timeout=20).stdout.strip()

    try:
        commit = git("rev-parse", "--short=12", "HEAD")
        changed = git("status", "--porcelain", "--untracked-files=no", "--", "optimizer")
    except (OSError, subprocess.SubprocessError):
        return ""
    return f"{commit}+" if changed else commit


def _kernel() -> str:
    """A fingerprint of the compiled kernel: it may be older or newer than the commit."""
    try:
        found = util.find_spec("optimizer._kernel")
    except ImportError:
        return ""
    if found is None or found.origin is None:
        return ""
    return hashlib.sha256(Path(found.origin).read_bytes()).hexdigest()[:12]


def _cpu() -> str:
    """The model of the processor."""
    info = Path("/proc/cpuinfo")
    if info.exists():
        for line in info.read_text(encoding="utf-8", errors="replace").splitlines():
            if line.startswith("model name"):
                return " ".join(line.split(":", 1)[1].split())
    return platform.processor() or platform.machine()
