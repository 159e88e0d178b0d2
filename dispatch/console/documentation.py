"""The OpenAPI document: what FastAPI derives from the routes, and what the frame around them can answer too.

FastAPI's own pages load their scripts from elsewhere, and this program has to run without the internet, so they are
switched off; :mod:`dispatch.console.reference` is the page.
"""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI, Request
from fastapi.openapi.utils import get_openapi
from fastapi.responses import HTMLResponse, RedirectResponse

from dispatch.console.problems import Problem, problems
from dispatch.console.reference import POLICY, page

_REF = "#/components/schemas/{model}"
_CHANGING = frozenset({"post", "put", "patch", "delete"})


DOCUMENT_AT = "/api/v1/openapi.json"
PAGE_AT = "/docs"


def serve_documentation(app: FastAPI) -> None:
    """Serve the OpenAPI document, and a page that shows it."""
    app.openapi = lambda: document(app)  # type: ignore[method-assign]

    @app.get(PAGE_AT, include_in_schema=False)
    def documentation(request: Request) -> HTMLResponse:
        # Not `app`: FastAPI keeps every endpoint for ever, and with it the application that it would hold on to.
        return HTMLResponse(page(document(request.app), DOCUMENT_AT), headers={"Content-Security-Policy": POLICY})

    @app.get("/openapi.json", include_in_schema=False)
    def document_elsewhere() -> RedirectResponse:
        return RedirectResponse(DOCUMENT_AT, 308)


def document(app: FastAPI) -> dict[str, Any]:
    """The OpenAPI document of ``app``, made once."""
    if app.openapi_schema is None:
        made = get_openapi(
            title=app.title,
            version=app.version,
            openapi_version=app.openapi_version,
            description=app.description,
            routes=app.routes,
        )
        schemas = made.setdefault("components", {}).setdefault("schemas", {})
        schemas.update(_schema_of_problems())
        for path in made.get("paths", {}).values():
            for method, operation in path.items():
                _add_answers_of_the_frame(method, operation)
        for unused in ("HTTPValidationError", "ValidationError"):
            schemas.pop(unused, None)
        app.openapi_schema = made
    return app.openapi_schema


def _schema_of_problems() -> dict[str, Any]:
    schema = Problem.model_json_schema(ref_template=_REF)
    return {**schema.pop("$defs"), "Problem": schema}


def _add_answers_of_the_frame(method: str, operation: dict[str, Any]) -> None:
    """A request can be refused before its route sees it; a value that makes no sense is a problem document too."""
    frame = [400]
    if operation.get("security"):
        frame.append(401)
    if method in _CHANGING:
        frame += [403, 409, 413]
    if "422" in operation["responses"] or operation.get("parameters") or operation.get("requestBody"):
        operation["responses"].pop("422", None)
        frame.append(422)
    frame.append(503)
    for status, answer in problems(*frame).items():
        operation["responses"].setdefault(str(status), answer)
