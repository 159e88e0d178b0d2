"""`fieldwright worker`: what happens without anybody asking: reactions, timed jobs, and the search for plans."""

from __future__ import annotations

import argparse
import os
import sys

from dispatch.commands import limits
from dispatch.commands.ending import asked_to_end
from dispatch.commands.opening import add_database, log_to_stderr, opened, patiently, require_current
from dispatch.store.clock import stored_clock
from dispatch.worker import Worker

_NICE = 5
"""Who waits for an answer of the server goes before what happens by itself."""


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    add_database(parser)
    parser.add_argument(
        "--solver-threads", type=limits.threads, metavar="N", help="threads that share the search of a planning run"
    )


def run(options: argparse.Namespace) -> int:
    """Work until Ctrl-C or SIGTERM. Several may run; one of them leads. A database that is away is waited for."""
    os.nice(_NICE)
    with asked_to_end() as ending, opened(options, any_version=True) as (store, settings):
        log_to_stderr(settings)

        def look() -> None:
            require_current(store)
            store.clock = stored_clock(store)

        if not patiently(store, look, ending):
            return 0
        worker = Worker(store, settings)
        worker.start()
        try:
            sys.stdout.write(f"Working on {store.url.render_as_string()}; Ctrl-C stops.\n")
            sys.stdout.flush()
            ending.wait()
        finally:
            worker.stop()
    return 0
