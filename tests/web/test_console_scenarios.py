"""The planner's page: a scenario is made with forms, run, cancelled, compared, accepted and made true."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from dispatch.domain.roles import SYSTEM, Role
from dispatch.services import people
from dispatch.settings import Settings
from dispatch.store.tables import PlanningPolicy, ScenarioRow, ScenarioStatus, Technician
from scenarios.planner import queue, shelf
from scenarios.planner.working import Simulating
from scenarios.reading import scenario_of_document
from scenarios.writing import as_toml
from tests.scenarios.planner.company import Company, company_of_two
from tests.scenarios.planner.here import at_once, document, run_all
from tests.web.operations import Operation, operation, password_hash
from tests.web.test_accessibility import LOOKS, found
from tests.web.visiting import looking

expect.set_options(timeout=30_000)

PLANNER, MANAGER, ADMIN = "planner@example.org", "manager@example.org", "administrator@example.org"
WIDE, PHONE = {"width": 1360, "height": 900}, {"width": 390, "height": 844}


@pytest.fixture(scope="module")
def here(migrated_store: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Operation]:
    """An operation that the tests of this module share, with those who ask and those who look."""
    with operation(migrated_store, tmp_path_factory.mktemp("scenarios"), None) as made:
        for role, email, name in (
            (Role.PLANNER, PLANNER, "Paula Pinto"),
            (Role.MANAGER, MANAGER, "Mario Vega"),
            (Role.ADMINISTRATOR, ADMIN, "Amanda Soto"),
        ):
            made.day.world.user(role, email=email, password_hash=password_hash(), name=name)
        yield made


@pytest.fixture(scope="module")
def company(here: Operation) -> Company:
    return company_of_two(here.day.world)


def simulating(here: Operation) -> Simulating:
    """Who simulates, as a worker beside this server would."""
    folder = Path(here.store.url.database or "").parent / "nothing"
    return Simulating(here.store, Settings(database_url=str(here.store.url), data_folder=folder), simulated=at_once)


@contextmanager
def a_worker(here: Operation) -> Iterator[None]:
    worker = simulating(here)
    worker.start()
    try:
        yield
    finally:
        worker.stop()


def kept(here: Operation, title: str, *, run: bool = True, **more: Any) -> str:
    """A scenario that somebody has made; simulated unless it is not run."""
    with here.store.unit_of_work(SYSTEM) as uow:
        row = shelf.create(uow, scenario_of_document(document(title, **more)))
        if run:
            queue.request(uow, row.id)
    if run:
        run_all(simulating(here))
    return row.id


@contextmanager
def console(browser: Browser, here: Operation, at: str, *, who: str = PLANNER, **options: Any) -> Iterator[Page]:
    """Somebody in front of a page about scenarios, which complains of nothing."""
    still: dict[str, Any] = {"viewport": WIDE, "reduced_motion": "reduce", **options}
    with looking(browser, here.url, at=f"/console#/scenarios{at}", who=who, **still) as seen:
        seen.page.wait_for_selector(".scenarios-page")
        yield seen.page
        # A refusal is said on the page; the browser notes the status as well.
        assert [one for one in seen.complaints if "the server responded with a status of 4" not in one] == []


def dispatched_by(page: Page, agent: str) -> None:
    """Choose who decides on the days as they are."""
    page.get_by_role("button", name="The live system's rules").click()
    page.get_by_role("option", name=agent).click()


def test_a_question_is_asked_with_forms_and_answered(browser: Browser, here: Operation) -> None:
    with a_worker(here), console(browser, here, "") as page:
        page.keyboard.press("n")
        page.get_by_label("Title").fill("One of four leaves")
        page.get_by_text("Made-up town", exact=True).click()
        technicians = page.get_by_role("textbox", name="Technicians")
        technicians.fill("4")
        technicians.press("Tab")
        expect(page.locator(".scenarios-looked")).to_contain_text("4 technicians")

        page.get_by_role("button", name="Add a change").click()
        page.get_by_role("menuitem", name="Technicians leave").click()
        card = page.locator(".scenarios-change-card")
        card.locator(".piece-check", has_text="T02").click()
        page.get_by_role("button", name="Add a condition").click()
        dispatched_by(page, "The nearest technician")
        for name in ("At least", "At most"):
            field = page.get_by_role("textbox", name=name)
            field.fill("3")
            field.press("Tab")
        page.keyboard.press("Control+Enter")

        expect(page.get_by_role("heading", name="The answer")).to_be_visible()
        expect(page.locator(".scenarios-said").first).to_have_text("T02 leaves.")
        expect(page.locator(".scenarios-table tbody tr").first).to_contain_text(
            "Promises kept falls by at most 1 point"
        )
        expect(page.get_by_text("Means of 3 replications")).to_be_visible()
        assert found(page) == []
        with page.context.expect_page() as opened:
            page.get_by_role("link", name="Report in Chinese").click()
        report = opened.value
        expect(report.get_by_role("heading", name="更改内容")).to_be_visible()
        expect(report.get_by_text("T02离职。")).to_be_visible()


def test_what_makes_no_sense_is_said_where_it_stands_and_nothing_is_lost(browser: Browser, here: Operation) -> None:
    with console(browser, here, "/new") as page:
        page.get_by_label("Title").fill("Nobody is hired")
        page.get_by_text("Made-up town", exact=True).click()
        page.get_by_role("button", name="Add a change").click()
        page.get_by_role("menuitem", name="Training").click()
        page.get_by_role("button", name="Keep", exact=True).click()
        wrong = page.locator(".scenarios-change-card .scenarios-wrong")
        expect(wrong).to_contain_text("changes[0].technicians")
        expect(page.get_by_text("Something makes no sense yet")).to_be_visible()
        page.reload()  # as by mistake
        expect(page.get_by_label("Title")).to_have_value("Nobody is hired")
        expect(page.locator(".scenarios-change-card")).to_have_count(1)
        page.get_by_role("button", name="Remove: Training").click()
        page.get_by_role("button", name="Keep", exact=True).click()
        expect(page.get_by_text("It has not been run.")).to_be_visible()


def test_a_change_that_is_begun_before_the_situation_is_known_names_what_is_there_then(
    browser: Browser, here: Operation
) -> None:
    with console(browser, here, "/new") as page:
        held: list[Route] = []
        page.route("**/scenarios/look", lambda route: held.append(route))
        with page.expect_request("**/scenarios/look"):
            page.get_by_text("Made-up town", exact=True).click()
        for kind in ("Training", "Technicians hired"):
            page.get_by_role("button", name="Add a change").click()
            page.get_by_role("menuitem", name=kind).click()
        trained, hired = (page.locator(".scenarios-change-card", has_text=kind) for kind in ("Training", "hired"))
        expect(trained.get_by_role("checkbox")).to_have_count(0)
        for route in held:
            route.continue_()
        page.unroute("**/scenarios/look")
        expect(trained.get_by_role("checkbox")).to_have_count(8)
        expect(trained.get_by_role("button", name="electrical Skill")).to_be_visible()
        expect(hired.get_by_role("button", name="T01")).to_be_visible()


def test_a_run_is_cancelled_and_goes_on(browser: Browser, here: Operation) -> None:
    scenario = kept(here, "To be cancelled", run=False)
    with console(browser, here, f"/{scenario}") as page:
        page.get_by_role("button", name="Run", exact=True).click()
        expect(page.get_by_role("status").filter(has_text="waits until a worker is free")).to_be_visible()
        page.get_by_role("button", name="Cancel").click()
        expect(page.get_by_text("It was cancelled.")).to_be_visible()
        with a_worker(here):
            page.get_by_role("button", name="Go on").click()
            expect(page.locator(".scenarios-answer")).to_be_visible()


def test_how_far_a_run_is_and_how_long_it_takes_is_said(browser: Browser, here: Operation) -> None:
    scenario = kept(here, "Under way", run=False)
    go_on = threading.Event()

    def slowly(told: Any, keep: Path, listen: Any) -> Any:
        listen({"done": 3, "most": 8, "elapsed": 60.0, "left": 100.0})
        assert go_on.wait(60)
        return at_once(told, keep, listen)

    worker = simulating(here)
    worker._simulated = slowly  # noqa: SLF001
    with here.store.unit_of_work(SYSTEM) as uow:
        queue.request(uow, scenario)
    worker.start()
    try:
        with console(browser, here, "") as page:
            card = page.locator(".scenarios-card", has_text="Under way")
            expect(card.get_by_role("status")).to_have_text("3 of at most 8 replications · at most 2 min more")
            expect(card.get_by_role("progressbar")).to_have_attribute("value", "3")
            go_on.set()
            expect(card).to_contain_text("done")
    finally:
        go_on.set()
        worker.stop()


def test_two_answers_are_held_against_each_other(browser: Browser, here: Operation) -> None:
    kept(here, "Apples")
    kept(here, "Pears", changes=[{"kind": "hire", "like": "T01"}])
    with console(browser, here, "") as page:
        for title in ("Apples", "Pears"):
            page.locator(".scenarios-card", has_text=title).locator(".piece-check").click()
        page.get_by_role("button", name="Compare 2").click()
        heads = page.locator(".scenarios-table thead th")
        expect(heads.filter(has_text="Pears")).to_be_visible()
        expect(heads.filter(has_text="against as it is")).to_have_count(2)
        assert found(page) == []


def test_a_file_is_read_into_the_form_and_refused_by_its_places(
    browser: Browser, here: Operation, tmp_path: Path
) -> None:
    good, bad = tmp_path / "good.toml", tmp_path / "bad.toml"
    good.write_text(as_toml(scenario_of_document(document("From a file"))), encoding="utf-8")
    bad.write_text(good.read_text("utf-8").replace('"leave"', '"vanish"'), encoding="utf-8")
    with console(browser, here, "") as page:
        page.locator("input[type=file]").set_input_files(bad)
        expect(page.get_by_role("alert")).to_contain_text("changes[0]")
        page.locator("input[type=file]").set_input_files(good)
        expect(page.get_by_text("Read from good.toml.")).to_be_visible()
        expect(page.get_by_label("Title")).to_have_value("From a file")
        expect(page.locator(".scenarios-change-card").get_by_role("checkbox", name="T01")).to_be_checked()


def test_the_operation_of_today_is_taken_and_what_is_accepted_becomes_true(
    browser: Browser, here: Operation, company: Company
) -> None:
    with a_worker(here), console(browser, here, "/new") as page:
        page.get_by_label("Title").fill("Ben learns gas")
        expect(page.get_by_role("button", name="Keep and run")).to_be_disabled()
        page.get_by_role("button", name="Take it now").click()
        expect(page.locator(".scenarios-looked")).to_contain_text("jobs on a working day")
        page.get_by_role("button", name="Add a change").click()
        page.get_by_role("menuitem", name="Training").click()
        card = page.locator(".scenarios-change-card")
        card.locator(".piece-check", has_text="Ben").click()
        level = card.get_by_role("textbox", name="Level")
        level.fill("2")
        level.press("Tab")
        dispatched_by(page, "The nearest technician")
        for name in ("Days", "Not counted", "At least", "At most"):
            field = page.get_by_role("textbox", name=name, exact=True)
            field.fill("0" if name == "Not counted" else "2")
            field.press("Tab")
        page.get_by_role("button", name="Keep and run").click()
        page.get_by_role("button", name="Accept").click()
        expect(page.get_by_text("Accepted by Paula Pinto")).to_be_visible()
        part = page.locator(".scenarios-parts li").first
        expect(part).to_contain_text("Somebody who may write people has to publish this.")
        expect(part.get_by_role("checkbox")).to_have_count(0)
        scenario = page.url.rpartition("/")[2]

    with console(browser, here, f"/{scenario}", who=MANAGER) as page:
        expect(page.get_by_role("button", name="Make another of it")).to_have_count(0)
        page.locator(".scenarios-parts .piece-check").click()
        page.get_by_text("1 row changes").click()
        expect(page.locator(".scenarios-steps")).to_contain_text("Ben")
        page.get_by_role("button", name="Publish").click()
        page.get_by_role("alertdialog").get_by_role("button", name="Publish").click()
        expect(page.get_by_text("Published by Mario Vega")).to_be_visible()
    with here.store.unit_of_work(SYSTEM) as uow:
        assert {one.skill: one.level for one in people.skills_of(uow, company.ben)} == {"gas": 2}


def test_a_policy_that_somebody_changed_meanwhile_is_looked_at_again(browser: Browser, here: Operation) -> None:
    change = {"kind": "dispatch", "dispatch": {"agent": "live", "iterations": 5, "policy": {"least_gain": 33.5}}}
    town = {"kind": "generated", "technicians": 2, "jobs_per_day": 2, "sites": 10}
    scenario = kept(here, "Another policy", changes=[change], accept=[], situation=town)
    with here.store.unit_of_work(SYSTEM) as uow:
        shelf.accept(uow, scenario, "")
        policy = uow.session.query(PlanningPolicy).filter_by(standard=True).one().id
    with console(browser, here, f"/{scenario}", who=ADMIN) as page:
        tick = page.locator(".scenarios-parts .piece-check")
        tick.click()
        with here.store.unit_of_work(SYSTEM) as uow:
            uow.get(PlanningPolicy, policy, lock=True).tolerance = 777
        page.get_by_role("button", name="Publish").click()
        asked_anew: list[Route] = []
        page.route("**/publication?*", lambda route: asked_anew.append(route))
        dialog, again = page.get_by_role("alertdialog"), page.get_by_text("Somebody changed it meanwhile.")
        with page.expect_request("**/publication?*"):
            dialog.get_by_role("button", name="Publish").click()
        # What was refused is offered again only when it has been read again: not while that takes long.
        expect(dialog).to_be_visible()
        expect(again).to_have_count(0)
        for route in asked_anew:
            route.continue_()
        page.unroute("**/publication?*")
        expect(again).to_be_visible()
        page.get_by_role("button", name="Publish").click()
        page.get_by_role("alertdialog").get_by_role("button", name="Publish").click()
        expect(page.get_by_text("Published by Amanda Soto")).to_be_visible()
    with here.store.reading() as uow:
        assert uow.get(PlanningPolicy, policy).least_gain == 33.5


def test_whoever_is_hired_is_entered_in_the_office_with_all_but_their_name(
    browser: Browser, here: Operation, company: Company
) -> None:
    with a_worker(here), console(browser, here, "/new", who=ADMIN) as page:
        page.get_by_label("Title").fill("One more like Ana")
        page.get_by_role("button", name="Take it now").click()
        page.get_by_role("button", name="Add a change").click()
        page.get_by_role("menuitem", name="Technicians hired").click()
        dispatched_by(page, "The nearest technician")
        for name in ("Days", "Not counted", "At least", "At most"):
            field = page.get_by_role("textbox", name=name, exact=True)
            field.fill("0" if name == "Not counted" else "2")
            field.press("Tab")
        page.get_by_role("button", name="Keep and run").click()
        page.get_by_role("button", name="Accept").click()
        expect(page.get_by_text("Accepted by Amanda Soto")).to_be_visible()
        page.reload()  # what a screen reader was told of the buttons is gone
        part = page.locator(".scenarios-parts li").first
        expect(part).to_contain_text("1 more like Ana.")
        expect(part.locator("dd")).to_have_text(["North", "gas 2", "as Ana", re.compile("Tue,? 24 Nov 09:00–17:00")])
        assert found(page) == []
        part.get_by_role("button", name="Enter somebody like Ana").click()
        page.locator("[data-field=name] input").fill("Berta")
        page.get_by_role("button", name="Create").click()
        expect(page.get_by_role("heading", name="Berta")).to_be_visible()
    with here.store.reading() as uow:
        berta = uow.session.query(Technician).filter_by(name="Berta").one()
        ana = uow.session.get_one(Technician, company.ana)
        assert (berta.territory_id, berta.base_lat, berta.base_lon) == (ana.territory_id, ana.base_lat, ana.base_lon)
        assert {one.skill: one.level for one in people.skills_of(uow, berta.id)} == {"gas": 2}


def test_why_a_simulation_came_to_nothing_is_said_in_the_language_of_who_reads_it(
    browser: Browser, here: Operation
) -> None:
    scenario = kept(here, "Nobody at work", run=False)
    with here.store.unit_of_work(SYSTEM) as uow:
        row = uow.get(ScenarioRow, scenario, lock=True)
        row.status = ScenarioStatus.FAILED
        row.failure = (
            "Given up after 3 attempts. The process that simulated it ended early; mostly there is too little memory."
        )
    with console(browser, here, f"/{scenario}", locale="zh-CN") as page:
        expect(page.locator(".scenarios-note.bad")).to_have_text(
            "无法模拟：尝试 3 次后放弃。负责模拟的进程提前结束，多半是内存不足。"
        )


@pytest.mark.parametrize(("locale", "theme"), LOOKS)
def test_the_pages_are_for_everybody_and_fit_a_phone(
    browser: Browser, here: Operation, locale: str, theme: Any
) -> None:
    scenario = kept(here, f"Looked at {locale}")
    with console(browser, here, f"/{scenario}", locale=locale, color_scheme=theme, viewport=PHONE) as page:
        page.wait_for_selector(".scenarios-table")
        assert found(page) == []
        assert page.evaluate("document.scrollingElement.scrollWidth <= innerWidth")
        page.goto(f"{here.url}/console#/scenarios/new/{scenario}")
        page.wait_for_selector(".scenarios-looked")
        assert found(page) == []
        assert page.evaluate("document.querySelector('.scenarios-page').scrollWidth <= innerWidth")
        page.goto(f"{here.url}/console#/scenarios")
        page.wait_for_selector(".scenarios-card")
        assert found(page) == []
