"""``python -m benchmarks.console.browser``: the board of a busy day as a browser draws it, by its own tracing.

How long until it is drawn, how evenly it scrolls, how soon a change is seen and what that costs, what it holds in
memory, and whether it keeps up while so many events a minute happen.
"""

from __future__ import annotations

import argparse
import shutil
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from benchmarks.console.happenings import begin_shifts, happenings
from benchmarks.console.trace import Trace, tracing
from benchmarks.load.filling import fill, publish_first_plan
from benchmarks.load.servers import database, serving
from benchmarks.machine import conditions
from benchmarks.tables import say, table
from dispatch.access.passwords import hashed
from dispatch.messaging.relay import relay
from dispatch.settings import Settings
from dispatch.store.engine import Store
from dispatch.store.migrate import upgrade
from dispatch.store.tables import User

if TYPE_CHECKING:
    from playwright.sync_api import CDPSession, Page

_NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome")
_PASSWORD = "a password for measuring"
_BAR = ".timeline-bar"
_SCROLLED = 9000
"""Pixels that are scrolled, at :data:`_SPEED` a second: as fast as a wheel is turned by who looks for a row."""
_SPEED = 3000
_SETTLE = 3000
"""Milliseconds in which a page that has been drawn comes to rest."""

_FIRST_BAR = """() => {
  new MutationObserver((_, watching) => {
    if (document.querySelector('.timeline-bar') === null) return;
    watching.disconnect();
    requestAnimationFrame(() => setTimeout(() => { window.__drawn = performance.now(); }));
  }).observe(document, { childList: true, subtree: true });
}"""
"""Notes the milliseconds from the navigation to the first frame with a visit in it."""
_DRAWN = """() => new Promise((done) => {
  const look = () => window.__drawn === undefined ? setTimeout(look, 20) : done(window.__drawn);
  look();
})"""

_CHANGES = """() => {
  window.__changes = [];
  new MutationObserver((records) => {
    for (const { target, attributeName } of records)
      window.__changes.push([target.dataset.visit, target.getAttribute(attributeName), Date.now()]);
  }).observe(document.querySelector('.timeline-rows'), { subtree: true, attributeFilter: ['data-status'] });
}"""


@dataclass
class Kept:
    """Where the page stands: the position of every answer it got, and when."""

    positions: list[tuple[float, int]] = field(default_factory=list)

    def heard(self, response: Any) -> None:
        """An answer came; those that say what changed are read."""
        if "/board/changes" in response.url and response.ok:
            self.positions.append((time.monotonic(), int(response.json()["position"])))

    def position(self) -> int:
        """The latest."""
        return self.positions[-1][1] if self.positions else 0


def main(arguments: Sequence[str] | None = None) -> int:
    """Fill a store, plan its day, open its board in a browser, and measure."""
    from playwright.sync_api import sync_playwright

    given = _parser().parse_args(arguments)
    browser_path = next((found for name in _NAMES if (found := shutil.which(name))), None)
    if browser_path is None:
        say("no Chromium found: install the package chromium")
        return 1
    say(conditions().sentence())
    with database(given.database) as url:
        store = Store(url)
        upgrade(store)
        say(f"{given.visits} visits, {given.technicians} technicians, a window of {given.width} × {given.height}")
        fill(store, given.visits, given.technicians, given.seed)
        publish_first_plan(store, Settings.model_validate({"database_url": url}), given.plan_seconds)
        begin_shifts(store)
        email = _let_in(store)
        relay(store)
        happening = happenings(store, given.seed)
        with serving(url) as address, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=browser_path, args=["--no-sandbox"])
            page = browser.new_page(viewport={"width": given.width, "height": given.height})
            rows = measured(page, happening, address.removesuffix("/api/v1"), email, given)
            browser.close()
        say()
        say(table(["what", "figure"], rows))
        store.dispose()
    return 0


def measured(
    page: Page, happening: Iterator[str], address: str, email: str, given: argparse.Namespace
) -> list[list[str]]:
    """One thing after another, as rows for a table."""
    kept = Kept()
    page.on("response", kept.heard)
    _sign_in(page, address, email)
    tools = page.context.new_cdp_session(page)
    tools.send("Performance.enable")
    return [
        *_first_draw(page, tools),
        *_scrolling(page, tools),
        *_zooming(page, tools),
        *_one_update(page, tools, happening),
        *_memory(tools, "memory, at rest"),
        *_many_events(page, tools, happening, kept, given.events, given.seconds),
        *_memory(tools, "memory, after all that"),
    ]


def _let_in(store: Store) -> str:
    """The dispatcher of the filled store gets a password; their address."""
    with store.unit_of_work() as uow:
        user = uow.session.scalars(select(User)).one()
        user.password_hash = hashed(_PASSWORD)
        return user.email


def _sign_in(page: Page, address: str, email: str) -> None:
    page.goto(f"{address}/console")
    page.locator("input[type=email]").fill(email)
    page.locator("input[type=password]").fill(_PASSWORD)
    page.locator("button[type=submit]").click()
    page.locator(_BAR).first.wait_for(timeout=120_000)


def _first_draw(page: Page, tools: CDPSession) -> list[list[str]]:
    """The page again, by somebody who is signed in."""
    page.add_init_script(f"({_FIRST_BAR})()")
    times = []
    work = ""
    for _ in range(3):
        with tracing(tools, page) as trace:
            page.reload()
            times.append(float(page.evaluate(_DRAWN)))
        work = trace.work()
    page.wait_for_timeout(_SETTLE)
    return [
        ["first draw, from the navigation", f"{sorted(times)[1]:.0f} ms (median of {len(times)})"],
        ["  of it on the main thread", work],
        ["rows and bars in the document", _drawn(page)],
    ]


def _scrolling(page: Page, tools: CDPSession) -> list[list[str]]:
    middle = page.locator(".timeline-scroller").bounding_box()
    if middle is None:
        raise RuntimeError("there is no timeline to scroll")
    gesture = {
        "x": middle["x"] + middle["width"] / 2,
        "y": middle["y"] + middle["height"] / 2,
        "yDistance": -_SCROLLED,
        "speed": _SPEED,
        "gestureSourceType": "mouse",
    }
    with tracing(tools, page) as trace:
        tools.send("Input.synthesizeScrollGesture", gesture)
    scrolled = int(page.locator(".timeline-scroller").evaluate("one => one.scrollTop"))
    rows = [[f"scrolling {scrolled} px at {_SPEED} px/s: frames", trace.frames()], ["  main thread", trace.work()]]
    page.locator(".timeline-scroller").evaluate("one => one.scrollTo(0, 0)")
    page.wait_for_timeout(500)
    return rows


def _zooming(page: Page, tools: CDPSession) -> list[list[str]]:
    """Every bar in sight is drawn anew: the dearest thing that a key does."""
    page.locator("body").press("1")
    page.wait_for_timeout(500)
    with tracing(tools, page) as trace:
        page.locator("body").press("3")
        page.wait_for_timeout(500)
    page.locator("body").press("1")
    page.wait_for_timeout(500)
    return [["zooming from the day to three hours: main thread", trace.work()]]


def _one_update(page: Page, tools: CDPSession, happening: Iterator[str]) -> list[list[str]]:
    """From the commit of a change to its bar on the screen: the stream, a quarter of a second of gathering, drawing."""
    page.evaluate(_CHANGES)
    seen: list[float] = []
    trace = Trace([])
    for _ in range(60):
        with tracing(tools, page) as one:
            while next(happening, "step") != "step":
                pass
            done = time.time() * 1000
            page.wait_for_timeout(900)
        found = page.evaluate("window.__changes.splice(0)")
        if found:
            seen.append(float(found[0][2]) - done)
            trace = one
        if len(seen) == 5:
            break
    if not seen:
        return [["one live update", "no change fell into what is in sight"]]
    return [
        [
            "one live update, from its commit to the screen",
            f"{sorted(seen)[len(seen) // 2]:.0f} ms (median of {len(seen)})",
        ],
        ["  main thread", trace.work()],
    ]


def _many_events(
    page: Page, tools: CDPSession, happening: Iterator[str], kept: Kept, per_minute: int, seconds: float
) -> list[list[str]]:
    done, began = 0, time.monotonic()
    with tracing(tools, page) as trace:
        while time.monotonic() - began < seconds and next(happening, None) is not None:
            done += 1
            ahead = done * 60 / per_minute - (time.monotonic() - began)
            if ahead > 0:
                page.wait_for_timeout(1000 * ahead)
        took = time.monotonic() - began
        last = time.monotonic()
        page.wait_for_timeout(2000)
    caught = [at for at, position in kept.positions if position == kept.position()]
    behind = max(0.0, caught[0] - last) if caught else float("nan")
    asked = len([at for at, _ in kept.positions if began <= at <= last])
    return [
        [f"{done * 60 / took:.0f} events a minute for {took:.0f} s: main thread", trace.work()],
        ["  share of the main thread", f"{100 * trace.busy() / (1000 * (took + 2)):.0f} %"],
        ["  times it asked what changed", str(asked)],
        ["  up to date, after the last event", f"{1000 * behind:.0f} ms"],
    ]


def _memory(tools: CDPSession, what: str) -> list[list[str]]:
    tools.send("HeapProfiler.enable")
    tools.send("HeapProfiler.collectGarbage")
    metrics = {one["name"]: one["value"] for one in tools.send("Performance.getMetrics")["metrics"]}
    tools.send("HeapProfiler.disable")
    heap, nodes = metrics["JSHeapUsedSize"] / 2**20, metrics["Nodes"]
    return [[what, f"{heap:.0f} MB of heap, {nodes:.0f} nodes"]]


def _drawn(page: Page) -> str:
    rows, bars = page.locator(".timeline-row").count(), page.locator(_BAR).count()
    everybody = page.get_by_role("treegrid").get_attribute("aria-rowcount")
    return f"{rows} of {everybody} rows, {bars} bars"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.console.browser", description=(__doc__ or "").splitlines()[0]
    )
    parser.add_argument(
        "--database", default="sqlite", metavar="sqlite|postgresql|URL", help="an empty one is made, or named"
    )
    parser.add_argument("--visits", type=int, default=2400, help="of the day (default 2400)")
    parser.add_argument("--technicians", type=int, default=300, help="at work (default 300)")
    parser.add_argument("--plan-seconds", type=float, default=20, help="of search for the first plan (default 20)")
    parser.add_argument("--events", type=int, default=2000, help="a minute (default 2000)")
    parser.add_argument("--seconds", type=float, default=30, help="of events (default 30)")
    parser.add_argument("--width", type=int, default=1600, help="of the window in pixels (default 1600)")
    parser.add_argument("--height", type=int, default=1000, help="of the window in pixels (default 1000)")
    parser.add_argument("--seed", type=int, default=1, help="of the day and of what happens (default 1)")
    return parser


if __name__ == "__main__":
    raise SystemExit(main())
