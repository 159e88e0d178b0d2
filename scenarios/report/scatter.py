"""Staffings as circles: what each costs a day, and the figure of one target with its interval."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from scenarios.measuring.intervals import Interval
from scenarios.measuring.kpis import Kpi

WIDTH, HEIGHT = 640, 260
LEFT, RIGHT, TOP, BOTTOM = 70, 24, 15, 36


@dataclass(frozen=True, slots=True)
class Circle:
    """One of them, by its name; ``is_best``: the cheapest that ``meets`` every target."""

    name: str
    cost: float
    found: Interval
    meets: bool
    is_best: bool


def scatter(circles: Sequence[Circle], limit: float, kpi: Kpi, said: str) -> str:
    """The picture of a figure, with a line at the ``limit`` of its target; ``said`` is what a screen reader says
    instead.
    """
    times = 100 if kpi.share else 1
    known = [one for one in circles if one.found.mean is not None]
    if not known:
        return ""
    ends = [end for one in known for end in kpi.reach(one.found)] + [limit]
    across = _Scale([one.cost for one in known], LEFT + 12, WIDTH - RIGHT - 12)
    down = _Scale(ends, HEIGHT - BOTTOM, TOP)
    low, high = min(ends), max(ends)
    parts = [
        f'<text class="label" x="{LEFT - 12}" y="{down(at) + 4:.1f}" text-anchor="end">{at * times:.4g}</text>'
        f'<line class="grid" x1="{LEFT - 6}" x2="{WIDTH - RIGHT}" y1="{down(at):.1f}" y2="{down(at):.1f}"/>'
        for at in dict.fromkeys((low, (low + high) / 2, high))
    ]
    costs = sorted({one.cost for one in known})
    parts += [
        f'<text class="label" x="{across(at):.1f}" y="{HEIGHT - 10}" text-anchor="middle">{at:g}</text>'
        for at in dict.fromkeys((costs[0], costs[len(costs) // 2], costs[-1]))
    ]
    parts.append(
        f'<line class="zero" x1="{LEFT - 6}" x2="{WIDTH - RIGHT}" y1="{down(limit):.1f}" y2="{down(limit):.1f}"/>'
    )
    for one in known:
        bottom, top = (down(end) for end in kpi.reach(one.found))
        x, y = across(one.cost), down(one.found.mean or 0.0)
        look = "" if one.meets else ' class="unsure"'
        parts.append(
            f'<g class="a1"><title>{escape(one.name)}</title>'
            f'<line class="interval" x1="{x:.1f}" x2="{x:.1f}" y1="{bottom:.1f}" y2="{top:.1f}" opacity=".35"/>'
            f'<circle{look} cx="{x:.1f}" cy="{y:.1f}" r="{8 if one.is_best else 5}"/></g>'
        )
    size = f'width="{WIDTH}" height="{HEIGHT}" viewBox="0 0 {WIDTH} {HEIGHT}"'
    return f'<svg role="img" aria-label="{escape(said, quote=True)}" {size}>{"".join(parts)}</svg>'


class _Scale:
    """From values to pixels."""

    def __init__(self, values: Sequence[float], first: float, last: float) -> None:
        self._low, self._width = min(values), max(values) - min(values)
        self._first, self._last = first, last

    def __call__(self, value: float) -> float:
        share = 0.5 if self._width == 0 else (value - self._low) / self._width
        return self._first + share * (self._last - self._first)
