"""Telephone numbers in the one form that they are found by, and searching by them.

A number that says its country, or whose country is known from the place, is kept as E.164 (``+56512345678``). One that
cannot be read is kept as its digits. Who searches may leave the country out: then the end of the number decides.
"""

from __future__ import annotations

import functools
import re
from importlib import resources

import phonenumbers

_SHORTEST = 5
"""Fewer digits than this find half the country."""


def phone_key(number: str | None, region: str | None = None) -> str | None:
    """The form that a number is found by; None for no number. ``region``: an ISO 3166 code such as ``CL``."""
    if number is None or not (digits := re.sub(r"\D", "", number)):
        return None
    try:
        parsed = phonenumbers.parse(number, region)
        if phonenumbers.is_possible_number(parsed):
            return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
    except phonenumbers.NumberParseException:
        pass  # a number of no known country: its digits are what there is to find it by
    return digits[:40]


def display_number(number: str, region: str | None = None) -> str:
    """The number the way people read it, where it can be read; otherwise as it came."""
    try:
        parsed = phonenumbers.parse(number, region)
        if phonenumbers.is_valid_number(parsed):
            return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.INTERNATIONAL)
    except phonenumbers.NumberParseException:
        pass  # shown as it was typed
    return number.strip()[:40]


def searched_number(words: str) -> str | None:
    """A LIKE pattern for the key of the number that somebody typed; None where they did not type a number."""
    if not re.fullmatch(r"[\d\s()+./-]+", words.strip()):
        return None
    digits = re.sub(r"\D", "", words)
    if len(digits) < _SHORTEST:
        return None
    if words.strip().startswith("+"):
        return f"+{digits}%"
    # 00 dials abroad, a single 0 dials out of town; neither is part of the number.
    return f"%{digits.lstrip('0')}"


@functools.cache
def region_of(time_zone: str) -> str | None:
    """The country that a time zone lies in, as the time zone database lists it; None for zones of no country."""
    table = resources.files("tzdata.zoneinfo").joinpath("zone.tab").read_text(encoding="utf-8")
    for line in table.splitlines():
        if not line.startswith("#") and len(parts := line.split("\t")) >= 3 and parts[2] == time_zone:
            return parts[0]
    return None
