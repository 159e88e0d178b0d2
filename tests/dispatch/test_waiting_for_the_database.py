"""Programs that live long wait for a database that is not there yet, and say so."""

from __future__ import annotations

import socket
import threading
from pathlib import Path

import pytest
from sqlalchemy.exc import DatabaseError

from dispatch.commands import opening
from dispatch.commands.opening import patiently
from dispatch.domain.errors import Unavailable
from dispatch.store.engine import Store
from dispatch.store.migrate import is_current, upgrade


@pytest.fixture(autouse=True)
def _short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "_FIRST_PAUSE", 0.001)


def test_a_database_that_comes_up_later_is_waited_for(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    store = Store(f"sqlite:///{tmp_path / 'store.db'}")
    answers = iter([Unavailable("It is starting."), Unavailable("It is starting."), Unavailable("Almost."), None])

    def work() -> None:
        answer = next(answers)
        if answer is not None:
            raise answer
        upgrade(store)

    assert patiently(store, work)
    assert is_current(store)
    said = capsys.readouterr().err.splitlines()
    assert [line.split(": ")[-1] for line in said] == ["It is starting.", "Almost."], "each reason is said once"
    store.dispose()


def test_who_waits_can_be_asked_to_end(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.socket() as taken:  # bound, but nobody listens
        taken.bind(("127.0.0.1", 0))
        store = Store(f"postgresql://someone@127.0.0.1:{taken.getsockname()[1]}/fieldwright")
        ending, attempts = threading.Event(), []

        def work() -> None:
            attempts.append(1)
            if len(attempts) == 3:
                ending.set()
            with store.engine.connect():
                pass

        assert not patiently(store, work, ending)
        assert len(attempts) == 3
        assert "waiting for the database" in capsys.readouterr().err
        store.dispose()


def test_what_waiting_cannot_mend_is_not_waited_for(tmp_path: Path) -> None:
    path = tmp_path / "letter.txt"
    path.write_text("Dear Sir or Madam, this is no database. " * 40)
    store = Store(f"sqlite:///{path}")
    with pytest.raises(DatabaseError, match="not a database"):
        patiently(store, lambda: upgrade(store))
    store.dispose()
