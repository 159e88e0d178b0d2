"""Which names of an index the words of a query may mean, whole or in part, right or with a typing error."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz import process
from rapidfuzz.distance import OSA

from dispatch.geocoding.abbreviations import FORMS, LIGHT
from dispatch.geocoding.words import (
    LONGEST_WORD,
    Token,
    loose,
    may_be_misspelt,
    slips,
    spelled_out,
    weight_of,
)

COMMON = 2_000
"""Names that a word may lead to and still be followed; "San" alone leads nowhere in a country."""
MOST_NAMES = 120
"""Names that are looked at closely."""
SHORTEST_PREFIX = 3
MOST_PREFIXED = 30
LONGEST_SPAN = 3
"""Words of a query that may be one in a name: "Haupt Straße" for "Hauptstraße"."""
SECOND_LOOK = 6
"""Words of so many letters are looked for with two typing errors where nothing came of one."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A name that may be meant. ``used``: words of the query by their place in it → how alike (0 to 1).

    ``recall``: how much of the name was said; ``value``: how much of the query it explains.
    """

    name: int
    kinds: int
    used: dict[int, float]
    recall: float
    value: float


@dataclass(frozen=True, slots=True)
class _Match:
    word: int
    text: str
    names: int
    likeness: float
    at: int
    span: int


class Matcher:
    """Looks words and names up in an index. Not for several threads at once."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection
        self._all_words: list[str] | None = None

    def hits(self, tokens: Sequence[Token], *, far: bool = False) -> list[Hit]:
        """The names that the tokens may mean, the best first. ``far``: with two typing errors in a word, too."""
        matches = self._matches(tokens)
        if far:
            matches += self._far_matches(tokens, {match.at for match in matches if match.likeness > 0.8})
        by_name = self._by_name(matches)
        if not by_name:
            return []
        likely = sorted(by_name, key=lambda name: -sum(_gain(match) for match in by_name[name]))[:MOST_NAMES]
        marks = ",".join("?" * len(likely))
        rows = self.connection.execute(f"SELECT id, key, kinds FROM name WHERE id IN ({marks})", likely)
        found = [_hit(number, key.split(), kinds, by_name[number], tokens) for number, key, kinds in rows]
        return sorted(found, key=lambda hit: (-hit.value, hit.name))

    # -- words -----------------------------------------------------------------------------------------------------

    def _matches(self, tokens: Sequence[Token]) -> list[_Match]:
        wanted: dict[str, list[tuple[int, int, float]]] = defaultdict(list)
        for at, token in enumerate(tokens):
            for form in token.forms:
                wanted[form].append((at, 1, 1.0))
            for form in _kinds_like(token.folded):
                wanted[form].append((at, 1, 0.85))
            for span in range(2, LONGEST_SPAN + 1):
                joined = tokens[at : at + span]
                if len(joined) == span and len({one.part for one in joined}) == 1:
                    text = "".join(one.forms[0] for one in joined)
                    if len(text) <= LONGEST_WORD and not text.isdigit():
                        wanted[text].append((at, span, 0.99))
        found = [
            _Match(number, text, names, likeness, at, span)
            for number, text, names in self._words(wanted)
            for at, span, likeness in wanted[text]
        ]
        exact = {match.at for match in found if match.span == 1 and match.likeness == 1.0}
        slipped = self._slipped(tokens)
        found += slipped
        nowhere = set(range(len(tokens))) - exact - {match.at for match in slipped}
        return found + self._prefixed(tokens, nowhere | ({len(tokens) - 1} - exact))

    def _words(self, texts: Iterable[str]) -> list[tuple[int, str, int]]:
        texts = list(texts)
        marks = ",".join("?" * len(texts))
        return self.connection.execute(f"SELECT id, text, names FROM word WHERE text IN ({marks})", texts).fetchall()

    def _slipped(self, tokens: Sequence[Token]) -> list[_Match]:
        """Words with one letter wrong, missing, too many, or swapped with its neighbour."""
        forms: dict[str, set[int]] = defaultdict(set)
        for at, token in enumerate(tokens):
            if may_be_misspelt(token.folded):
                for form in slips(token.folded) | slips(token.plain):
                    forms[form].add(at)
        if not forms:
            return []
        marks = ",".join("?" * len(forms))
        rows = self.connection.execute(
            f"SELECT slip.form, word.id, word.text, word.names FROM slip JOIN word ON word.id = slip.word"
            f" WHERE slip.form IN ({marks})",
            list(forms),
        ).fetchall()
        found: dict[tuple[int, int], _Match] = {}
        for form, number, text, names in rows:
            for at in forms[form]:
                if (at, number) in found:
                    continue
                if text in tokens[at].forms:
                    continue
                likeness = _likeness(tokens[at], text)
                if likeness > 0:
                    found[at, number] = _Match(number, text, names, likeness, at, 1)
        return list(found.values())

    def _prefixed(self, tokens: Sequence[Token], places: set[int]) -> list[_Match]:
        found = []
        for at in sorted(places):
            typed = tokens[at].folded
            if len(typed) < SHORTEST_PREFIX or not typed.isalpha():
                continue
            rows = self.connection.execute(
                "SELECT id, text, names FROM word WHERE text > ? AND text < ? ORDER BY names DESC LIMIT ?",
                (typed, typed + "\U0010ffff", MOST_PREFIXED),
            )
            for number, text, names in rows:
                found.append(_Match(number, text, names, 0.6 + 0.3 * len(typed) / len(text), at, 1))
        return found

    def _far_matches(self, tokens: Sequence[Token], known: set[int]) -> list[_Match]:
        if self._all_words is None:
            rows = self.connection.execute("SELECT text FROM word WHERE length(text) >= ?", (SECOND_LOOK - 1,))
            self._all_words = [text for (text,) in rows]
        likeness: dict[str, list[tuple[int, int, float]]] = defaultdict(list)
        for at, token in enumerate(tokens):
            if at in known or len(token.folded) < SECOND_LOOK or not may_be_misspelt(token.folded):
                continue
            for typed in {token.folded, token.forms[0]}:
                near = process.extract(typed, self._all_words, scorer=OSA.distance, score_cutoff=2, limit=10)
                for text, distance, _ in near:
                    likeness[text].append((at, 1, 1 - 1.3 * distance / max(len(typed), len(text))))
        return [
            _Match(number, text, names, how, at, span)
            for number, text, names in self._words(likeness)
            for at, span, how in likeness[text]
        ]

    # -- names -----------------------------------------------------------------------------------------------------

    def _by_name(self, matches: Sequence[_Match]) -> dict[int, list[_Match]]:
        telling = [match for match in matches if match.names <= COMMON and match.text not in LIGHT]
        telling = telling or [match for match in matches if match.names <= COMMON]
        by_word: dict[int, list[_Match]] = defaultdict(list)
        for match in telling:
            by_word[match.word].append(match)
        if not by_word:
            return {}
        marks = ",".join("?" * len(by_word))
        found: dict[int, list[_Match]] = defaultdict(list)
        postings = self.connection.execute(f"SELECT word, name FROM posting WHERE word IN ({marks})", list(by_word))
        for word, name in postings:
            found[name] += by_word[word]
        return found


def _gain(match: _Match) -> float:
    return weight_of(match.text) * match.likeness * match.span


def _hit(name: int, key: list[str], kinds: int, matches: Sequence[_Match], tokens: Sequence[Token]) -> Hit:
    """How well the matches, and the light words of the query, say a name."""
    said = [0.0] * len(key)
    used: dict[int, float] = {}
    joined = "".join(key)
    for match in sorted(matches, key=lambda one: (-one.likeness * one.span, one.at)):
        places = range(match.at, match.at + match.span)
        if any(place in used for place in places):
            continue
        if match.text == joined and len(key) > 1:
            targets = list(range(len(key)))
        else:
            targets = [at for at, word in enumerate(key) if word == match.text and not said[at]][:1]
            if not targets and match.text not in key:
                # The name has the word in another meaning than its first: "Pte." for "Poniente".
                targets = [at for at, word in enumerate(key) if not said[at]][:1]
        if not targets:
            continue
        for target in targets:
            said[target] = match.likeness
        for place in places:
            used[place] = match.likeness
    _use_light_words(key, said, used, tokens)
    weights = [weight_of(word) for word in key]
    recall = sum(weight * how for weight, how in zip(weights, said, strict=True)) / sum(weights)
    value = sum(weight_of(tokens[at].forms[0]) * how for at, how in used.items()) * (0.4 + 0.6 * recall)
    return Hit(name, kinds, used, recall, value)


def _use_light_words(key: list[str], said: list[float], used: dict[int, float], tokens: Sequence[Token]) -> None:
    """Words such as "Calle" or "de la" beside the ones that were found belong to the name as well."""
    if not used:
        return
    grown = True
    while grown:
        grown = False
        for at in (min(used) - 1, max(used) + 1, *range(min(used) + 1, max(used))):
            if not 0 <= at < len(tokens) or at in used:
                continue
            for target, word in enumerate(key):
                if not said[target] and (likeness := _light_likeness(word, tokens[at])) > 0:
                    said[target] = used[at] = likeness
                    grown = True
                    break


def _light_likeness(word: str, token: Token) -> float:
    """How alike a word beside a name that was found and a word of that name are: small ones may be mistyped as well."""
    if word in token.forms:
        return 1.0
    if word not in LIGHT or token.has_digits:
        return 0.0
    return 0.7 if word in _kinds_like(token.folded) or OSA.distance(word, token.folded, score_cutoff=1) <= 1 else 0.0


def _likeness(token: Token, word: str) -> float:
    """How alike a typed word and one of the index are: less by each typing error, by a second one still more."""
    pairs = {(typed, known) for typed in (token.folded, token.plain) for known in (word, spelled_out(word))}
    distance, longest = min((OSA.distance(a, b, score_cutoff=2), max(len(a), len(b))) for a, b in pairs)
    return 1 - distance / longest * (1 if distance <= 1 else 1.3) if distance <= 2 else 0.0


@lru_cache(maxsize=4_096)
def _kinds_like(typed: str) -> tuple[str, ...]:
    """Kinds of streets and titles that a word with one typing error may be: "Avendia", "Strasze"."""
    if len(typed) < 5 or not typed.isalpha() or typed in FORMS:
        return ()
    return tuple(
        dict.fromkeys(
            meaning
            for form, meanings in FORMS.items()
            if len(form) >= 5
            and abs(len(form) - len(typed)) <= 1
            and OSA.distance(loose(form), typed, score_cutoff=1) <= 1
            for meaning in meanings
        )
    )
