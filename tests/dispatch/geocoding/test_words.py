"""Words and numbers of addresses, as they are compared."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.geocoding import numbers
from dispatch.geocoding.abbreviations import AREAS, KINDS_OF_STREET, SIDES, SUFFIXES, TITLES
from dispatch.geocoding.words import LONGEST_WORD, MOST_TOKENS, forms_of, key_of, slips, spelled_out, tokens

ROWS = [line.split() for table in (KINDS_OF_STREET, TITLES, SIDES, AREAS) for line in table.strip().splitlines()]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_all_forms_in_a_row_of_the_table_mean_the_same(row: list[str]) -> None:
    for form in row:
        assert row[0] in forms_of(form.replace(".", "")), form


@pytest.mark.parametrize(("suffix", "short"), sorted(SUFFIXES.items()))
def test_the_end_of_a_compound_may_be_shortened(suffix: str, short: str) -> None:
    assert key_of(f"Linden{suffix}") == key_of(f"Linden{short}") == f"linden{short}"
    assert suffix == "strase" or spelled_out(f"linden{short}") != ""


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Müllerstraße", "MUELLERSTR."),
        ("Müllerstraße", "mullerstrasse"),
        ("Avda. Pdte. Ibáñez", "Avenida Presidente Ibanez"),
        ("Gral. Körner", "General Koerner"),
        ("Pje. Sta. Inés", "Pasaje Santa Ines"),
        ("C/ Mayor", "Calle Mayor"),
        ("P.za Garibaldi", "Piazza Garibaldi"),
        ("Bd. Voltaire", "Boulevard Voltaire"),
        ("O'Higgins", "O’Higgins"),
        ("Østergade", "ostergade"),
        ("Herreng.", "Herrengasse"),
    ],
)
def test_two_ways_to_write_a_name_have_one_key(one: str, other: str) -> None:
    assert key_of(one) == key_of(other)


def test_an_ambiguous_short_form_has_each_of_its_meanings() -> None:
    assert set(forms_of("st")) == {"str", "st"}
    assert set(forms_of("pte")) == {"pdte", "poniente"}


def test_signs_of_chinese_are_taken_in_pairs() -> None:
    assert [token.typed for token in tokens("中山路12号")] == ["中山", "山路", "12", "号"]


@pytest.mark.parametrize(
    ("tag", "meant"),
    [
        ("5", {"5"}),
        ("12 A", {"12a"}),
        ("36;38", {"36", "38"}),
        ("76, 76a, 76b", {"76", "76a", "76b"}),
        ("1-5", {"1-5", "1", "3", "5"}),
        ("1-4", {"1-4", "1", "2", "3", "4"}),
        ("39A/B", {"39a/b", "39a", "39b"}),
        ("5-1", {"5-1"}),
        ("1-99999", {"1-99999"}),
        ("", set()),
        (";", set()),
    ],
)
def test_what_a_house_number_stands_for(tag: str, meant: set[str]) -> None:
    assert set(numbers.numbers_in(tag)) == meant


@pytest.mark.parametrize(
    ("first", "last", "kind", "meant"),
    [
        (2, 10, "even", (4, 6, 8)),
        (10, 2, "even", (4, 6, 8)),
        (1, 4, "all", (2, 3)),
        (3, 9, "3", (6,)),
        (1, 9, "even", ()),
        (2, 10, "alphabetic", ()),
        (1, 90_000, "all", ()),
    ],
)
def test_numbers_along_an_interpolation_way(first: int, last: int, kind: str, meant: tuple[int, ...]) -> None:
    assert numbers.between(first, last, kind) == meant


@given(text=st.text(max_size=400))
def test_any_text_has_words_and_not_too_many(text: str) -> None:
    found = tokens(text)
    assert len(found) <= MOST_TOKENS
    assert all(0 < len(token.forms[0]) <= LONGEST_WORD and token.typed for token in found)


@given(word=st.text(alphabet="abcdef", min_size=3, max_size=9), at=st.integers(0, 8), letter=st.sampled_from("xyz"))
def test_a_word_with_one_error_shares_a_slip_with_the_right_one(word: str, at: int, letter: str) -> None:
    at = min(at, len(word) - 1)
    wrong = {
        word[:at] + letter + word[at + 1 :],
        word[:at] + letter + word[at:],
        word[:at] + word[at + 1 :],
        word[: max(at - 1, 0)] + word[max(at - 1, 0) : at + 1][::-1] + word[at + 1 :],
    }
    assert all(slips(one) & slips(word) for one in wrong)
