"""Every route of the API keeps what the API promises as a whole."""

from __future__ import annotations

import ast
import inspect
import re
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI

from dispatch.console.app import create_app
from dispatch.console.problems import MEDIA_TYPE
from dispatch.console.routes import ROUTERS, routers
from dispatch.console.routing import Route
from dispatch.settings import Settings
from dispatch.store.engine import Store
from tests.dispatch.console.conftest import Api

PUBLIC = {
    ("POST", "/session"),
    ("GET", "/session/ways"),
    ("GET", "/openid"),
    ("GET", "/openid/callback"),
}
"""What can be asked without being signed in; everything else cannot."""

LINES = 10


def _routes() -> Iterator[tuple[str, Route]]:
    for router, _ in routers():
        for route in router.routes:
            assert isinstance(route, Route), f"{route} is not made with a Router of dispatch.console.routing"
            for method in sorted(route.methods or ()):
                yield method, route


ROUTES = [pytest.param(method, route, id=f"{method} {route.path}") for method, route in _routes()]


@pytest.fixture(scope="module")
def documented(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The document; making it reads no database."""
    store = Store(f"sqlite:///{tmp_path_factory.mktemp('documented') / 'empty.db'}")
    document: dict[str, Any] = create_app(store, Settings()).openapi()
    return document


def _operation(documented: dict[str, Any], method: str, route: Route) -> dict[str, Any]:
    operation: dict[str, Any] = documented["paths"]["/api/v1" + route.path][method.lower()]
    return operation


@pytest.mark.parametrize(("method", "route"), ROUTES)
def test_a_route_asks_who_is_there_unless_it_is_listed_as_public(
    method: str, route: Route, api: Api, documented: dict[str, Any]
) -> None:
    is_public = (method, route.path) in PUBLIC
    assert bool(_operation(documented, method, route).get("security")) != is_public or route.path == "/session"
    if is_public:
        return
    answer = api(None).request(method, re.sub(r"\{[^}]*\}", "x_1", route.path))
    assert answer.status_code == 401
    assert answer.headers["content-type"] == MEDIA_TYPE
    assert answer.json()["type"] == "urn:fieldwright:problem:not-signed-in"


@pytest.mark.parametrize(("method", "route"), ROUTES)
def test_a_route_says_what_it_does_what_it_answers_and_how_it_refuses(
    method: str, route: Route, documented: dict[str, Any]
) -> None:
    operation = _operation(documented, method, route)
    assert route.summary, "name a summary"
    assert operation.get("description"), "give the handler a docstring"
    statuses = {int(status) for status in operation["responses"]}
    good = {status for status in statuses if status < 400}
    assert good, "declare the answer"
    assert (method, route.path) in PUBLIC or 401 in route.responses, "declare 401 with problems()"
    for status, response in operation["responses"].items():
        if int(status) >= 400:
            assert list(response["content"]) == [MEDIA_TYPE], f"{status} is not a problem document"
    empty = good <= {204, 303}
    assert empty or all(operation["responses"][str(status)].get("content") for status in good - {204, 303, 304})


@pytest.mark.parametrize("route", [pytest.param(one.values[1], id=one.id) for one in ROUTES])
def test_a_handler_is_short(route: Route) -> None:
    tree = ast.parse(textwrap.dedent(inspect.getsource(inspect.unwrap(route.endpoint))))
    handler = tree.body[0]
    assert isinstance(handler, ast.FunctionDef | ast.AsyncFunctionDef)
    said = ast.get_docstring(handler) is not None
    body = handler.body[1:] if said else handler.body
    assert body[-1].end_lineno is not None
    assert body[-1].end_lineno - body[0].lineno + 1 < LINES


def test_every_module_of_routes_is_registered() -> None:
    modules = {one.stem for one in Path(inspect.getfile(routers)).parent.glob("*.py")}
    assert modules - {"__init__"} == set(ROUTERS)


def test_all_paths_lie_under_the_version_of_the_api(app: FastAPI) -> None:
    outside = [path for path in app.openapi()["paths"] if not path.startswith("/api/v1/")]
    assert set(outside) <= {"/healthz", "/readyz"}


def test_an_operation_has_a_name_of_its_own(documented: dict[str, Any]) -> None:
    names = [one["operationId"] for path in documented["paths"].values() for one in path.values()]
    assert len(names) == len(set(names))


def test_the_document_is_openapi_3_1(documented: dict[str, Any]) -> None:
    assert documented["openapi"].startswith("3.1")


@pytest.mark.parametrize(
    ("method", "path", "status"), [("GET", "/nowhere", 404), ("PUT", "/session", 405), ("POST", "/audit", 405)]
)
def test_what_does_not_exist_is_refused_with_a_problem_document(api: Api, method: str, path: str, status: int) -> None:
    answer = api("administrator").request(method, path)
    assert answer.status_code == status
    assert answer.headers["content-type"] == MEDIA_TYPE
    assert answer.json()["status"] == status
