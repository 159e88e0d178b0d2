"""`fieldwright simulate`: the field force of the sample city, in a process of its own."""

from __future__ import annotations

import argparse
import sys

from dispatch.commands import limits
from dispatch.commands.base import CannotStart
from dispatch.commands.ending import asked_to_end
from dispatch.commands.opening import add_database, log_to_stderr, opened
from dispatch.commands.sample_region import ensure_region
from dispatch.regions.opening import close, provider_for
from dispatch.sample.force.field import FieldForce
from dispatch.sample.live import is_ready
from dispatch.sample.region import in_sample
from dispatch.store.clock import stored_clock


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    add_database(parser)
    parser.add_argument("--seed", type=limits.seed, default=1, metavar="N", help="of the sample's day (default 1)")
    parser.add_argument(
        "--every", type=limits.seconds, default=1.0, metavar="SECONDS", help="real time between two looks (default 1)"
    )
    parser.add_argument("--autopilot", action="store_true", help="approve every draft as it comes")


def run(options: argparse.Namespace) -> int:
    """Let technicians drive and customers ring until Ctrl-C or SIGTERM."""
    with opened(options) as (store, settings), asked_to_end() as ending:
        log_to_stderr(settings)
        if not is_ready(store):
            raise CannotStart(
                f"{store.url.render_as_string()} does not hold the sample; fill it with `fieldwright serve --sample`"
            )
        store.clock = stored_clock(store)
        if not ensure_region(settings.home, ending, osrm=settings.osrm_local):
            return 0
        travel = provider_for(in_sample(settings))
        sys.stdout.write("The sample's field force is out; Ctrl-C calls it back.\n")
        sys.stdout.flush()
        try:
            FieldForce(store, travel, options.seed, autopilot=options.autopilot).run(ending, options.every)
        finally:
            close(travel)
    return 0
