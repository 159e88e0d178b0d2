"""Jobs: intake, what people do to them as a whole, and that they are always where their visits put them."""

from __future__ import annotations

import threading

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from dispatch.domain.clock import FixedClock
from dispatch.domain.errors import DispatchError, Forbidden, IllegalTransition, Invalid, NotFound
from dispatch.domain.job_lifecycle import ENDED, HELD, JobAction, JobStatus, followed
from dispatch.domain.visit_lifecycle import FINAL, VisitAction, VisitStatus
from dispatch.services import intake, jobs, visits
from dispatch.store.engine import Store
from dispatch.store.tables import AuditEntry, Job, OutboxEntry, Priority, Visit
from tests.dispatch.services.acting import PLANS, bring, do, somebody
from tests.dispatch.world import World


def receive(store: Store, actor: object = None, **fields: object) -> Job:
    with store.unit_of_work(*([actor] if actor else [])) as uow:
        return intake.receive_job(uow, **{"title": "No hot water", **fields})


@pytest.fixture
def place(world: World) -> dict[str, str]:
    """A customer with a site in a territory, and a job type."""
    territory, customer = world.territory(), world.customer()
    return {
        "customer_id": customer,
        "site_id": world.site(customer, territory=territory),
        "job_type_id": world.job_type(skills={"gas": 2}, duration=5400, priority=Priority.HIGH),
    }


def kinds(store: Store) -> list[str]:
    with store.reading() as uow:
        return list(uow.session.scalars(select(OutboxEntry.kind).order_by(OutboxEntry.id)))


def test_a_job_comes_in_with_all_that_its_type_says(store: Store, place: dict[str, str]) -> None:
    job = receive(store, **place)
    assert (job.number, job.priority, job.status) == ("J-1001", Priority.HIGH, JobStatus.TRIAGED)
    with store.reading() as uow:
        visit = uow.session.scalars(select(Visit)).one()
    assert (visit.duration, visit.roles, visit.territory_id) == (5400, [{"skills": {"gas": 2}}], job.territory_id)
    assert kinds(store)[:3] == ["JobReceived", "VisitAdded", "JobMoved"]
    assert receive(store, **{**place, "title": "Again"}).number == "J-1002"


def test_a_job_that_is_not_triaged_waits_for_somebody_to_look(store: Store, place: dict[str, str]) -> None:
    job = receive(store, triaged=False, **place)
    assert job.status is JobStatus.RECEIVED
    with store.unit_of_work(somebody("agent")) as uow:
        assert jobs.act(uow, job.id, JobAction.TRIAGE).status is JobStatus.TRIAGED


def test_the_same_number_of_somebody_elses_is_the_same_job(store: Store, place: dict[str, str]) -> None:
    first = receive(store, external_id="ERP-7", **place)
    again = receive(store, external_id=" ERP-7 ", **{**place, "title": "Said again"})
    assert again.id == first.id
    assert again.title == "No hot water"
    assert kinds(store).count("JobReceived") == 1


def test_two_at_once_with_the_same_number_make_one_job(store: Store, place: dict[str, str]) -> None:
    ready, found, errors = threading.Barrier(4), [], []

    def take_in() -> None:
        try:
            ready.wait()
            found.append(receive(store, external_id="ERP-8", **place).id)
        except Exception as error:  # told below
            errors.append(error)

    threads = [threading.Thread(target=take_in) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert len(found) == 4
    assert len(set(found)) == 1


def test_a_job_like_one_that_is_here_says_so(
    store: Store, world: World, place: dict[str, str], clock: FixedClock
) -> None:
    first = receive(store, **place)
    assert receive(store, **place).duplicate_of == first.id
    assert receive(store, **{**place, "job_type_id": world.job_type()}).duplicate_of is None
    machine = world.equipment(place["site_id"])
    on_machine = receive(store, equipment_id=machine, **place)
    other_work = receive(store, equipment_id=machine, **{**place, "job_type_id": world.job_type()})
    assert other_work.duplicate_of == on_machine.id
    clock.advance(days=15)
    assert receive(store, **place).duplicate_of is None


def test_a_job_that_is_over_has_no_duplicates(store: Store, place: dict[str, str]) -> None:
    first = receive(store, **place)
    with store.unit_of_work() as uow:
        jobs.act(uow, first.id, JobAction.CANCEL)
    assert receive(store, **place).duplicate_of is None


def test_what_does_not_belong_together_is_refused(store: Store, world: World, place: dict[str, str]) -> None:
    other = world.site()
    for wrong in (
        {"site_id": other},
        {"equipment_id": world.equipment(other)},
        {"title": "  "},
        {"title": "x" * 201},
        {"customer_id": world.customer(active=False)},
        {"job_type_id": world.job_type(active=False)},
        {"windows": [("2026-11-23T15:00:00Z", "2026-11-23T14:00:00Z")]},
        {"never": ["technician_none"]},
    ):
        with pytest.raises(Invalid):
            receive(store, **{**place, **wrong})
    for unknown in ({"site_id": "site_none"}, {"customer_id": "c"}, {"job_type_id": "t"}):
        with pytest.raises(NotFound):
            receive(store, **{**place, **unknown})
    assert "JobReceived" not in kinds(store)


def test_intake_stays_in_ones_territories(store: Store, world: World, place: dict[str, str]) -> None:
    with pytest.raises(NotFound):
        receive(store, somebody("agent", None, world.territory()), **place)
    with pytest.raises(Forbidden):
        receive(store, somebody("planner"), **place)


# -- what people do ----------------------------------------------------------------------------------------------------


def test_cancelling_a_job_cancels_its_unfinished_visits(store: Store, world: World) -> None:
    job, first = world.job()
    bring(store, first, VisitStatus.INCOMPLETE)
    with store.unit_of_work(somebody("dispatcher")) as uow:
        second = jobs.add_visit(uow, job).id
    bring(store, second, VisitStatus.EN_ROUTE)
    with store.unit_of_work(somebody("dispatcher")) as uow:
        assert jobs.act(uow, job, JobAction.CANCEL, reason="moved away").status is JobStatus.CANCELLED
        assert uow.get(Job, job).ended_at == uow.now
    with store.reading() as uow:
        assert uow.get(Visit, first).status is VisitStatus.INCOMPLETE
        assert uow.get(Visit, second).status is VisitStatus.CANCELLED
        assert uow.get(Visit, second).outcome == "cancelled: moved away"


def test_a_follow_up_comes_after_the_visit_before_it(store: Store, world: World) -> None:
    job, first = world.job(visit={"preferred": ["a"], "duration": 1200})
    with store.unit_of_work() as uow:
        uow.get(Visit, first).preferred = []
    bring(store, first, VisitStatus.WORKING)
    do(store, first, VisitAction.NEED_PARTS)
    with store.unit_of_work() as uow:
        jobs.act(uow, job, JobAction.PARTS_ARRIVED)
        assert uow.get(Job, job).status is JobStatus.NEEDS_VISIT
        second = jobs.add_visit(uow, job, duration=2400)
        assert (second.after_id, second.sequence, second.duration) == (first, uow.get(Visit, first).sequence + 1, 2400)
        assert uow.get(Job, job).status is JobStatus.TRIAGED


def test_a_job_that_waited_is_where_its_visits_went_meanwhile(store: Store, world: World) -> None:
    job, visit = world.job()
    bring(store, visit, VisitStatus.DISPATCHED)
    with store.unit_of_work() as uow:
        jobs.act(uow, job, JobAction.AWAIT_CUSTOMER)
    do(store, visit, VisitAction.ACCEPT)
    with store.unit_of_work() as uow:
        assert uow.get(Job, job).status is JobStatus.WAITING_FOR_CUSTOMER
        assert jobs.act(uow, job, JobAction.CUSTOMER_ANSWERED).status is JobStatus.ACCEPTED


def test_nobody_at_home_and_then_an_answer_asks_for_another_visit(store: Store, world: World) -> None:
    job, visit = world.job()
    bring(store, visit, VisitStatus.NO_SHOW)
    with store.unit_of_work() as uow:
        assert uow.get(Job, job).status is JobStatus.NO_SHOW
        jobs.act(uow, job, JobAction.AWAIT_CUSTOMER)
        assert jobs.act(uow, job, JobAction.CUSTOMER_ANSWERED).status is JobStatus.NO_SHOW
        jobs.act(uow, job, JobAction.ADD_VISIT)
        assert uow.get(Job, job).status is JobStatus.TRIAGED


def test_a_closed_job_that_is_opened_again_needs_a_visit(store: Store, world: World) -> None:
    job, visit = world.job()
    bring(store, visit, VisitStatus.COMPLETED)
    with store.unit_of_work() as uow:
        jobs.act(uow, job, JobAction.CLOSE)
        assert jobs.act(uow, job, JobAction.REOPEN).status is JobStatus.NEEDS_VISIT
        assert uow.get(Job, job).ended_at is None


def test_a_changed_job_says_what_changed(store: Store, world: World) -> None:
    job, visit = world.job(territory=world.territory())
    with store.reading() as uow:
        customer = uow.get(Job, job).customer_id
    elsewhere = world.site(customer, territory=world.territory())
    with store.unit_of_work(somebody("agent")) as uow:
        jobs.change(uow, job, title=" Leak ", priority="critical", site_id=elsewhere)
        jobs.change(uow, job, title="Leak")
    with store.reading() as uow:
        seen, moved = uow.get(Job, job), uow.get(Visit, visit)
        told = uow.session.scalars(select(OutboxEntry).where(OutboxEntry.kind == "JobChanged")).all()
    assert (seen.title, seen.priority, seen.site_id) == ("Leak", Priority.CRITICAL, elsewhere)
    assert (moved.site_id, moved.territory_id) == (elsewhere, seen.territory_id)
    assert [set(entry.payload["changed"]) for entry in told] == [{"title", "priority", "site_id"}]
    bring(store, visit, VisitStatus.EN_ROUTE)
    with store.unit_of_work() as uow, pytest.raises(DispatchError):
        jobs.change(uow, job, site_id=world.site(customer))


def test_a_job_elsewhere_is_not_there(store: Store, world: World) -> None:
    job, _ = world.job(territory=world.territory())
    stranger = somebody("dispatcher", None, world.territory())
    with store.unit_of_work(stranger) as uow:
        for attempt in (
            lambda: jobs.seen(uow, job),
            lambda: jobs.act(uow, job, JobAction.CANCEL),
            lambda: jobs.change(uow, job, title="Mine"),
            lambda: jobs.add_visit(uow, job),
        ):
            with pytest.raises(NotFound):
                attempt()
    with store.unit_of_work(somebody("technician", "technician_1")) as uow, pytest.raises(Forbidden):
        jobs.act(uow, job, JobAction.CANCEL)


@pytest.fixture
def sqlite_world(sqlite_store: Store) -> World:
    """Shared by all examples of a property, so that its names stay unique."""
    return World(sqlite_store)


STEPS = st.one_of(
    st.tuples(st.just("visit"), st.sampled_from(VisitAction), st.integers(0, 3)),
    st.tuples(st.just("job"), st.sampled_from(JobAction), st.just(0)),
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(STEPS, min_size=5, max_size=40))
def test_a_job_is_always_where_its_visits_put_it(sqlite_world: World, steps: list[tuple[str, str, int]]) -> None:
    sqlite_store = sqlite_world.store
    job, _ = sqlite_world.job()
    reopened = False
    for what, action, which in steps:
        with sqlite_store.unit_of_work() as uow:
            before = uow.get(Job, job).status
            rows = uow.session.scalars(select(Visit).where(Visit.job_id == job).order_by(Visit.sequence)).all()
            target = rows[which % len(rows)]
            at = target.status
            try:
                if what == "job":
                    jobs.act(uow, job, JobAction(action))
                    reopened = action == JobAction.REOPEN or (reopened and action != JobAction.ADD_VISIT)
                else:
                    visits.act(uow, target.id, VisitAction(action), seconds=60, via_plan=action in PLANS)
                    assert at not in FINAL
            except IllegalTransition:
                continue
            after = uow.get(Job, job)
            statuses = list(
                uow.session.scalars(select(Visit.status).where(Visit.job_id == job).order_by(Visit.sequence))
            )
            assert before not in ENDED or after.status is before or action == JobAction.REOPEN
            if after.status in ENDED:
                assert set(statuses) <= FINAL
            if after.status not in HELD and not reopened and JobStatus.NEEDS_VISIT is not after.status:
                assert after.status is followed(after.status, statuses)
    with sqlite_store.reading() as uow:
        moves = uow.session.scalar(
            select(func.count()).where(OutboxEntry.kind == "JobMoved", OutboxEntry.subject_id == job)
        )
        trail = uow.session.scalars(
            select(AuditEntry).where(AuditEntry.row_id == job, AuditEntry.what == "changed")
        ).all()
    assert (moves or 0) >= sum("status" in entry.changes for entry in trail)
