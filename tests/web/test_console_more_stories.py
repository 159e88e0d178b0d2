"""More stories of the console: fixed for a while, split and joined, an address found, a visit that gives way."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, Route, expect
from sqlalchemy import select

from dispatch.domain.clock import FixedClock
from dispatch.domain.roles import Role
from dispatch.planning.replan import tick
from dispatch.store.engine import Store
from dispatch.store.queries.locks import fence_at, locked_territories
from dispatch.store.tables import Job, Priority, Site, Visit
from tests.dispatch.databases import copied_file
from tests.dispatch.planning.days import TRAVEL
from tests.dispatch.planning.full_day import FullDay
from tests.dispatch.world import HERE
from tests.web.deciding import console, faults
from tests.web.operations import EMAIL, NOON, password_hash
from tests.web.test_console_timeline import bar, serving

expect.set_options(timeout=30_000)


HEARS_LATE = """() => {
  const ask = window.fetch;
  window.fetch = async (where, options) => {
    if (String(where).includes("/board/changes")) await new Promise((then) => setTimeout(then, 700));
    return await ask(where, options);
  };
}"""
"""On a busy day the board hears late of what was changed; who goes on at once does so all the same."""


ANSWERS_LATE = """() => {
  const ask = window.fetch;
  const until = (name) => new Promise((then) => { window[name] = then; });
  let locks = 0;
  window.fetch = async (where, options) => {
    if (String(where).includes("/api/v1/board?")) await until("letBoardCome");
    const answer = await ask(where, options);
    if (String(where).includes("/plans/locks") && (locks += 1) === 2) {
      document.documentElement.dataset.held = "locks";
      await until("letLocksCome");
    }
    return answer;
  };
}"""
"""The board is asked for when it is let come; the second answer about what is fixed comes when it is let."""


@dataclass(frozen=True, slots=True)
class Shop:
    """A full day, a territory, a kind of work for emergencies, and a server."""

    url: str
    day: FullDay
    territory: str
    baker: str

    @property
    def store(self) -> Store:
        return self.day.store

    def visit(self, visit: str) -> Visit:
        with self.store.reading() as uow:
            return uow.get(Visit, visit)


@pytest.fixture
def shop(migrated_store: Path, tmp_path: Path) -> Iterator[Shop]:
    store = Store(copied_file(migrated_store, tmp_path), FixedClock(NOON))
    try:
        day = FullDay(store)
        territory = day.world.territory("Norte")
        baker = day.world.customer("Panadería Elqui")
        day.world.site(baker, address="Calle Brasil 512")
        day.world.job_type("gas leak", skills={"gas": 2}, priority=Priority.CRITICAL)
        day.world.user(Role.MANAGER, email="manager@example.org", password_hash=password_hash(), name="Marta Vega")
        day.world.user(Role.DISPATCHER, email=EMAIL, password_hash=password_hash(), name="Daniela Rivas")
        with serving(store, tmp_path) as url:
            yield Shop(url, day, territory, baker)
    finally:
        store.dispose()


def menu(page: Page, what: Locator, entry: str) -> None:
    """Choose something in the menu of a visit's bar."""
    what.click(button="right")
    page.get_by_role("menuitem", name=entry).click()


def test_a_territory_is_locked_in_the_back_office_with_its_reason_and_unlocked_again(
    browser: Browser, shop: Shop
) -> None:
    with console(browser, shop.url, f"/office/territories/{shop.territory}", "manager@example.org") as page:
        lock = page.locator(".fixed-lock")
        lock.get_by_role("textbox", name="Why").fill("The bridge is closed.")
        lock.get_by_role("button", name="Lock the territory").click()
        expect(lock.locator(".fixed-state")).to_contain_text("The bridge is closed.")
        expect(lock.locator(".fixed-by")).to_have_text("Marta Vega")
        with shop.store.reading() as uow:
            assert locked_territories(uow.session, uow.now) == {shop.territory}
        assert faults(page, ".fixed-lock") == []

        lock.get_by_role("button", name="End the lock").click()
        expect(lock.locator(".fixed-state")).to_have_count(0)
        with shop.store.reading() as uow:
            assert locked_territories(uow.session, uow.now) == set()


def test_a_freeze_is_undone_though_the_page_was_loaded_anew_in_between(browser: Browser, shop: Shop) -> None:
    with console(browser, shop.url, "/board", EMAIL) as page:
        expect(page.locator(".timeline-bar")).to_have_count(3)
        page.keyboard.press("k")
        page.keyboard.press("f")
        dialog = page.get_by_role("dialog", name="Freeze the plan")
        assert faults(page, "[role=dialog]") == []
        dialog.get_by_role("textbox", name="Why").fill("We count the stock.")
        dialog.get_by_role("button", name="Freeze", exact=True).click()
        chip = page.locator(".fixed-chip")
        expect(chip).to_contain_text("frozen until 11:00")
        with shop.store.reading() as uow:
            fence = fence_at(uow.session, uow.now)
            assert fence is not None
            # The page's clock goes on while it is open.
            assert 0 <= fence - (int(NOON.timestamp()) + 7200) < 60

        page.reload()
        expect(chip).to_contain_text("frozen until 11:00")
        page.keyboard.press("Control+z")
        expect(page.get_by_text("Undone: Nothing before")).to_be_visible()
        expect(chip).to_have_count(0)
        with shop.store.reading() as uow:
            assert fence_at(uow.session, uow.now) is None

        page.reload()
        expect(page.locator(".timeline-bar")).to_have_count(3)
        page.keyboard.press("Control+z")
        expect(page.get_by_text("There is nothing to undo.")).to_be_visible()


def test_what_is_undone_is_seen_though_an_answer_of_before_is_still_under_way(browser: Browser, shop: Shop) -> None:
    with console(browser, shop.url, "/board", EMAIL) as page:
        expect(page.locator(".timeline-bar")).to_have_count(3)
        page.keyboard.press("k")
        page.keyboard.press("f")
        dialog = page.get_by_role("dialog", name="Freeze the plan")
        dialog.get_by_role("button", name="Freeze", exact=True).click()
        chip = page.locator(".fixed-chip")
        expect(chip).to_contain_text("frozen until 11:00")

        # The browser has kept the board of before. What is fixed is asked for once more when the board is there.
        page.add_init_script(f"({ANSWERS_LATE})()")
        page.reload()
        expect(chip).to_be_visible()
        page.evaluate("letBoardCome()")
        expect(page.locator(".timeline-bar")).to_have_count(3)
        expect(page.locator("html[data-held=locks]")).to_have_count(1)
        page.keyboard.press("Control+z")
        expect(page.get_by_text("Undone: Nothing before")).to_be_visible()
        page.evaluate("letLocksCome()")
        expect(chip).to_have_count(0)


def test_an_address_is_looked_for_while_it_is_written_and_the_place_that_is_chosen_is_kept(
    browser: Browser, shop: Shop
) -> None:
    asked: list[str] = []

    def found(route: Route) -> None:
        asked.append(route.request.url)
        place = {"label": "Los Arrayanes 77, La Serena", "lat": HERE[0], "lon": HERE[1], "precision": "exact"}
        route.fulfill(json={"places": [place], "sure": False})

    with console(browser, shop.url, "/urgent", EMAIL) as page:
        page.route("**/api/v1/places*", found)
        page.get_by_label("Telephone number, name or address").fill("Hostal Nuevo")
        page.get_by_role("button", name="New customer").click()
        page.get_by_label("Name", exact=True).fill("Hostal Nuevo")
        page.get_by_label("Address").fill("arrayanes 77")
        page.get_by_role("button", name="Los Arrayanes 77, La Serena").click()
        expect(page.locator(".urgent-address [role=status]")).to_have_text("✓ Los Arrayanes 77, La Serena")
        assert asked, "the address was looked for"
        page.get_by_label("What they say").fill("The boiler drips.")
        page.get_by_role("button", name=re.compile("Kind of work")).click()
        page.get_by_role("option", name="gas leak").click()
        page.get_by_role("button", name="Whoever the plan finds").click()
        page.keyboard.press("Control+Enter")
        expect(page.get_by_role("heading", name=re.compile("is taken in"))).to_be_visible()
    with shop.store.reading() as uow:
        job = uow.session.scalars(select(Job).where(Job.title == "The boiler drips.")).one()
        site = uow.get(Site, job.site_id)
        assert (site.address, round(site.lat or 0, 4), round(site.lon or 0, 4)) == (
            "Los Arrayanes 77, La Serena",
            round(HERE[0], 4),
            round(HERE[1], 4),
        )
        (visit,) = uow.session.scalars(select(Visit.id).where(Visit.job_id == job.id))
    shop.day.act(visit, "cancel")


def test_a_visit_is_split_in_two_joined_again_and_given_a_crew(browser: Browser, shop: Shop) -> None:
    visit = shop.day.hours[2]
    with console(browser, shop.url, "/board", EMAIL) as page:
        page.evaluate(HEARS_LATE)
        menu(page, bar(page, visit), "Split…")
        dialog = page.get_by_role("dialog", name=re.compile("^Split T-"))
        expect(dialog.get_by_text("The second takes the remaining 30 min.")).to_be_visible()
        assert faults(page, "[role=dialog]") == []
        dialog.get_by_role("button", name="Split it").click()
        expect(page.get_by_text(re.compile(r"is split\.$"))).to_be_visible()
        job = shop.visit(visit).job_id
        with shop.store.reading() as uow:
            parts = uow.session.scalars(select(Visit).where(Visit.job_id == job).order_by(Visit.sequence)).all()
        assert [part.duration for part in parts] == [1800, 1800]

        second = page.locator("[data-list=unassigned] [role=option]").first
        bar(page, visit).click()
        second.click(modifiers=["Control"])
        menu(page, bar(page, visit), "Join the selected visits")
        expect(page.get_by_text(re.compile("are one visit now"))).to_be_visible()
        assert shop.visit(visit).duration == 3600

        menu(page, bar(page, visit), "Assign a crew…")
        dialog = page.get_by_role("dialog", name=re.compile("together"))
        dialog.get_by_label("Find a technician").fill("bru")
        dialog.get_by_role("checkbox", name="Bruno").check(force=True)
        assert faults(page, "[role=dialog]") == []
        dialog.get_by_role("button", name="Assign 2 technicians").click()
        expect(page.get_by_text(re.compile("has its crew"))).to_be_visible()
        expect(bar(page, visit)).to_have_count(2)
        assert len(shop.visit(visit).roles) == 2

        page.keyboard.press("Control+z")
        expect(bar(page, visit)).to_have_count(1)
        assert len(shop.visit(visit).roles) == 1


def test_where_everybody_would_be_late_a_visit_gives_way_by_name_and_that_is_what_is_proposed(
    browser: Browser, shop: Shop
) -> None:
    before = shop.day.stands()
    with console(browser, shop.url, "/urgent", EMAIL) as page:
        page.get_by_label("Telephone number, name or address").fill("Panadería Elqui")
        page.get_by_role("button", name="Panadería Elqui").click()
        expect(page.get_by_role("heading", name="Panadería Elqui")).to_be_visible()
        page.get_by_label("What they say").fill("It smells of gas.")
        page.get_by_role("button", name=re.compile("Kind of work")).click()
        page.get_by_role("option", name="gas leak").click()
        late = page.locator(".urgent-people > li > .urgent-person").first
        expect(late).to_contain_text("late")
        ways = page.locator(".urgent-ways")
        expect(ways).to_contain_text("Nobody is told before you have approved the proposal.")
        way = ways.get_by_role("button")
        expect(way).to_have_count(1)
        expect(way).to_contain_text("goes to Bruno at")
        expect(way).to_contain_text("in time")
        assert faults(page, ".urgent") == []
        way.click()
        expect(way).to_have_attribute("aria-pressed", "true")
        page.get_by_role("button", name="Take it in for Ana").click()
        expect(page.get_by_role("heading", name=re.compile("is taken in"))).to_be_visible()
        assert shop.day.stands() == before, "nothing is published before somebody approves"

        assert isinstance(shop.store.clock, FixedClock)
        shop.store.clock.advance(seconds=60)
        shop.day.happens()
        tick(shop.store, TRAVEL)
        expect(page.get_by_text("A proposal waits for your decision.")).to_be_visible()
        page.keyboard.press("Control+Enter")
        expect(page.get_by_text(re.compile("Ana has it, and arrives"))).to_be_visible()
    after = shop.day.stands()
    moved = [visit for visit in before if after[visit][0] != before[visit][0]]
    assert [after[visit] for visit in moved] == [(shop.day.bruno, before[visit][1]) for visit in moved]
    assert len(moved) == 1


def test_a_move_that_cannot_go_back_says_why_instead_of_nothing(browser: Browser, shop: Shop) -> None:
    answers: list[dict[str, Any]] = []
    with console(browser, shop.url, "/board", EMAIL) as page:
        visit = shop.day.hours[0]
        page.on("response", lambda one: answers.append(one.json()) if "/undo" in one.url else None)
        bar(page, visit).focus()
        page.keyboard.press("Delete")
        page.locator(".timeline-card").get_by_role("button", name=re.compile("anyway|Take it")).click()
        expect(page.locator(".timeline-card")).to_have_count(0)
        shop.day.act(visit, "cancel")
        page.keyboard.press("Control+z")
        expect(page.get_by_role("alert").filter(has_text="is over.")).to_be_visible()
        expect(page.get_by_role("alert").filter(has_text="Nothing of it can go back any more.")).to_be_visible()
    assert [one["status"] for one in answers] == [409]
