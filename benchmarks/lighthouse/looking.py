"""A browser with somebody signed in, whose tools Lighthouse can use; and what is measured without Lighthouse."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, CDPSession, Page

_PHONE = {"width": 390, "height": 844}
_DESK = {"width": 1360, "height": 850}
_ARGUMENTS = ("--no-sandbox", "--no-first-run", "--disable-background-networking", "--disable-component-update")
_PATIENCE_MS = 120_000.0
SLOW_3G = {"latency": 2000.0, "downloadThroughput": 50_000.0, "uploadThroughput": 50_000.0}
"""As Chrome's own tools call it: 400 kbit/s, and two seconds until an answer begins."""
_OPEN = {"latency": 0.0, "downloadThroughput": -1.0, "uploadThroughput": -1.0}
_IN = "input[type=password]"


@dataclass(frozen=True, slots=True)
class Account:
    """Who signs in."""

    email: str
    password: str


@dataclass(frozen=True, slots=True)
class Looking:
    """A browser on a page. ``port``: where its tools listen."""

    page: Page
    tools: CDPSession
    address: str
    port: int

    def come_in(self, account: Account) -> float:
        """Sign in; seconds until the page behind it is there."""
        self.page.locator("input[type=email]").fill(account.email)
        self.page.locator(_IN).fill(account.password)
        began = time.monotonic()
        self.page.locator("button[type=submit]").click()
        self.page.locator(_IN).wait_for(state="detached", timeout=_PATIENCE_MS)
        self.page.locator("h1, h2").first.wait_for(timeout=_PATIENCE_MS)
        return time.monotonic() - began

    def open(self, shows: str) -> float:
        """Open the page; seconds until it shows something."""
        began = time.monotonic()
        self.page.goto(self.address, wait_until="commit", timeout=_PATIENCE_MS)
        self.page.locator(shows).first.wait_for(timeout=_PATIENCE_MS)
        return time.monotonic() - began

    def forget_the_app(self) -> None:
        """Let go of what a second visit would find: the page is loaded as for the first time, by who is signed in."""
        self.page.goto("about:blank")  # a service worker stays for as long as a page has it
        site = urlsplit(self.address)
        kinds = {"origin": f"{site.scheme}://{site.netloc}", "storageTypes": "service_workers,cache_storage"}
        self.tools.send("Storage.clearDataForOrigin", kinds)
        self.tools.send("Network.clearBrowserCache")

    def network(self, *, slow: bool = False, offline: bool = False) -> None:
        """How good the network is from here on."""
        # Playwright counts the service worker in, where the tools' own switch is for this page only.
        self.page.context.set_offline(offline)
        if not offline:
            self.tools.send("Network.emulateNetworkConditions", {"offline": False, **(SLOW_3G if slow else _OPEN)})

    def installed(self) -> bool:
        """Wait for the page's service worker, where it has one; whether it does."""
        return bool(self.page.evaluate(_SERVICE_WORKER))

    def why_not_installable(self) -> list[str]:
        """What keeps a browser from offering to install the page."""
        against = [one["errorId"] for one in self.tools.send("Page.getInstallabilityErrors")["installabilityErrors"]]
        manifest = self.tools.send("Page.getAppManifest")
        return [*against, *(one["message"] for one in manifest["errors"])]


_SERVICE_WORKER = """async () => {
  if ((await navigator.serviceWorker?.getRegistration()) === undefined) return false;
  await navigator.serviceWorker.ready;
  return true;
}"""


@contextmanager
def looking(browser: str, address: str, folder: Path, *, desk: bool = False) -> Iterator[Looking]:
    """A browser of its own, whose profile lies in a folder; nothing is opened yet."""
    from playwright.sync_api import sync_playwright

    port = _free_port()
    with sync_playwright() as playwright:
        context: BrowserContext = playwright.chromium.launch_persistent_context(
            str(folder / "profile"),
            executable_path=browser,
            args=[*_ARGUMENTS, f"--remote-debugging-port={port}"],
            locale="en-GB",
            viewport=_DESK if desk else _PHONE,  # type: ignore[arg-type]
        )
        try:
            page = context.pages[0]
            yield Looking(page, context.new_cdp_session(page), address, port)
        finally:
            context.close()


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as one:
        port: int = one.getsockname()[1]
    return port
