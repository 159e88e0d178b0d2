"""Takes the pictures of the phone's app in ``docs/pictures/`` again: ``python -m tests.web.phone_pictures``.

The sample city is brought up in a temporary folder, and Ana Rojas works on her first visit; two minutes in all.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.web.browsers import browser, why_not
from tests.web.palette import with_palette
from tests.web.pictures import PICTURES, sample

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

_PHONE: dict[str, Any] = {
    "viewport": {"width": 390, "height": 760},
    "device_scale_factor": 1.5,
    "has_touch": True,
    "is_mobile": True,
    "reduced_motion": "reduce",
    "timezone_id": "America/Santiago",
    "permissions": ["geolocation"],
    "geolocation": {"latitude": -29.967, "longitude": -71.339, "accuracy": 12},
    "user_agent": "Mozilla/5.0 (Linux; Android 16; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/150.0.0.0 Mobile "
    "Safari/537.36",
}
_WHO = "ana.rojas@sample.example"
_STEP = ".bar .main"


def main() -> int:
    """Take all pictures, or say why that is not possible here."""
    if (reason := why_not("field")) is not None:
        sys.stderr.write(f"No pictures: {reason}\n")
        return 1
    PICTURES.mkdir(exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as folder,
        browser() as opened,
        sample(Path(folder), until=None) as (url, _, password),
    ):
        photograph_the_phone(opened, url, password)
    return 0


def photograph_the_phone(opened: Browser, url: str, password: str) -> None:
    """All of them, at a server that has the sample city and somebody's morning before it."""
    with carried(opened, url, locale="en-GB") as page:
        keep(opened, page, "sign-in")
        come_in(page, password)
        keep(opened, page, "today")
        page.locator(".next .second").last.click()
        page.locator(".about h1").wait_for()
        keep(opened, page, "visit")
        page.locator("button.back").click()
        begin_the_work(page)
        keep(opened, page, "today-dark", dark=True)
        page.locator(".next .second").last.click()
        page.locator(".questions").wait_for()
        work_out_of_reach(page)
        keep(opened, page, "checklist")
        page.locator(".sync").click()
        page.locator(".entries").first.wait_for()
        keep(opened, page, "outbox-dark", dark=True)
        page.context.set_offline(False)
        page.get_by_role("button", name="Me", exact=True).click()
        page.wait_for_timeout(500)
        keep(opened, page, "me")
        page.get_by_role("button", name="Map", exact=True).click()
        page.wait_for_selector(".map-canvas[data-drawn=yes]", timeout=120_000)
        keep(opened, page, "map")
    with carried(opened, url, locale="zh-CN", color_scheme="dark") as page:
        come_in(page, password)
        keep(opened, page, "chinese", dark=True)


@contextmanager
def carried(opened: Browser, url: str, **options: Any) -> Iterator[Page]:
    """A phone that has opened the app."""
    context = opened.new_context(**_PHONE, **options)
    try:
        page = context.new_page()
        page.goto(f"{url}/field")
        page.locator("input[type=password]").wait_for()
        yield page
    finally:
        context.close()


def come_in(page: Page, password: str) -> None:
    """As Ana Rojas; until her day is there."""
    page.locator("input[type=email]").fill(_WHO)
    page.locator("input[type=password]").fill(password)
    page.locator("button[type=submit]").click()
    page.locator(".next").wait_for(timeout=60_000)
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")


def begin_the_work(page: Page) -> None:
    """Up to the start of the first visit, whatever the next step is."""
    for _ in range(6):
        if page.locator(".next .mark.working").count() > 0:
            return
        page.locator(_STEP).click()
        page.wait_for_timeout(800)
        if page.locator("dialog[open] .sheet-head button").count() > 0:
            page.locator("dialog[open] .sheet-head button").click()
            page.wait_for_timeout(300)


def work_out_of_reach(page: Page) -> None:
    """Answer some of the checklist, without a network."""
    page.context.set_offline(True)
    numbers = page.locator(".questions input")
    for at, typed in enumerate(("21", "4711")[: numbers.count()]):
        numbers.nth(at).fill(typed)
        page.wait_for_timeout(1200)  # what is typed is kept a moment after the last letter
    page.get_by_role("button", name="Gas valve").click()
    numbers.first.scroll_into_view_if_needed()
    page.wait_for_timeout(800)


def keep(opened: Browser, page: Page, name: str, *, dark: bool = False) -> None:
    """A picture of the page as it stands."""
    page.emulate_media(color_scheme="dark" if dark else "light")
    page.wait_for_timeout(400)
    (PICTURES / f"phone-{name}.png").write_bytes(with_palette(opened, page.screenshot()))


if __name__ == "__main__":
    sys.exit(main())
