"""Tokens for phones and integrators."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from fastapi import Depends, Query, Response

from dispatch.access.secrets import TOKEN_PREFIX
from dispatch.console.deps import Here, Reading, Secret, Uow
from dispatch.console.paging import Order, Page, Paging, paged
from dispatch.console.problems import problems
from dispatch.console.routing import Router
from dispatch.console.shapes.common import RowId
from dispatch.console.shapes.users import NewToken, TokenShape, TokenWithSecret
from dispatch.domain.errors import Forbidden
from dispatch.services.tokens import make_token, revoke_token, tokens_of
from dispatch.store.tables import AccessToken

router = Router(prefix="/tokens")


def _signed_in_with_a_password(secret: Secret) -> None:
    if (secret or "").startswith(TOKEN_PREFIX):
        raise Forbidden("A token makes no tokens, or revoking it would end nothing. Sign in to make one.")


@router.get("", summary="List tokens", responses=problems(401, 403, 404, 422))
def list_tokens(
    uow: Reading,
    paging: Paging,
    user: Annotated[str | None, Query(max_length=40, description="Whose; by default one's own")] = None,
) -> Page[TokenShape]:
    """One's own tokens, or, for who manages users, those of another; the latest first."""
    order: list[Order] = [AccessToken.created_at.desc(), AccessToken.id.desc()]
    return paged(uow, tokens_of(uow, user), paging, order, TokenShape.model_validate)


@router.post(
    "",
    status_code=201,
    summary="Make a token",
    dependencies=[Depends(_signed_in_with_a_password)],
    responses=problems(401, 403, 409, 422),
)
def add_token(response: Response, here: Here, uow: Uow, wanted: NewToken) -> TokenWithSecret:
    """A token that opens the API in one's own name. Its secret is shown only in this answer."""
    lasts = dt.timedelta(days=wanted.days or here.settings.token_days)
    token, secret = make_token(uow, wanted.name, here.wall.now(), lasts)
    response.headers["Cache-Control"] = "no-store"
    return TokenWithSecret(token=TokenShape.model_validate(token), secret=secret)


@router.delete("/{token_id}", status_code=204, summary="Revoke a token", responses=problems(401, 403, 404))
def remove_token(token_id: RowId, here: Here, uow: Uow) -> None:
    """The token opens nothing any more."""
    revoke_token(uow, token_id, here.wall.now())
