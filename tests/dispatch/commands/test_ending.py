"""Asking a program to end, at whatever moment."""

import subprocess
import sys

import pytest

WHILE_IT_BEGINS_TO_WAIT = """
import signal
from dispatch.commands.ending import asked_to_end

with asked_to_end() as ending:
    # Event.wait holds this lock for some instructions; a signal may come at any of them.
    with ending._cond:
        signal.raise_signal(signal.{by})
    print("asked" if ending.wait(30) else "not asked", flush=True)
    {then}
"""


def ended(by, then=""):
    words = WHILE_IT_BEGINS_TO_WAIT.format(by=by, then=then)
    return subprocess.run([sys.executable, "-c", words], capture_output=True, text=True, timeout=240)


@pytest.mark.parametrize("by", ["SIGINT", "SIGTERM"])
def test_who_asks_while_the_program_begins_to_wait_is_heard(by):
    done = ended(by)
    assert (done.returncode, done.stdout, done.stderr) == (0, "asked\n", "")


def test_who_asks_again_ends_it_at_once():
    done = ended("SIGINT", "signal.raise_signal(signal.SIGTERM); import time; time.sleep(200)")
    assert (done.returncode, done.stdout) == (130, "asked\n")
