"""Business calendars against a model that counts minute by minute, and the laws that business time obeys."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.domain.calendars import DAYS, HORIZON_YEARS, Calendar, calendar_of
from dispatch.domain.errors import Invalid
from tests.dispatch.domain.minutes import SECOND, Minutes
from tests.dispatch.domain.strategies import situations

OFFICE = {day: [["09:00", "18:00"]] for day in DAYS[:5]}
ALWAYS = {day: [["00:00", "24:00"]] for day in DAYS}
HOUR = 3600
Situation = tuple[Calendar, Minutes, dt.datetime]


def at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text)


# Against the naive model ---------------------------------------------------------------------------------------------


@given(situations(), st.integers(0, 4 * 1440))
def test_between_two_minutes_lies_what_the_naive_model_counts(situation: Situation, minutes: int) -> None:
    calendar, told, start = situation
    end = start + dt.timedelta(minutes=minutes)
    assert calendar.between(start, end) == told.between(start, end)


@given(situations(), st.integers(0, 59), st.integers(0, 3 * 86_400))
def test_between_two_seconds_lies_what_the_naive_model_counts(situation: Situation, offset: int, seconds: int) -> None:
    calendar, told, minute = situation
    start = minute + offset * SECOND
    end = start + seconds * SECOND
    assert calendar.between(start, end) == told.between(start, end)


@given(situations(), st.integers(0, 59), st.integers(0, 2 * 86_400))
def test_business_time_is_used_up_when_the_naive_model_says(situation: Situation, offset: int, seconds: int) -> None:
    calendar, told, minute = situation
    start = minute + offset * SECOND
    end = start + dt.timedelta(days=4)
    expected = told.after(start, seconds, end)
    if expected is None:
        assert seconds > calendar.between(start, end)
    else:
        assert calendar.after(start, seconds) == expected


@given(situations(), st.integers(0, 4 * 86_400))
def test_it_is_open_when_the_clock_on_the_wall_says_so(situation: Situation, seconds: int) -> None:
    calendar, told, start = situation
    moment = start + seconds * SECOND
    assert calendar.is_open(moment) == told.shows_business(moment)


# Laws over years -----------------------------------------------------------------------------------------------------

SECONDS_OF_YEARS = st.integers(0, 6 * 366 * 86_400)


@given(situations(), SECONDS_OF_YEARS, SECONDS_OF_YEARS)
def test_business_time_adds_up_and_never_runs_backwards(situation: Situation, first: int, second: int) -> None:
    calendar, _, start = situation
    middle = start + first * SECOND
    end = middle + second * SECOND
    assert calendar.between(start, middle) + calendar.between(middle, end) == calendar.between(start, end)
    assert 0 <= calendar.between(middle, end) <= second
    assert calendar.between(end, start) == 0 or end <= start


@given(situations(), st.integers(1, 200 * 86_400), st.integers(0, 200 * 86_400))
def test_counting_up_to_an_instant_and_back_agree(situation: Situation, first: int, second: int) -> None:
    calendar, _, start = situation
    try:
        reached = calendar.after(start, first)
        further = calendar.after(start, first + second)
    except Invalid:
        week = sum(closes - opens for day in calendar.week for opens, closes in day)
        assert (first + second) / week * 7 > 20 * 365, "what takes few years must be found"
        return
    assert calendar.between(start, reached) == first
    assert calendar.between(start, reached - SECOND) == first - 1, "it is the first such instant"
    assert calendar.is_open(reached - SECOND)
    assert further == calendar.after(reached, second)
    assert further >= reached


@given(situations(), st.integers(1, 30 * 86_400), st.integers(0, 999_999), st.integers(0, 999_999))
def test_what_is_smaller_than_a_second_does_not_count(situation: Situation, seconds: int, one: int, other: int) -> None:
    calendar, _, start = situation
    shifted, end = start + dt.timedelta(microseconds=one), start + seconds * SECOND
    assert calendar.after(shifted, 60) == calendar.after(start, 60)
    assert calendar.between(shifted, end + dt.timedelta(microseconds=other)) == calendar.between(start, end)


@given(situations())
def test_the_next_open_instant_is_open_and_nothing_before_it_is(situation: Situation) -> None:
    calendar, _, start = situation
    opening = calendar.next_open(start)
    assert calendar.is_open(opening)
    assert calendar.between(start, opening) == 0


# What people can follow by hand --------------------------------------------------------------------------------------


def test_a_promise_of_friday_afternoon_goes_on_on_monday_morning() -> None:
    calendar = calendar_of("Europe/Berlin", OFFICE)
    assert calendar.after(at("2026-11-20T17:00+01:00"), 2 * HOUR) == at("2026-11-23T10:00+01:00")


def test_what_is_used_up_at_closing_time_is_due_then_and_not_the_next_morning() -> None:
    calendar = calendar_of("Europe/Berlin", OFFICE)
    assert calendar.after(at("2026-11-20T17:00+01:00"), HOUR) == at("2026-11-20T18:00+01:00")


def test_what_is_reported_at_night_begins_to_count_in_the_morning() -> None:
    calendar = calendar_of("Europe/Berlin", OFFICE)
    assert calendar.after(at("2026-11-18T23:00+01:00"), HOUR) == at("2026-11-19T10:00+01:00")


def test_a_break_at_noon_does_not_count() -> None:
    calendar = calendar_of("America/Santiago", {"mon": [["09:00", "13:00"], ["14:00", "18:00"]]})
    assert calendar.after(at("2026-11-23T12:30-03:00"), HOUR) == at("2026-11-23T14:30-03:00")


def test_holidays_of_the_country_and_of_the_house_do_not_count() -> None:
    calendar = calendar_of("America/Santiago", OFFICE, ["2026-12-24"], "CL")
    # Thursday is a day off in this house, Friday is Christmas, then a weekend.
    assert calendar.after(at("2026-12-23T17:00-03:00"), 2 * HOUR) == at("2026-12-28T10:00-03:00")


def test_a_part_of_a_country_has_holidays_of_its_own() -> None:
    epiphany = at("2026-01-06T12:00+01:00")
    assert calendar_of("Europe/Berlin", OFFICE, (), "DE").is_open(epiphany)
    assert not calendar_of("Europe/Berlin", OFFICE, (), "DE-BY").is_open(epiphany)


@pytest.mark.parametrize(
    ("zone", "day", "following", "hours"),
    [
        ("Europe/Berlin", "2026-03-29T00:00+01:00", "2026-03-30T00:00+02:00", 23),
        ("Europe/Berlin", "2026-10-25T00:00+02:00", "2026-10-26T00:00+01:00", 25),
        ("Australia/Lord_Howe", "2026-10-04T00:00+10:30", "2026-10-05T00:00+11:00", 23.5),
        ("Australia/Lord_Howe", "2026-04-05T00:00+11:00", "2026-04-06T00:00+10:30", 24.5),
        ("America/Santiago", "2026-09-06T01:00-03:00", "2026-09-07T00:00-03:00", 23),
        ("Pacific/Apia", "2011-12-29T00:00-10:00", "2011-12-31T00:00+14:00", 24),
    ],
)
def test_a_day_on_which_the_clocks_change_has_as_many_hours_as_it_has(
    zone: str, day: str, following: str, hours: float
) -> None:
    assert calendar_of(zone, ALWAYS).between(at(day), at(following)) == hours * HOUR


def test_an_hour_that_the_clocks_show_twice_counts_twice_and_one_that_they_skip_not_at_all() -> None:
    nights = calendar_of("Europe/Berlin", {"sun": [["02:00", "03:00"]]})
    assert nights.between(at("2026-10-25T00:00+02:00"), at("2026-10-26T00:00+01:00")) == 2 * HOUR
    assert nights.between(at("2026-03-29T00:00+01:00"), at("2026-03-30T00:00+02:00")) == 0


def test_a_day_that_a_country_skipped_has_no_hours() -> None:
    fridays = calendar_of("Pacific/Apia", {"fri": [["00:00", "24:00"]]})
    assert fridays.between(at("2011-12-29T12:00-10:00"), at("2011-12-31T12:00+14:00")) == 0


def test_intervals_that_touch_are_one() -> None:
    apart = calendar_of("UTC", {"mon": [["12:00", "24:00"], ["00:00", "12:00"]]})
    assert apart == calendar_of("UTC", {"mon": [["00:00", "24:00"]]})


# What is refused -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("zone", "hours", "holidays", "country", "place"),
    [
        ("UTC", {}, (), None, "hours"),
        ("UTC", {"mon": []}, (), None, "hours"),
        ("UTC", {"mon": [["18:00", "09:00"]]}, (), None, "hours.mon[0]"),
        ("UTC", {"mon": [["09:00", "09:00"]]}, (), None, "hours.mon[0]"),
        ("UTC", {"mon": [["09:00", "25:00"]]}, (), None, "hours.mon[0]"),
        ("UTC", {"mon": [["9", "18"]]}, (), None, "hours.mon[0]"),
        ("UTC", {"mon": [["09:00"]]}, (), None, "hours.mon[0]"),
        ("UTC", {"mon": [["24:00", "24:00"]]}, (), None, "hours.mon[0]"),
        ("UTC", {"mon": [["09:00", "12:00"], ["11:00", "18:00"]]}, (), None, "hours.mon"),
        ("UTC", {"monday": [["09:00", "12:00"]]}, (), None, "hours.monday"),
        ("Mars/Olympus", OFFICE, (), None, "time_zone"),
        ("America", OFFICE, (), None, "time_zone"),
        ("UTC", OFFICE, ("25.12.2026",), None, "holidays[0]"),
        ("UTC", OFFICE, (), "XX", "country"),
        ("UTC", OFFICE, (), "DE-XX", "country"),
    ],
)
def test_a_calendar_that_makes_no_sense_is_refused_by_the_place(
    zone: str, hours: dict[str, list[list[str]]], holidays: tuple[str, ...], country: str | None, place: str
) -> None:
    with pytest.raises(Invalid) as refused:
        calendar_of(zone, hours, holidays, country)
    assert [error["place"] for error in refused.value.facts["errors"]] == [place]
    assert refused.value.facts["errors"][0]["remedy"]


def test_all_mistakes_are_told_at_once() -> None:
    with pytest.raises(Invalid) as refused:
        calendar_of("Nowhere", {"mon": [["9", "18"]]}, ["never"], "XX")
    assert len(refused.value.facts["errors"]) == 4


def test_what_takes_longer_than_a_calendar_looks_is_told() -> None:
    one_minute_a_week = calendar_of("UTC", {"mon": [["09:00", "09:01"]]})
    start = at("2026-11-23T00:00Z")
    assert one_minute_a_week.after(start, 60 * 52 * (HORIZON_YEARS - 1)).year in (2054, 2055)
    with pytest.raises(Invalid, match="further than 30 years"):
        one_minute_a_week.after(start, 60 * 53 * (HORIZON_YEARS + 1))
    with pytest.raises(Invalid, match="further than 30 years"):
        one_minute_a_week.between(start, start.replace(year=2099))


@pytest.mark.parametrize(
    "far", ["0001-01-01T00:00+00:00", "1899-12-31T12:00Z", "2901-01-01T00:00Z", "9999-12-31T23:00Z"]
)
def test_instants_out_of_sight_are_refused(far: str) -> None:
    calendar = calendar_of("Europe/Berlin", OFFICE)
    for question in (calendar.is_open, calendar.next_open, lambda when: calendar.after(when, 60)):
        with pytest.raises(Invalid, match="out of sight"):
            question(at(far))


def test_the_last_year_in_sight_ends_the_search() -> None:
    calendar = calendar_of("UTC", OFFICE)
    with pytest.raises(Invalid):
        calendar.after(at("2900-12-31T23:00Z"), HOUR * 24)


def test_instants_without_a_time_zone_and_negative_durations_are_mistakes_of_the_program() -> None:
    calendar = calendar_of("UTC", OFFICE)
    with pytest.raises(ValueError, match="no time zone"):
        calendar.is_open(dt.datetime(2026, 11, 23))  # noqa: DTZ001  that is the mistake
    with pytest.raises(ValueError, match="forward only"):
        calendar.after(at("2026-11-23T00:00Z"), -1)


def test_what_is_used_up_with_the_last_second_of_a_year_is_due_then() -> None:
    assert calendar_of("UTC", ALWAYS).after(at("2026-12-31T23:00Z"), HOUR) == at("2027-01-01T00:00Z")
    assert calendar_of("UTC", OFFICE).after(at("2026-12-31T17:00Z"), HOUR) == at("2026-12-31T18:00Z")
