"""Addresses are found however they are written, and what was not found is never passed off as found."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dispatch.geocoding.candidates import Candidate, ambiguous, safe
from dispatch.geocoding.index import build
from dispatch.geocoding.measure import metres
from dispatch.geocoding.opened import MOST_CANDIDATES, Index, IndexUnreadable
from tests.dispatch.geocoding.towns import OBERDORF, UNTERDORF, Writing, near, two_towns


def first(index: Index, query: str) -> Candidate:
    found = index.search(query)
    assert found, f"nothing was found for {query!r}"
    return found[0]


@pytest.mark.parametrize(
    "query",
    [
        "Hauptstraße 5, 9001 Oberdorf",
        "hauptstrasse 5 oberdorf",
        "Hauptstr. 5, Oberdorf",
        "Haupt Str. 5, Oberdorf",
        "Haupt-Straße 5 Oberdorf",
        "5 Hauptstraße, Oberdorf",
        "Oberdorf, Hauptstraße 5",
        "9001 Oberdorf Hauptstraße 5",
        "Hauptstraße Nr. 5, Oberdorf, Schweiz",
        "Hauptstraße 5, CH-9001 Oberdorf",
        "HAUPTSTRASSE 5   OBERDORF",
        "Hauptstraße 5, Ueberdorf",
        "Hauptstraße 5, Upper Village",
        "Hauptstraße 5 Wohnung 3, Oberdorf",
    ],
)
def test_one_address_in_many_forms(towns: Index, query: str) -> None:
    found = towns.search(query)
    assert (found[0].street, found[0].number, found[0].city) == ("Hauptstraße", "5", "Oberdorf")
    assert found[0].precision == "exact"
    assert not found[0].unused
    assert safe(found)


@pytest.mark.parametrize(
    "query",
    ["Hauptsrtaße 5, Oberdorf", "Huaptstraße 5, Oberdorf", "Hauptstraße 5, Obrdorf", "Hauptstraaße 5, Oberddorf"],
)
def test_one_typing_error_in_a_word_does_not_matter(towns: Index, query: str) -> None:
    found = first(towns, query)
    assert (found.street, found.number, found.city, found.precision) == ("Hauptstraße", "5", "Oberdorf", "exact")
    assert found.score < 1


def test_the_same_street_in_two_towns_is_never_chosen_silently(towns: Index) -> None:
    found = towns.search("Hauptstraße 5")
    assert {one.city for one in found[:2]} == {"Oberdorf", "Unterdorf"}
    assert ambiguous(found)
    assert not safe(found)


@pytest.mark.parametrize(("around", "town"), [(OBERDORF, "Oberdorf"), (UNTERDORF, "Unterdorf")])
def test_between_equals_the_nearer_goes_first(towns: Index, around: tuple[float, float], town: str) -> None:
    found = towns.search("Hauptstraße 5", around=around)
    assert found[0].city == town
    assert ambiguous(found)


@pytest.mark.parametrize("number", ["6", "99", "5b", "1000"])
def test_a_number_that_is_not_there_is_never_called_exact(towns: Index, number: str) -> None:
    for one in towns.search(f"Hauptstraße {number}, Oberdorf"):
        assert one.precision != "exact"
        assert number in one.unused or one.number == ""


def test_a_number_between_two_others_is_estimated_and_said_to_be(towns: Index) -> None:
    found = first(towns, "Am Markt 7, Unterdorf")
    assert (found.number, found.precision) == ("7", "exact")
    between = first(towns, "Müllerstraße 23, Oberdorf")
    assert (between.number, between.precision) == ("21-25", "exact")
    missing = first(towns, "Müllerstraße 15, Oberdorf")
    assert (missing.street, missing.precision) == ("Müllerstraße", "street")


def test_the_wrong_town_is_a_partial_answer_and_says_what_found_no_use(towns: Index) -> None:
    found = towns.search("Lindenweg 2, Oberdorf")
    assert found[0].precision == "partial"
    assert found[0].unused == ("Oberdorf",)
    assert not safe(found)


def test_the_wrong_postcode_counts_against_an_address(towns: Index) -> None:
    right, wrong = first(towns, "Hauptstraße 5, 9001 Oberdorf"), first(towns, "Hauptstraße 5, 9002 Oberdorf")
    assert wrong.score < right.score


@pytest.mark.parametrize(
    ("query", "number"),
    [
        ("Müllerstr. 12 A", "12a"),
        ("Muellerstrasse 12a", "12a"),
        ("Mullerstrasse 16", "14;16"),
        ("Miller Street 14", "14;16"),
    ],
)
def test_letters_and_lists_of_numbers(towns: Index, query: str, number: str) -> None:
    found = first(towns, query + ", Oberdorf")
    assert (found.street, found.number, found.precision) == ("Müllerstraße", number, "exact")


def test_what_the_extract_does_not_say_is_named_as_inferred(towns: Index) -> None:
    assert "city" in first(towns, "Müllerstraße 12a, Oberdorf").inferred
    assert "city" not in first(towns, "Hauptstraße 5, Oberdorf").inferred


@pytest.mark.parametrize(("number", "east"), [("4", -100), ("6", 0), ("8", 100)])
def test_numbers_on_an_interpolation_way_lie_in_proportion(towns: Index, number: str, east: float) -> None:
    found = first(towns, f"Lindenweg {number}, Unterdorf")
    assert found.precision == "exact"
    assert "position" in found.inferred
    assert metres((found.lat, found.lon), near(UNTERDORF, 320, east)) < 5


def test_odd_numbers_do_not_stand_on_an_even_interpolation_way(towns: Index) -> None:
    assert first(towns, "Lindenweg 5, Unterdorf").precision == "street"


def test_a_town_alone_is_the_town(towns: Index) -> None:
    for query in ("Oberdorf", "oberdorf, schweiz", "Oberdrof", "9001 Oberdorf"):
        found = first(towns, query)
        assert (found.kind, found.name, found.precision) == ("place", "Oberdorf", "place"), query


def test_a_postcode_alone_and_an_old_name_are_found(towns: Index) -> None:
    assert first(towns, "9002").kind == "postcode"
    assert first(towns, "Altunterdorf").name == "Unterdorf"


def test_a_named_site_is_found_by_its_name_with_an_umlaut_or_without(towns: Index) -> None:
    for query in ("Löwen-Apotheke", "loewen apotheke unterdorf", "Lowen Apotheke"):
        found = first(towns, query)
        assert (found.name, found.kind, found.precision) == ("Löwen-Apotheke", "site", "place"), query


def test_chinese_names_are_found_with_their_number_sign(towns: Index) -> None:
    assert first(towns, "中山路").street == "中山路"
    assert first(towns, "中山路12号").precision == "street"


def test_nothing_like_it_finds_nothing(towns: Index) -> None:
    for query in ("", "   ", "!!!", "Quetzalcoatl", "xyzzy 12"):
        assert towns.search(query) == [], query


@pytest.mark.parametrize(
    "query",
    [
        "Avenida del Mar 1200",
        "Av. del Mar 1200",
        "Avda. del Mar Nº 1200",
        "avda del mar #1200",
        "Av. del Mar N° 1200, La Serena, Chile",
        "1200 Avenida del Mar",
    ],
)
def test_a_street_without_addresses_is_found_as_a_street(coquimbo: Index, query: str) -> None:
    found = first(coquimbo, query)
    assert (found.street, found.kind, found.precision) == ("Avenida del Mar", "street", "street")
    assert "1200" in found.unused


@pytest.mark.parametrize(
    ("query", "street"),
    [
        ("Avda Fco de Aguirre", "Avenida Francisco de Aguirre"),
        ("Bernardo OHiggins", "Bernardo O'Higgins"),
        ("Bernardo O’Higgins", "Bernardo O'Higgins"),
        ("avenida fransisco de aguirre", "Avenida Francisco de Aguirre"),
    ],
)
def test_streets_of_the_sample_city_in_the_way_people_write_them(coquimbo: Index, query: str, street: str) -> None:
    assert first(coquimbo, query).street == street


def test_the_point_of_a_street_lies_on_it(coquimbo: Index) -> None:
    found = first(coquimbo, "Avenida Francisco de Aguirre")
    nearest = coquimbo.near((found.lat, found.lon))[0]
    assert nearest.distance is not None
    assert nearest.distance < 5


AWKWARD = ['"', "'; DROP TABLE thing; --", "NEAR(a b)", "a*", "AND OR NOT", "^", "\x00", "‮", "𝕳𝖆𝖚𝖕𝖙", "%_", "名" * 500]


@pytest.mark.parametrize("query", [*AWKWARD, "Hauptstraße " * 2_000, "1 " * 5_000, "ß" * 10_000, "\ud800"])
def test_awkward_texts_are_only_texts(towns: Index, query: str) -> None:
    assert len(towns.search(query, limit=3)) <= 3


@settings(deadline=None, max_examples=300)
@given(query=st.text() | st.text(alphabet="Hauptstraße 5,Obdf\"'*()").map(str), limit=st.integers(-5, 100))
def test_no_text_makes_the_search_fail(towns: Index, query: str, limit: int) -> None:
    found = towns.search(query, limit)
    assert len(found) <= max(1, min(limit, MOST_CANDIDATES))
    assert all(0 <= one.score <= 1 for one in found)
    assert found == sorted(found, key=lambda one: -round(one.score, 1))


@settings(deadline=None, max_examples=200)
@given(number=st.integers(0, 10**7), street=st.sampled_from(["Hauptstraße", "Lindenweg", "Müllerstraße", "Am Markt"]))
def test_exact_is_only_what_has_the_number(towns: Index, number: int, street: str) -> None:
    from dispatch.geocoding.numbers import numbers_in

    for one in towns.search(f"{street} {number}"):
        assert one.precision != "exact" or str(number) in numbers_in(one.number)


@pytest.mark.parametrize("content", [b"", b"no index", None])
def test_a_file_that_is_no_index_is_refused_with_what_to_do(tmp_path: Path, content: bytes | None) -> None:
    file = tmp_path / "places.db"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(IndexUnreadable, match="Build it again"):
        Index(file)


def test_an_index_of_another_format_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "places.db"
    build(two_towns(tmp_path / "towns.osm.pbf"), file)
    connection = sqlite3.connect(file)
    connection.execute("UPDATE about SET value = '0' WHERE key = 'format'")
    connection.commit()
    connection.close()
    with pytest.raises(IndexUnreadable, match="format 0"):
        Index(file)


def test_a_truncated_extract_is_an_error_and_an_empty_one_an_empty_index(tmp_path: Path) -> None:
    whole = two_towns(tmp_path / "towns.osm.pbf").read_bytes()
    cut = tmp_path / "cut.osm.pbf"
    cut.write_bytes(whole[: len(whole) // 2])
    with pytest.raises((RuntimeError, ValueError)):
        build(cut, tmp_path / "cut.db")
    counts = build(Writing().write(tmp_path / "empty.osm.pbf"), tmp_path / "empty.db")
    assert counts.addresses == counts.streets == 0
    assert Index(tmp_path / "empty.db").search("Hauptstraße 5") == []
    assert Index(tmp_path / "empty.db").near(OBERDORF) == []


def test_building_tells_how_far_it_is(tmp_path: Path) -> None:
    told: list[tuple[str, float]] = []
    build(two_towns(tmp_path / "towns.osm.pbf"), tmp_path / "places.db", lambda what, share: told.append((what, share)))
    assert all(0 <= share <= 1 for _, share in told)
    assert told[-1] == ("writing the index of addresses", 1.0)
