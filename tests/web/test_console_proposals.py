"""Deciding about proposals in the console: all, a part, while others decide as well; and runs that are watched."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from dispatch.domain.roles import SYSTEM
from dispatch.messaging.relay import relay
from dispatch.planning.publish import approve_in
from dispatch.planning.run import RunWorker
from dispatch.planning.solver_process import Answer, Listener, Task, answered
from dispatch.settings import Settings
from tests.dispatch.planning.days import TRAVEL
from tests.web.deciding import CARLA, Towns, console, faults, towns

expect.set_options(timeout=30_000)


@pytest.fixture
def two(migrated_store: Path, tmp_path: Path) -> Iterator[Towns]:
    with towns(migrated_store, tmp_path) as made:
        yield made


def group(page: Page, number: int) -> Any:
    return page.locator(".proposals-group").nth(number - 1)


def test_a_part_is_approved_while_another_dispatcher_edits_the_proposal(browser: Browser, two: Towns) -> None:
    draft, before = two.draft(), two.holders()
    at = f"/proposals/{draft.id}"
    number = draft.snapshot["names"][draft.difference["clusters"][1]["visits"][0]]
    with console(browser, two.url, at) as mine, console(browser, two.url, at, CARLA) as hers:
        expect(group(mine, 2)).to_contain_text(number)
        group(mine, 2).get_by_role("checkbox").uncheck(force=True)
        approve = mine.get_by_role("button", name="Approve this group")
        expect(approve).to_be_visible()

        hers.get_by_role("button", name=f"Edit {number}").click()
        sheet = hers.get_by_role("dialog")
        sheet.get_by_role("combobox", name="Give it to").fill("nobody")
        hers.get_by_role("option", name="nobody").click()
        expect(sheet.get_by_role("status")).to_contain_text("costs")
        sheet.get_by_role("button", name="Edit the proposal").click()
        expect(sheet).to_have_count(0)

        approve.click()
        told = mine.get_by_role("alert").filter(has_text="changed while you looked")
        expect(told).to_contain_text("Carla Soto changed it at")
        expect(told).to_contain_text("Your choice: 1 group of 2.")
        assert two.holders() == before, "nothing was published"

        told.get_by_role("button", name="Read it as it is now").click()
        expect(mine.locator("tr[data-kind=unassigned]")).to_have_count(1)
        expect(group(mine, 1).get_by_role("checkbox")).to_be_checked()
        expect(group(mine, 2).get_by_role("checkbox")).not_to_be_checked()
        approve.click()

        expect(mine.get_by_role("heading", level=1)).to_contain_text("Plan 2")
        assert two.holders()[2:] == before[2:], "the other town is as it was"
        assert two.holders()[:2] == before[1::-1]


def test_who_is_overtaken_is_told_by_whom_and_approves_on_the_plan_that_is_in_force_now(
    browser: Browser, two: Towns
) -> None:
    draft, before = two.draft(), two.holders()
    other = two.draft()
    with console(browser, two.url, f"/proposals/{draft.id}") as page:
        group(page, 2).get_by_role("checkbox").uncheck(force=True)
        expect(page.get_by_role("button", name="Approve this group")).to_be_visible()
        approve_in(two.store, SYSTEM, other.id, TRAVEL, clusters=[other.difference["clusters"][1]["id"]])

        page.keyboard.press("Control+Enter")

        told = page.get_by_role("alert").filter(has_text="Another plan was published while you decided")
        expect(told).to_contain_text("You saw edition 1; edition 2 is in force.")
        expect(told.get_by_role("listitem").filter(has_text="edition 2 of the plan was published")).to_have_count(1)
        assert faults(page, ".proposals-page") == []
        told.get_by_role("button", name="Approve on edition 2").click()

        expect(page.get_by_role("heading", level=1)).to_contain_text("Plan 3")
        assert two.holders() == [before[one] for one in (1, 0, 3, 2)], "both towns have their own visits"


def test_what_was_refused_is_approved_again_itself_and_a_key_approves_once_however_long_it_is_held(
    browser: Browser, two: Towns
) -> None:
    published = two.draft()
    for _ in range(2):
        two.day.clock.advance(minutes=1)  # the newest is shown first
        two.draft()
    held: list[Route] = []
    with console(browser, two.url, "/board") as page:
        strip = page.locator(".proposals-strip")
        expect(strip.get_by_role("button", name=re.compile("2 more"))).to_be_visible()
        expect(strip.get_by_role("button", name="Approve")).to_be_enabled()
        approve_in(two.store, SYSTEM, published.id, TRAVEL, clusters=[published.difference["clusters"][1]["id"]])
        page.keyboard.press("Control+Enter")
        relay(two.store)  # as the worker does: without a position, no event is on the stream
        told = strip.get_by_role("alert").filter(has_text="Another plan was published while you decided")
        again = told.get_by_role("button", name="Approve on edition 2")
        expect(again).to_be_visible()
        strip.get_by_role("button", name=re.compile("Next proposal")).click()
        expect(again).to_have_count(0)  # it is said of the one before
        told.get_by_role("button", name="Not now").click()
        expect(strip.get_by_role("button", name="Approve")).to_be_enabled()  # it has been read

        page.route("**/approve", lambda route: held.append(route))
        page.keyboard.press("Control+Enter")
        page.keyboard.press("Control+Enter")
        page.keyboard.down("Control")
        page.keyboard.down("Enter")
        page.keyboard.down("Enter")  # it is held down until all is done
        expect(strip.get_by_role("button", name="Approving")).to_be_visible()
        for route in held:
            route.continue_()
        expect(again).to_be_visible()
        page.keyboard.down("Enter")
        expect(again).to_be_visible()
    assert len(held) == 1


def test_the_next_proposal_is_read_ahead_so_that_a_key_approves_it_at_once(browser: Browser, two: Towns) -> None:
    older = two.draft()
    two.day.clock.advance(minutes=1)  # the newest is shown first
    two.draft()
    before = two.holders()
    with console(browser, two.url, "/proposals") as page:
        with page.expect_response(f"**/plans/{older.id}"):
            page.get_by_role("link", name="Board").click()
        strip = page.locator(".proposals-strip")
        never: list[Route] = []
        page.route("**/plans/*", lambda route: never.append(route))  # what is asked for from here on is not answered
        strip.get_by_role("button", name=re.compile("Next proposal")).click()
        expect(strip.get_by_role("button", name="Approve")).to_be_enabled()
        with page.expect_response(f"**/plans/{older.id}/approve") as approved:
            page.keyboard.press("Control+Enter")
        assert approved.value.status == 200, approved.value.text()
        assert two.holders() != before


def test_the_change_budget_is_a_slider_that_chooses_groups_and_says_what_each_setting_gains(
    browser: Browser, two: Towns
) -> None:
    draft = two.draft()
    curve = draft.difference["curve"]
    with console(browser, two.url, f"/proposals/{draft.id}") as page:
        slider = page.get_by_role("slider", name="Touch at most so many visits")
        most = f"at most {draft.touched} visits: saves {curve[-1]['gain']:.3g}"
        expect(slider).to_have_attribute("aria-valuetext", most)
        table = page.get_by_role("table", name="Gain of each budget")
        expect(table.get_by_role("row")).to_have_count(len(curve) + 1)

        slider.focus()
        page.keyboard.press("Home")
        expect(slider).to_have_attribute("aria-valuetext", "nobody is touched: saves 0")
        expect(page.get_by_role("button", name="Choose a group to approve")).to_be_disabled()
        page.keyboard.press("ArrowRight")
        expect(page.locator(".proposals-group[data-chosen]")).to_have_count(len(curve[1]["clusters"]))
        expect(page.locator(".proposals-lead")).to_contain_text("saves")

        group(page, 1).get_by_role("checkbox").click(force=True)
        group(page, 2).get_by_role("checkbox").click(force=True)
        expect(page.locator(".proposals-buys")).to_contain_text("Driving")
        assert faults(page, ".proposals-page") == []


@pytest.mark.parametrize(("locale", "theme"), [("en-GB", "dark"), ("zh-CN", "light")])
def test_the_board_shows_what_a_proposal_buys_and_approval_is_undone(
    browser: Browser, two: Towns, locale: str, theme: Any
) -> None:
    two.draft()
    before = two.holders()
    english = locale == "en-GB"
    with console(browser, two.url, "/board", with_map=True, locale=locale, color_scheme=theme) as page:
        strip = page.locator(".proposals-strip")
        expect(strip).to_contain_text("touches 4 visits of 4 people" if english else "涉及 4 人的 4 次上门")
        strip.get_by_role("button", name="Show" if english else "显示", exact=True).click()
        expect(strip).to_have_attribute("data-shown", "true")
        expect(page.get_by_role("button", name="Hide the proposal" if english else "隐藏方案")).to_be_visible()
        assert faults(page, ".proposals-strip") == []
        assert faults(page, ".map-pane") == []

        page.keyboard.press("Control+Enter")
        expect(strip).to_contain_text("No proposal waits" if english else "没有待批方案")
        assert two.holders() != before

        with page.expect_response(lambda answer: answer.url.partition("?")[0].endswith("/undo")) as undone:
            page.keyboard.press("Control+z")
        assert undone.value.status == 200, undone.value.text()
        assert two.holders() == before


class Watched:
    """A solver that has found something and goes on until somebody stops it."""

    def __init__(self) -> None:
        self.stopped = threading.Event()

    def solve(self, task: Task, listen: Listener) -> Answer:
        found = answered(Task(task.problem, task.start, task.weights, None, 400, task.seed), lambda _: True)
        while listen({"elapsed": 1.5, "best": 345.5, "unassigned": 0, "iterations": 400}):
            self.stopped.wait(0.05)
        self.stopped.set()
        return Answer(found.plan, found.iterations, found.seconds, cancelled=True)


def test_a_run_is_started_watched_and_stopped_and_its_best_plan_waits_for_a_decision(
    browser: Browser, two: Towns
) -> None:
    with console(browser, two.url, "/proposals") as page:
        expect(page.get_by_text("No proposal waits for a decision.")).to_be_visible()
        page.get_by_role("button", name="Start a run").click()
        page.get_by_role("textbox", name="Why").fill("to see whether it can be better")
        page.get_by_role("button", name="Start", exact=True).click()
        expect(page.get_by_text("waits for a worker")).to_be_visible()

        solver = Watched()
        worker = RunWorker(two.store, Settings(), TRAVEL, solver=solver)
        working = threading.Thread(target=worker.work_once)
        working.start()
        try:
            expect(page.get_by_text("best so far 346")).to_be_visible()
            assert faults(page, ".proposals-page") == []
            page.get_by_role("button", name="Stop and keep the best").click()
            expect(page.get_by_text("stopped", exact=True)).to_be_visible()
        finally:
            solver.stopped.wait(60)
            working.join(60)

        page.get_by_role("link", name="See its proposal").click()
        expect(page.get_by_role("heading", level=1)).to_contain_text("waits for a decision")
        expect(page.locator(".proposals-lead")).to_contain_text("touches 4 visits of 4 people")
