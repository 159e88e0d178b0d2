"""Whoever starts from an old board and takes over what changed has the board as it is now, whatever happened."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from random import Random
from typing import Any

import pytest
from pydantic_core import from_json
from sqlalchemy import select

from dispatch.domain.errors import DispatchError
from dispatch.domain.ids import new_id
from dispatch.domain.job_lifecycle import JobAction
from dispatch.domain.roles import SYSTEM, Actor, Role
from dispatch.domain.visit_lifecycle import BY_DISPATCHERS
from dispatch.messaging.relay import relay
from dispatch.planning import jeopardy
from dispatch.planning.day_board.boards import DayBoards
from dispatch.planning.publish import approve_in
from dispatch.services import (
    absences,
    customers,
    disputes,
    duty,
    field_actions,
    intake,
    job_types,
    jobs,
    locks,
    messages,
    people,
    positions,
    rosters,
    sites,
    sla,
    sla_policies,
    territories,
    visit_changes,
    visits,
)
from dispatch.store.engine import Store
from dispatch.store.tables import (
    Decision,
    FieldAction,
    Job,
    JobType,
    Outcome,
    PlanRow,
    PlanStatus,
    Priority,
    SlaPolicy,
    Visit,
)
from dispatch.store.unit_of_work import UnitOfWork
from tests.dispatch.planning.days import TRAVEL, Day, two_towns
from tests.dispatch.world import HERE, World

NORTH = Actor("user_n", "Norma", Role.DISPATCHER, frozenset({"territory_north"}))
NEVER = 1e9
"""Seconds after which a board is read again though no event asked for it: a test waits for no such help."""


class Screen:
    """Somebody's screen: the board as it was when they opened it, and what changed since then."""

    def __init__(self, store: Store, boards: DayBoards, actor: Actor, language: str) -> None:
        self.store, self.boards, self.actor, self.language = store, boards, actor, language
        self.load()

    def load(self) -> None:
        self.held = whole(self.store, self.boards, self.actor, self.language)

    def look(self) -> None:
        """Ask what changed, and put it in the place of what is there."""
        with self.store.reading(self.actor) as uow:
            said = from_json(self.boards.changes(uow, None, self.held["position"], self.language))
        if said["reset"]:
            self.load()
            return
        for name in ("visits", "technicians"):
            for gone in said["gone"]:
                self.held[name].pop(gone, None)
            self.held[name] |= {one["id"]: one for one in said[name]}
        if said["territories"] is not None:
            self.held["territories"] = {one["id"]: one for one in said["territories"]}
        for name in ("position", "now", "edition", "plan", "fence", "drafts", "disputes"):
            self.held[name] = said[name]


def whole(store: Store, boards: DayBoards, actor: Actor, language: str) -> dict[str, Any]:
    with store.reading(actor) as uow:
        board = from_json(boards.sent(uow, None, language)[0])
    return {
        **board,
        **{name: {one["id"]: one for one in board[name]} for name in ("visits", "technicians", "territories")},
    }


class Life:
    """What can happen to a day, one service call after another."""

    def __init__(self, day: Day, draw: Random) -> None:
        self.day, self.draw = day, draw

    def visit(self, uow: UnitOfWork) -> str:
        return self.draw.choice(uow.session.scalars(select(Visit.id).order_by(Visit.id)).all())

    def job(self, uow: UnitOfWork) -> Job:
        return uow.get(Job, uow.get(Visit, self.visit(uow)).job_id)

    def do_act(self, uow: UnitOfWork) -> None:
        visit = visits.seen(uow, self.visit(uow))
        usual = [one for one in visits.allowed(uow, visit) if one in BY_DISPATCHERS]
        if usual:
            visits.act(uow, visit.id, self.draw.choice(sorted(usual)), seconds=900, reason="so it is")

    def do_act_again(self, uow: UnitOfWork) -> None:
        self.do_act(uow)

    def do_pin(self, uow: UnitOfWork) -> None:
        pins: list[dict[str, Any]] = [{}, {"order": True}, {"technician": self.draw.choice(self.day.people)}]
        pin = self.draw.choice(pins)
        visit_changes.pin(uow, self.visit(uow), pin)

    def do_ask_for_more(self, uow: UnitOfWork) -> None:
        roles = [{"skills": {"gas": self.draw.randint(1, 3)}} for _ in range(self.draw.randint(1, 2))]
        visit_changes.change(uow, self.visit(uow), duration=self.draw.choice([900, 7200]), roles=roles)

    def do_make_urgent(self, uow: UnitOfWork) -> None:
        jobs.change(uow, self.job(uow).id, priority=self.draw.choice(list(Priority)), title=f"{self.draw.random()}")

    def do_job(self, uow: UnitOfWork) -> None:
        job = self.job(uow)
        jobs.act(uow, job.id, self.draw.choice(sorted(jobs.allowed(uow, job) or [JobAction.CANCEL])), reason="asked")

    def do_receive(self, uow: UnitOfWork) -> None:
        like = self.job(uow)
        intake.receive_job(
            uow,
            customer_id=like.customer_id,
            site_id=like.site_id,
            job_type_id=like.job_type_id,
            title="Another",
            priority=self.draw.choice(list(Priority)),
        )

    def do_learn(self, uow: UnitOfWork) -> None:
        skills: list[people.SkillHeld] = [{"skill": "gas", "level": self.draw.randint(1, 3)}]
        people.set_skills(uow, self.draw.choice(self.day.people), skills[: self.draw.randint(0, 1)])

    def do_change_person(self, uow: UnitOfWork) -> None:
        number = f"+56 9 {self.draw.randint(1000, 9999)}"
        changes: list[dict[str, Any]] = [{"phone": number}, {"territory_id": "territory_south"}, {"active": False}]
        fields = self.draw.choice(changes)
        people.change_technician(uow, self.draw.choice(self.day.people), **fields)

    def do_duty(self, uow: UnitOfWork) -> None:
        action = self.draw.choice(["begin", "begin", "take_break", "end_break", "end"])
        duty.act(uow, self.draw.choice(self.day.shifts), action, break_id="rest")

    def do_breaks(self, uow: UnitOfWork) -> None:
        rest = {"id": "rest", "earliest": uow.now, "latest": uow.now + dt.timedelta(hours=2), "duration": 900}
        rosters.change_shift(uow, self.draw.choice(self.day.shifts), breaks=[rest])

    def do_absence(self, uow: UnitOfWork) -> None:
        begins = uow.now + dt.timedelta(minutes=self.draw.randint(0, 90))
        ends = begins + dt.timedelta(minutes=self.draw.randint(10, 90))
        absences.record_absence(uow, self.draw.choice(self.day.people), begins, ends, "ill")

    def do_position(self, uow: UnitOfWork) -> None:
        lat, lon = HERE[0] + self.draw.uniform(-1, 1), HERE[1] + self.draw.uniform(-1, 1)
        positions.report_position(uow, self.draw.choice(self.day.people), lat, lon)

    def do_rename(self, uow: UnitOfWork) -> None:
        customers.change_customer(uow, self.job(uow).customer_id, name=f"Customer {self.draw.random()}")

    def do_move_site(self, uow: UnitOfWork) -> None:
        sites.change_site(uow, self.job(uow).site_id, address=f"Elsewhere {self.draw.randint(1, 99)}")

    def do_rename_work(self, uow: UnitOfWork) -> None:
        kinds = uow.session.scalars(select(JobType.id).order_by(JobType.id)).all()
        job_types.change_job_type(uow, self.draw.choice(kinds), name=f"Work {self.draw.random()}")

    def do_territory(self, uow: UnitOfWork) -> None:
        territories.change_territory(uow, "territory_south", name=f"South {self.draw.random()}")

    def do_lock(self, uow: UnitOfWork) -> None:
        locks.lock_territory(uow, "territory_north", uow.now + dt.timedelta(minutes=self.draw.randint(1, 90)))

    def do_fence(self, uow: UnitOfWork) -> None:
        locks.set_fence(uow, uow.now + dt.timedelta(minutes=self.draw.randint(1, 90)))

    def do_promise_otherwise(self, uow: UnitOfWork) -> None:
        policy = uow.session.scalars(select(SlaPolicy.id)).one()
        sla_policies.change_policy(uow, policy, on_site_within=self.draw.randint(1, 5) * 3600)

    def do_watch_promises(self, uow: UnitOfWork) -> None:
        sla.watch(uow)

    def do_jeopardy(self, uow: UnitOfWork) -> None:
        jeopardy.recompute(uow, TRAVEL)

    def do_say(self, uow: UnitOfWork) -> None:
        visit = uow.get(Visit, self.visit(uow))
        uow.actor = Actor("user_p", "Phone", Role.TECHNICIAN, technician=self.day.people[0])
        messages.say(uow, visit, "The gate is closed", uow.now)

    def do_read(self, uow: UnitOfWork) -> None:
        job = self.job(uow)
        said = messages.conversation(uow, job.id).messages
        if said:
            messages.read(uow, job.id, said[-1].id)

    def do_dispute(self, uow: UnitOfWork) -> None:
        visit = uow.get(Visit, self.visit(uow))
        row = FieldAction(
            user_id="user_p",
            id=new_id("action")[:36],
            technician_id=self.day.people[0],
            territory_id=visit.territory_id,
            kind="complete",
            visit_id=visit.id,
            content="",
            phone_at=uow.now,
            happened_at=uow.now,
            received_at=uow.now,
            skew=0.0,
            outcome=Outcome.APPLIED,
        )
        field_actions.refused(uow, field_actions.claim(uow, row), DispatchError("It was somebody else's."))

    def do_settle(self, uow: UnitOfWork) -> None:
        waiting = uow.session.scalars(select(FieldAction).where(FieldAction.dispute == "open")).all()
        if waiting:
            one = self.draw.choice(waiting)
            disputes.settle(uow, one.user_id, one.id, Decision.LEAVE, "they know", lambda *_: None)

    def plan(self) -> None:
        """Draw up a draft, and mostly publish what waits."""
        self.day.draft(iterations=60)
        with self.day.store.reading() as uow:
            waiting = uow.session.scalars(select(PlanRow.id).where(PlanRow.status == PlanStatus.DRAFT)).all()
        if waiting and self.draw.random() < 0.8:
            approve_in(self.day.store, SYSTEM, waiting[-1], TRAVEL)

    def go_on(self) -> None:
        """One thing happens, or is refused."""
        doings: list[Callable[[UnitOfWork], None]] = [
            getattr(self, name) for name in sorted(dir(self)) if name.startswith("do_")
        ]
        try:
            if self.draw.random() < 0.08:
                self.plan()
            else:
                with self.day.store.unit_of_work() as uow:
                    self.draw.choice(doings)(uow)
        except DispatchError:
            pass  # not everything can be done at any time, and what was refused has changed nothing
        self.day.clock.advance(minutes=self.draw.choice([0, 0, 1, 7]))


@pytest.mark.parametrize("seed", [0, 1])
def test_changes_lead_from_any_old_board_to_the_board_of_now(seed: int, store: Store) -> None:
    draw = Random(seed)
    World(store).sla_policy("standard")
    day = two_towns(store)
    relay(store)
    boards = DayBoards(store.clock, every=NEVER)
    screens = [Screen(store, boards, who, spoken) for who in (SYSTEM, NORTH) for spoken in ("en", "zh")]
    life = Life(day, draw)
    for step in range(80):
        life.go_on()
        if draw.random() < 0.7:  # the events of this step have their positions only later otherwise
            relay(store)
        looking = [screen for screen in screens if draw.random() < 0.3]
        for screen in looking:
            screen.look()
        if step % 10 == 9:
            for screen in screens:
                screen.look()
                now = whole(store, DayBoards(store.clock), screen.actor, screen.language)
                for name, value in now.items():
                    assert screen.held[name] == value, f"{name} is not what it is now"
