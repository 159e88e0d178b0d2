"""Answers that come late: what is asked of an address waits for its answer while a test goes on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Page, Route


@contextmanager
def held_back(page: Page, address: str) -> Iterator[list[Route]]:
    """What is asked there meanwhile is answered when this is over."""
    held: list[Route] = []
    page.route(address, lambda route: held.append(route))
    yield held
    for route in held:
        route.continue_()
    page.unroute(address)


def painted(page: Page) -> None:
    """What has arrived at the page is seen."""
    page.evaluate("() => new Promise((then) => requestAnimationFrame(() => requestAnimationFrame(then)))")
