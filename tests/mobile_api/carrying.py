"""Phones for tests: signed in over the API, with a key or without, each with a technician, a shift and visits.

``depot.phone()`` hands out a client whose paths lie under ``/api/v1/phone``. With a key it proves every request by
DPoP, as a phone does, and takes the nonce from the answers.
"""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import itertools
import secrets
from collections.abc import Generator
from contextlib import ExitStack
from typing import Any

import httpx2
from fastapi import FastAPI
from fastapi.testclient import TestClient
from joserfc import jwt
from joserfc.jwk import ECKey

from dispatch.access.sessions import open_session
from dispatch.console.app import create_app
from dispatch.console.deps import COOKIE
from dispatch.domain.clock import FixedClock
from dispatch.domain.roles import Role
from dispatch.domain.visit_lifecycle import VisitStatus
from dispatch.settings import Settings
from dispatch.store.engine import Store
from dispatch.store.tables import Assignment
from tests.dispatch.services.acting import bring
from tests.dispatch.world import World

ORIGIN = "http://localhost"
API = "/api/v1"
UNDER = f"{API}/phone"
ABOUT = {"name": "A phone of the tests", "platform": "Android 16, Chrome 150", "app_version": "1.0"}


class PhoneKey:
    """The key pair of a phone; ``nonce`` is the last that the server gave it."""

    def __init__(self) -> None:
        self.pair = ECKey.generate_key("P-256")
        self.nonce: str | None = None

    @property
    def public(self) -> dict[str, Any]:
        """The public key, as the phone registers it."""
        return dict(self.pair.as_dict(private=False))

    def proof(self, method: str, url: str, token: str, **other: Any) -> str:
        """A proof for one request; ``other`` replaces claims, ``header`` parts of the header; None leaves one out."""
        named = {"typ": "dpop+jwt", "alg": "ES256", "jwk": self.public, **other.pop("header", {})}
        header = {name: value for name, value in named.items() if value is not None}
        digest = hashlib.sha256(token.encode()).digest()
        claims = {
            "htm": method,
            "htu": url.partition("?")[0],
            "ath": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
            "jti": secrets.token_urlsafe(12),
            "iat": 1,  # what a phone thinks the time is does not matter
            "nonce": self.nonce,
            **other,
        }
        said = {name: value for name, value in claims.items() if value is not None}
        return jwt.encode(header, said, self.pair, algorithms=[header["alg"]])


class Proving(httpx2.Auth):
    """Sends a token with a proof, once more where the server asks for another nonce."""

    def __init__(self, key: PhoneKey, token: str) -> None:
        self.key, self.token = key, token

    def auth_flow(self, request: httpx2.Request) -> Generator[httpx2.Request, httpx2.Response, None]:
        """Prove one request."""
        for _ in range(2):
            request.headers["Authorization"] = f"DPoP {self.token}"
            request.headers["DPoP"] = self.key.proof(request.method, str(request.url), self.token)
            response = yield request
            self.key.nonce = response.headers.get("DPoP-Nonce", self.key.nonce)
            if "use_dpop_nonce" not in response.headers.get("WWW-Authenticate", ""):
                return


class Phone(TestClient):
    """A signed-in phone. Paths are those under ``/api/v1/phone``; ``api`` asks any other path of the API."""

    def __init__(self, app: FastAPI, *, device: str, token: str, key: PhoneKey | None, whose: dict[str, Any]) -> None:
        super().__init__(app, base_url=ORIGIN)
        self.device, self.token, self.key = device, token, key
        self.user: str = whose["user"]
        self.technician: str = whose["technician"]
        self.shift: str = whose["shift"]
        self.visits: list[str] = whose["visits"]
        if key is None:
            self.headers["Authorization"] = f"Bearer {token}"
        else:
            self.auth = Proving(key, token)

    def request(self, method: str, url: Any, **options: Any) -> Any:
        """A request to a path under ``/api/v1/phone``."""
        path = str(url)
        return super().request(method, path if path.startswith(API) else UNDER + path, **options)

    def api(self, method: str, path: str, **options: Any) -> Any:
        """A request to a path under ``/api/v1``."""
        return super().request(method, API + path, **options)


class Depot:
    """Where phones are handed out: a store, the application on it, and the time of this machine.

    Leave it by :meth:`close`.
    """

    def __init__(self, store: Store, wall: FixedClock, settings: Settings | None = None) -> None:
        self.store, self.wall, self.world = store, wall, World(store)
        self.settings = settings or Settings(database_url="sqlite://")
        self.app = create_app(store, self.settings, wall=wall)
        self.territory = self.world.territory()
        self._numbers = itertools.count(1)
        self._open = ExitStack()

    def close(self) -> None:
        """Close all phones."""
        self._open.close()

    def technician(self, *, visits: int = 2, territory: str | None = None, **fields: Any) -> dict[str, Any]:
        """A technician with an account, a shift that began an hour ago, and visits that are theirs, dispatched.

        ``fields`` are columns of the account.
        """
        where = territory or self.territory
        technician = self.world.technician(territory=where)
        email = f"technician-{next(self._numbers)}@phones.example.org"
        user = self.world.user(Role.TECHNICIAN, **{"email": email, "technician_id": technician, **fields})
        shift = self.world.shift(technician, start=-1, began_at=self.world.now() - dt.timedelta(hours=1))
        given = [self.visit(technician, shift, position) for position in range(visits)]
        return {"user": user, "technician": technician, "shift": shift, "visits": given}

    def visit(self, technician: str, shift: str, position: int = 0, *, dispatched: bool = True) -> str:
        """A visit that the published plan gives to somebody, so many hours from now as ``position`` says."""
        _, visit = self.world.job(territory=self.territory)
        start = self.world.now() + dt.timedelta(hours=position)
        with self.store.unit_of_work() as uow:
            uow.session.add(
                Assignment(
                    visit_id=visit,
                    role=0,
                    technician_id=technician,
                    shift_id=shift,
                    position=position,
                    arrival=start,
                    start=start,
                    end=start + dt.timedelta(hours=1),
                    edition=1,
                )
            )
        bring(self.store, visit, VisitStatus.DISPATCHED if dispatched else VisitStatus.SCHEDULED)
        return visit

    def phone(
        self, whose: dict[str, Any] | None = None, *, keyed: bool = True, device: str | None = None, **more: Any
    ) -> Phone:
        """A phone of somebody (by default somebody new, :meth:`technician` with ``more``) that has just signed in."""
        whose = whose or self.technician(**more)
        key = PhoneKey() if keyed else None
        answer = self.sign_in(whose["user"], key, device)
        assert answer.status_code == 200, answer.text
        if key is not None:
            key.nonce = answer.headers["DPoP-Nonce"]
        told = answer.json()
        phone = Phone(self.app, device=told["device"], token=told["token"], key=key, whose=whose)
        return self._open.enter_context(phone)

    def sign_in(self, user: str, key: PhoneKey | None = None, device: str | None = None) -> Any:
        """What a phone is answered that signs in by its browser's session: quicker than comparing a password."""
        body = {"device": {**ABOUT, "id": device, "key": key.public if key is not None else None}}
        return self.browser(user).post("phone/sign-in", json=body)

    def office(self, role: str = "dispatcher", **fields: Any) -> TestClient:
        """Somebody of a role at a browser; ``fields`` are columns of the account."""
        email = f"{role}-{next(self._numbers)}@office.example.org"
        user = self.world.user(Role(role), **{"email": email, **fields})
        return self.browser(user)

    def browser(self, user: str) -> TestClient:
        """A browser that this user is signed in with; paths are those under ``/api/v1``."""
        with self.store.unit_of_work() as uow:
            cookie = open_session(uow, user, self.wall.now(), self.settings)
        return self._open.enter_context(TestClient(self.app, base_url=f"{ORIGIN}{API}/", cookies={COOKIE: cookie}))
