"""Whatever an agent does and whenever: nothing happens twice, out of order, or to somebody who is not there."""

from itertools import pairwise

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from dispatch.domain.visit_lifecycle import COMMITTED, FINAL, VisitStatus
from optimizer.domain import Plan, Route, Stop
from scenarios.simulation.operation import SAID
from tests.scenarios.situations import environment, hamlet

MINUTE = 60


class Silent:
    """Decides nothing: the test does."""

    def __init__(self):
        self.heard = []

    def begin(self, desk):
        pass

    def hear(self, desk, event):
        self.heard.append((desk.now, event))

    def free(self, desk, shift):
        pass


class AnyDay(RuleBasedStateMachine):
    """A day in a hamlet, where some work is for two, on which anybody may be sent anywhere at any time."""

    @initialize(seed=st.integers(0, 50))
    def begin(self, seed):
        self.agent = Silent()
        self.day = environment(hamlet(seed=seed, jobs_per_day=30.0, crews=0.3), self.agent, 2, seed=seed)
        self.day.begin()
        self.day.advance(self.day.start + 7 * 3600)
        self.final = {}

    @rule(minutes=st.integers(1, 240))
    def time_goes_by(self, minutes):
        if self.day.now + minutes * MINUTE < self.day.until:
            self.day.advance(self.day.now + minutes * MINUTE)

    @rule(data=st.data())
    def somebody_publishes_any_plan(self, data):
        operation, now = self.day.operation, self.day.now
        loose = [visit.id for visit in operation.open.values() if visit.status not in COMMITTED]
        shifts = sorted(operation.shifts)
        routes = {shift: [] for shift in shifts}
        for visit in data.draw(st.permutations(loose)):
            shift = data.draw(st.sampled_from([None, *shifts]))
            if shift is not None:
                at = now + data.draw(st.integers(-30, 300)) * MINUTE
                routes[shift].append(Stop(visit, 0, at, at, at + 20 * MINUTE))
        made = (Route(shift.partition("/")[0], shift, tuple(stops)) for shift, stops in routes.items() if stops)
        self.day.publish(Plan(tuple(made)))

    @precondition(lambda self: any(True for _ in self.day.operation.waiting()))
    @rule(data=st.data())
    def somebody_free_is_sent_at_once(self, data):
        operation = self.day.operation
        free = [
            shift
            for shift in operation.running.values()
            if shift.on_duty(self.day.now) and shift.free_since is not None and not operation.route(shift.id)
        ]
        parts = data.draw(st.sampled_from(sorted(operation.waiting(), key=lambda parts: parts[0].id)))
        if len(free) >= len(parts):
            self.day.give(*zip(parts, data.draw(st.permutations(free)), strict=False))

    @invariant()
    def nothing_contradicts_itself(self):
        assert self.day.operation.broken() == []

    @invariant()
    def time_only_goes_forward(self):
        told = [at for at, _ in self.agent.heard]
        assert told == sorted(told)
        assert all(at <= self.day.now for at in told)

    @invariant()
    def what_is_over_stays_as_it_was(self):
        for visit in self.day.operation.visits.values():
            if visit.status in FINAL:
                now = (visit.status, visit.arrived_at, visit.started_at, visit.finished_at)
                assert self.final.setdefault(visit.id, now) == now

    @invariant()
    def nobody_is_at_two_places_at_once(self):
        taken = {}
        for visit in self.day.operation.visits.values():
            if visit.status in FINAL | COMMITTED and visit.placed is not None:
                end = visit.finished_at or self.day.now
                taken.setdefault(visit.placed.shift, []).append((visit.departed_at, end))
        for times in taken.values():
            times.sort()
            assert all(before[1] <= after[0] for before, after in pairwise(times))

    @invariant()
    def nobody_is_sent_before_the_shift_begins(self):
        for visit in self.day.operation.visits.values():
            if visit.departed_at is not None and visit.placed is not None:
                shift = self.day.operation.shifts[visit.placed.shift]
                assert shift.began_at is not None
                assert visit.departed_at >= shift.began_at
                assert visit.departed_at >= visit.opened

    @invariant()
    def who_works_together_has_come_and_nobody_of_them_is_left_behind(self):
        for visit in self.day.operation.visits.values():
            parts = self.day.operation.crews.parts(visit.whole)
            crew = [one for one in parts if one.status is not VisitStatus.CANCELLED]
            if visit.started_at is not None and len(parts) > 1:
                assert visit.started_at >= max(one.arrived_at for one in crew)
                assert {one.started_at for one in crew} == {visit.started_at}

    @invariant()
    def nobody_is_forgotten(self):
        for visit in self.day.operation.open.values():
            if visit.status in SAID:
                assert visit.placed is not None


AnyDay.TestCase.settings = settings(max_examples=40, stateful_step_count=25)
TestAnyDay = AnyDay.TestCase
