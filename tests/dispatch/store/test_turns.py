"""Writers to a SQLite database take turns, within a process and between processes."""

from __future__ import annotations

import fcntl
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from dispatch.store.engine import Store
from dispatch.store.tables import Leader
from dispatch.store.turns import Turns
from tests.dispatch.world import World

LONG = 60
_HOLDS = """
import sys
from pathlib import Path
from dispatch.store.turns import Turns
assert Turns(Path(sys.argv[1])).take(60) is not None
print("has it", flush=True)
sys.stdin.read()
"""


def somebody_waits(database: Path) -> bool:
    """Whether somebody is at the head of the queue."""
    path = database.with_name(f"{database.name}.next")
    with path.open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def test_who_has_just_written_stands_behind_who_waits(tmp_path: Path) -> None:
    database = tmp_path / "a.db"
    ours, theirs = Turns(database), Turns(database)  # as in two processes
    order = []
    turn = ours.take(LONG)
    assert turn is not None

    def wait_for_it() -> None:
        got = theirs.take(LONG)
        assert got is not None
        order.append("they")
        theirs.give_back(got)

    waiting = threading.Thread(target=wait_for_it)
    waiting.start()
    while not somebody_waits(database):
        pass
    ours.give_back(turn)
    again = ours.take(LONG)
    assert again is not None
    order.append("we")
    ours.give_back(again)
    waiting.join()
    assert order == ["they", "we"]


def test_a_turn_that_does_not_come_is_not_waited_for_forever(tmp_path: Path) -> None:
    turns = Turns(tmp_path / "a.db")
    turn = turns.take(LONG)
    assert turn is not None
    assert turns.take(0.01) is None
    turns.give_back(turn)
    again = turns.take(LONG)
    assert again is not None
    turns.give_back(again)


def test_a_process_that_dies_gives_its_turn_back(tmp_path: Path) -> None:
    database = tmp_path / "a.db"
    command = [sys.executable, "-c", _HOLDS, str(database)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "has it\n"
        turns = Turns(database)
        assert turns.take(0.01) is None
        other.kill()
        turn = turns.take(LONG)
        assert turn is not None
        turns.give_back(turn)


def test_the_turn_is_given_back_however_a_transaction_ends(sqlite_store: Store) -> None:
    turns = Turns(Path(sqlite_store.url.database or ""))
    World(sqlite_store).territory()

    def fail_half_way() -> None:
        with sqlite_store.unit_of_work() as uow:
            uow.session.get(Leader, 1)
            assert turns.take(0.01) is None
            raise KeyError

    with pytest.raises(KeyError):
        fail_half_way()
    turn = turns.take(0.01)
    assert turn is not None
    turns.give_back(turn)


def test_reading_waits_for_nobody(sqlite_store: Store) -> None:
    turns = Turns(Path(sqlite_store.url.database or ""))
    turn = turns.take(LONG)
    assert turn is not None
    with sqlite_store.reading() as uow:
        assert uow.session.get(Leader, 1) is None
    turns.give_back(turn)
