"""A sweep as a curve: every value's mean with its interval, and the knee."""

from __future__ import annotations

from collections.abc import Sequence

from scenarios.measuring.intervals import Interval
from scenarios.measuring.kpis import Kpi

WIDTH, HEIGHT = 640, 280
LEFT, RIGHT, TOP, BOTTOM = 70, 20, 15, 40


def curve(
    values: Sequence[float],
    named: Sequence[str],
    means: Sequence[Interval],
    knee: float | None,
    kpi: Kpi,
    said: str,
) -> str:
    """The picture of a figure over values that are ``named`` below; ``said`` is what a screen reader says instead."""
    times = 100 if kpi.share else 1
    known = [(value, one) for value, one in zip(values, means, strict=True) if one.mean is not None]
    if not known:
        return ""
    ends = [end for _, one in known for end in kpi.reach(one)]
    low, high = min(ends), max(ends)
    high += 1e-9 if high == low else 0

    def x(value: float) -> float:
        return LEFT + (value - values[0]) / (values[-1] - values[0]) * (WIDTH - LEFT - RIGHT)

    def y(figure: float) -> float:
        return TOP + (high - figure) / (high - low) * (HEIGHT - TOP - BOTTOM)

    parts = [
        f'<text class="label" x="{LEFT - 12}" y="{y(at) + 4:.1f}" text-anchor="end">{at * times:.4g}</text>'
        f'<line class="grid" x1="{LEFT - 6}" x2="{WIDTH - RIGHT + 6}" y1="{y(at):.1f}" y2="{y(at):.1f}"/>'
        for at in (low, (low + high) / 2, high)
    ]
    parts += [
        f'<text class="label" x="{x(at):.1f}" y="{HEIGHT - 14}" text-anchor="middle">{name}</text>'
        for at, name in zip(values, named, strict=True)
    ]
    if knee is not None:
        parts.append(f'<line class="zero" x1="{x(knee):.1f}" x2="{x(knee):.1f}" y1="{TOP}" y2="{HEIGHT - BOTTOM}"/>')
    points = " ".join(f"{x(value):.1f},{y(one.mean or 0):.1f}" for value, one in known)
    parts.append(f'<polyline class="curve" points="{points}"/>')
    for value, one in known:
        bottom, top = kpi.reach(one)
        parts.append(
            f'<line class="interval" x1="{x(value):.1f}" x2="{x(value):.1f}" y1="{y(bottom):.1f}" y2="{y(top):.1f}"/>'
            f'<circle class="mean" cx="{x(value):.1f}" cy="{y(one.mean or 0):.1f}" r="4"/>'
        )
    size = f'width="{WIDTH}" height="{HEIGHT}" viewBox="0 0 {WIDTH} {HEIGHT}"'
    return f'<svg role="img" aria-label="{said}" {size}><g class="a1">{"".join(parts)}</g></svg>'
