"""The console's frame in a browser: signing in and again, language and theme, palette, panes, lists, the connection."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Dialog, Page, Route, expect
from sqlalchemy import select

from dispatch.domain.roles import SYSTEM, Role
from dispatch.domain.visit_lifecycle import VisitAction
from dispatch.messaging.relay import relay
from dispatch.services import customers, visits
from dispatch.store.tables import Customer
from tests.web.browsers import FAINT
from tests.web.operations import EMAIL, PASSWORD, Operation, operation, password_hash
from tests.web.test_accessibility import LOOKS, found
from tests.web.visiting import Seen, looking, sign_in

expect.set_options(timeout=30_000)

READY = ".board[data-state=ready]"
OTHERS = (".timeline", ".map-pane")
"""What has tests of its own."""
WIDE = {"width": 1280, "height": 720}


@pytest.fixture(scope="module")
def here(migrated_store: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Operation]:
    """An operation that the tests of this module share. It has no region: nothing here looks at streets."""
    with operation(migrated_store, tmp_path_factory.mktemp("shell"), None) as made:
        yield made


@contextmanager
def at_work(browser: Browser, here: Operation, **options: Any) -> Iterator[Seen]:
    """The dispatcher in front of the board, whose map is put away unless ``with_map`` is true."""
    still: dict[str, Any] = {"viewport": WIDE, "with_map": False, "reduced_motion": "reduce", **options}
    with looking(browser, here.url, at="/console", who=EMAIL, **still) as seen:
        seen.page.wait_for_selector(READY)
        yield seen


def rows(page: Page, kind: str = "day") -> Any:
    return page.locator(f"[data-list={kind}] [role=option]")


def test_the_front_door_leads_to_the_board_and_nothing_is_asked_of_anybody_else(
    browser: Browser, here: Operation
) -> None:
    with looking(browser, here.url, at="/", viewport=WIDE) as seen:
        sign_in(seen.page)
        seen.page.wait_for_selector(READY)
        expect(seen.page.locator(".shell-live.live")).to_be_visible()
        assert seen.hosts() == {"127.0.0.1"}
        assert re.search(r"/console#/board$", seen.page.url)
        # The only thing a browser complains about is that nobody was signed in at first: no policy was broken.
        assert [one for one in seen.complaints if "401 (Unauthorized)" not in one] == []


def test_language_and_theme_hold_from_the_door_to_the_board_and_are_remembered(
    browser: Browser, here: Operation
) -> None:
    with looking(
        browser, here.url, at="/console", viewport=WIDE, with_map=False, locale="zh-CN", color_scheme="dark"
    ) as seen:
        page = seen.page
        expect(page.get_by_role("heading", name="登录")).to_be_visible()
        sign_in(page)
        page.wait_for_selector(READY)
        expect(page.get_by_role("button", name="未安排")).to_be_visible()
        assert page.locator("html").get_attribute("data-theme") == "dark"

        page.get_by_role("button", name="English").click()
        page.get_by_role("button", name="Light").click()
        expect(page.get_by_role("button", name=re.compile("Unassigned"))).to_be_visible()
        page.reload()

        expect(page.get_by_role("button", name=re.compile("Unassigned"))).to_be_visible()
        assert page.locator("html").get_attribute("data-theme") == "light"
        assert page.locator("html").get_attribute("lang") == "en"


def test_the_palette_finds_a_customer_by_telephone_gives_commands_and_hands_the_focus_back(
    browser: Browser, here: Operation
) -> None:
    with here.store.unit_of_work() as uow:
        customer = here.day.world.customer(name="Panadería Elqui")
        customers.add_contact(uow, customer, name="Rosa", phone="+56 51 2334 455")
    with at_work(browser, here) as seen:
        page = seen.page
        first = rows(page).first
        first.click()
        listed = page.locator("[data-list=day]")
        listed.focus()
        page.keyboard.press("Control+k")
        field = page.get_by_role("combobox")
        expect(field).to_be_focused()
        field.fill("2334455")
        expect(page.get_by_role("option", name="Panadería Elqui")).to_be_visible()
        page.keyboard.press("Escape")
        expect(listed).to_be_focused()

        page.keyboard.press("Control+k")
        page.get_by_role("combobox").fill(">office")
        expect(page.get_by_role("option", name=re.compile("Go to the office"))).to_have_attribute(
            "aria-selected", "true"
        )
        page.keyboard.press("Enter")
        expect(page).to_have_url(re.compile("#/office"))
        page.keyboard.press("g")
        page.keyboard.press("b")
        expect(page).to_have_url(re.compile("#/board"))

        page.keyboard.press("?")
        keys = page.get_by_role("dialog", name="Keys")
        expect(keys).to_contain_text("Undo")
        page.keyboard.press("Escape")
        expect(keys).to_have_count(0)


def test_what_is_selected_in_a_list_by_keys_is_in_the_address_and_the_detail_and_found_again(
    browser: Browser, here: Operation
) -> None:
    with at_work(browser, here) as seen:
        page = seen.page
        page.keyboard.press("l")
        page.keyboard.press("d")
        expect(page.locator("[data-list=day]")).to_be_focused()
        page.keyboard.press("Home")
        page.keyboard.press("ArrowDown")
        second = rows(page).nth(1)
        expect(second).to_have_attribute("aria-selected", "true")
        visit = second.get_attribute("data-visit")
        expect(page).to_have_url(re.compile(f"#/board/visit/{visit}"))
        expect(page.locator("#board-detail")).to_be_visible()
        page.keyboard.press("Enter")
        expect(page.locator("#board-detail")).to_be_focused()

        page.reload()
        expect(page.locator(f"[data-list=day] [data-visit='{visit}']")).to_have_attribute("aria-selected", "true")
        page.keyboard.press("Escape")
        expect(page.locator("#board-detail")).to_have_count(0)
        expect(page).to_have_url(re.compile("#/board$"))


def test_a_filter_shows_less_everywhere_says_so_and_is_kept_as_a_view(browser: Browser, here: Operation) -> None:
    with at_work(browser, here) as seen:
        page = seen.page
        # A number that no other begins with.
        number = max(rows(page).locator(".list-number").all_text_contents(), key=lambda one: (len(one), one))
        page.keyboard.press("f")
        page.keyboard.type(number)
        expect(rows(page)).to_have_count(1)
        expect(page.locator(".board-shown")).to_contain_text(re.compile(r"^1 of \d+ visits$"))

        page.get_by_role("button", name="Views").click()
        page.get_by_label("Name of the view").fill("Just one")
        page.get_by_role("button", name="Save what is shown").click()
        view = page.locator(".board-view", has_text="Just one")
        expect(view).to_be_visible()
        page.keyboard.press("Escape")
        page.get_by_role("button", name="Clear the filter").click()
        expect(page.locator(".board-shown")).to_have_count(0)
        page.get_by_role("button", name="Views").click()
        view.click()
        expect(rows(page)).to_have_count(1)
        expect(page.get_by_role("searchbox", name="Filter by words")).to_have_value(number)


def test_what_happens_is_seen_without_loading_the_page_again(browser: Browser, here: Operation) -> None:
    with at_work(browser, here) as seen:
        row = rows(seen.page).first
        expect(seen.page.locator(".shell-live.live")).to_be_visible()
        expect(row.locator(".piece-mark.under-way")).to_have_count(0)
        visit = str(row.get_attribute("data-visit"))
        for action in (VisitAction.ACCEPT, VisitAction.DEPART):
            with here.store.unit_of_work(SYSTEM) as uow:
                visits.act(uow, visit, action)
        relay(here.store)  # what the worker does: without a position, no event is on the stream

        there = seen.page.locator(f"[data-list=day] [data-visit='{visit}']")
        expect(there.locator(".piece-mark.under-way")).to_be_visible()


def test_panes_are_resized_by_arrow_keys_put_away_by_a_key_and_remembered(browser: Browser, here: Operation) -> None:
    with at_work(browser, here, with_map=True) as seen:
        page = seen.page
        lists = page.get_by_role("region", name="Lists")
        between = page.get_by_role("separator", name="Resize Lists and Timeline")
        before = width(lists)
        between.focus()
        page.keyboard.press("ArrowRight")
        page.keyboard.press("ArrowRight")
        grown = "(before) => document.querySelector('.lists').getBoundingClientRect().width > before + 8"
        page.wait_for_function(grown, arg=before)
        wider = width(lists)
        page.keyboard.press("Alt+2")
        expect(page.locator(".map-pane")).to_have_count(0)
        page.keyboard.press("Alt+2")
        expect(page.locator(".map-pane")).to_be_visible()

        page.reload()
        expect(lists).to_be_visible()
        assert abs(width(lists) - wider) < 3


def width(one: Any) -> float:
    box = one.bounding_box()
    assert box is not None
    return float(box["width"])


def test_without_a_network_a_banner_says_since_when_and_goes_when_it_is_back(browser: Browser, here: Operation) -> None:
    with at_work(browser, here) as seen:
        page = seen.page
        expect(page.locator(".shell-live.live")).to_be_visible()
        top = page.locator(".board").bounding_box()
        page.context.set_offline(True)
        banner = page.locator(".shell-offline")
        expect(banner).to_contain_text("Not connected since")
        assert page.locator(".board").bounding_box() == top, "nothing moves"
        expect(rows(page).first).to_be_visible()

        page.context.set_offline(False)
        expect(banner).to_have_count(0)
        expect(page.locator(".shell-live.live")).to_be_visible()


def test_who_is_signed_out_while_writing_signs_in_again_and_has_lost_nothing(browser: Browser, here: Operation) -> None:
    with at_work(browser, here) as seen:
        page = seen.page
        page.keyboard.press("f")
        page.keyboard.type("a word that was written")
        page.evaluate("fetch('/api/v1/session', { method: 'DELETE' })")
        again = page.get_by_role("alertdialog", name="Your session has ended")
        expect(again).to_be_visible()
        again.get_by_label("E-mail").fill(EMAIL)
        again.get_by_label("Password").fill("not the password")
        page.keyboard.press("Enter")
        expect(again).to_contain_text("E-mail and password do not fit together.")
        again.get_by_label("Password").fill(PASSWORD)
        page.keyboard.press("Enter")

        expect(again).to_have_count(0)
        expect(page.get_by_role("searchbox", name="Filter by words")).to_have_value("a word that was written")
        expect(page.locator(".shell-live.live")).to_be_visible()


def test_who_signs_in_next_sees_nothing_of_who_was_here_and_sends_nothing_of_theirs(
    browser: Browser, here: Operation
) -> None:
    carla = "carla@example.org"
    here.day.world.user(Role.DISPATCHER, email=carla, password_hash=password_hash(), name="Carla Soto")
    held: list[Route] = []
    dialogs: list[str] = []

    def leave(dialog: Dialog) -> None:
        """The browser asks whether to stay: the former's page would be there until somebody has answered."""
        dialogs.append(dialog.type)
        dialog.accept()

    with at_work(browser, here) as seen:
        page = seen.page
        page.on("dialog", leave)
        console, name = f"{here.url}/console#", page.locator("[data-field=name] input")
        page.goto(f"{console}/urgent")
        page.get_by_label("What they say").fill("It smells of gas.")
        page.goto(f"{console}/office/customers/new")
        name.fill("Hostal Nuevo")
        page.goto(f"{console}/board")
        expect(rows(page).first).to_be_visible()

        page.route("**/api/v1/board?*", lambda route: held.append(route))
        page.locator(".shell-user").click()
        page.get_by_role("button", name="Sign out").click()
        asked = page.get_by_role("alertdialog", name="Sign out without saving?")
        expect(asked).to_contain_text("Not saved in the office yet: 1.")
        asked.get_by_role("button", name="Stay").click()
        expect(asked).to_have_count(0)
        page.locator(".shell-user").click()
        page.get_by_role("button", name="Sign out").click()
        asked.get_by_role("button", name="Sign out").click()
        page.locator("input[type=email]").fill(carla)
        page.locator("input[type=password]").fill(PASSWORD)
        page.locator("button[type=submit]").click()
        expect(page.locator(".shell-user")).to_contain_text("Carla Soto")
        expect(rows(page)).to_have_count(0)
        for route in held:
            route.continue_()
        page.unroute("**/api/v1/board?*")
        expect(rows(page).first).to_be_visible()
        page.goto(f"{console}/urgent")
        expect(page.get_by_label("What they say")).to_have_value("")
        page.goto(f"{console}/office/customers/new")
        expect(name).to_have_value("")

        name.fill("Hostal Nuevo")
        page.evaluate("fetch('/api/v1/session', { method: 'DELETE' })")
        again = page.get_by_role("alertdialog", name="Your session has ended")
        page.get_by_role("button", name="Create").click()
        again.get_by_label("E-mail").fill(EMAIL)
        again.get_by_label("Password").fill(PASSWORD)
        page.keyboard.press("Enter")
        expect(page.locator(".shell-user")).to_contain_text("Daniela Rivas")
        expect(name).to_have_value("")
        assert dialogs == []
    with here.store.reading() as uow:
        assert uow.session.scalars(select(Customer).where(Customer.name == "Hostal Nuevo")).all() == []


def test_on_a_small_screen_the_panes_are_tabs_and_nothing_scrolls_sideways(browser: Browser, here: Operation) -> None:
    with at_work(browser, here, with_map=True, viewport={"width": 390, "height": 844}, has_touch=True) as seen:
        page = seen.page
        assert page.evaluate("document.documentElement.scrollWidth") == 390
        rows(page).first.click()
        for name in ("Timeline", "Map", "Details", "Lists"):
            page.get_by_role("tab", name=name).click()
            expect(page.get_by_role("tabpanel", name=name)).to_be_visible()
        outside = """() => [...document.querySelectorAll('.shell-top *, .shell-rail *, .board-tablist *')]
          .filter((one) => one.getBoundingClientRect().width > 1 && one.getBoundingClientRect().right > 391)
          .map((one) => one.className.toString())"""
        assert page.evaluate(outside) == []


@pytest.mark.parametrize(("locale", "theme"), LOOKS)
def test_nobody_is_kept_out_by_how_the_frame_is_made(
    browser: Browser, here: Operation, locale: str, theme: Any
) -> None:
    # Colours are looked at as they stay, not on their way.
    still: dict[str, Any] = {"viewport": WIDE, "with_map": False, "reduced_motion": "reduce"}
    with looking(browser, here.url, at="/console", locale=locale, color_scheme=theme, **still) as seen:
        page = seen.page
        expect(page.locator("input[type=password]")).to_be_visible()
        assert found(page) == []
        sign_in(page)
        page.wait_for_selector(READY)
        rows(page).first.click()
        expect(page.locator("#board-detail")).to_be_visible()
        assert found(page, *OTHERS) == []
        assert page.evaluate(FAINT) == []
        for opened in (".board-filter", ".board-views", ".shell-user", ".shell-day-button"):
            page.locator(opened).click()
            expect(page.get_by_role("dialog")).to_be_visible()
            assert found(page, *OTHERS) == []
            page.keyboard.press("Escape")
            expect(page.get_by_role("dialog")).to_have_count(0)
        for key in ("Control+k", "?"):
            page.keyboard.press(key)
            expect(page.get_by_role("dialog")).to_be_visible()
            assert found(page, *OTHERS) == []
            page.keyboard.press("Escape")
            expect(page.get_by_role("dialog")).to_have_count(0)
