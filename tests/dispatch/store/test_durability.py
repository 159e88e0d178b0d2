"""What was acknowledged is there after the power was cut."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import text

from dispatch.store import engine
from dispatch.store.engine import Store

FULL = 2
"""As `PRAGMA synchronous` says it: a commit returns once the disk has it (sqlite.org/pragma.html)."""


def test_a_commit_on_sqlite_returns_once_the_disk_has_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Stores of the tests do not wait for the disk (tests/conftest.py); this one is prepared as anybody's is.
    monkeypatch.setattr(engine, "_prepare_sqlite", engine._prepare_sqlite.__wrapped__)  # noqa: SLF001  no other name
    store = Store(f"sqlite:///{tmp_path / 'store.db'}")
    try:
        with store.unit_of_work() as uow:
            assert uow.session.scalar(text("PRAGMA synchronous")) == FULL
            assert uow.session.scalar(text("PRAGMA journal_mode")) == "wal"
    finally:
        store.dispose()
