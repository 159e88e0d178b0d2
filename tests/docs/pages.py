"""The documentation as the tests see it: pages, their headings, links and fenced blocks."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

ROOT = Path(__file__).parents[2]

_FENCE = re.compile(r"^(`{3,})([^\n`]*)\n(.*?)^\1[ ]*$", re.DOTALL | re.MULTILINE)
_CODE = re.compile(r"`[^`\n]*`")
_LINK = re.compile(r"\[[^\]\[]*\]\(([^()\s]+)\)")
_HEADING = re.compile(r"^#{1,6} +(.+?) *$", re.MULTILINE)


@dataclass(frozen=True)
class Block:
    """A fenced block: its language, the ``file=NAME`` it is to be put into (empty: none), and its text."""

    language: str
    file: str
    text: str


@dataclass(frozen=True)
class Page:
    """One page of the documentation."""

    path: Path

    def __str__(self) -> str:
        return self.path.relative_to(ROOT).as_posix()

    @cached_property
    def text(self) -> str:
        return self.path.read_text(encoding="utf-8")

    @cached_property
    def prose(self) -> str:
        """The text without fenced blocks."""
        return _FENCE.sub("", self.text)

    @property
    def links(self) -> list[str]:
        """Where its links lead."""
        return _LINK.findall(_CODE.sub("", self.prose))

    @property
    def anchors(self) -> set[str]:
        """The names of its headings, as a forge writes them into its pages."""
        found: dict[str, int] = {}
        for heading in _HEADING.findall(self.prose):
            words = re.sub(r"[^\w\- ]", "", re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).lower())
            slug = words.strip().replace(" ", "-")
            found[slug] = found.get(slug, -1) + 1
        again = {f"{slug}-{number}" for slug, last in found.items() for number in range(1, last + 1)}
        return found.keys() | again

    @property
    def blocks(self) -> list[Block]:
        """Its fenced blocks, in order."""
        blocks = []
        for _, info, text in _FENCE.findall(self.text):
            language, _, rest = info.strip().partition(" ")
            blocks.append(Block(language, rest.removeprefix("file=").strip(), text))
        return blocks

    @property
    def code(self) -> list[str]:
        """Everything it sets as code: spans, and the lines of blocks that are no data and no program."""
        spans = [span.strip("`") for span in _CODE.findall(self.prose)]
        lines = [
            line.removeprefix("$ ")
            for block in self.blocks
            if block.language in ("", "console") and not block.file
            for line in block.text.splitlines()
        ]
        return spans + lines


def pages() -> list[Page]:
    """Every page there is."""
    return [Page(path) for path in (*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md")))]


def page(name: str) -> Page:
    """The page at a path from the root of the repository."""
    return Page(ROOT / name)
