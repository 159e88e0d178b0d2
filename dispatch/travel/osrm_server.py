"""An OSRM server of our own on loopback: started, watched, started again when it dies, and ended with us."""

from __future__ import annotations

import atexit
import logging
import socket
import subprocess
import threading
import time
from collections import deque
from pathlib import Path
from typing import IO

from dispatch.travel.health import without_places
from dispatch.travel.osrm import MOST_CELLS, OsrmEngine
from dispatch.travel.osrm_binaries import (
    NAME,
    OsrmMissing,
    OsrmRefused,
    find,
    guarded,
    prepare,
    prepared_version,
)
from dispatch.travel.over_http import Line, Question
from dispatch.travel.ports import EngineError

__all__ = ["OsrmMissing", "OsrmRefused", "OsrmServer", "prepare"]

START_SECONDS = 60.0
"""What a server has to read its files, before somebody looks at what is wrong."""
LOOK_EVERY = 10.0
_LONG_ENOUGH = 60.0
"""A server that ran so long failed by accident, and is started again at once."""
_HANGS_AFTER = 3
_WAKE = 0.2
_PORTS = 5
_LINES = 20

log = logging.getLogger(__name__)


class OsrmServer:
    """One server process, from :meth:`start` to :meth:`stop`. Its address stays the same when it is started again."""

    def __init__(
        self,
        folder: Path,
        binary: Path | None = None,
        *,
        threads: int = 1,
        first_pause: float = 0.5,
        longest_pause: float = 60.0,
        look_every: float = LOOK_EVERY,
        look_seconds: float = 2.0,
    ) -> None:
        """``folder`` is what :func:`prepare` made; ``binary`` is ``osrm-routed``, looked for where it is not given.

        A server that died is started again after ``first_pause`` seconds, then twice as many and so on. One that does
        not answer within ``look_seconds`` when it is looked at, three times in a row, is taken to hang. Raises
        :class:`OsrmMissing`.
        """
        self.version = prepared_version(folder)
        self._binary = binary if binary is not None else find("osrm-routed")
        self._base = folder / NAME
        self._threads = threads
        self._first_pause, self._longest_pause, self._look_every = first_pause, longest_pause, look_every
        self._look_seconds = look_seconds
        self._port = 0
        self._stopping = threading.Event()
        self._up = threading.Event()
        self._ended: EngineError | None = None
        self._watch: threading.Thread | None = None
        self.pid: int | None = None
        """The server's process id while it runs."""
        self.starts = 0
        """How often it was started."""

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self._port}"

    def engine(self) -> OsrmEngine:
        """An engine that asks this server. Its version is that of the files, whatever the port is today."""
        return OsrmEngine(self.url, data=self.version)

    def start(self) -> None:
        """Start it, and come back once it answers. Raises :class:`OsrmRefused` with its last words if it does not."""
        if self._watch is not None:
            return
        self._watch = threading.Thread(target=self._keep_running, name="osrm-server", daemon=True)
        self._watch.start()
        atexit.register(self.stop)
        self._up.wait(START_SECONDS)
        if self._ended is not None or not self._up.is_set():
            error = self._ended or OsrmRefused(f"{self._binary.name} does not answer within {START_SECONDS:.0f} s")
            self.stop()
            raise error

    def stop(self) -> None:
        """End it, and wait until it has ended. May be called again."""
        self._stopping.set()
        if self._watch is not None and self._watch is not threading.current_thread():
            self._watch.join()
        atexit.unregister(self.stop)

    def __enter__(self) -> OsrmServer:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    # In the watching thread ------------------------------------------------------------------------------------------

    def _keep_running(self) -> None:
        pause = self._first_pause
        while not self._stopping.is_set():
            began = time.monotonic()
            last_words = self._run_once()
            if self._stopping.is_set():
                return
            if not self._up.is_set():
                self._first_start_failed(last_words)
                if self._ended is not None:
                    return
                continue
            pause = self._first_pause if time.monotonic() - began >= _LONG_ENOUGH else pause
            log.warning("The OSRM server has ended (%s) and is started again in %.1f s.", last_words, pause)
            self._stopping.wait(pause)
            pause = min(pause * 2, self._longest_pause)

    def _first_start_failed(self, last_words: str) -> None:
        """Somebody else may have taken the port between finding and using it; anything else stays wrong."""
        if self.starts >= _PORTS or not _taken(self._port):
            self._ended = OsrmRefused(f"{self._binary.name} does not start: {last_words}")
            self._up.set()
        self._port = 0

    def _run_once(self) -> str:
        """From the start of a process to its end; its last words."""
        self._port = self._port or _free_port()
        self.starts += 1
        process = subprocess.Popen(
            guarded(self._command()), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stderr is not None
        words: deque[str] = deque(maxlen=_LINES)
        reader = threading.Thread(target=_read, args=(process.stderr, words), name="osrm-words", daemon=True)
        reader.start()
        try:
            first = process.stdout.readline().strip()
            self.pid = int(first) if first.isdigit() else None
            self._attend(process)
        finally:
            self.pid = None
            process.stdin.close()  # the guard sees it and ends the server
            code = process.wait()
            reader.join()
            process.stdout.close()
            process.stderr.close()
        return without_places(" ".join([f"code {code}", *words]))

    def _attend(self, process: subprocess.Popen[bytes]) -> None:
        """While it runs: until it answers, look often; then now and then, and end it if it does not answer any more."""
        line = Line("OSRM", self.url)
        question = Question("nearest road", "/nearest/v1/driving/0,0?generate_hints=false", self._look_seconds, 100_000)
        began, answered, failures, next_look = time.monotonic(), False, 0, 0.0
        try:
            while not self._stopping.wait(_WAKE if answered else _WAKE / 4) and process.poll() is None:
                if time.monotonic() < next_look:
                    continue
                try:
                    line.ask(question)
                except EngineError:
                    failures += answered
                    if failures >= _HANGS_AFTER or (not answered and time.monotonic() - began > START_SECONDS):
                        log.warning("The OSRM server does not answer, and is ended.")
                        return
                else:
                    self._note_answer(again=not answered and self._up.is_set())
                    answered, failures = True, 0
                next_look = time.monotonic() + (self._look_every if answered else 0)
        finally:
            line.close()

    def _note_answer(self, *, again: bool) -> None:
        if again:
            log.info("The OSRM server answers again.")
        self._up.set()

    def _command(self) -> list[str]:
        return [
            str(self._binary),
            *("--ip", "127.0.0.1", "--port", str(self._port), "--algorithm", "mld", "--threads", str(self._threads)),
            *("--max-table-size", str(int(MOST_CELLS**0.5)), "--verbosity", "WARNING"),  # more would tell places
            str(self._base),
        ]


def _read(stream: IO[bytes], words: deque[str]) -> None:
    for line in stream:
        words.append(line.decode(errors="replace").strip()[:300])


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _taken(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return True
    return False
