"""The commands that run until they are asked to end."""

import json
import re
import signal
import urllib.request

import pytest
from sqlalchemy import select

from dispatch.cli import main
from dispatch.sample import live
from dispatch.store.engine import Store
from dispatch.store.tables import Leader, OutboxEntry
from tests.dispatch.commands.running import running
from tests.dispatch.databases import copied_file


@pytest.fixture(autouse=True)
def _data_lies_beside_the_database(monkeypatch):
    monkeypatch.delenv("FIELDWRIGHT_DATA_FOLDER", raising=False)


@pytest.fixture
def url(migrated, tmp_path):
    """A migrated database on SQLite that no store has open."""
    return copied_file(migrated, tmp_path)


def test_a_server_makes_its_tables_lets_the_administrator_in_and_ends_when_asked(tmp_path):
    words = "serve", "--port", "0", "--database", f"sqlite:///{tmp_path}/new.db"
    with running(tmp_path, *words, until="Ctrl-C stops it", by=signal.SIGTERM) as said:
        address = re.search(r"Fieldwright is at (\S+)", said)[1]
        email, password = re.search(r"sign in as (\S+) with (\S+) ", said).groups()
        request = urllib.request.Request(
            f"{address}/api/v1/session",
            data=json.dumps({"email": email, "password": password}).encode(),
            headers={"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=60) as answer:
            assert json.load(answer)["role"] == "administrator"


@pytest.mark.parametrize("by", [signal.SIGINT, signal.SIGTERM])
def test_a_server_that_is_asked_to_end_before_the_sample_is_ready_ends_and_shows_the_password(tmp_path, by):
    words = "serve", "--sample", "--port", "0", "--database", f"sqlite:///{tmp_path}/new.db"
    with running(tmp_path, *words, until="Building the region", by=by) as said:
        assert "Fieldwright is at" not in said
    store = Store(f"sqlite:///{tmp_path}/new.db")
    with store.reading() as uow:
        noted = uow.session.scalars(select(OutboxEntry.at)).all()
    store.dispose()
    assert set(noted) == {live.begins_at()}, "not in that day, but on the day on which somebody looks at it"


def test_a_worker_leads_until_it_is_asked_to_end(tmp_path, url):
    with running(tmp_path, "worker", "--database", url, until="Working on"):
        pass
    store = Store(url)
    with store.reading() as uow:
        assert uow.session.get(Leader, 1) is not None
    store.dispose()


def test_what_is_not_the_sample_is_not_simulated(url, capsys):
    assert main(["simulate", "--database", url]) == 2
    assert "does not hold the sample; fill it with `fieldwright serve --sample`" in capsys.readouterr().err


def test_options_of_the_sample_are_refused_without_it(tmp_path, capsys):
    for option in (["--speed", "5"], ["--quiet"], ["--autopilot"], ["--language", "zh"]):
        assert main(["serve", *option, "--database", f"sqlite:///{tmp_path}/none.db"]) == 2
        assert f"{option[0]} is for the sample city; say --sample as well" in capsys.readouterr().err
    assert not (tmp_path / "none.db").exists()
