"""Tests that look at pages in a browser. Where that is not possible they are left out, and the header says why."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from argon2 import PasswordHasher

from dispatch.access import passwords
from tests.dispatch.databases import migrated_file
from tests.web.browsers import browser as opened_browser
from tests.web.browsers import why_not
from tests.web.field_days import FieldDay, field_day
from tests.web.operations import Operation, operation, region_home

if TYPE_CHECKING:
    from playwright.sync_api import Browser

collect_ignore = [] if why_not() is None else ["test_accessibility.py", "test_map_page.py", "test_placing.py"]
collect_ignore += [] if why_not("console") is None else ["test_tutorial.py"]
collect_ignore_glob = [f"test_{page}_*.py" for page in ("console", "field") if why_not(page) is not None]


@pytest.fixture(scope="package", autouse=True)
def _passwords_cost_nothing() -> Iterator[None]:
    """Elsewhere they are dear to look at, so that nobody guesses them; here almost every test signs somebody in."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "_HASHER", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
        patch.setattr(passwords, "_NOBODYS", [])
        yield


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Closed behind the last of these tests in a row: it keeps a loop of events running, and others need their own."""
    with opened_browser() as opened:
        yield opened


@pytest.fixture(scope="session")
def migrated_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with all tables and no rows."""
    return migrated_file(tmp_path_factory.mktemp("migrated"))


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with a region. The processes of one run of the tests share it."""
    base = tmp_path_factory.getbasetemp()
    return region_home(base.parent if "PYTEST_XDIST_WORKER" in os.environ else base)


@pytest.fixture
def here(migrated_store: Path, tmp_path: Path, home: Path) -> Iterator[Operation]:
    """An operation with a base map."""
    with operation(migrated_store, tmp_path, home) as made:
        yield made


@pytest.fixture
def without_region(migrated_store: Path, tmp_path: Path) -> Iterator[Operation]:
    """An operation that has no region."""
    with operation(migrated_store, tmp_path, None) as made:
        yield made


@pytest.fixture
def field(migrated_store: Path, tmp_path: Path) -> Iterator[FieldDay]:
    """A technician's day, and a server for their phone."""
    with field_day(migrated_store, tmp_path) as made:
        yield made
