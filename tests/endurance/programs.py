"""The real programs as processes that can be killed: each is known by its process id and nothing else."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import IO

import httpx2 as httpx
import psutil

ROOT = Path(__file__).parents[2]


def free_port() -> int:
    """A port of the loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Program:
    """One program, started again and again with the same words; what it says goes to a file."""

    def __init__(self, name: str, words: Sequence[str], environment: dict[str, str], log: Path) -> None:
        self.name = name
        self._words = [sys.executable, *words]
        self._environment = {**os.environ, "PYTHONPATH": str(ROOT), **environment}
        self._environment.pop("PYTHONDONTWRITEBYTECODE", None)  # or each start would compile the whole program anew
        self._log = log
        self._file: IO[bytes] | None = None
        self._said_before = 0
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        """Of the process that runs now."""
        assert self._process is not None, f"{self.name} was not started"
        return self._process.pid

    def start(self) -> None:
        """Start it; it is there before it is ready."""
        self._file = self._log.open("ab")
        self._said_before = self._file.tell()
        self._process = subprocess.Popen(
            self._words, cwd=ROOT, env=self._environment, stdin=subprocess.DEVNULL, stdout=self._file, stderr=self._file
        )

    def kill(self) -> None:
        """SIGKILL, to this process and no other, and wait until it is gone. Its children end by themselves or stay."""
        assert self._process is not None
        self._process.send_signal(signal.SIGKILL)
        self._process.wait(timeout=30)
        self._close()

    def kill_child(self) -> bool:
        """SIGKILL to one of its children that computes, such as a solver; False where there is none."""
        children = [one for one in psutil.Process(self.pid).children(recursive=True) if _computes(one)]
        for child in sorted(children, key=lambda one: -one.cpu_times().user)[:1]:
            child.kill()
            return True
        return False

    def has_ended(self) -> bool:
        """Whether it ended without being asked to."""
        return self._process is not None and self._process.poll() is not None

    def stop(self) -> None:
        """Ask it to end, and insist after a while."""
        if self._process is None or self._process.poll() is not None:
            self._close()
            return
        left = psutil.Process(self.pid).children(recursive=True)
        self._process.terminate()
        try:
            self._process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait(timeout=30)
        psutil.wait_procs(left, timeout=10)
        self._close()

    def last_words(self, lines: int = 15) -> str:
        """The end of what it said."""
        said = self._log.read_text(errors="replace").splitlines() if self._log.exists() else []
        return "\n".join(said[-lines:])

    def wait_until_it_says(self, words: str, seconds: float = 180) -> None:
        """Until it says this, since it was last started. Raises :class:`RuntimeError` where it does not."""
        end = time.monotonic() + seconds
        while words.encode() not in self._log.read_bytes()[self._said_before :]:
            if self.has_ended() or time.monotonic() > end:
                raise RuntimeError(f"{self.name} does not say {words!r}:\n{self.last_words()}")
            time.sleep(0.05)

    def _close(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None


def _computes(process: psutil.Process) -> bool:
    try:
        words = " ".join(process.cmdline())
    except psutil.Error:
        return False
    return "spawn_main" in words  # the resource tracker of multiprocessing is a child as well


def wait_for(url: str, program: Program, seconds: float = 180) -> None:
    """Until something answers there. Raises :class:`RuntimeError` with the program's last words where nothing does."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if program.has_ended():
            break
        try:
            if httpx.get(url, timeout=5).status_code < 500:
                return
        except httpx.HTTPError:
            time.sleep(0.1)
    raise RuntimeError(f"{program.name} does not answer at {url}:\n{program.last_words()}")
