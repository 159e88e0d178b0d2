"""Why a visit stands where it stands, why nobody has one, and what is done about it with one press."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Request, Route, expect

from dispatch.domain.roles import SYSTEM
from dispatch.messaging.relay import relay
from dispatch.planning.publish import approve_in
from tests.dispatch.planning.days import TRAVEL
from tests.dispatch.world import HERE
from tests.web.deciding import Towns, console, faults, towns

expect.set_options(timeout=30_000)


@pytest.fixture
def two(migrated_store: Path, tmp_path: Path) -> Iterator[Towns]:
    with towns(migrated_store, tmp_path) as made:
        yield made


def asked_why(page: Page, tab: str = "Why") -> None:
    page.get_by_role("tab", name=tab).click()


def published_by(page: Page, press: str, language: str = "en") -> Any:
    """Press a key that publishes or undoes, wait until the server has, in that language. The answer: what was sent."""
    with page.expect_response(lambda answer: answer.request.method == "POST" and "/plans/" in answer.url) as done:
        page.keyboard.press(press)
    assert done.value.ok, done.value.text()
    assert done.value.url.endswith(f"?language={language}")
    return done.value.request.post_data_json if done.value.request.post_data else None


def test_a_visit_says_why_it_is_there_and_goes_to_whom_it_is_cheaper_with_one_press(
    browser: Browser, two: Towns
) -> None:
    visit, (far, near) = two.day.visits[0], two.holders()[:2]
    with console(browser, two.url, f"/board/visit/{visit}") as page:
        asked_why(page)
        panel = page.locator(".why-panel")
        expect(panel.get_by_role("heading", name="Why here")).to_be_visible()
        expect(panel.locator(".why-sentences")).to_contain_text("it would be cheaper")
        driving = panel.get_by_role("button", name="why Driving").first
        driving.click()
        expect(page.get_by_role("dialog", name="why Driving")).to_contain_text("Hours and kilometres driven")
        page.keyboard.press("Escape")
        assert faults(page, ".why-panel") == []

        best = panel.locator(".why-place").first
        expect(best).to_contain_text("cheaper")
        best.get_by_role("button", name="Move it there").focus()
        assert published_by(page, "Enter")["expected_edition"] == 1
        expect(panel.locator(".why-sentences")).to_contain_text("The best other place is with")
        assert two.holders()[0] == near

        published_by(page, "Control+z")
        assert two.holders()[0] == far


def test_what_nobody_has_says_why_and_what_would_free_it_and_that_is_done(browser: Browser, two: Towns) -> None:
    now = two.day.world.now()
    soon = (now + dt.timedelta(minutes=6)).isoformat()
    between = HERE[0] + 3, HERE[1]
    territory = "territory_north"
    window = [[now.isoformat(), soon]]
    visit = two.day.world.job(territory=territory, at=between, visit={"windows": window, "drop_cost": 900.0})[1]
    with console(browser, two.url, f"/board/visit/{visit}", locale="zh-CN", color_scheme="dark") as page:
        asked_why(page, "原因")
        panel = page.locator(".why-panel")
        expect(panel.get_by_role("heading", name="为什么没有人承担")).to_be_visible()
        expect(panel.locator(".why-broken").first).to_contain_text("时间窗口")
        freeing = panel.locator("section", has=page.get_by_role("heading", name="怎样才能安排"))
        expect(freeing.locator(".why-place").first).to_contain_text("已验证可行")
        assert faults(page, ".why-panel") == []

        freeing.get_by_role("button", name="执行").first.focus()
        assert published_by(page, "Enter", "zh")["expected_edition"] == 1

        expect(panel.get_by_role("heading", name="为什么在这里")).to_be_visible()
        assert visit in two.day.stands()


def test_what_was_answered_of_a_plan_before_is_not_done_to_the_one_in_force(browser: Browser, two: Towns) -> None:
    visit, other = two.day.visits[0], two.draft()
    held: list[Route] = []
    moves: list[Request] = []
    with console(browser, two.url, f"/board/visit/{visit}") as page:
        page.on("request", lambda one: moves.append(one) if one.url.partition("?")[0].endswith("/move") else None)
        asked_why(page)
        first = page.locator(".why-place").first
        expect(first).to_be_visible()
        expect(page.locator(".shell-live.live")).to_be_visible()
        page.route("**/why?*", lambda route: held.append(route))
        with page.expect_request("**/why?*"):
            approve_in(two.store, SYSTEM, other.id, TRAVEL, clusters=[other.difference["clusters"][1]["id"]])
            relay(two.store)  # as the worker does: without a position, no event is on the stream
        # The board knows of edition 2; what is said of the visit is still of edition 1.
        move = first.get_by_role("button", name="Move it there")
        move.click(force=True)
        move.press("Enter")
        expect(move).to_have_attribute("aria-disabled", "true")
        assert moves == []
        for route in held:
            route.continue_()
        page.unroute("**/why?*")
        expect(move).not_to_have_attribute("aria-disabled", "true")
        with page.expect_response("**/today/move*") as done:
            move.click()
        assert done.value.ok, done.value.text()
        assert [(one.post_data_json or {})["expected_edition"] for one in moves] == [2]
