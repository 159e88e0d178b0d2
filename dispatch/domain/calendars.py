"""Business time: how long a calendar was open between two instants, and when so much of it will have gone by.

An instant counts when the clock on the wall in the calendar's time zone shows a time within its hours, on a day that
is no holiday. Nothing else needs to be said about daylight saving: an hour that the clocks skip is never shown and does
not count; an hour that they show twice counts twice if it lies within the hours; a day that a country skips (as Samoa
did when it crossed the date line) does not exist. Days of the week and holidays are those of the place.

Time is counted in whole seconds: of an instant, what is smaller is left out. So business time is exactly additive,
``a.between(x, y) + a.between(y, z) == a.between(x, z)``, and ``a.after(x, s)`` is the first instant ``y`` with
``a.between(x, y) == s``: business time that is used up at closing time is used up then, not on the next morning.

Open stretches are laid out once for each calendar and year and are then found by bisection, so that months cost no more
than minutes.
"""

from __future__ import annotations

import bisect
import datetime as dt
import itertools
import re
import zoneinfo
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import holidays as public_holidays

from dispatch.domain.errors import Invalid

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
"""The days of a week as calendars name them."""

HORIZON_YEARS = 30
"""How far a calendar looks. What does not fit is refused, not searched for."""

FIRST_YEAR, LAST_YEAR = 1900, 2900
"""Instants outside of these years are refused."""

_DAY = 86_400
_STEP = 3 * 3600
"""How closely a year is searched for changes of the clocks (seconds); no place changes them twice within it."""
_EPOCH = dt.date(1970, 1, 1)
_EPOCH_INSTANT = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_CLOCK = re.compile(r"([01]\d|2[0-3]):([0-5]\d)|24:00")

Interval = tuple[int, int]
"""From one second to another, the second one no longer included."""

Problem = dict[str, Any]
"""What makes no sense: ``place``, ``value``, ``problem``, ``remedy``."""


@dataclass(frozen=True, slots=True)
class Calendar:
    """When time counts: local hours of each day of the week, in seconds since midnight, without overlaps and in order.

    ``week`` begins on Monday. On ``holidays``, and on the public holidays of ``country``, nothing counts. Make one with
    :func:`calendar_of`, which refuses what makes no sense.
    """

    zone: str
    week: tuple[tuple[Interval, ...], ...]
    holidays: frozenset[dt.date] = field(default_factory=frozenset)
    country: str | None = None

    def is_open(self, at: dt.datetime) -> bool:
        """Whether the instant counts."""
        second = _seconds(at)
        return _year(self, _year_of(second)).is_open(second)

    def between(self, start: dt.datetime, end: dt.datetime) -> int:
        """The business seconds from ``start`` to ``end``; 0 where the end is not after the start.

        Raises :class:`Invalid` where they lie further apart than the calendar looks.
        """
        first, last = _seconds(start), _seconds(end)
        if last <= first:
            return 0
        begin, finish = _year_of(first), _year_of(last)
        if finish - begin > HORIZON_YEARS:
            raise _too_far(f"From {start.isoformat()} to {end.isoformat()}")
        whole = sum(_year(self, year).total for year in range(begin, finish))
        return whole - _year(self, begin).elapsed(first) + _year(self, finish).elapsed(last)

    def after(self, start: dt.datetime, seconds: int) -> dt.datetime:
        """The first instant by which so many business seconds have gone by since ``start`` (itself for 0 seconds).

        Raises :class:`Invalid` where that is further away than the calendar looks.
        """
        if seconds < 0:
            raise ValueError(f"{seconds} seconds: business time goes forward only")
        first = _seconds(start)
        if seconds == 0:
            return _instant(first)
        begin = _year_of(first)
        left = seconds + _year(self, begin).elapsed(first)
        for year in range(begin, min(begin + HORIZON_YEARS, LAST_YEAR) + 1):
            if left <= _year(self, year).total:
                return _instant(_year(self, year).reached(left))
            left -= _year(self, year).total
        raise _too_far(f"{seconds} s of business time from {start.isoformat()}")

    def next_open(self, at: dt.datetime) -> dt.datetime:
        """The instant itself where it counts, otherwise the next one that does."""
        return at if self.is_open(at) else self.after(at, 1) - dt.timedelta(seconds=1)


def calendar_of(
    zone: str,
    hours: Mapping[str, Sequence[Sequence[str]]],
    holidays: Iterable[str] = (),
    country: str | None = None,
) -> Calendar:
    """A calendar from what people write: ``{"mon": [["09:00", "18:00"]]}``, ISO dates, a country code.

    Raises :class:`Invalid` that names every part that makes no sense: an unknown time zone, day or country, times that
    are none, intervals that are empty, overlap or cross midnight, and a week without any hours.
    """
    errors: list[Problem] = []
    week = tuple(tuple(_merged(_read_day(day, hours.get(day, ()), errors))) for day in DAYS)
    errors += [
        _problem(f"hours.{day}", day, "is no day of the week", f"Use {', '.join(DAYS)}.")
        for day in hours
        if day not in DAYS
    ]
    if not any(week) and not errors:
        errors.append(_problem("hours", {}, "means no hours at all: time would never go by", "Give a day hours."))
    closed = frozenset(_read_holidays(holidays, errors))
    _check_zone(zone, errors)
    _check_country(country, errors)
    if errors:
        told = "; ".join(f"{one['place']} {one['value']!r} {one['problem']}. {one['remedy']}" for one in errors)
        raise Invalid(f"The calendar makes no sense: {told}", errors=errors)
    return Calendar(zone, week, closed, country)


# Reading what people write -------------------------------------------------------------------------------------------


def _read_day(day: str, intervals: Sequence[Sequence[str]], errors: list[Problem]) -> list[Interval]:
    found: list[Interval] = []
    for index, interval in enumerate(intervals):
        place = f"hours.{day}[{index}]"
        if len(interval) != 2 or not all(isinstance(one, str) and _CLOCK.fullmatch(one) for one in interval):
            errors.append(_problem(place, list(interval), "is no interval", 'Write it like ["09:00", "18:00"].'))
            continue
        start, end = (_since_midnight(one) for one in interval)
        if start >= end:
            remedy = 'Where it crosses midnight, write "24:00" here and go on at "00:00" on the next day.'
            errors.append(_problem(place, list(interval), "ends before it starts", remedy))
        else:
            found.append((start, end))
    found.sort()
    for (_, end), (start, _) in itertools.pairwise(found):
        if start < end:
            errors.append(
                _problem(f"hours.{day}", list(map(list, intervals)), "overlaps itself", "Join the intervals.")
            )
            break
    return found


def _merged(intervals: list[Interval]) -> Iterator[Interval]:
    """Intervals that touch become one, so that calendars that mean the same are equal."""
    pending: Interval | None = None
    for interval in intervals:
        if pending is not None and pending[1] == interval[0]:
            pending = pending[0], interval[1]
            continue
        if pending is not None:
            yield pending
        pending = interval
    if pending is not None:
        yield pending


def _since_midnight(text: str) -> int:
    return int(text[:2]) * 3600 + int(text[3:]) * 60


def _read_holidays(days: Iterable[str], errors: list[Problem]) -> Iterator[dt.date]:
    for index, day in enumerate(days):
        try:
            yield dt.date.fromisoformat(day)
        except (TypeError, ValueError):
            errors.append(_problem(f"holidays[{index}]", day, "is no date", 'Write it like "2026-12-25".'))


def _check_zone(zone: str, errors: list[Problem]) -> None:
    if zone not in time_zones():
        errors.append(
            _problem("time_zone", zone, "is no time zone", 'Use a name of the IANA list, "America/Santiago".')
        )


def _check_country(country: str | None, errors: list[Problem]) -> None:
    if country is None:
        return
    try:
        _public_holidays(country, 2026)
    except NotImplementedError:
        remedy = 'Use a code of ISO 3166 with an optional subdivision, such as "CL" or "DE-BY", or list the holidays.'
        errors.append(_problem("country", country, "is no country or part of one whose holidays are known", remedy))


def _problem(place: str, value: Any, problem: str, remedy: str) -> Problem:
    return {"place": place, "value": value, "problem": problem, "remedy": remedy}


@lru_cache(maxsize=1)
def time_zones() -> frozenset[str]:
    """The names of all time zones."""
    return frozenset(zoneinfo.available_timezones())


# Laying out a year ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Year:
    """The open stretches of a calendar in one year of UTC, and the business seconds of the year before each."""

    starts: list[int]
    ends: list[int]
    before: list[int]
    total: int

    def elapsed(self, at: int) -> int:
        """The business seconds from the start of the year to an instant in it."""
        index = bisect.bisect_right(self.starts, at) - 1
        if index < 0:
            return 0
        return self.before[index] + min(at, self.ends[index]) - self.starts[index]

    def reached(self, seconds: int) -> int:
        """The first instant by which so many have gone by: more than none, at most all."""
        index = bisect.bisect_left(self.before, seconds) - 1
        return self.starts[index] + seconds - self.before[index]

    def is_open(self, at: int) -> bool:
        index = bisect.bisect_right(self.starts, at) - 1
        return index >= 0 and at < self.ends[index]


@lru_cache(maxsize=1024)
def _year(calendar: Calendar, year: int) -> _Year:
    stretches = [
        stretch
        for start, end, offset in _offsets(calendar.zone, year)
        for stretch in _open(calendar, start, end, offset)
    ]
    lengths = [end - start for start, end in stretches]
    *before, total = itertools.accumulate(lengths, initial=0)
    return _Year([start for start, _ in stretches], [end for _, end in stretches], before, total)


def _open(calendar: Calendar, start: int, end: int, offset: int) -> Iterator[Interval]:
    """What is open from ``start`` to ``end``, while clocks on the wall are ``offset`` seconds ahead of UTC."""
    for day in range((start + offset) // _DAY, (end + offset - 1) // _DAY + 1):
        date = _EPOCH + dt.timedelta(days=day)
        if date in calendar.holidays or (calendar.country and date in _public_holidays(calendar.country, date.year)):
            continue
        midnight = day * _DAY - offset
        for opens, closes in calendar.week[date.weekday()]:
            if (first := max(midnight + opens, start)) < (last := min(midnight + closes, end)):
                yield first, last


@lru_cache(maxsize=512)
def _offsets(zone: str, year: int) -> tuple[tuple[int, int, int], ...]:
    """The year as stretches of one offset from UTC each: start, end, offset."""
    place = zoneinfo.ZoneInfo(zone)

    def offset(at: int) -> int:
        ahead = dt.datetime.fromtimestamp(at, place).utcoffset()
        assert ahead is not None
        return ahead // dt.timedelta(seconds=1)

    begin, finish = _start_of(year), _start_of(year + 1)
    marks = [begin]
    for start in range(begin, finish, _STEP):
        present = offset(start)
        if offset(start + _STEP) != present:
            after = range(start, start + _STEP + 1)
            marks.append(after[bisect.bisect_left(after, True, key=lambda at: offset(at) != present)])
    marks.append(finish)
    return tuple((start, end, offset(start)) for start, end in itertools.pairwise(marks) if start < end)


@lru_cache(maxsize=512)
def _public_holidays(country: str, year: int) -> frozenset[dt.date]:
    """Raises :class:`NotImplementedError` for a country that is not known."""
    name, _, subdivision = country.partition("-")
    return frozenset(public_holidays.country_holidays(name, subdiv=subdivision or None, years=year))


# Instants as seconds -------------------------------------------------------------------------------------------------


def _seconds(at: dt.datetime) -> int:
    if at.tzinfo is None:
        raise ValueError(f"{at.isoformat()} has no time zone")
    return (at - _EPOCH_INSTANT) // dt.timedelta(seconds=1)


def _instant(seconds: int) -> dt.datetime:
    return _EPOCH_INSTANT + dt.timedelta(seconds=seconds)


def _year_of(seconds: int) -> int:
    year = _instant(seconds).year
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise Invalid(f"The year {year} is out of sight: calendars look from {FIRST_YEAR} to {LAST_YEAR}.")
    return year


def _start_of(year: int) -> int:
    return (dt.date(year, 1, 1) - _EPOCH).days * _DAY


def _too_far(what: str) -> Invalid:
    return Invalid(
        f"{what} is further than {HORIZON_YEARS} years of this calendar. Give it more hours, or take a shorter time."
    )
