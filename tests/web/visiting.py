"""Somebody who opens a page, and what the browser saw of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page

from tests.web.operations import EMAIL, PASSWORD

DRAWN = ".canvas[data-drawn=yes]"


@dataclass
class Seen:
    """What a page asked for, and what it complained about."""

    page: Page
    asked: list[str] = field(default_factory=list)
    answers: list[tuple[str, int]] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def hosts(self) -> set[str]:
        """Every host that anything was asked of; what a page makes itself (data:, blob:) has none."""
        return {host for host in (urlsplit(url).hostname for url in self.asked) if host}


def complains(line: ConsoleMessage) -> bool:
    """Whether a page complains; what the tests' own renderer says of its speed, as a map is looked at, is none."""
    return line.type in ("error", "warning") and "GPU stall due to ReadPixels" not in line.text


def let_in(context: BrowserContext, url: str, email: str, password: str = PASSWORD) -> None:
    """Sign somebody in without the form, which has tests of its own."""
    answer = context.request.post(f"{url}/api/v1/session", data={"email": email, "password": password})
    assert answer.ok, answer.text()


def put_map_away(context: BrowserContext) -> None:
    """The board without its map from the start, for who does not look at it: it is what costs most to draw."""
    context.add_init_script("localStorage['fieldwright.panes'] ??= JSON.stringify({ map: false })")


@contextmanager
def looking(
    browser: Browser, url: str, *, at: str = "/map", who: str | None = None, with_map: bool = True, **options: Any
) -> Iterator[Seen]:
    """A page, the map's unless another is named, before anybody has signed in unless it says ``who`` has."""
    context = browser.new_context(**{"locale": "en-GB", "viewport": {"width": 1000, "height": 640}, **options})
    try:
        if who is not None:
            let_in(context, url, who)
        if not with_map:
            put_map_away(context)
        seen = Seen(context.new_page())
        seen.page.on("request", lambda request: seen.asked.append(request.url))
        seen.page.on("response", lambda answer: seen.answers.append((answer.url, answer.status)))
        seen.page.on("pageerror", lambda error: seen.complaints.append(str(error)))
        seen.page.on("console", lambda line: complains(line) and seen.complaints.append(line.text))
        seen.page.goto(f"{url}{at}")
        yield seen
    finally:
        context.close()


def sign_in(page: Page, password: str = PASSWORD) -> None:
    """As the operation's dispatcher."""
    page.locator("input[type=email]").fill(EMAIL)
    page.locator("input[type=password]").fill(password)
    page.locator("button[type=submit]").click()
