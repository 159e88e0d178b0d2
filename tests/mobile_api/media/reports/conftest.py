"""An installation of a company, and a visit that somebody is at."""

from __future__ import annotations

import pytest

from dispatch.settings import Settings
from dispatch.store.engine import Store
from tests.dispatch.world import World
from tests.mobile_api.media.reports.working import Work, at_work


@pytest.fixture
def settings(settings: Settings) -> Settings:
    settings.company, settings.company_contact = "Servicios Elqui SpA", "Balmaceda 100, La Serena"
    return settings


@pytest.fixture
def work(sqlite_store: Store, world: World, settings: Settings) -> Work:
    return at_work(sqlite_store, world, settings)
