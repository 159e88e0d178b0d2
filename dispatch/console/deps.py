"""What a route asks for: who is there, and a transaction in their name.

``Uow`` is a transaction that may write. It ends *before* the answer is sent (``scope="function"``), so that a commit
that fails is never answered with success; see :mod:`dispatch.console.idempotency` for what happens in between.
``Reading`` is one that only reads and keeps nobody from writing.

A right named with :func:`right` stands in the documentation of the API and turns others away at the door. It is no
substitute for the check in the service, which other doors lead to as well.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Annotated, Any

from fastapi import Depends, Header, Request, Security
from fastapi.security import APIKeyCookie, HTTPAuthorizationCredentials, HTTPBearer
from fastapi.security.http import HTTPBase

from dispatch.access.actors import Recognised, recognised
from dispatch.access.devices import DeviceHere, NotADevice
from dispatch.access.dpop import SCHEME
from dispatch.console.context import Context, context_of
from dispatch.console.idempotency import KEY_RULE, claim
from dispatch.console.proofs import proof_of
from dispatch.domain.clock import Clock
from dispatch.domain.errors import Forbidden, NotSignedIn
from dispatch.domain.roles import Actor, Right
from dispatch.settings import Settings
from dispatch.store.engine import Store
from dispatch.store.unit_of_work import UnitOfWork

COOKIE = "fieldwright_session"

_cookie = APIKeyCookie(name=COOKIE, scheme_name="session", description="Of a signed-in browser", auto_error=False)
_bearer = HTTPBearer(scheme_name="token", description="Of an integrator, or a phone without a key", auto_error=False)
_dpop = HTTPBase(
    scheme="DPoP", scheme_name="device", description="Of a phone, with a proof in `DPoP` (RFC 9449)", auto_error=False
)


def _context(request: Request) -> Context:
    return context_of(request)


Here = Annotated[Context, Depends(_context)]
"""The application's context."""


def secret_of(
    cookie: Annotated[str | None, Security(_cookie)],
    bearer: Annotated[HTTPAuthorizationCredentials | None, Security(_bearer)],
    dpop: Annotated[HTTPAuthorizationCredentials | None, Security(_dpop)],
) -> str | None:
    """The secret that a request carries. A token goes before a cookie: it was named on purpose."""
    if dpop is not None and dpop.scheme.lower() == SCHEME:
        return dpop.credentials
    return bearer.credentials if bearer is not None else cookie


Secret = Annotated[str | None, Depends(secret_of)]
"""The session cookie or token of the request, where it carries one."""


def who_is_there(request: Request, here: Here, secret: Secret) -> Recognised:
    """Who sent the request, and the device that did. Raises :class:`NotSignedIn`."""
    if not secret:
        raise NotSignedIn("The request carries neither a session nor a token. Sign in, or send a bearer token.")
    found = recognised(here.store, here.settings, secret, here.wall.now(), proof_of(request))
    if found is None:
        raise NotSignedIn("The session or token has ended, was revoked, or never was. Sign in again.")
    return found


WhoIsThere = Annotated[Recognised, Depends(who_is_there)]
"""Who sent the request, and with which device."""


def signed_in(found: WhoIsThere) -> Actor:
    """Who is there. Raises :class:`NotSignedIn`."""
    return found.actor


def this_device(found: WhoIsThere) -> DeviceHere:
    """The device behind the request. Raises :class:`NotADevice` for a browser's session or an integrator's token."""
    if found.device is None:
        raise NotADevice("This is for phones: sign in at /api/v1/phone/sign-in, and send the token from there.")
    return found.device


ThisDevice = Annotated[DeviceHere, Depends(this_device)]
"""The phone that sent the request."""


SignedIn = Annotated[Actor, Depends(signed_in)]
"""Who sent the request."""


def right(*rights: Right) -> Any:
    """A dependency for a route that asks for any one of these rights, as in ``dependencies=[right(Right.IMPORT)]``."""

    def has_right(actor: SignedIn) -> None:
        if not any(actor.may(one) for one in rights):
            wanted = " or ".join(one.value for one in rights)
            raise Forbidden(f"{actor.role.value} may not {wanted}.", right=wanted)

    return Depends(has_right)


def _unit_of_work(
    request: Request,
    here: Here,
    actor: SignedIn,
    idempotency_key: Annotated[str | None, Header(**KEY_RULE)] = None,
) -> Iterator[UnitOfWork]:
    with here.store.unit_of_work(actor) as uow:
        if idempotency_key is not None:
            request.state.claim = claim(uow, idempotency_key, request.state.fingerprint)
        yield uow


def _reading(here: Here, actor: SignedIn) -> Iterator[UnitOfWork]:
    with here.store.reading(actor) as uow:
        yield uow


Uow = Annotated[UnitOfWork, Depends(_unit_of_work, scope="function")]
"""A transaction that may write, in the name of who is signed in; committed before the answer is sent."""

Reading = Annotated[UnitOfWork, Depends(_reading, scope="function")]
"""A transaction that only reads, in the name of who is signed in."""


def _part(name: str) -> Callable[[Request], Any]:
    def part(request: Request) -> Any:
        return getattr(context_of(request), name)

    return part


TheStore = Annotated[Store, Depends(_part("store"))]
"""The store itself, for routes that need several transactions (and say why)."""

TheSettings = Annotated[Settings, Depends(_part("settings"))]
"""How this installation runs."""

Travel = Annotated[Any, Depends(_part("travel"))]
"""Travel times: a :class:`dispatch.travel.provider.TravelProvider`."""

Addresses = Annotated[Any, Depends(_part("finder"))]
"""Who is asked for addresses: a :class:`dispatch.geocoding.finding.Finder`."""

Worker = Annotated[Any, Depends(_part("worker"))]
"""The worker in this process; None where it runs in another."""


def _clock(request: Request) -> Clock:
    return context_of(request).store.clock


Clocked = Annotated[Clock, Depends(_clock)]
"""The operation's clock."""
