"""The frame around every request: hosts, other sites, sizes, headers, and how everything is refused."""

from __future__ import annotations

import base64
import hashlib
import logging
import re

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from pydantic import BaseModel
from starlette.datastructures import Headers

from dispatch.console.app import PREFIX
from dispatch.console.problems import MEDIA_TYPE
from dispatch.console.reference import page
from dispatch.console.routing import Router
from dispatch.console.security import answered_hosts, comes_from_elsewhere
from dispatch.settings import Settings
from tests.dispatch.console.conftest import Api

router = Router(prefix="/odd")
pytestmark = pytest.mark.usefixtures("odd")


class Text(BaseModel):
    text: str


@router.post("/mistake")
def make_a_mistake(sent: Text) -> None:
    raise RuntimeError(f"nobody expected {sent.text}")


@router.post("/echo")
def echo(sent: Text) -> Text:
    return sent


@pytest.fixture
def odd(app: FastAPI) -> FastAPI:
    app.include_router(router, prefix=PREFIX)
    return app


def test_who_is_signed_in_is_told_their_rights(api: Api) -> None:
    me = api("dispatcher").get("/session").json()
    assert me["role"] == "dispatcher"
    assert "approve plans" in me["rights"]


def test_a_token_that_means_nothing_is_turned_away(api: Api) -> None:
    answer = api(None).get("/session", headers={"Authorization": "Bearer fwt_made-up"})
    assert answer.status_code == 401
    assert answer.headers["content-type"] == MEDIA_TYPE
    assert answer.headers["www-authenticate"].startswith("Bearer")


def test_every_answer_tells_browsers_what_they_may_not_do(api: Api) -> None:
    for path in ("/session", "/nowhere"):
        headers = api("agent").get(path).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-frame-options"] == "DENY"
        assert headers["referrer-policy"] == "no-referrer"
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert headers["cache-control"] == "no-cache, private"


def test_a_request_keeps_the_id_that_it_came_with(api: Api) -> None:
    client = api("agent")
    assert client.get("/session", headers={"X-Request-Id": "trace-7"}).headers["x-request-id"] == "trace-7"
    made = client.get("/session", headers={"X-Request-Id": "line\tbreak!"}).headers["x-request-id"]
    assert len(made) == 16


@pytest.mark.parametrize("host", ["evil.example.org", "localhost.evil.example.org", "", "[::2]:80"])
def test_a_name_that_is_not_ours_is_not_answered(api: Api, host: str) -> None:
    answer = api("agent").get("/session", headers={"Host": host})
    assert answer.status_code == 400
    assert answer.json()["type"].endswith(":wrong-host")


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:8765", "127.0.0.1:1", "[::1]:8765", "[::1]"])
def test_loopback_is_answered_under_each_of_its_names(api: Api, host: str) -> None:
    assert api("agent").get("/session", headers={"Host": host}).status_code == 200


def test_the_public_name_is_answered_and_every_interface_is_no_name() -> None:
    settings = Settings(host="0.0.0.0", public_url="https://desk.example.org:8443/")
    assert answered_hosts(settings) == {"localhost", "127.0.0.1", "::1", "desk.example.org"}


@pytest.mark.parametrize(
    ("headers", "elsewhere"),
    [
        ({}, False),  # no browser
        ({"sec-fetch-site": "same-origin"}, False),
        ({"sec-fetch-site": "none"}, False),  # typed into the address bar
        ({"sec-fetch-site": "cross-site"}, True),
        ({"sec-fetch-site": "same-site"}, True),  # another subdomain
        ({"origin": "http://localhost"}, False),
        ({"origin": "http://localhost:9999"}, True),
        ({"origin": "null"}, True),
        ({"origin": "https://evil.example.org", "authorization": "Bearer fwt_x"}, False),
    ],
)
def test_a_change_from_another_site_is_recognised(headers: dict[str, str], elsewhere: bool) -> None:
    assert comes_from_elsewhere(Headers({"host": "localhost", **headers})) is elsewhere


def test_another_site_can_change_nothing_with_a_browsers_cookie(api: Api) -> None:
    answer = api(None).post("/session", json={"email": "a", "password": "b"}, headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403
    assert answer.json()["type"].endswith(":cross-site")


def test_a_document_that_is_too_large_is_refused_however_it_is_sent(api: Api) -> None:
    client = api("administrator")
    declared = client.post("/users", content=b" " * 2_000_001)

    def in_parts() -> object:
        for _ in range(5):
            yield b" " * 500_000

    undeclared = client.post("/users", content=in_parts(), headers={"Content-Type": "application/json"})
    assert (declared.status_code, undeclared.status_code) == (413, 413)
    assert declared.headers["content-type"] == MEDIA_TYPE


def test_a_mistake_of_ours_is_answered_with_a_reference_and_says_nothing_of_what_was_sent(
    api: Api, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        answer = api(None).post("/odd/mistake", json={"text": "Ana Rojas"})
    assert answer.status_code == 500
    reference = answer.json()["reference"]
    assert reference in caplog.text
    assert "RuntimeError" in caplog.text
    assert "Ana Rojas" not in caplog.text + answer.text
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_a_value_that_makes_no_sense_is_named_with_its_place_and_a_remedy(api: Api) -> None:
    answer = api("administrator").post("/users", json={"email": "no address", "nmae": "Ana", "role": "boss"})
    assert answer.status_code == 422
    errors = {one["place"]: one for one in answer.json()["errors"]}
    assert set(errors) == {"body.email", "body.name", "body.nmae", "body.role"}
    assert errors["body.email"]["value"] == "no address"
    assert errors["body.name"]["remedy"] == "add it"
    assert errors["body.nmae"]["remedy"] == "leave it out"
    assert "'administrator'" in errors["body.role"]["remedy"]


def test_the_character_nul_is_refused_wherever_it_stands(api: Api) -> None:
    client = api("administrator")
    assert client.post("/odd/echo", json={"text": "a\0b"}).status_code == 422
    assert client.get("/users", params={"search": "\0"}).status_code == 422
    assert client.get("/users/%00").status_code == 422
    harmless = client.post("/odd/echo", content=b'{"text": "\\\\u0000"}', headers={"Content-Type": "application/json"})
    assert harmless.json() == {"text": "\\u0000"}


def test_what_is_no_json_is_refused_with_a_problem_document(api: Api) -> None:
    answer = api(None).post("/odd/echo", content=b"{", headers={"Content-Type": "application/json"})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["remedy"] == "send a JSON document"


def test_travel_times_are_made_when_they_are_first_asked_for(app: FastAPI) -> None:
    assert "travel" not in vars(app.state.context)
    assert app.state.context.travel is app.state.context.travel


def test_the_api_describes_itself_without_anything_from_elsewhere(app: FastAPI) -> None:
    with TestClient(app, base_url="http://localhost") as client:
        shown = client.get("/docs")
        document = client.get("/api/v1/openapi.json")
        moved = client.get("/openapi.json", follow_redirects=False)
        assert client.get("/redoc").status_code == 404
    assert (document.status_code, document.json()["openapi"][:3]) == (200, "3.1")
    assert (moved.status_code, moved.headers["location"]) == (308, "/api/v1/openapi.json")
    assert shown.headers["content-type"].startswith("text/html")
    assert not re.search(r"<script|<link|<img|src=|url\(|@import|href=.http", shown.text)
    for path, methods in document.json()["paths"].items():
        for operation in methods.values():
            assert f'id="{operation["operationId"]}"' in shown.text, path
    for name in document.json()["components"]["schemas"]:
        assert f'id="{name.lower()}"' in shown.text
    style = shown.text.partition("<style>")[2].partition("</style>")[0]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert f"style-src 'sha256-{digest}'" in shown.headers["content-security-policy"]
    assert "https:" not in shown.headers["content-security-policy"]


def test_texts_in_the_documentation_cannot_become_markup() -> None:
    answers = {"200": {"description": "<b>"}}
    operation = {"summary": "<script>", "operationId": '"', "responses": answers, "description": "a & b"}
    schemas = {"S": {"properties": {"<x>": {"type": "string", "pattern": "^<[a]$"}}}}
    shown = page(
        {
            "info": {"title": "<i>", "version": "1"},
            "paths": {"/a": {"get": operation}},
            "components": {"schemas": schemas},
        },
        "/d",
    )
    for markup in ("<script", "<i>", "<b><", "<x>", "^<["):
        assert markup not in shown
    assert "a &amp; b" in shown
