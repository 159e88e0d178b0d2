"""The page that technicians carry: built by ``web/field`` into ``mobile_api/web/field``, at ``/field``.

It works without a network: its service worker keeps the page and answers for it. A worker answers for addresses below
its own only, unless the server allows more (``Service-Worker-Allowed``); ours stands at ``/field/sw.js`` and answers
for ``/field`` itself as well.
"""

from __future__ import annotations

from pathlib import Path

from fastapi import FastAPI

from dispatch.console.pages import page_policy, serve_page
from dispatch.settings import Settings

BUILT = Path(__file__).resolve().parent / "web"
"""Where `npm run build` in ``web/`` puts the page."""
NAME = "field"
ICONS = ("icon-192.png", "icon-512.png", "icon-maskable-512.png", "badge-96.png", "icon.svg")

_DOCUMENT = {"Permissions-Policy": "camera=(self), geolocation=(self), microphone=()"}
"""A technician photographs, scans codes, and is found while on duty; nothing else may."""


def serve_field(app: FastAPI, settings: Settings, built: Path = BUILT) -> None:
    """Serve the page, its files, its service worker, its manifest and its icons."""
    besides = {
        "": _DOCUMENT,
        "sw.js": {"Service-Worker-Allowed": f"/{NAME}"},
        "manifest.webmanifest": {},
        **{icon: {} for icon in ICONS},
    }
    serve_page(app, NAME, built / NAME, page_policy(settings), besides)
