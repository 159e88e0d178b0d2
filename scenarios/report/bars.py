"""What several things bring, below each other: a bar from nothing to the mean, and the interval on it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from html import escape

from scenarios.measuring.intervals import Interval

WIDTH, ROW, LEFT, RIGHT = 640, 26, 230, 20


def bars(rows: Sequence[tuple[str, Interval]], said: str) -> str:
    """The picture: filled where it is more than chance. ``said`` is what a screen reader says instead."""
    known = [(name, one) for name, one in rows if one.mean is not None]
    if not known:
        return ""
    ends = [end for _, one in known for end in _ends(one)]
    low, high = min(0.0, *ends), max(0.0, *ends)
    wide = high - low or 1.0

    def x(value: float) -> float:
        return LEFT + (value - low) / wide * (WIDTH - LEFT - RIGHT)

    parts = []
    for number, (name, one) in enumerate(known):
        middle, mean = ROW * number + ROW / 2, one.mean or 0.0
        first, last = sorted((x(0), x(mean)))
        bottom, top = _ends(one)
        look = "" if one.tells else ' class="unsure"'
        parts.append(
            f'<text class="label" x="{LEFT - 10}" y="{middle + 4:g}" text-anchor="end">{escape(name)}</text>'
            f'<g class="{"a1" if mean >= 0 else "a2"}">'
            f'<rect x="{first:.1f}" y="{middle - 5:g}" width="{max(1.0, last - first):.1f}" height="10" opacity=".35"/>'
            f'<line class="interval" x1="{x(bottom):.1f}" x2="{x(top):.1f}" y1="{middle:g}" y2="{middle:g}"/>'
            f'<circle{look} cx="{x(mean):.1f}" cy="{middle:g}" r="4"/></g>'
        )
    height = ROW * len(known)
    parts.append(f'<line class="zero" x1="{x(0):.1f}" x2="{x(0):.1f}" y1="0" y2="{height}"/>')
    size = f'width="{WIDTH}" height="{height}" viewBox="0 0 {WIDTH} {height}"'
    return f'<svg role="img" aria-label="{escape(said, quote=True)}" {size}>{"".join(parts)}</svg>'


def _ends(one: Interval) -> tuple[float, float]:
    """The ends of the interval; the mean twice where the spread is not known."""
    mean = one.mean or 0.0
    return (one.low, one.high) if math.isfinite(one.half) else (mean, mean)
