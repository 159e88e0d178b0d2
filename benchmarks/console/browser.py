"""``python -m benchmarks.console.browser``: the board of a busy day as a browser draws it, by its own tracing.

How long until it is drawn, what it costs while nothing happens, how evenly it scrolls, how soon a change is seen and
what that costs, what it holds in memory, and whether it keeps up while so many events a minute happen. Milliseconds of
the main thread are those of the processor, which neighbours on the machine do not lengthen.
"""

from __future__ import annotations

import argparse
import re
import shutil
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from sqlalchemy import select

from benchmarks.console.driving import Driving
from benchmarks.console.happenings import begin_shifts, step
from benchmarks.console.trace import evenness, tracing
from benchmarks.load.filling import fill, publish_first_plan
from benchmarks.load.servers import database, serving
from benchmarks.machine import conditions
from benchmarks.tables import say, table
from dispatch.access.passwords import hashed
from dispatch.domain.errors import DispatchError
from dispatch.domain.roles import Role
from dispatch.messaging.relay import relay
from dispatch.settings import Settings
from dispatch.store.engine import Store
from dispatch.store.migrate import upgrade
from dispatch.store.tables import User

if TYPE_CHECKING:
    from playwright.sync_api import CDPSession, Page, Response, Route

_NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome")
_PASSWORD = "a password for measuring"
_BAR = ".timeline-bar"
_ROW = 48
"""Pixels of a row."""
_PROCESSES = {"pages": "renderer", "drawing": "GPU"}
_SCROLLED = 9000
"""Pixels that are scrolled, at :data:`_SPEED` a second: as fast as a wheel is turned by who looks for a row."""
_SPEED = 3000
_SETTLE = 3000
"""Milliseconds in which a page that has been drawn comes to rest."""
_IDLE = 10
"""Seconds for which nothing happens, and nothing should be done."""
_UPDATES = 8
_SEEN_WITHIN = 5000
"""Milliseconds after which a change that is in sight counts as lost."""

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

_WATCH = """(visit) => {
  const bar = document.querySelector(`.timeline-bar[data-visit="${visit}"]`);
  const rows = new Set();
  window.__seen = new Promise((done) => {
    const watching = new MutationObserver((records) => {
      for (const { target } of records) rows.add(target.closest('.timeline-row')?.dataset.row);
      if (records.some(({ target, attributeName }) => target === bar && attributeName === 'data-status'))
        requestAnimationFrame(() => setTimeout(() => { watching.disconnect(); done([Date.now(), rows.size]); }));
    });
    watching.observe(document.querySelector('.timeline-rows'), { subtree: true, attributes: true, childList: true });
  });
}"""
"""Notes when a bar has another status, and in how many rows anything was drawn for that."""
_IN_SIGHT = """() => {
  const box = document.querySelector('.timeline-scroller').getBoundingClientRect();
  const going = new Set(['dispatched', 'accepted', 'en_route', 'on_site', 'working']);
  return [...document.querySelectorAll('.timeline-bar')]
    .filter((bar) => going.has(bar.dataset.status) && bar.getBoundingClientRect().bottom < box.bottom)
    .map((bar) => bar.dataset.visit);
}"""


@dataclass
class Kept:
    """When the page was told what has changed. Answers are not read here: who waits for a body hears nothing else."""

    answers: list[float] = field(default_factory=list)

    def heard(self, response: Response) -> None:
        """An answer came."""
        if "/board/changes" in response.url and response.ok:
            self.answers.append(time.monotonic())


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
        size = f"a window of {given.width} × {given.height}"
        say(f"{given.visits} visits, {given.technicians} technicians, {size}, seed {given.seed}")
        email = _ready(store, url, given)
        with serving(url) as address, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=browser_path, args=["--no-sandbox"])
            page = browser.new_page(viewport={"width": given.width, "height": given.height})
            if given.pages is not None:
                _show(page, given.pages)
            rows = measured(page, store, address.removesuffix("/api/v1"), email, given)
            browser.close()
        say()
        say(table(["what", "figure"], rows))
        say(conditions().sentence())
        store.dispose()
    return 0


def measured(page: Page, store: Store, address: str, email: str, given: argparse.Namespace) -> list[list[str]]:
    """One thing after another, as rows for a table."""
    kept = Kept()
    page.on("response", kept.heard)
    _sign_in(page, address, email)
    tools = page.context.new_cdp_session(page)
    tools.send("Performance.enable")
    rows: list[list[str]] = []

    def told(some: list[list[str]]) -> None:
        # On a machine that does much else this takes minutes: what is known is said, should it be ended before.
        for what, figure in some:
            sys.stderr.write(f"{what}: {figure}\n")
        rows.extend(some)

    told(_first_draw(page, tools))
    for how in ("with the map", "without the map"):
        if how == "without the map":
            page.locator("body").press("Alt+2")
            page.wait_for_timeout(_SETTLE)
        told(_idle(page, f"idle, {how}"))
        told(_scrolling(page, tools, how))
        told(_many_events(page, tools, store, kept, given, how))
    told(_zooming(page, tools))
    told(_updates(page, tools, store))
    told(_memory(tools, "memory, after all that"))
    return rows


def _ready(store: Store, url: str, given: argparse.Namespace) -> str:
    """The day is planned and has begun; a database that was filled before is used as it stands. Who signs in."""
    with store.reading() as uow:
        known = uow.session.scalars(select(User.email).where(User.role == Role.DISPATCHER)).first()
    if known is not None:
        say("  the database was filled before")
        return known
    began = time.monotonic()
    fill(store, given.visits, given.technicians, given.seed)
    filled = time.monotonic()
    publish_first_plan(store, Settings.model_validate({"database_url": url}), given.plan_seconds)
    begin_shifts(store)
    email = _let_in(store)
    relay(store)
    say(f"  filled in {filled - began:.0f} s, planned and begun in {time.monotonic() - filled:.0f} s")
    return email


def _let_in(store: Store) -> str:
    """The dispatcher of the filled store gets a password; their address."""
    with store.unit_of_work() as uow:
        user = uow.session.scalars(select(User)).one()
        user.password_hash = hashed(_PASSWORD)
        return user.email


def _show(page: Page, folder: Path) -> None:
    """What the folder has of the console is shown in place of what the server has."""

    def answer(route: Route) -> None:
        name = urlsplit(route.request.url).path.partition("/console")[2].strip("/") or "index.html"
        if (folder / name).is_file():
            route.fulfill(path=folder / name)
        else:
            route.continue_()

    page.route(re.compile(r"/console(/|$|\?)"), answer)


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
    page.wait_for_timeout(2 * _SETTLE)
    return [
        ["first draw, from the navigation", f"{sorted(times)[1]:.0f} ms (median of {len(times)})"],
        ["  of it on the main thread", work],
        ["rows and bars in the document", _drawn(page)],
    ]


def _idle(page: Page, what: str) -> list[list[str]]:
    """What the browser's processes take while nobody does anything; the clock of the page goes on."""
    began = _processes(page)
    page.wait_for_timeout(1000 * _IDLE)
    taken = {kind: spent - began.get(kind, 0) for kind, spent in _processes(page).items()}
    shares = ", ".join(f"{kind} {100 * taken.get(name, 0) / _IDLE:.1f} %" for kind, name in _PROCESSES.items())
    return [[f"{what}: of a processor, {_IDLE} s", shares]]


def _processes(page: Page) -> dict[str, float]:
    """Seconds of the processor that each kind of process has taken."""
    browser = page.context.browser
    if browser is None:
        raise RuntimeError("the page has no browser of its own")
    tools = browser.new_browser_cdp_session()
    spent: dict[str, float] = {}
    for one in tools.send("SystemInfo.getProcessInfo")["processInfo"]:
        spent[one["type"]] = spent.get(one["type"], 0.0) + one["cpuTime"]
    tools.detach()
    return spent


def _scrolling(page: Page, tools: CDPSession, how: str) -> list[list[str]]:
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
    spent = _processes(page)
    with tracing(tools, page) as trace:
        tools.send("Input.synthesizeScrollGesture", gesture)
    drawing = _processes(page).get("GPU", 0) - spent.get("GPU", 0)
    scrolled = int(page.locator(".timeline-scroller").evaluate("one => one.scrollTop"))
    commits = trace.commits()
    each = (
        f"{trace.busy() / max(1, len(commits)):.1f} ms a frame, {trace.busy() / max(1, scrolled / _ROW):.1f} ms a row"
    )
    presented = trace.presented()
    rows = [
        [f"scrolling {scrolled} px at {_SPEED} px/s, {how}: main thread", trace.work()],
        ["  of it", each],
        ["  frames handed over by the main thread", evenness(commits)],
        ["  frames presented", evenness(presented) if presented else "not traced: there is no display"],
        ["  frames dropped; drawing process", f"{trace.dropped()}; {1000 * drawing:.0f} ms"],
    ]
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


def _updates(page: Page, tools: CDPSession, store: Store) -> list[list[str]]:
    """From the commit of a change to its bar on the screen: the stream, a quarter of a second of gathering, drawing."""
    took: list[float] = []
    rows: list[int] = []
    lost = 0
    with tracing(tools, page) as trace:
        for visit in page.evaluate(_IN_SIGHT):
            page.evaluate(_WATCH, visit)
            with suppress(DispatchError):
                if not step(store, visit):
                    continue
                done = time.time() * 1000
                late = f"new Promise(done => setTimeout(done, {_SEEN_WITHIN}, null))"
                seen = page.evaluate(f"Promise.race([window.__seen, {late}])")
                if seen is None:
                    lost += 1
                else:
                    took.append(seen[0] - done)
                    rows.append(seen[1])
            if len(took) + lost == _UPDATES:
                break
    if not took:
        return [["one live update", f"{lost} changes were not seen within {_SEEN_WITHIN} ms"]]
    return [
        [
            "one live update, from its commit to the screen",
            f"{median(took):.0f} ms (median of {len(took)}, {lost} lost)",
        ],
        ["  main thread, for each", f"{trace.busy() / len(took):.1f} ms; rows drawn again: {median(rows):.0f}"],
    ]


def _many_events(
    page: Page, tools: CDPSession, store: Store, kept: Kept, given: argparse.Namespace, how: str
) -> list[list[str]]:
    spent = _processes(page)
    began = time.monotonic()
    with tracing(tools, page) as trace:
        driving = Driving(store, given.seed, given.events, given.seconds)
        while driving.goes_on:
            page.wait_for_timeout(50)  # answers are heard of meanwhile
        done, took = driving.finish()
        last = time.monotonic()
        page.wait_for_timeout(2000)
    drawing = _processes(page).get("GPU", 0) - spent.get("GPU", 0)
    # The bell of the last event is answered once, and nothing rings after it.
    answers = [at for at in kept.answers if at >= began]
    behind = f"{1000 * max(0.0, answers[-1] - last):.0f} ms" if answers else "nothing was heard"
    asked = sum(at <= last for at in answers)
    share = trace.busy() / (10 * (took + 2))
    return [
        [f"{done * 60 / took:.0f} events a minute for {took:.0f} s, {how}: main thread", trace.work()],
        [
            "  share of the main thread; for each event",
            f"{share:.1f} %; {trace.busy() / max(1, done):.1f} ms",
        ],
        ["  drawing process", f"{100 * drawing / (took + 2):.1f} % of a processor"],
        ["  times it asked what changed", str(asked)],
        ["  up to date, after the last event", behind],
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
        "--database",
        default="sqlite",
        metavar="sqlite|postgresql|URL",
        help="an empty one is made, or named; a named one that was filled before is used as it stands",
    )
    parser.add_argument(
        "--pages", type=Path, metavar="FOLDER", help="another build of the console, to compare with (default: this one)"
    )
    parser.add_argument("--visits", type=int, default=2400, help="of the day (default 2400)")
    parser.add_argument("--technicians", type=int, default=300, help="at work (default 300)")
    parser.add_argument("--plan-seconds", type=float, default=8, help="of search for the first plan (default 8)")
    parser.add_argument("--events", type=int, default=2000, help="a minute (default 2000)")
    parser.add_argument("--seconds", type=float, default=20, help="of events, twice (default 20)")
    parser.add_argument("--width", type=int, default=1600, help="of the window in pixels (default 1600)")
    parser.add_argument("--height", type=int, default=1000, help="of the window in pixels (default 1000)")
    parser.add_argument("--seed", type=int, default=1, help="of the day and of what happens (default 1)")
    return parser


if __name__ == "__main__":
    raise SystemExit(main())
