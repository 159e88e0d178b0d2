"""The newcomer's five minutes: their page and what a browser finds when it takes its steps tell the same."""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.docs.pages import Page, page
from tests.web.browsers import colours_in
from tests.web.pictures import PICTURES
from tests.web.tutorial_pictures import CALLER, DISPATCHER, SCREEN, SPEED, Taken, at_the_door, city, take_all

TUTORIAL = page("docs/tutorials/five-minutes.md")
_SECTION = re.compile(r"^## \d+\. (.+?)\n(.*?)(?=^## |\Z)", re.DOTALL | re.MULTILINE)
_MOST_BYTES = 150_000


@dataclass(frozen=True, slots=True)
class Walked:
    """The steps that were taken, and the folder with their pictures."""

    steps: list[Taken]
    pictures: Path


@pytest.fixture(scope="module")
def walked(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Walked]:
    folder = tmp_path_factory.mktemp("five-minutes")
    with city(folder) as (url, password), at_the_door(browser, url, password, folder) as walk:
        yield Walked(take_all(walk), folder)


def sections(of: Page) -> dict[str, str]:
    """What stands below each numbered heading."""
    return dict(_SECTION.findall(of.text))


def test_the_page_names_what_is_pressed_and_seen_in_each_step_and_nothing_else(walked: Walked) -> None:
    told = sections(TUTORIAL)
    assert list(told) == [step.heading for step in walked.steps]
    for step in walked.steps:
        bold = set(re.findall(r"\*\*(.+?)\*\*", told[step.heading].replace("\n", " ")))
        assert bold == set(step.noted), step.heading
    assert f"make run SPEED={SPEED}\n" in TUTORIAL.text
    assert all(f"`{typed}`" in TUTORIAL.text for typed in (CALLER, DISPATCHER))


def test_its_pictures_can_be_taken_again(browser: Browser, walked: Walked) -> None:
    told = sections(TUTORIAL)
    for step in walked.steps:
        assert re.findall(r"\(\.\./pictures/([\w-]+)\.png\)", told[step.heading]) == list(step.pictures), step.heading
        for name in step.pictures:
            taken = (walked.pictures / f"{name}.png").read_bytes()
            kept = (PICTURES / f"{name}.png").read_bytes()
            assert size_of(taken) == size_of(kept) == tuple(SCREEN["viewport"].values()), name
            assert len(colours_in(browser, taken)) > 60, f"{name} is blank"
            assert max(len(taken), len(kept)) < _MOST_BYTES, name


def size_of(picture: bytes) -> tuple[int, int]:
    """Width and height as the header of a PNG says them (PNG, third edition, 11.2.1)."""
    width, height = struct.unpack(">II", picture[16:24])
    return width, height
