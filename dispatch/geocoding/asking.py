"""What each word of a query may be besides a part of a name: a house number, a postcode, a country, a flat."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from dispatch.geocoding import numbers
from dispatch.geocoding.abbreviations import MARKS_OF_NUMBERS, UNITS
from dispatch.geocoding.countries import COUNTRIES
from dispatch.geocoding.words import Token, weight_of

NUMBER, CODE = 1.2, 0.8
"""What a house number and a postcode weigh beside a word of a name, which weighs 1."""
UNVERIFIABLE = 0.15
"""What a word weighs that might be a town, in an extract that knows no towns."""


@dataclass(frozen=True, slots=True)
class Number:
    """What may be the house number: as it is compared, and its words in the query ("12", "a")."""

    key: str
    places: tuple[int, ...]


class Query:
    """The words of a query, and what each may be besides a part of a name."""

    def __init__(self, tokens: Sequence[Token], knows_places: bool) -> None:
        self.tokens = tokens
        self.knows_places = knows_places
        ignored = _units(tokens) | _country(tokens)
        ignored |= {at for at, token in enumerate(tokens) if token.folded in MARKS_OF_NUMBERS and len(tokens) > 1}
        self.numbers: list[Number] = []
        for at, token in enumerate(tokens):
            if token.has_digits and at not in ignored and token.folded[0].isdigit():
                key = numbers.key_of(token.typed)
                after = tokens[at + 1] if at + 1 < len(tokens) else None
                if after is not None and len(after.folded) == 1 and after.folded.isalpha() and key.isdigit():
                    self.numbers.append(Number(key + after.folded, (at, at + 1)))
                self.numbers.append(Number(key, (at,)))
        self.number_places = {at for number in self.numbers for at in number.places}
        self.codes = [
            at for at, token in enumerate(tokens)
            if token.has_digits and at not in ignored and sum(letter.isdigit() for letter in token.typed) >= 4
        ]  # fmt: skip
        self.weights = [0.0 if at in ignored else weight_of(token.forms[0]) for at, token in enumerate(tokens)]
        self.significant = [at for at, weight in enumerate(self.weights) if weight >= 0.5]

    def explained(self, used: Mapping[int, float]) -> float:
        """How much a use of words explains."""
        return sum(self.weights[at] * how for at, how in used.items())

    def numbers_beside(self, used: Collection[int], name: Collection[int]) -> list[Number]:
        """The numbers that are left for the house, those next to the street's name first, and rather not postcodes."""
        left = [one for one in self.numbers if not any(at in used for at in one.places)]
        low, high = (min(name), max(name)) if name else (0, 0)

        def distance(one: Number) -> tuple[bool, int, int]:
            first = one.places[0]
            away = low - first if first < low else first - high
            return len(one.key) >= 5 and one.key.isdigit() and first < low, away, -len(one.places)

        return sorted(left, key=distance)

    def number_called(self, number: str, used: Collection[int]) -> Number | None:
        """The number of the query that is this one, if it is still free."""
        keys = set(numbers.numbers_in(number))
        free = (one for one in self.numbers if not any(at in used for at in one.places))
        return next((one for one in free if one.key in keys), None)

    def total(self, choice: Number | None) -> float:
        """All that a perfect answer would explain."""
        total = 0.0
        for at, weight in enumerate(self.weights):
            if choice is not None and at in choice.places:
                continue
            if at in self.codes:
                total += CODE
            elif not self.knows_places and self.may_be_town(at):
                total += min(weight, UNVERIFIABLE)
            else:
                total += weight
        return max(total + (NUMBER if choice is not None else 0.0), 0.1)

    def may_be_town(self, at: int) -> bool:
        """Whether a word may name the town: after a comma, or after the house number."""
        behind_number = any(number.places[-1] < at for number in self.numbers)
        return not self.tokens[at].has_digits and (self.tokens[at].part > 0 or behind_number)


def _units(tokens: Sequence[Token]) -> set[int]:
    """Words that say where in a house, such as "Depto 45" or "Wohnung 3": behind the house number only."""
    found: set[int] = set()
    numbered = False
    for at, token in enumerate(tokens):
        if numbered and token.folded in UNITS and at + 1 < len(tokens):
            which = tokens[at + 1]
            if (which.has_digits and len(which.folded) <= 5) or len(which.folded) == 1:
                found |= {at, at + 1}
        numbered = numbered or (token.has_digits and at not in found)
    return found


def _country(tokens: Sequence[Token]) -> set[int]:
    """The words at the end that name a country, where something stands before them; a prefix such as "D-" as well."""
    found: set[int] = set()
    for length in (4, 3, 2, 1):
        tail = tokens[len(tokens) - length :]
        if 0 < length < len(tokens) and " ".join(token.folded for token in tail) in COUNTRIES:
            # A country that is also a town of the extract is still found by its name: it only weighs nothing.
            found |= set(range(len(tokens) - length, len(tokens)))
            break
    for at, token in enumerate(tokens[:-1]):
        code = tokens[at + 1].folded
        if token.folded in COUNTRIES and len(token.folded) <= 3 and code.isdigit() and len(code) >= 4:
            found.add(at)
    return found
