"""Answers that come late: what was written meanwhile stays, and nothing begins with what is not known yet."""

from __future__ import annotations

import datetime as dt
import re

from playwright.sync_api import APIResponse, Browser, Page, Route, expect
from sqlalchemy import select

from dispatch.domain.roles import SYSTEM, Role
from dispatch.messaging.relay import relay
from dispatch.services import customers, locks, messages
from dispatch.store.tables import Assignment, Priority, Visit
from tests.dispatch.services.acting import somebody
from tests.scenarios.planner.company import Company
from tests.web.deciding import console as board
from tests.web.holding import held_back, painted
from tests.web.operations import EMAIL, NOON, Operation
from tests.web.test_console_scenarios import ADMIN, company, console, here, kept
from tests.web.test_console_urgent import NUMBER, describe, jobs

__all__ = ["company", "here"]


def in_the_other_language(page: Page, label: str, then: str, text: str) -> None:
    """What is in a field is still there while the page changes its language, and when it has changed it."""
    page.get_by_label(label, exact=True).fill(text)
    with held_back(page, "**/api/v1/scenarios/**"):
        page.locator(".shell-switch").first.click()
        expect(page.get_by_label(then, exact=True)).to_have_value(text)
    page.wait_for_load_state("networkidle")
    painted(page)
    expect(page.get_by_label(then, exact=True)).to_have_value(text)


def test_what_is_written_while_the_operation_is_taken_stays(
    browser: Browser, here: Operation, company: Company
) -> None:
    assert company
    with console(browser, here, "/new") as page:
        take, town = page.get_by_role("button", name="Take it now"), page.get_by_text("Made-up town", exact=True)
        with held_back(page, "**/scenarios/situations"):
            with page.expect_request("**/scenarios/situations"):
                take.click()
            page.get_by_label("Title").fill("Ben learns gas")
        expect(page.locator(".scenarios-looked")).to_contain_text("jobs on a working day")
        expect(page.get_by_label("Title")).to_have_value("Ben learns gas")

        with page.expect_response("**/scenarios/situations") as answer, held_back(page, "**/scenarios/situations"):
            with page.expect_request("**/scenarios/situations"):
                take.click()
            town.click()
        answer.value.finished()
        painted(page)
        expect(page.get_by_role("textbox", name="Technicians")).to_have_value("8")


def test_nothing_is_pushed_away_when_it_is_known_who_is_there(browser: Browser, here: Operation) -> None:
    with console(browser, here, "/new") as page:
        page.get_by_text("Made-up town", exact=True).click()
        page.get_by_role("button", name="Add a change").click()
        page.get_by_role("menuitem", name="Training").click()
        for size in ({"width": 1360, "height": 900}, {"width": 390, "height": 844}):
            page.set_viewport_size(size)
            with held_back(page, "**/scenarios/look"):
                with page.expect_request("**/scenarios/look"):
                    page.reload()
                looked, remove = page.locator(".scenarios-looked"), page.get_by_role("button", name="Remove: Training")
                expect(looked).to_have_text("Looking who is there …")
                before = remove.bounding_box()
            expect(looked).to_contain_text("8 technicians")
            assert before is not None
            assert remove.bounding_box() == before


def test_a_form_that_is_being_filled_in_stays_though_its_language_is_changed(browser: Browser, here: Operation) -> None:
    scenario = kept(here, "In two languages")
    with console(browser, here, "/new") as page:
        in_the_other_language(page, "Title", "标题", "Two of them leave")
        page.goto(f"{here.url}/console#/scenarios/replay")
        in_the_other_language(page, "标题", "Title", "Monday again")
        page.goto(f"{here.url}/console#/scenarios/{scenario}")
        in_the_other_language(page, "Why", "理由", "It is cheap.")


def test_who_goes_on_while_a_scenario_is_kept_stays_there_and_its_form_is_empty(
    browser: Browser, here: Operation
) -> None:
    with console(browser, here, "/new") as page:
        page.get_by_label("Title").fill("Kept while I look elsewhere")
        page.get_by_text("Made-up town", exact=True).click()
        with page.expect_response("**/api/v1/scenarios") as answer, held_back(page, "**/api/v1/scenarios"):
            with page.expect_request("**/api/v1/scenarios"):
                page.get_by_role("button", name="Keep", exact=True).click()
            page.get_by_label("Question").fill("What is typed by now is of no use to anybody.")
            page.get_by_role("link", name="All scenarios").click()
        answer.value.finished()
        expect(page.locator(".scenarios-card", has_text="Kept while I look elsewhere")).to_be_visible()
        page.get_by_role("button", name="New scenario").click()
        expect(page.get_by_label("Title")).to_have_value("")


def test_a_list_that_was_asked_for_while_something_was_kept_is_asked_for_anew(
    browser: Browser, here: Operation
) -> None:
    asked: list[Route] = []
    with console(browser, here, "/new") as page:
        page.route("**/api/v1/scenarios?*", lambda route: route.continue_() if asked else asked.append(route))
        page.get_by_label("Title").fill("Kept meanwhile")
        page.get_by_text("Made-up town", exact=True).click()
        with page.expect_response("**/api/v1/scenarios") as answer, held_back(page, "**/api/v1/scenarios"):
            with page.expect_request("**/api/v1/scenarios"):
                page.get_by_role("button", name="Keep", exact=True).click()
            with page.expect_request("**/api/v1/scenarios?*"):
                page.get_by_role("link", name="All scenarios").click()
            before = asked[0].fetch()
        answer.value.finished()
        expect(page.locator(".shell-notice")).to_contain_text("Kept meanwhile")
        asked[0].fulfill(response=before)
        # Long before the list asks again by itself.
        expect(page.locator(".scenarios-card", has_text="Kept meanwhile")).to_be_visible(timeout=15_000)


def test_a_scenario_that_is_kept_but_cannot_be_run_is_kept_once(browser: Browser, here: Operation) -> None:
    with console(browser, here, "/new") as page:
        page.get_by_label("Title").fill("Kept, not run")
        page.get_by_text("Made-up town", exact=True).click()
        refusal = {"title": "Too many", "status": 429, "detail": "Ten scenarios wait already."}
        page.route("**/api/v1/scenarios/*/run", lambda route: route.fulfill(status=429, json=refusal))
        page.get_by_role("button", name="Keep and run").click()
        expect(page.get_by_role("heading", name="Kept, not run")).to_be_visible()
        expect(page.locator(".shell-notice.bad")).to_contain_text("Ten scenarios wait already.")
        page.get_by_role("link", name="All scenarios").click()
        expect(page.locator(".scenarios-card", has_text="Kept, not run")).to_have_count(1)


def test_a_base_is_put_where_there_is_something_and_only_when_that_is_known(browser: Browser, here: Operation) -> None:
    with console(browser, here, "/new") as page:
        with held_back(page, "**/scenarios/look"):
            with page.expect_request("**/scenarios/look"):
                page.get_by_text("Made-up town", exact=True).click()
            page.get_by_role("button", name="Add a change").click()
            page.get_by_role("menuitem", name="New base").click()
            base = page.locator(".scenarios-change-card")
            expect(base.get_by_role("radio")).to_have_count(1)
        base.get_by_text("At a point").click()
        expect(base.get_by_role("textbox", name="Latitude")).not_to_have_value("0")


def test_what_is_typed_and_what_was_said_stay_in_a_conversation(browser: Browser, here: Operation) -> None:
    with here.store.reading() as uow:
        stop = uow.session.scalars(select(Assignment).order_by(Assignment.visit_id)).first()
        assert stop is not None
        job = uow.get(Visit, stop.visit_id).job_id
    before: list[tuple[Route, APIResponse]] = []

    def late(route: Route) -> None:
        """The server answers what is read now; the page hears it later."""
        if route.request.method == "GET" or route.request.url.endswith("/read"):
            before.append((route, route.fetch()))
        else:
            route.continue_()

    def said(text: str) -> None:
        """By the technician, and the page is told of it."""
        with here.store.unit_of_work(somebody(Role.TECHNICIAN, stop.technician_id)) as uow:
            messages.say(uow, uow.get(Visit, stop.visit_id), text, uow.now)
        relay(here.store)

    with board(browser, here.url, f"/board/job/{job}", EMAIL) as page:
        page.get_by_role("tab", name="Conversation").click()
        field = page.get_by_role("textbox", name="What to say")
        field.fill("Ring twice.")
        with held_back(page, "**/messages"):
            with page.expect_request(lambda asked: asked.url.endswith("/messages") and asked.method == "POST"):
                field.press("Control+Enter")
            field.press_sequentially(" And wait.")
        lines = page.locator(".talk-line")
        expect(lines).to_have_text(re.compile("Ring twice\\."))
        expect(field).to_have_value("And wait.")
        page.reload()
        page.get_by_role("tab", name="Conversation").click()
        expect(field).to_have_value("And wait.")

        page.route("**/messages/read", late)
        with page.expect_request("**/messages/read"):
            said("Nobody opens.")
        page.route("**/messages", late)
        with page.expect_request("**/messages"):
            said("Still nobody.")
        field.press("Control+Enter")
        expect(lines.filter(has_text="And wait.")).to_be_visible()
        for route, answer in before:
            route.fulfill(response=answer)
        painted(page)
        expect(lines.filter(has_text="And wait.")).to_be_visible()
        page.unroute_all(behavior="ignoreErrors")


def test_an_emergency_stays_as_it_is_while_it_is_sent_and_the_next_one_begins_empty(
    browser: Browser, here: Operation
) -> None:
    world = here.day.world
    baker = world.customer("Panadería Elqui")
    world.site(baker, address="Calle Brasil 512")
    world.job_type("gas leak", priority=Priority.CRITICAL, duration=1800)
    with here.store.unit_of_work(SYSTEM) as uow:
        customers.add_contact(uow, baker, name="Rosa", phone=NUMBER)
    with board(browser, here.url, "/urgent", EMAIL) as page:
        search, said = page.get_by_label("Telephone number, name or address"), page.get_by_label("What they say")
        search.fill(NUMBER)
        expect(page.get_by_role("heading", name="Panadería Elqui")).to_be_visible()
        describe(page, "It smells of gas.")
        expect(page.locator(".urgent-person").first).to_be_visible()
        with held_back(page, "**/api/v1/emergencies"):
            with page.expect_request("**/api/v1/emergencies"):
                page.keyboard.press("Control+Enter")
            expect(page.get_by_role("button", name="Begin anew")).to_be_disabled()
            said.press_sequentially(" Hurry!")
            expect(said).to_have_value("It smells of gas.")
            page.get_by_role("button", name="Somebody else").click()
        expect(page.get_by_role("heading", name=re.compile("is taken in"))).to_be_visible()
        page.get_by_role("button", name="Next emergency").click()
        expect(search).to_have_value("")
        expect(said).to_have_value("")
    assert [one.title for one in jobs(here)] == ["It smells of gas."]


def test_what_stands_beside_a_search_stays_where_it_is_when_something_is_found(
    browser: Browser, here: Operation
) -> None:
    for name in ("Panadería Elqui", "Panadería Limarí"):
        here.day.world.site(here.day.world.customer(name), address="Calle Brasil 512")
    place = {"label": "Calle Brasil 512, La Serena", "lat": -29.9, "lon": -71.25, "precision": "exact"}
    with board(browser, here.url, "/urgent", EMAIL) as page:
        for size in ({"width": 1360, "height": 900}, {"width": 390, "height": 844}):
            page.set_viewport_size(size)
            page.reload()
            fresh = page.get_by_role("button", name="New customer")
            with held_back(page, "**/emergencies/customers*"):
                with page.expect_request("**/emergencies/customers*"):
                    page.get_by_label("Telephone number, name or address").fill("Panadería")
                before = fresh.bounding_box()
            expect(page.locator(".urgent-customer").nth(1)).to_be_visible()
            assert before is not None
            assert fresh.bounding_box() == before
            fresh.click()
            another = page.get_by_role("button", name="Somebody else")
            with held_back(page, "**/api/v1/places*") as asked:
                with page.expect_request("**/api/v1/places*"):
                    page.get_by_label("Address").fill("Brasil 512")
                before = another.bounding_box()
                asked.pop().fulfill(json={"places": [place], "sure": False})
                expect(page.get_by_role("button", name="Calle Brasil 512, La Serena")).to_be_visible()
            assert before is not None
            assert another.bounding_box() == before
            page.get_by_role("button", name="Begin anew").click()


def test_the_office_opens_on_the_operations_day_and_not_on_the_browsers(browser: Browser, here: Operation) -> None:
    calendar = here.day.world.calendar()
    pages = {
        "roster": (".office-roster-head h2", "2026-W48"),
        f"technicians/{here.day.people[0]}": (".office-more-part [aria-live]", "2026-W48"),
        f"calendars/{calendar}": (".office-more-part", "23/11/2026"),
    }
    with board(browser, here.url, "/office/imports", ADMIN) as page:
        page.clock.set_fixed_time(dt.datetime(2026, 2, 4, 12, tzinfo=dt.UTC))
        for at, (place, today) in pages.items():
            with held_back(page, "**/api/v1/board?*"):
                page.goto(f"{here.url}/console?{at}#/office/{at}")
                expect(page.locator(place).first).to_be_visible()
            expect(page.locator(place).first).to_contain_text(today)


def test_what_holds_already_is_what_a_freeze_and_a_lock_begin_with(browser: Browser, here: Operation) -> None:
    territory = here.day.world.territory("Sur")
    until = NOON + dt.timedelta(hours=5)  # two o'clock in Chile
    with here.store.unit_of_work(SYSTEM) as uow:
        locks.set_fence(uow, until, "We count the stock.")
        locks.lock_territory(uow, territory, until, "The bridge is closed.")
    with board(browser, here.url, "/board", EMAIL, timezone_id="Asia/Shanghai") as page:
        expect(page.locator(".fixed-chip").first).to_be_visible()
        with held_back(page, "**/plans/locks"):
            page.reload()
            expect(page.locator(".timeline-bar").first).to_be_visible()
            page.keyboard.press("k")
            page.keyboard.press("f")
            dialog = page.get_by_role("dialog", name="Freeze the plan")
            expect(dialog).to_be_visible()
        expect(dialog.get_by_role("textbox", name="Why")).to_have_value("We count the stock.")
        expect(dialog.get_by_role("textbox", name="Time")).to_have_value("14:00")

        with held_back(page, "**/api/v1/board?*"):
            page.goto(f"{here.url}/console?2#/office/territories/{territory}")
            lock = page.locator(".fixed-lock")
            expect(lock.get_by_role("textbox", name="Why")).to_have_value("The bridge is closed.")
        expect(lock.get_by_role("textbox", name="Time")).to_have_value("14:00")
