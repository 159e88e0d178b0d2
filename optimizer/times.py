"""Times and durations as text: RFC 3339 date-times with an offset and ISO 8601 durations, both in whole seconds."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from fractions import Fraction
from functools import lru_cache

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FIRST = int((datetime(1, 1, 1, tzinfo=UTC) - _EPOCH).total_seconds())
_LAST = int((datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC) - _EPOCH).total_seconds())
_RFC_3339 = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})[Tt]([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.([0-9]+))?"
    r"(?:([Zz])|([+-])([0-9]{2}):([0-9]{2}))?\Z"
)
_NUMBER = r"([0-9]+(?:\.[0-9]+)?)"
_ISO_8601 = re.compile(rf"P(?:{_NUMBER}D)?(?:T(?=[0-9])(?:{_NUMBER}H)?(?:{_NUMBER}M)?(?:{_NUMBER}S)?)?\Z")
_UNITS = (86_400, 3_600, 60, 1)


class Unreadable(ValueError):  # noqa: N818  caught at once by whoever knows the place
    """A text that is no time or no duration: the ``problem`` with it and the ``remedy``."""

    def __init__(self, problem: str, remedy: str) -> None:
        self.problem, self.remedy = problem, remedy
        super().__init__(f"{problem}; {remedy}")


@lru_cache(maxsize=8192)
def parse_time(text: str) -> tuple[int, int]:
    """Seconds since the Unix epoch and the UTC offset in seconds of an RFC 3339 date-time.

    Raises :class:`Unreadable` where the offset is missing, a second is broken, or there is no such moment.
    """
    match = _RFC_3339.match(text)
    if match is None:
        raise Unreadable("is not an RFC 3339 date-time", 'write it as "2026-11-23T08:00:00+01:00"')
    year, month, day, hour, minute, second, fraction, zulu, sign, offset_hours, offset_minutes = match.groups()
    if zulu is None and sign is None:
        raise Unreadable("has no UTC offset", f'add one, as in "{text[:19]}+01:00" or "{text[:19]}Z"')
    if fraction is not None and fraction.strip("0"):
        raise Unreadable("has a fraction of a second", "times are whole seconds: round it")
    offset = 0
    if sign is not None:
        if int(offset_hours) > 23 or int(offset_minutes) > 59:
            raise Unreadable("has a UTC offset that does not exist", "offsets lie between -23:59 and +23:59")
        offset = (int(offset_hours) * 3600 + int(offset_minutes) * 60) * (-1 if sign == "-" else 1)
    try:
        local = datetime(int(year), int(month), int(day), int(hour), int(minute), int(second), tzinfo=UTC)
    except ValueError:
        raise Unreadable("is no moment of the calendar", "correct the date or the time") from None
    moment = int((local - _EPOCH).total_seconds()) - offset
    if not _FIRST <= moment <= _LAST:
        raise Unreadable("lies outside the years 1 to 9999", "correct the date")
    return moment, offset


def format_time(moment: int, offset: int = 0) -> str:
    """``moment`` (seconds since the Unix epoch) as RFC 3339 at ``offset`` seconds from UTC (whole minutes count)."""
    zone = timezone(timedelta(minutes=offset // 60)) if offset else UTC
    try:
        return (_EPOCH + timedelta(seconds=moment)).astimezone(zone).isoformat()
    except OverflowError:  # the first and the last day of the calendar, elsewhere on the globe
        return (_EPOCH + timedelta(seconds=moment)).isoformat()


@lru_cache(maxsize=8192)
def parse_duration(text: str) -> int:
    """Seconds of an ISO 8601 duration in days, hours, minutes and seconds.

    A decimal fraction may stand in the last part, as ISO 8601 has it, where the whole is whole seconds. Raises
    :class:`Unreadable` for weeks, months and years (say days), for negative durations and for broken seconds.
    """
    if text.startswith("-"):
        raise Unreadable("is negative", "durations are not negative: leave out the sign")
    match = _ISO_8601.match(text)
    if match is None or not any(match.groups()):
        if re.match(r"P[0-9.]+[YMW]", text):
            raise Unreadable("counts in years, months or weeks", 'say it in days or hours, as in "P7D"')
        raise Unreadable("is not an ISO 8601 duration", 'write it as "PT1H30M"')
    given = [(part, unit) for part, unit in zip(match.groups(), _UNITS, strict=True) if part is not None]
    if any("." in part for part, _ in given[:-1]):
        raise Unreadable("has a fraction before its last part", 'write it as "PT1H30M"')
    if sum(len(part) for part, _ in given) > 60:
        raise Unreadable("is too long", "a year is the most")
    total = sum(Fraction(part) * unit for part, unit in given)
    if total.denominator != 1:
        raise Unreadable("has a fraction of a second", "durations are whole seconds: round it")
    return int(total)


def format_duration(seconds: int) -> str:
    """``seconds`` (not negative) as ISO 8601: hours, minutes, seconds; no days, which summer time makes ambiguous."""
    hours, rest = divmod(seconds, 3600)
    minutes, rest = divmod(rest, 60)
    parts = ((hours, "H"), (minutes, "M"), (rest, "S"))
    return "PT" + ("".join(f"{number}{letter}" for number, letter in parts if number) or "0S")
