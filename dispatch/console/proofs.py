"""What a request brings along to prove its key (RFC 9449), and the nonce that its answer takes back."""

from __future__ import annotations

from urllib.parse import urlsplit

from fastapi import Request

from dispatch.access.dpop import SCHEME, Nonces, Proof
from dispatch.console.context import Context, context_of

NONCE = "dpop_nonce"
"""Under this name the request's state holds the nonce that goes out with the answer, whatever the answer is."""


def proof_of(request: Request) -> Proof | None:
    """What the request says to prove its key; None where its token is not sent as DPoP."""
    if not request.headers.get("authorization", "").lower().startswith(f"{SCHEME} "):
        return None
    here = context_of(request)
    promise_nonce(request, here)
    headers = tuple(request.headers.getlist("dpop"))
    return Proof(headers, request.method, _addresses(request, here.settings.public_url))


def promise_nonce(request: Request, here: Context) -> None:
    """Let the answer to this request bring the current nonce."""
    setattr(request.state, NONCE, Nonces.of(here.store).at(here.wall.now()))


def _addresses(request: Request, public: str | None) -> tuple[str, ...]:
    """Under which addresses this request's target is known, without its query.

    As it was asked for by its Host header, which is one of ours (see :mod:`dispatch.console.security`); and as people
    reach it from outside, where a proxy in between has changed the scheme, the host or the beginning of the path.
    """
    path = request.scope.get("raw_path") or request.scope["path"].encode()
    target = path.decode("latin-1").partition("?")[0]
    own = f"{request.url.scheme}://{request.headers.get('host', '')}{target}"
    if public is None:
        return (own,)
    parts = urlsplit(public)
    return f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/')}{target}", own
