"""One shape for every refusal: an RFC 9457 problem document, ``application/problem+json``.

``type`` is a URN that ends in the refusal's stable code. Further members depend on the code: ``errors`` of ``invalid``
lists ``{"place", "value", "problem", "remedy"}``; ``changed`` of ``stale`` says what differs; ``reference`` of an
unexpected error is what to tell who looks after this server. Nothing in it or in the log says what a person sent.
Title, detail and sentences are in English, or in Chinese where that is what the request's ``Accept-Language`` wants
(:mod:`dispatch.console.chinese`).
"""

from __future__ import annotations

import json
import logging
import math
import secrets
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.encoders import jsonable_encoder
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.exc import DataError
from starlette.exceptions import HTTPException

from dispatch.access.dpop import ProofRefused
from dispatch.console import chinese
from dispatch.console.idempotency import Replayed
from dispatch.domain.errors import DispatchError, Invalid

MEDIA_TYPE = "application/problem+json"
URN = "urn:fieldwright:problem:"
_CHALLENGE = 'Bearer realm="Fieldwright"'
_SHOWN = 80

log = logging.getLogger(__name__)


class WrongValue(BaseModel):
    """One value that makes no sense, and what to do about it."""

    place: str = Field(description="Where it stands, such as ``body.windows.0``")
    value: Any = None
    problem: str
    remedy: str = ""


class Problem(BaseModel):
    """Why something was refused (RFC 9457)."""

    model_config = ConfigDict(extra="allow")

    type: str
    title: str
    status: int
    detail: str = ""
    instance: str = ""
    errors: list[WrongValue] | None = None


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The refusals that a route can give, for its ``responses``: ``responses=problems(401, 403, 404)``."""
    return {
        status: {
            "description": HTTPStatus(status).phrase,
            "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
        for status in statuses
    }


def problem(
    status: int,
    code: str,
    title: str,
    detail: str = "",
    *,
    instance: str = "",
    facts: Mapping[str, Any] | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """A refusal as a response."""
    document = {"type": URN + code, "title": title, "status": status, "detail": detail, "instance": instance}
    told = {**(facts or {}), **{key: value for key, value in document.items() if value != ""}}
    # What was sent and is told of may be no number of JSON (NaN) and no text of UTF-8 (half a surrogate pair).
    content = json.dumps(jsonable_encoder(told, custom_encoder={float: _finite}), separators=(",", ":"))
    return Response(content, status, headers, media_type=MEDIA_TYPE)


def _finite(number: float) -> float | str:
    return number if math.isfinite(number) else str(number)


def answer_refusals(app: FastAPI) -> None:
    """Answer everything that goes wrong in ``app`` with a problem document."""
    app.add_exception_handler(DispatchError, _refused)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(DataError, _does_not_fit)
    app.add_exception_handler(Replayed, _replayed)


def refusal(error: DispatchError, instance: str = "", *, in_chinese: bool = False) -> Response:
    """A refusal of the business as a response."""
    headers = {}
    title, detail, facts = error.title, error.detail, error.facts
    if in_chinese:
        title, detail, facts = chinese.problem(error.code, title, detail, facts)
        headers["Content-Language"] = "zh"
    if error.http_status == HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = error.challenge if isinstance(error, ProofRefused) else _CHALLENGE
    if "retry_after" in error.facts:
        headers["Retry-After"] = str(error.facts["retry_after"])
    return problem(
        error.http_status,
        error.code,
        title,
        detail,
        instance=instance,
        facts=facts,
        headers=headers,
    )


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, DispatchError)
    return refusal(error, request.url.path, in_chinese=reads_chinese(request))


async def _invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    in_chinese = reads_chinese(request)
    errors = [_wrong_value(one, in_chinese=in_chinese) for one in error.errors()]
    places = ", ".join(one["place"] for one in errors)
    invalid = Invalid(f"These make no sense: {places}.", errors=errors)
    return refusal(invalid, request.url.path, in_chinese=in_chinese)


def reads_chinese(request: Request) -> bool:
    """Whether who asks wants sentences in Chinese."""
    return chinese.wanted(request.headers.get("accept-language"))


async def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    phrase = HTTPStatus(error.status_code).phrase
    code = phrase.lower().replace(" ", "-")
    detail = error.detail if error.detail != phrase else ""
    instance = request.url.path
    return problem(error.status_code, code, phrase, detail, instance=instance, headers=error.headers)


async def _does_not_fit(request: Request, _: Exception) -> Response:
    error = Invalid("A value does not fit where it is to be stored. Nothing was changed.")
    return refusal(error, request.url.path, in_chinese=reads_chinese(request))


async def _replayed(_: Request, error: Exception) -> Response:
    assert isinstance(error, Replayed)
    return error.answer


def unexpected(error: Exception, instance: str) -> Response:
    """What is answered to a mistake of ours: nothing but a reference, under which the log says where it happened."""
    reference = secrets.token_hex(6)
    # The message of an error may hold what a person sent (a name, an address): only its kind and place are logged.
    log.error("unexpected error %s: %s at %s", reference, type(error).__name__, _place(error))
    detail = f"Something went wrong that should not. Quote {reference} to who looks after this server."
    title = "Something went wrong here"
    return problem(500, "unexpected", title, detail, instance=instance, facts={"reference": reference})


def _place(error: Exception) -> str:
    steps = []
    trace = error.__traceback__
    while trace is not None:
        code = trace.tb_frame.f_code
        steps.append(f"{code.co_filename.rsplit('/', 1)[-1]}:{trace.tb_lineno} {code.co_name}")
        trace = trace.tb_next
    return " < ".join(reversed(steps[-8:]))


def _wrong_value(error: Mapping[str, Any], *, in_chinese: bool) -> dict[str, Any]:
    value = error.get("input")
    small = isinstance(value, str | int | float | bool) or value is None
    if isinstance(value, str):
        value = value[:_SHOWN]
    return {
        "place": ".".join(str(step) for step in error["loc"]),
        "value": value if small and error["type"] != "missing" else None,
        "problem": chinese.of_type(error["type"], error.get("ctx", {}), error["msg"]) if in_chinese else error["msg"],
        "remedy": _remedy(error),
    }


def _remedy(error: Mapping[str, Any]) -> str:
    kind = error["type"]
    if kind == "missing":
        return "add it"
    if kind == "extra_forbidden":
        return "leave it out"
    if kind == "json_invalid":
        return "send a JSON document"
    bounds = ", ".join(f"{name} {value}" for name, value in error.get("ctx", {}).items() if name != "error")
    return f"send a value with {bounds}" if bounds else "send a value of the documented form"
