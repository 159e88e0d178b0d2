"""What axe finds on the pages (https://github.com/dequelabs/axe-core): the rules of WCAG 2.2, levels A and AA."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from dispatch.services import sites
from tests.web.operations import Operation
from tests.web.visiting import DRAWN, looking, sign_in

AXE = Path(__file__).resolve().parents[2] / "web" / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
LOOKS = [("en-GB", "light"), ("zh-CN", "dark")]
"""Each language and each theme once: what is found follows from the words or from the colours, not from both."""


def found(page: Page, *without: str, within: str | None = None) -> list[str]:
    """What is serious or critical on the page, with where it is: ``within`` a part, ``without`` some.

    The script is put in past the page's own policy.
    """
    if page.evaluate("typeof axe === 'undefined'"):
        page.evaluate(AXE.read_text(encoding="utf-8"))
    # Of what is in order only a count is wanted, which spares the browser most of the report.
    ran = {"runOnly": {"type": "tag", "values": RULES}, "resultTypes": ["violations"]}
    where = {"include": [[within]] if within else [], "exclude": [[one] for one in without]}
    report: dict[str, Any] = page.evaluate("([where, options]) => axe.run(where, options)", [where, ran])
    return [
        f"{one['id']}: {one['help']} ({node['target']}: {node.get('failureSummary', '')})"
        for one in report["violations"]
        if one["impact"] in ("serious", "critical")
        for node in one["nodes"]
    ]


@pytest.mark.parametrize(("locale", "theme"), LOOKS)
def test_nobody_is_kept_out_by_how_the_pages_are_made(
    browser: Browser, here: Operation, locale: str, theme: Any
) -> None:
    with here.store.unit_of_work() as uow:
        sites.create_site(uow, here.day.world.customer(), address="Regimiento Arica")
    with looking(browser, here.url, locale=locale, color_scheme=theme) as seen:
        page = seen.page
        expect(page.locator("input[type=password]")).to_be_visible()
        assert found(page) == []

        sign_in(page)
        page.wait_for_selector(DRAWN)
        page.locator("button.person").first.click()
        page.locator("div.stops .stop").first.click()
        page.locator("summary").click()
        expect(page.locator(".card")).to_be_visible()
        assert found(page) == []

        page.locator(".unfold").click()
        page.locator("#waiting-sites button").click()
        page.locator(".canvas").click(position={"x": 200, "y": 200})
        expect(page.locator(".place-mark")).to_be_visible()
        assert found(page) == []
