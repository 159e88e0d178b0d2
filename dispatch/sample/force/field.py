"""The simulated field force at work: looks, decides, and does it through the services, in each person's own name."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable, Sequence
from threading import Event

from sqlalchemy import select

from dispatch.access.actors import actor_of
from dispatch.domain.clock import Clock, SystemClock
from dispatch.domain.errors import DispatchError, Unavailable
from dispatch.domain.roles import SYSTEM, Actor
from dispatch.domain.visit_lifecycle import VisitAction
from dispatch.planning import draft as drafts
from dispatch.planning.making_way import too_late
from dispatch.planning.publish import approve_in
from dispatch.regions.opening import network_of
from dispatch.sample import company
from dispatch.sample.city import EXTRACT, TIME_ZONE, drawn_day
from dispatch.sample.force.decide import (
    BeginShift,
    EndShift,
    FallIll,
    Report,
    Rest,
    Step,
    Tap,
    next_step,
)
from dispatch.sample.force.desk import Call, calls, take
from dispatch.sample.force.luck import NOISE, Luck
from dispatch.sample.force.paperwork import fill_in
from dispatch.sample.force.phones import with_phones
from dispatch.sample.force.sight import View, look
from dispatch.sample.force.ways import Ways
from dispatch.sample.intake import Directory, read_directory
from dispatch.sample.orders import Order, orders
from dispatch.services import people, positions, visits
from dispatch.store.engine import Store
from dispatch.store.refusals import LostUpdate
from dispatch.store.tables import PlanningRun, PlanRow, PlanStatus, ReplanRequest, RunStatus, User
from dispatch.store.unit_of_work import UnitOfWork
from dispatch.travel.ports import Fix
from dispatch.travel.provider import TravelProvider
from dispatch.travel.roads import RoadNetwork

_log = logging.getLogger(__name__)

_ROUNDS = 6
"""Somebody may do so many things at one tick: arrive, begin, ask for more time."""
_CALLS_AT_ONCE = 5
_PATIENCE = dt.timedelta(minutes=5)
"""So long a draft that comes too late for something critical waits while a better one is looked for."""
_EVENING = dt.time(18)
"""From then on what is wanted for tomorrow comes in."""
_SUNDAY = 7


class FieldForce:
    """Everybody who is out, and the customers who ring. May be stopped and started at any moment."""

    def __init__(
        self,
        store: Store,
        travel: TravelProvider,
        seed: int = 1,
        *,
        autopilot: bool = False,
        wall: Clock | None = None,
    ) -> None:
        """``seed`` is that of the day in the store. ``autopilot``: drafts are approved as they come. ``wall`` is the
        time of this machine, by which phones are used.
        """
        self._wall = wall or SystemClock()
        self._store, self._travel, self._seed, self._autopilot = store, travel, seed, autopilot
        self._luck = Luck(seed)
        self._ways = Ways(travel)
        self._network = network_of(travel)
        self._days: dict[dt.date, list[Order]] = {}
        self._stop = Event()

    def run(self, stop: Event, every: float = 1.0) -> None:
        """Tick every so many seconds of this machine's time until ``stop`` is set."""
        self._stop = stop
        while not stop.wait(every):
            try:
                self.tick()
            except (Unavailable, LostUpdate) as error:
                # The database is busy or away, or somebody was faster: things are looked at afresh at the next tick.
                _log.warning("the simulated field force tries again: %s", error)

    def tick(self) -> int:
        """Do everything whose time has come; how much that was."""
        done = self._answer_calls()
        for _ in range(_ROUNDS):
            steps = self._decide()
            taken = sum(self._take(view, step) for view, step in steps if not self._stop.is_set())
            done += taken
            if not taken:
                break
        return done + (self.approve() if self._autopilot and not self._stop.is_set() else 0)

    # -- technicians ---------------------------------------------------------------------------------------------------

    def _decide(self) -> list[tuple[View, Step]]:
        with self._store.reading() as uow:
            views, now = look(uow), uow.now
            real = with_phones(uow.session, self._wall.now())
        everybody = {view.technician.id: view for view in views}
        ways = self._ways
        mine = [view for view in views if view.technician.id not in real]
        steps = ((view, next_step(view, now, self._luck, ways.seconds, everybody, ways.way)) for view in mine)
        return [(view, step) for view, step in steps if step is not None]

    def _take(self, view: View, step: Step) -> bool:
        by_phone = isinstance(step, FallIll)
        actor = self._desk(company.MANAGER) if by_phone else self._technician(view)
        return self._try(actor, f"{view.technician.id} {type(step).__name__}", lambda uow: _do(uow, view, step))

    # -- the telephone -------------------------------------------------------------------------------------------------

    def _answer_calls(self) -> int:
        agent = self._desk(company.AGENT)
        with self._store.reading() as uow:
            waiting = list(calls(uow, self._orders(uow.now), self._luck))[:_CALLS_AT_ONCE]
            directory = read_directory(uow.session)
        taken = (
            self._try(agent, f"call {call.name}", self._taking(call, directory))
            for call in waiting
            if not self._stop.is_set()
        )
        return sum(taken)

    @staticmethod
    def _taking(call: Call, directory: Directory) -> Callable[[UnitOfWork], None]:
        return lambda uow: take(uow, call, directory, TIME_ZONE)

    def _orders(self, now: dt.datetime) -> Sequence[Order]:
        """What customers want today, and from the evening on also what they want on the next working day."""
        local = now.astimezone(TIME_ZONE)
        dates = [local.date()]
        if local.time() >= _EVENING:
            dates.append(local.date() + dt.timedelta(days=2 if local.isoweekday() == _SUNDAY - 1 else 1))
        return [order for date in dates if date.isoweekday() != _SUNDAY for order in self._day(date)]

    def _day(self, date: dt.date) -> list[Order]:
        if date not in self._days:
            if self._network is None:
                self._network = RoadNetwork.from_extract(EXTRACT)
            self._days[date] = orders(drawn_day(self._seed, date, self._network), self._seed)
        return self._days[date]

    # -- the dispatcher who sleeps -------------------------------------------------------------------------------------

    def approve(self) -> int:
        """Approve the newest draft that waits, if there is one worth approving; how many were."""
        with self._store.reading() as uow:
            waiting = select(PlanRow.id).where(PlanRow.status == PlanStatus.DRAFT)
            draft = uow.session.scalar(waiting.order_by(PlanRow.created_at.desc(), PlanRow.id.desc()).limit(1))
            if draft is None or _better_is_coming(uow, draft):
                return 0
        dispatcher = self._desk(company.DISPATCHER)
        return self._tried(f"approve {draft}", lambda: approve_in(self._store, dispatcher, draft, self._travel))

    # -- who does it ---------------------------------------------------------------------------------------------------

    def _try(self, actor: Actor, what: str, do: Callable[[UnitOfWork], object]) -> bool:
        """Do it in a transaction of its own; whether that went."""

        def whole() -> None:
            with self._store.unit_of_work(actor) as uow:
                do(uow)

        return self._tried(what, whole)

    def _tried(self, what: str, do: Callable[[], object]) -> bool:
        """A refusal is an answer: somebody was faster, and they look again."""
        try:
            do()
        except DispatchError as refusal:
            _log.info("refused to the simulated field force: %s: %s", what, refusal.detail)
            return False
        return True

    def _desk(self, employee: company.Employee) -> Actor:
        return self._actor(User.email == employee.email)

    def _technician(self, view: View) -> Actor:
        return self._actor(User.technician_id == view.technician.id)

    def _actor(self, condition: object) -> Actor:
        with self._store.reading() as uow:
            user = uow.session.scalars(select(User).where(condition)).first()  # type: ignore[arg-type]
        # A store that was filled otherwise may have no such user; then the program does it itself.
        return actor_of(user) if user is not None else SYSTEM


def _better_is_coming(uow: UnitOfWork, plan_id: str) -> bool:
    """Whether a draft comes too late for something critical, and planning looks for a better one just now."""
    draft = drafts.read_draft(uow, plan_id)
    if uow.now - draft.row.created_at > _PATIENCE or not too_late(draft):
        return False
    under_way = select(PlanningRun.id).where(PlanningRun.status.in_([RunStatus.QUEUED, RunStatus.RUNNING]))
    asked_for = select(ReplanRequest.id).where(ReplanRequest.run_id.is_(None))
    return any(uow.session.scalar(found.limit(1)) is not None for found in (under_way, asked_for))


def _do(uow: UnitOfWork, view: View, step: Step) -> None:
    technician = view.technician.id
    if isinstance(step, Tap):
        if step.action is VisitAction.ARRIVE:
            site = next((task.at for task in view.tasks if task.visit.id == step.visit), view.at)
            positions.report(uow, technician, [Fix(step.at.timestamp(), *site, speed=0.0, accuracy=NOISE)])
        if step.action is VisitAction.COMPLETE:
            fill_in(uow, step.visit, step.at)
        visits.act(uow, step.visit, step.action, at=step.at, reason=step.reason, seconds=step.seconds)
    elif isinstance(step, Report):
        _report(uow, technician, step)
    elif isinstance(step, BeginShift):
        began = people.begin_shift(uow, view.shift.id, at=step.at).began_at or step.at
        positions.report(uow, technician, [Fix(began.timestamp(), *view.at, speed=0.0, accuracy=NOISE)])
    elif isinstance(step, EndShift):
        people.end_shift(uow, view.shift.id, at=step.at)
    elif isinstance(step, Rest):
        people.take_break(uow, view.shift.id, step.break_id, at=step.at)
    elif isinstance(step, FallIll):
        people.record_absence(
            uow, technician, starts_at=step.at, ends_at=view.shift.ends_at + dt.timedelta(hours=4), reason="ill"
        )


def _report(uow: UnitOfWork, technician: str, step: Report) -> None:
    """What the phone says; and what only its owner knows, how long traffic will hold them up."""
    positions.report(uow, technician, step.fixes)
    if step.delay is not None:
        last = step.fixes[-1]
        positions.report_position(
            uow,
            technician,
            last.lat,
            last.lon,
            delay=step.delay,
            heading=last.heading,
            speed=last.speed,
            accuracy=last.accuracy,
        )
