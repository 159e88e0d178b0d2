"""A process that makes one application after another, as tests do, keeps none of them."""

import gc
import weakref

from fastapi.testclient import TestClient

from dispatch.console.app import create_app
from dispatch.settings import Settings
from dispatch.store.engine import Store


def test_an_application_that_nobody_uses_any_more_is_let_go(sqlite_store: Store, settings: Settings) -> None:
    app = create_app(sqlite_store, settings)
    with TestClient(app, base_url="http://localhost") as client:
        assert client.get("/docs").status_code == 200  # FastAPI keeps the endpoints that were asked, for ever
        assert client.get("/api/v1/session").status_code == 401
    still_there = weakref.ref(app)
    del app, client
    gc.collect()
    assert still_there() is None
