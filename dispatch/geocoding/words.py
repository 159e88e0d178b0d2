"""The words of an address the way they are compared: whatever the case, the accents, the umlauts and the short forms.

What a map says and what a person types go through the same steps, so that they meet: letters are folded; "ae", "oe" and
"ue" become the vowel that an umlaut folds to; short and long forms of a word become one (see
:mod:`dispatch.geocoding.abbreviations`). Chinese, Japanese and Korean text, which has no spaces, is taken apart into
pairs of signs.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from dispatch.domain.words import fold
from dispatch.geocoding.abbreviations import FORMS, LIGHT, SUFFIXES

LONGEST_QUERY = 300
"""Characters of a query that are looked at: no address is longer."""
MOST_TOKENS = 24
"""Words of a query that are looked at."""
LONGEST_WORD = 40
SHORTEST_SLIP = 3
"""Words of fewer letters are not looked for with typing errors: too many others are like them."""

_CJK = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uac00-\ud7af"
_PIECES = re.compile(
    rf"[{_CJK}]+|#|\d+(?:[^\W\d_{_CJK}](?![^\W_]))?(?:[/-]\d+(?:[^\W\d_](?![^\W_]))?)*|(?:[^\W_{_CJK}]|['’´`ʼ·])+"
)
_IS_CJK = re.compile(rf"[{_CJK}]")
_QUOTES = re.compile(r"['’´`ʼ·]")
_UMLAUTS = re.compile(r"(?<=[aou])e")
_SHORT_GASSE = re.compile(r"(?<=[^\W\d_]{3})g\.")
_ITALIAN = re.compile(r"\b([pvc])\.(za|le|lo|so)\b", re.IGNORECASE)
_ORDINALS = re.compile(r"(?<=\d)[ºª°](?=\W|$)")
_NUMERO = re.compile(r"\b(n|nr|no|nro)\s*[º°.]\s*(?=\d)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Token:
    """A word of a query: as it was typed, folded, what it may mean, and after how many commas it stands.

    ``plain`` is folded but for umlauts spelled out: where letters are wrong, "ue" may be no umlaut.
    """

    typed: str
    plain: str
    folded: str
    forms: tuple[str, ...]
    part: int

    @property
    def has_digits(self) -> bool:
        """Whether it may be a house number or a postcode."""
        return any(letter.isdigit() for letter in self.typed)


def tokens(text: str) -> tuple[Token, ...]:
    """The words of a query, at most :data:`MOST_TOKENS`; signs of other kinds separate words."""
    found: list[Token] = []
    text = _NUMERO.sub("nr ", _ORDINALS.sub("", _composed(text[:LONGEST_QUERY])))
    for at, part in enumerate(re.split(r"[,;\n\t|]", text)):
        found += [Token(typed, plain, _UMLAUTS.sub("", plain), forms, at) for typed, plain, forms in _words(part)]
    return tuple(found[:MOST_TOKENS])


def words_of(name: str) -> tuple[tuple[str, ...], ...]:
    """The words of a name, each with all that it may mean."""
    return tuple(forms for _, _, forms in _words(_ORDINALS.sub("", _composed(name[:LONGEST_QUERY]))))


def key_of(name: str) -> str:
    """A name as it is compared: its words, each in its first meaning. Empty where it has no letters or digits."""
    return " ".join(forms[0] for forms in words_of(name))


def weight_of(word: str) -> float:
    """How much a word says: 1 for one that names something, little for "street" or "of the"."""
    if word in LIGHT:
        return 0.15
    return 0.6 if len(word) <= 2 and word.isascii() else 1.0


def loose(text: str) -> str:
    """Folded, and umlauts however they are written: "Müller", "Mueller" and "Muller" are one."""
    return _UMLAUTS.sub("", fold(text.replace("\0", " ")))


def _composed(text: str) -> str:
    # Full-width signs become the usual ones before words are looked for.
    return unicodedata.normalize("NFKC", text.replace("º", "\xb0").replace("ª", "\xb0"))


def _words(text: str) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    text = _SHORT_GASSE.sub("gasse ", _ITALIAN.sub(r"\1\2", text))
    for match in _PIECES.finditer(text):
        typed = match[0]
        if _IS_CJK.match(typed):
            yield from ((pair, pair, (pair,)) for pair in _pairs(fold(typed)))
            continue
        for piece in fold(_QUOTES.sub("", typed))[:LONGEST_WORD].split():
            yield typed, piece, forms_of(piece)


def forms_of(word: str) -> tuple[str, ...]:
    """All that a folded word may mean, compared as it is. ``strasse`` is ``str``, ``hauptstrasse`` is ``hauptstr``."""
    meanings = FORMS.get(word)
    if meanings is not None:
        return meanings
    word = _UMLAUTS.sub("", word)
    for suffix, short in SUFFIXES.items():
        loosened = _UMLAUTS.sub("", suffix)
        if word.endswith(loosened) and len(word) > len(loosened) + 1:
            return (word.removesuffix(loosened) + short,)
    return (word,)


def spelled_out(word: str) -> str:
    """A compared word with its shortened end spelled out again, as people type it: ``hauptstr`` → ``hauptstrasse``."""
    for suffix, short in SUFFIXES.items():
        if suffix != short and word.endswith(short) and len(word) > len(short) + 1:
            return word.removesuffix(short) + suffix
    return word


def _pairs(run: str) -> list[str]:
    return [run[at : at + 2] for at in range(len(run) - 1)] or [run]


def may_be_misspelt(word: str) -> bool:
    """Whether a word is long enough, and of letters, so that one wrong letter still tells which one was meant."""
    return len(word) >= SHORTEST_SLIP and word.isalpha() and weight_of(word) >= 1


def slips(word: str) -> set[str]:
    """The word, and the word with each one of its letters left out."""
    return {word} | {word[:at] + word[at + 1 :] for at in range(len(word))}
