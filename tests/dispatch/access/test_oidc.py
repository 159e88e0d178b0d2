"""Signing in at an OpenID provider: whom its word lets in, and what is not believed."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient
from joserfc.jwk import OctKey, RSAKey
from sqlalchemy import select

from dispatch.access.oidc import OpenIdProvider
from dispatch.console.app import create_app
from dispatch.settings import Settings
from dispatch.store.engine import Store
from dispatch.store.tables import User
from tests.dispatch.access.issuer import CLIENT, SECRET, Issuer, issuing
from tests.dispatch.world import World

ANA = {"email": "Ana@example.org", "email_verified": True, "name": "Ana Rojas", "role": "dispatcher"}


@pytest.fixture(scope="module")
def provider() -> Iterator[Issuer]:
    with issuing() as issuer:
        yield issuer


@pytest.fixture
def issuer(provider: Issuer) -> Issuer:
    provider.claims, provider.described = dict(ANA), {}
    provider.algorithm, provider.signs_with = "RS256", None
    return provider


@pytest.fixture
def browser(sqlite_store: Store, issuer: Issuer) -> Iterator[TestClient]:
    settings = Settings(oidc_issuer=issuer.address, oidc_client_id=CLIENT, oidc_client_secret=SECRET)
    with TestClient(create_app(sqlite_store, settings), base_url="http://localhost", follow_redirects=False) as client:
        yield client


def _come_back(browser: TestClient, issuer: Issuer, **instead: str) -> Any:
    leaving = browser.get("/api/v1/openid")
    assert leaving.status_code == 303
    code, state = issuer.authorize(leaving.headers["location"])
    return browser.get("/api/v1/openid/callback", params={"code": code, "state": state, **instead})


def _role(browser: TestClient) -> str:
    return str(browser.get("/api/v1/session").json()["role"])


def test_a_stranger_whose_provider_names_a_role_becomes_a_user(
    browser: TestClient, issuer: Issuer, sqlite_store: Store
) -> None:
    back = _come_back(browser, issuer)
    assert (back.status_code, back.headers["location"]) == (303, "/")
    assert _role(browser) == "dispatcher"
    with sqlite_store.reading() as uow:
        user = uow.session.scalars(select(User)).one()
    assert (user.email, user.name, user.password_hash) == ("ana@example.org", "Ana Rojas", None)
    assert user.oidc_subject == f"{issuer.address} ana"


def test_who_came_from_the_phones_page_goes_back_there_and_nobody_is_sent_elsewhere(
    browser: TestClient, issuer: Issuer
) -> None:
    leaving = browser.get("/api/v1/openid", params={"to": "field"})
    code, state = issuer.authorize(leaving.headers["location"])
    back = browser.get("/api/v1/openid/callback", params={"code": code, "state": state})
    assert (back.status_code, back.headers["location"]) == (303, "/field")
    assert browser.get("/api/v1/openid", params={"to": "https://elsewhere.example"}).status_code == 422


def test_somebody_known_is_found_again_and_their_role_follows_the_claim(
    browser: TestClient, issuer: Issuer, sqlite_store: Store
) -> None:
    _come_back(browser, issuer)
    issuer.claims.update(role=["staff", "planner"], email="new@example.org")
    _come_back(browser, issuer)
    assert _role(browser) == "planner"
    with sqlite_store.reading() as uow:
        assert len(uow.session.scalars(select(User)).all()) == 1


def test_a_role_that_was_given_here_with_a_password_stays(
    browser: TestClient, issuer: Issuer, sqlite_store: Store
) -> None:
    World(sqlite_store).user("administrator", email="ana@example.org", password_hash="$argon2id$kept")
    _come_back(browser, issuer)
    assert _role(browser) == "administrator"


@pytest.mark.parametrize(
    "claims",
    [{"role": "boss"}, {"role": "system"}, {"role": None}, {"role": "technician"}, {"email_verified": False}],
)
def test_a_stranger_without_a_role_or_a_verified_address_is_not_let_in(
    browser: TestClient, issuer: Issuer, sqlite_store: Store, claims: dict[str, Any]
) -> None:
    issuer.claims.update(claims)
    assert _come_back(browser, issuer).status_code == 403
    assert browser.get("/api/v1/session").status_code == 401
    with sqlite_store.reading() as uow:
        assert uow.session.scalars(select(User)).all() == []


def test_an_address_that_is_not_verified_opens_nobodys_account(
    browser: TestClient, issuer: Issuer, sqlite_store: Store
) -> None:
    World(sqlite_store).user("manager", email="ana@example.org")
    issuer.claims["email_verified"] = "true"  # a text is not a yes
    assert _come_back(browser, issuer).status_code == 403


def test_who_is_not_active_stays_out(browser: TestClient, issuer: Issuer, sqlite_store: Store) -> None:
    World(sqlite_store).user("manager", email="ana@example.org", active=False)
    assert _come_back(browser, issuer).status_code == 403
    assert browser.get("/api/v1/session").status_code == 401


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "https://other.example.org"},
        {"aud": "another client"},
        {"nonce": "of another attempt"},
        {"exp": int(time.time()) - 3600},
        {"sub": None},
        {"azp": "another client"},
    ],
)
def test_a_word_that_is_not_for_us_and_now_is_not_believed(
    browser: TestClient, issuer: Issuer, claims: dict[str, Any]
) -> None:
    issuer.claims.update(claims)
    assert _come_back(browser, issuer).status_code == 401
    assert browser.get("/api/v1/session").status_code == 401


def test_a_word_that_is_signed_with_another_key_is_not_believed(browser: TestClient, issuer: Issuer) -> None:
    issuer.signs_with = RSAKey.generate_key(2048, {"kid": issuer.key.kid})
    assert _come_back(browser, issuer).status_code == 401


def test_a_word_that_is_signed_with_a_shared_secret_is_not_believed(browser: TestClient, issuer: Issuer) -> None:
    issuer.algorithm, issuer.signs_with = "HS256", OctKey.import_key("public keys are known to everybody")
    assert _come_back(browser, issuer).status_code == 401


def test_an_answer_to_another_attempt_is_refused(browser: TestClient, issuer: Issuer) -> None:
    assert _come_back(browser, issuer, state="made up").status_code == 401
    assert _come_back(browser, issuer, code="made up").status_code == 401


def test_a_browser_that_has_not_begun_is_refused(browser: TestClient, issuer: Issuer) -> None:
    leaving = browser.get("/api/v1/openid")
    code, state = issuer.authorize(leaving.headers["location"])
    browser.cookies.clear()
    answer = browser.get("/api/v1/openid/callback", params={"code": code, "state": state})
    assert answer.status_code == 401


def test_a_provider_that_has_changed_its_keys_is_asked_for_them_again(browser: TestClient, issuer: Issuer) -> None:
    _come_back(browser, issuer)
    issuer.key = RSAKey.generate_key(2048, {"kid": "two"})
    assert _come_back(browser, issuer).status_code == 303


def test_a_provider_that_calls_itself_by_another_name_is_not_used(browser: TestClient, issuer: Issuer) -> None:
    issuer.described = {"issuer": "https://other.example.org"}
    assert browser.get("/api/v1/openid").status_code == 503


def test_a_provider_that_does_not_answer_is_said_so(sqlite_store: Store) -> None:
    with issuing() as gone:
        address = gone.address
    settings = Settings(oidc_issuer=address, oidc_client_id=CLIENT, oidc_client_secret=SECRET)
    client = TestClient(create_app(sqlite_store, settings), base_url="http://localhost")
    assert client.get("/api/v1/openid").status_code == 503


def test_a_provider_beyond_loopback_must_use_tls() -> None:
    settings = Settings(oidc_issuer="http://id.example.org", oidc_client_id="a", oidc_client_secret="b")
    with pytest.raises(ValueError, match="https"):
        OpenIdProvider.of(settings)


def test_without_a_provider_there_is_no_such_door(sqlite_store: Store) -> None:
    client = TestClient(create_app(sqlite_store, Settings()), base_url="http://localhost")
    assert client.get("/api/v1/openid").status_code == 404
