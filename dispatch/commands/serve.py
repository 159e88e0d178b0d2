"""`fieldwright serve`: the REST API, with the worker beside it; with --sample the sample city, planned and running."""

from __future__ import annotations

import argparse
import datetime as dt
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass

from dispatch.access.administrator import FIRST_EMAIL, ensure_administrator
from dispatch.access.passwords import generated_password, hashed
from dispatch.commands import limits
from dispatch.commands.base import CannotStart
from dispatch.commands.ending import asked_to_end
from dispatch.commands.feed import Feed
from dispatch.commands.feed_words import LANGUAGES, language_of
from dispatch.commands.opening import add_database, log_to_stderr, open_store, patiently, reaching, settings_for
from dispatch.commands.sample_region import ensure_region
from dispatch.commands.serving import Server, listening, refuse_an_open_door
from dispatch.console.app import create_app
from dispatch.domain.clock import Clock, FixedClock, SystemClock
from dispatch.messaging.stream import stream_of
from dispatch.regions.opening import close, provider_for
from dispatch.sample import company, live
from dispatch.sample.city import SAMPLE_DATE, TIME_ZONE
from dispatch.sample.force.field import FieldForce
from dispatch.sample.people import PEOPLE
from dispatch.sample.region import in_sample
from dispatch.settings import Settings
from dispatch.store.clock import continue_clock, set_clock, stored_clock
from dispatch.store.engine import Store
from dispatch.store.migrate import upgrade
from dispatch.travel.provider import TravelProvider
from dispatch.worker import Worker

SPEED = 10.0
"""How fast the sample's clock runs: a search of three seconds takes half a minute, and two minutes show the loop."""
_FASTEST = 600.0
_TECHNICIAN = PEOPLE[0].name
"""Whose phone newcomers are shown the way to; it is the same with all of them."""
_OF_THE_SAMPLE = ("--clock", "--speed", "--autopilot", "--quiet", "--language")


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    add_database(parser)
    parser.add_argument("--host", metavar="ADDRESS", help="where to listen (default FIELDWRIGHT_HOST, else 127.0.0.1)")
    parser.add_argument(
        "--port",
        type=limits.whole(0, 65535),
        metavar="N",
        help="default FIELDWRIGHT_PORT, else 8765; 0 takes a free one",
    )
    parser.add_argument("--no-worker", action="store_true", help="leave reactions and planning to `fieldwright worker`")
    parser.add_argument(
        "--solver-threads", type=limits.threads, metavar="N", help="threads that share the search of a planning run"
    )
    parser.add_argument(
        "--sample", action="store_true", help="fill an empty database with the sample city, and let its day go on"
    )
    parser.add_argument("--seed", type=limits.seed, default=1, metavar="N", help="of the sample's day (default 1)")
    parser.add_argument(
        "--clock",
        choices=("accelerated", "real"),
        help="of a new sample: a day that begins at once and runs faster (the default), or today as it goes",
    )
    parser.add_argument(
        "--speed", type=_speed, metavar="N", help=f"how fast an accelerated clock runs (default {SPEED:g})"
    )
    parser.add_argument("--autopilot", action="store_true", help="approve the sample's drafts as they come")
    parser.add_argument("--quiet", action="store_true", help="do not tell what happens in the sample")
    parser.add_argument(
        "--language", choices=LANGUAGES, help="in which that is told (default: what LANG asks for, else en)"
    )


def _speed(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = 0
    if not 0 < value <= _FASTEST:
        raise argparse.ArgumentTypeError(f"{text!r} is no speed above 0 and up to {_FASTEST:g}")
    return value


def run(options: argparse.Namespace) -> int:
    """Get everything ready, serve until Ctrl-C or SIGTERM, and stop what was begun."""
    settings = settings_for(options)
    if options.sample:
        settings = in_sample(settings)
    warning = refuse_an_open_door(settings)
    log_to_stderr(settings, told_otherwise=options.sample)
    _refuse_sample_options(options)
    with asked_to_end() as ending, ExitStack() as stack, listening(settings) as (door, address):
        store = open_store(settings)
        stack.callback(store.dispose)
        with reaching(store):
            _say(f"Bringing {store.url.render_as_string()} up to date")
            administrator = None

            def bring_up() -> None:
                nonlocal administrator
                upgrade(store)
                store.clock = _clock_at_first(store, options)
                administrator = ensure_administrator(store)

            if not patiently(store, bring_up, ending):
                return 0
            with suppress(live.CutShort):
                ready = _prepare(store, settings, options, administrator, ending, stack)
        if ending.is_set():
            _say("Stopped before everything was ready; what is missing is done by the next start")
            for line in _of_the_administrator(administrator):
                _say(line)
            return 0
        stack.callback(_say, "Stopped")
        told = options.sample and not options.quiet
        feed = Feed(store, TIME_ZONE, options.language or language_of()) if told else None

        def announce() -> None:
            if warning:
                _say(warning)
            _announce(address, store.clock, ready)
            if feed is not None:
                feed.start()

        worker = None if options.no_worker else Worker(store, settings, ready.travel)
        if worker is not None:
            stack.callback(worker.stop)
            worker.start()
        if options.sample:
            force = FieldForce(store, ready.travel, options.seed, autopilot=options.autopilot)
            stack.enter_context(_field_force(force))
        if feed is not None:
            stack.callback(feed.stop)
        app = create_app(store, settings, travel=ready.travel, worker=worker)
        Server(app, settings, ending, announce, stream_of(store).close).serve_until_asked_to_end(door)
        _say("Stopping")
    return 0


def _clock_at_first(store: Store, options: argparse.Namespace) -> Clock:
    """The clock until everything is ready: what a day that is yet to begin is filled with belongs to that day."""
    clock = stored_clock(store)
    if options.sample and options.clock != "real" and isinstance(clock, SystemClock) and not live.is_ready(store):
        return FixedClock(live.begins_at())
    return clock


@dataclass(frozen=True, slots=True)
class _Ready:
    """What a start has made ready: travel times, and the passwords that are shown, where they are new."""

    travel: TravelProvider
    administrator: str | None
    sample_password: str | None


def _prepare(
    store: Store,
    settings: Settings,
    options: argparse.Namespace,
    administrator: str | None,
    ending: threading.Event,
    stack: ExitStack,
) -> _Ready:
    """What must be there before anybody can be served, and takes a while. What :class:`live.CutShort` has left undone
    is done by the next start.
    """
    _go_on_unless(ending)
    if options.sample and not ensure_region(settings.home, ending, osrm=settings.osrm_local):
        raise live.CutShort
    travel = provider_for(settings)
    stack.callback(close, travel)
    _go_on_unless(ending)
    sample_password = _prepare_sample(store, settings, travel, options, ending) if options.sample else None
    store.clock = continue_clock(store, options.speed)
    return _Ready(travel, administrator, sample_password)


def _go_on_unless(ending: threading.Event) -> None:
    if ending.is_set():
        raise live.CutShort


def _refuse_sample_options(options: argparse.Namespace) -> None:
    given = {name: getattr(options, name[2:]) for name in _OF_THE_SAMPLE}
    alone = [name for name, value in given.items() if value]
    if alone and not options.sample:
        raise CannotStart(f"{alone[0]} is for the sample city; say --sample as well, or leave it out.")
    if options.clock == "real" and options.speed:
        raise CannotStart("--speed is for an accelerated clock; leave it out, or leave --clock real out.")


def _prepare_sample(
    store: Store, settings: Settings, travel: TravelProvider, options: argparse.Namespace, ending: threading.Event
) -> str:
    """Fill and plan the sample where that is not done; the password with which its people sign in from now on."""
    password = generated_password()
    kept = hashed(password)
    if live.is_ready(store):
        live.give_password(store, kept)
        return password
    date = _next_morning() if options.clock == "real" else SAMPLE_DATE
    _say(f"Filling it with the sample city, {date:%A %d %B %Y}")
    live.fill(store, options.seed, date, travel, password_hash=kept, told=lambda text: _say(f"  {text}"), ending=ending)
    live.give_password(store, kept)
    if options.clock != "real":
        set_clock(store, live.begins_at(date), options.speed or SPEED)
    _say("Planning the day")
    live.publish_first_plan(store, settings, travel, live.begins_at(date), ending=ending)
    return password


def _next_morning() -> dt.date:
    """Today while its work has not begun, otherwise tomorrow; not a Sunday."""
    now = dt.datetime.now(TIME_ZONE)
    date = now.date() if now < live.begins_at(now.date()) else now.date() + dt.timedelta(days=1)
    return date + dt.timedelta(days=1) if date.isoweekday() == 7 else date


@contextmanager
def _field_force(force: FieldForce) -> Iterator[None]:
    """The simulated field force, out in a thread of its own meanwhile."""
    home = threading.Event()
    thread = threading.Thread(target=force.run, args=(home,), name="field force")
    thread.start()
    try:
        yield
    finally:
        home.set()
        thread.join()


def _announce(address: str, clock: Clock, ready: _Ready) -> None:
    lines = [
        "",
        f"Fieldwright is at {address}",
        f"  the console is at {address}/console",
        f"  the API is described at {address}/docs",
    ]
    lines += _of_the_administrator(ready.administrator)
    if ready.sample_password is not None:
        now = clock.now().astimezone(TIME_ZONE)
        lines += [
            f"  sign in as {company.DISPATCHER.email} with {ready.sample_password}   (new at each start)",
            f"  the same password lets {', '.join(one.email for one in company.DESKS[1:])} in",
            f"  the phone of {_TECHNICIAN} is at {address}/field: sign in as {company.address_of(_TECHNICIAN)}",
            "  with the same password; what a technician with a phone does is up to you from then on",
            f"  it is {now:%H:%M} on {now:%A %d %B %Y} in La Serena{_pace(clock)}",
            "  what to do next: docs/tutorials/the-live-day.md",
        ]
    _say("\n".join([*lines, "  Ctrl-C stops it.", ""]))


def _of_the_administrator(password: str | None) -> list[str]:
    return [] if password is None else [f"  sign in as {FIRST_EMAIL} with {password}   (shown only this once)"]


def _pace(clock: Clock) -> str:
    factor = getattr(clock, "factor", 1)
    return f", and time runs {factor:g} times as fast" if factor != 1 else ""


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()
