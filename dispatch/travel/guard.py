"""Runs one command for as long as whoever started it lives: ``python guard.py COMMAND …``, with a pipe as its input.

It is a process between the program and a server of its own, so that a server never outlives the program, however that
ends: when the other end of the pipe is gone, the command is ended, gently and then not. The first line of output is
the command's process id. It knows nothing but the standard library, and is run as a file, to be there at once.
"""

from __future__ import annotations

import ctypes
import os
import select
import signal
import subprocess
import sys

_DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG of prctl(2)
_GRACE = 5.0
_LOOK_EVERY = 0.2


def main(command: list[str]) -> int:
    """Run it; its exit code, 128 and the signal where one ended it, as shells say it."""
    child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=sys.stderr, preexec_fn=_die_with_parent)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # who presses Ctrl-C ends the program, and that ends this
    sys.stdout.write(f"{child.pid}\n")
    sys.stdout.flush()
    while child.poll() is None:
        readable, _, _ = select.select([sys.stdin], [], [], _LOOK_EVERY)
        if readable and not os.read(sys.stdin.fileno(), 1024):
            _end(child)
    return child.returncode if child.returncode >= 0 else 128 - child.returncode


def _end(child: subprocess.Popen[bytes]) -> None:
    child.terminate()
    try:
        child.wait(_GRACE)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()


def _die_with_parent() -> None:
    """In the command's process, before it begins: should this guard be killed, Linux ends the command too."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_DIE_WITH_PARENT, signal.SIGKILL)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
