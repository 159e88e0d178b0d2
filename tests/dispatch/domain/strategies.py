"""Calendars and instants that are worth a test: many intervals, holidays, and nights in which the clocks change."""

from __future__ import annotations

import datetime as dt
import itertools

from hypothesis import strategies as st

from dispatch.domain.calendars import DAYS, Calendar, calendar_of
from tests.dispatch.domain.minutes import Minutes

CHANGES = {
    "America/Santiago": ("2026-04-05T03:00Z", "2026-09-06T04:00Z"),  # at midnight: a day of 23 hours begins at one
    "Europe/Berlin": ("2026-03-29T01:00Z", "2026-10-25T01:00Z"),
    "Australia/Lord_Howe": ("2026-04-04T15:00Z", "2026-10-03T15:30Z"),  # by half an hour
    "Pacific/Apia": ("2011-12-30T10:00Z", "2012-03-31T14:00Z"),  # there was no 30 December 2011 in Samoa
    "America/St_Johns": ("2026-11-01T04:30Z", "2006-10-29T02:31Z"),  # until 2011 at one minute past midnight
    "Asia/Kathmandu": ("2026-01-01T00:00Z",),  # 5:45 ahead, never changes
}
"""Time zone → instants at (or near) which something odd happens there."""

COUNTRIES = {"America/Santiago": "CL", "Europe/Berlin": "DE", "Pacific/Apia": "WS"}


@st.composite
def hours_of_a_day(draw: st.DrawFn) -> list[list[str]]:
    marks = sorted(
        draw(st.sets(st.integers(0, 96).map(lambda quarter: quarter * 15) | st.integers(0, 1440), max_size=6))
    )
    shown = [f"{mark // 60:02}:{mark % 60:02}" for mark in marks]
    apart = [list(pair) for pair in zip(shown[::2], shown[1::2], strict=False)]
    touching = [list(pair) for pair in itertools.pairwise(shown)]
    return draw(st.sampled_from([apart, touching]))


@st.composite
def places(draw: st.DrawFn) -> tuple[str, dt.datetime]:
    """A time zone and an instant near to which its clocks change, to the minute."""
    zone = draw(st.sampled_from(sorted(CHANGES)))
    change = dt.datetime.fromisoformat(draw(st.sampled_from(CHANGES[zone])))
    return zone, change + dt.timedelta(minutes=draw(st.integers(-3 * 1440, 2 * 1440)))


@st.composite
def calendars(draw: st.DrawFn, zone: str, near: dt.datetime) -> tuple[Calendar, Minutes]:
    """The same calendar told twice, with hours on at least one day."""
    week = draw(
        st.fixed_dictionaries({}, optional={day: hours_of_a_day() for day in DAYS}).filter(
            lambda one: any(one.values())
        )
        | st.just({day: [["00:00", "24:00"]] for day in DAYS})
        | st.just({day: [["09:00", "13:00"], ["14:30", "18:00"]] for day in DAYS[:5]})
    )
    days = draw(st.sets(st.integers(-3, 6), max_size=3))
    holidays = [(near + dt.timedelta(days=day)).date().isoformat() for day in sorted(days)]
    country = draw(st.sampled_from([None, COUNTRIES.get(zone)]))
    return calendar_of(zone, week, holidays, country), Minutes(zone, week, holidays, country)


@st.composite
def situations(draw: st.DrawFn) -> tuple[Calendar, Minutes, dt.datetime]:
    """A calendar told twice and an instant near to an odd one."""
    zone, at = draw(places())
    calendar, told = draw(calendars(zone, at))
    return calendar, told, at
