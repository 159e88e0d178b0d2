"""The simulated day itself: jobs come in, technicians drive, work, rest and go home, and an agent hears of all of it.

Each technician's shift is one process of discrete events (SimPy). They go on as the simulated field force of the sample
does (:mod:`dispatch.sample.force.decide`): nobody sets out before the plan says so but for some minutes, a break is
taken when it is open unless the next visit would be late for it, and who could not be there before their longest
overtime gives the visit back. What happens is told to the agent as the live system's own events.

Simultaneous events happen in the order in which they were put into the queue, so that a seed gives one history.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

import simpy

from dispatch.domain.events import (
    AbsenceRecorded,
    Event,
    JeopardyChanged,
    JobReceived,
    ShiftChanged,
    VisitAdded,
    VisitExtended,
    VisitMoved,
    instant,
)
from dispatch.domain.visit_lifecycle import VisitAction
from dispatch.planning.jeopardy import GRACE, THRESHOLD
from dispatch.store.tables import Priority
from optimizer.domain import Plan
from scenarios.simulation.agents.base import Agent
from scenarios.simulation.arrivals import Arrivals, Asked, known, together
from scenarios.simulation.chance import VisitChance
from scenarios.simulation.demand import Job
from scenarios.simulation.meeting import Meetings, Steps
from scenarios.simulation.operation import Operation, RestNow, ShiftNow, VisitNow
from scenarios.simulation.recorded import chance_of, opens_at
from scenarios.simulation.standing import stand, usual_shift
from scenarios.simulation.streams import Streams
from scenarios.situation.record import RecordedShift
from scenarios.situation.situation import Person, Situation

SLACK = 180
"""Seconds by which somebody sets out earlier than the plan asks for."""
OVERRUN = 1.15
"""From so much longer a piece of work on, somebody asks for more time,"""
NOTICED = 0.8
"""after this share of the planned time,"""
ROUND = 300
"""in steps of so many seconds."""


class Environment:
    """One replication: a situation, an agent, and the days from ``first`` on. It is the :class:`~.agents.base.Desk`."""

    def __init__(self, situation: Situation, agent: Agent, streams: Streams, first: dt.date, days: int) -> None:
        self.situation, self.agent = situation, agent
        self.first, self.days = first, days
        self.seed = (streams.seed * 1_000_003 + streams.replication) % 2**31
        self.start = situation.instant(first, 0)
        self.until = situation.instant(first + dt.timedelta(days=days), 0)
        self.chance = chance_of(situation, streams)
        self.arrivals = Arrivals(situation, streams)
        self.operation = Operation(situation, self.chance, self.start)
        self._clock = simpy.Environment(initial_time=self.start)
        self._told: dict[str, simpy.Event] = {}
        self._meetings = Meetings(self._clock, self.operation)
        self._late: dict[str, int] = {}
        self.events = 0

    def run(self) -> Operation:
        """Let all of it happen; how everything stands in the end."""
        self.begin()
        self.advance(self.until)
        return self.operation

    def begin(self) -> None:
        """Let customers and technicians get ready, and the agent look at the days to come."""
        self._clock.process(self._customers())
        for date in self._dates():
            for person in self.situation.people:
                for planned in self._planned(person, date):
                    self._clock.process(self._shift(self._opened(person, planned)))
        for job in self.arrivals.standing(self.first):
            self._asks(job)
        stand(self.operation, self.situation.record)
        self.agent.begin(self)

    def advance(self, to: int) -> None:
        """Let everything happen that does before an instant (epoch seconds)."""
        self._clock.run(until=to)
        self.operation.now = to

    # -- the desk --------------------------------------------------------------------------------------------------

    @property
    def now(self) -> int:
        return int(self._clock.now)

    def publish(self, plan: Plan) -> None:
        self.operation.now = self.now
        self.operation.publish(plan)
        self._meetings.look()
        for shift in list(self.operation.running):
            self._tell(shift)

    def give(self, *crew: tuple[VisitNow, ShiftNow]) -> None:
        self.operation.now = self.now
        arrivals = [self.operation.there_at(shift, visit.job.site) for visit, shift in crew]
        for (visit, shift), arrival in zip(crew, arrivals, strict=True):
            self.operation.give(visit, shift, arrival, max(arrivals))
        for _, shift in crew:
            self._tell(shift.id)

    def wake(self, at: int, do: Callable[[], None]) -> None:
        def later() -> Steps:
            yield self._clock.timeout(max(0, at - self.now))
            self.operation.now = self.now
            do()

        self._clock.process(later())

    # -- customers -------------------------------------------------------------------------------------------------

    def _dates(self) -> Iterator[dt.date]:
        return (self.first + dt.timedelta(days=day) for day in range(self.days))

    def _customers(self) -> Steps:
        for date in self._dates():
            for job in self.arrivals.day(date):
                if known(job) > self.now:
                    yield self._clock.timeout(known(job) - self.now)
                self._received(job)

    def _received(self, job: Job) -> None:
        self._asks(job)
        territory, priority = job.territory, job.priority.value
        self._hear(JobReceived(job=job.id, number=job.id, priority=priority, customer="", territory=territory))

    def _asks(self, job: Job) -> None:
        """What the job asks for can be planned: at once, or as soon as it is known."""
        self.operation.now = self.now
        for parts in together(self.arrivals.visits(job)):
            wait = parts[0].wait
            if wait + job.received > self.now and wait:
                self._clock.process(self._opens(parts, wait + job.received - self.now))
            else:
                self._received_parts(parts)
        off = self.arrivals.called_off(job)
        if off is not None:
            self._clock.process(self._called_off(job, off))

    def _received_parts(self, parts: Sequence[Asked]) -> VisitNow:
        """All of a visit can be planned now; the first of its parts."""
        first, *_ = [self.operation.received(one.job, one.sequence, one.part) for one in parts]
        return first

    def _opens(self, parts: Sequence[Asked], wait: int) -> Steps:
        """The customer and the desk agree on another visit."""
        yield self._clock.timeout(wait)
        self.operation.now = self.now
        again = self._received_parts(parts)
        self._hear(VisitAdded(visit=again.id, job=again.job.id, territory=again.job.territory))

    def _called_off(self, job: Job, at: int) -> Steps:
        """The customer does not want it any more. Who is on the way already is not called back."""
        yield self._clock.timeout(max(0, at - self.now))
        self.operation.now = self.now
        for visit in self.operation.called_off(job.id):
            self._moved(visit, VisitAction.CANCEL)

    # -- technicians -----------------------------------------------------------------------------------------------

    def _planned(self, person: Person, date: dt.date) -> Iterator[RecordedShift]:
        """The shifts that somebody has on a day: as they were recorded, or those of the usual week."""
        record = self.situation.record
        if record is None or not record.covers(date):
            if date.weekday() in person.days:
                yield usual_shift(self.situation, person, date)
            return
        like = person.id.partition("+")[0]  # who was hired works as the one does that they are like
        for shift in record.shifts_of.get((like, date), ()):
            yield replace(shift, id=shift.id.replace(like, person.id, 1), technician=person.id)

    def _opened(self, person: Person, planned: RecordedShift) -> ShiftNow:
        """A shift as it is planned."""
        shift = ShiftNow(
            id=planned.id,
            person=person,
            date=planned.date,
            start=planned.start,
            end=planned.end,
            max_overtime=planned.max_overtime,
            rests=tuple(RestNow(one.id, one.earliest, one.latest, one.duration) for one in planned.rests),
            at=person.home,
        )
        ill_after = self.chance.shift(shift.id, person.id, shift.date).ill_after
        if ill_after is not None:
            shift.ill_from = shift.start + round(ill_after * (shift.end - shift.start))
            self._clock.process(self._falls_ill(shift))
        self.operation.shifts[shift.id] = shift
        return shift

    def _falls_ill(self, shift: ShiftNow) -> Steps:
        """Whoever falls ill says so at once, ends the visit that they are on, and goes home."""
        assert shift.ill_from is not None
        yield self._clock.timeout(max(0, shift.ill_from - self.now))
        if shift.ended_at is not None:
            return
        self.operation.now = self.now
        shift.known_ill = True
        self.operation.give_back(shift)
        self._meetings.look()
        begins, ends = (instant(dt.datetime.fromtimestamp(at, dt.UTC)) for at in (shift.ill_from, shift.last))
        self._hear(AbsenceRecorded(absence=shift.id, person=shift.person.id, start=begins, end=ends))
        self._tell(shift.id)

    def _shift(self, shift: ShiftNow) -> Steps:
        late = self.chance.shift(shift.id, shift.person.id, shift.date).late_start
        yield self._clock.timeout(max(0, shift.start + late - self.now))
        shift.began_at = shift.free_since = self.now
        self.operation.running[shift.id] = shift
        self._hear(ShiftChanged(shift=shift.id, person=shift.person.id, duty="began"))
        while not shift.known_ill:
            if not self.operation.route(shift.id):
                self.agent.free(self, shift)
            self.operation.now = self.now
            visit = self.operation.ahead(shift.id)
            rest = self._open_break(shift, visit)
            if rest is not None:
                yield from self._rest(shift, rest)
            elif visit is None and self.now >= shift.end:
                break
            elif visit is not None and self._leaves_at(shift, visit) <= self.now:
                yield from self._visit_or_decline(shift, visit)
            else:
                yield from self._wait(shift, visit)
        yield from self._go_home(shift)

    def _leaves_at(self, shift: ShiftNow, visit: VisitNow) -> int:
        assert visit.placed is not None
        return visit.placed.arrival - self.operation.drive(shift.at, visit.job.site) - SLACK

    def _wait(self, shift: ShiftNow, visit: VisitNow | None) -> Steps:
        """Until it is time to set out, a break opens, the shift ends, or somebody is told something new."""
        moments = [rest.earliest for rest in shift.rests if rest.taken_at is None and rest.earliest > self.now]
        moments.append(shift.end if visit is None else self._leaves_at(shift, visit))
        told = self._told.setdefault(shift.id, self._clock.event())
        yield self._clock.any_of([told, self._clock.timeout(max(1, min(moments) - self.now))])
        self._told.pop(shift.id, None)

    def _tell(self, shift: str) -> None:
        told = self._told.pop(shift, None)
        if told is not None:
            told.succeed()

    def _open_break(self, shift: ShiftNow, visit: VisitNow | None) -> RestNow | None:
        """The break to take now: one that is open, unless the next visit fits in before it closes and would be late."""
        for rest in shift.rests:
            if rest.taken_at is not None or rest.earliest > self.now:
                continue
            if visit is not None and visit.placed is not None:
                there = self.now + self.operation.drive(shift.at, visit.job.site)
                ends = max(there, visit.placed.start) + self.operation.service(shift.person, visit.job)
                if there + rest.duration > visit.placed.start + SLACK and ends <= rest.latest:
                    continue
            return rest
        return None

    def _rest(self, shift: ShiftNow, rest: RestNow) -> Steps:
        rest.taken_at = self.now
        shift.resting_until = self.now + rest.duration
        yield self._clock.timeout(rest.duration)
        shift.resting_until = None

    def _visit_or_decline(self, shift: ShiftNow, visit: VisitNow) -> Steps:
        """Go there, unless it would be too late in the day."""
        self.operation.now = self.now
        if self.now + self.operation.drive(shift.at, visit.job.site) > shift.last:
            self.operation.declined(visit, shift)
            self._meetings.look()
            self._moved(visit, VisitAction.DECLINE)
            if self.now >= shift.end:
                return
            yield self._clock.timeout(1)
            return
        yield from self._visit(shift, visit)

    def _visit(self, shift: ShiftNow, visit: VisitNow) -> Steps:
        self.operation.take(visit, shift)
        shift.free_since = None
        yield from self._drive(shift, visit.job.site, self.chance.visit(visit.id).travel_from(shift.at))
        visit.step(VisitAction.ARRIVE, self.now)
        visit.arrived_at = self.now
        if len(self.operation.crews.parts(visit.whole)) > 1:
            yield from self._meetings.wait(visit)
        speaker = self.operation.crews.speaker(visit)
        chance, worked_before = self.chance.visit(speaker.id), self.operation.worked_before(visit)
        action = self.chance.end_of(speaker.id, visit.job, worked_before=worked_before)
        if action is VisitAction.NO_SHOW:
            yield self._clock.timeout(chance.waiting)
        else:
            yield from self._work(shift, visit, chance)
        self._ended(shift, visit, action)

    def _drive(self, shift: ShiftNow, place: int, factor: float) -> Steps:
        planned = self.operation.drive(shift.at, place)
        seconds = round(planned * factor)
        if seconds:
            yield self._clock.timeout(seconds)
        shift.driven += seconds
        shift.metres += int(self.situation.metres[shift.at, place])
        shift.at = place

    def _work(self, shift: ShiftNow, visit: VisitNow, chance: VisitChance) -> Steps:
        waits = opens_at(visit.job.windows, self.now) - self.now + chance.settling
        if waits:
            yield self._clock.timeout(waits)
        visit.step(VisitAction.START, self.now)
        visit.started_at = began = self.now
        planned = self.operation.takes(visit)
        takes = max(1, round(planned * chance.work))
        if takes >= OVERRUN * planned and not self.situation.spread.memoryless:
            yield self._clock.timeout(round(NOTICED * planned))
            visit.extended = -(-(takes - planned) // ROUND) * ROUND
            if visit is self.operation.crews.speaker(visit):
                self._hear(VisitExtended(visit=visit.whole, job=visit.job.id, seconds=visit.extended))
        yield self._clock.timeout(began + takes - self.now)
        shift.worked += takes

    def _ended(self, shift: ShiftNow, visit: VisitNow, action: VisitAction) -> None:
        self.operation.now = self.now
        self.operation.ended(visit, shift, action)
        shift.free_since = self.now
        if visit is self.operation.crews.speaker(visit):
            ended = [Asked(one.job, one.sequence, one.part) for one in self.operation.crews.parts(visit.whole)]
            for parts in together(self.arrivals.again(ended, action)):
                self._clock.process(self._opens(parts, parts[0].wait))
            self._moved(visit, action)
        self._watch(shift)

    def _go_home(self, shift: ShiftNow) -> Steps:
        self.operation.now = self.now
        left = self.operation.give_back(shift)
        self._meetings.look()
        shift.free_since = None
        yield from self._drive(shift, shift.person.home, 1.0)
        self.operation.now = shift.ended_at = self.now
        del self.operation.running[shift.id]
        self._hear(ShiftChanged(shift=shift.id, person=shift.person.id, duty="ended" if left else "left"))

    # -- telling ---------------------------------------------------------------------------------------------------

    def _hear(self, event: Event) -> None:
        self.operation.now = self.now
        self.events += 1
        self.agent.hear(self, event)

    def _moved(self, visit: VisitNow, action: VisitAction) -> None:
        at = instant(dt.datetime.fromtimestamp(self.now, dt.UTC))
        about = {"visit": visit.id, "job": visit.job.id, "before": "", "after": visit.status.value}
        self._hear(VisitMoved(**about, action=action.value, at=at, asked=True, territory=visit.job.territory))

    def _watch(self, shift: ShiftNow) -> None:
        """Tell of critical visits on somebody's route that will be late as things stand: when it is seen first, and
        whenever it has become much worse.
        """
        at, clock = shift.at, self.now
        for name in self.operation.route(shift.id):
            visit = self.operation.visits[name]
            clock += self.operation.drive(at, visit.job.site)
            promise, at = visit.job.on_site, visit.job.site
            if visit.job.priority is Priority.CRITICAL and promise is not None:
                self._tell_late(visit, clock, clock - promise.at)
            clock += self.operation.service(shift.person, visit.job)

    def _tell_late(self, visit: VisitNow, expected: int, late: int) -> None:
        if late <= GRACE or late <= self._late.get(visit.id, -THRESHOLD) + THRESHOLD:
            return
        self._late[visit.id] = late
        at = instant(dt.datetime.fromtimestamp(expected, dt.UTC))
        self._hear(JeopardyChanged(visit=visit.id, job=visit.job.id, promise="on_site", late=late, expected=at))
