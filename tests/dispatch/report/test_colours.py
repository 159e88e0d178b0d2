from __future__ import annotations

import re

import pytest

from dispatch.report.page import ASSETS

THEMES = (":root {", ':root[data-theme="dark"] {')
# What is read must reach 4.5 to 1, what is only seen 3 to 1 (WCAG 2.2 AA).
READ = (
    ("ink", "panel"),
    ("muted", "panel"),
    ("muted", "raised"),
    ("muted", "land"),
    ("planned-ink", "planned"),
    ("tight-ink", "tight"),
    ("late-ink", "late"),
    ("tight-text", "raised"),
    ("late-text", "raised"),
    ("accent", "raised"),
    ("open", "land"),
)
SEEN = (("planned", "raised"), ("late", "raised"), ("tight-text", "raised"), ("focus", "raised"))


def colours(theme: str) -> dict[str, str]:
    css = (ASSETS / "page.css").read_text("utf-8")
    start = css.index(theme)
    return dict(re.findall(r"--([\w-]+): *(#[0-9a-f]{6});", css[start : css.index("}", start)]))


def luminance(colour: str) -> float:
    channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", THEMES)
def test_contrasts_suffice_in_both_themes(theme: str) -> None:
    found = colours(theme)
    for least, pairs in ((4.5, READ), (3.0, SEEN)):
        for front, back in pairs:
            assert contrast(found[front], found[back]) >= least, f"{front} on {back}"


def test_dark_by_choice_is_dark_by_preference() -> None:
    css = (ASSETS / "page.css").read_text("utf-8")
    chosen, preferred = (css[css.index(start) :] for start in (THEMES[1], ":root:not([data-theme"))
    assert (
        chosen[chosen.index("{") : chosen.index("}")].split()
        == preferred[preferred.index("{") : preferred.index("}")].split()
    )
