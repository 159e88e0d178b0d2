"""What this takes that is no Python: a browser, and Lighthouse, which Node runs. Nothing of it is shipped."""

from __future__ import annotations

import json
import shutil
import subprocess
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

LIGHTHOUSE = "lighthouse@12.8.2"
"""Fetched by npx when it is first used: scores of different versions cannot be compared."""
CATEGORIES = ("performance", "accessibility")
_BROWSERS = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome")
_NODE = 20
_PATIENCE = 300


class Missing(Exception):  # noqa: N818  it says what is
    """Something that is not on this machine, and how it comes there."""


@dataclass(frozen=True, slots=True)
class Tools:
    """Where the browser and npx are."""

    browser: str
    npx: str


def tools(browser: str | None = None) -> Tools:
    """What there is on this machine. Raises :class:`Missing` for the first thing that is not."""
    found = browser or next((path for name in _BROWSERS if (path := shutil.which(name))), None)
    if found is None or not Path(found).exists():
        raise Missing("There is no Chromium: install the package chromium (make browser), or name one by --browser.")
    if find_spec("playwright") is None:
        raise Missing("There is no Playwright: install what the tests need (make setup).")
    node, npx = shutil.which("node"), shutil.which("npx")
    if node is None or npx is None:
        raise Missing(f"There is no Node with npx: install Node {_NODE} or newer.")
    said = subprocess.run([node, "--version"], capture_output=True, text=True, check=True).stdout.strip()
    if int(said.removeprefix("v").partition(".")[0]) < _NODE:
        raise Missing(f"Node is too old ({said}): install Node {_NODE} or newer.")
    return Tools(found, npx)


def audited(have: Tools, address: str, port: int, folder: Path) -> dict[str, Any]:
    """Lighthouse's report on an address, in the browser whose tools listen on a port. What it keeps, stays.

    Raises :class:`Missing` where Lighthouse does not come, and ``RuntimeError`` where it fails at the page.
    """
    report = folder / "report.json"
    report.unlink(missing_ok=True)
    command = [have.npx, "--yes", LIGHTHOUSE, address, f"--port={port}", "--disable-storage-reset", "--quiet"]
    command += [f"--only-categories={','.join(CATEGORIES)}", "--output=json", f"--output-path={report}"]
    ran = subprocess.run(command, capture_output=True, text=True, timeout=_PATIENCE, check=False)
    if not report.exists():
        last = "\n".join(ran.stderr.strip().splitlines()[-5:])
        raise Missing(f"npx could not run {LIGHTHOUSE}, which it fetches when it is first used:\n{last}")
    made: dict[str, Any] = json.loads(report.read_text(encoding="utf-8"))
    if trouble := made.get("runtimeError"):
        raise RuntimeError(f"{address}: {trouble.get('message', trouble)}")
    return made
