"""Signing in at an OpenID provider."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Any, Literal

from fastapi import Depends, Query, Request
from fastapi.responses import RedirectResponse

from dispatch.access.oidc import OpenIdProvider
from dispatch.access.welcome import welcome
from dispatch.console.cookies import forget_attempt, remember_attempt, remembered_attempt, set_cookie
from dispatch.console.deps import Here
from dispatch.console.problems import problems
from dispatch.console.routing import Router
from dispatch.domain.errors import NotFound, NotSignedIn
from dispatch.settings import Settings

router = Router(prefix="/openid")

_REDIRECT: dict[int | str, dict[str, Any]] = {303: {"description": "See Other"}}
_TEXT = Query(max_length=4000)
_PAGES = {"console": "/", "field": "/field"}
_To = Annotated[Literal["console", "field"], Query(description="Which page to go on to: `field` is the phone's")]


def _provider(here: Here) -> OpenIdProvider:
    if here.openid is None:
        raise NotFound("No OpenID provider is configured. Sign in by password, or set FIELDWRIGHT_OIDC_ISSUER.")
    return here.openid


Provider = Annotated[OpenIdProvider, Depends(_provider)]


@router.get(
    "",
    status_code=303,
    response_class=RedirectResponse,
    summary="Sign in at the OpenID provider",
    responses=_REDIRECT | problems(404, 503),
)
def leave_for_provider(here: Here, provider: Provider, to: _To = "console") -> RedirectResponse:
    """Send the browser to the provider."""
    address, attempt = provider.begin(_return_to(here.settings))
    response = RedirectResponse(address, 303)
    remember_attempt(response, replace(attempt, page=_PAGES[to]), provider, here.settings)
    return response


@router.get(
    "/callback",
    status_code=303,
    response_class=RedirectResponse,
    summary="Come back from the OpenID provider",
    responses=_REDIRECT | problems(401, 403, 404, 409, 503),
)
def come_back(
    request: Request,
    here: Here,
    provider: Provider,
    state: Annotated[str, _TEXT] = "",
    code: Annotated[str, _TEXT] = "",
) -> RedirectResponse:
    """Open a session for whom the provider names, and go on to the page that they came from."""
    if not code:
        raise NotSignedIn("The provider let nobody in.")
    now, attempt = here.wall.now(), remembered_attempt(request, provider)
    claims = provider.finish(attempt, state, code, _return_to(here.settings), now)
    response = RedirectResponse(attempt.page, 303)
    set_cookie(response, welcome(here.store, here.settings, claims, now), here.settings)
    forget_attempt(response)
    return response


def _return_to(settings: Settings) -> str:
    base = settings.public_url or f"http://{settings.host}:{settings.port}"
    return f"{base.rstrip('/')}/api/v1/openid/callback"
