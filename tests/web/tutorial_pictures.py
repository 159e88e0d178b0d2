"""A newcomer's five minutes in the console, step by step: ``python -m tests.web.tutorial_pictures``.

The steps are those of ``docs/tutorials/five-minutes.md``, which has a heading for each of them. Taken, they leave the
pictures of that page; :mod:`tests.web.test_tutorial` takes them as well, and holds the page to what they found.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.web.browsers import browser, why_not
from tests.web.palette import with_palette
from tests.web.pictures import PICTURES, waited

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page

SCREEN: dict[str, Any] = {
    "viewport": {"width": 1280, "height": 720},
    "locale": "en-GB",
    "color_scheme": "light",
    "reduced_motion": "reduce",
    "timezone_id": "America/Santiago",
}
SPEED, SEED = "2", "1"
"""Of the clock, so that the day does not run away from a busy machine; and of the day, so that it is the same one."""
PATIENCE_MS, SOON_MS = 120_000, 10_000
"""A machine that needs longer than the first for one thing is not slow but stuck; after the second one looks again."""
DISPATCHER = "dispatcher@sample.example"
CALLER = "9 5991 1389"
"""The number of a customer with a gas boiler, who is there with this seed."""
_SIGN_IN = re.compile(re.escape(DISPATCHER) + r" with (\S+)")
_AT_REST = """() => Promise.allSettled(
  document.getAnimations().filter((one) => one.effect.getTiming().iterations < 9).map((one) => one.finished))"""
_READY = re.compile(r"Ctrl-C stops it")


@dataclass
class Walk:
    """Somebody who takes the steps. What each of them presses and finds on the screen is noted, in order."""

    opened: Browser
    page: Page
    password: str
    pictures: Path
    noted: list[str] = field(default_factory=list)
    taken: list[str] = field(default_factory=list)

    def button(self, name: str) -> None:
        """Press the button of this name."""
        self.noted.append(name)
        self.page.get_by_role("button", name=_beginning(name)).click()

    def link(self, name: str) -> None:
        """Follow the link of this name."""
        self.noted.append(name)
        self.page.get_by_role("link", name=_beginning(name)).click()

    def choice(self, name: str) -> None:
        """Choose one of several that exclude each other."""
        self.noted.append(name)
        self.page.get_by_role("radio", name=_beginning(name)).click(force=True)

    def key(self, keys: str) -> None:
        """Press a key, as pages write them: ``Ctrl+Enter``."""
        self.noted.append(keys)
        self.page.keyboard.press(keys.replace("Ctrl", "Control"))

    def write(self, label: str, text: str) -> None:
        """Fill a field in."""
        self.noted.append(label)
        self.page.get_by_label(label, exact=True).fill(text)

    def choose(self, label: str, option: str) -> None:
        """Choose one of a list that opens."""
        self.noted += [label, option]
        self.page.get_by_role("button", name=re.compile(re.escape(label))).click()
        self.page.get_by_role("option", name=option, exact=True).click()

    def see(self, text: str) -> None:
        """Wait until this is to be seen."""
        self.noted.append(text)
        self.page.get_by_text(text).locator("visible=true").first.wait_for()

    def picture(self, name: str) -> None:
        """Take a picture of the screen as it stands, once its map is drawn."""
        if name not in self.taken:
            self.taken.append(name)
        self.page.mouse.move(30, 700)  # where nothing is pointed at
        self.page.locator("[data-drawn=yes]").wait_for()
        self.page.evaluate(_AT_REST)
        (self.pictures / f"{name}.png").write_bytes(with_palette(self.opened, self.page.screenshot()))


@dataclass(frozen=True, slots=True)
class Step:
    """A step of the page: its heading, and what is done there."""

    heading: str
    take: Callable[[Walk], None]


@dataclass(frozen=True, slots=True)
class Taken:
    """A step that was taken: what was pressed and seen, and the pictures that were taken of it."""

    heading: str
    noted: tuple[str, ...]
    pictures: tuple[str, ...]


def sign_in(walk: Walk) -> None:
    """Until the board of the day is there."""
    walk.write("E-mail", DISPATCHER)
    walk.write("Password", walk.password)
    walk.button("Sign in")
    walk.page.locator(".board[data-state=ready]").wait_for()
    walk.see("Board")


def understand_today(walk: Walk) -> None:
    """The three lists, the timeline, the map; and of one visit, why it is where it is."""
    walk.see("Unassigned")
    walk.see("At risk")
    walk.see("Visits of the day")
    walk.button("Now")
    walk.page.locator(".map-pane [data-drawn=yes]").wait_for()
    walk.picture("console-board")
    walk.choice("To do")
    walk.page.locator("[data-list=day] [role=option]").nth(5).click()
    walk.see("About")
    walk.key("W")
    walk.see("Why here")
    walk.see("Why not somebody else")
    walk.picture("console-why")
    walk.key("Escape")


def take_an_emergency_in(walk: Walk) -> None:
    """Somebody rings who smells gas, and the plan is asked who can come."""
    walk.link("Urgent")
    walk.write("Telephone number, name or address", CALLER)
    walk.see("Teresa Riquelme")
    walk.see("in warranty until")
    walk.write("What they say", "It smells of gas in the kitchen.")
    walk.choose("Kind of work", "gas leak alarm")
    walk.see("best for the plan")
    walk.picture("console-urgent")
    walk.button("Whoever the plan finds")
    walk.key("Ctrl+Enter")
    walk.see("is taken in")
    walk.see("A proposal waits for your decision")
    walk.picture("console-taken")


def look_at_a_better_plan(walk: Walk) -> None:
    """What is proposed, on the board and as a page."""
    walk.link("Board")
    walk.see("Proposal of")
    walk.page.locator(".proposals-strip-run").wait_for(state="hidden")
    walk.button("Show")
    walk.see("With the proposal")
    walk.picture("console-proposal")
    walk.button("Part…")
    approve = newest(walk)
    walk.see("What it buys")
    walk.see("Groups of changes")
    walk.see("Visit by visit")
    walk.picture("console-groups")
    while approve.count() == 0:  # it was replaced while its picture was taken
        approve = newest(walk)
        walk.picture("console-groups")


def approve_it(walk: Walk) -> None:
    """Until it is in force, and the board shows what became of it."""
    from playwright.sync_api import TimeoutError as TookLonger

    walk.noted.append("Approve all of it")
    in_force = walk.page.get_by_text("in force", exact=True)
    refused = walk.page.locator(".proposals-page").get_by_role("alert")
    while in_force.count() == 0:
        with suppress(TookLonger):  # it was replaced just now
            newest(walk).click(timeout=SOON_MS)
            in_force.or_(refused).first.wait_for(timeout=SOON_MS)
        if refused.count() > 0:
            open_the_waiting_one(walk)
    walk.see("in force")
    walk.link("Board")
    walk.see("Visits of the day")
    walk.picture("console-approved")


def newest(walk: Walk) -> Locator:
    """What approves the proposal on the screen, or the newer one that has taken its place: the day goes on."""
    approve = walk.page.get_by_role("button", name="Approve all of it")
    replaced = walk.page.get_by_text("replaced by a newer one", exact=True)
    while True:
        approve.or_(replaced).or_(walk.page.get_by_text("in force", exact=True)).first.wait_for()
        if replaced.count() == 0:
            return approve
        open_the_waiting_one(walk)


def open_the_waiting_one(walk: Walk) -> None:
    """From the page of a proposal that cannot be approved any more."""
    walk.page.get_by_role("button", name="On the board").click()
    walk.page.get_by_role("button", name="Part…").click()


def _beginning(name: str) -> re.Pattern[str]:
    """A name that begins so: numbers and keys may follow it."""
    return re.compile(rf"^{re.escape(name)}(?! the| or| on)")


STEPS = (
    Step("Sign in", sign_in),
    Step("Understand today", understand_today),
    Step("Take an emergency in", take_an_emergency_in),
    Step("Look at a better plan", look_at_a_better_plan),
    Step("Approve it", approve_it),
)


def main() -> int:
    """Take all steps and keep their pictures, or say why that is not possible here."""
    if (reason := why_not("console")) is not None:
        sys.stderr.write(f"No pictures: {reason}\n")
        return 1
    with (
        tempfile.TemporaryDirectory() as folder,
        browser() as opened,
        city(Path(folder)) as (url, password),
        at_the_door(opened, url, password, PICTURES) as walk,
    ):
        take_all(walk)
    return 0


def take_all(walk: Walk) -> list[Taken]:
    """Every step, one after the other."""
    found = []
    for step in STEPS:
        walk.noted, walk.taken = [], []
        step.take(walk)
        found.append(Taken(step.heading, tuple(walk.noted), tuple(walk.taken)))
    return found


@contextmanager
def city(folder: Path) -> Iterator[tuple[str, str]]:
    """The sample city as ``make run`` brings it up: its address, and the dispatcher's password."""
    environment = {**os.environ, "FIELDWRIGHT_DATA_FOLDER": str(folder / "data")}
    command = [sys.executable, "-m", "dispatch.cli", "serve", "--sample", "--quiet", "--port", "0"]
    command += ["--database", f"sqlite:///{folder / 'city.db'}", "--speed", SPEED, "--seed", SEED]
    log = folder / "city.log"
    with log.open("w") as said:
        server = subprocess.Popen(command, env=environment, stdout=said, stderr=subprocess.STDOUT)
    try:
        waited(server, log, _READY)
        address = waited(server, log, re.compile(r"Fieldwright is at (\S+)"))[1]
        yield address, waited(server, log, _SIGN_IN)[1]
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(60)


@contextmanager
def at_the_door(opened: Browser, url: str, password: str, pictures: Path) -> Iterator[Walk]:
    """Somebody who has opened the address that the server printed."""
    context = opened.new_context(**SCREEN)
    context.set_default_timeout(PATIENCE_MS)
    try:
        page = context.new_page()
        page.goto(url)
        yield Walk(opened, page, password, pictures)
    finally:
        context.close()


if __name__ == "__main__":
    sys.exit(main())
