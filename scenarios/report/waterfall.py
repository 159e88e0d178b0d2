"""From one total to another, cause by cause: bars that begin where the one before ends."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

WIDTH, ROW, LEFT, RIGHT = 640, 30, 190, 90


def waterfall(first: tuple[str, float], steps: Sequence[tuple[str, float]], last: tuple[str, float], said: str) -> str:
    """The picture. ``first``, ``last``: the totals with their names; ``steps``: what each cause takes off in between.

    The scale begins a little below the smallest total, so that differences can be seen; both totals are written beside
    their bars. ``said`` is what a screen reader says instead.
    """
    marks, at = [first[1]], first[1]
    for _, value in steps:
        at -= value
        marks.append(at)
    low, high = min(*marks, last[1]), max(*marks, last[1])
    floor = low - max((high - low) * 0.15, 1e-9)

    def x(value: float) -> float:
        return LEFT + (value - floor) / (high - floor or 1) * (WIDTH - LEFT - RIGHT)

    rows = [_bar(0, first[0], x(floor), x(first[1]), f"{first[1]:,.0f}", "a0")]
    for number, ((name, value), before, after) in enumerate(zip(steps, marks[:-1], marks[1:], strict=True), 1):
        look = "a1" if value >= 0 else "a2"
        rows.append(_bar(number, name, x(min(before, after)), x(max(before, after)), f"{-value:+,.0f}", look))
    rows.append(_bar(len(steps) + 1, last[0], x(floor), x(last[1]), f"{last[1]:,.0f}", "a0"))
    height = ROW * len(rows) + 6
    size = f'width="{WIDTH}" height="{height}" viewBox="0 0 {WIDTH} {height}"'
    return f'<svg role="img" aria-label="{escape(said, quote=True)}" {size}>{"".join(rows)}</svg>'


def _bar(row: int, name: str, left: float, right: float, value: str, look: str) -> str:
    top, middle = ROW * row + 7, ROW * row + ROW / 2 + 6
    return (
        f'<text class="label" x="{LEFT - 10}" y="{middle:g}" text-anchor="end">{escape(name)}</text>'
        f'<g class="{look}"><rect x="{left:.1f}" y="{top}" width="{max(1.5, right - left):.1f}"'
        f' height="{ROW - 10}"/></g>'
        f'<text class="label" x="{right + 8:.1f}" y="{middle:g}">{escape(value)}</text>'
    )
