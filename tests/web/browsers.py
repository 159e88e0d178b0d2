"""A browser for tests: this machine's Chromium, driven by Playwright, with a renderer that needs no graphics card."""

from __future__ import annotations

import base64
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Browser

_ROOT = Path(__file__).resolve().parents[2]
_BUILT = {
    "console": _ROOT / "dispatch" / "web" / "console",
    "map": _ROOT / "dispatch" / "web" / "map",
    "field": _ROOT / "mobile_api" / "web" / "field",
}
_NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome")
_ARGUMENTS = (
    "--use-gl=angle",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
    "--disable-gpu-compositing",  # only maps are drawn by the renderer: all else is cheaper without it
    "--no-sandbox",  # the tests load nothing but this program's own pages, and run as root in containers
)


def chromium() -> str | None:
    """Where a Chromium is on this machine; None where there is none."""
    return next((found for name in _NAMES if (found := shutil.which(name))), None)


def why_not(page: str = "map") -> str | None:
    """Why a page cannot be looked at here, and what helps; None where it can."""
    if chromium() is None:
        return "no Chromium found: install the package chromium"
    if not (_BUILT[page] / "index.html").is_file():
        return "the pages are not built: install Node 20.19 or newer and run make setup"
    return None


@contextmanager
def browser() -> Iterator[Browser]:
    """A browser, closed at the end."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium(), args=list(_ARGUMENTS))
        try:
            yield opened
        finally:
            opened.close()


_COUNT = """async (picture) => {
  const bytes = Uint8Array.from(atob(picture), (one) => one.charCodeAt(0));
  const bitmap = await createImageBitmap(new Blob([bytes], { type: "image/png" }));
  const drawing = new OffscreenCanvas(bitmap.width, bitmap.height).getContext("2d");
  drawing.drawImage(bitmap, 0, 0);
  const { data } = drawing.getImageData(0, 0, bitmap.width, bitmap.height);
  const counts = {};
  for (let at = 0; at < data.length; at += 4) {
    const colour = (data[at] << 16) | (data[at + 1] << 8) | data[at + 2];
    counts[colour] = (counts[colour] ?? 0) + 1;
  }
  return counts;
}"""


def colours_in(opened: Browser, picture: bytes) -> dict[str, int]:
    """How often each colour (``#rrggbb``) is in a picture; the browser itself reads it."""
    page = opened.new_page()
    try:
        counts: dict[str, int] = page.evaluate(_COUNT, base64.b64encode(picture).decode())
    finally:
        page.close()
    return {f"#{int(colour):06x}": count for colour, count in counts.items()}


FAINT = """() => {
  const channel = (value) => (value /= 255) <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  const parts = (colour) => {
    const mixed = colour.startsWith("color(srgb");  // what color-mix() makes, from 0 to 1
    const numbers = colour.match(/[\\d.]+/g).map((one, at) => Number(one) * (mixed && at < 3 ? 255 : 1));
    return numbers.length === 3 ? [...numbers, 1] : numbers;
  };
  const light = ([red, green, blue]) => 0.2126 * channel(red) + 0.7152 * channel(green) + 0.0722 * channel(blue);
  const behind = (element) => {
    for (let one = element; one; one = one.parentElement) {
      const colour = parts(getComputedStyle(one).backgroundColor);
      if (colour[3] > 0.99) return colour;
    }
    return [255, 255, 255, 1];
  };
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const found = [];
  while (texts.nextNode()) {
    const element = texts.currentNode.parentElement;
    if (texts.currentNode.data.trim() === "" || element.closest(".visually-hidden, .canvas, .skip, option")) continue;
    const style = getComputedStyle(element);
    const [one, other] = [light(parts(style.color)), light(behind(element))].sort((a, b) => b - a);
    const ratio = (one + 0.05) / (other + 0.05);
    if (ratio < 4.5) found.push(`${texts.currentNode.data}: ${ratio.toFixed(2)} (${style.color})`);
  }
  return found;
}"""
"""The texts on a page whose contrast to what is behind them is below 4.5 : 1 (WCAG 2.2, success criterion 1.4.3)."""
