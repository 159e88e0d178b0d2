"""The commands of an administrator: users, and the database itself."""

import re
import sqlite3

import pytest

from dispatch.access.passwords import matches
from dispatch.cli import main
from dispatch.store.engine import Store
from dispatch.store.tables import User
from tests.dispatch.databases import copied_file


@pytest.fixture
def url(migrated, tmp_path):
    """A migrated database on SQLite that no store has open."""
    return copied_file(migrated, tmp_path)


def users(url):
    store = Store(url)
    with store.reading() as uow:
        found = {user.email: user for user in uow.session.query(User)}
    store.dispose()
    return found


def test_a_user_is_added_gets_another_password_and_is_listed(url, capsys):
    assert main(["user", "add", "Ana@example.org", "--role", "planner", "--database", url]) == 0
    first = re.search(r"ana@example.org may sign in with (\S+) ", capsys.readouterr().out)[1]
    assert main(["user", "password", "ana@example.org", "--database", url]) == 0
    second = re.search(r"with (\S+) ", capsys.readouterr().out)[1]
    kept = users(url)["ana@example.org"].password_hash
    assert (matches(first, kept), matches(second, kept)) == (False, True)
    assert main(["user", "list", "--database", url]) == 0
    assert re.search(r"ana@example.org +ana +planner +yes +password", capsys.readouterr().out)


def test_a_user_who_does_not_exist_gets_no_password(url, capsys):
    assert main(["user", "password", "nobody@example.org", "--database", url]) == 2
    assert "there is no user nobody@example.org; `fieldwright user list`" in capsys.readouterr().err
    assert main(["user", "add", "--database", url]) == 2
    assert "name the user by EMAIL" in capsys.readouterr().err


def test_the_status_of_a_database_that_is_not_there_makes_none(tmp_path, capsys):
    url = f"sqlite:///{tmp_path}/none.db"
    assert main(["db", "status", "--database", url]) == 2
    assert main(["db", "backup", str(tmp_path / "copy.db"), "--database", url]) == 2
    assert capsys.readouterr().err.count("there is no such database; `fieldwright db upgrade` makes it") == 2
    assert list(tmp_path.iterdir()) == []


def test_an_old_database_is_upgraded_and_says_where_it_stands(tmp_path, capsys):
    sqlite3.connect(tmp_path / "old.db").close()
    (tmp_path / "old.db").touch()
    url = f"sqlite:///{tmp_path}/old.db"
    assert main(["db", "status", "--database", url]) == 1
    assert "tables at nothing: this program wants" in capsys.readouterr().out
    assert main(["user", "list", "--database", url]) == 2
    assert "run `fieldwright db upgrade`" in capsys.readouterr().err
    assert main(["db", "upgrade", "--database", url]) == 0
    assert main(["db", "status", "--database", url]) == 0
    assert capsys.readouterr().out.count("up to date") == 2


def test_a_copy_of_a_database_is_whole_and_never_written_over_something(url, tmp_path, capsys):
    main(["user", "add", "ana@example.org", "--database", url])
    copy = tmp_path / "copy.db"
    assert main(["db", "backup", str(copy), "--database", url]) == 0
    assert set(users(f"sqlite:///{copy}")) == {"ana@example.org"}
    assert main(["db", "backup", str(copy), "--database", url]) == 2
    assert "exists already; name another file" in capsys.readouterr().err
    assert main(["db", "backup", "--database", url]) == 2
    assert main(["db", "status", str(copy), "--database", url]) == 2
