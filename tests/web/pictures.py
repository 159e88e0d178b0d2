"""Takes the pictures of ``docs/pictures/`` again: ``python -m tests.web.pictures``, with a Chromium and built pages.

The sample city is brought up in a temporary folder, its clock runs until some of its work is done, and its pages are
photographed; ten minutes in all.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.web.browsers import browser, why_not
from tests.web.palette import with_palette

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

PICTURES = Path(__file__).resolve().parents[2] / "docs" / "pictures"
_DESK: dict[str, Any] = {"viewport": {"width": 1360, "height": 850}, "locale": "en-GB"}
_PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "locale": "en-GB", "device_scale_factor": 1.5}
_SIGN_IN = re.compile(r"sign in as (dispatcher@\S+) with (\S+)")
_SPEED = "20"
"""So slow that planning, which takes real seconds, keeps up with what happens: otherwise a busy machine's day goes
wrong in ways that no day does."""
_WORK_DONE = re.compile(r"^(09|1\d):\d", re.MULTILINE)
"""The feed has come so far in the day."""


def main() -> int:
    """Take all pictures, or say why that is not possible here."""
    if (reason := why_not()) is not None:
        sys.stderr.write(f"No pictures: {reason}\n")
        return 1
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, browser() as opened:
        with sample(Path(folder), until=_WORK_DONE) as (url, email, password):
            who = (opened, url, email, password)
            photograph(*who, "map-light", {**_DESK, "color_scheme": "light"})
            photograph(*who, "map-dark", {**_DESK, "color_scheme": "dark"}, person=1, stop=4)
            photograph(*who, "map-chinese", {**_DESK, "color_scheme": "light", "locale": "zh-CN"}, person=3)
            photograph(*who, "map-phone", {**_PHONE, "color_scheme": "light"}, person=0)
            photograph(*who, "map-placing", {**_DESK, "color_scheme": "light"}, placing=True)
            photograph(*who, "map-placing-chinese", {**_DESK, "color_scheme": "dark", "locale": "zh-CN"}, placing=True)
        with sample(Path(folder), until=None, without_map=True) as (url, email, password):
            photograph(opened, url, email, password, "map-without-region", {**_DESK, "color_scheme": "light"})
    return 0


@contextmanager
def sample(folder: Path, until: re.Pattern[str] | None, without_map: bool = False) -> Iterator[tuple[str, str, str]]:
    """The sample city, served in a process of its own: its address, and who signs in with what.

    With ``without_map`` the same city is served without the sample's region, as an operation that has none.
    """
    environment = {**os.environ, "FIELDWRIGHT_DATA_FOLDER": str(folder / ("nothing" if without_map else "data"))}
    speed = ["--sample", "--autopilot", "--speed", _SPEED, "--language", "en"]
    command = [sys.executable, "-c", "import sys; from dispatch.cli import main; sys.exit(main())", "serve"]
    command += ["--database", f"sqlite:///{folder / 'city.db'}", "--port", "0", *([] if without_map else speed)]
    log = folder / ("without.log" if without_map else "sample.log")
    with log.open("w") as said:
        server = subprocess.Popen(command, env=environment, stdout=said, stderr=subprocess.STDOUT)
    try:
        address = waited(server, log, re.compile(r"Fieldwright is at (\S+)"))[1]
        known = folder / "sample.log"
        email, password = waited(server, known, _SIGN_IN).groups()
        if until is not None:
            waited(server, log, until)
        yield address, email, password
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(60)


def waited(server: subprocess.Popen[bytes], log: Path, wanted: re.Pattern[str]) -> re.Match[str]:
    """What the server says, once it has said it. Raises RuntimeError where it ends before."""
    while True:
        if (found := wanted.search(log.read_text(encoding="utf-8"))) is not None:
            return found
        try:
            server.wait(0.5)
        except subprocess.TimeoutExpired:
            continue
        raise RuntimeError(f"the server ended: {log.read_text(encoding='utf-8')[-2000:]}")


def photograph(
    opened: Browser,
    url: str,
    email: str,
    password: str,
    name: str,
    options: dict[str, Any],
    *,
    person: int | None = None,
    stop: int | None = None,
    placing: bool = False,
) -> None:
    """One picture: of the map, with the technician and the stop chosen that are named by their places in the lists.

    ``placing``: the site of the sample whose address may lie in several places is about to get one.
    """
    context = opened.new_context(**options)
    page = context.new_page()
    page.goto(f"{url}/map")
    page.locator("input[type=email]").fill(email)
    page.locator("input[type=password]").fill(password)
    page.locator("button[type=submit]").click()
    page.wait_for_selector(".canvas[data-drawn=yes]", timeout=60_000)
    if person is not None:
        page.locator("button.person").nth(person).click()
        page.wait_for_timeout(1500)  # the map moves
    if stop is not None:
        page.locator("div.stops .stop").nth(stop).click()
        page.wait_for_timeout(1500)
    if placing:
        place(page)
    page.wait_for_selector(".canvas[data-drawn=yes]", timeout=60_000)
    (PICTURES / f"{name}.png").write_bytes(with_palette(opened, page.screenshot()))
    context.close()


def place(page: Page) -> None:
    """Up to where the place of a site is to be confirmed."""
    page.locator(".unfold").click(timeout=60_000)
    page.locator("#waiting-sites button").first.click()
    page.locator(".candidates button").first.click()
    page.wait_for_timeout(1500)  # the map moves


if __name__ == "__main__":
    sys.exit(main())
