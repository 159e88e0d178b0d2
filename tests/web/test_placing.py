"""Saying where a site is whose address nobody found: on the map's page, in a browser."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from dispatch.domain.roles import Role
from dispatch.messaging.relay import relay
from dispatch.services import sites
from dispatch.store.tables import Job, OutboxEntry, PlacedBy, Site, User, Visit
from tests.web.holding import held_back
from tests.web.operations import EMAIL, Operation
from tests.web.visiting import DRAWN, looking, sign_in

ADDRESS = "Regimiento Arica, La Serena"


@pytest.fixture
def lost(here: Operation) -> str:
    """A site without a place, where a visit waits."""
    site = here.day.world.site(address=ADDRESS, name="Panadería Sol")
    with here.store.unit_of_work() as uow:
        found = uow.get(Site, site)
        found.lat = found.lon = None
    here.day.world.job(site=site, number="J-LOST")
    return site


def begin(page: Page) -> None:
    """Up to the panel where the place is said."""
    sign_in(page)
    page.wait_for_selector(DRAWN)
    page.get_by_role("button", name="1 site without a sure place").click()
    page.locator("#waiting-sites button").click()
    expect(page.get_by_role("heading", name="Where is this?")).to_be_focused()


def where(operation: Operation, site: str) -> Site:
    with operation.store.reading() as uow:
        return uow.get(Site, site)


def test_a_candidate_for_the_address_is_confirmed_by_keyboard_alone(
    browser: Browser, here: Operation, lost: str
) -> None:
    with looking(browser, here.url) as seen:
        page = seen.page
        sign_in(page)
        page.wait_for_selector(DRAWN)
        page.get_by_role("button", name="1 site without a sure place").press("Enter")
        page.locator("#waiting-sites button").press("Enter")
        candidate = page.locator(".candidates button").first
        expect(candidate).to_contain_text("Regimiento Arica")
        expect(page.get_by_role("button", name="It is here")).to_be_disabled()
        candidate.press("Enter")
        expect(candidate).to_have_attribute("aria-pressed", "true")
        expect(page.locator(".place-mark")).to_be_visible()
        page.get_by_role("button", name="It is here").press("Enter")

        expect(page.locator(".told")).to_contain_text("Placed: Regimiento Arica")
        expect(page.get_by_role("button", name="1 site without a sure place")).to_have_count(0)
        expect(page.locator(".place-mark")).to_have_count(0)
        expect(page.get_by_role("button", name="J-LOST")).to_be_visible()  # it can be drawn, and planned
    site = where(here, lost)
    assert (site.placed_by, site.precision) == (PlacedBy.ADDRESS, "street")
    assert site.lat == pytest.approx(-29.9, abs=0.2)


def test_a_click_on_the_map_is_the_place_and_a_plan_with_it_is_asked_for(
    browser: Browser, here: Operation, lost: str
) -> None:
    with looking(browser, here.url) as seen:
        page = seen.page
        begin(page)
        page.locator(".canvas").click(position={"x": 300, "y": 300})
        mark = page.locator(".place-mark")
        expect(mark).to_be_visible()
        first = page.get_by_label("Latitude, longitude").input_value()

        box = mark.bounding_box()
        assert box is not None
        page.mouse.move(box["x"] + 12, box["y"] + 12)
        page.mouse.down()
        page.mouse.move(box["x"] + 92, box["y"] - 48, steps=4)
        page.mouse.up()
        expect(page.get_by_label("Latitude, longitude")).not_to_have_value(first)
        meant = page.get_by_label("Latitude, longitude").input_value()

        page.get_by_role("button", name="It is here").click()
        expect(page.locator(".told")).to_contain_text("planned anew")
    site = where(here, lost)
    assert meant == f"{site.lat:.5f}, {site.lon:.5f}"
    assert (site.placed_by, site.precision) == (PlacedBy.MAP, "exact")
    with here.store.reading() as uow:
        kinds = [entry.kind for entry in uow.session.scalars(select(OutboxEntry).order_by(OutboxEntry.id))]
        waiting = uow.session.scalars(select(Visit.id).join(Job).where(Job.number == "J-LOST")).one()
        changed = select(OutboxEntry.payload).where(OutboxEntry.kind == "VisitChanged")
        assert {"visit": waiting, "changed": ["place"]}.items() <= uow.session.scalars(changed).all()[-1].items()
    assert "SitePlaced" in kinds


def test_coordinates_can_be_written_and_what_are_none_is_said(browser: Browser, here: Operation, lost: str) -> None:
    with looking(browser, here.url) as seen:
        page = seen.page
        begin(page)
        field = page.get_by_label("Latitude, longitude")
        field.fill("north of the church")
        field.press("Enter")
        expect(page.get_by_text("Write two numbers of degrees")).to_be_visible()
        expect(field).to_have_attribute("aria-invalid", "true")
        field.fill("-29.91, -71.25")
        field.press("Enter")
        expect(page.locator(".place-mark")).to_be_visible()
        page.get_by_role("button", name="It is here").click()
        expect(page.locator(".told")).to_contain_text("Placed")
    site = where(here, lost)
    assert (site.lat, site.lon) == (-29.91, -71.25)


def test_who_was_overtaken_is_told_and_nothing_is_overwritten(browser: Browser, here: Operation, lost: str) -> None:
    with looking(browser, here.url) as seen:
        page = seen.page
        begin(page)
        page.locator(".canvas").click(position={"x": 300, "y": 300})
        with here.store.unit_of_work() as uow:
            uow.get(Site, lost).access_notes = "Ring twice"
        page.get_by_role("button", name="It is here").click()
        expect(page.locator(".placing").get_by_role("alert")).to_contain_text("Somebody has changed this site")
        page.keyboard.press("Escape")
        expect(page.get_by_role("button", name="1 site without a sure place")).to_be_visible()
    assert where(here, lost).lat is None


def test_the_late_answer_about_one_site_leaves_the_next_one_open(browser: Browser, without_region: Operation) -> None:
    world, store = without_region.day.world, without_region.store
    first, other = (world.site(address=address) for address in (ADDRESS, "Balmaceda 1000"))
    with store.unit_of_work() as uow:
        for site in (first, other):
            uow.get(Site, site).lat = uow.get(Site, site).lon = None
    with looking(browser, without_region.url, who=EMAIL) as seen:
        page = seen.page
        waiting = page.get_by_role("button", name="2 sites without a sure place")
        field = page.get_by_label("Latitude, longitude")
        waiting.click()
        page.locator("#waiting-sites button", has_text=ADDRESS).click()
        field.fill("-29.91, -71.25")
        field.press("Enter")
        with held_back(page, "**/place"):
            with page.expect_request("**/place"):
                page.get_by_role("button", name="It is here").click()
            page.get_by_role("button", name="Back to the list").click()
            waiting.click()
            page.locator("#waiting-sites button", has_text="Balmaceda 1000").click()
            field.fill("-29.95, -71.3")
        expect(page.locator(".told")).to_contain_text(f"Placed: {ADDRESS}")
        expect(page.locator(".placing .address")).to_have_text("Balmaceda 1000")
        expect(field).to_have_value("-29.95, -71.3")
        field.press("Escape")
        expect(page.get_by_role("heading", name="Technicians")).to_be_visible()
        expect(page.locator(".place-mark")).to_have_count(0)
    assert where(without_region, first).lat == -29.91
    assert where(without_region, other).lat is None


def test_a_site_that_somebody_else_adds_is_seen_at_once(browser: Browser, here: Operation) -> None:
    with looking(browser, here.url) as seen:
        sign_in(seen.page)
        expect(seen.page.locator(".live")).to_contain_text("live")
        with here.store.unit_of_work() as uow:
            sites.create_site(uow, here.day.world.customer(), address="Nowhere 1")
        relay(here.store)
        expect(seen.page.get_by_role("button", name="1 site without a sure place")).to_be_visible()


@pytest.mark.usefixtures("lost")
def test_who_may_not_place_a_site_is_not_asked_to(browser: Browser, here: Operation) -> None:
    with here.store.unit_of_work() as uow:
        uow.session.scalars(select(User).where(User.email == EMAIL)).one().role = Role.PLANNER
    with looking(browser, here.url) as seen:
        sign_in(seen.page)
        seen.page.wait_for_selector(DRAWN)
        expect(seen.page.locator("button.person").first).to_be_visible()
        expect(seen.page.locator(".waiting-sites")).to_have_count(0)
    assert not [url for url in seen.asked if "/sites" in url]
