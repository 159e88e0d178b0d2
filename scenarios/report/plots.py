"""Small pictures in SVG: every replication as a dot, its mean and its 95 % interval as a bar."""

from __future__ import annotations

import math
from collections.abc import Sequence

from scenarios.measuring.intervals import Interval
from scenarios.measuring.kpis import Kpi

WIDTH, ROW, MARGIN = 190, 18, 8
"""In pixels; a row for each alternative."""


def strips(values: Sequence[Sequence[float | None]], means: Sequence[Interval], kpi: Kpi, said: str) -> str:
    """One row for each alternative, all on the scale of the figure. ``said`` is what a screen reader says instead."""
    known = [value for several in values for value in several if value is not None]
    ends = [end for one in means if one.mean is not None for end in kpi.reach(one)]
    if not known:
        return ""
    scale = _Scale(min(known + ends), max(known + ends))
    rows = []
    for number, (several, mean) in enumerate(zip(values, means, strict=True)):
        middle = ROW * number + ROW / 2
        dots = "".join(
            f'<circle class="dot" cx="{scale.at(value)}" cy="{middle + 5:g}" r="2"/>'
            for value in several
            if value is not None
        )
        rows.append(f'<g class="a{number % 4}">{dots}{_bar(scale, mean, kpi.reach(mean), middle)}</g>')
    return _picture("".join(rows), ROW * len(values), said)


def differences(changes: Sequence[Interval], said: str) -> str:
    """One row for each alternative but the first, with a line at nothing."""
    known = [one for one in changes if one.mean is not None and math.isfinite(one.half)]
    if not known:
        return ""
    scale = _Scale(min(0.0, *(one.low for one in known)), max(0.0, *(one.high for one in known)))
    height = ROW * len(changes)
    line = f'<line class="zero" x1="{scale.at(0)}" x2="{scale.at(0)}" y1="0" y2="{height}"/>'
    bars = "".join(
        f'<g class="a{(number + 1) % 4}">{_bar(scale, one, _ends(one), ROW * number + ROW / 2)}</g>'
        for number, one in enumerate(changes)
    )
    return _picture(line + bars, height, said)


class _Scale:
    """From values to pixels."""

    def __init__(self, low: float, high: float) -> None:
        if high - low < 1e-12:
            low, high = low - 0.5, high + 0.5
        self._low, self._width = low, high - low

    def at(self, value: float) -> str:
        return f"{MARGIN + (value - self._low) / self._width * (WIDTH - 2 * MARGIN):.1f}"


def _ends(one: Interval) -> tuple[float, float]:
    return (0.0, 0.0) if one.mean is None else (one.low, one.high)


def _bar(scale: _Scale, one: Interval, between: tuple[float, float], middle: float) -> str:
    if one.mean is None:
        return ""
    mark = f'<circle class="mean" cx="{scale.at(one.mean)}" cy="{middle:g}" r="4"/>'
    if not math.isfinite(one.half):
        return mark
    low, high = map(scale.at, between)
    ends = f'x1="{low}" x2="{high}" y1="{middle:g}" y2="{middle:g}"'
    return f'<line class="interval" {ends}/>{mark}'


def _picture(inside: str, height: int, said: str) -> str:
    size = f'width="{WIDTH}" height="{height}" viewBox="0 0 {WIDTH} {height}"'
    return f'<svg role="img" aria-label="{said}" {size}>{inside}</svg>'
