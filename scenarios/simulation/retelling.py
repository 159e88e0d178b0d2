"""The recorded days again, exactly: every step of the record, at its instant, on an operation like any simulated one.

Nobody decides and nothing is drawn. What the figures measure of it is what was; and because visits take the steps of
the live system's own life of a visit, a record that contradicts it is found.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from dispatch.domain.visit_lifecycle import FINAL, VisitAction
from scenarios.simulation.arrivals import ENDS, asking, job_of
from scenarios.simulation.operation import Operation, Placed, RestNow, ShiftNow, VisitNow
from scenarios.simulation.recorded import RecordedChance
from scenarios.simulation.streams import Streams
from scenarios.situation.record import Record, RecordedJob, RecordedVisit, Step
from scenarios.situation.situation import Situation

Happening = tuple[int, int, Callable[[], None]]
"""When, in which turn of those at one instant, and what."""
_OPENS, _BEGINS, _PUBLISHED, _STEPS, _ENDS = range(5)


def retold(situation: Situation) -> Operation:
    """How everything stood when the recorded days were over. Raises :class:`ValueError` for one without a record."""
    if situation.record is None:
        raise ValueError(f"{situation.name}: nothing was recorded")
    return _Retelling(situation, situation.record).run()


class _Retelling:
    def __init__(self, situation: Situation, record: Record) -> None:
        self.situation, self.record = situation, record
        chance = RecordedChance(situation, Streams(0), record)
        self.operation = Operation(situation, chance, record.start)

    def run(self) -> Operation:
        happenings = [*self._shifts(), *self._jobs(), *self._publications()]
        for at, _, happens in sorted(happenings, key=lambda one: one[:2]):
            # What was before the record begins had happened by then.
            self.operation.now = max(at, self.record.start)
            happens()
        self.operation.now = self.record.end
        return self.operation

    # -- shifts ----------------------------------------------------------------------------------------------------

    def _shifts(self) -> Iterator[Happening]:
        for one in self.record.shifts:
            person = self.situation.person(one.technician)
            rests = tuple(RestNow(r.id, r.earliest, r.latest, r.duration, r.taken_at) for r in one.rests)
            shift = ShiftNow(
                one.id, person, one.date, one.start, one.end, one.max_overtime, rests, person.home, one.ill_from
            )
            shift.known_ill = one.ill_from is not None
            self.operation.shifts[shift.id] = shift
            if one.began_at is not None:
                yield one.began_at, _BEGINS, self._begins(shift, one.began_at)
                # Who goes home ill says so once, and not that the shift is over.
                ended = one.ended_at if one.ended_at is not None else one.ill_from
                if ended is not None:
                    yield max(ended, one.began_at), _ENDS, self._ends(shift, max(ended, one.began_at))

    def _begins(self, shift: ShiftNow, at: int) -> Callable[[], None]:
        def begins() -> None:
            shift.began_at = at
            self.operation.running[shift.id] = shift

        return begins

    def _ends(self, shift: ShiftNow, at: int) -> Callable[[], None]:
        def ends() -> None:
            """The way home was told by nobody: it is taken as planned."""
            shift.ended_at = at
            self.operation.running.pop(shift.id, None)
            shift.driven += self.operation.drive(shift.at, shift.person.home)
            shift.metres += int(self.situation.metres[shift.at, shift.person.home])
            shift.at = shift.person.home

        return ends

    # -- visits ----------------------------------------------------------------------------------------------------

    def _jobs(self) -> Iterator[Happening]:
        for job in self.record.jobs:
            for one in job.visits:
                visit = VisitNow(asking(job_of(job), one), one.sequence, one.opened, part=one.part)
                yield one.opened, _OPENS, self._opens(visit)
                for step in one.steps:
                    yield max(step.at, one.opened), _STEPS, self._takes(visit, job, one, step)

    def _opens(self, visit: VisitNow) -> Callable[[], None]:
        def opens() -> None:
            self.operation.opens(visit)

        return opens

    def _takes(self, visit: VisitNow, job: RecordedJob, recorded: RecordedVisit, step: Step) -> Callable[[], None]:
        def takes() -> None:
            if step.action is VisitAction.EXTEND:
                visit.extended += step.seconds
                return
            visit.step(step.action, step.at, step.technician)
            _INSTANTS.get(step.action, _nothing)(visit, step.at)
            shift = self.operation.shifts.get(recorded.shift)
            if step.action is VisitAction.ARRIVE and shift is not None and visit.departed_at is not None:
                shift.driven += step.at - visit.departed_at
                shift.metres += int(self.situation.metres[shift.at, job.site])
                shift.at = job.site
            if visit.status in FINAL:
                visit.finished_at = step.at
                self.operation.open.pop(visit.id, None)
                if step.action in ENDS and shift is not None:
                    shift.done.append(visit.id)
                    shift.worked += 0 if visit.started_at is None else step.at - visit.started_at

        return takes

    # -- plans -----------------------------------------------------------------------------------------------------

    def _publications(self) -> Iterator[Happening]:
        for publication in self.record.publications:
            placed: dict[str, Placed] = {}
            counted: dict[str, int] = {}
            for one in publication.placings:
                position = counted[one.shift] = counted.get(one.shift, -1) + 1
                placed[one.visit] = Placed(one.technician, one.shift, position, one.arrival, one.start, one.end)
            yield publication.at, _PUBLISHED, self._publishes(placed)

    def _publishes(self, placed: dict[str, Placed]) -> Callable[[], None]:
        def publishes() -> None:
            self.operation.edition += 1
            for visit in self.operation.open.values():
                if visit.id in placed or visit.departed_at is None:
                    visit.placed = placed.get(visit.id)

        return publishes


def _nothing(_: VisitNow, __: int) -> None:
    """Other steps leave no instant of their own."""


def _named(name: str) -> Callable[[VisitNow, int], None]:
    return lambda visit, at: setattr(visit, name, at)


def _gone(visit: VisitNow, _: int) -> None:
    visit.dispatched_at = visit.accepted_at = None


def _turned_back(visit: VisitNow, _: int) -> None:
    visit.departed_at = None


_INSTANTS = {
    VisitAction.DISPATCH: _named("dispatched_at"),
    VisitAction.ACCEPT: _named("accepted_at"),
    VisitAction.DEPART: _named("departed_at"),
    VisitAction.ARRIVE: _named("arrived_at"),
    VisitAction.START: _named("started_at"),
    VisitAction.UNSCHEDULE: _gone,
    VisitAction.REASSIGN: _gone,
    VisitAction.RECALL: _gone,
    VisitAction.DECLINE: _gone,
    VisitAction.TURN_BACK: _turned_back,
}
"""What a step leaves on a visit."""
