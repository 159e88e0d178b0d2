"""Making a region in a process of its own: its memory goes back to the system, and it can be ended at any moment.

The process leads a group to which the programs that it starts belong as well, and the group ends together. That whoever
asked for the region is gone, it hears by the end of its input.
"""

from __future__ import annotations

import contextlib
import json
import os
import queue
import signal
import subprocess
import sys
import tempfile
import threading
import traceback
from dataclasses import asdict
from typing import IO, Any

from dispatch.regions.order import Order, Step, Told
from dispatch.regions.region import Region, RegionRefused

LOW, NORMAL = 10, 0
"""How far the process stands back: whoever is served goes before a region that is being built, unless they wait for it.
"""
_LOOK_EVERY = 0.1
_LAST_WORDS = 2000


class Cancelled(Exception):  # noqa: N818  it was
    """Somebody wanted the build to end."""


def made_apart(order: Order, told: Told, cancel: threading.Event, lock: int, *, nice: int = LOW) -> Region:
    """Have a region made, and wait for it; ``lock`` is a descriptor that the process keeps open as long as it lives.

    Raises :class:`Cancelled` once ``cancel`` is set, and :class:`RegionRefused` for what keeps the region from being
    made; RuntimeError, with what the process said last, where that is a mistake of ours.
    """
    with tempfile.TemporaryFile() as noted:
        process = subprocess.Popen(
            [sys.executable, "-m", "dispatch.regions", str(nice)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=noted,
            start_new_session=True,
            pass_fds=(lock,),
        )
        try:
            answer = _heard(process, order, told, cancel)
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            for stream in (process.stdin, process.stdout):
                if stream is not None:
                    with contextlib.suppress(OSError):
                        stream.close()
        if answer is None:
            raise _died(process.returncode, noted)
    match answer:
        case {"made": made}:
            return Region.from_document(made, order.folder.parent)
        case {"refused": why}:
            raise RegionRefused(why)
    raise RuntimeError(f"building the region failed\n{answer['failed']}")


def _heard(
    process: subprocess.Popen[bytes], order: Order, told: Told, cancel: threading.Event
) -> dict[str, Any] | None:
    """The last answer of the process; None where it died without one."""
    assert process.stdin is not None
    assert process.stdout is not None
    lines: queue.SimpleQueue[bytes] = queue.SimpleQueue()

    def listen(stream: IO[bytes]) -> None:
        for line in stream:
            lines.put(line)
        lines.put(b"")

    listener = threading.Thread(target=listen, args=(process.stdout,), name="region", daemon=True)
    listener.start()
    with contextlib.suppress(BrokenPipeError):
        process.stdin.write(json.dumps(order.as_document()).encode() + b"\n")
        process.stdin.flush()
    while not cancel.is_set():
        try:
            line = lines.get(timeout=_LOOK_EVERY)
        except queue.Empty:
            continue
        if not line.endswith(b"\n"):
            return None
        said: dict[str, Any] = json.loads(line)
        if "part" not in said:
            return said
        told(Step(**said))
    raise Cancelled


def _died(status: int, noted: IO[bytes]) -> Exception:
    if status == -signal.SIGKILL:
        return RegionRefused(
            "The process that was building the region was killed, as the system does where memory runs out. Give it "
            "more memory, or take a smaller extract."
        )
    size = noted.seek(0, os.SEEK_END)
    noted.seek(max(0, size - _LAST_WORDS))
    said = noted.read().decode(errors="replace").strip()
    return RuntimeError(f"the process that was building the region ended with status {status}\n{said}")


def main() -> None:
    """The life of the process, ``python -m dispatch.regions NICENESS``: take an order from stdin, say how far it is on
    stdout, a JSON document on each line.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.nice(int(sys.argv[1]))
    with os.fdopen(os.dup(1), "w", encoding="utf-8") as out:
        os.dup2(2, 1)  # what libraries print is no answer
        order = Order.from_document(json.loads(sys.stdin.buffer.readline()))
        threading.Thread(target=_end_with_whoever_asked, name="watch", daemon=True).start()

        def say(document: dict[str, Any]) -> None:
            out.write(json.dumps(document) + "\n")
            out.flush()

        say(_outcome(order, lambda step: say(asdict(step))))


def _outcome(order: Order, told: Told) -> dict[str, Any]:
    from dispatch.regions.parts import make  # reads much that only this process needs

    try:
        return {"made": make(order, told).as_document()}
    except RegionRefused as refused:
        return {"refused": str(refused)}
    except Exception:
        return {"failed": traceback.format_exc()}


def _end_with_whoever_asked() -> None:
    while os.read(0, 1024):
        pass
    os.killpg(os.getpgid(0), signal.SIGKILL)
