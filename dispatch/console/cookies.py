"""Cookies: for this server only, out of reach of scripts, not sent along from other sites.

The session's cookie, and a signed one that lives for ten minutes while a browser is at an OpenID provider.
"""

from __future__ import annotations

from dataclasses import asdict

from fastapi import Request, Response
from itsdangerous import BadData, URLSafeTimedSerializer

from dispatch.access.oidc import Attempt, OpenIdProvider
from dispatch.console.deps import COOKIE
from dispatch.domain.errors import NotSignedIn
from dispatch.settings import Settings

_AWAY = "fieldwright_openid"
_AWAY_PATH = "/api/v1/openid"
_AWAY_SECONDS = 600


def set_cookie(response: Response, cookie: str, settings: Settings) -> None:
    """Give the browser its session; the store decides when it ends, at the latest after ``session_hours``."""
    response.set_cookie(
        COOKIE,
        cookie,
        max_age=int(settings.session_hours * 3600),
        path="/",
        httponly=True,
        samesite="lax",
        secure=are_secure(settings),
    )


def drop_cookie(response: Response, settings: Settings) -> None:
    """Take the session from the browser."""
    response.delete_cookie(COOKIE, path="/", httponly=True, samesite="lax", secure=are_secure(settings))


def are_secure(settings: Settings) -> bool:
    """Whether cookies go over TLS only: as the settings say, or where people come by https."""
    if settings.secure_cookies is not None:
        return settings.secure_cookies
    return (settings.public_url or "").startswith("https:")


def remember_attempt(response: Response, attempt: Attempt, provider: OpenIdProvider, settings: Settings) -> None:
    """Let the browser carry what we must know when it comes back; signed, so that it carries nothing else."""
    response.set_cookie(
        _AWAY,
        _signer(provider).dumps(asdict(attempt)),
        max_age=_AWAY_SECONDS,
        path=_AWAY_PATH,
        httponly=True,
        samesite="lax",
        secure=are_secure(settings),
    )


def remembered_attempt(request: Request, provider: OpenIdProvider) -> Attempt:
    """What the browser carried. Raises :class:`NotSignedIn` where that is nothing, too old, or not from here."""
    try:
        return Attempt(**_signer(provider).loads(request.cookies.get(_AWAY, ""), max_age=_AWAY_SECONDS))
    except BadData:
        raise NotSignedIn("This browser has not begun to sign in, or took too long. Begin again.") from None


def forget_attempt(response: Response) -> None:
    """An attempt is used once."""
    response.delete_cookie(_AWAY, path=_AWAY_PATH)


def _signer(provider: OpenIdProvider) -> URLSafeTimedSerializer:
    # The secret that all replicas share; the salt keeps its other use apart.
    return URLSafeTimedSerializer(provider.client_secret, salt="fieldwright openid attempt")
