"""Loaded into a Dask worker by its `--preload`, once or twice: a replication that is killed in the middle.

Environment: `DYING_IN` is a folder. The first one to begin replication 2 writes `begun-PID` there and waits for the
signal that ends it. With a file `always` in the folder, whoever begins a replication ends itself.
"""

import os
import signal
import threading
from pathlib import Path

from scenarios import work
from scenarios.replication import replicate

_FOLDER = Path(os.environ["DYING_IN"])


def _dying(alternative, horizon, seed, number):
    if (_FOLDER / "always").exists():
        os.kill(os.getpid(), signal.SIGKILL)
    if number == 2 and not list(_FOLDER.glob("begun-*")):
        (_FOLDER / f"begun-{os.getpid()}").touch()
        threading.Event().wait()
    return replicate(alternative, horizon, seed, number)


work.replicate = _dying
