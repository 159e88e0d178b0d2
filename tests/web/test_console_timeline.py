"""The timeline in a browser: visits are dragged and moved by keys, priced before they are dropped, pinned, undone."""

from __future__ import annotations

import datetime as dt
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from dispatch.console.app import create_app
from dispatch.domain.clock import FixedClock
from dispatch.domain.roles import SYSTEM, Role
from dispatch.messaging.relay import relay
from dispatch.planning.policies import standard_policy
from dispatch.planning.publication import locked_head
from dispatch.planning.publish import publish
from dispatch.planning.snapshot import take_snapshot
from dispatch.settings import Settings
from dispatch.store.engine import Store
from dispatch.store.tables import Visit
from optimizer.domain import Plan, Route, Stop
from optimizer.solve import solve
from tests.dispatch.console.live import served
from tests.dispatch.databases import copied_file
from tests.dispatch.planning.days import TRAVEL, Day
from tests.dispatch.world import HERE, World
from tests.web.operations import EMAIL, NOON, password_hash
from tests.web.test_accessibility import LOOKS, found
from tests.web.visiting import Seen, let_in, looking

expect.set_options(timeout=30_000)

WIDE = {"width": 1440, "height": 800}
PEOPLE, EACH = 300, 8


@dataclass(frozen=True, slots=True)
class Board:
    """Ana, who knows gas, has three visits; Ben, who does not, has two; nobody has the last one."""

    url: str
    day: Day
    ana: str
    ben: str
    gas: str
    plain: str
    bens: str
    open: str

    def who(self, visit: str) -> set[str]:
        """Who has a visit by the published plan."""
        return set(self.day.stands().get(visit, (frozenset(), None))[0])

    def pin(self, visit: str) -> dict[str, Any]:
        with self.day.store.reading() as uow:
            return uow.get(Visit, visit).pin


def town(store: Store) -> dict[str, Any]:
    """Two people, six visits, a plan that is published."""
    world = World(store)
    world.planning_policy(freeze=0, reassign_cost=1.0)
    territory = world.territory("Norte")
    ana = world.technician("Ana Rojas", territory=territory, skills={"gas": 1})
    ben = world.technician("Ben Soto", territory=territory)
    shifts = [world.shift(who, hours=9, max_overtime=3600) for who in (ana, ben)]
    gas_work = world.job_type("Gas boiler", skills={"gas": 1})
    made = {}
    for name, kind in (
        ("gas", gas_work),
        ("plain", None),
        ("third", None),
        ("bens", None),
        ("second", None),
    ):
        made[name] = job(world, name, territory, kind)
    day = Day(store, world, [ana, ben], shifts, list(made.values()))
    routes = (
        Route(ana, shifts[0], tuple(Stop(made[name]) for name in ("gas", "plain", "third"))),
        Route(ben, shifts[1], tuple(Stop(made[name]) for name in ("bens", "second"))),
    )
    with store.unit_of_work(SYSTEM) as uow:
        locked_head(uow.session)
        policy = standard_policy(uow.session)
        snapshot = take_snapshot(uow, policy, TRAVEL)
        publish(uow, snapshot, solve(snapshot.problem, start=Plan(routes), iterations=0).plan, policy)
    made["open"] = job(world, "open", territory)
    named = ("gas", "plain", "bens", "open")
    return {"day": day, "ana": ana, "ben": ben, **{name: made[name] for name in named}}


def job(world: World, name: str, territory: str, kind: str | None = None) -> str:
    """The visit of a job of an hour."""
    customer = world.customer(name.capitalize())
    visit = {"duration": 3600, "drop_cost": 300.0}
    return world.job(
        customer=customer, job_type=kind, territory=territory, at=HERE, title=f"Work of {name}", visit=visit
    )[1]


@pytest.fixture
def here(migrated_store: Path, tmp_path: Path) -> Iterator[Board]:
    store = Store(copied_file(migrated_store, tmp_path), FixedClock(NOON))
    try:
        made = town(store)
        dispatcher(made["day"].world)
        with serving(store, tmp_path) as url:
            yield Board(url=url, **made)
    finally:
        store.dispose()


def dispatcher(world: World) -> None:
    world.user(Role.DISPATCHER, email=EMAIL, password_hash=password_hash(), name="Daniela Rivas")


@contextmanager
def serving(store: Store, folder: Path) -> Iterator[str]:
    """A server, and what gives events their positions, as the worker does."""
    settings = Settings(database_url=str(store.url), data_folder=folder / "nothing")
    ending = threading.Event()

    def relaying() -> None:
        while not ending.wait(0.05):
            relay(store)

    relay(store)
    thread = threading.Thread(target=relaying)
    with served(create_app(store, settings, travel=TRAVEL)) as url:
        thread.start()
        try:
            yield url
        finally:
            ending.set()
            thread.join()


@contextmanager
def at_work(browser: Browser, url: str, **options: Any) -> Iterator[Seen]:
    """The dispatcher in front of the timeline. What the page complains about makes the test fail."""
    still: dict[str, Any] = {"viewport": WIDE, "reduced_motion": "reduce", **options}
    with looking(browser, url, at="/console", who=EMAIL, with_map=False, **still) as seen:
        seen.page.locator(".timeline-bar").first.wait_for()
        yield seen
    assert [one for one in seen.complaints if "Failed to load resource" not in one] == []


def bar(page: Page, visit: str) -> Locator:
    return page.locator(f'.timeline-bar[data-visit="{visit}"]')


def row(page: Page, technician: str) -> Locator:
    return page.locator(f'.timeline-row[data-row="{technician}"]')


def carry(page: Page, what: Locator, technician: str, hours: float) -> None:
    """Take hold of something and hold it over somebody's row, so many hours after their shift began."""
    what.scroll_into_view_if_needed()
    taken, onto = what.bounding_box(), row(page, technician).locator(".shift").bounding_box()
    assert taken is not None
    assert onto is not None
    page.mouse.move(taken["x"] + 6, taken["y"] + taken["height"] / 2)
    page.mouse.down()
    page.mouse.move(taken["x"] + 30, taken["y"] + taken["height"] / 2, steps=3)
    page.mouse.move(onto["x"] + 6 + onto["width"] * hours / 9, onto["y"] + onto["height"] / 2, steps=6)


def card(page: Page) -> Locator:
    return page.locator(".timeline-card")


def test_a_drag_says_what_it_breaks_before_the_drop_is_done_anyway_and_undone(browser: Browser, here: Board) -> None:
    with at_work(browser, here.url) as seen:
        page = seen.page
        expect(bar(page, here.gas)).to_have_attribute("data-technician", here.ana)
        carry(page, bar(page, here.gas), here.ben, 5)

        expect(card(page)).to_contain_text("which Ben Soto does not hold")
        expect(card(page).locator("[data-level=must]")).to_contain_text("must")
        expect(page.locator("[data-ghost=result]")).to_be_visible()
        assert here.who(here.gas) == {here.ana}, "nothing is done by dragging"

        page.mouse.up()
        expect(card(page).get_by_role("heading")).to_contain_text("to Ben Soto?")
        expect(card(page).get_by_role("button", name="Move it")).to_have_count(0)
        card(page).get_by_role("button", name="Put it there anyway").click()

        expect(card(page)).to_have_count(0)
        expect(bar(page, here.gas)).to_have_attribute("data-technician", here.ben)
        assert here.who(here.gas) == {here.ben}

        page.keyboard.press("Control+z")
        expect(page.get_by_text("Undone:")).to_be_visible()
        expect(bar(page, here.gas)).to_have_attribute("data-technician", here.ana)
        assert here.who(here.gas) == {here.ana}


def test_escape_lets_go_of_what_is_dragged_and_nothing_has_happened(browser: Browser, here: Board) -> None:
    with at_work(browser, here.url) as seen:
        page = seen.page
        carry(page, bar(page, here.plain), here.ben, 5)
        expect(card(page)).to_contain_text("Ben Soto would be there at")
        page.keyboard.press("Escape")
        expect(card(page)).to_have_count(0)
        page.mouse.up()
        assert here.who(here.plain) == {here.ana}


def test_a_visit_is_moved_by_the_keyboard_alone_and_what_is_said_is_heard(browser: Browser, here: Board) -> None:
    with at_work(browser, here.url) as seen:
        page = seen.page
        page.locator(".timeline-head").first.focus()
        stands = "one => [...one.closest('.timeline-row').querySelectorAll('.timeline-bar')].indexOf(one)"
        for place in range(1 + bar(page, here.plain).evaluate(stands)):
            page.keyboard.press("ArrowRight")
            expect(row(page, here.ana).locator(".timeline-bar").nth(place)).to_be_focused()
        expect(bar(page, here.plain)).to_be_focused()
        page.keyboard.press("m")
        expect(card(page).get_by_role("status")).to_contain_text("It stays where it is.")
        page.keyboard.press("ArrowDown")
        expect(card(page).get_by_role("status")).to_contain_text("Ben Soto would be there at")
        page.keyboard.press("Enter")
        expect(card(page).get_by_role("button", name="Move it")).to_be_focused()
        page.keyboard.press("Enter")

        expect(card(page)).to_have_count(0)
        expect(bar(page, here.plain)).to_have_attribute("data-technician", here.ben)
        assert here.who(here.plain) == {here.ben}


def test_what_nobody_has_is_dragged_from_the_list_to_somebody(browser: Browser, here: Board) -> None:
    with at_work(browser, here.url) as seen:
        page = seen.page
        carry(page, page.locator("[data-list=unassigned] [role=option]").first, here.ben, 6)
        expect(card(page)).to_contain_text("Ben Soto would be there at")
        page.mouse.up()
        card(page).get_by_role("button", name="Give it").click()
        expect(card(page)).to_have_count(0)
        expect(bar(page, here.open)).to_have_attribute("data-technician", here.ben)
        expect(page.locator("[data-list=unassigned] [role=option]")).to_have_count(0)
        assert here.who(here.open) == {here.ben}


def test_when_somebody_else_was_faster_the_move_is_taken_back_and_priced_anew(browser: Browser, here: Board) -> None:
    with at_work(browser, here.url) as seen:
        page = seen.page
        carry(page, bar(page, here.plain), here.ben, 6)
        expect(page.locator("[data-ghost=result]")).to_be_visible()
        page.mouse.up()
        go = card(page).get_by_role("button", name="Move it")
        expect(go).to_be_focused()
        seen.page.route(
            "**/plans/today/move*", lambda one: one.fulfill(status=409, json={"detail": "Carla was faster."})
        )
        go.click()

        expect(card(page).get_by_role("alert")).to_contain_text("Carla was faster.")
        expect(bar(page, here.plain)).to_have_attribute("data-technician", here.ana)
        seen.page.unroute("**/plans/today/move*")
        go.click()
        expect(card(page)).to_have_count(0)
        assert here.who(here.plain) == {here.ben}


def test_a_pinned_visit_is_left_alone_by_the_next_plan_until_it_is_unpinned(browser: Browser, here: Board) -> None:
    with at_work(browser, here.url) as seen:
        page = seen.page
        bar(page, here.bens).click(button="right")
        page.get_by_role("menuitem", name="Pin to Ben Soto").click()
        expect(bar(page, here.bens).locator(".timeline-bar-pin")).to_be_visible()
        expect(bar(page, here.bens)).to_have_attribute("aria-label", re.compile("pinned to Ben Soto"))
        expect(page.get_by_text("is pinned.")).to_be_visible()
        assert here.pin(here.bens) == {"technician": here.ben}

        snapshot = here.day.snapshot()
        plan = solve(snapshot.problem, start=snapshot.published, iterations=200, seed=1).plan
        assert [route.technician for route in plan.routes for stop in route.stops if stop.visit == here.bens] == [
            here.ben
        ]

        bar(page, here.bens).focus()
        page.keyboard.press("Shift+P")
        expect(bar(page, here.bens).locator(".timeline-bar-pin")).to_have_count(0)
        expect(page.get_by_text("is free again.")).to_be_visible()
        assert here.pin(here.bens) == {}
        page.keyboard.press("Control+z")
        expect(bar(page, here.bens).locator(".timeline-bar-pin")).to_be_visible()


def crowded(answer: dict[str, Any]) -> dict[str, Any]:
    """The board as if three hundred people had eight visits each."""
    visits = {visit["id"]: visit for visit in answer["visits"]}
    ana = max(answer["technicians"], key=lambda one: len(one["shifts"][0]["stops"]))
    model = next(visits[stop["visit"]] for stop in ana["shifts"][0]["stops"])
    people, made = [], []
    for number in range(PEOPLE):
        who, shift = f"person-{number:03d}", f"shift-{number:03d}"
        stops = [{"visit": f"{who}-{place}", "role": 0} for place in range(EACH)]
        people.append(
            {
                **ana,
                "id": who,
                "name": f"Person {number:03d}",
                "shifts": [{**ana["shifts"][0], "id": shift, "stops": stops}],
            }
        )
        for place, stop in enumerate(stops):
            begin = NOON + dt.timedelta(hours=place)
            times = {
                "arrival": begin.isoformat(),
                "start": begin.isoformat(),
                "end": (begin + dt.timedelta(minutes=45)).isoformat(),
                "leave_at": (begin - dt.timedelta(minutes=15)).isoformat(),
            }
            planned = [{**model["planned"][0], **times, "technician": who, "shift": shift}]
            made.append({**model, "id": stop["visit"], "number": f"N-{number}-{place}", "planned": planned})
    return {**answer, "technicians": people, "visits": made}


def test_of_three_hundred_people_only_those_in_sight_are_drawn(browser: Browser, here: Board) -> None:
    with looking(browser, here.url, at="/console", with_map=False, viewport=WIDE) as seen:
        page = seen.page
        page.route("**/api/v1/board?*", lambda one: one.fulfill(json=crowded(one.fetch().json())))
        let_in(page.context, here.url, EMAIL)
        page.reload()
        page.locator(".timeline-bar").first.wait_for()
        rows = page.locator(".timeline-row")

        expect(page.get_by_role("treegrid")).to_have_attribute("aria-rowcount", str(PEOPLE + 1))
        assert rows.count() < 40
        assert page.locator(".timeline-bar").count() == EACH * rows.count()
        page.locator(".timeline-scroller").evaluate("one => one.scrollTo(0, one.scrollHeight)")
        expect(page.get_by_role("rowheader", name="Person 299")).to_be_visible()
        assert rows.count() < 40

        # The keyboard goes where nothing is drawn yet, and what has the focus stays however far one scrolls.
        page.get_by_role("rowheader", name="Person 299").focus()
        page.keyboard.press("Control+Home")
        page.keyboard.press("ArrowDown")
        expect(page.get_by_role("rowheader", name="Person 000")).to_be_focused()
        page.locator(".timeline-scroller").evaluate("one => one.scrollTo(0, one.scrollHeight)")
        expect(page.get_by_role("rowheader", name="Person 299")).to_be_visible()
        page.keyboard.press("ArrowRight")
        expect(bar(page, "person-000-0")).to_be_focused()


@pytest.mark.parametrize(("locale", "theme"), LOOKS)
def test_nobody_is_kept_out_by_how_the_timeline_is_made(browser: Browser, here: Board, locale: str, theme: Any) -> None:
    """By axe, at rest, with a menu, and with something being moved and priced."""
    with at_work(browser, here.url, locale=locale, color_scheme=theme) as seen:
        page = seen.page
        assert found(page, within=".timeline") == []
        bar(page, here.gas).click(button="right")
        page.get_by_role("menu").wait_for()
        assert found(page, within=".piece-popover") == []
        page.keyboard.press("Escape")
        carry(page, bar(page, here.gas), here.ben, 5)
        page.mouse.up()
        page.locator(".timeline-card [data-level=must]").first.wait_for()
        assert found(page, within=".timeline") == []
