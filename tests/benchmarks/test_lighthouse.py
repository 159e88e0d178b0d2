"""What is read out of Lighthouse's reports, and what is said where something is missing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from benchmarks.lighthouse import __main__ as lighthouse
from benchmarks.lighthouse import tools
from benchmarks.lighthouse.scores import HEADINGS, scores
from benchmarks.tables import table


def report(performance: float | None, largest: float, contrast: float | None = 1) -> dict[str, Any]:
    """As Lighthouse writes it, as far as it is read."""
    values = {"first-contentful-paint": 900.0, "largest-contentful-paint": largest, "total-blocking-time": 20.0}
    audits: dict[str, Any] = {name: {"numericValue": value} for name, value in values.items()}
    audits["cumulative-layout-shift"] = {"numericValue": 0.0}
    audits["color-contrast"] = {"id": "color-contrast", "title": "Contrast is too low", "score": contrast}
    audits["link-name"] = {"id": "link-name", "title": "Links have names", "score": None}
    asked = [{"id": name, "weight": 3} for name in ("color-contrast", "link-name")]
    of = {"performance": {"score": performance}, "accessibility": {"score": 0.97, "auditRefs": asked}}
    return {"categories": of, "audits": audits}


def test_of_several_runs_the_median_counts_and_what_is_wrong_in_any_is_told() -> None:
    found = scores("#/today", [report(0.9, 2000), report(0.5, 9000, contrast=0), report(0.95, 1500)])
    assert (found.performance, found.accessibility) == (90, 97)
    assert found.wrong == ("color-contrast: Contrast is too low",)
    assert found.row() == ["#/today", "90", "97", "0.90", "2.00", "20", "0.000"]
    assert "LCP s" in table(HEADINGS, [found.row()])


def test_a_page_that_could_not_be_scored_is_no_good_page() -> None:
    assert scores("#/", [report(None, 2000)]).performance == 0


@pytest.mark.parametrize("gone", ["node", "npx", "chromium"])
def test_what_is_missing_is_said_and_nothing_is_begun(
    gone: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    browsers = {"chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome"}
    away = browsers if gone == "chromium" else {gone}
    monkeypatch.setattr(tools.shutil, "which", lambda name: None if name in away else __file__)
    monkeypatch.setattr(tools, "find_spec", lambda _: object())
    assert lighthouse.main([]) == 2
    said = capsys.readouterr()
    assert "Nothing was measured." in said.err
    assert {"chromium": "Chromium", "node": "Node", "npx": "npx"}[gone] in said.err
    assert said.out == ""


def test_an_old_node_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    node = tmp_path / "node"
    node.write_text("#!/bin/sh\necho v18.19.0\n")
    node.chmod(0o755)
    monkeypatch.setattr(tools.shutil, "which", lambda _: str(node))
    monkeypatch.setattr(tools, "find_spec", lambda _: object())
    with pytest.raises(tools.Missing, match=r"v18\.19\.0"):
        tools.tools(str(node))


def test_who_signs_in_needs_a_password(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.delenv(lighthouse.PASSWORD, raising=False)
    monkeypatch.setattr(lighthouse, "tools", lambda _: tools.Tools("chromium", "npx"))
    assert lighthouse.main(["--page", "http://127.0.0.1:1/field", "--email", "ana@example.org"]) == 2
    assert lighthouse.PASSWORD in capsys.readouterr().err
