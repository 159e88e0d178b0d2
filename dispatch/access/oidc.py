"""OpenID Connect: the provider's word for who somebody is, by authorization code with PKCE.

The provider's addresses and keys come from its discovery document, which must name the issuer that was configured. What
is believed is an ID token alone: signed by a key of the provider with a public-key method, for this client, not
expired, and with the nonce that was sent along. Nothing that a browser says is believed.

(OpenID Connect Core 1.0, section 3.1; RFC 7636.)
"""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, cast
from urllib.parse import urlsplit

import httpx2
from authlib.integrations.base_client.errors import OAuthError
from authlib.integrations.httpx_client import OAuth2Client
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet, KeySetSerialization

from dispatch.domain.errors import NotSignedIn, Unavailable
from dispatch.settings import Settings

_METHODS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"]
_SCOPE = "openid email profile"
_SECONDS = 10
_LEEWAY = 60
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True, slots=True)
class Attempt:
    """What is remembered of a browser that was sent to the provider, until it comes back."""

    state: str
    nonce: str
    verifier: str
    page: str = "/"
    """Of this server: where they go on, once they are let in."""


@dataclass(slots=True)
class OpenIdProvider:
    """The provider of the settings. Make one for each process; its documents are fetched once, its keys when needed."""

    issuer: str
    client_id: str
    client_secret: str
    _described: dict[str, Any] = field(default_factory=dict)
    _keys: KeySet | None = None

    @classmethod
    def of(cls, settings: Settings) -> OpenIdProvider | None:
        """The provider, where one is configured with issuer, client and its secret. Raises :class:`ValueError`."""
        if not (settings.oidc_issuer and settings.oidc_client_id and settings.oidc_client_secret):
            return None
        _require_tls(settings.oidc_issuer, "FIELDWRIGHT_OIDC_ISSUER")
        return cls(settings.oidc_issuer, settings.oidc_client_id, settings.oidc_client_secret.get_secret_value())

    def begin(self, return_to: str) -> tuple[str, Attempt]:
        """Where to send the browser, and what to remember until it comes back to ``return_to``."""
        attempt = Attempt(secrets.token_urlsafe(24), secrets.token_urlsafe(24), secrets.token_urlsafe(48))
        address = self._discovered("authorization_endpoint")
        with self._client(return_to) as client:
            url, _ = client.create_authorization_url(
                address, state=attempt.state, nonce=attempt.nonce, code_verifier=attempt.verifier
            )
        return str(url), attempt

    def finish(self, attempt: Attempt, state: str, code: str, return_to: str, now: dt.datetime) -> Mapping[str, Any]:
        """The claims of who came back with this code. Raises :class:`NotSignedIn` where anything does not fit."""
        if not secrets.compare_digest(attempt.state.encode(), state.encode()):
            raise NotSignedIn("This answer of the provider belongs to another attempt to sign in. Begin again.")
        address = self._discovered("token_endpoint")

        def exchange() -> dict[str, Any]:
            with self._client(return_to) as client:
                return dict(client.fetch_token(address, code=code, code_verifier=attempt.verifier))

        try:
            token = _reached(exchange)
            return self._verified(str(token.get("id_token", "")), attempt.nonce, now)
        except (OAuthError, JoseError, ValueError) as error:
            raise NotSignedIn("The provider's word could not be verified. Begin again.") from error

    def _verified(self, id_token: str, nonce: str, now: dt.datetime) -> Mapping[str, Any]:
        try:
            token = jwt.decode(id_token, self._key_set(), algorithms=_METHODS)
        except InvalidKeyIdError:
            # The provider has changed its keys since they were fetched.
            token = jwt.decode(id_token, self._key_set(afresh=True), algorithms=_METHODS)
        claims = token.claims
        jwt.JWTClaimsRegistry(
            now=int(now.timestamp()),
            leeway=_LEEWAY,
            iss={"essential": True, "value": self.issuer},
            aud={"essential": True, "value": self.client_id},
            nonce={"essential": True, "value": nonce},
            exp={"essential": True},
            iat={"essential": True},
            sub={"essential": True},
        ).validate(claims)
        if claims.get("azp", self.client_id) != self.client_id:
            raise ValueError("the token was issued to another client")
        return claims

    def _key_set(self, *, afresh: bool = False) -> KeySet:
        if self._keys is None or afresh:
            self._keys = KeySet.import_key_set(cast("KeySetSerialization", self._fetched(self._discovered("jwks_uri"))))
        return self._keys

    def _discovered(self, name: str) -> str:
        if not self._described:
            described = self._fetched(self.issuer.rstrip("/") + "/.well-known/openid-configuration")
            if described.get("issuer") != self.issuer:
                raise Unavailable("The OpenID provider calls itself by another name than FIELDWRIGHT_OIDC_ISSUER.")
            self._described = described
        address = str(self._described.get(name, ""))
        _require_tls(address, name)
        return address

    def _fetched(self, address: str) -> dict[str, Any]:
        def fetch() -> dict[str, Any]:
            with httpx2.Client(timeout=_SECONDS) as client:
                return dict(client.get(address).raise_for_status().json())

        return _reached(fetch)

    def _client(self, return_to: str) -> Any:
        return OAuth2Client(
            self.client_id,
            self.client_secret,
            scope=_SCOPE,
            redirect_uri=return_to,
            code_challenge_method="S256",
            timeout=_SECONDS,
        )


def _reached(ask: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """What the provider answers. Raises :class:`Unavailable` where it does not."""
    try:
        return ask()
    except httpx2.HTTPError as error:
        raise Unavailable("The OpenID provider does not answer just now. Try again, or sign in by password.") from error


def _require_tls(address: str, name: str) -> None:
    parts = urlsplit(address)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in _LOOPBACK):
        raise ValueError(f"{name} {address!r} is not an https address; only a provider on loopback may do without.")
