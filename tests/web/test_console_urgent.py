"""The emergency in the console, end to end: who rings, who could come, one key; and what is sent twice is done once."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route, expect
from sqlalchemy import select

from dispatch.domain.roles import SYSTEM
from dispatch.messaging.relay import relay
from dispatch.services import customers
from dispatch.store.tables import Absence, Assignment, Customer, Job, Message, Priority, Visit
from tests.web.deciding import console, faults
from tests.web.operations import EMAIL, Operation, operation
from tests.web.test_accessibility import LOOKS

expect.set_options(timeout=30_000)

NUMBER = "+56 51 2334 455"


@pytest.fixture
def here(migrated_store: Path, tmp_path: Path) -> Iterator[Operation]:
    """An operation with a baker whose boiler is in warranty, and a kind of work for emergencies."""
    with operation(migrated_store, tmp_path, None) as made:
        world = made.day.world
        baker = world.customer("Panadería Elqui", notes="The bell is broken: ring.")
        site = world.site(baker, address="Calle Brasil 512")
        world.equipment(site, kind="boiler", maker="Junkers", warranty_until=dt.date(2030, 1, 1))
        world.job_type("gas leak", priority=Priority.CRITICAL, duration=1800)
        with made.store.unit_of_work(SYSTEM) as uow:
            customers.add_contact(uow, baker, name="Rosa", phone=NUMBER)
        yield made


def describe(page: Page, text: str = "It smells of gas.\nIn the bakehouse.") -> None:
    """Say what happened, and what kind of work that is."""
    page.get_by_label("What they say").fill(text)
    page.get_by_role("button", name=re.compile("Kind of work")).click()
    page.get_by_role("option", name="gas leak").click()


def jobs(here: Operation, customer: str = "Panadería Elqui") -> list[Job]:
    with here.store.reading() as uow:
        query = select(Job).join(Customer, Customer.id == Job.customer_id).where(Customer.name == customer)
        return list(uow.session.scalars(query))


def test_an_emergency_is_taken_in_with_one_key_and_once_though_answers_are_lost_and_the_page_is_loaded_anew(
    browser: Browser, here: Operation
) -> None:
    lost: list[str] = []

    def lose(route: Route) -> None:
        """The server hears it, and its answer gets lost, until the page is loaded anew."""
        route.fetch()
        lost.append(route.request.headers["idempotency-key"])
        route.abort()

    with console(browser, here.url, "/urgent", EMAIL) as page:
        page.get_by_label("Telephone number, name or address").fill("(051) 2334-455")
        expect(page.get_by_role("heading", name="Panadería Elqui")).to_be_visible()
        expect(page.locator(".urgent-who")).to_contain_text("in warranty until 1 Jan 2030")
        expect(page.locator(".urgent-who")).to_contain_text("The bell is broken")
        describe(page)
        first = page.locator(".urgent-person").first
        expect(first.locator(".urgent-time")).to_have_text(re.compile(r"^\d\d:\d\d$"))
        chosen = page.locator(".urgent-person[aria-pressed=true]")
        expect(chosen).to_have_count(1)
        expect(chosen).to_contain_text("best for the plan")
        name = chosen.locator(".piece-person-name").inner_text()

        page.route("**/api/v1/emergencies", lose)
        page.keyboard.press("Control+Enter")
        page.keyboard.press("Control+Enter")
        expect(page.get_by_role("alert").filter(has_text="does not answer")).to_be_visible()
        page.unroute("**/api/v1/emergencies")
        page.reload()
        expect(page.get_by_label("What they say")).to_have_value(re.compile("It smells of gas"))
        expect(page.get_by_role("button", name=f"Take it in for {name}")).to_be_enabled()

        page.keyboard.press("Control+Enter")

        became = page.locator(".urgent-became")
        expect(became).to_contain_text(f"{name} has it, and arrives")
        assert len(set(lost)) == 1, "it is one and the same request, however often it is sent"
        (job,) = jobs(here)
        assert (job.title, job.priority, job.channel) == ("It smells of gas.", Priority.CRITICAL, "phone")
        with here.store.reading() as uow:
            (visit,) = uow.session.scalars(select(Visit).where(Visit.job_id == job.id))
            (stop,) = uow.session.scalars(select(Assignment).where(Assignment.visit_id == visit.id))
            assert visit.pin["technician"] == stop.technician_id
        assert faults(page, ".urgent") == []

        page.reload()
        expect(page.get_by_role("heading", name=f"{job.number} is taken in")).to_be_visible()
        page.get_by_role("radio", name=f"To {name}").check(force=True)
        page.get_by_role("textbox", name="What to say").fill("Shut the valve in the yard first.")
        page.get_by_role("textbox", name="What to say").press("Control+Enter")
        expect(page.locator(".talk-line.to_technician")).to_contain_text("has not seen it yet")
        with here.store.reading() as uow:
            assert [row.job_id for row in uow.session.scalars(select(Message))] == [job.id]
        page.get_by_role("button", name="Next emergency").click()
        expect(page.get_by_label("Telephone number, name or address")).to_have_value("")


def test_a_window_that_can_be_kept_is_promised_to_who_rings(browser: Browser, here: Operation) -> None:
    with console(browser, here.url, "/urgent", EMAIL) as page:
        page.get_by_label("Telephone number, name or address").fill(NUMBER)
        expect(page.get_by_role("heading", name="Panadería Elqui")).to_be_visible()
        describe(page, "The boiler needs its yearly service.")
        page.get_by_role("tab", name=re.compile("By appointment")).click()
        slot = page.locator(".urgent-person").nth(1)
        window = re.search(r"(\d\d:\d\d)–(\d\d:\d\d)", slot.locator(".urgent-time").inner_text())
        assert window is not None
        slot.click()
        expect(slot).to_have_attribute("aria-pressed", "true")
        expect(page.get_by_role("button", name=f"Take it in and promise {window[0]}")).to_be_enabled()
        page.keyboard.press("Control+Enter")
        expect(page.get_by_text(f"Promised to the customer: {window[0]}.")).to_be_visible()
    (job,) = jobs(here)
    with here.store.reading() as uow:
        (visit,) = uow.session.scalars(select(Visit).where(Visit.job_id == job.id))
        assert visit.appointment
        (kept,) = visit.windows
        assert [f"{dt.datetime.fromisoformat(one):%H:%M}" for one in kept] == list(window.groups())


def test_somebody_new_is_made_once_though_the_job_is_refused_at_first(browser: Browser, here: Operation) -> None:
    refusals: list[int] = []

    def refuse(route: Route) -> None:
        refusals.append(1)
        problem = {"type": "about:blank", "title": "Invalid", "status": 422, "detail": "Not now: say more."}
        route.fulfill(status=422, json=problem, content_type="application/problem+json")

    with console(browser, here.url, "/urgent", EMAIL) as page:
        page.get_by_label("Telephone number, name or address").fill("51 9999 0000")
        expect(page.get_by_text("Nobody is known by this.")).to_be_visible()
        page.get_by_role("button", name="New customer").click()
        expect(page.get_by_label("Telephone", exact=True)).to_have_value("51 9999 0000")
        page.get_by_label("Name", exact=True).fill("Hostal Nuevo")
        page.get_by_label("Address").fill("Los Arrayanes 77")
        describe(page)
        page.route("**/api/v1/emergencies", refuse)
        page.keyboard.press("Control+Enter")
        expect(page.get_by_role("alert").filter(has_text="Not now: say more.")).to_be_visible()
        assert refusals
        page.unroute("**/api/v1/emergencies")
        expect(page.get_by_label("What they say")).to_have_value(re.compile("It smells of gas"))
        page.get_by_label("What they say").fill("It smells of gas, strongly.")
        page.keyboard.press("Control+Enter")
        expect(page.get_by_role("heading", name=re.compile("is taken in"))).to_be_visible()
    assert [one.title for one in jobs(here, "Hostal Nuevo")] == ["It smells of gas, strongly."]
    with here.store.reading() as uow:
        assert len(uow.session.scalars(select(Customer).where(Customer.name == "Hostal Nuevo")).all()) == 1


def test_who_was_found_and_who_could_come_for_what_was_asked_before_is_nobodys_choice(
    browser: Browser, here: Operation
) -> None:
    here.day.world.site(here.day.world.customer("Panadería Faro"), address="Calle Prat 7")
    held: list[Route] = []

    def let_go(page: Page, path: str) -> None:
        for route in held:
            route.continue_()
        held.clear()
        page.unroute(path)

    with console(browser, here.url, "/urgent", EMAIL) as page:
        search = page.get_by_label("Telephone number, name or address")
        another = page.get_by_role("button", name="Somebody else")
        who = page.locator(".urgent-who .whole-head h2")
        search.fill(NUMBER)
        expect(who).to_have_text("Panadería Elqui")
        another.click()
        expect(search).to_have_value("")  # else the number would find her again

        search.fill("Panadería")
        expect(page.locator(".urgent-customer")).to_have_count(2)
        search.press("ArrowDown")
        page.keyboard.press("ArrowDown")
        expect(page.locator(".urgent-customer").nth(1)).to_be_focused()
        page.keyboard.press("Enter")
        expect(who).to_have_text("Panadería Faro")
        another.click()

        search.fill("Elqui")
        expect(page.locator(".urgent-customer")).to_have_count(1)
        page.route("**/emergencies/customers?*", lambda route: held.append(route))
        with page.expect_request("**/emergencies/customers?*"):
            search.fill("Panadería Faro")
        page.keyboard.press("Enter")
        expect(search).to_be_visible()
        let_go(page, "**/emergencies/customers?*")
        expect(page.locator(".urgent-customer")).to_contain_text("Panadería Faro")
        page.keyboard.press("Enter")
        expect(who).to_have_text("Panadería Faro")

        describe(page)
        expect(page.get_by_role("button", name=re.compile("^Take it in for "))).to_be_enabled()
        another.click()
        page.route("**/emergencies/look", lambda route: held.append(route))
        with page.expect_request("**/emergencies/look"):
            search.fill(NUMBER)
        expect(page.get_by_role("button", name="Take it in", exact=True)).to_be_enabled()
        expect(page.locator(".urgent-person")).to_have_count(0)
        let_go(page, "**/emergencies/look")
        taking = page.get_by_role("button", name=re.compile("^Take it in for "))
        expect(taking).to_be_enabled()

        def refuse(route: Route) -> None:
            problem = {"type": "about:blank", "title": "No", "status": 409, "detail": "The day is over by then."}
            route.fulfill(status=409, json=problem, content_type="application/problem+json")

        page.route("**/plans/today/move*", refuse)
        taking.click()
        became = page.locator(".urgent-became")
        expect(became).to_contain_text("could not be given it at once: The day is over by then.")
        expect(became).to_contain_text("Your choice is kept as a pin")


def test_two_clicks_after_somebody_fell_ill_there_is_a_proposal_in_place(browser: Browser, here: Operation) -> None:
    ana = here.day.people[0]
    with console(browser, here.url, f"/board/technician/{ana}", EMAIL) as page:
        page.get_by_role("button", name="Ill or away…").click()
        expect(page.get_by_role("dialog")).to_be_visible()
        page.get_by_role("button", name="Record it and plan again").click()
        after = page.get_by_role("region", name="What becomes of the day")
        expect(after).to_be_visible()
        with here.store.reading() as uow:
            (absence,) = uow.session.scalars(select(Absence))
            assert (absence.technician_id, absence.reason) == (ana, "ill")

        here.day.clock.advance(minutes=5)
        draft = here.day.draft()  # as the run does that the absence asked for
        relay(here.store)  # as the worker does: without a position, no event is on the stream
        expect(after).to_contain_text("A proposal waits for you")
        expect(after).to_contain_text(re.compile(r"touches \d+ visits? of \d"))
        assert faults(page, ".whole-after") == []
        after.get_by_role("button", name="Approve").click()
        expect(after).to_have_count(0)
    assert here.day.published().edition == 2
    assert ana not in {one for crew, _ in here.day.stands().values() for one in crew}, draft.id


@pytest.mark.parametrize(("locale", "theme"), LOOKS)
def test_nobody_is_kept_out_by_how_the_emergency_screen_is_made(
    browser: Browser, here: Operation, locale: str, theme: Any
) -> None:
    with console(browser, here.url, "/urgent", EMAIL, locale=locale, color_scheme=theme) as page:
        page.locator(".urgent-search input").fill("Elqui")
        page.locator(".urgent-customer").first.click()
        page.locator(".urgent-what textarea").fill("Gas.")
        page.locator(".urgent-kind .piece-select").click()
        page.get_by_role("option", name="gas leak").click()
        expect(page.locator(".urgent-person").first).to_be_visible()
        assert faults(page, ".urgent") == []
