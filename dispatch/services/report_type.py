"""Type for documents: a text is set in Vera where that has its letters, and in STSong-Light where it has not.

What is used of Vera (which comes with ReportLab) lies in the file, so that a page looks the same everywhere.
STSong-Light is one of the fonts for simplified Chinese that PDF readers bring themselves (PDF 1.7, 9.7.5.2): it would
make each file larger by megabytes. It has Greek and Cyrillic letters as well.
"""

from __future__ import annotations

import unicodedata
from itertools import groupby
from xml.sax.saxutils import escape

from reportlab.lib.colors import Color, HexColor
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import Paragraph

PLAIN, BOLD, CHINESE = "Vera", "VeraBd", "STSong-Light"
INK, QUIET, ACCENT, RULE = (HexColor(one) for one in ("#16202a", "#5a6672", "#0b5d6b", "#d5dbe0"))
_UNKNOWN = "□"

for _name in (PLAIN, BOLD):
    pdfmetrics.registerFont(TTFont(_name, f"{_name}.ttf"))
pdfmetrics.registerFont(UnicodeCIDFont(CHINESE))
_KNOWN = frozenset(pdfmetrics.getFont(PLAIN).face.charToGlyph) & frozenset(pdfmetrics.getFont(BOLD).face.charToGlyph)


def style(size: float, *, bold: bool = False, colour: Color = INK, **more: float) -> ParagraphStyle:
    """A style of paragraphs; ``size`` in points."""
    font = BOLD if bold else PLAIN
    name, leading = f"{font} {size} {colour}", size * 1.4
    return ParagraphStyle(name, fontName=font, fontSize=size, leading=leading, textColor=colour, **more)


def paragraph(text: str, how: ParagraphStyle) -> Paragraph:
    """A text as people wrote it, with its line breaks. Lines of Chinese may break between any two characters."""
    marked = "<br/>".join(marked_up(line) for line in text.splitlines()) or "&nbsp;"
    if any(_is_chinese(sign) for sign in text):
        how = ParagraphStyle(f"{how.name} cjk", parent=how, wordWrap="CJK")
    return Paragraph(marked, how)


def marked_up(text: str) -> str:
    """A line in the mark-up of paragraphs: what was written is never taken for mark-up itself."""
    runs = groupby(_drawable(text), key=_is_plain)
    return "".join(
        escape(written) if plain else f'<font name="{CHINESE}">{escape(written)}</font>'
        for plain, written in ((plain, "".join(signs)) for plain, signs in runs)
    )


def runs(text: str, font: str) -> list[tuple[str, str]]:
    """A line as pairs of a font and a text, for drawing it straight onto a page."""
    return [(font if plain else CHINESE, "".join(signs)) for plain, signs in groupby(_drawable(text), key=_is_plain)]


def _drawable(text: str) -> str:
    """The text with what neither font has replaced: an accent is left out, a picture becomes a box."""
    return "".join(_drawable_sign(sign) for sign in unicodedata.normalize("NFC", text))


def _drawable_sign(sign: str) -> str:
    if sign == "\t":
        return " "
    if _is_plain(sign) or _is_chinese(sign):
        return sign
    if unicodedata.category(sign)[0] == "C":
        return _UNKNOWN if ord(sign) > 0xFFFF else ""
    bare = "".join(one for one in unicodedata.normalize("NFKD", sign) if not unicodedata.combining(one))
    return bare if bare and all(_is_plain(one) or _is_chinese(one) for one in bare) else _UNKNOWN


def _is_plain(sign: str) -> bool:
    """Whether Vera has it."""
    return ord(sign) >= 0x20 and ord(sign) in _KNOWN


def _is_chinese(sign: str) -> bool:
    """Whether STSong-Light has it: what the character set GB 2312 has, and its later additions of characters."""
    if ord(sign) > 0xFFFF:
        return False
    try:
        sign.encode("gbk")
    except UnicodeEncodeError:
        return False
    return ord(sign) > 0x7F
