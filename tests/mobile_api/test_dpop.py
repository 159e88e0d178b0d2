"""A token of a phone with a key opens nothing without a proof of that key: on no route, by no way around."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
from typing import Any

import pytest
from fastapi.testclient import TestClient
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey

from dispatch.access.dpop import BUCKET, Nonces, Proof, ProofRefused, check_proof, registered_key
from dispatch.access.tokens import new_token
from dispatch.domain.clock import FixedClock
from dispatch.domain.errors import Invalid
from dispatch.settings import Settings
from dispatch.store.engine import Store
from tests.mobile_api.carrying import ORIGIN, UNDER, Depot, Phone, PhoneKey

PROFILE = f"{UNDER}/profile"
URL = f"{ORIGIN}{PROFILE}"


def sent(phone: Phone, path: str = PROFILE, scheme: str = "DPoP", proofs: list[str] | None = None, **other: Any) -> Any:
    """What a request is answered that carries the phone's token, and these proofs."""
    carried = [(b"DPoP", one.encode()) for one in proofs or ()]
    headers = [(b"Authorization", f"{scheme} {phone.token}".encode()), *carried]
    with TestClient(phone.app, base_url=other.pop("base_url", ORIGIN)) as client:
        return client.get(path, headers=headers, **other)


def made(phone: Phone, *, url: str = URL, **other: Any) -> str:
    """A proof by the phone's key for reading its profile; ``other`` replaces parts of it."""
    assert phone.key is not None
    return phone.key.proof("GET", url, other.pop("token", phone.token), **other)


def code(answer: Any) -> str:
    return str(answer.json()["type"]).rpartition(":")[2]


def test_a_proof_by_the_registered_key_opens_the_api_and_every_answer_brings_a_nonce(phone: Phone) -> None:
    answer = sent(phone, proofs=[made(phone)])
    assert answer.status_code == 200
    assert answer.headers["DPoP-Nonce"] == phone.key.nonce  # type: ignore[union-attr]
    refused = sent(phone, f"{UNDER}/nowhere", proofs=[made(phone)])
    assert refused.status_code == 404


OTHER_KEY = PhoneKey()
WRONG: dict[str, dict[str, Any]] = {
    "another method": {"htm": "POST"},
    "another address": {"htu": f"{ORIGIN}{UNDER}/changes"},
    "another host": {"htu": f"http://elsewhere.example.org{PROFILE}"},
    "another scheme": {"htu": f"https://localhost{PROFILE}"},
    "another port": {"htu": f"http://localhost:8080{PROFILE}"},
    "no address at all": {"htu": "http://[not-a-host"},
    "a number for an address": {"htu": 7},
    "another token": {"token": "fwt_another"},
    "no token": {"ath": None},
    "no method": {"htm": None},
    "no jti": {"jti": None},
    "no iat": {"iat": None},
    "true for iat": {"iat": True},
    "another type": {"header": {"typ": "JWT"}},
    "the key of somebody else in its header": {"header": {"jwk": OTHER_KEY.public}},
    "no key in its header": {"header": {"jwk": None}},
    "the private key of somebody else": {"header": {"jwk": dict(OTHER_KEY.pair.as_dict(private=True))}},
}


@pytest.mark.parametrize("what", sorted(WRONG))
def test_a_proof_that_is_about_something_else_is_refused(phone: Phone, what: str) -> None:
    answer = sent(phone, proofs=[made(phone, **WRONG[what])])
    assert (answer.status_code, code(answer)) == (401, "invalid_dpop_proof")
    assert answer.headers["WWW-Authenticate"] == 'DPoP error="invalid_dpop_proof", algs="ES256"'
    assert "DPoP-Nonce" in answer.headers


def test_a_proof_by_another_key_is_refused_whatever_it_says(phone: Phone) -> None:
    assert phone.key is not None
    stolen = PhoneKey()
    stolen.nonce = phone.key.nonce
    for header in ({}, {"jwk": phone.key.public}):
        answer = sent(phone, proofs=[stolen.proof("GET", URL, phone.token, header=header)])
        assert (answer.status_code, code(answer)) == (401, "invalid_dpop_proof")


def test_no_other_algorithm_is_taken(phone: Phone) -> None:
    assert phone.key is not None
    good = made(phone)
    claims = jwt.decode(good, phone.key.pair, algorithms=["ES256"]).claims
    # Signed with the public key as if it were a shared secret, and not at all.
    shared = OctKey.import_key(str(phone.key.public["x"]))
    header = {"typ": "dpop+jwt", "jwk": phone.key.public}
    unsigned = "eyJ0eXAiOiJkcG9wK2p3dCIsImFsZyI6Im5vbmUifQ." + good.split(".")[1] + "."
    p384 = ECKey.generate_key("P-384")
    for proof in (
        jwt.encode({**header, "alg": "HS256"}, claims, shared, algorithms=["HS256"]),
        jwt.encode({**header, "alg": "ES384"}, claims, p384, algorithms=["ES384"]),
        unsigned,
        good[:-8] + "AAAAAAAA",
        "nothing like it",
        "a.b.c",
        "ü.ü.ü",
        "",
        good + "x" * 4000,
    ):
        answer = sent(phone, proofs=[proof])
        assert (answer.status_code, code(answer)) == (401, "invalid_dpop_proof"), proof[:40]


def test_a_token_with_a_key_comes_with_one_proof_and_not_as_a_bearer(phone: Phone) -> None:
    for scheme, proofs in (
        ("DPoP", []),
        ("DPoP", [made(phone), made(phone)]),
        ("Bearer", []),
        ("Bearer", [made(phone)]),
        ("bearer", [made(phone)]),
    ):
        answer = sent(phone, scheme=scheme, proofs=proofs)
        assert (answer.status_code, code(answer)) == (401, "invalid_dpop_proof"), (scheme, len(proofs))


@pytest.mark.parametrize(
    "path", ["visits", "events?seconds=0", "events/history", "positions", "session", "phone/push/key"]
)
def test_no_route_takes_it_as_a_bearer(phone: Phone, path: str) -> None:
    assert phone.api("GET", f"/{path}").status_code == 200
    downgraded = sent(phone, f"/api/v1/{path}", "Bearer")
    assert (downgraded.status_code, code(downgraded)) == (401, "invalid_dpop_proof")
    unproven = sent(phone, f"/api/v1/{path}")
    assert (unproven.status_code, code(unproven)) == (401, "invalid_dpop_proof")


def test_every_route_of_the_api_asks_who_is_there_by_the_same_door(phone: Phone) -> None:
    """Whatever a route takes and answers, a bound token without a proof gets no further than the door."""
    document = phone.app.openapi()  # type: ignore[attr-defined]
    asked = 0
    with TestClient(phone.app, base_url=ORIGIN) as client:
        for path, methods in document["paths"].items():
            for method, operation in methods.items():
                if "security" not in operation or path == f"{UNDER}/sign-in":
                    continue
                place = path.replace("{position}", "1").replace("{", "").replace("}", "")
                answer = client.request(method, place, headers={"Authorization": f"Bearer {phone.token}"})
                # What makes no sense may be said first, and that no token makes tokens.
                allowed = (401, 403) if (method, path) == ("post", "/api/v1/tokens") else (401, 422)
                assert answer.status_code in allowed, (method, path, answer.status_code)
                asked += answer.status_code == 401
    assert asked > 50


def test_freshness_comes_from_the_nonce_and_two_buckets_of_them_hold(phone: Phone, wall: FixedClock) -> None:
    assert phone.key is not None
    first = phone.key.nonce
    assert sent(phone, proofs=[made(phone, nonce=first)]).status_code == 200
    wall.advance(seconds=BUCKET.total_seconds())
    again = sent(phone, proofs=[made(phone, nonce=first)])
    assert again.status_code == 200
    assert again.headers["DPoP-Nonce"] != first
    wall.advance(seconds=BUCKET.total_seconds())
    old = sent(phone, proofs=[made(phone, nonce=first)])
    assert (old.status_code, code(old)) == (401, "use_dpop_nonce")
    assert old.headers["WWW-Authenticate"] == 'DPoP error="use_dpop_nonce", algs="ES256"'
    assert sent(phone, proofs=[made(phone, nonce=old.headers["DPoP-Nonce"])]).status_code == 200
    for nonce in (None, "", "made up", "ü", 7):
        assert code(sent(phone, proofs=[made(phone, nonce=nonce)])) == "use_dpop_nonce"


def test_a_phone_in_touch_is_never_sent_back_for_a_nonce(phone: Phone, wall: FixedClock) -> None:
    refused = []
    phone.event_hooks["response"].append(lambda answer: refused.append(answer.status_code))
    for _ in range(40):
        wall.advance(seconds=20)
        assert phone.get("/profile").status_code == 200
    assert set(refused) == {200}


def test_the_clock_of_the_phone_does_not_matter(phone: Phone) -> None:
    for iat in (0, -5, 4_000_000_000, 1.5):
        assert sent(phone, proofs=[made(phone, iat=iat)]).status_code == 200


def test_all_servers_of_an_installation_recognise_each_others_nonces(store: Store, wall: FixedClock) -> None:
    first = Nonces.of(store)
    other = Store(store.url.render_as_string(hide_password=False), store.clock)
    try:
        assert Nonces.of(other) == first
        assert first.hold(Nonces.of(other).at(wall.now()), wall.now())
    finally:
        other.dispose()


def test_addresses_are_compared_as_they_are_meant(phone: Phone) -> None:
    for url in (f"HTTP://LOCALHOST:80{PROFILE}", f"{URL}?a=b", f"{ORIGIN}/api/v1/phone/%70rofile"):
        assert sent(phone, proofs=[made(phone, htu=url)]).status_code == 200, url
    assert sent(phone, f"{PROFILE}?a=b", proofs=[made(phone)]).status_code == 200


def test_on_loopback_the_name_that_the_phone_uses_counts(phone: Phone) -> None:
    base = "http://127.0.0.1:8765"
    assert sent(phone, proofs=[made(phone, url=f"{base}{PROFILE}")], base_url=base).status_code == 200
    assert sent(phone, proofs=[made(phone, url=URL)], base_url=base).status_code == 401


@pytest.mark.parametrize("public", ["https://dispatch.example.org", "https://example.org:8443/fieldwright/"])
def test_behind_a_proxy_the_public_address_counts(sqlite_store: Store, wall: FixedClock, public: str) -> None:
    depot = Depot(sqlite_store, wall, Settings(database_url="sqlite://", public_url=public))
    phone = depot.phone()
    outside = public.rstrip("/") + PROFILE
    assert sent(phone, proofs=[made(phone, url=outside)]).status_code == 200
    assert sent(phone, proofs=[made(phone, url=f"https://elsewhere.example.org{PROFILE}")]).status_code == 401
    depot.close()


def test_a_token_without_a_key_is_a_bearer_and_nothing_else(bare_phone: Phone) -> None:
    assert sent(bare_phone, scheme="Bearer").status_code == 200
    key = PhoneKey()
    answer = sent(bare_phone, proofs=[key.proof("GET", URL, bare_phone.token)])
    assert (answer.status_code, code(answer)) == (401, "invalid_dpop_proof")


def test_a_token_of_an_integrator_has_no_key_to_prove(depot: Depot) -> None:
    user, key = depot.world.user("dispatcher"), PhoneKey()
    with depot.store.unit_of_work() as uow:
        _, token = new_token(uow, user, "tests", depot.wall.now(), dt.timedelta(hours=1))
    with TestClient(depot.app, base_url=ORIGIN) as client:
        assert client.get("/api/v1/session", headers={"Authorization": f"Bearer {token}"}).status_code == 200
        proof = key.proof("GET", f"{ORIGIN}/api/v1/session", token)
        answer = client.get("/api/v1/session", headers={"Authorization": f"DPoP {token}", "DPoP": proof})
    assert (answer.status_code, code(answer)) == (401, "invalid_dpop_proof")


def test_a_session_is_no_token_to_prove(depot: Depot) -> None:
    office = depot.office()
    cookie = next(iter(office.cookies.jar)).value
    answer = TestClient(depot.app, base_url=ORIGIN).get(
        "/api/v1/session", headers={"Authorization": f"DPoP {cookie}", "DPoP": "x"}
    )
    assert (answer.status_code, code(answer)) == (401, "invalid_dpop_proof")


def test_a_changing_request_with_a_proof_is_sent_by_nobody_unknowingly(phone: Phone) -> None:
    answer = phone.put("/profile", json={"language": "zh"}, headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 200


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"d": "AAAA"}, "private key"),
        ({"crv": "P-384"}, "no key for ES256"),
        ({"kty": "OKP"}, "no key for ES256"),
        ({"x": "A" * 43}, "no point"),
        ({"y": "AA"}, "no point"),
        ({"x": None}, "no point"),
        ({"x": "é" * 43}, "no point"),
    ],
)
def test_what_is_no_public_key_on_p256_is_not_registered(change: dict[str, Any], problem: str) -> None:
    with pytest.raises(Invalid, match=problem):
        registered_key({**PhoneKey().public, **change})


def test_a_key_is_named_by_its_thumbprint() -> None:
    """The coordinates of the key in RFC 7517, appendix A.1; its name computed by hand as RFC 7638 says."""
    x, y = "MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4", "4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM"
    kept, name = registered_key({"kty": "EC", "crv": "P-256", "x": x, "y": y, "ext": True, "key_ops": ["verify"]})
    assert kept == {"kty": "EC", "crv": "P-256", "x": x, "y": y}
    members = f'{{"crv":"P-256","kty":"EC","x":"{x}","y":"{y}"}}'
    assert name == base64.urlsafe_b64encode(hashlib.sha256(members.encode()).digest()).rstrip(b"=").decode()


def test_checking_a_proof_takes_no_query_and_looks_at_the_signature_before_anything_else() -> None:
    key, nonces, now = PhoneKey(), Nonces(b"k" * 32), dt.datetime(2026, 11, 23, tzinfo=dt.UTC)
    key.nonce = nonces.at(now)
    good = key.proof("GET", URL, "fwt_x")
    check_proof(Proof((good,), "GET", (URL,)), key.public, "fwt_x", nonces, now)
    with pytest.raises(ProofRefused, match="not signed"):
        check_proof(Proof((good[:-6] + "AAAAAA",), "POST", ("http://x/",)), key.public, "fwt_y", nonces, now)
