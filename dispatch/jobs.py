"""What is done by the clock and not by anybody: the one table of timed jobs.

A job may run twice at once for a moment, when one worker loses the lead and another takes it, and it may be cut off
anywhere by a crash: each of these functions is safe to repeat. How often it runs is in seconds of real time; what is
due is decided by the operation's clock, which may run faster.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from threading import Event

from sqlalchemy import select

from dispatch.messaging.adapters import Adapter
from dispatch.messaging.handlers import Handler, run_handlers
from dispatch.messaging.notify import deliver
from dispatch.messaging.relay import latest_position, relay
from dispatch.messaging.retention import forget_the_old
from dispatch.messaging.wake import Wake
from dispatch.messaging.webhooks import Sender
from dispatch.planning import arrivals, booking, replan
from dispatch.planning.jeopardy import Watch
from dispatch.planning.publication import ask_due, dispatch_due
from dispatch.planning.run import request_run
from dispatch.services import engines, media_retention, observed_legs, positions, service_reports, sla
from dispatch.services.retention import purge_all
from dispatch.settings import Settings
from dispatch.store.engine import Store
from dispatch.store.tables import PlanningPolicy
from dispatch.travel.provider import TravelProvider

HORIZON = "horizon"
"""The reason of the runs that plan the day which has come into the horizon."""
NIGHTLY = "nightly"
"""The reason of the nightly runs."""


@dataclass(frozen=True, slots=True)
class JobContext:
    """What jobs need. ``over`` is set when the worker stops: what takes long ends at the next chance then."""

    store: Store
    settings: Settings
    travel: TravelProvider
    wake: Wake
    adapters: Mapping[str, Adapter]
    webhooks: Sender
    handlers: Sequence[Handler]
    jeopardy: Watch = field(default_factory=Watch)
    over: Event = field(default_factory=Event)


@dataclass(frozen=True, slots=True)
class Every:
    """Each so many seconds of real time; a run that takes longer is not joined by another."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Daily:
    """Once a day at a local time of the operation's clock, late rather than not at all."""

    at: Callable[[Settings], str]


@dataclass(frozen=True, slots=True)
class Woken:
    """In a thread of its own, as soon as something was recorded, and at the latest after so many seconds."""

    seconds: float


@dataclass(frozen=True, slots=True)
class TimedJob:
    """``run`` answers how much it did; 0 is not worth mentioning."""

    name: str
    when: Every | Daily | Woken
    run: Callable[[JobContext], int]


def relay_events(context: JobContext) -> int:
    """Give positions to what was recorded: whoever follows the events hears of it now, however long handlers take."""
    with context.store.reading() as uow:
        before = latest_position(uow.session)
    given = relay(context.store) - before
    if given:
        context.wake.signal()
    return given


def react_to_events(context: JobContext) -> int:
    """Let the handlers react to what has a position; what they record in turn is relayed meanwhile."""
    return run_handlers(context.store, context.handlers, context.over)


def send_notifications(context: JobContext) -> int:
    """Tell people what they are to be told."""
    return deliver(context.store, context.adapters)


def send_webhooks(context: JobContext) -> int:
    """Tell integrators' programs."""
    return context.webhooks.deliver(context.store)


def watch_promises(context: JobContext) -> int:
    """Warn of promises, find breached ones, climb the ladder: whenever one of their clocks is due."""
    store, watched = context.store, 0
    while not context.over.is_set():
        with store.reading() as uow:
            due = sla.next_watch(uow.session)
            if due is None or due > uow.now:
                break
        with store.unit_of_work() as uow:
            done = sla.watch(uow)
        if not done:
            break  # another worker is at it
        watched += done
    return watched


def watch_jeopardy(context: JobContext) -> int:
    """See who will be late on today's plan as it goes."""
    return context.jeopardy.tick(context.store, context.travel)


def expect_arrivals(context: JobContext) -> int:
    """See when who is on the way will be there, by where their phones are."""
    done = arrivals.refresh(context.store, context.travel, near=context.settings.geofence_metres)
    return done.told + done.proposed


def watch_engines(context: JobContext) -> int:
    """See how the travel engines fare, whether those that were down are back, and tell of what has changed."""
    health = context.travel.probe()
    with context.store.reading() as uow:
        if not engines.differ(uow, health):
            return 0
    with context.store.unit_of_work() as uow:
        return engines.keep(uow, health)


def replan_what_was_asked(context: JobContext) -> int:
    """Turn what asks for a new plan into a run, or into an answer at once."""
    return replan.tick(context.store, context.travel)


def dispatch_to_phones(context: JobContext) -> int:
    """Dispatch the published visits whose time has come near enough, and ask for those whose time is nearer still."""
    return dispatch_due(context.store) + ask_due(context.store)


def expire_holds(context: JobContext) -> int:
    """Give slots that were held for customers for long enough to others."""
    return booking.expire(context.store)


def roll_horizon(context: JobContext) -> int:
    """Plan the day that has come into the horizon."""
    return _request(context.store, HORIZON, "A new day has come into the horizon.", {})


def optimise_nightly(context: JobContext) -> int:
    """Search long for a better plan while nobody waits for it."""
    seconds = {"seconds": context.settings.nightly_seconds}
    return _request(context.store, NIGHTLY, "Each night a better plan is searched for longer.", seconds)


def _request(store: Store, reason: str, because: str, overrides: Mapping[str, float]) -> int:
    with store.unit_of_work() as uow:
        if uow.session.scalar(select(PlanningPolicy.id).limit(1)) is None:
            return 0  # nobody has said yet how to plan
        request_run(uow, reason=reason, because=because, overrides=overrides)
    return 1


def forget_positions(context: JobContext) -> int:
    """Forget where people were longer ago than the settings keep it, and where they are who are off duty."""
    return positions.forget_old(context.store, context.settings)


def retention(context: JobContext) -> int:
    """Remove what need not be kept."""
    return forget_the_old(context.store, context.settings) + purge_all(context.store, context.settings)


def learn_speeds(context: JobContext) -> int:
    """Learn from the legs that were driven how fast each slice of the week is."""
    return observed_legs.learn(context.store, context.travel, context.settings)


def make_reports(context: JobContext) -> int:
    """Make the service reports that are wanted, and send those that can be sent."""
    return service_reports.make_due(context.store, context.settings)


def forget_media(context: JobContext) -> int:
    """Forget pictures that never came or belong to nothing, and files that nobody refers to."""
    return media_retention.forget_pictures(context.store, context.settings)


JOBS: tuple[TimedJob, ...] = (
    TimedJob("relay", Woken(0.5), relay_events),
    TimedJob("handlers", Woken(0.5), react_to_events),
    TimedJob("promises", Every(1), watch_promises),
    TimedJob("arrivals", Every(5), expect_arrivals),
    TimedJob("jeopardy", Every(1), watch_jeopardy),
    TimedJob("re-planning", Every(1), replan_what_was_asked),
    TimedJob("travel engines", Every(5), watch_engines),
    TimedJob("dispatch", Every(5), dispatch_to_phones),
    TimedJob("holds", Every(2), expire_holds),
    TimedJob("horizon", Daily(lambda _: "00:05"), roll_horizon),
    TimedJob("nightly optimisation", Daily(lambda settings: settings.nightly_at), optimise_nightly),
    TimedJob("notifications", Every(1), send_notifications),
    TimedJob("webhooks", Every(1), send_webhooks),
    TimedJob("service reports", Every(2), make_reports),
    TimedJob("positions", Every(300), forget_positions),
    TimedJob("speeds of the hours", Daily(lambda _: "02:30"), learn_speeds),
    TimedJob("pictures", Daily(lambda _: "03:40"), forget_media),
    TimedJob("retention", Daily(lambda _: "04:10"), retention),
)
