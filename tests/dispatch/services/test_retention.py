"""What need not be kept goes when it is old; what was published, what is in use and the audit trail stay."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import func, select

from dispatch.domain.clock import FixedClock
from dispatch.domain.errors import Forbidden
from dispatch.domain.roles import Actor, Role
from dispatch.services.retention import purge, purge_all
from dispatch.settings import Settings
from dispatch.store.engine import Store
from dispatch.store.tables import (
    AuditEntry,
    BrowserSession,
    Hold,
    IdempotencyKey,
    PlanRow,
    PlanStatus,
    ReplanRequest,
    SheetImport,
    SignInAttempt,
)
from tests.dispatch.world import World

SETTINGS = Settings(keep_drafts_days=30)


def plan(name: str, status: PlanStatus, edition: int | None = None) -> PlanRow:
    at = dt.datetime(2026, 11, 23, tzinfo=dt.UTC)
    return PlanRow(
        id=name,
        status=status,
        edition=edition,
        horizon_start=at,
        horizon_end=at,
        problem={"much": "data"},
        plan={},
        created_by="system",
    )


def test_drafts_that_nobody_wanted_go_and_published_plans_stay(store: Store, clock: FixedClock) -> None:
    with store.unit_of_work() as uow:
        uow.session.add_all(
            [
                plan("unwanted", PlanStatus.REJECTED),
                plan("history", PlanStatus.SUPERSEDED, edition=1),
                plan("published", PlanStatus.PUBLISHED, edition=2),
                plan("waiting", PlanStatus.DRAFT),
            ]
        )
    clock.advance(days=29)
    assert purge_all(store, SETTINGS, clock) == 0
    with store.unit_of_work() as uow:
        uow.session.add(plan("lately", PlanStatus.REJECTED))
    clock.advance(days=2)
    assert purge_all(store, SETTINGS, clock) == 1
    with store.reading() as uow:
        assert set(uow.session.scalars(select(PlanRow.id))) == {"history", "published", "waiting", "lately"}
        removed = uow.session.scalars(select(AuditEntry).where(AuditEntry.what == "removed")).one()
    assert (removed.row_id, removed.changes["status"]) == ("unwanted", ["rejected", None])
    assert "problem" not in removed.changes


def test_what_has_ended_goes_and_what_waits_stays(store: Store, world: World, clock: FixedClock) -> None:
    _, visit = world.job()
    technician = world.technician()
    now = clock.now()

    def hold(name: str, outcome: str | None, days: float) -> Hold:
        return Hold(
            id=name,
            visit_id=visit,
            technician_id=technician,
            earliest=now,
            latest=now,
            cost=0.0,
            edition=1,
            expires_at=now + dt.timedelta(days=days),
            outcome=outcome,
            created_at=now,
            created_by="system",
        )

    def request(run: str | None) -> ReplanRequest:
        return ReplanRequest(kind="k", position=1, urgency="soon", subject="s", not_before=now, run_id=run)

    with store.unit_of_work() as uow:
        uow.session.add_all([hold("ended", "confirmed", 0), hold("in use", None, 60)])
        uow.session.add_all([request("run_one"), request(None)])
        uow.session.add(
            SheetImport(id="sheet", kind="jobs", file_name="jobs.csv", rows=[], created_at=now, created_by="system")
        )
    clock.advance(days=31)
    assert purge_all(store, SETTINGS, clock) == 3
    with store.reading() as uow:
        assert uow.session.scalars(select(Hold.id)).all() == ["in use"]
        assert uow.session.scalars(select(ReplanRequest.run_id)).all() == [None]
        assert uow.session.scalars(select(SheetImport)).all() == []


def test_sign_ins_that_are_over_and_old_answers_go(store: Store, world: World, clock: FixedClock) -> None:
    user, now = world.user(), clock.now()
    ends = now + dt.timedelta(hours=1)
    with store.unit_of_work() as uow:
        uow.session.add(BrowserSession(token_hash="ab", user_id=user, created_at=now, expires_at=ends))
        uow.session.add(SignInAttempt(counted_under="cd", at=now))
        uow.session.add(
            IdempotencyKey(user_id=user, key="k" * 8, fingerprint="ef", status=200, body={}, created_at=now)
        )
    assert purge_all(store, SETTINGS, clock) == 0
    clock.advance(days=3)
    assert purge_all(store, SETTINGS, clock) == 3
    with store.reading() as uow:
        for table in (BrowserSession, SignInAttempt, IdempotencyKey):
            assert uow.session.scalar(select(func.count()).select_from(table)) == 0


def test_only_the_system_purges(store: Store) -> None:
    administrator = Actor("user_one", "Ada", Role.ADMINISTRATOR)
    with pytest.raises(Forbidden), store.unit_of_work(administrator) as uow:
        purge(uow, SETTINGS)
