"""The technician's page, as the server gives it out."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from dispatch.console.security import Frame
from dispatch.settings import Settings
from mobile_api.pages import ICONS, serve_field

ROOT = Path(__file__).resolve().parents[2]
MANIFEST = ROOT / "web" / "field" / "public" / "manifest.webmanifest"


@pytest.fixture
def built(tmp_path: Path) -> Path:
    """What the build makes, small."""
    folder = tmp_path / "web"
    (folder / "field" / "assets").mkdir(parents=True)
    for name, text in {
        "index.html": "<!doctype html><title>My day</title>",
        "sw.js": "addEventListener('fetch', () => undefined);",
        "manifest.webmanifest": MANIFEST.read_text(encoding="utf-8"),
        "icon-192.png": "a picture",
        "licences.md": "MIT",
        "assets/index-abc123.js": "run();",
    }.items():
        (folder / "field" / name).write_text(text, encoding="utf-8")
    (folder / "field" / "sw.js.gz").write_bytes(gzip.compress(b"small"))
    return folder


def client_of(built: Path) -> TestClient:
    settings = Settings(database_url="sqlite://")
    app = FastAPI()
    serve_field(app, settings, built)
    app.add_middleware(Frame, settings=settings)
    return TestClient(app, base_url="http://localhost")


def test_the_page_may_use_the_camera_and_know_where_it_is_and_runs_nothing_that_is_not_ours(built: Path) -> None:
    answer = client_of(built).get("/field")
    assert answer.status_code == 200
    assert answer.headers["Permissions-Policy"] == "camera=(self), geolocation=(self), microphone=()"
    policy = answer.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self'; worker-src 'self'")
    assert "unsafe" not in policy
    assert answer.headers["Cache-Control"] == "no-cache"


def test_the_worker_answers_for_the_page_itself_and_is_asked_for_anew_each_time(built: Path) -> None:
    client = client_of(built)
    answer = client.get("/field/sw.js", headers={"Accept-Encoding": "identity"})
    assert answer.headers["Service-Worker-Allowed"] == "/field"
    assert answer.headers["Content-Type"].startswith("text/javascript")
    assert answer.headers["Cache-Control"] == "no-cache"
    assert "connect-src 'self'" in answer.headers["Content-Security-Policy"]
    again = client.get("/field/sw.js", headers={"Accept-Encoding": "identity", "If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304


def test_who_reads_gzip_gets_the_smaller_file(built: Path) -> None:
    answer = client_of(built).get("/field/sw.js", headers={"Accept-Encoding": "gzip"})
    assert answer.headers["Content-Encoding"] == "gzip"
    assert answer.text == "small"
    assert answer.headers["Vary"] == "Accept-Encoding"


def test_the_manifest_makes_the_page_an_app(built: Path) -> None:
    answer = client_of(built).get("/field/manifest.webmanifest")
    assert answer.headers["Content-Type"].startswith("application/manifest+json")
    manifest = json.loads(answer.text)
    assert (manifest["id"], manifest["scope"], manifest["start_url"]) == ("/field", "/field", "/field")
    assert manifest["display"] == "standalone"
    sizes = {(one["sizes"], one.get("purpose", "any")) for one in manifest["icons"] if one["type"] == "image/png"}
    assert sizes == {("192x192", "any"), ("512x512", "any"), ("512x512", "maskable")}
    for icon in manifest["icons"]:
        name = icon["src"].removeprefix("/field/")
        assert name in ICONS
        assert (ROOT / "web" / "field" / "public" / name).is_file()


@pytest.mark.parametrize(
    "path", ["/field/licences.md", "/field/..%2Fsecret", "/field/icon-512.png", "/field/assets/none.js", "/field/x"]
)
def test_nothing_else_is_given_out(built: Path, path: str) -> None:
    assert client_of(built).get(path).status_code == 404


def test_without_node_the_address_says_what_is_missing(tmp_path: Path) -> None:
    answer = client_of(tmp_path).get("/field")
    assert answer.status_code == 503
    assert "Node 20" in answer.text
    assert client_of(tmp_path).get("/field/sw.js").status_code == 404
