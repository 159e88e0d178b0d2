"""The pages that people open in a browser, as ``web/`` builds them into ``dispatch/web/``: one folder for each.

A page is a document and files whose names change with their content, so that a browser keeps them for ever and asks
for the document alone. Beside a file may lie a compressed one (`FILE.gz`), for whoever can read that. Who is not signed
in gets the page as well: it holds no data, and signs them in.

The program runs without these files, which need Node to be built; the page's address says so then.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

from fastapi import FastAPI, Request, Response
from fastapi import Path as InPath
from fastapi.responses import FileResponse, HTMLResponse, RedirectResponse

from dispatch.console.base_map import tiles_origin
from dispatch.console.byte_ranges import is_named
from dispatch.settings import Settings

BUILT = Path(__file__).resolve().parents[1] / "web"
"""Where `npm run build` in ``web/`` puts the pages."""
PAGES = ("console", "map")

_TYPES = {
    ".js": "text/javascript",
    ".mjs": "text/javascript",
    ".css": "text/css",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
    ".png": "image/png",
    ".webmanifest": "application/manifest+json",
}
_FOR_EVER = "public, max-age=31536000, immutable"
_FileName = Annotated[str, InPath(pattern=r"^[A-Za-z0-9_-][A-Za-z0-9._-]{0,199}$")]

_MISSING = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Fieldwright</title>
<meta name="viewport" content="width=device-width, initial-scale=1"></head><body>
<h1>This page has not been built</h1>
<p>Its files are made with Node 20 or newer: install it, then run <code>make setup</code> and load this page again.
Everything else works without them; <a href="/docs">the API is described here</a>.</p>
<h1 lang="zh">此页面尚未构建</h1>
<p lang="zh">构建它需要 Node 20 或更高版本：安装后运行 <code>make setup</code>，再刷新此页面。其他功能不受影响；
<a href="/docs">此处是 API 说明</a>。</p>
</body></html>
"""


def serve_pages(app: FastAPI, settings: Settings, built: Path = BUILT) -> None:
    """Serve every page at ``/NAME``, its files at ``/NAME/assets/FILE``, and lead ``/`` to the first of them."""
    policy = page_policy(settings)

    @app.get("/", include_in_schema=False)
    def front() -> RedirectResponse:
        return RedirectResponse(f"/{PAGES[0]}", 307)

    for name in PAGES:
        serve_page(app, name, built / name, policy)


def page_policy(settings: Settings) -> str:
    """The pages' Content-Security-Policy: what comes from this server, and tiles from where the settings say.

    A map's renderer runs in a worker of ours, and makes images out of what it has loaded (``blob:``, ``data:``).
    """
    tiles = f" {origin}" if (origin := tiles_origin(settings)) else ""
    return (
        "default-src 'none'; script-src 'self'; style-src 'self'; worker-src 'self'; font-src 'self'; "
        f"connect-src 'self'{tiles}; img-src 'self' data: blob:{tiles}; manifest-src 'self'; "
        "frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
    )


def serve_page(
    app: FastAPI, name: str, folder: Path, policy: str, besides: Mapping[str, Mapping[str, str]] | None = None
) -> None:
    """Serve the page built into ``folder`` at ``/NAME``, and its files at ``/NAME/assets/FILE``.

    ``besides``: by their names, files whose names stay when their content changes, at ``/NAME/FILE``, such as the code
    of a service worker, with headers of their own. The empty name is the document's.
    """
    named = besides or {}

    @app.get(f"/{name}", include_in_schema=False)
    def page(request: Request) -> Response:
        if not (folder / "index.html").is_file():
            return HTMLResponse(_MISSING, 503, {"Cache-Control": "no-store"})
        headers = {**named.get("", {}), "Content-Security-Policy": policy}
        return _current(folder / "index.html", "text/html", headers, request)

    @app.get(f"/{name}/assets/{{file}}", include_in_schema=False)
    def asset(file: _FileName, request: Request) -> Response:
        found = folder / "assets" / file
        kind = _TYPES.get(found.suffix)
        if kind is None or not found.is_file():
            return Response(status_code=404)
        # A worker is a page of its own: it loads and reaches what its own policy lets it.
        return _sent(found, kind, {"Cache-Control": _FOR_EVER, "Content-Security-Policy": policy}, request)

    def beside(file: str) -> None:
        @app.get(f"/{name}/{file}", include_in_schema=False, name=f"{name} {file}")
        def one(request: Request) -> Response:
            found = folder / file
            if not found.is_file():
                return Response(status_code=404)
            return _current(found, _TYPES[found.suffix], {**named[file], "Content-Security-Policy": policy}, request)

    for file in filter(None, named):
        beside(file)


def _current(found: Path, kind: str, headers: Mapping[str, str], request: Request) -> Response:
    """A file that browsers ask for anew each time, and get only when it has changed."""
    headers = {**headers, "Cache-Control": "no-cache"}
    answer = _sent(found, kind, headers, request)
    if is_named(request.headers.get("if-none-match"), answer.headers["etag"]):
        return Response(status_code=304, headers={**headers, "ETag": answer.headers["etag"], "Vary": "Accept-Encoding"})
    return answer


def _sent(found: Path, kind: str, headers: Mapping[str, str], request: Request) -> FileResponse:
    """The file, compressed for whoever can read that."""
    headers = {**headers, "Vary": "Accept-Encoding"}
    small = found.with_name(f"{found.name}.gz")
    if small.is_file() and takes_gzip(request.headers.get("accept-encoding", "")):
        found, headers = small, {**headers, "Content-Encoding": "gzip"}
    return FileResponse(found, headers=headers, media_type=kind, stat_result=found.stat())


def takes_gzip(accepted: str) -> bool:
    """Whether a header Accept-Encoding asks for gzip (RFC 9110, section 12.5.3); who names nothing gets it plain."""
    weights: dict[str, str] = {}
    for one in accepted.lower().replace(" ", "").split(","):
        name, _, weight = one.partition(";q=")
        weights[name] = weight or "1"
    return weights.get("gzip", weights.get("*", "0")).strip("0.") != ""
