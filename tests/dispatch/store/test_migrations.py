"""Migrations make exactly the tables that the mapped classes describe, on each kind of database."""

from __future__ import annotations

import datetime as dt
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import MetaData, Table, inspect, text
from sqlalchemy.exc import IntegrityError

from dispatch.store import migrate
from dispatch.store.engine import Store
from dispatch.store.migrate import UnknownDatabase, downgrade, is_current, new, newest, upgrade
from dispatch.store.tables import Absence, AccessToken, Base, Customer, JobType, PlanningPolicy, Visit
from tests.dispatch.world import World


@pytest.fixture
def bare(bare_url: str) -> Iterator[Store]:
    """A store without tables."""
    store = Store(bare_url)
    yield store
    store.dispose()


def test_migrations_and_mapped_classes_are_in_step(bare: Store) -> None:
    upgrade(bare)
    with bare.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        difference = compare_metadata(context, Base.metadata)
    assert difference == [], 'run: python -m dispatch.store.migrate new "what changed"'
    assert is_current(bare)


def test_documents_and_instants_have_the_types_of_their_database(bare: Store) -> None:
    upgrade(bare)
    columns = {column["name"]: str(column["type"]) for column in inspect(bare.engine).get_columns("visit")}
    kinds = ("JSONB", "TIMESTAMP") if bare.on_postgresql else ("JSON", "DATETIME")
    assert (columns["roles"], columns["started_at"]) == kinds


def test_a_fresh_database_has_no_tables_until_it_is_migrated(bare: Store) -> None:
    assert not is_current(bare)
    upgrade(bare)
    upgrade(bare)
    assert is_current(bare)


def test_all_migrations_can_be_undone_and_done_again(bare: Store) -> None:
    upgrade(bare)
    downgrade(bare, "base")
    assert set(inspect(bare.engine).get_table_names()) == {"alembic_version"}
    upgrade(bare)
    assert is_current(bare)


def test_migrating_keeps_what_is_there_and_the_links_between_rows_are_watched_again(bare: Store) -> None:
    upgrade(bare)
    world = World(bare)
    job, _ = world.job()
    upgrade(bare)
    with bare.reading() as uow:
        assert uow.session.execute(text("SELECT count(*) FROM job")).scalar() == 1
    with pytest.raises(Exception, match="still refer"), bare.unit_of_work() as uow:
        uow.session.delete(uow.session.query(Customer).one())
    assert job


def test_a_database_from_before_roads_and_places_keeps_its_sites_and_plans(bare: Store) -> None:
    upgrade(bare, "0001")
    now = "2026-11-23 12:00:00+00:00"
    with bare.engine.begin() as connection:
        tables = MetaData()
        tables.reflect(connection, only=("customer", "site", "plan"))
        for name, values in (
            ("customer", {"id": "customer_1", "name": "Hotel Mar"}),
            ("site", {"id": "site_1", "customer_id": "customer_1", "address": "Av. 1", "lat": -29.9, "lon": -71.2}),
            ("plan", {"id": "plan_1"}),
        ):
            table = tables.tables[name]
            connection.execute(table.insert().values(_filled(table, values, now)))
    upgrade(bare)
    with bare.engine.connect() as connection:
        site = connection.execute(text("SELECT lat, lon, placed_by, precision FROM site")).one()
        assert tuple(site) == (-29.9, -71.2, "given", None)
        timing = connection.execute(text("SELECT timing FROM plan")).scalar_one()
        assert timing in ("{}", {})
    with pytest.raises(IntegrityError, match="placed_whole"), bare.engine.begin() as connection:
        connection.execute(text("UPDATE site SET lat = NULL"))
    downgrade(bare, "0001")
    with bare.engine.connect() as connection:
        assert tuple(connection.execute(text("SELECT lat, lon FROM site")).one()) == (-29.9, -71.2)


def test_a_database_from_before_phones_keeps_its_job_types_absences_and_tokens(bare: Store) -> None:
    upgrade(bare, "0002")
    now = "2026-11-23 12:00:00+00:00"
    with bare.engine.begin() as connection:
        tables = MetaData()
        tables.reflect(connection, only=("job_type", "technician", "absence", "user_account", "access_token"))
        for name, values in (
            ("job_type", {"id": "type_1", "name": "Boiler", "priority": "normal"}),
            ("technician", {"id": "technician_1", "name": "Ana"}),
            ("absence", {"id": "absence_1", "technician_id": "technician_1"}),
            ("user_account", {"id": "user_1", "email": "ana@example.org"}),
            ("access_token", {"id": "token_1", "user_id": "user_1", "token_hash": "0" * 64}),
        ):
            table = tables.tables[name]
            connection.execute(table.insert().values(_filled(table, values, now)))
    upgrade(bare)
    with bare.reading() as uow:
        kind = uow.get(JobType, "type_1")
        assert (kind.checklist, kind.checklist_version, kind.checklist_required, kind.knowledge) == ({}, 0, False, [])
        assert uow.get(Absence, "absence_1").own is False
        assert uow.get(AccessToken, "token_1").device_id is None
    downgrade(bare, "0002")
    with bare.engine.connect() as connection:
        assert connection.execute(text("SELECT name FROM job_type")).scalar_one() == "Boiler"
        assert connection.execute(text("SELECT count(*) FROM access_token")).scalar_one() == 1


def test_whoever_is_handed_a_visit_is_asked_for_it_where_that_was_so_before(bare: Store) -> None:
    upgrade(bare, "0007")
    now = "2026-11-23 12:00:00+00:00"
    with bare.engine.begin() as connection:
        tables = MetaData()
        tables.reflect(connection, only=("planning_policy", "customer", "site", "job_type", "job", "visit"))
        named = {"customer_id": "customer_1", "site_id": "site_1", "job_type_id": "type_1", "job_id": "job_1"}
        handed = {"dispatched_at": dt.datetime.fromisoformat(now), "sequence": 1}
        for name, values in (
            ("planning_policy", {"id": "policy_1", "name": "Ours", "dispatch_ahead": 43_200}),
            ("customer", {"id": "customer_1", "name": "Hotel Mar"}),
            ("site", {"id": "site_1", "address": "Av. 1", "lat": -29.9, "lon": -71.2, "placed_by": "given"}),
            ("job_type", {"id": "type_1", "name": "Boiler", "priority": "normal"}),
            ("job", {"id": "job_1", "number": "J-1", "status": "dispatched", "priority": "normal"}),
            ("visit", {"id": "visit_1", "status": "dispatched", **handed}),
            ("visit", {"id": "visit_2", "status": "scheduled", "sequence": 2}),
        ):
            table = tables.tables[name]
            known = {key: value for key, value in named.items() if key in table.columns}
            connection.execute(table.insert().values(_filled(table, {**known, **values}, now)))
    upgrade(bare)
    with bare.reading() as uow:
        assert uow.get(PlanningPolicy, "policy_1").accept_ahead == 43_200
        assert uow.get(Visit, "visit_1").asked_at == dt.datetime.fromisoformat(now)
        assert uow.get(Visit, "visit_2").asked_at is None
    downgrade(bare, "0007")
    with bare.engine.connect() as connection:
        assert connection.execute(text("SELECT dispatch_ahead FROM planning_policy")).scalar_one() == 43_200


def _filled(table: Table, values: dict[str, Any], now: str) -> dict[str, Any]:
    """A row with something in every column that must have something."""
    row = dict(values)
    for column in table.columns:
        if column.name in row or column.nullable:
            continue
        kind = str(column.type).upper()
        if "TIME" in kind:
            row[column.name] = dt.datetime.fromisoformat(now)
        elif "JSON" in kind:
            row[column.name] = {}
        else:
            row[column.name] = "" if "CHAR" in kind or "TEXT" in kind else 0
    return row


def test_a_database_that_a_newer_program_made_is_left_alone(bare: Store) -> None:
    upgrade(bare)
    with bare.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(UnknownDatabase, match=rf"'9999'.*newest is '{newest()}'.*newer version of Fieldwright"):
        upgrade(bare)
    with pytest.raises(UnknownDatabase):
        downgrade(bare, "base")
    assert not is_current(bare)
    assert "outbox" in inspect(bare.engine).get_table_names()


def test_tables_that_no_migration_made_are_left_alone(bare: Store) -> None:
    with bare.engine.begin() as connection:
        connection.execute(text("CREATE TABLE visit (id INTEGER)"))
    with pytest.raises(UnknownDatabase, match="no record of which migration"):
        upgrade(bare)


def test_several_threads_may_start_at_once(bare: Store) -> None:
    stores = [Store(bare.url.render_as_string(hide_password=False)) for _ in range(4)]
    with ThreadPoolExecutor(len(stores)) as threads:
        list(threads.map(upgrade, stores))
    assert is_current(bare)
    for store in stores:
        store.dispose()


def test_several_processes_may_start_at_once(bare: Store) -> None:
    url = bare.url.render_as_string(hide_password=False)
    program = (
        "import sys; from dispatch.store.engine import Store; from dispatch.store.migrate import upgrade; "
        "upgrade(Store(sys.argv[1]))"
    )
    started = [
        subprocess.Popen([sys.executable, "-c", program, url], stderr=subprocess.PIPE, text=True) for _ in range(4)
    ]
    said = [one.communicate(timeout=120)[1] for one in started]
    assert [one.returncode for one in started] == [0] * 4, said
    assert is_current(bare)


def test_a_file_in_a_folder_that_is_not_there_yet_is_made(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path / 'new' / 'folder' / 'store.db'}")
    upgrade(store)
    assert is_current(store)
    store.dispose()


def test_a_new_migration_is_written_where_the_tables_are_described_otherwise(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "migrations"
    shutil.copytree(migrate.__file__.replace("migrate.py", "migrations"), folder)
    monkeypatch.setattr("dispatch.store.migrate._MIGRATIONS", folder)
    count = len(list(folder.glob("versions/0*.py")))
    with pytest.raises(ValueError, match="nothing to write"):
        new("Nothing")

    first = folder / "versions" / "0001_initial_tables.py"
    lines = first.read_text().splitlines(keepends=True)
    first.write_text("".join(line for line in lines if not re.search("outcome., sa.String.length=20", line)))
    written = new("Add the outcome of holds")
    assert written.name == f"{count + 1:04}_add_the_outcome_of_holds.py"
    text_of_it = written.read_text()
    assert "add_column(sa.Column('outcome', sa.String(length=20), nullable=True))" in text_of_it
    assert "drop_column('outcome')" in text_of_it
    compile(text_of_it, str(written), "exec")
