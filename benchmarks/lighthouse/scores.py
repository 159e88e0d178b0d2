"""What is read out of Lighthouse's reports: scores, times, and what to mend."""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

_TIMES = {
    "first-contentful-paint": "FCP s",
    "largest-contentful-paint": "LCP s",
    "total-blocking-time": "TBT ms",
    "cumulative-layout-shift": "CLS",
}
HEADINGS = ("page", "performance", "accessibility", *_TIMES.values())


@dataclass(frozen=True, slots=True)
class Scores:
    """One page: the medians of some runs. ``performance`` and ``accessibility`` out of 100.

    ``times``: audit → its value, in milliseconds but for the layout shift. ``wrong``: what is not accessible.
    """

    page: str
    performance: float
    accessibility: float
    times: Mapping[str, float]
    wrong: tuple[str, ...]

    def row(self) -> list[str]:
        """As a row under :data:`HEADINGS`."""
        first, largest, blocking, shift = (self.times[name] for name in _TIMES)
        shown = [f"{self.performance:.0f}", f"{self.accessibility:.0f}", f"{first / 1000:.2f}", f"{largest / 1000:.2f}"]
        return [self.page, *shown, f"{blocking:.0f}", f"{shift:.3f}"]


def scores(page: str, reports: Sequence[Mapping[str, Any]]) -> Scores:
    """What the reports on one page come to. What is wrong in any of them is wrong."""
    times = {name: statistics.median(one["audits"][name]["numericValue"] for one in reports) for name in _TIMES}
    wrong = {said for one in reports for said in _wrong(one)}
    return Scores(page, _score("performance", reports), _score("accessibility", reports), times, tuple(sorted(wrong)))


def _score(category: str, reports: Sequence[Mapping[str, Any]]) -> float:
    # No score where an audit failed to run: that is no good page.
    return 100 * statistics.median(one["categories"][category]["score"] or 0 for one in reports)


def _wrong(report: Mapping[str, Any]) -> list[str]:
    asked = [one["id"] for one in report["categories"]["accessibility"]["auditRefs"] if one["weight"] > 0]
    audits = [report["audits"][name] for name in asked]
    return [f"{one['id']}: {one['title']}" for one in audits if one["score"] is not None and one["score"] < 1]
