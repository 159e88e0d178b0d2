"""The planner's page asks more than what changes do: how much is enough, who is needed, what one more is worth, and
what days that are over could have been.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from dispatch.domain.roles import SYSTEM
from dispatch.store.tables import ScenarioAsks
from scenarios.planner import queue, shelf
from scenarios.planner.grounds import keep_situation
from scenarios.reading import scenario_of_document
from scenarios.simulation.agents.greedy import Nearest
from scenarios.simulation.recording import Recording, record_of
from scenarios.situation.record import ByHand
from tests.scenarios.planner.here import document, run_all
from tests.scenarios.situations import MONDAY, environment, hamlet
from tests.web.operations import Operation
from tests.web.test_accessibility import LOOKS, found
from tests.web.test_console_scenarios import PHONE, a_worker, console, dispatched_by, here, simulating

__all__ = ["here"]

STAFFING = {
    "targets": [{"kpi": "backlog", "at_most": 9, "sure": False}],
    "groups": [
        {"technicians": ["T01", "T02"], "least": 1, "most": 4, "cost_per_day": 200},
        {"technicians": ["T03", "T04"], "least": 0, "most": 3, "cost_per_day": 150},
    ],
}
QUESTIONS: dict[str, dict[str, Any]] = {
    "sweep": {"sweep": {"kind": "demand", "values": [0.8, 1, 1.2, 1.4], "kpi": "backlog"}},
    "staffing": {"staffing": STAFFING},
    "worth": {"worth": {"of": ["technician", "hour"], "by_weekday": False}},
}


def answered(here: Operation, asks: str, title: str, **more: Any) -> str:
    """A scenario of which that was asked, with its answer."""
    told = document(title, changes=[], accept=[], **(QUESTIONS.get(asks, {}) | more))
    with here.store.unit_of_work(SYSTEM) as uow:
        row = shelf.create(uow, scenario_of_document(told), ScenarioAsks(asks))
        queue.request(uow, row.id)
    run_all(simulating(here))
    return row.id


def replayed(here: Operation, title: str) -> str:
    """A day of a hamlet, replayed, with one decision by hand."""
    recording = Recording(Nearest())
    made = environment(hamlet(technicians=4, jobs_per_day=18.0), recording, 1, seed=5)
    made.run()
    record = record_of(made, recording)
    job = record.jobs[3]
    decided = (ByHand(job.visits[0].opened + 60, "pin", pins=((f"{job.id}/1", (("technician", "T02"),)),)),)
    situation = replace(made.situation, record=replace(record, by_hand=decided))
    with here.store.unit_of_work(SYSTEM) as uow:
        digest = keep_situation(uow, situation, {})
    named = {"kind": "taken", "file": "day.json", "digest": digest}
    days = {"first": MONDAY.isoformat(), "days": 1}
    brief = {"dispatch": {"agent": "live", "iterations": 5}, "replications": {"least": 1, "most": 1}}
    return answered(here, "replay", title, situation=named, horizon=days, **brief)


def a_town_of_four(page: Page, title: str, question: str) -> None:
    """A new scenario of a made-up town, of which something is asked."""
    page.get_by_label("Title").fill(title)
    page.get_by_text(question, exact=True).click()
    page.get_by_text("Made-up town", exact=True).click()
    fill(page, "Technicians", "4")
    expect(page.locator(".scenarios-looked")).to_contain_text("4 technicians")
    dispatched_by(page, "The nearest technician")
    for name in ("At least", "At most"):
        fill(page, name, "2", last=True)


def fill(page: Page, name: str, value: str, *, last: bool = False) -> None:
    """A number; of several fields of that name the first, or the last."""
    fields = page.get_by_role("textbox", name=name, exact=True)
    field = fields.last if last else fields.first
    field.fill(value)
    field.press("Tab")


def test_a_sweep_is_asked_in_steps_and_answered_with_a_curve(browser: Browser, here: Operation) -> None:
    with a_worker(here), console(browser, here, "/new") as page:
        a_town_of_four(page, "How many are enough?", "How much is enough?")
        fill(page, "From", "3")
        fill(page, "To", "7")
        fill(page, "In steps of", "2")
        expect(page.get_by_text("3 values: 3, 5, 7")).to_be_visible()
        assert found(page) == []
        page.keyboard.press("Control+Enter")
        expect(page.locator(".scenarios-plane circle")).to_have_count(3)
        rows = page.locator(".scenarios-table").first.locator("tbody tr")
        expect(rows).to_have_count(3)
        expect(page.get_by_role("button", name="Accept")).to_have_count(0)  # it proposes nothing
        assert found(page) == []


def test_the_cheapest_staffing_becomes_a_scenario_that_is_accepted(browser: Browser, here: Operation) -> None:
    with a_worker(here), console(browser, here, "/new") as page:
        a_town_of_four(page, "Who is needed?", "Who is needed at least?")
        groups = page.locator(".scenarios-change-card")
        expect(groups).to_have_count(2)  # one for each territory
        expect(groups.first.get_by_role("checkbox", checked=True)).not_to_have_count(0)
        expect(page.get_by_text("staffings to choose from")).to_be_visible()
        fill(page, "Limit", "10")
        page.keyboard.press("Control+Enter")
        expect(page.get_by_text("The cheapest staffing that meets every target costs")).to_be_visible()
        assert found(page) == []
        page.get_by_role("button", name="Make a scenario of it", exact=True).click()
        expect(page.get_by_role("heading", name="Who is needed? (")).to_be_visible()
        expect(page.locator(".scenarios-said li").first).to_contain_text("leave")
        page.get_by_role("button", name="Accept").click()
        expect(page.get_by_text("Accepted by Paula Pinto")).to_be_visible()


def test_what_one_more_is_worth_stands_with_a_bar_for_each(browser: Browser, here: Operation) -> None:
    with a_worker(here), console(browser, here, "/new") as page:
        a_town_of_four(page, "One more", "What is one more worth?")
        page.locator(".piece-check", has_text="A skill that a technician learns").click()
        page.keyboard.press("Control+Enter")
        rows = page.locator(".scenarios-table tbody tr")
        expect(rows).to_have_count(4)  # a technician and an hour in each of two territories
        expect(page.locator(".scenarios-picture")).to_have_count(4)
        assert found(page) == []


def test_days_that_cannot_be_replayed_are_refused_with_what_helps(browser: Browser, here: Operation) -> None:
    with console(browser, here, "") as page:
        page.get_by_role("button", name="Replay days").click()
        page.get_by_role("button", name="Replay", exact=True).click()
        expect(page.get_by_role("alert")).to_contain_text("name other days")
        expect(page.get_by_role("alert")).to_contain_text("no job was open in it")


def test_a_replay_shows_what_was_lost_by_cause_and_by_hand(browser: Browser, here: Operation) -> None:
    scenario = replayed(here, "Monday again")
    with console(browser, here, f"/{scenario}") as page:
        lost = page.locator(".scenarios-table").first
        expect(lost.locator("tbody th")).to_have_text(
            [re_of(one) for one in ("recorded", "conduct", "policy", "decisions by hand", "late information")]
            + [re_of(one) for one in ("disturbance", "piece by piece", "hindsight", "all causes")]
        )
        by_hand = page.locator(".scenarios-table").nth(1).locator("tbody tr")
        expect(by_hand).to_have_count(1)
        expect(by_hand).to_contain_text("pinned")
        assert found(page) == []
        with page.context.expect_page() as opened:
            page.get_by_role("link", name="Report in Chinese").click()
        expect(opened.value.get_by_role("heading", name="按原因的损失")).to_be_visible()
        page.get_by_role("button", name="Make another of it").click()
        expect(page.get_by_role("heading", name="Another replay like Monday again")).to_be_visible()


def re_of(word: str) -> Any:
    """What begins with a word."""

    return re.compile(f"^{word}")


def test_a_new_base_and_fuller_vans_are_changes_of_the_form(browser: Browser, here: Operation) -> None:
    with console(browser, here, "/new") as page:
        a_town_of_four(page, "A base in the north", "What do changes do?")
        page.get_by_text("Work needs parts, and vans carry some").click()
        for kind in ("New base", "Van stock"):
            page.get_by_role("button", name="Add a change").click()
            page.get_by_role("menuitem", name=kind).click()
        base, vans = page.locator(".scenarios-change-card").all()
        base.locator(".piece-check", has_text="T02").click()
        base.get_by_text("At a point").click()
        # the hidden buttons of segments do not move the frame around the page
        assert page.evaluate("document.querySelector('.scenarios-page').getBoundingClientRect().top >= 0")
        expect(base.get_by_role("textbox", name="Latitude")).not_to_have_value("0")
        expect(vans).to_contain_text("now 80 %")
        page.get_by_role("button", name="Keep", exact=True).click()
        said = page.locator(".scenarios-said")
        expect(said).to_contain_text("T02 begins and ends the shift")
        expect(said).to_contain_text("Vans:")


@pytest.mark.parametrize(("locale", "theme"), LOOKS)
def test_every_answer_is_for_everybody_and_fits_a_phone(
    browser: Browser, here: Operation, locale: str, theme: Any
) -> None:
    ids = [answered(here, asks, f"{asks} {locale}") for asks in QUESTIONS] + [replayed(here, f"replay {locale}")]
    with console(browser, here, "/replay", locale=locale, color_scheme=theme, viewport=PHONE) as page:
        page.wait_for_selector(".scenarios-form")
        assert found(page) == []
        for scenario in ids:
            page.goto(f"{here.url}/console#/scenarios/{scenario}")
            page.wait_for_selector(".scenarios-table")
            assert found(page) == []
            assert page.evaluate("document.querySelector('.scenarios-page').scrollWidth <= innerWidth")
