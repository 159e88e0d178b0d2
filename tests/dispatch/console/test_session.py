"""Signing in, staying in, and being put out."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient
from pydantic import SecretStr
from sqlalchemy import select

from dispatch.access.passwords import hashed
from dispatch.console.app import create_app
from dispatch.console.deps import COOKIE
from dispatch.domain.clock import FixedClock
from dispatch.settings import Settings
from dispatch.store.engine import Store
from dispatch.store.tables import BrowserSession, OutboxEntry, User
from tests.dispatch.console.conftest import BASE, Client
from tests.dispatch.world import World

PASSWORD = "tide over 4 the kelp"
KEPT = hashed(PASSWORD)
EMAIL = "ana@example.org"

pytestmark = pytest.mark.usefixtures("ana")


@pytest.fixture
def ana(sqlite_store: Store) -> str:
    return World(sqlite_store).user("dispatcher", email=EMAIL, name="Ana", password_hash=KEPT)


@pytest.fixture
def browser(sqlite_store: Store, settings: Settings, wall: FixedClock) -> Iterator[TestClient]:
    with Client(create_app(sqlite_store, settings, wall=wall), base_url=BASE) as client:
        yield client


def _enter(browser: TestClient, password: str = PASSWORD, email: str = EMAIL) -> int:
    return int(browser.post("/session", json={"email": email, "password": password}).status_code)


def _outcomes(store: Store) -> list[tuple[bool, str]]:
    with store.reading() as uow:
        entries = uow.session.scalars(
            select(OutboxEntry).where(OutboxEntry.kind == "SignedIn").order_by(OutboxEntry.id)
        )
        return [(one.payload["succeeded"], one.payload["detail"].get("because", "")) for one in entries]


def test_a_password_opens_a_session_and_signing_out_ends_it(browser: TestClient, ana: str) -> None:
    assert _enter(browser, email=" Ana@Example.org ") == 200
    assert browser.get("/session").json()["id"] == ana
    kept = browser.cookies[COOKIE]
    assert browser.delete("/session").status_code == 204
    browser.cookies.clear()
    browser.cookies.set(COOKIE, kept)
    assert browser.get("/session").status_code == 401


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(browser: TestClient) -> None:
    answer = browser.post("/session", json={"email": EMAIL, "password": PASSWORD})
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    assert "secure" not in cookie  # on loopback without TLS; a browser would not send it back


def test_behind_tls_the_cookie_goes_over_tls_only(sqlite_store: Store) -> None:
    settings = Settings(database_url="sqlite://", public_url="https://desk.example.org")
    client = Client(create_app(sqlite_store, settings), base_url="https://desk.example.org/api/v1/")
    answer = client.post("/session", json={"email": EMAIL, "password": PASSWORD})
    assert "secure" in answer.headers["set-cookie"].lower()
    assert answer.headers["strict-transport-security"] == "max-age=31536000"


def test_the_store_holds_neither_the_cookie_nor_the_password(
    browser: TestClient, ana: str, sqlite_store: Store
) -> None:
    _enter(browser)
    with sqlite_store.reading() as uow:
        session = uow.session.scalars(select(BrowserSession)).one()
        user = uow.get(User, ana)
    assert browser.cookies[COOKIE] not in session.token_hash
    assert user.password_hash is not None
    assert user.password_hash.startswith("$argon2id$")


def test_a_wrong_password_and_an_unknown_account_are_answered_alike(browser: TestClient, sqlite_store: Store) -> None:
    wrong = browser.post("/session", json={"email": EMAIL, "password": "not it at all"})
    unknown = browser.post("/session", json={"email": "nobody@example.org", "password": "not it at all"})
    assert wrong.status_code == unknown.status_code == 401
    assert wrong.json() == unknown.json()
    assert _outcomes(sqlite_store) == [(False, "wrong password"), (False, "no such account")]


def test_somebody_without_a_password_or_no_longer_active_does_not_get_in(
    browser: TestClient, sqlite_store: Store
) -> None:
    World(sqlite_store).user("dispatcher", email="oidc@example.org")
    World(sqlite_store).user("dispatcher", email="gone@example.org", password_hash=KEPT, active=False)
    assert _enter(browser, email="oidc@example.org") == 401
    assert _enter(browser, email="gone@example.org") == 401


def test_a_session_ends_when_it_is_not_used(browser: TestClient, wall: FixedClock) -> None:
    _enter(browser)
    wall.advance(hours=3.9)
    assert browser.get("/session").status_code == 200  # and lasts four hours from here
    wall.advance(hours=3.9)
    assert browser.get("/session").status_code == 200
    wall.advance(hours=4)
    assert browser.get("/session").status_code == 401


def test_a_session_ends_after_a_day_of_work_however_busy_it_is(browser: TestClient, wall: FixedClock) -> None:
    _enter(browser)
    for _ in range(11):
        wall.advance(hours=1)
        assert browser.get("/session").status_code == 200
    wall.advance(hours=1)
    assert browser.get("/session").status_code == 401


def test_after_too_many_failures_even_the_right_password_has_to_wait(browser: TestClient, wall: FixedClock) -> None:
    assert [_enter(browser, "not it at all") for _ in range(5)] == [401] * 5
    refused = browser.post("/session", json={"email": EMAIL, "password": PASSWORD})
    assert refused.status_code == 429
    assert refused.headers["retry-after"] == "900"
    wall.advance(minutes=15)
    assert _enter(browser) == 200


def test_success_takes_back_the_failures_before_it(browser: TestClient) -> None:
    for _ in range(3):
        assert [_enter(browser, "not it at all") for _ in range(4)] == [401] * 4
        assert _enter(browser) == 200


def test_one_address_cannot_try_account_after_account(browser: TestClient) -> None:
    tries = [_enter(browser, "not it at all", f"user{number}@example.org") for number in range(26)]
    assert tries == [401] * 25 + [429]


def test_a_new_password_ends_all_sessions_but_the_one_it_is_changed_in(
    browser: TestClient, sqlite_store: Store, settings: Settings, wall: FixedClock
) -> None:
    other = Client(create_app(sqlite_store, settings, wall=wall), base_url=BASE)
    assert _enter(browser) == _enter(other) == 200
    change = {"current": PASSWORD, "new": "a lighthouse keeps 3 goats"}
    assert browser.post("/session/password", json=change).status_code == 204
    assert browser.get("/session").status_code == 200
    assert other.get("/session").status_code == 401
    assert _enter(other) == 401
    assert _enter(other, "a lighthouse keeps 3 goats") == 200


def test_a_new_password_asks_for_the_current_one(browser: TestClient) -> None:
    _enter(browser)
    change = {"current": "a guess at random", "new": "a lighthouse keeps 3 goats"}
    assert browser.post("/session/password", json=change).status_code == 403


@pytest.mark.parametrize("weak", ["short 1 abc", "aaaaaaaaaaaaaaaa", "abab" * 51])
def test_a_password_that_is_guessed_too_easily_is_refused(browser: TestClient, weak: str) -> None:
    _enter(browser)
    answer = browser.post("/session/password", json={"current": PASSWORD, "new": weak})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["place"] == "body.new"
    assert weak not in answer.text


def test_signing_in_again_ends_the_session_that_the_browser_had(browser: TestClient) -> None:
    _enter(browser)
    before = browser.cookies[COOKIE]
    _enter(browser)
    assert browser.cookies[COOKIE] != before
    browser.cookies.clear()
    browser.cookies.set(COOKIE, before)
    assert browser.get("/session").status_code == 401


@pytest.mark.parametrize(
    ("issuer", "provider"), [("https://login.example.org/realms/field", "login.example.org"), (None, None)]
)
def test_whoever_is_not_signed_in_learns_how_they_may(
    sqlite_store: Store, issuer: str | None, provider: str | None
) -> None:
    settings = Settings(oidc_issuer=issuer, oidc_client_id="fieldwright", oidc_client_secret=SecretStr("hush"))
    with Client(create_app(sqlite_store, settings), base_url=BASE) as client:
        assert client.get("/session/ways").json() == {"openid": provider}
