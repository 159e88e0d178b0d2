"""The map of the day, in a browser, from a server on loopback."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Browser, expect
from sqlalchemy import select

from dispatch.domain.roles import SYSTEM
from dispatch.domain.visit_lifecycle import VisitAction
from dispatch.messaging.relay import relay
from dispatch.services import visits
from dispatch.store.tables import Assignment, Technician
from tests.web.browsers import FAINT, colours_in
from tests.web.operations import Operation
from tests.web.visiting import DRAWN, looking, sign_in

expect.set_options(timeout=30_000)


def test_tiles_are_loaded_routes_are_drawn_and_nothing_leaves_loopback(browser: Browser, here: Operation) -> None:
    with looking(browser, here.url) as seen:
        sign_in(seen.page)
        seen.page.wait_for_selector(DRAWN)
        picture = seen.page.locator(".canvas").screenshot()

    assert seen.hosts() == {"127.0.0.1"}
    tiles = [status for url, status in seen.answers if ".pmtiles" in url]
    assert tiles
    assert set(tiles) == {206}
    # The only thing a browser complains about is that nobody was signed in at first.
    assert [one for one in seen.complaints if "401 (Unauthorized)" not in one] == []
    drawn = colours_in(browser, picture)
    assert len(drawn) > 100, "streets, routes and stops are drawn"
    assert "#2c64a8" in drawn, "stops in the colour of what is planned"
    hues = {"#0067a8", "#b84a00", "#00795c"}
    assert hues <= drawn.keys(), "routes in the hues of three technicians"


def test_a_wrong_password_is_said_and_the_right_one_lets_in(browser: Browser, here: Operation) -> None:
    with looking(browser, here.url) as seen:
        sign_in(seen.page, "not the password")
        expect(seen.page.get_by_role("alert")).to_have_text("E-mail and password do not fit together.")

        sign_in(seen.page)

        expect(seen.page.get_by_role("heading", name="Today's map")).to_be_visible()


def test_choosing_somebody_by_keyboard_shows_their_stops_and_escape_lets_go(browser: Browser, here: Operation) -> None:
    with here.store.reading() as uow:
        first = uow.session.scalars(select(Technician.name).order_by(Technician.name, Technician.id)).first()
        stops = uow.session.scalars(
            select(Assignment.visit_id)
            .join(Technician, Technician.id == Assignment.technician_id)
            .where(Technician.name == first)
        ).all()
    with looking(browser, here.url) as seen:
        sign_in(seen.page)
        person = seen.page.locator("button.person").first
        expect(person).to_contain_text(str(first))
        person.focus()
        seen.page.keyboard.press("Enter")
        expect(person).to_have_attribute("aria-expanded", "true")
        expect(seen.page.locator("div.stops .stop")).to_have_count(len(stops))

        seen.page.keyboard.press("Tab")
        seen.page.keyboard.press("Enter")
        expect(seen.page.locator(".card h2")).to_be_visible()
        seen.page.keyboard.press("Escape")

        expect(seen.page.locator(".card")).to_have_count(0)
        expect(person).to_have_attribute("aria-expanded", "false")


def test_what_happens_is_seen_without_loading_the_page_again(browser: Browser, here: Operation) -> None:
    with looking(browser, here.url) as seen:
        sign_in(seen.page)
        person = seen.page.locator("button.person").first
        expect(person).to_contain_text("0 of")
        expect(seen.page.locator(".live")).to_contain_text("live")
        person.click()
        expect(seen.page.locator("div.stops .mark.under-way")).to_have_count(0)

        with here.store.reading() as uow:
            first = uow.session.scalars(select(Technician).order_by(Technician.name, Technician.id)).first()
            assert first is not None
            order = select(Assignment.visit_id).where(Assignment.technician_id == first.id)
            visit = uow.session.scalars(order.order_by(Assignment.position)).first()
            assert visit is not None
        begin_to_drive(here, visit)

        expect(seen.page.locator("div.stops .mark.under-way")).to_have_count(1)


def test_the_page_is_shown_in_chinese_and_in_the_dark_and_remembers_it(browser: Browser, here: Operation) -> None:
    with looking(browser, here.url, locale="zh-CN", color_scheme="dark") as seen:
        expect(seen.page.get_by_role("heading", name="登录")).to_be_visible()
        sign_in(seen.page)
        seen.page.wait_for_selector(DRAWN)
        assert seen.page.locator("html").get_attribute("data-theme") == "dark"
        dark = seen.page.locator(".canvas").screenshot()

        expect(seen.page.get_by_role("button", name="放大")).to_be_visible()
        seen.page.get_by_role("button", name="English").click()
        expect(seen.page.get_by_role("button", name="Closer")).to_be_visible()
        seen.page.get_by_role("button", name="Light").click()
        seen.page.reload()

        expect(seen.page.get_by_role("heading", name="Today's map")).to_be_visible()
        seen.page.wait_for_selector(DRAWN)
        light = seen.page.locator(".canvas").screenshot()
    assert most_common(browser, dark) == "#10161c"
    assert most_common(browser, light) == "#efede7"


def test_a_phone_shows_map_and_list_without_scrolling_sideways(browser: Browser, here: Operation) -> None:
    with looking(browser, here.url, viewport={"width": 360, "height": 740}, has_touch=True) as seen:
        sign_in(seen.page)
        seen.page.wait_for_selector(DRAWN)

        assert seen.page.evaluate("document.documentElement.scrollWidth") == 360
        expect(seen.page.locator(".attribution")).to_have_text("© OpenStreetMap contributors")
        small = "[...document.querySelectorAll('button')].filter((one) => one.getBoundingClientRect().height < 40)"
        assert seen.page.evaluate(f"{small}.map((one) => one.textContent)") == []


def test_without_a_region_routes_are_drawn_on_plain_ground_and_it_says_what_is_missing(
    browser: Browser, without_region: Operation
) -> None:
    with looking(browser, without_region.url) as seen:
        sign_in(seen.page)
        seen.page.wait_for_selector(DRAWN)

        expect(seen.page.locator(".over")).to_contain_text("fieldwright region add")
        drawn = colours_in(browser, seen.page.locator(".canvas").screenshot())
    assert "#0067a8" in drawn
    assert not [url for url in seen.asked if ".pmtiles" in url]


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_what_is_written_stands_out_from_what_is_behind_it(browser: Browser, here: Operation, theme: Any) -> None:
    """By 4.5 : 1 (WCAG 2.2, success criterion 1.4.3)."""
    with looking(browser, here.url, color_scheme=theme) as seen:
        sign_in(seen.page)
        seen.page.locator("button.person").first.click()
        seen.page.locator("summary").click()
        faint = seen.page.evaluate(FAINT)
    assert faint == []


def begin_to_drive(operation: Operation, visit: str) -> None:
    """The technician takes the visit and is on the way."""
    for action in (VisitAction.ACCEPT, VisitAction.DEPART):
        with operation.store.unit_of_work(SYSTEM) as uow:
            visits.act(uow, visit, action)
    relay(operation.store)  # what the worker does: without a position, no event is on the stream


def most_common(browser: Browser, picture: bytes) -> str:
    counts = colours_in(browser, picture)
    return max(counts, key=lambda colour: counts[colour])
