"""Two stories of the console from one end to the other: a day's work in Chinese, and yesterday once more."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from dispatch.domain.visit_lifecycle import VisitAction
from dispatch.messaging.relay import relay
from dispatch.services import visits
from dispatch.store.tables import Customer, Job, JobType, PlanRow, Site, Technician, Territory, User, Visit
from tests.dispatch.world import ZONE
from tests.web.deciding import DANIELA, Towns, console, faults, towns
from tests.web.operations import PASSWORD
from tests.web.visiting import looking

expect.set_options(timeout=30_000)

SEEN = """() => {
  const shown = (one) => one.checkVisibility({ visibilityProperty: true }) && !one.closest("[aria-hidden=true], kbd");
  const found = [];
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) if (shown(texts.currentNode.parentElement)) found.push(texts.currentNode.data);
  const heard = ["aria-label", "aria-valuetext", "placeholder", "title"];
  for (const one of document.querySelectorAll(heard.map((name) => `[${name}]`).join()))
    if (shown(one)) found.push(...heard.map((name) => one.getAttribute(name) ?? ""));
  return found.filter((one) => /[A-Za-z]/.test(one));
}"""
"""Everything with a Latin letter that somebody sees or hears on the page; the keys of a keyboard are not words."""
NAMED = {"Fieldwright", "English", "OpenStreetMap", ZONE.rpartition("/")[2]}
COMMAND = "fieldwright region add FILE.osm.pbf"
KEYS = {"Alt", "Ctrl", "Enter", "Esc", "Shift", "Tab"}
UNITS = {"km", "min"}
"""What is written in Latin letters in Chinese too."""


@pytest.fixture
def two(migrated_store: Path, tmp_path: Path) -> Iterator[Towns]:
    with towns(migrated_store, tmp_path) as made:
        yield made


def names(two: Towns) -> list[str]:
    """What people have called things, and codes: the longest first, so that no part of one is taken for a word."""
    columns = (
        *(Technician.name, Customer.name, Territory.name, User.name, User.email, JobType.name),
        *(Site.address, Site.name, Job.number, Job.title),
    )
    with two.store.reading() as uow:
        known = {str(one) for column in columns for one in uow.session.scalars(select(column)) if one}
    return sorted(known, key=len, reverse=True)


def foreign(page: Page, known: list[str]) -> list[str]:
    """The texts on the page in which something is said in Latin words that are nobody's name."""
    said = []
    for text in page.evaluate(SEEN):
        rest = text
        for name in known:
            rest = rest.replace(name, " ")
        if {word for word in re.findall(r"[A-Za-z]+", rest) if len(word) > 1} - NAMED - KEYS - UNITS:
            said.append(text)
    return said


def test_somebody_works_in_chinese_from_signing_in_to_approving_and_reads_no_other_language(
    browser: Browser, two: Towns
) -> None:
    draft, before = two.draft(), two.holders()
    known = [COMMAND, *names(two)]
    said: dict[str, list[str]] = {}
    still: dict[str, Any] = {"locale": "zh-CN", "reduced_motion": "reduce", "viewport": {"width": 1280, "height": 800}}
    with looking(browser, two.url, at="/console", **still) as seen:
        page = seen.page
        expect(page.get_by_role("heading", name="登录")).to_be_visible()
        said["door"] = foreign(page, known)
        page.locator("input[type=email]").fill(DANIELA)
        page.locator("input[type=password]").fill(PASSWORD)
        page.locator("button[type=submit]").click()

        strip = page.locator(".proposals-strip")
        expect(strip).to_contain_text("涉及 4 人的 4 次上门")
        expect(page.locator(".timeline-bar")).to_have_count(4)
        said["board"] = foreign(page, known)
        page.locator(".timeline-bar").first.click()
        page.get_by_role("tab", name="原因").click()
        expect(page.get_by_role("heading", name="为什么在这里")).to_be_visible()
        expect(page.locator(".why-place").first).to_be_visible()
        said["why"] = foreign(page, known)

        page.goto(f"{two.url}/console#/proposals/{draft.id}")
        expect(page.locator(".proposals-group")).to_have_count(2)
        expect(page.locator(".proposals-buys")).to_be_visible()
        said["proposal"] = foreign(page, known)
        page.keyboard.press("Control+Enter")
        expect(page.get_by_role("heading", level=1)).to_contain_text("2")
        expect(page.locator("html")).to_have_attribute("lang", re.compile("^zh"))
        said["approved"] = foreign(page, known)
    assert two.holders() == [before[one] for one in (1, 0, 3, 2)]
    assert {screen: texts for screen, texts in said.items() if texts} == {}


STEPS = (
    (0, VisitAction.ACCEPT, 0),
    (0, VisitAction.DEPART, 10),
    (0, VisitAction.ARRIVE, 40),
    (0, VisitAction.START, 45),
    (0, VisitAction.COMPLETE, 75),
    (2, VisitAction.ACCEPT, 80),
    (2, VisitAction.DEPART, 85),
    (2, VisitAction.ARRIVE, 110),
    (2, VisitAction.START, 115),
    (2, VisitAction.COMPLETE, 150),
)
"""Which visit, what became of it, and how many minutes after the day began."""


def test_yesterday_is_played_again_and_shows_at_half_past_ten_what_stood_then(browser: Browser, two: Towns) -> None:
    began = two.day.clock.now()
    for place, action, minutes in STEPS:
        two.day.clock.advance(seconds=(began + dt.timedelta(minutes=minutes) - two.day.clock.now()).total_seconds())
        with two.store.unit_of_work() as uow:
            visits.act(uow, two.day.visits[place], action)
    with two.store.reading() as uow:
        first, second = (
            uow.session.scalars(select(Job.number).join(Visit).where(Visit.id == two.day.visits[place])).one()
            for place in (0, 2)
        )
    two.day.clock.advance(days=1)
    at = began + dt.timedelta(minutes=90)  # the day begins at nine
    with console(browser, two.url, "/history") as page:
        expect(page.get_by_role("group", name="Day")).to_have_text(re.compile(f"{began:%d\\W+%m\\W+%Y}"))
        slider = page.get_by_role("slider", name="Time of the day that is shown")
        slider.fill(str(round(at.timestamp() * 1000)))
        expect(page.locator(".history-clock")).to_have_text("10:30")
        expect(page.locator(".history-by-now")).to_contain_text("1 visit done")
        happened = page.locator(".history-frame")
        expect(happened.first).to_contain_text(second)
        expect(happened.first).to_contain_text("on the way")
        expect(happened.filter(has_text=first).first).to_contain_text("completed")
        expect(happened.filter(has_text=second).filter(has_text="completed")).to_have_count(0)

        page.keyboard.press("End")
        expect(page.locator(".history-by-now")).to_contain_text("2 visits done")
        expect(happened.filter(has_text=second).filter(has_text="completed")).to_have_count(1)
        worked = page.locator(".history-row").filter(has=page.locator(".history-done .done"))
        expect(worked).to_have_count(2)
        expect(worked.first).to_have_attribute("aria-label", re.compile("1 visit planned, 1 done"))


def moved(draft: PlanRow) -> set[str]:
    """The visits that a proposal moves."""
    return {visit for cluster in draft.difference["clusters"] for visit in cluster["visits"]}


def test_nothing_is_moved_in_a_territory_that_somebody_has_locked_until_the_lock_is_undone(
    browser: Browser, two: Towns
) -> None:
    north, south = two.day.visits[:2], two.day.visits[2:]
    with console(browser, two.url, "/board") as page:
        expect(page.locator(".timeline-bar")).to_have_count(4)
        page.keyboard.press("k")
        page.keyboard.press("l")
        dialog = page.get_by_role("dialog", name="Lock a territory")
        dialog.get_by_role("button", name=re.compile("Territory")).click()
        page.get_by_role("option", name="north").click()
        dialog.get_by_role("textbox", name="Why").fill("A parade: nobody gets through.")
        assert faults(page, "[role=dialog]") == []
        dialog.get_by_role("button", name="Lock the territory").click()
        chip = page.locator(".fixed-chip")
        expect(chip).to_have_text("north is locked until 11:00")
        assert moved(two.draft()) == set(south), "the plan leaves the locked town alone"

        with page.expect_response(lambda answer: answer.request.method == "DELETE" and answer.ok):
            page.keyboard.press("Control+z")
        relay(two.store)  # as the worker does: without a position, no event is on the stream
        expect(chip).to_have_count(0)
        assert moved(two.draft()) == {*north, *south}
