"""The audit trail says who changed what, from what to what: once for each row and transaction, whatever was flushed."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from sqlalchemy import delete, insert, select, update

from dispatch.domain.roles import Actor, Role
from dispatch.store.engine import Store
from dispatch.store.tables import (
    AuditEntry,
    Contact,
    Customer,
    Equipment,
    Job,
    PlanningRun,
    Priority,
    Shift,
    Technician,
    User,
    Visit,
)
from tests.dispatch.world import World

MARIA = Actor("user_maria", "María", Role.DISPATCHER)


def entries(store: Store, row_id: str) -> list[tuple[str, str, dict[str, Any]]]:
    """Who did what to the row, after it was created by the world."""
    with store.reading() as uow:
        found = uow.session.scalars(select(AuditEntry).where(AuditEntry.row_id == row_id).order_by(AuditEntry.id)).all()
    return [(one.actor_name, one.what, one.changes) for one in found][1:]


def test_a_change_names_each_column_with_what_it_was_and_is(store: Store, world: World) -> None:
    job, _ = world.job()
    with store.unit_of_work(MARIA) as uow:
        row = uow.get(Job, job)
        row.priority, row.title = Priority.CRITICAL, "No heat"
    changes = {"priority": ["normal", "critical"], "title": ["Something is broken", "No heat"]}
    assert entries(store, job) == [("María", "changed", changes)]


def test_what_is_created_is_shown_with_its_defaults(store: Store, world: World) -> None:
    customer = world.customer("Ana")
    with store.reading() as uow:
        entry = uow.session.scalars(select(AuditEntry).where(AuditEntry.row_id == customer)).one()
    assert (entry.what, entry.table_name, entry.at) == ("created", "customer", world.now())
    assert entry.changes == {
        "id": [None, customer],
        "name": [None, "Ana"],
        "language": [None, "en"],
        "notes": [None, ""],
        "active": [None, True],
    }


def test_json_columns_instants_and_days_are_shown_as_json(store: Store, world: World) -> None:
    technician = world.technician()
    shift = world.shift(technician)
    equipment = world.equipment(world.site())
    with store.unit_of_work(MARIA) as uow:
        row = uow.get(Shift, shift)
        row.breaks = [{"id": "lunch", "duration": 1800}]
        row.ends_at = dt.datetime(2026, 11, 23, 18, 30, tzinfo=dt.timezone(dt.timedelta(hours=-3)))
        uow.get(Equipment, equipment).warranty_until = dt.date(2027, 1, 31)
    assert entries(store, shift)[0][2] == {
        "breaks": [[], [{"id": "lunch", "duration": 1800}]],
        "ends_at": ["2026-11-23T20:00:00Z", "2026-11-23T21:30:00Z"],
    }
    assert entries(store, equipment)[0][2] == {"warranty_until": [None, "2027-01-31"]}


def test_what_is_set_to_what_it_was_leaves_no_entry_and_no_version(store: Store, world: World) -> None:
    technician = world.technician(capacity={"parts": 3})
    with store.unit_of_work(MARIA) as uow:
        row = uow.get(Technician, technician)
        row.name, row.capacity, row.email = str(row.name), {"parts": 3}, None
    assert entries(store, technician) == []
    with store.reading() as uow:
        assert uow.get(Technician, technician).version == 1


def test_several_flushes_of_a_transaction_make_one_entry(store: Store, world: World) -> None:
    job, _ = world.job()
    with store.unit_of_work(MARIA) as uow:
        row = uow.get(Job, job)
        for title in ("one", "two", "three"):
            row.title = title
            uow.session.flush()
        row.description = "it drips"
    changes = {"title": ["Something is broken", "three"], "description": ["", "it drips"]}
    assert entries(store, job) == [("María", "changed", changes)]


def test_what_ends_as_it_began_leaves_no_entry(store: Store, world: World) -> None:
    job, _ = world.job()
    with store.unit_of_work(MARIA) as uow:
        row = uow.get(Job, job)
        row.title = "Otherwise"
        uow.session.flush()
        row.title = "Something is broken"
    assert entries(store, job) == []


def test_what_is_created_and_changed_at_once_was_created_as_it_ended(store: Store) -> None:
    with store.unit_of_work(MARIA) as uow:
        row = Customer(id="customer_new", name="Ana")
        uow.session.add(row)
        uow.session.flush()
        row.name = "Ana Rojas"
    with store.reading() as uow:
        [entry] = uow.session.scalars(select(AuditEntry).where(AuditEntry.row_id == "customer_new"))
    assert (entry.what, entry.changes["name"]) == ("created", [None, "Ana Rojas"])


def test_what_is_created_and_removed_at_once_never_was(store: Store) -> None:
    with store.unit_of_work(MARIA) as uow:
        row = Customer(id="customer_new", name="Ana")
        uow.session.add(row)
        uow.session.flush()
        uow.session.delete(row)
    with store.reading() as uow:
        assert uow.session.scalars(select(AuditEntry)).all() == []


def test_a_removal_shows_what_was_there_also_of_rows_that_go_along(store: Store, world: World) -> None:
    technician = world.technician("Ben", skills={"cooling": 2})
    shift = world.shift(technician)
    with store.unit_of_work(MARIA) as uow:
        uow.session.delete(uow.get(Technician, technician))
    [(who, what, changes)] = entries(store, technician)
    assert (who, what, changes["name"]) == ("María", "removed", ["Ben", None])
    assert entries(store, shift)[0][1] == "removed"
    with store.reading() as uow:
        assert uow.session.get(Shift, shift) is None
        removed = uow.session.scalars(select(AuditEntry.table_name).where(AuditEntry.what == "removed")).all()
    assert sorted(removed) == ["held_skill", "shift", "technician"]


def test_a_reference_that_is_emptied_by_a_removal_is_a_change(store: Store, world: World) -> None:
    customer = world.customer()
    with store.unit_of_work() as uow:
        uow.session.add(Contact(id="contact_ana", customer_id=customer, name="Ana"))
    job, _ = world.job(customer=customer, contact_id="contact_ana")
    with store.unit_of_work(MARIA) as uow:
        uow.session.delete(uow.get(Contact, "contact_ana"))
    assert entries(store, job) == [("María", "changed", {"contact_id": ["contact_ana", None]})]


def test_secrets_are_changed_but_not_shown(store: Store, world: World) -> None:
    user = world.user()
    with store.unit_of_work(MARIA) as uow:
        uow.get(User, user).password_hash = "$argon2id$one"
    with store.unit_of_work(MARIA) as uow:
        uow.get(User, user).password_hash = "$argon2id$two"
    shown = [changes["password_hash"] for _, _, changes in entries(store, user)]
    assert shown == [[None, "•••"], ["•••", "•••"]]


def test_what_is_kept_whole_elsewhere_is_left_out(store: Store, world: World) -> None:
    policy = world.planning_policy()
    with store.unit_of_work() as uow:
        run = PlanningRun(id="run_one", reason="test", policy_id=policy, requested_by="system")
        uow.session.add(run)
    with store.unit_of_work() as uow:
        uow.get(PlanningRun, "run_one").progress = {"best": 3}
    assert entries(store, "run_one") == []


def test_what_a_savepoint_undid_leaves_no_entry(store: Store, world: World) -> None:
    job, visit = world.job()
    with store.unit_of_work(MARIA) as uow:
        uow.get(Job, job).title = "Kept"
        nested = uow.session.begin_nested()
        uow.get(Visit, visit).duration = 60
        uow.get(Job, job).title = "Undone"
        nested.rollback()
    assert entries(store, visit) == []
    assert entries(store, job) == [("María", "changed", {"title": ["Something is broken", "Kept"]})]


def test_what_a_savepoint_kept_has_its_entry(store: Store, world: World) -> None:
    job, visit = world.job()
    with store.unit_of_work(MARIA) as uow:
        with uow.session.begin_nested():
            uow.get(Visit, visit).duration = 60
        uow.get(Job, job).title = "Afterwards"
    assert entries(store, visit) == [("María", "changed", {"duration": [3600, 60]})]
    assert [what for _, what, _ in entries(store, job)] == ["changed"]


def test_what_is_rolled_back_leaves_nothing(store: Store, world: World) -> None:
    job, _ = world.job()

    def fail() -> None:
        with store.unit_of_work(MARIA) as uow:
            uow.get(Job, job).title = "Lost"
            uow.session.flush()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert entries(store, job) == []


@pytest.mark.parametrize(
    "statement",
    [
        update(Job).values(title="All of them"),
        delete(Visit),
        insert(Customer).values(id="c", name="Past it"),
        update(Job.__table__).values(title="All of them"),
    ],
    ids=["update", "delete", "insert", "table"],
)
def test_rows_that_people_change_cannot_be_changed_past_the_audit_trail(store: Store, statement: Any) -> None:
    with pytest.raises(RuntimeError, match="past the audit trail"), store.unit_of_work(MARIA) as uow:
        uow.session.execute(statement)


def test_who_says_so_may_change_rows_past_the_audit_trail(store: Store, world: World) -> None:
    job, _ = world.job()
    with store.unit_of_work() as uow:
        uow.session.execute(update(Job).values(title="All of them").execution_options(unaudited=True))
    with store.reading() as uow:
        assert uow.get(Job, job).title == "All of them"
