"""Commands that run until they are asked to end, each in a process of its own."""

import re
import signal
import subprocess
import sys
from contextlib import contextmanager

LONG_ENOUGH = 240
"""Seconds. A machine that needs longer is not slow but stuck."""


@contextmanager
def running(folder, *words, until, by=signal.SIGINT, status=0):
    """A command that has said ``until``; what it has said by then. It is ended by a signal, cleanly."""
    with (folder / "noted").open("w") as noted:
        process = subprocess.Popen(
            [sys.executable, "-m", "dispatch.cli", *map(str, words)], stdout=subprocess.PIPE, stderr=noted, text=True
        )
    try:
        said = ""
        while not re.search(until, said):
            line = process.stdout.readline()
            assert line, f"it ended: {said}{(folder / 'noted').read_text()}"
            said += line
        yield said
    finally:
        process.send_signal(by)
        rest, _ = process.communicate(timeout=LONG_ENOUGH)
    assert process.returncode == status, (folder / "noted").read_text()
    assert "Traceback" not in (folder / "noted").read_text() + rest
