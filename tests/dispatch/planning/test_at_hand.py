"""Who could be with an emergency: exactly priced, with what they leave and whom it delays; nothing is written."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from sqlalchemy import func, select

from dispatch.domain.errors import Forbidden, Invalid, NotFound
from dispatch.domain.roles import Role
from dispatch.domain.visit_lifecycle import VisitStatus
from dispatch.planning.at_hand import AtHand, at_hand
from dispatch.planning.imagined import Asked
from dispatch.planning.trial_store import Grounds
from dispatch.store.engine import Store
from dispatch.store.tables import Assignment, Job, OutboxEntry, Position, Priority, Visit
from dispatch.travel.provider import EstimatedTravel
from tests.dispatch.services.acting import assign, bring, somebody
from tests.dispatch.world import HERE, World

TRAVEL = EstimatedTravel(30, 1.3)
NEAR, FAR = (HERE[0] + 0.01, HERE[1]), (HERE[0] + 0.1, HERE[1])


def look(store: Store, who: Any = None, **asked: Any) -> AtHand:
    """Look as a dispatcher (or ``who``); what is kept ready answers the same as what is made for the question."""
    days, grounds = asked.pop("days", 0), asked.pop("grounds", None) or Grounds()
    with store.reading(who or somebody(Role.DISPATCHER)) as uow:
        found = at_hand(uow, TRAVEL, Asked(**asked), days=days)
        assert at_hand(uow, TRAVEL, Asked(**asked), days=days, grounds=grounds) == found
        return found


@pytest.fixture
def gas(world: World) -> str:
    """A kind of work that asks for gas, and a planning policy."""
    world.planning_policy()
    return world.job_type("Gas leak", skills={"gas": 2}, priority=Priority.CRITICAL)


def test_who_is_nearer_arrives_first_and_who_lacks_the_skill_is_only_counted(
    store: Store, world: World, gas: str
) -> None:
    near = world.technician("Near", skills={"gas": 2}, at=NEAR, phone="+56 51 234 5678")
    far = world.technician("Far", skills={"gas": 3}, at=FAR)
    for one in (near, far, world.technician("Other"), world.technician("Learning", skills={"gas": 1})):
        world.shift(one)
    with store.unit_of_work() as uow:
        seen_at = uow.now - dt.timedelta(minutes=2)
        uow.session.add(Position(technician_id=near, at=seen_at, lat=NEAR[0], lon=NEAR[1]))
    found = look(store, job_type_id=gas, site_id=world.site())
    assert [one.technician for one in found.candidates] == [near, far]
    first, second = found.candidates
    assert (first.best, second.best, first.leaves, first.before) == (True, False, None, 0)
    # A hundredth of a degree is 1.11 km; 1.3 times as far by road at 30 km/h takes 173 s.
    assert first.travel_seconds == pytest.approx(173, abs=3)
    assert first.arrival == found.now + dt.timedelta(seconds=first.travel_seconds)
    assert (first.seen_at, second.seen_at) == (seen_at, None)
    assert second.travel_metres > 9 * first.travel_metres
    assert (found.without_skill, found.unable, found.priority) == (2, 0, Priority.CRITICAL)


def test_it_says_what_they_finish_first_and_whose_promise_would_be_missed(store: Store, world: World, gas: str) -> None:
    ana = world.technician("Ana", skills={"gas": 2})
    shift = world.shift(ana, hours=4)
    world.sla_policy(calendar=world.calendar(hours=ALWAYS), on_site_within=5400, resolve_within=None)
    _, under_way = world.job(number="T-first")
    assign(world, under_way, ana)
    _, later = world.job(number="T-later")
    assign(world, later, ana)
    _stand_on(store, shift, {under_way: 0, later: 1})
    bring(store, under_way, VisitStatus.WORKING)
    found = look(store, job_type_id=gas, site_id=world.site(at=NEAR))
    (one,) = found.candidates
    assert (one.leaves, one.leaves_number, one.before) == (under_way, "T-first", 1)
    assert one.start >= found.now + dt.timedelta(minutes=59), "they finish what they are at"
    assert [(other.visit, other.number, other.technician) for other in one.delayed] == [(later, "T-later", ana)]
    assert one.delayed[0].seconds >= 3600
    assert one.on_site_kept is True
    assert found.promises["on_site"] == found.now + dt.timedelta(seconds=5400)


def test_seniors_whom_the_policy_asks_for_are_marked_and_others_are_shown_besides(
    store: Store, world: World, gas: str
) -> None:
    home = world.territory()
    senior = world.technician("Senior", territory=home, skills={"gas": 2}, at=FAR, senior=True)
    other = world.technician("Other", territory=home, skills={"gas": 2}, at=NEAR)
    for one in (senior, other):
        world.shift(one)
    world.sla_policy("Emergencies", calendar=world.calendar(hours=ALWAYS), on_intake=["require_senior"])
    found = look(store, job_type_id=gas, site_id=world.site(territory=home), days=1)
    assert {one.technician: one.asked_for for one in found.candidates} == {senior: True, other: False}
    assert found.policy == "Emergencies"
    assert found.slots, "there is room today"
    assert all(slot.earliest >= found.now for slot in found.slots)
    assert [slot.promises_kept for slot in found.slots] == sorted(one.promises_kept for one in found.slots)[::-1]


def test_what_is_kept_ready_knows_what_has_happened_since_to_who_could_come(
    store: Store, world: World, gas: str
) -> None:
    ana = world.technician("Ana", skills={"gas": 2})
    shift = world.shift(ana, hours=8)
    _, visit = world.job(number="T-first")
    assign(world, visit, ana)
    _stand_on(store, shift, {visit: 0})
    grounds, site = Grounds(), world.site(at=NEAR)
    (before,) = look(store, job_type_id=gas, site_id=site, grounds=grounds).candidates
    bring(store, visit, VisitStatus.CANCELLED)
    (after,) = look(store, job_type_id=gas, site_id=site, grounds=grounds).candidates
    assert (before.before, after.before) == (1, 0)


def test_a_look_at_a_point_writes_nothing(store: Store, world: World, gas: str) -> None:
    world.shift(world.technician("Ana", skills={"gas": 2}))
    before = _rows(store)
    found = look(store, job_type_id=gas, lat=NEAR[0], lon=NEAR[1], duration=1800)
    (one,) = found.candidates
    assert one.end - one.start == dt.timedelta(minutes=30)
    assert _rows(store) == before


def test_what_is_looked_for_must_have_a_place_that_the_actor_may_see(store: Store, world: World, gas: str) -> None:
    nowhere, theirs = world.site(lat=None, lon=None), world.territory()
    with pytest.raises(Invalid, match="confirm the address"):
        look(store, job_type_id=gas, site_id=nowhere)
    with pytest.raises(Invalid, match="No place was named"):
        look(store, job_type_id=gas)
    with pytest.raises(NotFound):
        look(
            store,
            somebody(Role.DISPATCHER, None, theirs),
            job_type_id=gas,
            site_id=world.site(territory=world.territory()),
        )
    with pytest.raises(Forbidden):
        look(store, somebody(Role.PLANNER), job_type_id=gas, site_id=world.site())


ALWAYS = {day: [["00:00", "24:00"]] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}


def _rows(store: Store) -> list[int | None]:
    with store.reading() as uow:
        return [uow.session.scalar(select(func.count()).select_from(table)) for table in (Job, Visit, OutboxEntry)]


def _stand_on(store: Store, shift: str, positions: dict[str, int]) -> None:
    """Let the published plan have these visits on a shift, an hour and a half apart."""
    with store.unit_of_work() as uow:
        for visit, position in positions.items():
            row = uow.session.get_one(Assignment, (visit, 0))
            at = uow.now + dt.timedelta(minutes=70 * position)
            row.shift_id, row.position = shift, position
            row.arrival, row.start, row.end = at, at, at + dt.timedelta(hours=1)
