"""A page that stands alone: its frame and its tables, the same for every question."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from html import escape
from importlib.resources import files

from scenarios.words import ENGLISH

STYLE = files("scenarios.report") / "page.css"


def sheet(title: str, parts: Iterable[str], language: str) -> str:
    """The whole page as HTML; ``title`` is plain text, ``parts`` are HTML and may be empty."""
    return (
        f'<!doctype html>\n<html lang="{"en" if language == ENGLISH else "zh-CN"}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n<style>\n{STYLE.read_text('utf-8')}</style>\n</head>\n<body>\n<main>\n"
        f"<h1>{escape(title)}</h1>\n" + "\n".join(part for part in parts if part) + "\n</main>\n</body>\n</html>\n"
    )


def table(head: Sequence[str], rows: Iterable[str], numbers: Collection[int]) -> str:
    """A table that scrolls by itself; ``numbers``: its columns with numbers, from 0."""
    cells = "".join(
        f'<th scope="col"{" class=number" if at in numbers else ""}>{escape(name)}</th>' for at, name in enumerate(head)
    )
    body = f"<thead><tr>{cells}</tr></thead>\n<tbody>\n{''.join(rows)}</tbody>"
    return f'<div class="scroll"><table>\n{body}\n</table></div>'


def scrolled(picture: str) -> str:
    """A picture with words in it, which scrolls by itself where there is no room: smaller, nobody could read them."""
    return f'<div class="scroll">{picture}</div>' if picture else ""


def row(*cells: str) -> str:
    """One row of it; the cells are HTML."""
    return f"<tr>{''.join(cells)}</tr>\n"


def number(text: str, *, surely: bool = False) -> str:
    """A cell with a number; ``surely``: it is more than chance."""
    return f'<td class="number{" surely" if surely else ""}">{escape(text)}</td>'
