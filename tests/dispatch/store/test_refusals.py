"""What a database refuses is said as a refusal that names what collided, was overtaken, or is not there."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError

from dispatch.domain.errors import NotFound, Unavailable
from dispatch.domain.events import JobReceived
from dispatch.store.engine import Store
from dispatch.store.refusals import Collision, LostUpdate
from dispatch.store.tables import Counter, Customer, HeldSkill, Job, OutboxEntry, Site, Technician, User
from tests.dispatch.databases import Postgres
from tests.dispatch.world import World


def test_a_lost_update_says_what_the_other_one_changed(store: Store, world: World) -> None:
    job, _ = world.job()
    with store.reading() as uow:
        seen = uow.get(Job, job)
    with store.unit_of_work() as uow:
        uow.get(Job, job).title = "Theirs"
    seen.title = "Ours"
    with pytest.raises(LostUpdate) as caught, store.unit_of_work() as uow:
        uow.session.add(seen)
    [changed] = caught.value.facts["changed"]
    assert (changed["table"], changed["id"]) == ("job", job)
    assert changed["changed"]["title"] == ["Something is broken", "Theirs"]
    with store.reading() as uow:
        assert uow.get(Job, job).title == "Theirs"


def test_a_row_that_was_removed_meanwhile_is_named(store: Store, world: World) -> None:
    customer = world.customer()
    with store.reading() as uow:
        seen = uow.get(Customer, customer)
    with store.unit_of_work() as uow:
        uow.session.delete(uow.get(Customer, customer))
    seen.name = "Ours"
    with pytest.raises(LostUpdate) as caught, store.unit_of_work() as uow:
        uow.session.add(seen)
    assert caught.value.facts["changed"] == [{"table": "customer", "id": customer, "changed": "removed"}]


def test_what_must_be_unique_is_named(world: World) -> None:
    world.user(email="ana@example.org")
    with pytest.raises(Collision, match="already a user account with this email") as caught:
        world.user(email="ana@example.org")
    assert caught.value.facts == {"table": "user_account", "columns": ["email"]}


def test_what_must_be_unique_together_is_named(store: Store, world: World) -> None:
    technician = world.technician(skills={"cooling": 1})
    with pytest.raises(Collision) as caught, store.unit_of_work() as uow:
        uow.session.add(HeldSkill(id="skill_again", technician_id=technician, skill="cooling", level=2))
    assert caught.value.facts["columns"] == ["technician_id", "skill"]


def test_an_identifier_that_exists_is_named(world: World) -> None:
    world.customer(id="customer_one")
    with pytest.raises(Collision) as caught:
        world.customer(id="customer_one")
    assert caught.value.facts == {"table": "customer", "columns": ["id"]}


def test_what_others_refer_to_cannot_be_removed(store: Store, world: World) -> None:
    job, _ = world.job()
    with store.reading() as uow:
        customer = uow.get(Job, job).customer_id
    with pytest.raises(Collision, match="still refer to it"), store.unit_of_work() as uow:
        uow.session.delete(uow.get(Customer, customer))


def test_what_does_not_exist_cannot_be_referred_to(store: Store) -> None:
    with pytest.raises(Collision, match="does not exist"), store.unit_of_work() as uow:
        uow.session.add(Site(id="site_one", customer_id="customer_none", address="Calle", lat=0.0, lon=0.0))


def test_a_value_that_the_program_forgot_is_no_refusal(store: Store) -> None:
    with pytest.raises(IntegrityError), store.unit_of_work() as uow:
        uow.session.add(Customer(id="customer_one"))


def test_a_table_that_does_not_exist_is_no_refusal(store: Store) -> None:
    with pytest.raises(DBAPIError), store.reading() as uow:
        uow.session.execute(text("SELECT * FROM nothing_of_ours"))


def test_reading_cannot_write(store: Store) -> None:
    insert = text("INSERT INTO counter (name, last) VALUES ('job', 1)")
    with pytest.raises((DBAPIError, Unavailable)), store.reading() as uow:
        uow.session.execute(insert)
    with store.unit_of_work() as uow:
        assert uow.session.get(Counter, "job") is None
        uow.session.execute(insert)


def test_reading_sees_one_moment(store: Store, world: World) -> None:
    technician = world.technician("Before")
    with store.reading() as uow:
        uow.session.execute(text("SELECT name FROM technician")).all()
        with store.unit_of_work() as other:
            other.get(Technician, technician).name = "After"
        assert uow.session.execute(text("SELECT name FROM technician")).scalar() == "Before"
    with store.reading() as uow:
        assert uow.get(Technician, technician).name == "After"


def test_a_server_that_is_not_there_is_unavailable() -> None:
    store = Store("postgresql://nobody@127.0.0.1:9/nothing")
    with pytest.raises(Unavailable, match="nothing was changed"), store.reading() as uow:
        uow.session.execute(text("SELECT 1"))
    store.dispose()


def test_a_connection_that_is_cut_is_unavailable_and_the_next_one_is_not(postgres_database: Postgres) -> None:
    store = Store(postgres_database.emptied())

    def cut() -> None:
        with store.unit_of_work() as uow:
            process = uow.session.execute(text("SELECT pg_backend_pid()")).scalar()
            with store.unit_of_work() as other:
                other.session.execute(text("SELECT pg_terminate_backend(:process, 5000)"), {"process": process})
            uow.session.execute(text("SELECT 1"))

    with pytest.raises(Unavailable):
        cut()
    with store.reading() as uow:
        assert uow.session.execute(text("SELECT 1")).scalar() == 1
    store.dispose()


def test_a_connection_that_is_cut_before_it_is_rolled_back_is_unavailable(postgres_database: Postgres) -> None:
    store = Store(postgres_database.emptied())

    def cut() -> None:
        with store.reading() as uow:
            process = uow.session.execute(text("SELECT pg_backend_pid()")).scalar()
            with store.unit_of_work() as other:
                other.session.execute(text("SELECT pg_terminate_backend(:process, 5000)"), {"process": process})

    with pytest.raises(Unavailable):
        cut()
    store.dispose()


def test_a_folder_that_is_no_file_is_unavailable(tmp_path: Path) -> None:
    (tmp_path / "store.db").mkdir()
    store = Store(f"sqlite:///{tmp_path / 'store.db'}")
    with pytest.raises(Unavailable), store.reading() as uow:
        uow.session.execute(text("SELECT 1"))
    store.dispose()


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:", "mysql://user:hunter2@host/name"])
def test_what_cannot_keep_the_store_is_refused_without_its_password(url: str) -> None:
    with pytest.raises(ValueError, match="Name a file") as caught:
        Store(url)
    assert "hunter2" not in str(caught.value)


def test_a_row_that_is_not_there_is_named(store: Store) -> None:
    with pytest.raises(NotFound, match="There is no user account 'user_none'"), store.reading() as uow:
        uow.get(User, "user_none")


def test_a_locked_row_keeps_others_from_changing_it(store: Store, world: World) -> None:
    technician = world.technician("Ben")
    with store.unit_of_work() as uow:
        row = uow.get(Technician, technician, lock=True)
        row.name += " Soto"
    with store.reading() as uow:
        assert uow.get(Technician, technician).name == "Ben Soto"


def test_an_instant_without_a_time_zone_is_refused(world: World) -> None:
    technician = world.technician()
    with pytest.raises(Exception, match="has no time zone"):
        world.shift(technician, ends_at=dt.datetime(2026, 11, 23, 20))  # noqa: DTZ001  that is the mistake


def test_an_event_is_written_with_the_change_or_not_at_all(store: Store, world: World) -> None:
    event = JobReceived(job="job_one", number="J-1", priority="normal", customer="customer_one", territory="t")

    def fail() -> None:
        with store.unit_of_work() as uow:
            uow.record(event)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    with store.unit_of_work() as uow:
        uow.record(event)
    with store.reading() as uow:
        [entry] = uow.session.query(OutboxEntry)
    assert (entry.kind, entry.subject_word, entry.subject_id, entry.territory) == ("JobReceived", "job", "job_one", "t")
    assert (entry.payload["number"], entry.position, entry.at) == ("J-1", None, world.now())
