"""Whatever happens to a day, the published plan carried over holds, and what must not move does not."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dispatch.domain.visit_lifecycle import COMMITTED
from dispatch.planning.snapshot import Snapshot, snapshot_of
from dispatch.travel.provider import EstimatedTravel
from optimizer.check import check
from optimizer.solve import solve
from tests.dispatch.planning.lives import Life
from tests.dispatch.planning.published import people

TRAVEL = EstimatedTravel(30, 1.3)


def looked_at(life: Life) -> Snapshot:
    """The snapshot, once it has been found to keep its word."""
    facts = life.facts()
    taken = snapshot_of(facts, TRAVEL)
    assert check(taken.problem, taken.published) == []
    who = people(taken.published)
    for key in taken.held:
        assert who[key] == {stop.technician_id for stop in facts.published[key]}
    for key, work in facts.work.items():
        if work.visit.status in COMMITTED and facts.published.get(key):
            assert key in taken.held
    assert all(one.reasons for one in taken.published.unassigned if one.visit in facts.published)
    return taken


@settings(deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_after_whatever_happens_the_published_plan_carried_over_holds(data: st.DataObject) -> None:
    life = Life(data)
    happenings = sorted(name for name in dir(life) if name.startswith("do_"))
    weighted = [*happenings, "do_work", "do_work", "do_work", "do_wait", "do_wait", "publish", "publish", "publish"]
    life.publish(first := looked_at(life), solve(first.problem, iterations=20, start=first.published).plan)
    for what in data.draw(st.lists(st.sampled_from(weighted), max_size=12)):
        if what == "publish":
            taken = looked_at(life)
            found = solve(taken.problem, iterations=20, start=taken.published)
            assert check(taken.problem, found.plan) == []
            after = people(found.plan)
            before = people(taken.published)
            assert all(after[key] == before[key] for key in taken.held)
            life.publish(taken, found.plan)
        else:
            getattr(life, what)()
            looked_at(life)
