"""Takes a picture of every screen of the console: ``python -m tests.web.console_pictures FOLDER``.

The sample city is brought up in a temporary folder, and one emergency is taken in so that a proposal waits. For looking
at a console that runs already: ``--page http://127.0.0.1:8080``, with ``--email`` and the password in
``FIELDWRIGHT_PASSWORD``. ``--axe`` says as well what axe finds on each screen that is serious or critical.
"""

from __future__ import annotations

import argparse
import os
import re
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.web.browsers import browser, why_not
from tests.web.pictures import sample
from tests.web.test_accessibility import found

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

DESK, PHONE = {"width": 1360, "height": 850}, {"width": 390, "height": 844}
LOOKS = ("en-light", "zh-dark", "en-dark", "zh-light")
PASSWORD = "FIELDWRIGHT_PASSWORD"
CALLER = "9 5991 1389"
_PATIENCE_MS = 20_000.0
_OFFICE = [
    "technicians",
    "roster",
    "territories",
    "customers",
    "sites",
    "equipment",
    "job-types",
    "sla-policies",
    "calendars",
    "planning-policies",
    "slices",
    "status",
    "users",
    "roles",
    "tokens",
    "webhooks",
    "import",
    "export",
    "audit",
    "notifications",
    "parked",
]


@dataclass(frozen=True, slots=True)
class Screen:
    """A screen: where it is, what shows that it is there, and what is done on it before it is looked at.

    ``main``: also looked at in every look and on a small screen.
    """

    name: str
    path: str
    shows: str
    take: Callable[[Page], None] | None = None
    main: bool = False


def select_a_visit(page: Page) -> None:
    """A visit of the day that somebody has and that is still to do."""
    if page.locator(".board-tabs").count():
        page.locator("[data-list=day] [role=option]").first.click()
        return
    page.locator("[data-list=day] [role=option]").nth(5).click()
    page.locator("#board-detail [role=tabpanel]").wait_for()


def ask_why(page: Page) -> None:
    """Select one and ask why it is where it is."""
    select_a_visit(page)
    page.keyboard.press("w")
    page.locator(".why-panel[aria-busy=false]").wait_for()


def talk(page: Page) -> None:
    """The conversation about a visit."""
    select_a_visit(page)
    page.locator("#board-detail [role=tab]").nth(2).click()
    page.locator("#board-detail [role=tabpanel] textarea").first.wait_for()


def show_the_proposal(page: Page) -> None:
    """The proposal's ghosts on the board."""
    page.locator(".proposals-strip .proposals-buttons button[aria-pressed]").click()
    page.wait_for_timeout(1500)


def open_the_palette(page: Page) -> None:
    """What Ctrl-K opens."""
    page.keyboard.press("Control+k")
    page.get_by_role("dialog").wait_for()


def open_the_keys(page: Page) -> None:
    """All keys."""
    page.keyboard.press("?")
    page.get_by_role("dialog").wait_for()


def freeze(page: Page) -> None:
    """What the freeze of the plan asks for."""
    page.keyboard.press("k")
    page.keyboard.press("f")
    page.get_by_role("dialog").wait_for()


def lock(page: Page) -> None:
    """What the lock of a territory asks for."""
    page.keyboard.press("k")
    page.keyboard.press("l")
    page.get_by_role("dialog").locator(".fixed-form").wait_for()


def open_the_menu(page: Page) -> None:
    """What may be done with a bar of the timeline."""
    page.locator(".timeline-bar").nth(6).click(button="right")
    page.get_by_role("menu").wait_for()


def look_at_a_proposal(page: Page) -> None:
    """The one that waits, or the plan that came last."""
    page.locator("a[href*='#/proposals/']").first.click()
    page.locator(".proposals-columns .proposals-side").wait_for()


def compare(page: Page) -> None:
    """The proposal that waits against what it changes."""
    page.locator(".proposals-strip .proposals-buttons button").nth(-3).click()
    page.locator(".proposals-pick").wait_for()


def somebody_rings(page: Page) -> None:
    """A customer whose number is known."""
    if page.locator(".urgent-who h2").count() == 0:
        page.locator("#urgent-search").fill(CALLER)
    page.locator(".urgent-who .whole").wait_for()


def smells_of_gas(page: Page) -> None:
    """What they say, and who could come."""
    somebody_rings(page)
    page.locator(".urgent-what textarea").fill("It smells of gas in the kitchen.")
    page.locator(".urgent-kind button").first.click()
    page.get_by_role("option", name=re.compile("gas leak")).click()
    page.locator(".urgent-person").first.wait_for()


def take_it_in(page: Page) -> None:
    """Leave it to the plan, so that a proposal comes of it."""
    if page.locator(".urgent-became").count():
        return
    smells_of_gas(page)
    page.locator(".urgent-person, .urgent-plan").last.click()
    page.keyboard.press("Control+Enter")
    page.locator(".urgent-became").wait_for()


def first_row(page: Page) -> None:
    """The form of the first one in a list."""
    page.locator(".office-work table tbody tr a, .office-work table tbody tr button").first.click()
    page.locator(".office-form, form").first.wait_for()


BOARD = ".board[data-state=ready] :is(.timeline-bar, .list-row)"
SCREENS: tuple[Screen, ...] = (
    Screen("urgent", "/urgent", "#urgent-search"),
    Screen("urgent-customer", "/urgent", "#urgent-search, .urgent-who .whole", somebody_rings),
    Screen("urgent-candidates", "/urgent", "#urgent-search, .urgent-who .whole", smells_of_gas, main=True),
    Screen("urgent-taken", "/urgent", ".urgent", take_it_in),
    Screen("board", "/board", BOARD, main=True),
    Screen("board-visit", "/board", BOARD, select_a_visit, main=True),
    Screen("board-why", "/board", BOARD, ask_why, main=True),
    Screen("board-talk", "/board", BOARD, talk),
    Screen("board-menu", "/board", BOARD, open_the_menu),
    Screen("board-freeze", "/board", BOARD, freeze),
    Screen("board-lock", "/board", BOARD, lock),
    Screen("board-palette", "/board", BOARD, open_the_palette),
    Screen("board-keys", "/board", BOARD, open_the_keys),
    Screen("board-proposal", "/board", BOARD, show_the_proposal, main=True),
    Screen("proposals", "/proposals", ".proposals-list", main=True),
    Screen("proposal", "/proposals", ".proposals-list", look_at_a_proposal, main=True),
    Screen("compare", "/board", BOARD, compare),
    Screen("promises", "/promises", ".promises-row", main=True),
    Screen("disputes", "/promises/disputes", ".promises"),
    Screen("parts", "/promises/parts", ".promises"),
    Screen("scenarios", "/scenarios", ".scenarios-page .piece-empty"),
    Screen("scenarios-new", "/scenarios/new", ".scenarios-form", main=True),
    Screen("scenarios-replay", "/scenarios/replay", ".scenarios-form"),
    Screen("history", "/history", ".history-page"),
    Screen("print", "/print", ".print-page"),
    *(Screen(f"office-{name}", f"/office/{name}", f"[aria-current=page][href='#/office/{name}']") for name in _OFFICE),
    Screen("office-technician", "/office/technicians", ".office-work tbody tr", first_row),
    Screen("office-territory", "/office/territories", ".office-work tbody tr", first_row),
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Take them, and answer 1 where a screen could not be reached or axe found something."""
    given = _parser().parse_args(arguments)
    if (reason := why_not("console")) is not None:
        sys.stderr.write(f"No pictures: {reason}\n")
        return 1
    given.folder.mkdir(parents=True, exist_ok=True)
    wrong = 0
    with _place(given) as (url, email, password), browser() as opened:
        for look in given.looks.split(","):
            for size, narrow in ((DESK, False), (PHONE, True)):
                if narrow and not given.narrow:
                    continue
                screens = [
                    one for one in SCREENS if wanted(one, given.screens, every=given.every, narrow=narrow, look=look)
                ]
                with looked(opened, url, look, size) as page:
                    name = f"{'narrow-' if narrow else ''}{{}}-{look}"
                    if not given.screens:
                        page.screenshot(path=given.folder / f"{name.format('sign-in')}.png")
                    come_in(page, email, password)
                    for screen in screens:
                        wrong += picture(page, screen, given.folder / f"{name.format(screen.name)}.png", axe=given.axe)
    return 1 if wrong else 0


def wanted(screen: Screen, names: str | None, *, every: bool, narrow: bool, look: str) -> bool:
    """Whether a screen is looked at: all in the first two looks, the main ones in the others and on a small screen."""
    if names:
        return screen.name in names.split(",")
    return screen.main or every or (not narrow and look in LOOKS[:2])


def picture(page: Page, screen: Screen, file: Path, *, axe: bool) -> int:
    """Go there, take the picture, say what is wrong; how many things that is."""
    from playwright.sync_api import Error

    wrong = []
    try:
        page.goto(re.sub("#.*", "", page.url) + f"#{screen.path}")
        page.keyboard.press("Escape")
        page.locator(screen.shows).first.wait_for()
        if screen.take is not None:
            screen.take(page)
        page.wait_for_timeout(1200)
        if axe:
            wrong = found(page)
    except Error as error:
        wrong = [f"could not be reached: {error.message.splitlines()[0]}"]
    page.screenshot(path=file)
    for one in wrong:
        complain(file.stem, one)
    return len(wrong)


@contextmanager
def looked(opened: Browser, url: str, look: str, size: Any) -> Iterator[Page]:
    """The console before anybody has signed in. What the page complains about is said."""
    language, theme = look.split("-")
    context = opened.new_context(
        viewport=size,
        locale={"en": "en-GB", "zh": "zh-CN"}[language],
        color_scheme="dark" if theme == "dark" else "light",
        reduced_motion="reduce",
        timezone_id="America/Santiago",
    )
    context.set_default_timeout(_PATIENCE_MS)
    try:
        page = context.new_page()
        page.on("pageerror", lambda error: complain(look, str(error)))
        page.on("console", lambda said: complain(look, said.text) if said.type == "error" else None)
        page.goto(f"{url}/console")
        page.locator("input[type=password]").wait_for()
        page.wait_for_timeout(300)
        yield page
    finally:
        context.close()


def complain(name: str, what: str) -> None:
    """Say what is wrong, and where."""
    sys.stdout.write(f"{name}: {what[:500]}\n")
    sys.stdout.flush()


def come_in(page: Page, email: str, password: str) -> None:
    """Sign in, until the board is there."""
    page.locator("input[type=email]").fill(email)
    page.locator("input[type=password]").fill(password)
    page.locator("button[type=submit]").click()
    page.locator(BOARD).first.wait_for(timeout=60_000)


@contextmanager
def _place(given: argparse.Namespace) -> Iterator[tuple[str, str, str]]:
    if given.page is not None:
        yield given.page.rstrip("/"), given.email, os.environ[PASSWORD]
        return
    with tempfile.TemporaryDirectory() as folder, sample(Path(folder), until=None) as place:
        yield place


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m tests.web.console_pictures", description=(__doc__ or "").splitlines()[0]
    )
    parser.add_argument("folder", type=Path, help="where the pictures go")
    parser.add_argument("--page", metavar="URL", help="of a server that runs; without, the sample city")
    parser.add_argument("--email", help=f"who signs in there, with the password in {PASSWORD}")
    parser.add_argument(
        "--looks", default=",".join(LOOKS), help="language-theme, with commas between (default all four)"
    )
    parser.add_argument("--screens", metavar="ONE,OTHER", help="only these")
    parser.add_argument("--every", action="store_true", help="every screen in every look and size")
    parser.add_argument("--narrow", action="store_true", help="on a small screen as well")
    parser.add_argument("--axe", action="store_true", help="say what axe finds on each")
    return parser


if __name__ == "__main__":
    sys.exit(main())
